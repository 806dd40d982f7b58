#!/usr/bin/env python3
"""Asks real servers and promtools what they say of the configurations and expositions beside this file, and
writes TestData/verdicts anew, but for the notes in it.

    ask.py PEERS            PEERS/{2.42.0,2.53.3,3.5.3}/usr/bin/{prometheus,promtool}
"""
import concurrent.futures, http.server, json, os, subprocess, sys, tempfile, threading, time
import urllib.parse, urllib.request

from configurations import C
from expositions import X

RELEASES = ["2.42.0", "2.53.3", "3.5.3"]
OWN = {"up", "scrape_duration_seconds", "scrape_samples_scraped",
       "scrape_samples_post_metric_relabeling", "scrape_series_added"}


def escaped(data):
    return "".join("\\\\" if c == 0x5C else chr(c) if 0x20 <= c < 0x7F else "\\x%02x" % c for c in data)


def configurations(peers, folder):
    def verdict(case):
        name, text = case
        path = f"{folder}/{name}.yml"
        with open(path, "wb") as file:
            file.write(text.encode("utf8", "surrogateescape"))
        said = [subprocess.run([f"{peers}/{release}/usr/bin/promtool", "check", "config",
                                "--syntax-only", path], capture_output=True).returncode
                for release in RELEASES]
        return f"{name}\t{''.join(map(str, said))}\t{escaped(text.encode('utf8', 'surrogateescape'))}"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(verdict, C))


def expositions(peers, folder, port=19731):
    bodies = {name: (form, body) for name, form, body in X}

    class Target(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            form, body = bodies[self.path[1:]]
            now = int(time.time() * 1000)
            for mark, value in [(b"%TS%", now), (b"%TS1%", now + 1), (b"%TSO%", now // 1000)]:
                body = body.replace(mark, b"%d" % value)
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4" if form == "t" else
                             "application/openmetrics-text; version=1.0.0; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    target = http.server.ThreadingHTTPServer(("127.0.0.1", port), Target)
    threading.Thread(target=target.serve_forever, daemon=True).start()
    with open(f"{folder}/p.yml", "w") as file:
        file.write("global: {scrape_interval: 3s, scrape_timeout: 3s}\nscrape_configs:\n")
        for name in bodies:
            file.write('- {job_name: "%s", metrics_path: "/%s", static_configs: '
                       '[{targets: ["127.0.0.1:%d"]}]}\n' % (name, name, port))
    found = {name: [] for name in bodies}
    for number, release in enumerate(RELEASES):
        address = f"127.0.0.1:{port + 1 + number}"
        server = subprocess.Popen(
            ["timeout", "150", f"{peers}/{release}/usr/bin/prometheus", f"--config.file={folder}/p.yml",
             f"--storage.tsdb.path={folder}/{release}", f"--web.listen-address={address}",
             "--log.level=error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(25)

        def ask(path):
            return json.load(urllib.request.urlopen(f"http://{address}/api/v1/{path}"))["data"]
        up = {one["metric"]["job"]: one["value"][1] for one in ask("query?query=up")["result"]}
        series = {}
        for one in ask("series?" + urllib.parse.urlencode({"match[]": '{job=~".+"}'})):
            if one["__name__"] not in OWN:
                series[one["job"]] = series.get(one["job"], 0) + 1
        for name in bodies:
            found[name].append(str(series.get(name, 0)) if up.get(name) == "1" else "x")
        server.terminate()
        server.wait()
    marks = [(b"%TS%", b"1700000000000"), (b"%TS1%", b"1700000000001"), (b"%TSO%", b"1700000000")]
    lines = []
    for name, (form, body) in bodies.items():
        for mark, value in marks:
            body = body.replace(mark, value)
        lines.append(f"{name}\t{form}\t{' '.join(found[name])}\t{escaped(body)}")
    return lines


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__)) + "/../../TestData/verdicts/"
    with tempfile.TemporaryDirectory() as scratch:
        for name, lines in [("configurations", configurations(sys.argv[1], scratch)),
                            ("expositions", expositions(sys.argv[1], scratch))]:
            with open(f"{here}{name}.new.txt", "w") as file:
                file.write("\n".join(lines) + "\n")

#!/usr/bin/env python3
"""memory.py EXECUTABLE PEER RUNS DIR…: is a server killed in a control group of the memory that is called safe?

For each directory, `preflight` says the smallest limit that is safe (`memory.sufficientBytes`). A server of PEER
(the folder of a release: PEER/usr/bin/prometheus) is started on a copy, RUNS times in a control group of exactly
that limit and once without a limit, and scrapes itself every second until 30 s after it is ready. Its program and
its data are out of the page cache when it starts, so that all that it reads counts. A line for each run is printed;
the exit status is 1 if one was killed, or never ready.

Linux with control groups of version 1 (/sys/fs/cgroup/memory), root, no swap; Python 3.
"""
import http.client, json, os, re, shutil, subprocess, sys, tempfile, time

GROUP = "/sys/fs/cgroup/memory/epimetheus-%d" % os.getpid()
PORT = 19900 + os.getpid() % 90
AFTER, AT_MOST = 30, 400
FLAGS = ["storage.tsdb.retention.time=10y"]


def sufficient(executable, directory, release):
    arguments = [executable, "preflight", directory, "--format", "json", "--prometheus-version", release]
    for flag in FLAGS:
        arguments += ["--server-flag", flag]
    return json.loads(subprocess.run(arguments, capture_output=True, text=True).stdout)["memory"]["sufficientBytes"]


def forget(path):
    """Takes a file, or all files of a folder, out of the page cache."""
    names = [path] if os.path.isfile(path) else [os.path.join(r, f) for r, _, fs in os.walk(path) for f in fs]
    for name in filter(os.path.isfile, names):
        file = os.open(name, os.O_RDONLY)
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def is_ready():
    try:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False


def group(name):
    with open(GROUP + "/" + name) as file:
        return file.read()


def limit_group(limit):
    os.makedirs(GROUP, exist_ok=True)
    with open(GROUP + "/memory.limit_in_bytes", "w") as file:
        file.write(str(limit // 4096 * 4096 if limit else -1))


def join_group():
    with open(GROUP + "/cgroup.procs", "w") as file:
        file.write(str(os.getpid()))


def resident(pid):
    found = re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % pid).read())
    return int(found[1]) * 1024 if found else 0


def watch(server):
    """Peaks until 30 s after the server is ready, or until it ends."""
    begin, ready, result = time.time(), None, {"ready": 0, "end": 0, "anonymous": 0}
    while server.poll() is None and time.time() - (ready or begin) < (AFTER if ready else AT_MOST):
        result["end"] = max(result["end"], resident(server.pid))
        result["anonymous"] = max(result["anonymous"], int(re.search(r"^rss (\d+)", group("memory.stat"), re.M)[1]))
        if ready is None and is_ready():
            ready, result["ready"] = time.time(), resident(server.pid)
        time.sleep(0.03)
    result["killed"] = int(re.search(r"oom_kill (\d+)", group("memory.oom_control"))[1])
    result["reclaims"] = int(group("memory.failcnt"))
    return result


def run(peer, directory, limit, place):
    shutil.copytree(directory, place + "/data", symlinks=True)
    program = shutil.copy(peer + "/usr/bin/prometheus", place + "/prometheus")
    with open(place + "/prometheus.yml", "w") as file:
        file.write("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: self, static_configs: "
                   "[{targets: ['127.0.0.1:%d']}]}]\n" % PORT)
    forget(place)
    limit_group(limit)
    arguments = [program, "--config.file=%s/prometheus.yml" % place, "--storage.tsdb.path=%s/data" % place,
                 "--web.listen-address=127.0.0.1:%d" % PORT] + ["--" + flag for flag in FLAGS]
    with open(place + "/log", "w") as log:
        server = subprocess.Popen(arguments, stdout=log, stderr=log, preexec_fn=join_group)
    try:
        return watch(server)
    finally:
        server.kill()
        server.wait()
        time.sleep(0.2)
        os.rmdir(GROUP)


def main(executable, peer, runs, *directories):
    version = subprocess.run([peer + "/usr/bin/prometheus", "--version"], capture_output=True, text=True)
    release = re.search(r"version (\d+\.\d+)", version.stdout + version.stderr)[1]
    failed = 0
    for directory in directories:
        safe = sufficient(executable, directory, release)
        for limit in [safe] * int(runs) + [None]:
            with tempfile.TemporaryDirectory() as place:
                result = run(peer, directory, limit, place)
            failed += result["killed"] or not result["ready"]
            print(json.dumps({"directory": directory, "release": release, "safe": safe, "limited": bool(limit),
                              **result}), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
"""Holds predictions and repairs against servers that keep running: two starts, and the minutes behind them.

    Tests/Judge/running.py EXECUTABLE PEERS DIR... [--only PATTERN] [--seconds 90] [--parallel 8] [--markdown]

PEERS holds one folder for each release, with `usr/bin/prometheus` in it. DIR holds data directories, or folders
that have one as `data`. For each directory and release, as it is and behind `repair --in-place` (where there is a
step), a server starts on a copy with default flags, is asked for all samples, stops; starts again, is asked, and
runs for so many seconds while it scrapes itself, so that the head is cut into blocks, the log into a checkpoint,
and the retention does its work. What must hold:

  outcome   the server comes up where it was said to, and does not where it was said not to; the message is that
            of its log
  served    each metric has as many samples as was said, at both starts; queries fail where that was said
  later     what goes wrong behind the start was said: scrapes that are refused, blocks that are deleted, samples
            that are gone, compactions and checkpoints that fail, an end of the server. And what was said comes
  repair    behind a repair all that was served before is, but what its steps told, and nothing goes wrong
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import judge

JOB = judge.JOB
# What a server logs of what goes wrong behind its start.
FAILURES = {
    "compaction": re.compile(r"compaction failed|compact head|reloadBlocks blocks failed|Compaction failed", re.I),
    "checkpoint": re.compile(r"truncate.*(checkpoint|WAL)|create checkpoint|WAL truncation", re.I),
    "scrape": re.compile(r"out of bounds|too old|Error on ingesting", re.I),
}


class Server(judge.Server):
    """One start of a server with default flags, which scrapes itself under a job of its own."""

    def __init__(self, program, work, agent, release):
        self.work = work
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = os.path.join(work, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                "global: {scrape_interval: 2s, scrape_timeout: 2s}\n"
                f"scrape_configs:\n- job_name: {JOB}\n"
                f"  static_configs: [{{targets: ['127.0.0.1:{self.port}']}}]\n"
                "  metric_relabel_configs: [{source_labels: [__name__], regex: go_goroutines, action: keep}]\n")
        self.path = os.path.join(work, "log")
        self.log = open(self.path, "ab")
        self.begin = self.log.tell()
        storage = "--storage.agent.path=data" if agent else "--storage.tsdb.path=data"
        flags = ["--agent" if release >= "3" else "--enable-feature=agent"] if agent else []
        self.process = subprocess.Popen(
            ["timeout", "-k", "5", "900", program, "--config.file=prometheus.yml", storage, *flags,
             f"--web.listen-address=127.0.0.1:{self.port}", "--scrape.discovery-reload-interval=1s"],
            cwd=work, stdout=self.log, stderr=self.log, start_new_session=True,
            preexec_fn=limit)
        self.isUp = self.wait(120)

    def get(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}{path}"
        body = urllib.parse.urlencode(parameters).encode() if parameters else None
        try:
            with urllib.request.urlopen(url, data=body, timeout=60) as answer:
                # A server writes label values as they are, whatever bytes they have.
                return json.loads(answer.read().decode(errors="replace"))
        except urllib.error.HTTPError as error:
            return {"status": "error", "error": error.read().decode(errors="replace")[:300]}
        except OSError as error:
            return {"status": "error", "error": str(error)}

    def served(self):
        """Samples by metric, and metrics of which the query fails; those of its own job are left out."""
        counts, failing, self.distinct = {}, {}, 0
        names = self.get("/api/v1/label/__name__/values").get("data") or []
        for name in names:
            quoted = json.dumps(name, ensure_ascii=False)
            selector = f'{{__name__={quoted},job!="{JOB}"}}[140y]'
            # Functions refuse what a selector alone does not: the same series twice.
            answer = self.get("/api/v1/query", query=f"count_over_time({selector})", time="4102444800")
            if answer.get("status") == "success":
                answer = self.get("/api/v1/query", query=selector, time="4102444800")
            if answer.get("status") != "success":
                failing[name] = answer.get("error")
                continue
            count = sum(
                len(series.get("values", [])) + len(series.get("histograms", []))
                for series in answer["data"]["result"])
            if count:
                counts[name] = count
            self.distinct += sum(
                len({(at, json.dumps(value)) for key in ("values", "histograms") for at, value in series.get(key, [])})
                for series in answer["data"]["result"])
        return counts, failing

    def takesScrapes(self):
        answer = self.get("/api/v1/query", query=f'up{{job="{JOB}"}}')
        return bool(answer.get("status") == "success" and answer["data"]["result"])

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        except ProcessLookupError:
            pass
        self.log.close()

    def said(self):
        with open(self.path, encoding="utf-8", errors="replace") as file:
            file.seek(self.begin)
            return file.read()


def limit():
    """A server that asks for more than this is one that would end a small machine."""
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))


def ask(tool, command, directory, release, *more):
    result = subprocess.run(
        [tool, command, directory, "--format", "json", "--prometheus-version", release, *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, check=False)
    try:
        return json.loads(result.stdout), result
    except ValueError:
        return None, result


def normal(message):
    """What a message and a line of a log have in common, whatever quotes them."""
    text = re.sub(r"[\\\"']", "", message or "")
    text = re.sub(r"^opening storage failed: ", "", text)
    return re.sub(r"\s+", " ", text)


class Case:
    def __init__(self, options, name, directory, release, program):
        self.options, self.name, self.directory = options, name, directory
        self.release, self.program = release, program
        self.wrong = []
        self.row = {}

    def watch(self, data, work, agent):
        """What two starts do, and the time behind the second."""
        found = {"starts": [], "later": {}}
        for number in (1, 2):
            server = Server(self.program, work, agent, self.release)
            start = {"up": server.isUp}
            if server.isUp and not agent:
                start["served"], start["failing"] = server.served()
                start["distinct"] = server.distinct
            if number == 2 and server.isUp:
                end = time.time() + self.options.seconds
                while time.time() < end and server.process.poll() is None:
                    time.sleep(1)
                found["ended"] = server.process.poll() is not None
                if not found["ended"] and not agent:
                    found["takesScrapes"] = server.takesScrapes()
                    found["servedLater"], found["failingLater"] = server.served()
            server.stop()
            start["log"] = server.said()
            found["starts"].append(start)
        log = found["starts"][1]["log"]
        lines = [line for line in log.splitlines() if re.search(r"level=(error|warn)", line, re.I)]
        for kind, pattern in FAILURES.items():
            hits = [line for line in lines if pattern.search(line)]
            if hits:
                found["later"][kind] = hits[0][:300]
        return found

    def judge(self):
        with tempfile.TemporaryDirectory(prefix="running-", dir=self.options.tmp) as work:
            data = os.path.join(work, "data")
            subprocess.run(["cp", "-a", self.directory, data], check=True)
            said, result = ask(self.options.tool, "diagnose", data, self.release)
            if said is None:
                self.wrong.append(f"diagnose: {result.stderr.decode(errors='replace')[:200]}")
                return self
            agent = said["startup"].get("agent", False) or "agent" in self.name
            plan, result = ask(self.options.tool, "repair", data, self.release)
            if plan is None:
                self.wrong.append(f"repair: {result.stderr.decode(errors='replace')[:200]}")
                return self
            before = self.watch(data, work, agent)
            self.hold("before", plan["before"]["startup"], plan["before"], before, agent)
            self.row = {"served": total(before), "outcome": plan["before"]["startup"]["outcome"],
                        "steps": [step["operation"] for step in plan["steps"]]}
            if not plan["steps"]:
                return self
            shutil.rmtree(data)
            os.remove(os.path.join(work, "log"))
            subprocess.run(["cp", "-a", self.directory, data], check=True)
            made, result = ask(self.options.tool, "repair", data, self.release, "--in-place", "--yes")
            if made is None or result.returncode not in (0, 1):
                self.wrong.append(f"repair in place: {result.stderr.decode(errors='replace')[:200]}")
                return self
            after = self.watch(data, work, agent)
            self.hold("after", made["after"]["startup"], made["after"], after, agent)
            self.row["repaired"] = total(after)
            if not agent:
                self.compare(before, after, made)
        return self

    def compare(self, before, after, made):
        told = sum(step["loss"]["samples"] for step in made["steps"])
        if total(after) + told < total(before):
            self.wrong.append(f"repair: {total(before)} served before, {total(after)} after, {told} told")
        if not after["starts"][0]["up"]:
            self.wrong.append("repair: does not start after it")

    def hold(self, when, startup, state, found, agent):
        first = startup["outcome"]
        up = found["starts"][0]["up"]
        log = normal(found["starts"][0]["log"])
        if first == "unknown":
            return
        if (first in ("refuses", "out-of-memory")) == up:
            self.wrong.append(f"{when} outcome: {first} was said, the server {'came up' if up else 'did not'}")
        if not up and startup.get("message") and normal(startup["message"]) not in log:
            last = [l for l in found["starts"][0]["log"].splitlines() if l.strip()][-1:]
            self.wrong.append(f"{when} message: {startup['message']!r}, log {last}")
        if agent:
            return
        if up and startup.get("served") is not None:
            self.counts(f"{when} served", startup, found["starts"][0])
        second = startup.get("second")
        other = found["starts"][1]
        if second and second.get("outcome") and (second["outcome"] == "refuses") == other["up"]:
            self.wrong.append(f"{when} second: {second['outcome']} was said, the server {other['up']}")
        if other["up"]:
            self.behind(when, startup, found)

    def counts(self, when, startup, start):
        # Only metrics with names are asked for.
        said = {text(row["metric"]): row["samples"] for row in startup["served"] if row["samples"] and row["metric"]}
        failing = {text(name) for name in startup.get("failing") or []}
        for name in failing:
            said.pop(name, None)
        real = {k: v for k, v in start["served"].items()}
        isSaid = any(each["of"] == "query" for each in startup.get("later") or [])
        for name in start["failing"]:
            if name not in failing and not isSaid:
                self.wrong.append(f"{when}: the query of {name} fails: {start['failing'][name]}")
        for name in failing:
            if name not in start["failing"]:
                self.wrong.append(f"{when}: the query of {name} was said to fail, and does not")
                real.pop(name, None)
        if said != real:
            diff = {k: (said.get(k, 0), real.get(k, 0)) for k in {**said, **real} if said.get(k, 0) != real.get(k, 0)}
            diff = {k: v for k, v in diff.items() if k not in start["failing"]}
            if diff:
                self.wrong.append(f"{when} (said, real): {dict(list(diff.items())[:4])}")

    def behind(self, when, startup, found):
        later = startup.get("later") or []
        said = [each for each in later if each["fails"]]
        isSaid = bool(said) or startup["outcome"] == "starts-then-fails"
        real = dict(found["later"])
        if found.get("ended"):
            real["end"] = "the server ended"
        elif not found.get("takesScrapes", True):
            real["scrape"] = real.get("scrape", "no scrape was taken")
        now = sum(found.get("servedLater", {}).values())
        then = sum(found["starts"][1].get("served", {}).values())
        if not found.get("ended") and now < then:
            real["loss"] = f"{then} served at the second start, {now} after {self.options.seconds} s"
        # What is only worth knowing may be what came, too.
        if real and not isSaid and not later:
            self.wrong.append(f"{when} later, unsaid: {real}")
        # A head that is too short for a block is told what it will fail at; nobody can wait for that here.
        soon = [each for each in said if "as soon as" not in each["reason"] and each["of"] != "query"]
        if soon and not real:
            self.wrong.append(f"{when} later, said and not seen: {json.dumps(soon)[:300]}")
        self.row[f"{when}Later"] = real


def text(value):
    return value if isinstance(value, str) else json.dumps(value)


def total(found):
    best = 0
    for start in found["starts"]:
        best = max(best, start.get("distinct", 0))
    return best


def directories(roots):
    for root in roots:
        root = os.path.normpath(root)
        if os.path.isdir(os.path.join(root, "wal")) or os.path.isdir(os.path.join(root, "chunks_head")):
            yield os.path.basename(root), root
            continue
        for name in sorted(os.listdir(root)):
            data = os.path.join(root, name, "data")
            if os.path.isdir(data):
                yield name, data


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("peers")
    parser.add_argument("roots", nargs="+")
    parser.add_argument("--only", default="*")
    parser.add_argument("--release", default="")
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--tmp", default="/tmp")
    parser.add_argument("--markdown", action="store_true", help="a table of what was served")
    options = parser.parse_args()
    options.tool = os.path.abspath(options.tool)
    peers = sorted(n for n in os.listdir(options.peers)
                   if os.path.exists(os.path.join(options.peers, n, "usr/bin/prometheus")))
    cases = [
        Case(options, name, directory, ".".join(peer.split(".")[:2]),
             os.path.abspath(os.path.join(options.peers, peer, "usr/bin/prometheus")))
        for name, directory in directories(options.roots) if fnmatch.fnmatch(name, options.only)
        for peer in peers if peer.startswith(options.release)]
    failed = 0
    done = []
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        for case in pool.map(lambda case: case.judge(), cases):
            failed += bool(case.wrong)
            done.append(case)
            print(f"{'FAIL' if case.wrong else 'ok  '} {case.name} {case.release} {json.dumps(case.row)[:300]}", flush=True)
            for wrong in case.wrong:
                print(f"       {wrong[:500]}", flush=True)
    print(f"{len(cases) - failed} of {len(cases)} as said")
    if options.markdown:
        print("\n| directory | release | served | steps | served behind the repair |\n|---|---|---|---|---|")
        for case in done:
            row = case.row
            if "served" not in row:
                continue
            print(f"| {case.name} | {case.release} | {row['served']:,} | "
                  f"{', '.join(row.get('steps', [])) or 'none'} | {row.get('repaired', row['served']):,} |")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()

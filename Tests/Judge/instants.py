#!/usr/bin/env python3
"""Holds what `churn`, `diff` and `analyze` count at an instant against instant queries of a real server.

    Tests/Judge/instants.py EXECUTABLE PEER DIR... [--instants 20] [--seed 1] [--truth FILE]

PEER is the folder of a release (`usr/bin/prometheus` is in it, and its name is the release). For each data
directory a server starts on a copy, without targets, and is asked at instants drawn over the time of the data:
at both ends, at the edges of the look-back behind last samples, and at random. What must hold:

  analyze   `analyze --at T`: the series, by job and by metric
  churn     `churn --until T`: those alive at the end, in all, in the last bucket, by job and by metric
  buckets   `churn`: those alive at the end of a bucket
  diff      `diff --since T --until U`: the series of both times, and of each metric that changed
  sums      `earlier + born - died` is `aliveAtEnd + awayAtEnd`, in all, in each group and at each bucket

With --truth the answers of the server are written, for the tests.
"""

import argparse
import datetime
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request


class Server:
    """A server on a copy of a directory, on loopback."""

    def __init__(self, peer, directory):
        self.folder = tempfile.mkdtemp(prefix="instants-")
        data = os.path.join(self.folder, "data")
        shutil.copytree(directory, data)
        for name in ("lock", "queries.active"):
            if os.path.exists(os.path.join(data, name)):
                os.remove(os.path.join(data, name))
        config = os.path.join(self.folder, "p.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("storage:\n  tsdb:\n    out_of_order_time_window: 1000h\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.process = subprocess.Popen(
                [os.path.join(peer, "usr/bin/prometheus"), f"--config.file={config}",
                 f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
                 f"--web.listen-address=127.0.0.1:{self.port}",
                 "--storage.tsdb.min-block-duration=1000h",
                 "--storage.tsdb.max-block-duration=1000h"], stdout=log, stderr=log)
        end = time.time() + 180
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5).read()
                return
            except OSError:
                if self.process.poll() is not None or time.time() > end:
                    tail = open(os.path.join(self.folder, "log"), encoding="utf-8").read()[-400:]
                    self.stop()
                    raise RuntimeError(f"does not start: {tail}") from None
                time.sleep(0.2)

    def count(self, milliseconds, label):
        query = urllib.parse.urlencode({
            "query": f'count by ({label}) ({{__name__=~".+"}})',
            "time": f"{milliseconds // 1000}.{milliseconds % 1000:03d}"})
        url = f"http://127.0.0.1:{self.port}/api/v1/query?{query}"
        try:
            with urllib.request.urlopen(url, timeout=120) as answer:
                result = json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"the query fails: {error.read().decode()[:200]}") from None
        return {each["metric"].get(label, ""): int(each["value"][1]) for each in result}

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Case:
    """One directory: what the program says of it, and what the server says."""

    def __init__(self, arguments, directory):
        self.arguments, self.directory = arguments, directory
        self.release = os.path.basename(os.path.normpath(arguments.peer))
        self.failures = []
        self.checked = {"analyze": 0, "churn": 0, "buckets": 0, "diff": 0, "sums": 0}
        self.truth = []

    def run(self, command, *options):
        result = subprocess.run(
            [self.arguments.executable, command, self.directory, *options, "--format", "json",
             "--limit", "10000000", "--prometheus-version", self.release],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, check=False)
        if not result.stdout:
            if b"no series selected has" in result.stderr:
                return {"matchedSeries": None, "table": []}
            raise RuntimeError(f"{command} {options}: {result.stderr.decode()[:300]}")
        return json.loads(result.stdout)

    def hold(self, kind, what, ours, theirs):
        self.checked[kind] += 1
        if ours != theirs:
            if isinstance(ours, dict):
                keys = [k for k in {**ours, **theirs} if ours.get(k) != theirs.get(k)]
                ours = {k: ours.get(k) for k in keys[:3]}
                theirs = {k: theirs.get(k) for k in keys[:3]}
            self.failures.append(f"{kind} {what}: ours {ours}, the server's {theirs}")

    def sums(self, what, one):
        self.hold("sums", what, one["earlier"] + one["born"] - one["died"],
                  one["aliveAtEnd"] + one["awayAtEnd"])

    def instants(self, whole):
        start, end = milliseconds(whole["minTime"]), milliseconds(whole["maxTime"])
        draw = random.Random(self.arguments.seed)
        edges = [start, end, end - 1, start + 300_000, end + 299_999, end + 300_000, end + 300_001]
        deaths = [milliseconds(bucket["start"]) for bucket in whole["buckets"] if bucket["died"]]
        for bucket in draw.sample(deaths, min(4, len(deaths))):
            edges += [bucket, bucket - 1]
        edges = edges[:self.arguments.instants * 2 // 3]
        while len(edges) < self.arguments.instants:
            edges.append(draw.randint(start, end))
        return edges

    def judge(self):
        whole = self.run("churn", "--by", "job", "--by", "metric", "--by", "label")
        if not whole["maxTime"]:
            return 0
        instants = self.instants(whole)
        server = Server(self.arguments.peer, self.directory)
        try:
            for place, at in enumerate(instants):
                self.instant(server, at, milliseconds(whole["minTime"]),
                             milliseconds(whole["maxTime"]), instants[place - 1])
            self.buckets(server, whole)
        finally:
            server.stop()
        return len(instants)

    def instant(self, server, at, start, end, other):
        jobs, metrics = server.count(at, "job"), server.count(at, "__name__")
        total = sum(jobs.values())
        self.truth.append((at, total, jobs))
        for key, theirs in (("job", jobs), ("metric", metrics)):
            answer = self.run("analyze", "--at", str(at), "--by", key)
            if answer["matchedSeries"] is not None:
                self.hold("analyze", f"{at} series", answer["matchedSeries"], total)
            lines = {line["key"]: line["count"] for line in answer["table"] or []}
            self.hold("analyze", f"{at} by {key}", lines,
                      {name: count for name, count in theirs.items() if name})
        if start <= at <= end:
            answer = self.run("churn", "--until", str(at), "--by", "job", "--by", "metric",
                              "--by", "label")
            self.hold("churn", f"{at} series", answer["aliveAtEnd"], total)
            if answer["buckets"]:
                self.hold("churn", f"{at} last bucket", answer["buckets"][-1]["alive"], total)
            for grouping, theirs in zip(answer["groupings"], (jobs, metrics)):
                ours = {group["key"][0].get("value", ""): group["aliveAtEnd"]
                        for group in grouping["churning"] if group["aliveAtEnd"]}
                self.hold("churn", f"{at} by {grouping['by']}", ours,
                          {name: count for name, count in theirs.items() if name})
            self.both(answer, f"until {at}")
            middle = self.run("churn", "--since", str(min(at, other)), "--until", str(at),
                              "--by", "job", "--by", "pair") if other <= at else None
            if middle and middle["maxTime"]:
                self.both(middle, f"from {other} until {at}")
        before = server.count(other, "__name__")
        answer = self.run("diff", "--since", str(other), "--until", str(at))
        self.hold("diff", f"{other} {at} series",
                  [answer["first"]["series"], answer["second"]["series"]],
                  [sum(before.values()), total])
        changed = {line["key"]: (line["before"], line["after"])
                   for line in answer["metrics"]["changed"]}
        theirs = {name: (before.get(name, 0), metrics.get(name, 0))
                  for name in {**before, **metrics} if before.get(name) != metrics.get(name)}
        self.hold("diff", f"{other} {at} by metric", changed, theirs)

    def both(self, answer, what):
        """Everything that must add up in an answer of churn."""
        self.sums(what, answer)
        there = answer["earlier"]
        for bucket in answer["buckets"]:
            there += bucket["born"] - bucket["died"]
            self.hold("sums", f"{what} bucket {bucket['start']}", there,
                      bucket["alive"] + bucket["away"])
        for grouping in answer["groupings"]:
            for group in grouping["churning"]:
                self.sums(f"{what} by {grouping['by']} {group['key']}", group)

    def buckets(self, server, whole):
        self.both(whole, "whole")
        end, step = milliseconds(whole["maxTime"]), whole["stepMilliseconds"]
        draw = random.Random(self.arguments.seed)
        chosen = draw.sample(whole["buckets"], min(self.arguments.instants, len(whole["buckets"])))
        for bucket in chosen + whole["buckets"][-1:]:
            at = min(milliseconds(bucket["start"]) + step - 1, end)
            self.hold("buckets", f"{at}", bucket["alive"],
                      sum(server.count(at, "job").values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("executable")
    parser.add_argument("peer")
    parser.add_argument("directories", nargs="+")
    parser.add_argument("--instants", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth")
    arguments = parser.parse_args()
    print(f"{'directory':40} instants analyze churn buckets diff   sums  failures")
    failed, truths = 0, []
    for directory in arguments.directories:
        case = Case(arguments, directory)
        try:
            instants = case.judge()
        except RuntimeError as error:
            print(f"{directory[-40:]:40} {str(error).strip()[-200:]}")
            continue
        counts = case.checked
        print(f"{directory[-40:]:40} {instants:8} {counts['analyze']:7} {counts['churn']:5} "
              f"{counts['buckets']:7} {counts['diff']:4} {counts['sums']:6}  {len(case.failures)}",
              flush=True)
        for failure in case.failures[:8]:
            print("    " + failure[:400])
        failed += len(case.failures)
        truths.append({"directory": directory, "release": case.release, "instants": [
            {"time": at, "series": total, "jobs": jobs} for at, total, jobs in case.truth]})
    if arguments.truth:
        with open(arguments.truth, "w", encoding="utf-8") as file:
            json.dump(truths, file, indent=1)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Holds every operation of `surgery`, and every way to repair, against a real server.

    make judge PEERS=DIR FIXTURES=DIR [JUDGE="--only PATTERN --sample N"]

For each directory of FIXTURES (`sound/`, `damaged/`, `states/`) and each operation that has a step for it:
a copy is changed in place; a server starts on it, scrapes itself for some seconds, stops (by SIGTERM or
by SIGKILL), starts again, and is asked for every sample. What must hold:

  foreign   no sample under a series that did not have it before
  inherited no old sample under a series that is new, but where surgery left damage at which the server itself cuts
            the log, said of how many samples that may come (`startup.waiting`), and the directory as it was
            does no better
  unsaid    nothing is missing that `dump samples` finds in the changed directory, but what the operation said
            that the next start loses of it
  told      the loss that the operation told is the loss that is found: of what `dump samples` finds before, or
            after the repair that loses least
  new       what the server took in before its second start is there, but where surgery said that a server
            reads none of the segments, and where surgery left damage, said so, and a server does no better on
            the directory as it was
  values    each sample has the value that `dump samples` finds
  answers   queries of all metrics, but of those that surgery said would fail because of a chunk that is damaged
  no start  a server comes up; of an operation of surgery, which leaves other damage as it is, at least when
            it was said to

Directories of releases that are newer than all of PEERS are not served.

PEERS holds one folder for each release, with `usr/bin/prometheus` in it. Only the standard library is
used, and only loopback; a server never runs for longer than its time.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import zlib

BLOCKS = "1000h"  # No block is cut, so that all that a start inherits from another is seen.
RETENTION = "100y"
JOB = "epimetheus_judge"
STALE = "NaN:7ff0000000000002"


def run(arguments, seconds=300):
    return subprocess.run(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, check=False)


class Samples:
    """Samples by series: {labels: {time: value}}."""

    def __init__(self):
        self.series = collections.defaultdict(dict)

    def add(self, labels, time, value):
        self.series[labels][time] = value

    def keys(self):
        return {(labels, time) for labels, all in self.series.items() for time in all}

    def count(self):
        return sum(len(all) for all in self.series.values())


def key(labels):
    return tuple(sorted(labels.items()))


def text(value):
    """A label of JSON: text, or bytes that are no UTF-8."""
    return value if isinstance(value, str) else json.dumps(value)


def number(value):
    """A value as the tool and as the server write it; every NaN is one, because JSON of the server has one."""
    found = float(str(value).split(":")[0])
    return "NaN" if found != found else found


class Tool:
    def __init__(self, path):
        self.path = path

    def dump(self, directory):
        """All samples, as the tool sees them; markers of ends are none."""
        found = Samples()
        result = run([self.path, "dump", "samples", directory, "--format", "json"])
        for line in result.stdout.splitlines():
            row = json.loads(line)
            if row.get("type") != "series":
                continue
            labels = key({text(k): text(v) for k, v in row["data"]["labels"].items()})
            for sample in row["data"]["samples"]:
                value = sample["v"] if "v" in sample else sample["h"]["sum"]
                if value != STALE:
                    found.add(labels, sample["t"], value)
        return found


class Server:
    """One start of a server on a directory."""

    def __init__(self, program, directory, work, seconds=150):
        self.directory = directory
        self.work = work
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = os.path.join(work, "prometheus.yml")
        with open(config, "w") as file:
            file.write(
                "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
                "scrape_configs:\n"
                f"- job_name: {JOB}\n"
                f"  static_configs: [{{targets: ['127.0.0.1:{self.port}']}}]\n")
        self.log = open(os.path.join(work, "log"), "ab")
        self.process = subprocess.Popen(
            ["timeout", "-k", "5", "600", program, f"--config.file={config}",
             f"--storage.tsdb.path={directory}",
             f"--web.listen-address=127.0.0.1:{self.port}",
             f"--storage.tsdb.min-block-duration={BLOCKS}",
             f"--storage.tsdb.max-block-duration={BLOCKS}",
             f"--storage.tsdb.retention.time={RETENTION}",
             # A hidden flag of all releases: else the first scrape begins after five seconds.
             "--scrape.discovery-reload-interval=1s"],
            stdout=self.log, stderr=self.log, start_new_session=True)
        self.isUp = self.wait(seconds)

    def wait(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            if self.process.poll() is not None:
                return False
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=2) as answer:
                    if answer.status == 200:
                        return True
            except OSError:
                pass
            time.sleep(0.2)
        return False

    def scrapes(self, seconds, patience=120):
        """Waits until the server has served a sample of its own, and then so long. A busy machine may take its
        time to the first one. True if there was one."""
        end = time.time() + patience
        query = urllib.parse.urlencode({"query": f'up{{job="{JOB}"}}'}).encode()
        while time.time() < end:
            try:
                with urllib.request.urlopen(
                        f"http://127.0.0.1:{self.port}/api/v1/query", data=query, timeout=5) as answer:
                    if json.load(answer)["data"]["result"]:
                        time.sleep(seconds)
                        return True
            except OSError:
                pass
            time.sleep(0.2)
        return False

    def ask(self, first, last, failing=()):
        """All samples from `first` to `last`, in milliseconds; those of the metrics in `failing` are not asked
        for."""
        found = Samples()
        selectors = ['__name__!=""'] + [f"__name__!={json.dumps(name, ensure_ascii=False)}" for name in failing]
        query = urllib.parse.urlencode({
            "query": f'{{{",".join(selectors)}}}[{last - first + 2}ms]',
            "time": f"{(last + 1) / 1000:.3f}"}).encode()
        url = f"http://127.0.0.1:{self.port}/api/v1/query"
        try:
            with urllib.request.urlopen(url, data=query, timeout=90) as answer:
                result = json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"query: {error.read()[:300]}")
        for series in result["data"]["result"]:
            labels = key(series["metric"])
            for at, value in series.get("values", []):
                found.add(labels, round(at * 1000), value)
            for at, value in series.get("histograms", []):
                found.add(labels, round(at * 1000), value["sum"])
        return found

    def stop(self, how):
        try:
            os.killpg(self.process.pid, how)
        except ProcessLookupError:
            pass
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.log.close()


AFTER = object()  # The time that three quarters of the samples are before.
HALF = object()  # A selector of every other metric, so that some go and some stay of whatever is there.


def half(samples):
    """What stands for HALF; nothing but plain names, which need no quotes."""
    names = sorted({dict(labels).get("__name__", "") for labels in samples.series})
    plain = [name for name in names if re.fullmatch("[A-Za-z_:][A-Za-z0-9_:]*", name)]
    return '{__name__=~"%s"}' % "|".join(plain[::2])


def operations(directory):
    """Every way to change a directory, as words of a command line."""
    for strategy in ("skip", "cut", "discard-head"):
        yield f"repair --strategy {strategy}", ["repair", "--strategy", strategy]
    for name in ("skip-damage", "rebuild-checkpoint", "restore-repair-original", "renumber-wal",
                 "drop-orphan-tail", "drop-repeated-series", "trim-head-chunks", "discard-head",
                 "remove-empty-segments", "flush-head"):
        yield name, ["surgery", name]
    wal = os.path.join(directory, "wal")
    segments = sorted(n for n in (os.listdir(wal) if os.path.isdir(wal) else []) if n.isdigit())
    if segments:
        for label, segment in (("first", segments[0]), ("middle", segments[len(segments) // 2]),
                               ("last", segments[-1])):
            yield f"cut-wal --at {label}", ["surgery", "cut-wal", "--at", str(int(segment))]
        yield "cut-wal --at 0", ["surgery", "cut-wal", "--at", "0"]
        yield "cut-wal --after", ["surgery", "cut-wal", "--after", AFTER]
    yield "drop-series", ["surgery", "drop-series", "--match", HALF]
    yield "flush-head --drop", ["surgery", "flush-head", "--drop", HALF]
    blocks = sorted(n for n in os.listdir(directory) if re.fullmatch("[0-9A-Z]{26}", n))
    for block in blocks[:1]:
        for name in ("rebuild-index", "rebuild-meta", "drop-bad-chunks", "rewrite-block", "drop-tombstones",
                     "clear-failed-mark", "quarantine-block"):
            yield name, ["surgery", name, "--block", block]
    yield "keep-block", ["surgery", "keep-block"]
    for name in ("rebuild-index", "rebuild-meta", "drop-bad-chunks", "rewrite-block", "drop-tombstones"):
        if blocks:
            yield f"{name} (all)", ["surgery", name]


def directories(folder):
    """The data directories of a fixture, by its name: one, or those of several servers side by side."""
    for fixture in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        data = os.path.join(folder, fixture, "data")
        inner = sorted(os.listdir(data)) if os.path.isdir(data) else []
        servers = [name for name in inner if os.path.isdir(os.path.join(data, name, "wal"))]
        if "wal" in inner or not servers:
            yield fixture, data
        else:
            for name in servers:
                yield f"{fixture}/{name}", os.path.join(data, name)


def spoken(outcome):
    """The loss that an operation told."""
    return sum(step["loss"]["samples"] for step in outcome["steps"])


class Judge:
    def __init__(self, options):
        self.options = options
        self.tool = Tool(options.tool)
        self.truths = collections.OrderedDict()
        self.untouched = {}
        self.lock = threading.RLock()

    def release(self, fixture):
        return next((p for p in ("2.42", "2.53", "3.14") if p in fixture), "3.5")

    def program(self, fixture):
        peers = sorted(os.listdir(self.options.peers))
        wanted = self.release(fixture)
        name = next(n for n in peers if n.startswith(wanted) and os.path.isdir(os.path.join(self.options.peers, n)))
        return os.path.join(self.options.peers, name, "usr/bin/prometheus")

    def repaired(self, directory):
        """What can be read behind the repair that loses least: it brings back what is passed over."""
        with tempfile.TemporaryDirectory(prefix="judge-", dir=self.options.tmp) as work:
            new = os.path.join(work, "new")
            made = run([self.options.tool, "repair", directory, "--output", new, "--yes"])
            return self.tool.dump(new) if made.returncode in (0, 1) and os.path.isdir(new) else Samples()

    def readable(self, directory):
        """What can be read besides what is served: behind the repair that loses least, and, of series whose ref
        another took, in a log that ends before that. No repair brings those back, because one ref is one series
        only; they are on disk all the same, and a cut shows them. `chunks_head` is read by ref, and would show
        the chunks of the one under the other."""
        found = self.repaired(directory)
        wal = os.path.join(directory, "wal")
        check = run([self.options.tool, "check", directory, "--format", "json"])
        if b"wal.refs.reused" in check.stdout:
            segments = sorted(name for name in os.listdir(wal) if name.isdigit())
            for first in range(1, len(segments)):
                with tempfile.TemporaryDirectory(prefix="judge-", dir=self.options.tmp) as work:
                    data = os.path.join(work, "data")
                    subprocess.run(["cp", "-a", directory, data], check=True)
                    shutil.rmtree(os.path.join(data, "chunks_head"), ignore_errors=True)
                    for name in segments[first:]:
                        os.remove(os.path.join(data, "wal", name))
                    for labels, samples in self.tool.dump(data).series.items():
                        found.series[labels].update(samples)
        return found

    def original(self, directory, fixture):
        """What can be read of a directory, and what may be served of it. Few are kept: they are large."""
        with self.lock:
            if directory not in self.truths:
                self.truths[directory] = self.look(directory, fixture)
            self.truths.move_to_end(directory)
            while len(self.truths) > 6:
                self.truths.popitem(last=False)
            return self.truths[directory]

    def look(self, directory, fixture):
        ours = self.tool.dump(directory)
        if "/sound/" not in directory:
            for labels, samples in self.readable(directory).series.items():
                ours.series[labels].update(samples)
        allowed = set(ours.keys())
        base = os.path.join(self.options.fixtures, "damaged-base")
        if "/damaged/" in directory and os.path.isdir(base):
            for name in os.listdir(base):
                data = os.path.join(base, name, "data")
                if data != directory and os.path.isdir(data):
                    allowed |= self.original(data, name)[1]
        return ours, allowed

    def case(self, directory, fixture, name, words, ours, allowed):
        """Makes one operation and asks a server; gives what is wrong."""
        if AFTER in words:
            times = sorted(time for _, time in ours.keys())
            if not times:
                return None
            words = [str(times[3 * len(times) // 4]) if word is AFTER else word for word in words]
        words = [half(ours) if word is HALF else word for word in words]
        with tempfile.TemporaryDirectory(prefix="judge-", dir=self.options.tmp) as work:
            data = os.path.join(work, "data")
            subprocess.run(["cp", "-a", directory, data], check=True)
            command = [self.options.tool, *words[:1], *([words[1]] if words[0] == "surgery" else []), data]
            command += words[2 if words[0] == "surgery" else 1:]
            common = ["--format", "json", "--prometheus-version", self.release(fixture), f"--server-flag=--storage.tsdb.retention.time={RETENTION}"]
            plan = run(command + common)
            if plan.returncode not in (0, 1):
                return [f"refused ({plan.returncode}): {plan.stderr.decode(errors='replace').strip()[:160]}"]
            if words[0] == "repair" or "flush-head" not in words:
                if not json.loads(plan.stdout or b"{}").get("steps"):
                    return None
            made = run(command + common + ["--in-place", "--yes"])
            if made.returncode not in (0, 1):
                text = made.stderr.decode(errors="replace").strip()
                return [f"refused ({made.returncode}): {text[:160]}"]
            outcome = json.loads(made.stdout)
            if not outcome.get("steps"):
                return None
            wrong = []
            if made.returncode != 0:
                wrong.append(f"exit {made.returncode}: {made.stderr.decode(errors='replace')[:120]}")
            now = self.tool.dump(data)
            kept = now.keys()
            if "drop-tombstones" not in name:
                made_up = kept - allowed
                if made_up:
                    wrong.append(f"made up: {len(made_up)}, as {sorted(made_up)[0]}")
            gone = len(ours.keys() - kept)
            told = spoken(outcome)
            if told != gone and "/sound/" not in directory:
                # What is passed over, and stays, is found again by the repair that loses least.
                gone = len(ours.keys() - kept - self.readable(data).keys())
            if told != gone:
                wrong.append(f"told: {told} said, {gone} found")
            if "agent" in fixture or "3.14" in fixture:
                return wrong
            after = (outcome.get("after") or {}).get("startup") if words[0] == "surgery" else None
            if words[0] == "surgery" and not after:
                # An operation that does not look at what it leaves; what is asked next does.
                asked = run([self.tool.path, "diagnose", data, *common])
                after = json.loads(asked.stdout)["startup"]
            wrong += self.serve(data, work, fixture, now, allowed | kept, name, after)
            if b"newer than all segments" in made.stdout and words[0] == "surgery":
                wrong = [each for each in wrong if not each.startswith("new:")]
            for kind, isSaid in (("new:", after and after["outcome"] != "starts"), ("inherited:", waiting(after))):
                if isSaid and any(each.startswith(kind) for each in wrong) and self.isAsItIs(kind, directory, fixture):
                    wrong = [each for each in wrong if not each.startswith(kind)]
            return wrong

    def isAsItIs(self, kind, directory, fixture):
        """True where that is wrong with the directory as it is. A server keeps nothing of what it takes in where a
        block ends in the future, or each start drops the log behind a damaged checkpoint; its new series
        inherit samples where it cuts the log before the records of series that have chunks."""
        with self.lock:
            if directory not in self.untouched:
                self.untouched[directory] = threading.Lock()
            lock = self.untouched[directory]
        with lock:
            name = directory + " as it is"
            if name not in self.untouched:
                with tempfile.TemporaryDirectory(prefix="judge-", dir=self.options.tmp) as work:
                    data = os.path.join(work, "data")
                    subprocess.run(["cp", "-a", directory, data], check=True)
                    refuses = {"outcome": "refuses", "second": {"outcome": "starts"}, "loss": {"samples": 0}}
                    # What is there says for which time the server is asked.
                    now = self.tool.dump(data)
                    self.untouched[name] = self.serve(data, work, fixture, now, now.keys(), name, refuses)
            return any(each.startswith(kind) for each in self.untouched[name])

    def serve(self, data, work, fixture, now, allowed, name, after):
        kept = now.keys()
        program = self.program(fixture)
        server = Server(program, data, work)
        if not server.isUp:
            server.stop(signal.SIGKILL)
            if not after or after["outcome"] != "refuses":
                return ["no start: " + last_error(work)]
            if not after["second"] or after["second"]["outcome"] == "refuses":
                return []
            server = Server(program, data, work)
            if not server.isUp:
                server.stop(signal.SIGKILL)
                return ["no start, though one was said to come up: " + last_error(work)]
        began = int(time.time() * 1000)
        if not server.scrapes(self.options.seconds):
            server.stop(signal.SIGKILL)
            return ["new: the first start serves nothing that it scrapes"]
        how = signal.SIGKILL if zlib.crc32(f"{data}{name}{fixture}".encode()) % 2 else signal.SIGTERM
        server.stop(how)
        server = Server(program, data, work)
        if not server.isUp:
            server.stop(signal.SIGKILL)
            return ["no second start: " + last_error(work)]
        try:
            times = [at for _, at in kept | allowed] or [began]
            # Of two starts, both are to answer; what is said of the one that comes up holds for the next.
            failing = set((after or {}).get("failing") or []) | set(((after or {}).get("second") or {}).get("failing") or [])
            found = server.ask(min(times) - 1, int(time.time() * 1000) + 1000, sorted(failing))
        except Exception as error:
            return [f"not answered: {error}"]
        finally:
            server.stop(signal.SIGTERM)
        wrong = []
        mine = {k for k in found.series if dict(k).get("job") == JOB}
        new = {(labels, at) for labels in mine for at in found.series[labels]}
        old = {(labels, at) for labels in found.series if labels not in mine for at in found.series[labels]}
        strange = old - allowed
        if strange:
            wrong.append(f"foreign: {len(strange)}, as {sorted(strange)[0]}")
        older = {entry for entry in new if entry[1] < began - 2000}
        if older:
            more = " more than said" if waiting(after) and len(older) > waiting(after) else ""
            wrong.append(f"{'foreign' if more else 'inherited'}: {len(older)}{more}, as {sorted(older)[0]}")
        missing = {k for k in kept if dict(k[0]).get("__name__") and dict(k[0])["__name__"] not in failing} - old
        if len(missing) > (after["loss"]["samples"] if after else 0):
            wrong.append(f"unsaid: {len(missing)} missing, as {sorted(missing)[0]}")
        other = sorted(k for k in kept & old if number(found.series[k[0]][k[1]]) != number(now.series[k[0]][k[1]]))
        if other:
            labels, at = other[0]
            wrong.append(f"values: {len(other)} differ, as {other[0]}, served {found.series[labels][at]},"
                         f" found {now.series[labels][at]}")
        if not any(at >= began for _, at in new):
            wrong.append("new: nothing of the time before the second start")
        return wrong


def waiting(after):
    """How many samples were said to come under new series."""
    starts = [start for start in (after, (after or {}).get("second")) if start]
    return max([start.get("waiting", {}).get("samples", 0) for start in starts], default=0)


def last_error(work):
    with open(os.path.join(work, "log"), errors="replace") as file:
        lines = [l for l in file if "err" in l]
    return lines[-1].strip()[-240:] if lines else "no word"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="the built epimetheus")
    parser.add_argument("--peers", required=True)
    parser.add_argument("--fixtures", required=True)
    parser.add_argument("--tmp", default=tempfile.gettempdir())
    parser.add_argument("--only", default="*", help="KIND/DIRECTORY, with * and ?; several with commas")
    parser.add_argument("--besides", default="", help="not these of them; several with commas")
    parser.add_argument("--verbose", action="store_true", help="a line for each case, when it is done")
    parser.add_argument("--operation", default="*", help="the operation, with * and ?; several with commas")
    parser.add_argument("--sample", type=int, default=0, help="only so many cases, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3, help="how long a server scrapes itself")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--until", type=float, default=0, help="no case begins after so many seconds")
    options = parser.parse_args()
    judge = Judge(options)
    began = time.time()
    cases = []
    for kind in ("sound", "damaged", "states"):
        for fixture, directory in directories(os.path.join(options.fixtures, kind)):
            if not os.path.isdir(directory):
                continue
            if not any(fnmatch.fnmatch(f"{kind}/{fixture}", p) for p in options.only.split(",")):
                continue
            if any(fnmatch.fnmatch(f"{kind}/{fixture}", p) for p in options.besides.split(",")):
                continue
            for name, words in operations(directory):
                if any(fnmatch.fnmatch(name, p) for p in options.operation.split(",")):
                    cases.append((kind, fixture, directory, name, words))
    # The cases of a directory follow one another, so that it is looked at once.
    draw = random.Random(options.seed)
    if options.sample:
        cases = draw.sample(cases, min(options.sample, len(cases)))
    order = sorted({case[2] for case in cases})
    draw.shuffle(order)
    places = {directory: place for place, directory in enumerate(order)}
    cases.sort(key=lambda case: places[case[2]])
    table = collections.defaultdict(collections.Counter)

    def one(case):
        kind, fixture, directory, name, words = case
        if options.until and time.time() - began > options.until:
            return case, "late"
        try:
            return case, judge.case(directory, fixture, name, words, *judge.original(directory, fixture))
        except Exception as error:
            return case, [f"{type(error).__name__}: {error}"]

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case in concurrent.futures.as_completed([pool.submit(one, case) for case in cases]):
            (kind, fixture, _, name, _), wrong = case.result()
            if options.verbose:
                print(f"{kind}/{fixture}: {name}: {'no step' if wrong is None else 'late' if wrong == 'late' else 'done'}"
                      f" after {time.time() - began:.0f} s", flush=True)
            if wrong == "late":
                table[name]["not tried"] += 1
            elif wrong is None:
                table[name]["no step"] += 1
            elif not wrong:
                table[name]["ok"] += 1
            elif all(w.startswith("refused") for w in wrong):
                table[name]["refused"] += 1
                print(f"{kind}/{fixture}: {name}: {wrong[0]}", flush=True)
            else:
                table[name]["FAIL"] += 1
                for each in wrong:
                    print(f"{kind}/{fixture}: {name}: FAIL {each}", flush=True)
    columns = ["ok", "FAIL", "refused", "no step", "not tried"]
    print(f"\n{'operation':32}" + "".join(f"{c:>11}" for c in columns))
    for name in sorted(table):
        print(f"{name:32}" + "".join(f"{table[name][c]:>11}" for c in columns))
    failed = sum(counts["FAIL"] for counts in table.values())
    print(f"{sum(sum(c.values()) for c in table.values())} cases, {failed} failed, {time.time() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

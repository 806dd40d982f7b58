#!/usr/bin/env python3
"""Spoils data directories at random and holds `epimetheus` against them.

A round is one damaged directory of a mebibyte at most, through six commands. Nothing may end by a signal or with
an exit status that is not documented, take more than 10 s or 300 MB, change anything of the directory, leave
anything in the temporary folder, or print JSON that is none. Everything is drawn from the seed of the round, so
`--round SEED` does one of them again. `make torture ROUNDS=n` runs it; it needs Python 3 and nothing else.
"""

import argparse
import concurrent.futures
import json
import os
import random as randoms
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import commands
import damage
import trees

COMMANDS = 6
SECONDS, KILOBYTES, OUTPUT = 10, 300 * 1000, 64 << 20
CONFIG = """global: {external_labels: {zone: z}}
scrape_configs:
- job_name: node
  sample_limit: 100
  metric_relabel_configs:
  - {source_labels: [__name__], regex: 'go_.*', action: drop}
  - {regex: 'instance|pod', action: labeldrop}
"""


class Ending:
    """How a command ended, and what it took."""

    def __init__(self, words, folder, options):
        self.words = words
        self.output, self.remarks = os.path.join(folder, "stdout"), os.path.join(folder, "stderr")
        environment = {"PATH": os.environ.get("PATH", ""), "TMPDIR": os.path.join(folder, "tmp"), "NO_COLOR": "1"}
        begin = time.monotonic()
        with open(self.output, "wb") as out, open(self.remarks, "wb") as err:
            process = subprocess.Popen(
                [options.executable] + words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
        resource.prlimit(process.pid, resource.RLIMIT_AS, (8 << 30, 8 << 30))
        self.is_late, pause = False, 0.001
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begin > SECONDS * options.slack and not self.is_late:
                self.is_late = True
                process.kill()
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        process.returncode = status
        self.seconds = time.monotonic() - begin
        self.processor = usage.ru_utime + usage.ru_stime
        self.kilobytes = usage.ru_maxrss
        self.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        self.status = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None

    def text(self):
        with open(self.output, "rb") as file:
            return file.read()

    def faults(self):
        """What must not be."""
        with open(self.remarks, "rb") as file:
            said = file.read(400).decode(errors="replace").strip()
        if self.is_late:
            yield f"has not ended after {self.seconds:.0f} s"
        elif self.signal:
            yield f"ended by signal {self.signal}: {said}"
        elif self.status not in commands.documented(self.words):
            yield f"exit status {self.status}: {said}"
        if self.processor > SECONDS:
            yield f"took {self.processor:.1f} s of the processor"
        if self.kilobytes > KILOBYTES:
            yield f"took {self.kilobytes // 1000} MB"
        if os.path.getsize(self.output) > OUTPUT:
            yield f"printed {os.path.getsize(self.output) >> 20} MiB"
        elif self.status is not None and ("json" in self.words or "sarif" in self.words):
            try:
                if not commands.is_sound_json(self.text().decode()):
                    yield "printed JSON that is none"
            except UnicodeDecodeError:
                yield "printed JSON that is not UTF-8"


def address_of_finding(random, directory, folder, options):
    """An address that a finding of `check` prints, and the run that printed it."""
    run = Ending(["check", directory, "--format", "json"], folder, options)
    places = []
    try:
        for line in run.text().decode().splitlines():
            data = json.loads(line)["data"]
            if data.get("file"):
                places.append(data["file"] if data.get("offset") is None else f"{data['file']}:{data['offset']}")
    except (ValueError, KeyError):
        pass
    return (random.choice(places) if places else "."), run


def anywhere(random, directory):
    """A file, and a place in it or behind its end."""
    files = sorted(
        os.path.join(place, name) for place, _, names in os.walk(directory) for name in names
        if name.isprintable() and os.path.isfile(os.path.join(place, name)))
    if not files:
        return "."
    file = random.choice(files)
    return f"{os.path.relpath(file, directory)}:{random.randrange(os.path.getsize(file) + 10)}"


def prepare(random, folder, options):
    """A damaged directory, and what was done to it."""
    found = trees.sources(options.bases)
    source = random.choice(found)
    directory = os.path.join(folder, "data")
    part = trees.copy(random, source, directory)
    other = random.choice(found)
    others = [os.path.join(place, name) for place, _, names in os.walk(other) for name in sorted(names)]
    spoiler = damage.Spoiler(random, directory, sorted(others))
    for _ in range(random.choice([1, 1, 2, 3, 6])):
        spoiler.draw()
    if random.random() < 0.5:
        spoiler.mend()
        spoiler.log.append("mend")
    if trees.size(directory) > trees.LIMIT + (200 << 10):
        trees.shrink(random, directory)
    return directory, f"{os.path.relpath(source)} {part} {','.join(spoiler.log)}"


def run_round(seed, options):
    """Lines about what failed; none where all was well. And how many commands ran."""
    random = randoms.Random(seed)
    folder = tempfile.mkdtemp(prefix="torture-", dir=options.tmp)
    directory, story = prepare(random, folder, options)
    values = {
        "output": os.path.join(folder, "output"), "config": os.path.join(folder, "prometheus.yml"),
        "policy": os.path.join(options.bases[0], "label-policy.yml"),
        "sound": random.choice([source for source in trees.sources(options.bases[:1]) if "/sound/" in source]),
        "metric": random.choice(["up", "http_requests_total", "nope"]),
        "selector": random.choice(['{__name__=~"[a-m].*"}', "up", '{job!=""}', '{instance=~".*1.*"}']),
        "time": random.choice(["1h", "2026-11-17T01:00:00Z", "9223372036854775807", "-9223372036854775808"]),
        "end": random.choice(["2026-11-17T01:00:00Z", "9223372036854775807", "-9223372036854775808"]),
        "segment": random.choice(["0", "1", "4:40000", "9223372036854775807"]),
        "block": (trees.blocks(directory) or ["01M7XPN3X1W9EQ2JFCGYV3JBWH"])[0],
    }
    with open(values["config"], "w") as file:
        file.write(CONFIG)
    os.mkdir(os.path.join(folder, "tmp"))
    before, failures, count = trees.state(directory), [], 0

    def judge(run):
        nonlocal before, count
        count += 1
        faults = list(run.faults())
        after = trees.state(directory)
        if after != before:
            changed = [path for path in set(before) | set(after) if before.get(path) != after.get(path)]
            faults.append(f"changed {sorted(changed)[:4]}")
            # The next command is not to blame for it.
            before = after
        left = os.listdir(os.path.join(folder, "tmp"))
        if left:
            if not run.is_late and not run.signal:
                faults.append(f"left {left[:4]} in the temporary folder")
            shutil.rmtree(os.path.join(folder, "tmp"))
            os.mkdir(os.path.join(folder, "tmp"))
        for fault in faults:
            failures.append(f"  {' '.join(run.words)}\n    {fault}")

    values["anywhere"] = anywhere(random, directory)
    values["address"], run = address_of_finding(random, directory, folder, options)
    judge(run)
    for _ in range(COMMANDS):
        judge(Ending(commands.draw(random, directory, values), folder, options))
        for name in (values["output"], values["output"] + ".tar.zst"):
            shutil.rmtree(name) if os.path.isdir(name) else os.path.exists(name) and os.remove(name)
    if failures:
        kept = os.path.join(options.keep, "round-" + seed.replace(":", "-"))
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept, symlinks=True)
        failures.insert(0, f"round {seed}: {story}; kept in {kept}/data")
    shutil.rmtree(folder)
    return failures, count


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("executable")
    parser.add_argument("--bases", action="append", help="where data directories are; TestData comes first")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--round", help="one round again, by its seed, as a failure prints it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--slack", type=float, default=6, help="how much slower than the processor the clock may run")
    parser.add_argument("--tmp", default=None)
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "epimetheus-torture"))
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    options.bases = [os.path.normpath(os.path.join(here, "../../TestData"))] + (options.bases or [])
    options.executable = os.path.abspath(options.executable)
    seeds = [options.round] if options.round else [f"{options.seed}:{number}" for number in range(options.rounds)]
    begin, failed, ran = time.monotonic(), 0, 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        results = pool.map(run_round, seeds, [options] * len(seeds))
        for number, (failures, count) in enumerate(results, 1):
            ran += count
            if failures:
                failed += 1
                print("\n".join(failures), flush=True)
            if number % 500 == 0 and number < len(seeds):
                print(f"{number} rounds, {failed} failed", file=sys.stderr, flush=True)
    print(f"seed {options.seed}: {ran} runs in {time.monotonic() - begin:.0f} s")
    print(f"{len(seeds) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Counts the instructions that commands and kernels take on small inputs, and holds them against a budget.

    budget.py EPIMETHEUS TESTDATA BUDGETS [--record] [--only TEXT]

Times say little on a machine that is shared; instructions are the same within a third of a percent. BUDGETS is a
JSON file: the compiler, valgrind and processor it was recorded with, and for each row the instructions. What takes
more than 5 % beyond its budget fails; what takes 5 % less is told, so that the budget can be lowered. A budget of
another compiler says nothing about this one: then all is counted and shown, and the exit status is 3.

A row is a command as a whole (under valgrind's callgrind, with one job, and hashing that is not seeded), or the
functions of one kernel in such a run: what they take themselves, by their symbols.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOLERANCE = 0.05

# Name, directory of TestData, arguments; DIR stands for the directory, BLOCK for the first block in it, COPY
# for a copy of it with a byte of its log flipped, OUT for a path where nothing is.
COMMANDS = [
    ("analyze --head", "explosion-small", "analyze --head --jobs 1 DIR"),
    ("analyze --head, floats and histograms", "nh-3.5", "analyze --head --jobs 1 DIR"),
    ("analyze of a block", "explosion-blocks", "analyze --jobs 1 BLOCK"),
    ("analyze --extended", "explosion-blocks", "analyze --extended --jobs 1 BLOCK"),
    ("check", "explosion-small", "check --jobs 1 DIR"),
    ("check of a block", "explosion-blocks", "check --jobs 1 BLOCK"),
    ("check --deep of a block", "explosion-blocks", "check --deep --jobs 1 BLOCK"),
    ("churn", "explosion-blocks", "churn --jobs 1 DIR"),
    ("diagnose", "explosion-small", "diagnose --jobs 1 DIR"),
    ("diagnose of a damaged log", "explosion-small", "diagnose --jobs 1 COPY"),
    ("diff", "explosion-blocks", "diff --jobs 1 DIR DIR"),
    ("dump samples", "rollouts", "dump samples --jobs 1 DIR"),
    ("evidence", "rollouts", "evidence DIR --output OUT --jobs 1"),
    ("ls", "explosion-blocks", "ls DIR"),
    ("preflight", "explosion-small", "preflight --jobs 1 DIR"),
    ("redact", "rollouts", "redact DIR --output OUT"),
    ("repair", "explosion-small", "repair --jobs 1 COPY"),
    ("repair of a sound log", "explosion-small", "repair --jobs 1 DIR"),
    ("whatif", "explosion-small", "whatif --drop-label request_id --jobs 1 DIR"),
]

# Name, the command in which it is counted, and what the symbols of its functions have in them.
KERNELS = [
    ("snappy", "analyze --head", r"unsnap"),
    ("checksums", "check of a block", r"crc32c"),
    ("log: fragments and records", "analyze --head", r"10TSDBFormat.*(SegmentReader|FragmentReader|RecordReader)"),
    ("log: series and samples", "analyze --head", r"10TSDBFormat|12TSDBAnalysis"),
    ("index: series", "analyze of a block", r"10TSDBFormat|12TSDBAnalysis"),
    ("chunks: samples", "check --deep of a block", r"10TSDBFormat"),
]


def versions():
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()
    compiler = next((line for line in swift if "Swift version" in line), "none").strip()
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True).stdout.strip()
    return {"compiler": compiler, "valgrind": valgrind, "machine": os.uname().machine}


def flipped(directory, copy):
    """A copy in which one byte at two thirds of the first segment is another."""
    shutil.copytree(directory, copy)
    segment = sorted((copy / "wal").glob("0*"))[0]
    data = bytearray(segment.read_bytes())
    data[len(data) * 2 // 3] ^= 0x40
    segment.write_bytes(data)


def run(executable, command, directory, scratch):
    """The exit status of a command under callgrind, and its counts by symbol."""
    blocks = sorted(path.parent for path in directory.glob("*/meta.json"))
    places = {"DIR": directory, "BLOCK": blocks[0] if blocks else None, "OUT": scratch / "out", "COPY": scratch / "copy"}
    words = command.split()
    if "COPY" in words:
        flipped(directory, places["COPY"])
    words = [str(places.get(word, word)) for word in words]
    counts = scratch / "counts"
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", str(executable), *words],
        capture_output=True, text=True, env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"})
    if done.returncode not in (0, 1) or not counts.exists():
        sys.exit(f"budget: {command} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return by_symbol(counts)


def by_symbol(path):
    """What each function took itself. The format: valgrind's manual, "Callgrind Format Specification"."""
    names, counts, current, is_call = {}, {}, None, False
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("fn="):
            number, _, name = line[3:].partition(" ")
            if name:
                names[number] = name
            current = names.get(number, number)
        elif line.startswith("cfn="):
            number, _, name = line[4:].partition(" ")
            if name:
                names[number] = name
        elif line.startswith("calls="):
            is_call = True  # The next line is what the callee took.
        elif re.match(r"[-+*\d]\S* \d+$", line):
            if not is_call and current is not None:
                counts[current] = counts.get(current, 0) + int(line.split()[-1])
            is_call = False
    return counts


def measure(executable, testdata, only):
    """Every row's instructions."""
    rows, runs = {}, {}
    needed = {command for name, command, _ in KERNELS if only in name}
    for name, directory, command in COMMANDS:
        if only not in name and name not in needed:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            print(f"budget: {name}", file=sys.stderr, flush=True)
            runs[name] = run(executable, command, testdata / "sound" / directory / "data", pathlib.Path(scratch))
        if only in name:
            rows[name] = sum(runs[name].values())
    for name, command, pattern in KERNELS:
        if only in name:
            of_kernel = sum(count for symbol, count in runs[command].items() if re.search(pattern, symbol))
            if of_kernel == 0:
                sys.exit(f"budget: no function of {name} was met in {command}: its pattern is out of date")
            rows["kernel " + name] = of_kernel
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("executable", type=pathlib.Path)
    parser.add_argument("testdata", type=pathlib.Path)
    parser.add_argument("budgets", type=pathlib.Path)
    parser.add_argument("--record", action="store_true", help="write what was counted as the budget")
    parser.add_argument("--only", default="", help="rows with this text in their name")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("budget: valgrind is not installed (apt-get install valgrind)")

    rows = measure(options.executable, options.testdata, options.only)
    here = versions()
    if options.record:
        known = json.loads(options.budgets.read_text())["rows"] if options.only and options.budgets.exists() else {}
        options.budgets.write_text(json.dumps({**here, "rows": {**known, **rows}}, indent=1) + "\n")
    if not options.budgets.exists():
        for name, count in rows.items():
            print(f"{name:<40}{count / 1e6:>12,.1f}")
        sys.exit("budget: none is recorded yet: make budget RECORD=--record")
    budget = json.loads(options.budgets.read_text())
    comparable = all(budget[key] == here[key] for key in here)

    over = []
    print(f"{'million instructions':>52}  {'budget':>9}")
    for name, count in rows.items():
        allowed = budget["rows"].get(name)
        change = f"{count / allowed - 1:+.1%}" if allowed else "no budget"
        print(f"{name:<40}{count / 1e6:>12,.1f}  {(allowed or 0) / 1e6:>9,.1f}  {change}")
        if allowed is None or count > allowed * (1 + TOLERANCE):
            over.append(name)
    missing = [name for name in budget["rows"] if name not in rows and options.only in name]
    if not comparable:
        print(f"budget: not compared: it is of {budget['compiler']}, {budget['valgrind']}, {budget['machine']};"
              f" this is {here['compiler']}, {here['valgrind']}, {here['machine']}")
        sys.exit(3)
    if over or missing:
        sys.exit(f"budget: beyond it by more than {TOLERANCE:.0%}, or without one: {', '.join(over + missing)}."
                 " Make it cheaper, or say why in the commit that records it anew (make budget RECORD=--record)")


if __name__ == "__main__":
    main()

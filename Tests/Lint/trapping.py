#!/usr/bin/env python3
"""Finds operations on numbers from disk that trap: `trapping.py BUILD SOURCES [ALLOWED]`.

Has the compiler look at every Swift target below SOURCES, by the command that SwiftPM left in
BUILD/release.yaml, with Trapping.swift among its files: what that declares as deprecated is what must not be
written. ALLOWED is a regular expression for names of files that may: they bound what they compute with.

Literals cannot trap at run time, so `10 * 60` and a division by a number other than 0 are nobody's concern.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Written into every target, and found there if the compiler sees what it shall.
PLANTED = "func plantedTrap(_ first: Int64, _ second: Int64) -> Int64 { first - second }\n"
WARNING = re.compile(r"^(/\S+\.swift):(\d+):(\d+): (warning|error): (.*?)(?: \[#\w+\])?$", re.M)
LITERAL = r"[\d_]*[1-9][\d_]*\b(?![.\d])"

# Arguments of the compiler that make it write something, with and without a value behind them.
DROPPED = {
    "-emit-dependencies", "-emit-module", "-c", "-serialize-diagnostics", "-parseable-output",
    "-emit-objc-header", "-warnings-as-errors", "-whole-module-optimization",
}
DROPPED_WITH_VALUE = {
    "-emit-module-path", "-output-file-map", "-emit-objc-header-path", "-num-threads",
    "-module-cache-path",
}


def commands(build):
    """The command line for each module."""
    found = {}
    for line in (build / "release.yaml").read_text().splitlines():
        line = line.strip()
        if line.startswith("args: [") and '"-module-name"' in line and '"-output-file-map"' in line:
            words = json.loads(line.removeprefix("args: "))
            found[words[words.index("-module-name") + 1]] = words
    return found


def looking(words):
    """`words` without what names or writes a file."""
    kept, skip = [], False
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif place > 0 and words[place - 1] == "-Xcc":
            kept.append(word)
        elif word in DROPPED_WITH_VALUE:
            skip = True
        elif word not in DROPPED and not word.startswith("@") and not re.fullmatch(r"-j\d+", word):
            kept.append(word)
    return kept


def is_harmless(file, line, column):
    text = pathlib.Path(file).read_bytes().split(b"\n")[line - 1]
    left, right = (part.decode(errors="replace") for part in (text[: column - 1], text[column - 1 :]))
    if re.match(r"[/%]=? " + LITERAL, right):
        return True
    return bool(re.match(r"[-+*] " + LITERAL, right) and re.search(r"(?<![\w.])[\d_]+ $", left))


def look(module, words, sources, cache, planted):
    files = sorted(str(file) for file in (sources / module).rglob("*.swift"))
    run = subprocess.run(
        looking(words) + ["-typecheck", "-module-cache-path", cache]
        + files + [str(HERE / "Trapping.swift"), planted],
        capture_output=True, text=True, errors="replace")
    found, errors, saw = set(), [], False
    for file, line, column, kind, text in WARNING.findall(run.stdout + run.stderr):
        if file == planted:
            saw = True
        elif kind == "error":
            errors.append(f"{file}:{line}:{column}: {text}")
        elif "traps" in text and not is_harmless(file, int(line), int(column)):
            found.add((os.path.relpath(file), int(line), int(column), text.replace(" is deprecated:", "")))
    if not saw and not errors:
        errors.append(run.stderr[-2000:] or "nothing was looked at")
    return module, sorted(found), errors


def main():
    build, sources = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    allowed = re.compile(rf"/(?:{sys.argv[3]})\.swift$" if len(sys.argv) > 3 else r"(?!)")
    known = commands(build)
    modules = sorted(folder.name for folder in sources.iterdir() if any(folder.rglob("*.swift")))
    failed = False
    # Beside what was built, so that the next run need not read the C headers again.
    cache = build / "lint"
    cache.mkdir(exist_ok=True)
    planted = cache / "Planted.swift"
    planted.write_text(PLANTED)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        missing = [module for module in modules if module not in known]
        if missing:
            sys.exit(f"{build}/release.yaml knows nothing of {', '.join(missing)}: run `make build`")
        tasks = [pool.submit(look, name, known[name], sources, str(cache), str(planted)) for name in modules]
        for task in tasks:
            module, found, errors = task.result()
            for error in errors:
                failed = True
                print(f"{module} cannot be looked at: {error}", file=sys.stderr)
            for file, line, column, text in found:
                if not allowed.search("/" + file):
                    failed = True
                    print(f"{file}:{line}:{column}: {text} on numbers from disk", file=sys.stderr)
    sys.exit(1 if failed else 0)


main()

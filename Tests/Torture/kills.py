#!/usr/bin/env python3
"""Kills repairs and undos at every system call that changes something, and has them taken back.

`repair`, `surgery drop-series`, `flush-head` and `discard-head` are made in place on a damaged directory, and killed
before the Nth call that changes something below it, for every N; writes are besides made by half. `undo` must then
bring back every byte, name, mode, owner, attribute and time of change, or say that there is nothing to take back,
and it must be so. An undo of each is killed in the same way, and run again. Every other undo after a kill is itself
killed at a place that the seed draws, before it is run again.

All this on a plain tree; on one whose files lie elsewhere, behind links, on the same file system and on another one;
and on two whose `wal` is such a link. A repair that changes nothing outside of its directory refuses
some of these: then nothing may have changed. `make kills` runs it; it needs Python 3, and Linux on x86-64.
"""

import argparse
import hashlib
import multiprocessing
import os
import random as randoms
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import killer

OPERATIONS = {
    "repair": ["repair"],
    "drop-series": ["surgery", "drop-series", "--match", '{__name__=~"[a-m].*"}'],
    "flush-head": ["surgery", "flush-head"],
    "discard-head": ["surgery", "discard-head"],
}
TREES = ["plain", "linked files", "files on another file system", "linked wal", "wal on another file system"]
AGES = 1_700_000_000


def state(*roots):
    """What an undo has to bring back, of all that is below the roots and of themselves."""
    found = {}

    def note(path):
        status = os.lstat(path)
        body = b""
        if os.path.islink(path):
            body = os.readlink(path)
        elif os.path.isfile(path):
            with open(path, "rb") as file:
                body = hashlib.blake2b(file.read()).digest()
        attributes = sorted((name, os.getxattr(path, name, follow_symlinks=False))
                            for name in os.listxattr(path, follow_symlinks=False))
        size = 0 if os.path.isdir(path) and not os.path.islink(path) else status.st_size
        found[path] = (status.st_mode, status.st_uid, status.st_gid, size, status.st_mtime_ns, body, attributes)

    for number, root in enumerate(roots):
        if not os.path.isdir(root):
            continue
        inside = os.getcwd()
        os.chdir(root)
        try:
            note(b".")
            for folder, folders, files in os.walk(b"."):
                for name in folders + files:
                    note(os.path.join(folder, name))
        finally:
            os.chdir(inside)
        found = {(number, path) if isinstance(path, bytes) else path: what for path, what in found.items()}
    return found


def differences(before, after):
    return sorted(os.fsdecode(path[1]) for path in set(before) | set(after) if before.get(path) != after.get(path))


def age(root):
    """Times that are long past and all different, and modes that are not what a new file gets."""
    number = 0
    for folder, folders, files in os.walk(root, topdown=False):
        for name in sorted(files) + [""]:
            path = os.path.join(folder, name) if name else folder
            number += 1
            if not os.path.islink(path):
                os.chmod(path, (0o640 if name else 0o750) if number % 2 else (0o664 if name else 0o755))
            moment = (AGES + number * 1000) * 10**9 + number
            os.utime(path, ns=(moment, moment), follow_symlinks=False)


def spoil(root):
    """A repair has something to do: a flipped byte in the middle of the log, a block without `meta.json`, and head
    chunks that end early, as far as the directory has these."""
    wal = os.path.join(root, "wal")
    segments = sorted(name for name in os.listdir(wal) if name.isdigit()) if os.path.isdir(wal) else []
    if len(segments) > 1:
        with open(os.path.join(wal, segments[len(segments) // 2]), "r+b") as file:
            file.seek(os.fstat(file.fileno()).st_size // 3)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 0x20]))
    blocks = sorted(name for name in os.listdir(root) if len(name) == 26)
    if blocks:
        os.remove(os.path.join(root, blocks[0], "meta.json"))
    chunks = os.path.join(root, "chunks_head")
    if os.path.isdir(chunks) and os.listdir(chunks):
        last = os.path.join(chunks, max(os.listdir(chunks)))
        os.truncate(last, os.path.getsize(last) // 2)


class Tree:
    """A directory to be changed, in a folder of its own: made once, copied for every kill."""

    def __init__(self, kind, source, folder, other):
        self.kind, self.folder, self.other = kind, os.path.join(folder, "model"), other
        self.data = os.path.join(self.folder, "data")
        os.makedirs(self.folder)
        shutil.copytree(source, self.data)
        spoil(self.data)
        place = other if "another" in kind else os.path.join(self.folder, "elsewhere")
        if kind != "plain":
            os.makedirs(place, exist_ok=True)
        if kind in ("linked files", "files on another file system"):
            self.link_files(place)
        elif kind != "plain":
            shutil.move(os.path.join(self.data, "wal"), os.path.join(place, "wal"))
            self.link(os.path.join(self.data, "wal"), os.path.join(place, "wal"))
        if os.path.isdir(place):
            age(place)
        age(self.folder)
        self.before = state(self.folder, other)

    def link_files(self, place):
        """The files of the log, of the head chunks and of the last block lie elsewhere."""
        blocks = sorted(name for name in os.listdir(self.data) if len(name) == 26)
        for part in ["wal", "chunks_head"] + blocks[-1:]:
            for folder, _, files in os.walk(os.path.join(self.data, part)):
                for name in files:
                    path = os.path.join(folder, name)
                    target = os.path.join(place, os.path.relpath(path, self.data).replace("/", "+"))
                    shutil.move(path, target)
                    self.link(path, target)

    def link(self, path, target):
        """What lies in the folder is led to from where the link is, so that a copy has its own."""
        if not target.startswith(self.other):
            target = os.path.relpath(target, os.path.dirname(path))
        os.symlink(target, path)

    def copy(self, model, folder):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["cp", "-a", model, folder], check=True)
        return os.path.join(folder, "data")


class Sweep:
    """All kills of one operation, or of its undo, on one tree."""

    def __init__(self, options, operation, kind, source, isUndo):
        self.options, self.operation, self.kind, self.isUndo = options, operation, kind, isUndo
        self.name = f"{'undo of ' if isUndo else ''}{operation}, {kind}"
        self.work = tempfile.mkdtemp(prefix="kills-", dir=options.tmp)
        self.other = tempfile.mkdtemp(prefix="kills-", dir=options.other)
        self.output = os.path.join(self.work, "output")
        self.random = randoms.Random(f"{options.seed} {self.name}")
        self.failures, self.kills, self.refusal = [], 0, ""
        self.tree = Tree(kind, source, self.work, self.other)

    def words(self, data):
        first, *rest = OPERATIONS[self.operation]
        words = [first] + (rest[:1] if first == "surgery" else []) + [data] + (rest[1:] if first == "surgery" else rest)
        return [self.options.executable] + words + ["--in-place", "--yes", "--jobs", "1"]

    def said(self):
        with open(self.output, errors="replace") as file:
            return file.read().strip()[-300:]

    def undo(self, folder, stop=0, half=False):
        return killer.run([self.options.executable, "undo", os.path.join(folder, "data")], folder, self.output, stop, half)

    def expect(self, folder, story):
        """An undo is made, and all is as it was."""
        if self.random.random() < 0.5:
            stop = self.random.randrange(1, 60)
            calls, ending = self.undo(folder, stop)
            if ending < 0:
                story += f", undo killed at {calls[-1][0]} {calls[-1][1]}"
                self.kills += 1
        _, ending = self.undo(folder)
        said = self.said()
        if ending != 0 and "there is no repair to take back" not in said:
            self.failures.append(f"{self.name}: {story}: undo ends with {ending}: {said}")
            return
        wrong = differences(self.tree.before, state(folder, self.other))
        if wrong:
            self.failures.append(f"{self.name}: {story}: {len(wrong)} not as before, {wrong[:4]}")

    def run(self):
        folder = os.path.join(self.work, "copy")
        data = self.tree.copy(self.tree.folder, folder)
        calls, ending = killer.run(self.words(data), folder, self.output)
        model = self.tree.folder
        if ending not in (0, 1):
            self.refusal = self.said().splitlines()[-1] if self.said() else f"ends with {ending}"
            self.expect(folder, "refused")
            return self
        if self.isUndo:
            model = os.path.join(self.work, "repaired")
            subprocess.run(["cp", "-a", folder, model], check=True)
            calls, ending = self.undo(folder)
            if ending != 0:
                self.failures.append(f"{self.name}: ends with {ending}: {self.said()}")
        self.expect(folder, "not killed")
        self.calls = len(calls)
        places = [(number, False) for number in range(1, len(calls) + 1)]
        places += [(number, True) for number, (name, _) in enumerate(calls, 1) if name == "write"]
        if self.options.limit and len(places) > self.options.limit:
            places = sorted(self.random.sample(places, self.options.limit))
        for number, half in places:
            data = self.tree.copy(model, folder)
            if self.isUndo:
                made, ending = self.undo(folder, number, half)
            else:
                made, ending = killer.run(self.words(data), folder, self.output, number, half)
            name, path = made[-1] if made else ("nothing", "")
            story = f"killed at call {number} of {len(calls)}{', half of' if half else ','} {name} {path}"
            if ending != -9:
                self.failures.append(f"{self.name}: {story}: was not killed, but ended with {ending}: {self.said()}")
                continue
            self.kills += 1
            self.expect(folder, story)
        return self

    def clean(self):
        for path in (self.work, self.other):
            shutil.rmtree(path, ignore_errors=True)


def one(case):
    sweep = None
    try:
        sweep = Sweep(*case)
        sweep.run()
        return sweep.name, sweep.kills, getattr(sweep, "calls", 0), sweep.refusal, sweep.failures
    except Exception as error:
        return str(case[1:]), 0, 0, "", [f"{case[1:]}: {type(error).__name__}: {error}"]
    finally:
        if sweep:
            sweep.clean()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("executable")
    parser.add_argument("--source", default=os.path.join(here, "../../TestData/damaged-base/main/data"),
                        help="the directory; something of it is spoilt")
    parser.add_argument("--operation", default=",".join(OPERATIONS), help="several with commas")
    parser.add_argument("--tree", default=",".join(TREES), help="several with commas")
    parser.add_argument("--limit", type=int, default=0, help="at most so many kills in a sweep, drawn at random")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--tmp", default=None)
    parser.add_argument("--other", default="/dev/shm", help="a folder of another file system than that of --tmp")
    options = parser.parse_args()
    hindrance = killer.is_able()
    if hindrance:
        print(f"kills: skipped, because {hindrance}")
        return 0
    options.executable = os.path.abspath(options.executable)
    cases = [(options, operation, kind, os.path.normpath(options.source), isUndo)
             for kind in options.tree.split(",") for operation in options.operation.split(",")
             for isUndo in (False, True)]
    begin, kills, failed = time.monotonic(), 0, 0
    with multiprocessing.Pool(options.jobs, maxtasksperchild=1) as pool:
        for name, count, calls, refusal, failures in pool.imap(one, cases, chunksize=1):
            print(f"{name}: {count} kills at {calls} calls, {len(failures)} failed" if not refusal or failures
                  else f"{name}: refused: {refusal}", flush=True)
            for failure in failures:
                print(f"  {failure}", flush=True)
            kills, failed = kills + count, failed + len(failures)
    print(f"seed {options.seed}: {kills} kills in {time.monotonic() - begin:.0f} s, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

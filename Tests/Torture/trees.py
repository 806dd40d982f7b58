"""Directories to begin with, and what a tree is like, to see that nothing changed it."""

import hashlib
import os
import shutil

LIMIT = 1 << 20


def state(root):
    """Type, mode, size, times and contents of all that is below `root`, and of itself."""
    found = {}

    def note(path):
        status = os.lstat(path)
        kind = status.st_mode
        body = b""
        if os.path.islink(path):
            body = os.readlink(path)
        elif os.path.isfile(path):
            with open(path, "rb") as file:
                body = hashlib.blake2b(file.read()).digest()
        found[path] = (kind, status.st_size, status.st_mtime_ns, status.st_ino, body)

    root = os.fsencode(root)
    note(root)
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            note(os.path.join(folder, name))
    return found


def size(root):
    return sum(
        os.lstat(os.path.join(folder, name)).st_size
        for folder, _, files in os.walk(root) for name in files)


def sources(roots):
    """All data directories below `roots`, which are called `data`."""
    found = []
    for root in roots:
        for folder, folders, _ in os.walk(root):
            folders.sort()
            if os.path.basename(folder) == "data":
                found.append(folder)
                folders.clear()
    return sorted(found)


def blocks(root):
    return sorted(name for name in os.listdir(root) if len(name) == 26 and os.path.isdir(os.path.join(root, name)))


def copy(random, source, target):
    """Copies `source`, or one of its parts alone, with a mebibyte at most."""
    parts = [""] * 6 + [name for name in blocks(source)[:2] + ["wal"] if os.path.isdir(os.path.join(source, name))]
    part = random.choice(parts)
    shutil.copytree(os.path.join(source, part), target, symlinks=True)
    shrink(random, target)
    return part


def shrink(random, root):
    """Leaves blocks out, and shortens the largest files, until a mebibyte is left."""
    for name in random.sample(blocks(root), len(blocks(root))):
        if size(root) <= LIMIT:
            return
        shutil.rmtree(os.path.join(root, name))
    while size(root) > LIMIT:
        largest = max(
            (os.path.join(folder, name) for folder, _, files in os.walk(root) for name in files),
            key=os.path.getsize)
        excess = size(root) - LIMIT
        # A log ends at a page, so that this is no damage yet.
        left = max(os.path.getsize(largest) - excess, os.path.getsize(largest) // 2) // 32768 * 32768
        os.truncate(largest, left)

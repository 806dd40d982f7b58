#!/usr/bin/env python3
"""A block of many series, each with two values of its own: the one that `analyze` takes longest for.

    pairs.py EPIMETHEUS FOLDER [SERIES]      FOLDER is made, and has the block; a million series without SERIES

The series come as a log, which `surgery flush-head` writes as a block.
"""
import os, subprocess, sys, tempfile

from growth import TIME, log, pairs, samples, series


def labels(ref):
    return pairs(__name__="requests_total", id=f"{ref:07x}", job="api", trace=f"{ref * 31:08x}")


def main():
    program, target = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    # Two hours that are over: what is flushed is one block.
    time = TIME // 7_200_000 * 7_200_000 + 60_000
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(target))) as folder:
        parts = [range(at, min(at + 500, count + 1)) for at in range(1, count + 1, 500)]
        records = [series([(ref, labels(ref)) for ref in part]) for part in parts]
        records += [samples([(ref, time, 1.0) for ref in part]) for part in parts]
        log(folder, records)
        flush = [program, "surgery", "flush-head", folder, "--output", target, "--yes"]
        sys.exit(subprocess.run(flush, stdout=subprocess.DEVNULL).returncode)


main()

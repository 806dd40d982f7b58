#!/usr/bin/env python3
"""How much longer each command takes when there is twice as much of one thing.

    growth.py EPIMETHEUS BLOCK [KIND ...]      BLOCK is a small block to make many of

Makes directories with n, 2n and 4n of each kind (blocks, folders of blocks without anything, segments,
checkpoints, stray files, findings, label names, values of a label, refs of one series, deletions,
exemplars, metrics, targets, labels of a policy, jobs of a configuration), runs the commands on them, and
prints the user and system time of the largest and by how much it grew with each doubling: 2 is
linear, 4 is quadratic. Ends with status 1 where something of more than a second grew by more than
LIMIT (3). Directories are in a temporary folder, and are gone at the end.
"""
import json, os, resource, shutil, struct, subprocess, sys, tempfile

LIMIT = float(os.environ.get("LIMIT", "3"))
TIME = 1_796_000_000_000
TABLE = []
for byte in range(256):
    crc = byte
    for _ in range(8):
        crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    TABLE.append(crc)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def uvarint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def varint(value):
    return uvarint(value << 1 if value >= 0 else (-value << 1) - 1)


def text(value):
    value = value.encode()
    return uvarint(len(value)) + value


def series(rows):
    """A record of series: rows of a ref and pairs of a name and a value, which are sorted."""
    out = bytearray([1])
    for ref, pairs in rows:
        out += struct.pack(">Q", ref) + uvarint(len(pairs))
        for name, value in pairs:
            out += text(name) + text(value)
    return bytes(out)


def samples(rows):
    """A record of samples: rows of ref, time and value."""
    base, time = rows[0][0], rows[0][1]
    out = bytearray([2]) + struct.pack(">Qq", base, time)
    for ref, at, value in rows:
        out += varint(ref - base) + varint(at - time) + struct.pack(">d", value)
    return bytes(out)


def tombstones(rows):
    out = bytearray([3])
    for ref, first, last in rows:
        out += struct.pack(">Q", ref) + varint(first) + varint(last)
    return bytes(out)


def exemplars(rows):
    base, time = rows[0][0], rows[0][1]
    out = bytearray([4]) + struct.pack(">Qq", base, time)
    for ref, at, value, label in rows:
        out += varint(ref - base) + varint(at - time) + struct.pack(">d", value)
        out += uvarint(1) + text("trace_id") + text(label)
    return bytes(out)


PAGE = 32768


def segment(records, spoil=None):
    """Records laid out in pages; `spoil` is a set of those whose checksum is wrong."""
    out = bytearray()
    for number, record in enumerate(records):
        rest, first = record, True
        while rest or first:
            left = PAGE - len(out) % PAGE
            if left < 7:
                out += bytes(left)
                left = PAGE
            part, rest = rest[: left - 7], rest[left - 7 :]
            kind = (1 if not rest else 2) if first else (4 if not rest else 3)
            wrong = 1 if spoil and number in spoil else 0
            out += struct.pack(">BHI", kind, len(part), crc32c(part) ^ wrong) + part
            first = False
    return bytes(out)


def write(path, data=b""):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(number):
    name = ""
    for _ in range(26):
        name = LETTERS[number % 32] + name
        number //= 32
    return name


def log(folder, records, spoil=None):
    write(folder + "/wal/00000000", segment(records, spoil))
    os.makedirs(folder + "/chunks_head", exist_ok=True)


def in_records(rows, make, size=500):
    return [make(rows[at : at + size]) for at in range(0, len(rows), size)]


def pairs(**labels):
    return sorted(labels.items())


# MARK: What there is much of


def blocks(folder, count, block):
    meta = json.load(open(block + "/meta.json"))
    log(folder, [])
    for number in range(count):
        name = ulid((meta["maxTime"] + 10**9 << 80) + number + 1)
        shutil.copytree(block, f"{folder}/{name}")
        own = dict(meta, ulid=name, compaction={"level": 1, "sources": [name]})
        write(f"{folder}/{name}/meta.json", json.dumps(own).encode())


def empty_blocks(folder, count, _):
    log(folder, [])
    for number in range(count):
        os.makedirs(f"{folder}/{ulid(number + 1)}")


def segments(folder, count, _):
    for number in range(count):
        record = [series([(number + 1, pairs(__name__="up", x=str(number)))])] if number % 7 == 0 else []
        write(f"{folder}/wal/{number:08d}", segment(record))


def checkpoints(folder, count, _):
    for number in range(count):
        write(f"{folder}/wal/checkpoint.{number:08d}/00000000", segment([]))
    write(f"{folder}/wal/{count:08d}")


def repair_copies(folder, count, _):
    for number in range(count):
        write(f"{folder}/wal/{number:08d}")
        write(f"{folder}/wal/{number:08d}.repair")


def strays(folder, count, _):
    log(folder, [])
    for number in range(count):
        for place in ("", "wal/", "chunks_head/"):
            write(f"{folder}/{place}stray-{number}")


def head_chunk_files(folder, count, _):
    log(folder, [])
    for number in range(count):
        write(f"{folder}/chunks_head/{number + 1:06d}", struct.pack(">II", 0x0130BC91, 1 << 24))


def findings(folder, count, _):
    records = [samples([(1, TIME + number, 1.0)]) for number in range(count)]
    head = [series([(1, pairs(__name__="up"))])]
    log(folder, head + records, spoil=set(range(1, count, 2)))


def label_names(folder, count, _):
    rows = [(n + 1, pairs(__name__="up", **{f"name_{n}": "x"})) for n in range(count)]
    log(folder, in_records(rows, series) + in_records([(n + 1, TIME, 1.0) for n in range(count)], samples))


def label_values(folder, count, _):
    rows = [(n + 1, pairs(__name__="up", job="a", instance=f"host-{n}:9090")) for n in range(count)]
    log(folder, in_records(rows, series) + in_records([(n + 1, TIME, 1.0) for n in range(count)], samples))


def metrics(folder, count, _):
    rows = [(n + 1, pairs(__name__=f"metric_{n}", job=f"job_{n % 997}", instance=str(n % 89))) for n in range(count)]
    log(folder, in_records(rows, series) + in_records([(n + 1, TIME, 1.0) for n in range(count)], samples))


def jobs(folder, count, _):
    rows = [(n + 1, pairs(__name__="up", job=f"job_{n}", instance="a")) for n in range(count)]
    log(folder, in_records(rows, series) + in_records([(n + 1, TIME, 1.0) for n in range(count)], samples))


def repeated_series(folder, count, _):
    rows = [(n + 1, pairs(__name__="up", job="a")) for n in range(count)]
    log(folder, in_records(rows, series) + in_records([(n + 1, TIME + n, 1.0) for n in range(count)], samples))


def many_samples(folder, count, _):
    rows = [(1, TIME + n, float(n)) for n in range(count)]
    log(folder, [series([(1, pairs(__name__="up"))])] + in_records(rows, samples))


def late_samples(folder, count, _):
    rows = [(1, TIME - n, float(n)) for n in range(count)]
    log(folder, [series([(1, pairs(__name__="up"))]), samples([(1, TIME, 1.0)])])
    write(folder + "/wbl/00000000", segment(in_records(rows, samples, 50)))


def deletions(folder, count, _):
    rows = [(1, TIME + n, float(n)) for n in range(count)]
    gone = [(1, TIME + n, TIME + n) for n in range(0, count, 2)]
    log(
        folder,
        [series([(1, pairs(__name__="up"))])] + in_records(rows, samples) + in_records(gone, tombstones),
    )


def many_exemplars(folder, count, _):
    rows = [(1, TIME + n, float(n), f"trace-{n}") for n in range(count)]
    log(folder, [series([(1, pairs(__name__="up"))])] + in_records(rows, exemplars))


def unknown_refs(folder, count, _):
    log(folder, [series([(1, pairs(__name__="up"))])] + in_records([(n * 97 + 2, TIME, 1.0) for n in range(count)], samples))


def policy(folder, count, _):
    log(folder, [series([(1, pairs(__name__="up", job="a"))]), samples([(1, TIME, 1.0)])])
    names = "".join(f"    - label_{n}\n" for n in range(count))
    others = "".join(f"    - other_{n}\n" for n in range(count))
    write(folder + ".yml", f"label_policy:\n  allowed_high_cardinality:\n{names}  forbidden_labels:\n{others}".encode())


def configuration(folder, count, _):
    rows = [(n + 1, pairs(__name__="up", job=f"job_{n}", instance="a")) for n in range(count)]
    log(folder, in_records(rows, series) + in_records([(n + 1, TIME, 1.0) for n in range(count)], samples))
    body = "".join(
        f"- job_name: job_{n}\n  metric_relabel_configs:\n  - regex: x_{n % 10}\n    action: labeldrop\n" for n in range(count)
    )
    write(folder + ".yml", f"scrape_configs:\n{body}".encode())


READING = [
    ["ls"], ["check"], ["check", "--quick"], ["diagnose"], ["preflight"], ["analyze"], ["churn"], ["repair"],
]
LISTING = [["ls"], ["check"], ["diagnose"], ["analyze"], ["repair"]]
SAMPLES = [["dump", "samples"], ["dump", "tombstones"], ["dump", "exemplars"], ["dump", "records"]]
KINDS = {
    "blocks": (blocks, 200, LISTING + [["dump", "samples"], ["whatif", "--drop-label", "x"]]),
    "empty-blocks": (empty_blocks, 1000, READING),
    "segments": (segments, 1000, READING),
    "checkpoints": (checkpoints, 1000, LISTING),
    "repair-copies": (repair_copies, 1000, LISTING),
    "strays": (strays, 2000, LISTING),
    "head-chunk-files": (head_chunk_files, 1000, LISTING),
    "findings": (findings, 10000, READING + SAMPLES),
    "label-names": (label_names, 5000, READING),
    "label-values": (label_values, 20000, READING + [["analyze", "--label", "instance"], ["dump", "series"]]),
    "metrics": (metrics, 20000, READING + [["whatif", "--drop-label", "instance"]]),
    "jobs": (jobs, 20000, READING),
    "repeated-series": (repeated_series, 20000, READING + SAMPLES + [["show", "DIR", "#series/up"]]),
    "samples": (many_samples, 20000, READING + SAMPLES),
    "late-samples": (late_samples, 10000, LISTING + SAMPLES),
    "deletions": (deletions, 10000, LISTING + SAMPLES),
    "exemplars": (many_exemplars, 20000, LISTING + SAMPLES),
    "unknown-refs": (unknown_refs, 20000, READING + SAMPLES),
    "policy": (policy, 50000, [["policy", "DIR", "--policy", "DIR.yml"]]),
    "configuration": (configuration, 2000, [["whatif", "DIR", "--config", "DIR.yml"]]),
}


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        print(f"growth: {' '.join(command)} ended with {done.returncode}: {done.stderr[:300]!r}", file=sys.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    epimetheus, block = sys.argv[1], sys.argv[2]
    status = 0
    print(f"{'kind':18}{'command':28}{'most':>8}{'seconds':>9}  growth")
    for kind in sys.argv[3:] or KINDS:
        make, count, commands = KINDS[kind]
        with tempfile.TemporaryDirectory() as work:
            folders = []
            for factor in (1, 2, 4):
                folders.append(f"{work}/{factor}")
                make(folders[-1], count * factor, block)
            for words in commands:
                times = []
                for folder in folders:
                    line = [word.replace("DIR", folder) for word in words]
                    if "DIR" not in "".join(words):
                        line.insert(2 if words[0] == "dump" else 1, folder)
                    times.append(cpu([epimetheus] + line))
                grown = [b / max(a, 0.02) for a, b in zip(times, times[1:])]
                bad = times[-1] > 1 and max(grown) > LIMIT
                status = 1 if bad else status
                marks = " ".join(f"{g:.1f}" for g in grown) + ("  too much" if bad else "")
                print(f"{kind:18}{' '.join(words):28}{count * 4:8}{times[-1]:9.2f}  {marks}", flush=True)
    sys.exit(status)


if __name__ == "__main__":
    main()

"""Ways to spoil a data directory, each drawn from a seeded random number generator."""

import json
import os
import shutil
import struct

import structures

EXTREME_TIMES = [
    -(1 << 63), -(1 << 63) + 1, -(1 << 62), -1, 0, 1, 1 << 62, (1 << 63) - 2, (1 << 63) - 1,
    1_794_873_600_000, 4_102_444_800_000, 3_074_457_345_618_258_603, -62_135_596_800_001,
]
LENGTHS = [0, 1, 2, 3, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000,
           0xFFFFFFFF, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]


class Spoiler:
    """Spoils the directory `root`; `others` are files that pieces may come from."""

    def __init__(self, random, root, others):
        self.random, self.root, self.others = random, root, others
        self.touched = set()
        self.log = []

    def files(self):
        found = []
        for folder, names, files in os.walk(self.root):
            names.sort()
            for name in sorted(files):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    found.append(os.path.relpath(path, self.root))
        return found

    def of_kind(self, *kinds):
        return [path for path in self.files() if structures.kind_of(path) in kinds]

    def read(self, path):
        with open(os.path.join(self.root, path), "rb") as file:
            return bytearray(file.read())

    def write(self, path, data):
        with open(os.path.join(self.root, path), "wb") as file:
            file.write(data)
        self.touched.add(path)

    def draw(self):
        """One piece of damage; says in `log` what it is."""
        ways = self.random.choices(
            [self.bytes, self.lengths, self.splice, self.truncate, self.files_and_folders, self.aimed],
            weights=[2, 3, 2, 2, 3, 7])
        name = ways[0].__name__
        files = self.files()
        if files:
            ways[0](files)
            self.log.append(name)

    def mend(self):
        """Makes the checksums of what was touched right again."""
        for path in sorted(self.touched):
            full = os.path.join(self.root, path)
            if os.path.isfile(full) and not os.path.islink(full):
                data = self.read(path)
                structures.mend(path, data)
                self.write(path, data)

    # By bytes

    def bytes(self, files):
        path = self.random.choice(files)
        data = self.read(path)
        for _ in range(self.random.choice([1, 1, 2, 8, 64])):
            if data:
                data[self.place(data)] = self.random.randrange(256)
        self.write(path, data)

    def place(self, data):
        """Beginnings and ends hold more than the middle."""
        size = len(data)
        if self.random.random() < 0.4:
            near = self.random.randrange(min(size, 128))
            return near if self.random.random() < 0.5 else size - 1 - near
        return self.random.randrange(size)

    def number(self):
        """Bytes of a number that is hard to take."""
        value = self.random.choice(LENGTHS + [self.random.getrandbits(64)])
        return self.random.choice([
            lambda: struct.pack(">I", value & 0xFFFFFFFF), lambda: struct.pack(">Q", value & (1 << 64) - 1),
            lambda: structures.uvarint(value), lambda: structures.varint(self.random.choice(EXTREME_TIMES)),
            lambda: struct.pack(">H", value & 0xFFFF), lambda: struct.pack(">q", self.random.choice(EXTREME_TIMES)),
            lambda: b"\xff" * 11,
        ])()

    def lengths(self, files):
        path = self.random.choice(files)
        data = self.read(path)
        for _ in range(self.random.choice([1, 1, 3])):
            if data:
                at, number = self.place(data), self.number()
                data[at:at + len(number)] = number[:max(1, len(data) - at)]
        self.write(path, data)

    def splice(self, files):
        path, source = self.random.choice(files), self.random.choice(self.others + files)
        data = self.read(path)
        with open(source if os.path.isabs(source) else os.path.join(self.root, source), "rb") as file:
            other = file.read(1 << 20)
        if not data or not other:
            return
        size = min(self.random.choice([16, 256, 4096, 32768, 100_000]), len(other))
        start = self.random.randrange(len(other) - size + 1)
        at = self.place(data)
        end = at if self.random.random() < 0.3 else at + size
        data[at:end] = other[start:start + size]
        self.write(path, data[:1 << 20])

    def truncate(self, files):
        path = self.random.choice(files)
        data = self.read(path)
        way = self.random.randrange(5)
        if way == 0:
            data = bytearray()
        elif way == 1:
            data += bytes(self.random.choice([1, 7, 1000, 32768]))
        elif way == 2:
            data += self.random.randbytes(self.random.choice([1, 7, 1000, 32768]))
        elif data:
            del data[self.place(data):]
        self.write(path, data)

    # By files

    def files_and_folders(self, files):
        path = self.random.choice(files)
        if self.random.random() < 0.4 and "/" in path:
            path = os.path.dirname(path)
        full = os.path.join(self.root, path)
        ways = [self.remove, self.copy, self.rename, self.swap_kind, self.link, self.stranger]
        self.random.choice(ways)(full)

    def other_name(self, full):
        folder, name = os.path.split(full)
        width = len(name.split(".")[-1])
        return os.path.join(folder, self.random.choice([
            str(self.random.choice([0, 1, 2, 9, 99, 99_999_999])).zfill(width), "9223372036854775807",
            "99999999999999999999", "checkpoint." + str(self.random.randrange(10)).zfill(8),
            "checkpoint.9223372036854775807", "chunk_snapshot.000001.0000000000",
            "chunk_snapshot.9223372036854775807.9223372036854775807", "01M7XPN3X1W9EQ2JFCGYV3JBWH",
            "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", name + ".tmp", name + ".tmp-for-deletion", name + ".repair",
            "wal", "wbl", "chunks_head", "lock", name + "0",
        ]))

    def remove(self, full):
        shutil.rmtree(full) if os.path.isdir(full) else os.remove(full)

    def copy(self, full):
        target = self.other_name(full)
        if not os.path.lexists(target):
            if os.path.isdir(full):
                shutil.copytree(full, target, symlinks=True)
            else:
                shutil.copy2(full, target)

    def rename(self, full):
        target = self.other_name(full)
        if not os.path.lexists(target):
            os.rename(full, target)

    def swap_kind(self, full):
        was_folder = os.path.isdir(full)
        self.remove(full)
        if was_folder:
            with open(full, "wb") as file:
                file.write(self.random.randbytes(self.random.choice([0, 10, 1000])))
        else:
            os.mkdir(full)
            if self.random.random() < 0.5:
                open(os.path.join(full, "00000000"), "wb").close()

    def link(self, full):
        way = self.random.randrange(4)
        if way == 0:
            moved = full + "-moved"
            if not os.path.lexists(moved):
                os.rename(full, moved)
                os.symlink(os.path.basename(moved), full)
        else:
            self.remove(full)
            os.symlink(["/nonexistent/there", ".", os.path.basename(full)][way - 1], full)

    def stranger(self, full):
        folder = full if os.path.isdir(full) else os.path.dirname(full)
        name = self.random.choice([
            b"lost+found", b"\xff\xfe", "übermaß".encode(), b"\x1b[2J", b"00000000", b"000000", b"index",
            b"meta.json", b"tombstones", b"epimetheus-quarantine-20261117T000000Z", b"a\nb", b"series_state.json",
        ])
        target = os.path.join(os.fsencode(folder), name)
        if os.path.lexists(target):
            return
        if self.random.random() < 0.3:
            os.mkdir(target)
        else:
            with open(target, "wb") as file:
                file.write(self.random.randbytes(self.random.choice([0, 5, 300])))

    # With aim: decoded a little, and whole again

    def aimed(self, files):
        kinds = [kind for kind in ("log", "log", "meta.json", "chunks_head", "chunks", "index", "tombstones")
                 if self.of_kind(kind)]
        if not kinds:
            return
        kind = self.random.choice(kinds)
        path = self.random.choice(self.of_kind(kind))
        way = {"log": self.aim_at_log, "meta.json": self.aim_at_meta, "chunks_head": self.aim_at_head_chunks,
               "chunks": self.aim_at_chunks, "index": self.aim_at_index, "tombstones": self.aim_at_tombstones}
        way[kind](path)

    def aim_at_log(self, path):
        """Records are decompressed, changed, and laid out again."""
        entries = structures.records(self.read(path))
        times = self.random.random() < 0.4
        for _ in range(self.random.choice([3, 6, 12] if times else [1, 1, 2, 5])):
            if not entries:
                break
            place = self.random.randrange(len(entries))
            flags, body = entries[place]
            plain = structures.snappy_plain(body) if flags == structures.SNAPPY else body
            if flags == structures.ZSTD or not plain:
                continue
            changed = self.changed_record(bytearray(plain), times)
            stored = self.random.random() < 0.5 and flags == structures.SNAPPY
            entries[place] = (structures.SNAPPY, structures.snappy_stored(changed)) if stored else (0, bytes(changed))
            if self.random.random() < 0.2:
                entries.insert(self.random.randrange(len(entries) + 1), entries[place])
        if self.random.random() < 0.1:
            self.random.shuffle(entries)
        if entries:
            self.write(path, structures.segment(entries))

    def changed_record(self, plain, times):
        way = 0 if times else self.random.randrange(6)
        if way <= 1 and plain[0] in (2, 4, 7, 8, 9, 10) and len(plain) >= 17:
            # The base of the times behind the base of the refs, both in eight bytes.
            at = 9 if times or self.random.random() < 0.8 else 1
            plain[at:at + 8] = struct.pack(">q", self.random.choice(EXTREME_TIMES))
        elif way == 2:
            plain[0] = self.random.randrange(20)
        elif way == 3:
            del plain[self.place(plain):]
        else:
            at, number = self.place(plain), self.number()
            end = at + len(number) if self.random.random() < 0.5 else at + 1
            plain[at:end] = number
        return plain or bytearray(b"\x02")

    def aim_at_meta(self, path):
        try:
            meta = json.loads(self.read(path))
        except ValueError:
            return
        numbers = [("minTime",), ("maxTime",), ("version",), ("stats", "numSamples"), ("stats", "numSeries"),
                   ("stats", "numChunks"), ("stats", "numTombstones"), ("compaction", "level")]
        for _ in range(self.random.choice([1, 1, 2, 4])):
            keys = self.random.choice(numbers[:2] if self.random.random() < 0.6 else numbers)
            holder = meta
            for key in keys[:-1]:
                holder = holder.setdefault(key, {}) if isinstance(holder, dict) else {}
            if isinstance(holder, dict):
                holder[keys[-1]] = self.random.choice(
                    EXTREME_TIMES + LENGTHS + [1e300, -1.5, "x", None, True, [], {}, 10 ** 30])
        if self.random.random() < 0.1:
            meta["ulid"] = self.random.choice(["", "0", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", 5, None])
        self.write(path, json.dumps(meta).encode())

    def aim_at_head_chunks(self, path):
        data = self.read(path)
        chunks = list(structures.head_chunks(data))
        if not chunks:
            return
        for _ in range(self.random.choice([1, 1, 3])):
            at, body, length = self.random.choice(chunks)
            way = self.random.randrange(5)
            if way <= 1:
                place = at + self.random.choice([8, 16])
                data[place:place + 8] = struct.pack(">q", self.random.choice(EXTREME_TIMES))
            elif way == 2:
                data[at:at + 8] = struct.pack(">Q", self.random.choice(LENGTHS))
            elif way == 3:
                data[at + 24] = self.random.randrange(256)
            else:
                self.change_chunk(data, body, length)
        structures.mend_head_chunks(data)
        self.write(path, data)

    def change_chunk(self, data, body, length):
        """The first sample's time stands behind the number of samples; the rest are bits."""
        number = structures.varint(self.random.choice(EXTREME_TIMES))
        at = body + 2 if self.random.random() < 0.5 else body + self.random.randrange(max(length, 1))
        if self.random.random() < 0.3:
            at, number = body, struct.pack(">H", self.random.choice([0, 1, 2, 0xFFFF, 0x7FFF]))
        end = min(at + len(number), body + length)
        data[at:end] = number[:max(end - at, 0)]

    def aim_at_chunks(self, path):
        data = self.read(path)
        chunks = list(structures.block_chunks(data))
        for _ in range(self.random.choice([1, 1, 3])):
            if chunks:
                encoding, body, length = self.random.choice(chunks)
                if self.random.random() < 0.2:
                    data[encoding] = self.random.randrange(256)
                else:
                    self.change_chunk(data, body, length)
        structures.mend_block_chunks(data)
        self.write(path, data)

    def aim_at_index(self, path):
        data = self.read(path)
        series, sections = list(structures.index_series(data)), list(structures.sized_sections(data))
        for _ in range(self.random.choice([1, 1, 3])):
            way = self.random.randrange(4)
            if way <= 1 and series:
                body, length = self.random.choice(series)
                places = structures.series_numbers(data, body, length)
                at = self.random.choice(places[-3:] if self.random.random() < 0.6 else places)
                number = self.random.choice(
                    [structures.varint(self.random.choice(EXTREME_TIMES)), self.number()])
                end = min(at + len(number), body + length)
                data[at:end] = number[:max(end - at, 0)]
            elif way == 2 and sections:
                body, length = self.random.choice(sections)
                number = self.number()
                at = body if self.random.random() < 0.5 else body + self.random.randrange(max(length, 1))
                end = min(at + len(number), body + length)
                data[at:end] = number[:max(end - at, 0)]
            elif len(data) > 60:
                at = len(data) - 52 + 8 * self.random.randrange(6)
                data[at:at + 8] = struct.pack(">Q", self.random.choice(LENGTHS + [self.random.randrange(len(data))]))
        structures.mend_index(data)
        self.write(path, data)

    def aim_at_tombstones(self, path):
        entries = [
            (self.random.choice(LENGTHS), self.random.choice(EXTREME_TIMES), self.random.choice(EXTREME_TIMES))
            for _ in range(self.random.randrange(1, 5))]
        self.write(path, structures.tombstones(entries))

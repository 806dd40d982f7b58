"""Where numbers, records and checksums are in the files of a data directory: just enough to spoil them with aim,
and to make checksums right again. Nothing here is shared with the program that is tested."""

import struct

PAGE = 32 * 1024
SNAPPY, ZSTD = 8, 16


def _table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


_CRC = _table()


def crc32c(data):
    table, crc = _CRC, 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def uvarint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def varint(value):
    return uvarint(value << 1 ^ value >> 63)


def read_uvarint(data, position):
    """Value and place behind it; raises IndexError where there is none."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise IndexError(position)


def snappy_plain(data):
    """What a snappy block holds; None if it is none."""
    try:
        size, at = read_uvarint(data, 0)
        if size > 1 << 22:
            return None
        out = bytearray()
        while at < len(data):
            tag = data[at]
            at += 1
            kind = tag & 3
            if kind == 0:
                length = (tag >> 2) + 1
                if length > 60:
                    extra = length - 60
                    length = int.from_bytes(data[at:at + extra], "little") + 1
                    at += extra
                out += data[at:at + length]
                at += length
                continue
            if kind == 1:
                length, offset = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at]
                at += 1
            else:
                width = 2 if kind == 2 else 4
                length, offset = (tag >> 2) + 1, int.from_bytes(data[at:at + width], "little")
                at += width
            if offset == 0 or offset > len(out):
                return None
            for _ in range(length):
                out.append(out[-offset])
        return bytes(out) if len(out) == size else None
    except IndexError:
        return None


def snappy_stored(plain):
    """A snappy block that holds `plain` as it is."""
    out = bytearray(uvarint(len(plain)))
    for start in range(0, len(plain), 1 << 16):
        part = plain[start:start + (1 << 16)]
        out += bytes([61 << 2]) + struct.pack("<H", len(part) - 1) + part
    return bytes(out)


# Logs


def fragments(data):
    """Kind byte, start of the header and length of each piece of a log's segment."""
    at = 0
    while at + 7 <= len(data):
        room = PAGE - at % PAGE
        if room < 7 or data[at] == 0:
            at += room
            continue
        length = data[at + 1] << 8 | data[at + 2]
        if length > room - 7 or at + 7 + length > len(data):
            at += room
            continue
        yield data[at], at, length
        at += 7 + length


def records(data):
    """The records of a segment as flags and bytes on disk; broken ones are left out."""
    found, parts = [], None
    for kind, at, length in fragments(data):
        body, flags = bytes(data[at + 7:at + 7 + length]), kind & (SNAPPY | ZSTD)
        if kind & 7 == 1:
            found.append((flags, body))
        elif kind & 7 == 2:
            parts = (flags, body)
        elif parts:
            parts = (parts[0], parts[1] + body)
            if kind & 7 == 4:
                found.append(parts)
                parts = None
    return found


def segment(entries):
    """A segment with these records, and right checksums."""
    out = bytearray()
    for flags, body in entries:
        rest, first = body, True
        while True:
            room = PAGE - len(out) % PAGE
            if room < 7:
                out += bytes(room)
                room = PAGE
            part, rest = rest[:room - 7], rest[room - 7:]
            kind = (4 if not first else 1) if not rest else (2 if first else 3)
            out += bytes([kind | flags]) + struct.pack(">HI", len(part), crc32c(part)) + part
            first = False
            if not rest:
                break
    return bytes(out)


def mend_log(data):
    for _, at, length in fragments(data):
        data[at + 3:at + 7] = struct.pack(">I", crc32c(data[at + 7:at + 7 + length]))


# Chunks


def head_chunks(data):
    """Start, start of the data, and its length, for each chunk of a file of chunks_head."""
    at = 8
    try:
        while at + 25 < len(data) and any(data[at:at + 25]):
            length, body = read_uvarint(data, at + 25)
            if body + length + 4 > len(data):
                return
            yield at, body, length
            at = body + length + 4
    except IndexError:
        return


def mend_head_chunks(data):
    for at, body, length in head_chunks(data):
        data[body + length:body + length + 4] = struct.pack(">I", crc32c(data[at:body + length]))


def block_chunks(data):
    """Start of the encoding, start of the data, and its length, for each chunk of a block's segment."""
    at = 8
    try:
        while at < len(data):
            length, body = read_uvarint(data, at)
            if body + 1 + length + 4 > len(data):
                return
            yield body, body + 1, length
            at = body + 1 + length + 4
    except IndexError:
        return


def mend_block_chunks(data):
    for encoding, body, length in block_chunks(data):
        data[body + length:body + length + 4] = struct.pack(
            ">I", crc32c(data[encoding:body + length]))


# Indexes and tombstones


def index_sections(data):
    """The places of the sections, by the table of contents; None without one."""
    if len(data) < 57:
        return None
    places = struct.unpack(">6Q", data[-52:-4])
    return dict(zip(("symbols", "series", "label_indices", "label_table", "postings", "table"), places))


def sized_sections(data):
    """Start of the content and its length, for all that lies behind a length of four bytes."""
    places = index_sections(data)
    if not places:
        return
    runs = [
        (places["symbols"], places["series"]), (places["label_indices"], places["postings"]),
        (places["postings"], places["label_table"]), (places["label_table"], places["table"]),
        (places["table"], len(data) - 52),
    ]
    for at, end in runs:
        while 0 < at < min(end, len(data) - 52):
            at = (at + 3) & ~3
            length = int.from_bytes(data[at:at + 4], "big")
            if at + 4 + length + 4 > len(data) - 52:
                break
            yield at + 4, length
            at += 4 + length + 4


def index_series(data):
    """Start of the content and its length, for each series of an index."""
    places = index_sections(data)
    if not places or not 0 < places["series"] < len(data):
        return
    at = places["series"]
    end = min([place for place in places.values() if place > at] or [len(data) - 52])
    try:
        while at < min(end, len(data) - 52):
            at = (at + 15) & ~15
            length, body = read_uvarint(data, at)
            if length == 0 or body + length + 4 > len(data) - 52:
                return
            yield body, length
            at = body + length + 4
    except IndexError:
        return


def series_numbers(data, body, length):
    """The places of the varints of a series in an index."""
    at, found = body, []
    try:
        while at < body + length:
            found.append(at)
            _, at = read_uvarint(data, at)
    except IndexError:
        pass
    return found


def mend_index(data):
    for body, length in list(sized_sections(data)) + list(index_series(data)):
        data[body + length:body + length + 4] = struct.pack(">I", crc32c(data[body:body + length]))
    if len(data) >= 52:
        data[-4:] = struct.pack(">I", crc32c(data[-52:-4]))


def tombstones(entries):
    """A file of tombstones with these references and times."""
    body = b"".join(uvarint(ref) + varint(first) + varint(last) for ref, first, last in entries)
    return struct.pack(">IB", 0x0130BA30, 1) + body + struct.pack(">I", crc32c(body))


def mend_tombstones(data):
    if len(data) >= 9:
        data[-4:] = struct.pack(">I", crc32c(data[5:-4]))


def kind_of(path):
    """What a file is by its name."""
    parts = path.split("/")
    name = parts[-1]
    folder = parts[-2] if len(parts) > 1 else ""
    if name in ("index", "tombstones", "meta.json"):
        return name
    if folder == "chunks":
        return "chunks"
    if folder == "chunks_head":
        return "chunks_head"
    if name.isdigit():
        return "log"
    return "other"


def mend(path, data):
    """`data`, a bytearray, with right checksums as far as its structures can be followed."""
    {"log": mend_log, "chunks": mend_block_chunks, "chunks_head": mend_head_chunks, "index": mend_index,
     "tombstones": mend_tombstones}.get(kind_of(path), lambda data: None)(data)

// The block format of snappy (google/snappy: format_description.txt): literals, and copies of what was unpacked
// before. Records of samples are elements of four to ten bytes, literals and copies in no order: which kind comes
// next cannot be foretold, so that a branch that asks for it costs more than the copying. Short elements are
// therefore unpacked without one, into more room than they need; all others, and the last ones, with care.
#include "unsnap.h"

#include <stdint.h>
#include <string.h>

// An element makes at most 64 bytes, but for long literals; up to 16 more are read and written behind it.
enum { ROOM = 64 + 16 };

static inline void copy8(uint8_t *to, const uint8_t *from) { memcpy(to, from, 8); }
static inline void copy16(uint8_t *to, const uint8_t *from) {
  uint8_t block[16];
  memcpy(block, from, 16);
  memcpy(to, block, 16);
}

// The least multiple of a short distance that is 8 or more: from there the same bytes come.
static const uint8_t WIDENED[8] = {0, 8, 8, 9, 8, 10, 12, 14};

// Repeats what is `distance` before `to`, which may be less than `length`; up to 16 bytes more are written.
static inline void repeat(uint8_t *to, size_t distance, size_t length) {
  uint8_t *const end = to + length;
  const uint8_t *from = to - distance;
  if (distance >= 16) {
    do {
      copy16(to, from);
      to += 16;
      from += 16;
    } while (to < end);
    return;
  }
  if (distance < 8) {
    for (int place = 0; place < 8; place++) to[place] = from[place];
    to += 8;
    from = to - WIDENED[distance];
  }
  while (to < end) {
    copy8(to, from);
    to += 8;
    from += 8;
  }
}

// What elements say by their tag alone: bits 0 to 6 the length, bits 8 to 10 the high bits of a distance, bit 15
// that it is not enough: a long literal, or a copy from far away.
enum { LONG = 1 << 15 };
static uint16_t TAGS[256];
static const uint32_t MASK[4] = {0, 0xff, 0xffff, 0xffffffff};

__attribute__((constructor)) static void fill_tags(void) {
  for (unsigned tag = 0; tag < 256; tag++) {
    const unsigned high = tag >> 2;
    switch (tag & 3) {
    case 0: TAGS[tag] = high < 60 ? high + 1 : LONG; break;
    case 1: TAGS[tag] = (high & 7) + 4 | (tag >> 5) << 8; break;
    case 2: TAGS[tag] = high + 1; break;
    default: TAGS[tag] = LONG;
    }
  }
}

static inline uint32_t load32(const uint8_t *from) {
  uint32_t word;
  memcpy(&word, from, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

bool epimetheus_unsnap(const void *elements, size_t count, void *output, size_t size) {
  const uint8_t *in = elements;
  const uint8_t *const inEnd = in + count;
  uint8_t *const begin = output;
  uint8_t *out = begin;
  uint8_t *const outEnd = begin + size;

  while (in < inEnd) {
    // Short elements, without a branch that says which kind comes next: nobody can foretell it.
    if (inEnd - in >= ROOM && outEnd - out >= ROOM) {
      const uint8_t *const inSafe = inEnd - ROOM;
      uint8_t *const outSafe = outEnd - ROOM;
      size_t tag = *in++;
      for (;;) {
        const size_t entry = TAGS[tag];
        const size_t kind = tag & 3;
        const size_t length = entry & 0x7f;
        const size_t distance = (entry & 0x700) + (load32(in) & MASK[kind]);
        const bool isLiteral = kind == 0;
        const uint8_t *const from = isLiteral ? in : out - distance;
        // Two halves: what is 8 bytes before may be what the first of them writes.
        const size_t least = length > 16 ? 16 : 8;
        if (__builtin_expect(
                (entry & LONG) | (!isLiteral & ((distance < least) | (distance > (size_t)(out - begin)))), 0)) {
          in -= 1;
          break;
        }
        copy8(out, from);
        copy8(out + 8, from + 8);
        if (length > 16) {
          copy16(out + 16, from + 16);
          copy16(out + 32, from + 32);
          copy16(out + 48, from + 48);
        }
        out += length;
        const size_t next = isLiteral ? (tag >> 2) + 1 : kind;
        tag = in[next];
        in += next + 1;
        if (__builtin_expect((in > inSafe) | (out > outSafe), 0)) {
          in -= 1;
          break;
        }
      }
    }
    const uint8_t tag = *in++;
    const bool isWide = inEnd - in >= ROOM && outEnd - out >= ROOM;
    size_t length;
    size_t distance;
    switch (tag & 3) {
    case 0:
      length = (size_t)(tag >> 2) + 1;
      if (isWide && length <= 16) {
        copy16(out, in);
        out += length;
        in += length;
        continue;
      }
      if (length > 60) {
        const size_t digits = length - 60;
        if ((size_t)(inEnd - in) < digits) return false;
        length = 0;
        for (size_t place = 0; place < digits; place++) length |= (size_t)in[place] << (8 * place);
        in += digits;
        length += 1;
      }
      if (length > (size_t)(inEnd - in) || length > (size_t)(outEnd - out)) return false;
      memcpy(out, in, length);
      out += length;
      in += length;
      continue;
    case 1:
      if (in == inEnd) return false;
      length = (size_t)(tag >> 2 & 7) + 4;
      distance = (size_t)(tag >> 5) << 8 | in[0];
      in += 1;
      break;
    case 2:
      if (inEnd - in < 2) return false;
      length = (size_t)(tag >> 2) + 1;
      distance = (size_t)in[0] | (size_t)in[1] << 8;
      in += 2;
      break;
    default:
      if (inEnd - in < 4) return false;
      length = (size_t)(tag >> 2) + 1;
      distance = (size_t)in[0] | (size_t)in[1] << 8 | (size_t)in[2] << 16 | (size_t)in[3] << 24;
      in += 4;
    }
    if (distance - 1 >= (size_t)(out - begin)) return false;
    if (isWide) {
      repeat(out, distance, length);
    } else {
      if (length > (size_t)(outEnd - out)) return false;
      for (size_t place = 0; place < length; place++) out[place] = out[place - distance];
    }
    out += length;
  }
  return out == outEnd;
}

#include "xorloop.h"

#include <string.h>

// Reads bits by their position: each read loads the eight bytes around it anew.
struct cursor {
  const uint8_t *bytes;
  int64_t position, bits, last_word;
};

static uint64_t window_at_end(const struct cursor *c) {
  uint64_t word = 0, shift = 56;
  for (int64_t byte = c->position >> 3; byte < c->bits >> 3; byte++, shift -= 8)
    word |= (uint64_t)c->bytes[byte] << shift;
  return word << (c->position & 7);
}

static inline uint64_t window(const struct cursor *c) {
  int64_t byte = c->position >> 3;
  if (byte > c->last_word) return window_at_end(c);
  uint64_t word;
  memcpy(&word, c->bytes + byte, 8);
  return __builtin_bswap64(word) << (c->position & 7);
}

static inline int skip(struct cursor *c, int count) {
  if (count > c->bits - c->position) return 0;
  c->position += count;
  return 1;
}

static inline int bits(struct cursor *c, int count, uint64_t *value) {
  if (count > c->bits - c->position) return 0;
  if (count > 57) {
    uint64_t high = window(c) >> 32;
    c->position += 32;
    int rest = count - 32;
    *value = high << rest | window(c) >> (64 - rest);
    c->position += rest;
    return 1;
  }
  *value = count == 0 ? 0 : window(c) >> (64 - count);
  c->position += count;
  return 1;
}

static int uvarint(struct cursor *c, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    uint64_t byte;
    if (!bits(c, 8, &byte)) return 0;
    *value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return shift < 63 || byte <= 1;
  }
  return 0;
}

static inline int64_t change(uint64_t w, int prefix, int width) {
  uint64_t found = (w << prefix) >> (64 - width);
  return (int64_t)(found > 1ull << (width - 1) ? found - (1ull << width) : found);
}

struct significant {
  int count, trailing;
};

static inline int set_window(struct significant *s, uint64_t packed) {
  int leading = (int)(packed >> 6), stored = (int)(packed & 0x3f);
  s->count = stored == 0 ? 64 : stored;
  s->trailing = 64 - leading - s->count;
  return s->trailing >= 0;
}

static int next_value(struct cursor *c, struct significant *s, uint64_t *value) {
  uint64_t bit, packed, difference;
  if (!bits(c, 1, &bit)) return 0;
  if (!bit) return 1;
  if (!bits(c, 1, &bit)) return 0;
  if (bit && (!bits(c, 11, &packed) || !set_window(s, packed))) return 0;
  if (!bits(c, s->count, &difference)) return 0;
  *value ^= difference << s->trailing;
  return 1;
}

int epimetheus_xor_decode(const uint8_t *data, size_t size, int64_t *times, uint64_t *values) {
  if (size < 2) return -1;
  int count = data[0] << 8 | data[1];
  struct cursor c = {data + 2, 0, (int64_t)(size - 2) * 8, (int64_t)size - 10};
  struct significant s = {64, 0};
  if (count == 0) return 0;
  uint64_t raw, value, delta;
  if (!uvarint(&c, &raw) || !bits(&c, 64, &value)) return -1;
  int64_t time = (int64_t)(raw >> 1 ^ (0 - (raw & 1)));
  times[0] = time;
  values[0] = value;
  if (count == 1) return 1;
  if (!uvarint(&c, &delta) || !next_value(&c, &s, &value)) return -1;
  time = (int64_t)((uint64_t)time + delta);
  times[1] = time;
  values[1] = value;
  for (int index = 2; index < count; index++) {
    uint64_t w = window(&c);
    int used = 1;
    if (w >> 63) {
      if (w >> 62 == 2) {
        delta += (uint64_t)change(w, 2, 14);
        used = 16;
      } else if (w >> 61 == 6) {
        delta += (uint64_t)change(w, 3, 17);
        used = 20;
      } else if (w >> 60 == 14) {
        delta += (uint64_t)change(w, 4, 20);
        used = 24;
      } else {
        uint64_t whole;
        if (!skip(&c, 4) || !bits(&c, 64, &whole)) return -1;
        delta += whole;
        w = window(&c);
        used = 0;
      }
    }
    time = (int64_t)((uint64_t)time + delta);
    w <<= used;
    if (w >> 63 == 0) {
      if (!skip(&c, used + 1)) return -1;
    } else {
      used += 2;
      if (w >> 62 == 3) {
        if (!set_window(&s, (w << 2) >> 53)) return -1;
        used += 11;
        w <<= 11;
      }
      if (used + s.count <= 57) {
        value ^= ((w << 2) >> (64 - s.count)) << s.trailing;
        if (!skip(&c, used + s.count)) return -1;
      } else {
        uint64_t difference;
        if (!skip(&c, used) || !bits(&c, s.count, &difference)) return -1;
        value ^= difference << s.trailing;
      }
    }
    times[index] = time;
    values[index] = value;
  }
  return c.bits - c.position < 8 ? count : -1;
}

// A fast seeded hash for short byte strings (labels), and the prefetch hint for hash tables.
#ifndef EPIMETHEUS_BYTEHASH_H
#define EPIMETHEUS_BYTEHASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t epimetheus_mix(uint64_t a, uint64_t b) {
  __uint128_t product = (__uint128_t)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Hashes `length` bytes; eight bytes a step, the odd end read without crossing the bounds. The seed
// keeps a hostile set of labels from being prepared to collide.
static inline uint64_t epimetheus_hash(const void *bytes, size_t length, uint64_t seed) {
  const uint8_t *at = (const uint8_t *)bytes;
  uint64_t hash = seed ^ (length * 0x9e3779b97f4a7c15ull);
  size_t left = length;
  while (left >= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    hash = epimetheus_mix(hash ^ word, 0xa0761d6478bd642full);
    at += 8;
    left -= 8;
  }
  uint64_t tail = 0;
  if (left >= 4) {
    uint32_t low, high;
    memcpy(&low, at, 4);
    memcpy(&high, at + left - 4, 4);
    tail = ((uint64_t)high << 32) | low;
  } else if (left > 0) {
    tail = ((uint64_t)at[0] << 16) | ((uint64_t)at[left >> 1] << 8) | at[left - 1];
  }
  return epimetheus_mix(hash ^ tail, 0xe7037ed1a0b428dbull);
}

// Asks for the cache line at `address`; any address is allowed, nothing is read.
static inline void epimetheus_prefetch(const void *address) { __builtin_prefetch(address); }

#endif

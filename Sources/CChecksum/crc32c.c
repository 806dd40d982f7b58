// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78): hardware instruction, or a table.
#include "crc32c.h"

#include <string.h>

static uint32_t table[256];

__attribute__((constructor)) static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1)));
    table[byte] = crc;
  }
}

uint32_t epimetheus_crc32c_table(uint32_t crc, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  crc = ~crc;
  while (length--) crc = table[(crc ^ *at++) & 0xff] ^ (crc >> 8);
  return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(
    uint32_t crc, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  uint64_t state = ~crc;
  for (; length >= 8; at += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    state = _mm_crc32_u64(state, word);
  }
  uint32_t low = (uint32_t)state;
  while (length--) low = _mm_crc32_u8(low, *at++);
  return ~low;
}

uint32_t epimetheus_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return __builtin_cpu_supports("sse4.2") ? crc32c_sse42(crc, bytes, length)
                                          : epimetheus_crc32c_table(crc, bytes, length);
}
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

uint32_t epimetheus_crc32c(uint32_t crc, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  crc = ~crc;
  for (; length >= 8; at += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    crc = __crc32cd(crc, word);
  }
  while (length--) crc = __crc32cb(crc, *at++);
  return ~crc;
}
#else
uint32_t epimetheus_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return epimetheus_crc32c_table(crc, bytes, length);
}
#endif

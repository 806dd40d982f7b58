// CRC-32C (Castagnoli), the checksum of every structure Prometheus writes.
#ifndef EPIMETHEUS_CRC32C_H
#define EPIMETHEUS_CRC32C_H

#include <stddef.h>
#include <stdint.h>

// Continues `crc` (0 to begin) over `length` bytes. Uses the SSE4.2 or ARMv8 instruction where the
// processor has it, a table elsewhere; all give the same result.
uint32_t epimetheus_crc32c(uint32_t crc, const void *bytes, size_t length);

// The table version, exported so that tests can compare both on one machine.
uint32_t epimetheus_crc32c_table(uint32_t crc, const void *bytes, size_t length);

#endif

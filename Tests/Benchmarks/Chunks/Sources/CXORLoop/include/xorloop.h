// The measure for the decoder of XOR chunks: the same loop, with the same checks, in C.
#include <stddef.h>
#include <stdint.h>

// Decodes the data of an XOR chunk into two columns with room for 65535 samples each. Returns how
// many there are, or -1 for data that end too early or claim impossible bits.
int epimetheus_xor_decode(const uint8_t *data, size_t size, int64_t *times, uint64_t *values);

// The block format of snappy, unpacked.
#ifndef EPIMETHEUS_UNSNAP_H
#define EPIMETHEUS_UNSNAP_H

#include <stdbool.h>
#include <stddef.h>

// Unpacks the elements of a snappy block, all that follows its length, into the `size` bytes at `output`. False
// where they are not exactly so many, or are damaged; `output` then holds anything. Reads and writes nothing
// outside of both.
bool epimetheus_unsnap(const void *elements, size_t count, void *output, size_t size);

#endif

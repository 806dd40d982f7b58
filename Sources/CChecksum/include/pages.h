// Memory in pages of its own that grows without being copied, for the large tables.
#ifndef EPIMETHEUS_PAGES_H
#define EPIMETHEUS_PAGES_H

#include <stddef.h>

// Maps `wanted` bytes, or moves the `size` bytes at `pages` (size 0: none) to a mapping of so many;
// the kernel is asked for huge pages. NULL where there is no memory; `pages` is then as it was.
void *epimetheus_pages_grow(void *pages, size_t size, size_t wanted);

// To be called where the system has no room for `size` bytes of a file: the executable ends then, as it
// does where memory cannot be had; what cannot be read for that reason must not be taken for damage.
void epimetheus_pages_missing(size_t size);

#endif

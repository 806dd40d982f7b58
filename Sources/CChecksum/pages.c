// mremap(2) is Linux' own, and variadic, so that Swift cannot call it.
#define _GNU_SOURCE
#include "pages.h"

#include <sys/mman.h>

// The executable has it (CMemory), other programs do not.
extern void epimetheus_out_of_memory(size_t asked) __attribute__((weak));

void *epimetheus_pages_grow(void *pages, size_t size, size_t wanted) {
  void *moved = size > 0 ? mremap(pages, size, wanted, MREMAP_MAYMOVE)
                         : mmap(NULL, wanted, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (moved == MAP_FAILED) {
    if (epimetheus_out_of_memory) epimetheus_out_of_memory(wanted);
    return NULL;
  }
  madvise(moved, wanted, MADV_HUGEPAGE);
  return moved;
}

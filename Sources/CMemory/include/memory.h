// What happens when there is no memory: one sentence and exit status 2, wherever it was asked for.
//
// Swift traps where memory cannot be had, without a word, and libdispatch waits for ever for a thread. So
// the allocator and `pthread_create` of this executable are wrapped (with glibc): what they cannot give
// ends the process in good order. Libraries that are made of the other targets have none of this.
#ifndef EPIMETHEUS_MEMORY_H
#define EPIMETHEUS_MEMORY_H

#include <stddef.h>

// Lets the process take `bytes` of memory, and no more: beyond that it ends as above. Threads have their
// stacks beside. 0 takes the bound away.
void epimetheus_memory_set_limit(size_t bytes);

// Bytes that the process has of what the bound counts: private memory that can be written.
size_t epimetheus_memory_used(void);

// Called once before the process ends for want of memory, to take away what must not stay behind. It gets
// some memory to work with, where that can be had.
void epimetheus_memory_set_farewell(void (*farewell)(void));

// Ends the process: one sentence with what was asked for, what bounds it, and which file was being read.
_Noreturn void epimetheus_out_of_memory(size_t asked);

#endif

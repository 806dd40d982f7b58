// Keeps what the process was started with, before anything of Swift runs.
#include "process.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static int count;
static char **arguments;

// glibc hands its constructors what `main` gets, in static executables as well (csu/libc-start.c, elf/dl-init.c).
__attribute__((constructor(101))) static void keep(int argc, char **argv) {
  count = argc;
  arguments = argv;
  // Where the runtime cannot find itself it takes this path, and in a static executable loads nothing from it.
  if (access("/proc/self/exe", R_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

const char *epimetheus_argument(int place) {
  return place >= 0 && place < count ? arguments[place] : NULL;
}

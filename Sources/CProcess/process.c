// Says what is needed where /proc is not mounted, as in a bare chroot.
//
// Swift's runtime reads the command line from /proc/self/cmdline and looks for itself in /proc/self/exe (a static
// executable aborts without it: "Unable to obtain Swift runtime path", stdlib/public/runtime/Paths.cpp), and
// libdispatch traps a second later, when it counts its threads by /proc/self/task (src/event/workqueue.c).
#include "process.h"

#include <string.h>
#include <unistd.h>

__attribute__((constructor(101))) static void look(void) {
  if (access("/proc/self/task", X_OK) == 0) return;
  static const char sentence[] =
    "epimetheus: /proc is not mounted, and is needed: mount -t proc proc /proc, in a chroot into the folder proc of "
    "its root\n";
  ssize_t ignored = write(STDERR_FILENO, sentence, strlen(sentence));
  (void)ignored;
  _exit(2);
}

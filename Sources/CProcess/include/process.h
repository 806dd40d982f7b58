// The command line as the kernel handed it over.
//
// Swift's runtime reads it from /proc/self/cmdline, and looks for itself in /proc/self/exe: where /proc is not
// mounted, as in a bare chroot or an image that is unpacked by hand, there would be no arguments, and a static
// executable would not start ("Unable to obtain Swift runtime path"; stdlib/public/runtime/Paths.cpp).
#ifndef EPIMETHEUS_PROCESS_H
#define EPIMETHEUS_PROCESS_H

// The argument at `place`, of which the first is the program; NULL behind the last.
const char *epimetheus_argument(int place);

#endif

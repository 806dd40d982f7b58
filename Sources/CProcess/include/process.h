// What the process needs before anything of Swift runs. There is nothing to call: `process.c` looks by itself.
#ifndef EPIMETHEUS_PROCESS_H
#define EPIMETHEUS_PROCESS_H
#endif

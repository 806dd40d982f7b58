// The wrapped allocator, the bound, and the last sentence. Nothing here may ask for memory.
#define _GNU_SOURCE
#include "memory.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// What --max-memory allows; 0 without a bound. And what the system calls the bound.
static size_t limit;
static rlim_t data_limit;
static rlim_t old_data_limit;
// Bytes of the stacks of threads, which the bound does not count.
static size_t stacks;
static void (*farewell)(void);
// Address space that is kept for the farewell, and given back for it: under `ulimit -v` there is no other.
static void *reserve;
static const size_t reserve_size = 16 << 20;
// The thread that is ending the process; others wait for it.
static int is_ending;
static pthread_t ending_thread;

// MARK: Words

static char sentence[8192];
static size_t sentence_length;

static void say(const char *text) {
  while (*text && sentence_length < sizeof sentence - 1) sentence[sentence_length++] = *text++;
}

static void say_number(size_t number) {
  char digits[24];
  size_t at = sizeof digits;
  digits[--at] = 0;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  say(digits + at);
}

static void say_mib(size_t bytes) {
  say_number((bytes + (1 << 20) - 1) >> 20);
  say(" MiB");
}

// A path of somebody else: what could drive a terminal does not get there.
static void say_path(const char *path) {
  for (; *path && sentence_length < sizeof sentence - 400; path++) {
    unsigned char byte = (unsigned char)*path;
    int is_c1 = byte == 0xc2 && (unsigned char)path[1] >= 0x80 && (unsigned char)path[1] < 0xa0;
    char safe[2] = {byte < 0x20 || byte == 0x7f || is_c1 ? '?' : (char)byte, 0};
    say(safe);
  }
}

// MARK: What is there

// The numbers of /proc/self/statm, in bytes: all of the address space, what is resident, the data.
static void look(size_t *size, size_t *data) {
  *size = *data = 0;
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  char text[256];
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return;
  text[length] = 0;
  size_t page = (size_t)sysconf(_SC_PAGESIZE), number = 0;
  int field = 0;
  for (char *at = text; *at; at++) {
    if (*at >= '0' && *at <= '9') {
      number = number * 10 + (size_t)(*at - '0');
    } else {
      if (field == 0) *size = number * page;
      if (field == 5) *data = number * page;
      field++;
      number = 0;
    }
  }
}

size_t epimetheus_memory_used(void) {
  size_t size, data;
  look(&size, &data);
  return data;
}

// The mapped file of which the most is resident: readers give pages back behind them, so that is the one
// that is being read. Empty if there is none.
static void find_file(char *path, size_t capacity) {
  path[0] = 0;
  int file = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  static char line[4352], here[4352], buffer[4096];
  size_t length = 0, most = 0, here_is_data = 0;
  ssize_t got;
  while ((got = read(file, buffer, sizeof buffer)) > 0) {
    for (ssize_t at = 0; at < got; at++) {
      if (buffer[at] != '\n') {
        if (length < sizeof line - 1) line[length++] = buffer[at];
        continue;
      }
      line[length] = 0;
      length = 0;
      char *slash = strchr(line, '/');
      if (strstr(line, " r--p 00000000 ") && slash) {
        // A library begins so too; of that little is resident, and its name says what it is.
        here_is_data = !strstr(slash, ".so") && strcmp(slash, "/proc/self/exe");
        memcpy(here, slash, strlen(slash) + 1);
      } else if (strncmp(line, "Rss:", 4) == 0) {
        size_t kilobytes = strtoul(line + 4, NULL, 10);
        if (here_is_data && kilobytes >= most && kilobytes > 0) {
          most = kilobytes;
          size_t size = strlen(here) < capacity ? strlen(here) : capacity - 1;
          memcpy(path, here, size);
          path[size] = 0;
        }
        here_is_data = 0;
      } else if (line[0] >= '0' && line[0] <= 'f' && strchr(line, '-') && !strchr(line, ':')) {
        here_is_data = 0;
      }
    }
  }
  close(file);
  // The executable itself begins so as well.
  static char own[4352];
  ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
  if (size > 0) {
    own[size] = 0;
    if (strcmp(own, path) == 0) path[0] = 0;
  }
}

// MARK: The end

_Noreturn static void end(size_t asked, const char *what) {
  if (__atomic_exchange_n(&is_ending, 1, __ATOMIC_SEQ_CST)) {
    // Another thread is at it; where it is this one, its farewell found no memory either.
    if (pthread_equal(ending_thread, pthread_self())) _exit(2);
    while (1) pause();
  }
  ending_thread = pthread_self();
  size_t size, data;
  look(&size, &data);
  struct rlimit space = {RLIM_INFINITY, RLIM_INFINITY}, own = space;
  getrlimit(RLIMIT_AS, &space);
  getrlimit(RLIMIT_DATA, &own);
  static char path[4352];
  find_file(path, sizeof path);
  // An allocator asks for more than it was asked for, and a thread for its guard.
  size_t wanted = asked + (1 << 20);
  int is_bounded = limit && own.rlim_cur == data_limit && data + wanted >= data_limit;
  int is_space = !is_bounded && space.rlim_cur != RLIM_INFINITY
    && size + (wanted > (64 << 20) ? wanted : (64 << 20)) >= space.rlim_cur;
  say("epimetheus: out of memory: ");
  say(what);
  say_mib(asked);
  say(" beside the ");
  say_mib(is_space ? size : data - (data > stacks ? stacks : 0));
  say(" that were taken is beyond ");
  if (is_bounded) {
    say("--max-memory (");
    say_mib(limit);
    say(")");
  } else if (is_space) {
    say("the limit on address space (ulimit -v, ");
    say_mib(space.rlim_cur);
    say(")");
  } else {
    say("what the system gives");
  }
  if (path[0]) {
    say("; it was reading ");
    say_path(path);
  }
  say(is_bounded ? ". Give more with --max-memory, or look at less: a single block or wal folder\n"
      : is_space ? ". Raise or lift it, or look at less: a single block or wal folder\n"
                 : ". Run this where more is free, or look at less: a single block or wal folder\n");
  ssize_t ignored = write(STDERR_FILENO, sentence, sentence_length);
  (void)ignored;
  if (farewell) {
    own.rlim_cur = old_data_limit;
    if (limit) setrlimit(RLIMIT_DATA, &own);
    if (reserve) munmap(reserve, reserve_size);
    farewell();
  }
  _exit(2);
}

_Noreturn void epimetheus_out_of_memory(size_t asked) { end(asked, ""); }

void epimetheus_memory_set_farewell(void (*wanted)(void)) {
  if (wanted && !reserve) {
    // Nothing is ever there: it counts as address space alone.
    void *space = mmap(NULL, reserve_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space != MAP_FAILED) reserve = space;
  }
  farewell = wanted;
}

void epimetheus_memory_set_limit(size_t bytes) {
  struct rlimit own;
  if (getrlimit(RLIMIT_DATA, &own)) return;
  if (limit) own.rlim_cur = old_data_limit;
  old_data_limit = own.rlim_cur;
  limit = bytes;
  if (bytes) {
    data_limit = bytes;
    if (own.rlim_cur != RLIM_INFINITY && own.rlim_cur < data_limit) data_limit = own.rlim_cur;
    own.rlim_cur = data_limit;
  }
  setrlimit(RLIMIT_DATA, &own);
}

// MARK: The allocator

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)

// An executable that is linked statically has libc's own allocator in it, which would be defined twice: there the
// linker leads the calls here (`--wrap`, see `make dist`), and what they lead to has another name.
#ifdef EPIMETHEUS_STATIC
#define WRAPPED(name) __wrap_##name
#define ORIGINAL(name) __real_##name
#else
#define WRAPPED(name) name
#define ORIGINAL(name) __libc_##name
#endif

extern void *ORIGINAL(malloc)(size_t);
extern void *ORIGINAL(calloc)(size_t, size_t);
extern void *ORIGINAL(realloc)(void *, size_t);
extern void *ORIGINAL(memalign)(size_t, size_t);

void *WRAPPED(malloc)(size_t size) {
  void *found = ORIGINAL(malloc)(size);
  if (__builtin_expect(!found, 0)) end(size, "");
  return found;
}

void *WRAPPED(calloc)(size_t count, size_t size) {
  void *found = ORIGINAL(calloc)(count, size);
  if (__builtin_expect(!found, 0)) end(count * size, "");
  return found;
}

void *WRAPPED(realloc)(void *old, size_t size) {
  void *found = ORIGINAL(realloc)(old, size);
  if (__builtin_expect(!found && size, 0)) end(size, "");
  return found;
}

void *WRAPPED(memalign)(size_t alignment, size_t size) {
  void *found = ORIGINAL(memalign)(alignment, size);
  if (__builtin_expect(!found, 0)) end(size, "");
  return found;
}

void *WRAPPED(aligned_alloc)(size_t alignment, size_t size) { return WRAPPED(memalign)(alignment, size); }

int WRAPPED(posix_memalign)(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) || alignment & (alignment - 1) || !alignment) return EINVAL;
  *result = WRAPPED(memalign)(alignment, size);
  return 0;
}

typedef int (*thread_maker)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

#ifdef EPIMETHEUS_STATIC
extern int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
static thread_maker original_create(void) { return __real_pthread_create; }
#else
static thread_maker original_create(void) {
  static thread_maker create;
  if (!create) create = (thread_maker)dlsym(RTLD_NEXT, "pthread_create");
  return create;
}
#endif

int WRAPPED(pthread_create)(pthread_t *thread, const pthread_attr_t *attributes,
                            void *(*start)(void *), void *argument) {
  size_t stack = 8 << 20;
  if (attributes) {
    pthread_attr_getstacksize(attributes, &stack);
  } else {
    pthread_attr_t standard;
    if (pthread_getattr_default_np(&standard) == 0) {
      pthread_attr_getstacksize(&standard, &stack);
      pthread_attr_destroy(&standard);
    }
  }
  struct rlimit own;
  if (limit && getrlimit(RLIMIT_DATA, &own) == 0) {
    // A stack is no part of what the bound is for.
    data_limit += stack + (1 << 16);
    stacks += stack;
    if (old_data_limit != RLIM_INFINITY && data_limit > old_data_limit) data_limit = old_data_limit;
    own.rlim_cur = data_limit;
    setrlimit(RLIMIT_DATA, &own);
  }
  int failure = original_create()(thread, attributes, start, argument);
  if (failure == EAGAIN || failure == ENOMEM) {
    end(stack, "a thread's ");
  }
  return failure;
}

#endif

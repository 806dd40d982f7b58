// The three calls of RE2 that label matchers need, as C.
#ifndef EPIMETHEUS_CRE2_H
#define EPIMETHEUS_CRE2_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct epimetheus_re2 epimetheus_re2;

// Compiles a pattern. Returns NULL where RE2 refuses it, and then writes why into `error`
// (NUL-terminated, cut to `capacity`). The pattern need not be NUL-terminated.
epimetheus_re2 *epimetheus_re2_compile(
    const char *pattern, size_t length, char *error, size_t capacity);

// 1 if the whole text matches.
int epimetheus_re2_full_match(const epimetheus_re2 *expression, const char *text, size_t length);

void epimetheus_re2_free(epimetheus_re2 *expression);

#ifdef __cplusplus
}
#endif

#endif

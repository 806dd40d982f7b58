// The calls of RE2 that label matchers and relabelling need, as C.
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

// How many groups the pattern has, without the whole match.
int epimetheus_re2_group_count(const epimetheus_re2 *expression);

// The number of the group of this name; 0 if there is none.
int epimetheus_re2_group_number(
    const epimetheus_re2 *expression, const char *name, size_t length);

// 1 if the whole text matches; then `bounds` holds start and end of the whole match and of the first
// `groups` groups, -1 where a group did not match. `bounds` has room for 2 * (groups + 1).
int epimetheus_re2_full_match_groups(
    const epimetheus_re2 *expression, const char *text, size_t length, int groups,
    ptrdiff_t *bounds);

void epimetheus_re2_free(epimetheus_re2 *expression);

#ifdef __cplusplus
}
#endif

#endif

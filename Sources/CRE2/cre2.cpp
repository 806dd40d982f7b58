// RE2 behind extern "C": Swift cannot import its class, which has no copy constructor.
#include "cre2.h"

#include <re2/re2.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <vector>

struct epimetheus_re2 {
  RE2 expression;
  epimetheus_re2(const re2::StringPiece &pattern, const RE2::Options &options)
      : expression(pattern, options) {}
};

static epimetheus_re2 *compiled_within(
    int64_t memory, const char *pattern, size_t length) {
  RE2::Options options;
  options.set_log_errors(false);
  // Prometheus compiles matchers as `^(?s:…)$` (model/labels/regexp.go, NewFastRegexMatcher).
  options.set_dot_nl(true);
  options.set_max_mem(memory);
  return new (std::nothrow) epimetheus_re2(re2::StringPiece(pattern, length), options);
}

epimetheus_re2 *epimetheus_re2_compile(
    const char *pattern, size_t length, char *error, size_t capacity) {
  // The most that a program and its caches may take; RE2 gets slower then, not larger.
  auto *compiled = compiled_within(8 << 20, pattern, length);
  // Go counts characters where RE2 counts bytes, so that classes of letters take it far less.
  if (compiled != nullptr && compiled->expression.error_code() == RE2::ErrorPatternTooLarge) {
    delete compiled;
    compiled = compiled_within(512 << 20, pattern, length);
  }
  if (compiled == nullptr || !compiled->expression.ok()) {
    if (capacity > 0) {
      const char *why = compiled == nullptr ? "out of memory" : compiled->expression.error().c_str();
      std::strncpy(error, why, capacity - 1);
      error[capacity - 1] = '\0';
    }
    delete compiled;
    return nullptr;
  }
  return compiled;
}

int epimetheus_re2_full_match(const epimetheus_re2 *expression, const char *text, size_t length) {
  return RE2::FullMatch(re2::StringPiece(text, length), expression->expression) ? 1 : 0;
}

int epimetheus_re2_group_count(const epimetheus_re2 *expression) {
  return expression->expression.NumberOfCapturingGroups();
}

int epimetheus_re2_group_number(
    const epimetheus_re2 *expression, const char *name, size_t length) {
  const auto &names = expression->expression.NamedCapturingGroups();
  auto found = names.find(std::string(name, length));
  return found == names.end() ? 0 : found->second;
}

int epimetheus_re2_full_match_groups(
    const epimetheus_re2 *expression, const char *text, size_t length, int groups,
    ptrdiff_t *bounds) {
  std::vector<re2::StringPiece> found(static_cast<size_t>(groups) + 1);
  // A text of no bytes still needs an address, or an empty group would look like none.
  const char *start = text == nullptr ? "" : text;
  if (!expression->expression.Match(
          re2::StringPiece(start, length), 0, length, RE2::ANCHOR_BOTH, found.data(), groups + 1)) {
    return 0;
  }
  for (size_t index = 0; index < found.size(); index++) {
    bool matched = found[index].data() != nullptr;
    bounds[2 * index] = matched ? found[index].data() - start : -1;
    bounds[2 * index + 1] =
        matched ? bounds[2 * index] + static_cast<ptrdiff_t>(found[index].size()) : -1;
  }
  return 1;
}

void epimetheus_re2_free(epimetheus_re2 *expression) { delete expression; }

// See filesystem.h.
#define _GNU_SOURCE
#include "include/filesystem.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/xattr.h>

int epimetheus_rename_new(int from_folder, const char *from, int to_folder, const char *to) {
  return renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE);
}

int epimetheus_open_folder(int folder, const char *name, int follows) {
  return openat(folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (follows ? 0 : O_NOFOLLOW));
}

ssize_t epimetheus_attribute_names(int file, char *names, size_t size) {
  return flistxattr(file, names, size);
}

ssize_t epimetheus_attribute(int file, const char *name, void *value, size_t size) {
  return fgetxattr(file, name, value, size);
}

int epimetheus_set_attribute(int file, const char *name, const void *value, size_t size) {
  return fsetxattr(file, name, value, size, 0);
}

int epimetheus_remove_attribute(int file, const char *name) { return fremovexattr(file, name); }

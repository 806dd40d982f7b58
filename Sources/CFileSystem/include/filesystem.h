// System calls of Linux that the C library module of Swift does not show: renaming to a free name
// alone, folders opened for nothing but being walked through, and extended attributes.
#ifndef EPIMETHEUS_FILESYSTEM_H
#define EPIMETHEUS_FILESYSTEM_H

#include <sys/types.h>

// Renames, unless the new name is taken (EEXIST). File systems that cannot do that give EINVAL.
int epimetheus_rename_new(int from_folder, const char *from, int to_folder, const char *to);

// Opens the folder `name` in `folder` to walk on from there; never through a symbolic link, unless
// `follows`.
int epimetheus_open_folder(int folder, const char *name, int follows);

// Extended attributes of an open file; -1 and errno on failure. A `size` of 0 asks for the size.
ssize_t epimetheus_attribute_names(int file, char *names, size_t size);
ssize_t epimetheus_attribute(int file, const char *name, void *value, size_t size);
int epimetheus_set_attribute(int file, const char *name, const void *value, size_t size);
int epimetheus_remove_attribute(int file, const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/* A directory of its own for a target that reads files by their paths; it goes when the process ends. */
#ifndef RV_FUZZ_SANDBOX_H
#define RV_FUZZ_SANDBOX_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dir.h"
#include "fuzz.h"
#include "str.h"

static char fuzz_directory_name[] = "/tmp/rv-fuzz-XXXXXX";

static inline void fuzz_directory_end(void)
{
	struct rv_err ignored;
	if (rv_remove_tree(fuzz_directory_name, &ignored) < 0) {
		fprintf(stderr, "%s\n", ignored.text);
	}
}

static inline const char *fuzz_directory(void)
{
	FUZZ_CHECK(mkdtemp(fuzz_directory_name));
	atexit(fuzz_directory_end);
	return fuzz_directory_name;
}

static inline bool fuzz_directory_has(const char *dir, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	struct stat st;
	rv_str_printf(&path, "%s/%s", dir, name);
	const bool has = stat(path.ptr, &st) == 0;
	rv_str_release(&path);
	return has;
}

#endif

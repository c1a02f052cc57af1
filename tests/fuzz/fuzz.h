/* SPDX-License-Identifier: MIT */
/* What fuzz targets share: a file per input for parsers that want one, and a check that holds in every build. */
#ifndef RV_FUZZ_H
#define RV_FUZZ_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define FUZZ_CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

static RV_UNUSED char fuzz_dir[32];
static RV_UNUSED char fuzz_path[64];

static inline void fuzz_remove(void)
{
	unlink(fuzz_path);
	rmdir(fuzz_dir);
}

/* The path of a file with these bytes, in memory where the system offers it; one per process, rewritten each time. */
static inline const char *fuzz_file(const uint8_t *data, size_t len)
{
	if (fuzz_dir[0] == '\0') {
		snprintf(fuzz_dir, sizeof(fuzz_dir), "%s/rv-fuzz-XXXXXX",
		         access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		FUZZ_CHECK(mkdtemp(fuzz_dir) != NULL && atexit(fuzz_remove) == 0);
		snprintf(fuzz_path, sizeof(fuzz_path), "%s/input", fuzz_dir);
	}
	FILE *file = fopen(fuzz_path, "wb");
	FUZZ_CHECK(file != NULL && fwrite(data, 1, len, file) == len && fclose(file) == 0);
	return fuzz_path;
}

#endif

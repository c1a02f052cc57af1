/* SPDX-License-Identifier: MIT */
/* In the place of libFuzzer's main: runs a fuzz target over the files given, for `make check`. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		if (!file || fseek(file, 0, SEEK_END) < 0) {
			perror(argv[i]);
			return 1;
		}
		const long size = ftell(file);
		rewind(file);
		/* Exactly as long as the file, so that a read beyond the end is seen by the sanitizers. */
		uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
		if (size < 0 || !data || fread(data, 1, (size_t)size, file) != (size_t)size) {
			perror(argv[i]);
			return 1;
		}
		fclose(file);
		LLVMFuzzerTestOneInput(data, (size_t)size);
		free(data);
	}
	printf("%d inputs\n", argc - 1);
	return 0;
}

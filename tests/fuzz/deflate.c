/* SPDX-License-Identifier: MIT */
/* Fuzzes the encoder of label images: what it takes, libdeflate reads back. */
#include "fuzz.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "deflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 4) {
		return 0;
	}
	const size_t near = 1 + data[0] % 8, far = near + 1 + (data[1] | (size_t)data[2] << 8), times = 1 + data[3];
	const size_t part = len - 4, size = part * times;
	unsigned char *const bytes = rv_alloc(size + 1), *const back = rv_alloc(size + 1);
	for (size_t i = 0; i < times; i++) {
		memcpy(bytes + i * part, data + 4, part);
	}
	struct rv_str out = RV_STR_INIT;
	if (rv_deflate_labels(bytes, size, near, far, &out)) {
		struct libdeflate_decompressor *const inflate = libdeflate_alloc_decompressor();
		size_t used = 0;
		FUZZ_CHECK(libdeflate_zlib_decompress_ex(inflate, out.ptr, out.len, back, size, &used, NULL) ==
		           LIBDEFLATE_SUCCESS);
		FUZZ_CHECK(used == out.len && memcmp(back, bytes, size) == 0);
		libdeflate_free_decompressor(inflate);
	} else {
		FUZZ_CHECK(out.len == 0);
	}
	rv_str_release(&out);
	free(back);
	free(bytes);
	return 0;
}

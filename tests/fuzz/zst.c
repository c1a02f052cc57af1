/* SPDX-License-Identifier: MIT */
/* Fuzzes the decompressor; and what is compressed comes back the same. */
#include "fuzz.h"

#include <string.h>

#include "str.h"
#include "zst.h"

#define OUTPUT_MAX ((size_t)16 << 20) /* few bytes may stand for many */

static int take(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_str *const output = to;
	if (output->len + len > OUTPUT_MAX) {
		return rv_fail(err, RV_E_LIMIT, "enough");
	}
	rv_str_append(output, bytes, len);
	return 0;
}

static int decompress(const void *bytes, size_t len, struct rv_str *output)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_source_open_memory(&source, "zst", bytes, len);
	const int status = rv_zst_read_from(&source, take, output, &err);
	FUZZ_CHECK(status == 0 || err.text[0]);
	rv_source_close(&source);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str packed = RV_STR_INIT, output = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (decompress(data, len, &output) == 0) {
		FUZZ_CHECK(len > 0);
	}
	rv_str_clear(&output);
	struct rv_zst *const zst = rv_zst_new(1, 1, take, &packed);
	FUZZ_CHECK(rv_zst_add(zst, data, len, &err) == 0 && rv_zst_finish(zst, &err) == 0);
	FUZZ_CHECK(decompress(packed.ptr, packed.len, &output) == 0);
	FUZZ_CHECK(output.len == len && (len == 0 || memcmp(output.ptr, data, len) == 0));
	rv_str_release(&packed);
	rv_str_release(&output);
	return 0;
}

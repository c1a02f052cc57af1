/* SPDX-License-Identifier: MIT */
/* Fuzzes the OpenEXR reader and the rewriting of headers: a file that reads has the same channels afterwards. */
#include "fuzz.h"

#include <string.h>

#include "exr.h"

#define CHANNELS_MAX 8

/* Reads the first channels; -1 when the file does not read. */
static int read_channels(const char *path, struct rv_image *images, size_t *n)
{
	const char *names[CHANNELS_MAX];
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr;
	int result = -1;
	if (rv_exr_open(path, &exr, &err) < 0) {
		return -1;
	}
	if ((uint64_t)rv_exr_width(exr) * rv_exr_height(exr) <= 1 << 20) {
		*n = RV_MIN(rv_exr_channel_count(exr), (size_t)CHANNELS_MAX);
		for (size_t i = 0; i < *n; i++) {
			names[i] = rv_exr_channel_name(exr, i);
		}
		result = rv_exr_read(exr, names, *n, images, &err);
	}
	size_t at = 0, before = 0;
	for (struct rv_exr_text text; rv_exr_next_text(exr, &at, &text); before = at) {
		FUZZ_CHECK(at > before && strncmp(text.name, "cryptomatte/", 12) == 0);
		FUZZ_CHECK(text.len == 0 ||
		           memchr(text.text, text.text[text.len - 1], text.len) != NULL); /* all of it is there */
	}
	rv_exr_close(exr);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_image before[CHANNELS_MAX] = { RV_IMAGE_INIT };
	struct rv_image after[CHANNELS_MAX] = { RV_IMAGE_INIT };
	struct rv_err err = RV_ERR_INIT;
	size_t n_before = 0, n_after = 0;
	const char *path = fuzz_file(data, len);
	const int result = read_channels(path, before, &n_before);
	if (rv_exr_strip(path, &err) == 0 && result == 0) {
		FUZZ_CHECK(read_channels(path, after, &n_after) == 0 && n_before == n_after);
		for (size_t i = 0; i < n_before; i++) {
			FUZZ_CHECK(rv_image_row_bytes(&before[i]) == rv_image_row_bytes(&after[i]));
			FUZZ_CHECK(memcmp(before[i].bytes, after[i].bytes,
			                  rv_image_row_bytes(&before[i]) * before[i].height) == 0);
		}
	}
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		rv_image_release(&before[i]);
		rv_image_release(&after[i]);
	}
	return 0;
}

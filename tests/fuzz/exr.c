/* SPDX-License-Identifier: MIT */
/* Fuzzes the OpenEXR reader and the rewriting of headers: a file that reads has the same channels afterwards. */
#include "fuzz.h"

#include <string.h>

#include "exr.h"
#include "exr_file.h"

#define CHANNELS_MAX 8
#define PIXELS_MAX (1 << 18) /* a header alone may ask for gigabytes; the limits of image.h are not looked for here */

static void check_texts(const struct rv_exr *exr)
{
	size_t at = 0, before = 0;
	for (struct rv_exr_text text; rv_exr_next_text(exr, &at, &text); before = at) {
		FUZZ_CHECK(at > before && strncmp(text.name, "cryptomatte/", 12) == 0);
		FUZZ_CHECK(text.len == 0 ||
		           memchr(text.text, text.text[text.len - 1], text.len) != NULL); /* all of it is there */
	}
}

/* Reads the first channels; -1 when the file does not read. */
static int read_channels(struct rv_exr *exr, struct rv_image *images, size_t *n)
{
	const char *names[CHANNELS_MAX];
	struct rv_err err = RV_ERR_INIT;
	*n = RV_MIN(rv_exr_channel_count(exr), (size_t)CHANNELS_MAX);
	for (size_t i = 0; i < *n; i++) {
		names[i] = rv_exr_channel_name(exr, i);
		FUZZ_CHECK(rv_exr_has_channel(exr, names[i]));
	}
	const int result = rv_exr_read(exr, names, *n, images, &err);
	FUZZ_CHECK(result == 0 || err.text[0] != '\0');
	return result;
}

/* Strips the file and reads it again: the same channels. */
static void check_stripped(struct rv_exr *exr, const uint8_t *data, size_t len, const struct rv_image *images, size_t n)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str stripped = RV_STR_INIT;
	uint64_t rest_at = 0;
	if (rv_exr_strip_head(exr, &stripped, &rest_at, &err) == 0) {
		struct rv_image again[CHANNELS_MAX] = { RV_IMAGE_INIT };
		struct rv_exr *bare = NULL;
		struct rv_source source;
		size_t n_again = 0;
		FUZZ_CHECK(rest_at <= len);
		rv_str_append(&stripped, data + rest_at, len - rest_at);
		rv_source_open_memory(&source, "stripped", stripped.ptr, stripped.len);
		FUZZ_CHECK(rv_exr_open(&source, RV_EXR_ALL_FORMS, &bare, &err) == 0);
		FUZZ_CHECK(read_channels(bare, again, &n_again) == 0 && n == n_again);
		for (size_t i = 0; i < n; i++) {
			FUZZ_CHECK(rv_image_row_bytes(&images[i]) == rv_image_row_bytes(&again[i]));
			FUZZ_CHECK(memcmp(images[i].bytes, again[i].bytes,
			                  rv_image_row_bytes(&images[i]) * images[i].height) == 0);
			rv_image_release(&again[i]);
		}
		rv_exr_close(bare);
		rv_source_close(&source);
	}
	rv_str_release(&stripped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_image images[CHANNELS_MAX] = { RV_IMAGE_INIT };
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_source source;
	size_t n = 0;
	rv_source_open_memory(&source, "input", data, len);
	if (rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, &err) == 0) {
		check_texts(exr);
		if ((uint64_t)rv_exr_width(exr) * rv_exr_height(exr) <= PIXELS_MAX) {
			const int checked = rv_exr_check(exr, &err);
			FUZZ_CHECK(checked == 0 || err.text[0] != '\0');
			const int read = read_channels(exr, images, &n);
			FUZZ_CHECK(read == 0 || checked < 0); /* a check looks at all that reading does, and more */
			if (read == 0) {
				check_stripped(exr, data, len, images, n);
			}
		}
		rv_exr_close(exr);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	rv_source_close(&source);
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		rv_image_release(&images[i]);
	}
	return 0;
}

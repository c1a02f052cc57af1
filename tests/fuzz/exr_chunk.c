/* SPDX-License-Identifier: MIT */
/* Fuzzes the codecs of OpenEXR: the bytes are those of the one chunk of a sound file, whose form the first two tell. */
#include "fuzz.h"

#include <string.h>

#include "exr.h"
#include "exr_file.h"

#define CHANNELS 4 /* at most */

static const char *const names[CHANNELS] = { "A", "B", "G", "R" };

static void read_file(const struct rv_str *file, size_t n)
{
	struct rv_image once[CHANNELS] = { RV_IMAGE_INIT }, again = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_source source;
	rv_source_open_memory(&source, "input", file->ptr, file->len);
	if (rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, &err) == 0) {
		const int checked = rv_exr_check(exr, &err), read = rv_exr_read(exr, names, n, once, &err);
		FUZZ_CHECK(checked == read);
		for (size_t c = 0; read == 0 && c < n; c++) { /* alone as together */
			FUZZ_CHECK(rv_exr_read(exr, &names[c], 1, &again, &err) == 0);
			FUZZ_CHECK(memcmp(again.f32, once[c].f32, rv_image_row_bytes(&again) * again.height) == 0);
		}
		rv_exr_close(exr);
	}
	rv_image_release(&again);
	for (size_t c = 0; c < CHANNELS; c++) {
		rv_image_release(&once[c]);
	}
	rv_source_close(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 2) {
		return 0;
	}
	const enum rv_exr_codec codec = (enum rv_exr_codec)(data[0] % (RV_EXR_DWAB + 1));
	const size_t n = 1 + data[0] / 16 % CHANNELS;
	/* As many rows as a chunk has at most, so that there is one chunk. */
	const bool is_single = codec == RV_EXR_NONE || codec == RV_EXR_RLE || codec == RV_EXR_ZIPS;
	const struct rv_image image = { .width = 1 + data[1] % 16, .height = is_single ? 1 : 1 + data[1] / 16 };
	struct rv_exr_plane planes[CHANNELS];
	for (size_t c = 0; c < n; c++) {
		planes[c] = (struct rv_exr_plane) { names[c], &image, data[0] & 64 || c % 2 };
	}
	struct rv_str file = RV_STR_INIT;
	rv_exr_header_put(&file, codec, planes, n, NULL, 0);
	rv_exr_put_u64(&file, file.len + 8);
	rv_exr_put_u32(&file, 0);
	rv_exr_put_u32(&file, (uint32_t)(len - 2));
	rv_str_append(&file, data + 2, len - 2);
	read_file(&file, n);
	rv_str_release(&file);
	return 0;
}

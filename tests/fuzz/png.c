/* SPDX-License-Identifier: MIT */
/* Fuzzes the PNG reader and the stripping of chunks: a picture that decodes has the same pixels afterwards. */
#include "fuzz.h"

#include <libdeflate.h>
#include <string.h>

#include "png.h"

#define SIGNATURE_BYTES 8
#define PIXELS_MAX (1 << 22) /* a header alone may ask for gigabytes; the limits of image.h are not looked for here */

static void check_stripped(const struct rv_source *source, const struct rv_image *image)
{
	struct rv_image again = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str once = RV_STR_INIT, twice = RV_STR_INIT;
	struct rv_source stripped;
	const int result = rv_png_stripped(source, &once, &err);
	FUZZ_CHECK(result == 0 || err.text[0] != '\0');
	if (result == 0) {
		rv_source_open_memory(&stripped, "stripped", once.ptr, once.len);
		FUZZ_CHECK(rv_png_stripped(&stripped, &twice, &err) == 0);
		FUZZ_CHECK(once.len == twice.len && memcmp(once.ptr, twice.ptr, once.len) == 0);
		FUZZ_CHECK((rv_png_read_from(&stripped, &again, &err) == 0) == (image->bytes != NULL));
		rv_source_close(&stripped);
	}
	if (image->bytes) {
		FUZZ_CHECK(result == 0 && rv_image_row_bytes(image) == rv_image_row_bytes(&again) &&
		           image->height == again.height);
		FUZZ_CHECK(memcmp(image->bytes, again.bytes, rv_image_row_bytes(image) * image->height) == 0);
	}
	rv_str_release(&once);
	rv_str_release(&twice);
	rv_image_release(&again);
}

/* Without pixels, the same is accepted and refused. */
static void check_form(const struct rv_source *source, const struct rv_image *image)
{
	struct rv_image form = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	const bool accepted = rv_png_check_from(source, &form, &err) == 0;
	FUZZ_CHECK(accepted == (image->bytes != NULL) && !form.bytes);
	FUZZ_CHECK(!accepted || (form.width == image->width && form.height == image->height &&
	                         form.channels == image->channels && form.pixel == image->pixel));
}

static void check_file(const uint8_t *data, size_t len)
{
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_source source;
	uint32_t width = 0, height = 0, channels = 0, bits = 0;
	rv_source_open_memory(&source, "input", data, len);
	if (rv_png_info_from(&source, &width, &height, &channels, &bits, &err) == 0 &&
	    (uint64_t)width * height <= PIXELS_MAX) {
		if (rv_png_read_from(&source, &image, &err) == 0) {
			FUZZ_CHECK(image.width == width && image.height == height);
		} else {
			FUZZ_CHECK(err.text[0] != '\0');
			rv_image_release(&image);
		}
		check_form(&source, &image);
		check_stripped(&source, &image);
	}
	rv_source_close(&source);
	rv_image_release(&image);
}

static uint32_t get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Makes the checksums of all chunks right, as chance never does. */
static void mend_checksums(uint8_t *data, size_t len)
{
	for (size_t at = SIGNATURE_BYTES; at < len && len - at >= 12;) {
		const size_t data_len = get_u32(data + at);
		if (data_len > len - at - 12) {
			break;
		}
		const uint32_t sum = __builtin_bswap32(libdeflate_crc32(0, data + at + 4, data_len + 4));
		memcpy(data + at + 8 + data_len, &sum, 4);
		at += 12 + data_len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *const mended = malloc(len + 1);
	FUZZ_CHECK(mended != NULL);
	memcpy(mended, data, len);
	mend_checksums(mended, len);
	check_file(data, len);
	if (memcmp(mended, data, len) != 0) {
		check_file(mended, len);
	}
	free(mended);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Fuzzes the PNG reader and the stripping of chunks: a picture that decodes has the same pixels afterwards. */
#include "fuzz.h"

#include <string.h>

#include "png.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_image stripped = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint32_t width = 0, height = 0, channels = 0, bits = 0;
	const char *path = fuzz_file(data, len);
	/* A header alone may ask for gigabytes; the limits of image.h are not what is looked for. */
	if (rv_png_info(path, &width, &height, &channels, &bits, &err) < 0 || (uint64_t)width * height > 1 << 22) {
		return 0;
	}
	if (rv_png_read(path, &image, &err) == 0) {
		FUZZ_CHECK(image.width == width && image.height == height);
		FUZZ_CHECK(rv_png_strip(path, &err) == 0);
		FUZZ_CHECK(rv_png_read(path, &stripped, &err) == 0);
		FUZZ_CHECK(rv_image_row_bytes(&image) == rv_image_row_bytes(&stripped) &&
		           image.height == stripped.height);
		FUZZ_CHECK(memcmp(image.bytes, stripped.bytes, rv_image_row_bytes(&image) * image.height) == 0);
	} else {
		const int result = rv_png_strip(path, &err);
		FUZZ_CHECK(result == 0 || err.text[0] != '\0');
	}
	rv_image_release(&image);
	rv_image_release(&stripped);
	return 0;
}

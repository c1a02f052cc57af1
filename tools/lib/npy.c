/* SPDX-License-Identifier: MIT */
/* Arrays as files of NumPy. */
#include "npy.h"

#include <string.h>

#define ALIGNMENT 64 /* of the numbers in the file */
#define FIXED 10     /* bytes before the header's text */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are appended as they lie in memory");

void rv_npy_put(const struct rv_image *image, struct rv_str *out)
{
	static const char *const types[] = { [RV_PIXEL_U8] = "|u1", [RV_PIXEL_U16] = "<u2", [RV_PIXEL_F32] = "<f4" };
	struct rv_str header = RV_STR_INIT;
	rv_str_printf(&header, "{'descr': '%s', 'fortran_order': False, 'shape': (%u, %u", types[image->pixel],
	              image->height, image->width);
	if (image->channels > 1) {
		rv_str_printf(&header, ", %u", image->channels);
	}
	rv_str_puts(&header, "), }");
	while ((FIXED + header.len + 1) % ALIGNMENT != 0) {
		rv_str_putc(&header, ' ');
	}
	rv_str_putc(&header, '\n');
	rv_str_append(out, "\x93NUMPY\x01\x00", 8);
	rv_str_putc(out, (char)(header.len & 255));
	rv_str_putc(out, (char)(header.len >> 8));
	rv_str_append(out, header.ptr, header.len);
	rv_str_append(out, image->bytes, rv_image_row_bytes(image) * image->height);
	rv_str_release(&header);
}

/* SPDX-License-Identifier: MIT */
/* The kinds of PNG that neither rv nor Blender writes, through libpng: palettes, few bits, colour keys, interlacing. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "png_decode.h"

/* All that outlives a jump out of libpng. */
struct reader {
	png_structp png;
	png_infop info;
	png_bytepp rows; /* of the image */
	const unsigned char *at;
	size_t left;
	struct rv_err *err;
};

static void on_error(png_structp png, png_const_charp message)
{
	const struct reader *const reader = png_get_error_ptr(png);
	rv_fail(reader->err, RV_E_BAD_FILE, "%s", message);
	png_longjmp(png, 1);
}

static void on_warning(png_structp png RV_UNUSED, png_const_charp message RV_UNUSED)
{
}

static void on_read(png_structp png, png_bytep to, size_t len)
{
	struct reader *const reader = png_get_io_ptr(png);
	if (len > reader->left) {
		png_error(png, "cut");
	}
	memcpy(to, reader->at, len);
	reader->at += len;
	reader->left -= len;
}

/* Indices to colours, row by row in place: they lie at the end of the row that they become. libpng would do this, too,
 * but without a word about indices beyond the palette. */
static int expand_palette(const struct reader *reader, struct rv_image *image)
{
	const size_t step = image->channels, row_bytes = rv_image_row_bytes(image);
	png_colorp colours = NULL;
	png_bytep alphas = NULL;
	int n_colours = 0, n_alphas = 0;
	png_get_PLTE(reader->png, reader->info, &colours, &n_colours);
	png_get_tRNS(reader->png, reader->info, &alphas, &n_alphas, NULL);
	for (uint32_t y = 0; y < image->height; y++) {
		const uint8_t *const indices = reader->rows[y];
		uint8_t *to = image->u8 + y * row_bytes;
		for (uint32_t x = 0; x < image->width; x++, to += step) {
			const int index = indices[x];
			if (index >= n_colours) {
				return rv_fail(reader->err, RV_E_BAD_FILE, "palette index %d of %d", index, n_colours);
			}
			to[0] = colours[index].red;
			to[1] = colours[index].green;
			to[2] = colours[index].blue;
			if (step == 4) {
				to[3] = index < n_alphas ? alphas[index] : 255;
			}
		}
	}
	return 0;
}

static int read_all(struct reader *reader, const struct rv_png_contents *contents, struct rv_image *image)
{
	if (setjmp(png_jmpbuf(reader->png))) {
		return -1; /* on_error has said why */
	}
	const struct rv_png_header *const h = &contents->header;
	const png_structp png = reader->png;
	png_set_read_fn(png, reader, on_read);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1); /* nor known ones that pixels do not need */
	png_set_benign_errors(png, 0);                                      /* none is */
	png_read_info(png, reader->info);
	if (h->colour == RV_PNG_PALETTE) {
		png_set_packing(png); /* a byte per index */
	} else {
		png_set_expand(png); /* 8 or 16 bit, alpha for the transparent colour */
	}
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	png_set_swap(png);
#endif
	png_set_interlace_handling(png);
	png_read_update_info(png, reader->info);
	const uint32_t channels = (h->colour == RV_PNG_PALETTE ? 3 : h->channels) + contents->is_keyed;
	if (rv_image_init(image, h->width, h->height, channels, h->depth == 16 ? RV_PIXEL_U16 : RV_PIXEL_U8,
	                  reader->err) < 0) {
		return -1;
	}
	const size_t row_bytes = rv_image_row_bytes(image), read_bytes = png_get_rowbytes(png, reader->info);
	if (read_bytes > row_bytes) {
		png_error(png, "rows larger than the header's");
	}
	reader->rows = rv_alloc(image->height * sizeof(*reader->rows));
	for (uint32_t y = 0; y < image->height; y++) {
		reader->rows[y] = image->u8 + (y + (size_t)1) * row_bytes - read_bytes;
	}
	png_read_image(png, reader->rows);
	png_read_end(png, NULL);
	return h->colour == RV_PNG_PALETTE ? expand_palette(reader, image) : 0;
}

int rv_png_decode_foreign(const struct rv_png_contents *contents, struct rv_image *image, struct rv_err *err)
{
	struct rv_err unheard = RV_ERR_INIT;
	struct reader reader = { .at = contents->bytes, .left = contents->len, .err = err ? err : &unheard };
	reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, on_error, on_warning);
	reader.info = reader.png ? png_create_info_struct(reader.png) : NULL;
	const int status = reader.info ? read_all(&reader, contents, image)
	                               : rv_fail(err, RV_E_MEMORY, "no memory for libpng's structures");
	png_destroy_read_struct(&reader.png, &reader.info, NULL);
	free(reader.rows);
	return status;
}

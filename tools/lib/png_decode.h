/* SPDX-License-Identifier: MIT */
/* Private to png*.c: what a walk over a PNG file's chunks finds, and the ways from there to pixels. */
#ifndef RV_PNG_DECODE_H
#define RV_PNG_DECODE_H

#include "image.h"
#include "str.h"

/* The numbers of the file format. */
enum { RV_PNG_GREY = 0, RV_PNG_RGB = 2, RV_PNG_PALETTE = 3, RV_PNG_GREY_ALPHA = 4, RV_PNG_RGBA = 6 };

struct rv_png_header {
	uint32_t width, height;
	unsigned int depth;    /* bits of a channel */
	unsigned int colour;   /* colour type */
	unsigned int channels; /* in the file */
	bool interlaced;
};

/* Borrows from the file's bytes. */
struct rv_png_contents {
	const unsigned char *bytes; /* the file */
	size_t len;
	struct rv_png_header header;
	size_t n_colours;            /* of the palette; 0: none */
	bool is_keyed;               /* has transparent colours (tRNS) */
	const unsigned char *pixels; /* the data of all IDAT chunks */
	size_t pixels_len;
	struct rv_str joined; /* holds them where there are several */
};

/* Inflates and undoes the filters, or leaves both to libpng. The chunks were checked. */
int rv_png_decode(const struct rv_png_contents *contents, struct rv_image *image, struct rv_err *err) RV_MUST_USE;

/* Inflates, and looks at the filters: *form gets no pixels. What libpng does is done as a whole. */
int rv_png_check(const struct rv_png_contents *contents, struct rv_image *form, struct rv_err *err) RV_MUST_USE;

/* png_foreign.c: any kind, through libpng. The chunks were checked, and that the file is large enough. */
int rv_png_decode_foreign(const struct rv_png_contents *contents, struct rv_image *image,
                          struct rv_err *err) RV_MUST_USE;

#endif

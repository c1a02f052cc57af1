/* SPDX-License-Identifier: MIT */
/* Private to png*.c: what a walk over a PNG file's chunks finds, and the way from there to pixels. */
#ifndef RV_PNG_DECODE_H
#define RV_PNG_DECODE_H

#include "image.h"
#include "str.h"

/* The numbers of the file format. */
enum { RV_PNG_GREY = 0, RV_PNG_RGB = 2, RV_PNG_PALETTE = 3, RV_PNG_GREY_ALPHA = 4, RV_PNG_RGBA = 6 };

struct rv_png_chunk {
	const unsigned char *data;
	size_t len;
	char type[5];
};

struct rv_png_header {
	uint32_t width, height;
	unsigned int depth;    /* bits of a channel */
	unsigned int colour;   /* colour type */
	unsigned int channels; /* in the file */
	bool interlaced;
};

/* Borrows from the file's bytes. */
struct rv_png_contents {
	struct rv_png_header header;
	struct rv_png_chunk palette, transparency; /* data NULL: not there */
	struct rv_str pixels;                      /* all IDAT joined */
	struct rv_str kept;                        /* the file without what pixels do not need */
};

/* Inflates, undoes the filters, expands to the image's format. The chunks were checked. */
int rv_png_decode(const struct rv_png_contents *contents, struct rv_image *image, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * PNG to and from struct rv_image: 8 and 16 bit, 1 to 4 channels. What rv and Blender write (8 and 16 bit, neither
 * palette nor colour key, not interlaced) is inflated by libdeflate, twice as fast as zlib; every other kind goes
 * through libpng, which png_foreign.c alone knows.
 *
 * A picture may have the sides and bytes that image.h allows; more is RV_E_LIMIT, no memory for it RV_E_MEMORY. Memory
 * is taken only after the file was seen to be long enough for the pixels of its header (deflate shrinks at most to
 * 1/1032): then it is at most twice that of the pixels, and the file.
 */
#ifndef RV_PNG_H
#define RV_PNG_H

#include "image.h"
#include "source.h"

/* Decodes fully and checks every checksum. Palettes become RGB, 1-2-4 bit become 8, transparent colours become alpha.
 * *image is replaced. */
int rv_png_read(const char *path, struct rv_image *image, struct rv_err *err) RV_MUST_USE;
int rv_png_read_from(const struct rv_source *source, struct rv_image *image, struct rv_err *err) RV_MUST_USE;
/* Checks all that rv_png_read_from checks, and makes no pixels: undoing filters takes up to as long as all the rest.
 * *form is replaced: sides, channels and kind of the pixels that there would be, without any. */
int rv_png_check_from(const struct rv_source *source, struct rv_image *form, struct rv_err *err) RV_MUST_USE;
/* Width, height, channels and bit depth from the header alone. */
int rv_png_info(const char *path, uint32_t *width, uint32_t *height, uint32_t *channels, uint32_t *bits,
                struct rv_err *err) RV_MUST_USE;
int rv_png_info_from(const struct rv_source *source, uint32_t *width, uint32_t *height, uint32_t *channels,
                     uint32_t *bits, struct rv_err *err) RV_MUST_USE;

/* Writes atomically (file.h). No text, time or other ancillary chunk: the bytes depend on the pixels alone. */
int rv_png_write(const char *path, const struct rv_image *image, struct rv_err *err) RV_MUST_USE;
/* Encodes to memory, appended to *out. */
int rv_png_encode(const struct rv_image *image, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* The same for numbers of colours: an image of U8 with one channel becomes one with a palette, which keeps its numbers
 * (rv_png_read gives the colours). */
#define RV_PNG_COLOURS 256
int rv_png_encode_palette(const struct rv_image *image, const uint8_t palette[RV_PNG_COLOURS][3], struct rv_str *out,
                          struct rv_err *err) RV_MUST_USE;
/* Removes every chunk that pixels and their colour do not need (tEXt zTXt iTXt tIME eXIf oFFs pHYs ...), in place,
 * without touching the pixel data; not atomic. Kept: IHDR PLTE tRNS gAMA cHRM sRGB iCCP sBIT IDAT IEND. */
int rv_png_strip(const char *path, struct rv_err *err) RV_MUST_USE;
/* The bytes that strip leaves, appended to *out. */
int rv_png_stripped(const struct rv_source *source, struct rv_str *out, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Reading PNG files (ISO/IEC 15948): chunks and pixels. png_write.c writes them. */
#include "png.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

#define CHUNK_OVERHEAD 12 /* length, type, checksum */
#define CHUNK_MAX 0x7fffffffu
#define IHDR_BYTES 13
#define DEFLATE_RATIO_MAX 1032 /* no deflate stream grows more than this */
#define FILE_BYTES_MAX ((size_t)4 << 30)

static const unsigned char signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 }; /* colour types */
enum { FILTER_NONE, FILTER_SUB, FILTER_UP, FILTER_AVERAGE, FILTER_PAETH };

struct chunk {
	const unsigned char *data;
	size_t len;
	char type[5];
};

struct header {
	uint32_t width, height;
	unsigned int depth;    /* bits of a channel */
	unsigned int colour;   /* colour type */
	unsigned int channels; /* in the file */
	bool interlaced;
};

/* What a walk over the chunks finds. */
struct contents {
	struct header header;
	struct chunk palette, transparency; /* data NULL: not there */
	struct rv_str pixels;               /* all IDAT joined */
	struct rv_str kept;                 /* the file without what pixels do not need */
};

static uint32_t get_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static unsigned int channels_of(unsigned int colour)
{
	static const unsigned char channels[] = { [GREY] = 1, [RGB] = 3, [PALETTE] = 1, [GREY_ALPHA] = 2, [RGBA] = 4 };
	return colour < sizeof(channels) ? channels[colour] : 0;
}

/* ---- chunks ---------------------------------------------------------------------------------------------------- */

static int parse_header(const unsigned char *p, struct header *header, struct rv_err *err)
{
	header->width = get_u32(p);
	header->height = get_u32(p + 4);
	header->depth = p[8];
	header->colour = p[9];
	header->channels = channels_of(p[9]);
	header->interlaced = p[12] == 1;
	if (header->width < 1 || header->height < 1 || header->width > RV_IMAGE_SIDE_MAX ||
	    header->height > RV_IMAGE_SIDE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "%u x %u pixels: each side must be 1..%d", header->width,
		               header->height, RV_IMAGE_SIDE_MAX);
	}
	static const unsigned char depths[] = { /* a bit per depth allowed */
		                                [GREY] = 1 | 2 | 4 | 8 | 16,
		                                [RGB] = 8 | 16,
		                                [PALETTE] = 1 | 2 | 4 | 8,
		                                [GREY_ALPHA] = 8 | 16,
		                                [RGBA] = 8 | 16
	};
	const bool depth_ok = header->channels && (header->depth & (header->depth - 1)) == 0 &&
	                      (header->depth & depths[header->colour]);
	if (!depth_ok || p[10] != 0 || p[11] != 0 || p[12] > 1) {
		return rv_fail(err, RV_E_BAD_FILE, "unknown pixel format (depth %u, colour type %u, methods %u %u %u)",
		               p[8], p[9], p[10], p[11], p[12]);
	}
	return 0;
}

/* The chunk at *at, its checksum verified; moves *at behind it. */
static int next_chunk(const unsigned char *bytes, size_t len, size_t *at, struct chunk *chunk, struct rv_err *err)
{
	const size_t start = *at, left = len - start;
	if (left < CHUNK_OVERHEAD) {
		return rv_fail(err, RV_E_BAD_FILE,
		               left ? "cut in a chunk at byte %zu" : "cut at byte %zu: no IEND chunk", start);
	}
	const uint32_t data_len = get_u32(bytes + start);
	memcpy(chunk->type, bytes + start + 4, 4);
	chunk->type[4] = '\0';
	for (int i = 0; i < 4; i++) {
		const int c = chunk->type[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
			return rv_fail(err, RV_E_BAD_FILE, "no chunk type at byte %zu", start + 4);
		}
	}
	if (data_len > CHUNK_MAX || data_len > left - CHUNK_OVERHEAD) {
		return rv_fail(err, RV_E_BAD_FILE, "cut in chunk %s at byte %zu", chunk->type, start);
	}
	chunk->data = bytes + start + 8;
	chunk->len = data_len;
	if (libdeflate_crc32(0, bytes + start + 4, data_len + 4) != get_u32(chunk->data + data_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "wrong checksum of chunk %s at byte %zu", chunk->type, start);
	}
	*at = start + CHUNK_OVERHEAD + data_len;
	return 0;
}

static bool is_type(const struct chunk *chunk, const char *type)
{
	return memcmp(chunk->type, type, 4) == 0;
}

/* Ancillary chunks that say what the pixels' values mean. */
static bool is_colour(const struct chunk *chunk)
{
	static const char *const types[] = { "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT" };
	for (size_t i = 0; i < RV_COUNTOF(types); i++) {
		if (is_type(chunk, types[i])) {
			return true;
		}
	}
	return false;
}

/* Checks palette or transparency and remembers it. */
static int take_colours(struct contents *contents, const struct chunk *chunk, bool after_pixels, struct rv_err *err)
{
	const bool is_palette = is_type(chunk, "PLTE");
	struct chunk *const slot = is_palette ? &contents->palette : &contents->transparency;
	const unsigned int colour = contents->header.colour;
	bool ok = !slot->data && !after_pixels;
	if (is_palette) {
		ok = ok && chunk->len > 0 && chunk->len <= 768 && chunk->len % 3 == 0 && colour != GREY &&
		     colour != GREY_ALPHA;
	} else if (colour == PALETTE) {
		ok = ok && contents->palette.data && chunk->len > 0 && chunk->len <= contents->palette.len / 3;
	} else {
		ok = ok && ((colour == GREY && chunk->len == 2) || (colour == RGB && chunk->len == 6));
	}
	if (!ok) {
		return rv_fail(err, RV_E_BAD_FILE, "chunk %s does not belong where it is", chunk->type);
	}
	*slot = *chunk;
	return 0;
}

/* Checks the whole structure. `contents` borrows from `bytes`; release its two strings. */
static int walk(const struct rv_str *file, struct contents *contents, struct rv_err *err)
{
	const unsigned char *const bytes = (const unsigned char *)file->ptr;
	if (file->len < sizeof(signature) || memcmp(bytes, signature, sizeof(signature)) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "not a PNG file");
	}
	rv_str_append(&contents->kept, signature, sizeof(signature));
	size_t at = sizeof(signature);
	enum { HEADER, COLOURS, PIXELS, REST, END } state = HEADER;
	while (state != END) {
		const size_t start = at;
		struct chunk chunk;
		if (next_chunk(bytes, file->len, &at, &chunk, err) < 0) {
			return -1;
		}
		bool keep = true;
		if (state == HEADER) {
			if (!is_type(&chunk, "IHDR") || chunk.len != IHDR_BYTES) {
				return rv_fail(err, RV_E_BAD_FILE, "does not begin with an IHDR chunk");
			}
			if (parse_header(chunk.data, &contents->header, err) < 0) {
				return -1;
			}
			state = COLOURS;
		} else if (is_type(&chunk, "IDAT")) {
			if (state == REST || (contents->header.colour == PALETTE && !contents->palette.data)) {
				return rv_fail(err, RV_E_BAD_FILE, "chunk IDAT at byte %zu does not belong where it is",
				               start);
			}
			rv_str_append(&contents->pixels, chunk.data, chunk.len);
			state = PIXELS;
		} else {
			state = state == PIXELS ? REST : state;
			if (is_type(&chunk, "IEND")) {
				if (state != REST || chunk.len != 0) {
					return rv_fail(err, RV_E_BAD_FILE,
					               "chunk IEND at byte %zu does not belong where it is", start);
				}
				state = END;
			} else if (is_type(&chunk, "PLTE") || is_type(&chunk, "tRNS")) {
				if (take_colours(contents, &chunk, state == REST, err) < 0) {
					return -1;
				}
			} else if (chunk.type[0] >= 'a') {
				keep = is_colour(&chunk);
			} else {
				return rv_fail(err, RV_E_BAD_FILE, "unknown critical chunk %s at byte %zu", chunk.type,
				               start);
			}
		}
		if (keep) {
			rv_str_append(&contents->kept, bytes + start, at - start);
		}
	}
	if (at != file->len) {
		return rv_fail(err, RV_E_BAD_FILE, "%zu bytes after the IEND chunk", file->len - at);
	}
	return 0;
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static inline unsigned char paeth(int a, int b, int c)
{
	const int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);
	return (unsigned char)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/* With all but the bytes known at compile time. `bpp`: bytes from a pixel to the next, at least 1. */
static inline __attribute__((always_inline)) void undo(int filter, unsigned char *row, const unsigned char *above,
                                                       size_t len, size_t bpp)
{
	for (size_t i = 0; i < bpp && i < len; i++) { /* nothing to the left */
		const int up = above[i];
		row[i] += (unsigned char)(filter == FILTER_SUB ? 0 : filter == FILTER_AVERAGE ? up / 2 : up);
	}
	for (size_t i = bpp; i < len; i++) {
		const int left = row[i - bpp], up = above[i];
		switch (filter) {
		case FILTER_SUB:
			row[i] += (unsigned char)left;
			break;
		case FILTER_UP:
			row[i] += (unsigned char)up;
			break;
		case FILTER_AVERAGE:
			row[i] += (unsigned char)((left + up) / 2);
			break;
		default:
			row[i] += paeth(left, up, above[i - bpp]);
			break;
		}
	}
}

static bool unfilter(int filter, unsigned char *row, const unsigned char *above, size_t len, size_t bpp)
{
#define BY_BPP(f) \
	do { \
		switch (bpp) { \
		case 1: \
			undo(f, row, above, len, 1); \
			break; \
		case 2: \
			undo(f, row, above, len, 2); \
			break; \
		case 3: \
			undo(f, row, above, len, 3); \
			break; \
		case 4: \
			undo(f, row, above, len, 4); \
			break; \
		case 6: \
			undo(f, row, above, len, 6); \
			break; \
		default: \
			undo(f, row, above, len, 8); \
			break; \
		} \
	} while (0)
	switch (filter) {
	case FILTER_NONE:
		return true;
	case FILTER_SUB:
		BY_BPP(FILTER_SUB);
		return true;
	case FILTER_UP:
		undo(FILTER_UP, row, above, len, 1);
		return true;
	case FILTER_AVERAGE:
		BY_BPP(FILTER_AVERAGE);
		return true;
	case FILTER_PAETH:
		BY_BPP(FILTER_PAETH);
		return true;
	default:
		return false;
	}
#undef BY_BPP
}

/* ---- decoding -------------------------------------------------------------------------------------------------- */

/* One pass of an image: every dx-th pixel from x0, every dy-th row from y0. */
struct pass {
	unsigned char x0, y0, dx, dy;
};
static const struct pass whole = { 0, 0, 1, 1 };
static const struct pass adam7[] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
	                             { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };

static void pass_size(const struct header *h, const struct pass *pass, uint32_t *width, uint32_t *height)
{
	*width = h->width > pass->x0 ? (h->width - pass->x0 + pass->dx - 1) / pass->dx : 0;
	*height = h->height > pass->y0 ? (h->height - pass->y0 + pass->dy - 1) / pass->dy : 0;
}

static size_t packed_row_bytes(const struct header *h, uint32_t width)
{
	return ((size_t)width * h->channels * h->depth + 7) / 8;
}

/* The value of sample i of a row as it is stored. */
static unsigned int sample(const struct header *h, const unsigned char *row, size_t i)
{
	if (h->depth == 16) {
		return (unsigned int)row[2 * i] << 8 | row[2 * i + 1];
	}
	if (h->depth == 8) {
		return row[i];
	}
	const size_t bit = i * h->depth;
	return (unsigned int)row[bit / 8] >> (8 - h->depth - bit % 8) & ((1u << h->depth) - 1);
}

static void put_sample(struct rv_image *image, size_t at, unsigned int value)
{
	if (image->pixel == RV_PIXEL_U16) {
		image->u16[at] = (uint16_t)value;
	} else {
		image->u8[at] = (uint8_t)value;
	}
}

/* Any pixel format to the image's, which has alpha where the file has transparency. */
static int expand_pixel(const struct contents *c, const unsigned char *row, size_t x, struct rv_image *image, size_t at,
                        struct rv_err *err)
{
	const struct header *h = &c->header;
	if (h->colour == PALETTE) {
		const unsigned int index = sample(h, row, x);
		if (index >= c->palette.len / 3) {
			return rv_fail(err, RV_E_BAD_FILE, "palette index %u of %zu", index, c->palette.len / 3);
		}
		for (unsigned int i = 0; i < 3; i++) {
			image->u8[at + i] = c->palette.data[3 * index + i];
		}
		if (image->channels == 4) {
			image->u8[at + 3] = index < c->transparency.len ? c->transparency.data[index] : 255;
		}
		return 0;
	}
	const unsigned int scale = h->depth < 8 ? 255 / ((1u << h->depth) - 1) : 1;
	bool is_key = c->transparency.data != NULL;
	for (unsigned int i = 0; i < h->channels; i++) {
		const unsigned int value = sample(h, row, x * h->channels + i);
		put_sample(image, at + i, value * scale);
		if (is_key) {
			const unsigned char *key = c->transparency.data + (size_t)2 * i;
			is_key = value == ((unsigned int)key[0] << 8 | key[1]);
		}
	}
	if (c->transparency.data) {
		put_sample(image, at + h->channels, is_key ? 0 : h->depth == 16 ? 65535 : 255);
	}
	return 0;
}

static int expand_row(const struct contents *c, const unsigned char *row, uint32_t width, const struct pass *pass,
                      uint32_t y, struct rv_image *image, struct rv_err *err)
{
	const struct header *h = &c->header;
	const size_t to = (size_t)y * image->width * image->channels;
	if (pass == &whole && h->colour != PALETTE && !c->transparency.data && h->depth >= 8) {
		const size_t n = (size_t)width * h->channels;
		if (h->depth == 8) {
			memcpy(image->u8 + to, row, n);
			return 0;
		}
		for (size_t i = 0; i < n; i++) {
			image->u16[to + i] = (uint16_t)(row[2 * i] << 8 | row[2 * i + 1]);
		}
		return 0;
	}
	for (uint32_t i = 0; i < width; i++) {
		const size_t x = pass->x0 + (size_t)i * pass->dx;
		if (expand_pixel(c, row, i, image, to + x * image->channels, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int decode_pass(const struct contents *c, const struct pass *pass, unsigned char **raw,
                       const unsigned char *zeros, struct rv_image *image, struct rv_err *err)
{
	const struct header *h = &c->header;
	uint32_t width, height;
	pass_size(h, pass, &width, &height);
	if (width == 0) {
		return 0;
	}
	const size_t len = packed_row_bytes(h, width);
	const size_t bpp = RV_MAX(h->channels * h->depth / 8, 1u);
	const unsigned char *above = zeros;
	for (uint32_t i = 0; i < height; i++) {
		unsigned char *const row = *raw + 1;
		const uint32_t y = pass->y0 + i * pass->dy;
		if (!unfilter((*raw)[0], row, above, len, bpp)) {
			return rv_fail(err, RV_E_BAD_FILE, "unknown filter %u in row %u", (*raw)[0], y);
		}
		if (expand_row(c, row, width, pass, y, image, err) < 0) {
			return -1;
		}
		above = row;
		*raw += 1 + len;
	}
	return 0;
}

/* Inflates all passes into one new block; its size must be exactly what the header asks for. */
static unsigned char *inflate_pixels(const struct contents *c, const struct pass *passes, size_t n_passes,
                                     struct rv_err *err)
{
	size_t size = 0;
	for (size_t i = 0; i < n_passes; i++) {
		uint32_t width, height;
		pass_size(&c->header, &passes[i], &width, &height);
		size += width ? height * (1 + packed_row_bytes(&c->header, width)) : 0; /* at most 2^16 * (1 + 2^19) */
	}
	if (size > RV_IMAGE_BYTES_MAX) {
		rv_fail(err, RV_E_LIMIT, "%u x %u pixels take %zu bytes: at most %zu", c->header.width,
		        c->header.height, size, RV_IMAGE_BYTES_MAX);
		return NULL;
	}
	if (size / DEFLATE_RATIO_MAX > c->pixels.len) { /* before memory is taken for it */
		rv_fail(err, RV_E_BAD_FILE, "%zu bytes of pixel data cannot hold %u x %u pixels", c->pixels.len,
		        c->header.width, c->header.height);
		return NULL;
	}
	unsigned char *raw = rv_alloc(size);
	struct libdeflate_decompressor *inflate = libdeflate_alloc_decompressor();
	size_t used = 0;
	const enum libdeflate_result result =
	        inflate ? libdeflate_zlib_decompress_ex(inflate, c->pixels.ptr, c->pixels.len, raw, size, &used, NULL)
	                : LIBDEFLATE_BAD_DATA;
	libdeflate_free_decompressor(inflate);
	if (result != LIBDEFLATE_SUCCESS || used != c->pixels.len) {
		rv_fail(err, RV_E_BAD_FILE, "pixel data is damaged");
		free(raw);
		return NULL;
	}
	return raw;
}

static int decode(const struct contents *c, struct rv_image *image, struct rv_err *err)
{
	const struct header *h = &c->header;
	const bool adds_alpha = c->transparency.data != NULL;
	const uint32_t channels = (h->colour == PALETTE ? 3 : h->channels) + adds_alpha;
	const struct pass *const passes = h->interlaced ? adam7 : &whole;
	const size_t n_passes = h->interlaced ? RV_COUNTOF(adam7) : 1;
	unsigned char *const raw = inflate_pixels(c, passes, n_passes, err);
	if (!raw) {
		return -1;
	}
	unsigned char *const zeros = rv_alloc_zero(packed_row_bytes(h, h->width), 1);
	int status =
	        rv_image_init(image, h->width, h->height, channels, h->depth == 16 ? RV_PIXEL_U16 : RV_PIXEL_U8, err);
	unsigned char *at = raw;
	for (size_t i = 0; status == 0 && i < n_passes; i++) {
		status = decode_pass(c, &passes[i], &at, zeros, image, err);
	}
	free(zeros);
	free(raw);
	return status;
}

/* ---- the interface --------------------------------------------------------------------------------------------- */

/* Reads and walks a file; *file holds what *contents borrows. Release with `forget`. */
static int load(const char *path, struct rv_str *file, struct contents *contents, struct rv_err *err)
{
	if (rv_file_read(path, FILE_BYTES_MAX, file, err) < 0) {
		return -1;
	}
	return walk(file, contents, err) < 0 ? rv_fail_prefix(err, "'%s'", path) : 0;
}

static void forget(struct rv_str *file, struct contents *contents)
{
	rv_str_release(&contents->kept);
	rv_str_release(&contents->pixels);
	rv_str_release(file);
}

int rv_png_read(const char *path, struct rv_image *image, struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	struct contents contents = { .pixels = RV_STR_INIT, .kept = RV_STR_INIT };
	int status = load(path, &file, &contents, err);
	if (status == 0 && decode(&contents, image, err) < 0) {
		status = rv_fail_prefix(err, "'%s'", path);
	}
	forget(&file, &contents);
	return status;
}

int rv_png_strip(const char *path, struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	struct contents contents = { .pixels = RV_STR_INIT, .kept = RV_STR_INIT };
	int status = load(path, &file, &contents, err);
	if (status == 0 && contents.kept.len != file.len) {
		status = rv_file_write(path, contents.kept.ptr, contents.kept.len, err);
	}
	forget(&file, &contents);
	return status;
}

int rv_png_info(const char *path, uint32_t *width, uint32_t *height, uint32_t *channels, uint32_t *bits,
                struct rv_err *err)
{
	unsigned char bytes[sizeof(signature) + CHUNK_OVERHEAD + IHDR_BYTES];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", path);
	}
	const ssize_t n = rv_read_all(fd, bytes, sizeof(bytes));
	if (n < 0) {
		rv_fail_errno(err, "cannot read '%s'", path);
		close(fd);
		return -1;
	}
	close(fd);
	if ((size_t)n < sizeof(bytes) || memcmp(bytes, signature, sizeof(signature)) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s': not a PNG file", path);
	}
	size_t at = sizeof(signature);
	struct chunk chunk;
	struct header header;
	if (next_chunk(bytes, sizeof(bytes), &at, &chunk, err) < 0 || !is_type(&chunk, "IHDR") ||
	    parse_header(chunk.data, &header, err) < 0) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s': damaged PNG header", path);
	}
	*width = header.width;
	*height = header.height;
	*channels = header.colour == PALETTE ? 3 : header.channels;
	*bits = header.depth;
	return 0;
}

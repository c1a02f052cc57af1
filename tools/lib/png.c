/* SPDX-License-Identifier: MIT */
/* PNG files (ISO/IEC 15948), read and stripped: their chunks. png_decode.c and png_foreign.c turn them into pixels,
 * png_write.c writes. */
#include "png.h"

#include <libdeflate.h>
#include <string.h>

#include "file.h"
#include "png_decode.h"

#define CHUNK_OVERHEAD 12 /* length, type, checksum */
#define CHUNK_MAX 0x7fffffffu
#define IHDR_BYTES 13
#define FILE_BYTES_MAX ((size_t)4 << 30)

static const unsigned char signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

static uint32_t get_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static unsigned int channels_of(unsigned int colour)
{
	static const unsigned char channels[] = {
		[RV_PNG_GREY] = 1, [RV_PNG_RGB] = 3, [RV_PNG_PALETTE] = 1, [RV_PNG_GREY_ALPHA] = 2, [RV_PNG_RGBA] = 4
	};
	return colour < sizeof(channels) ? channels[colour] : 0;
}

/* ---- chunks ---------------------------------------------------------------------------------------------------- */

struct chunk {
	const unsigned char *data;
	size_t len;
	char type[5];
};

static int parse_header(const unsigned char *p, struct rv_png_header *header, struct rv_err *err)
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
		                                [RV_PNG_GREY] = 1 | 2 | 4 | 8 | 16,
		                                [RV_PNG_RGB] = 8 | 16,
		                                [RV_PNG_PALETTE] = 1 | 2 | 4 | 8,
		                                [RV_PNG_GREY_ALPHA] = 8 | 16,
		                                [RV_PNG_RGBA] = 8 | 16
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

/* Checks palette or transparency and remembers what there is. */
static int take_colours(struct rv_png_contents *contents, const struct chunk *chunk, bool after_pixels,
                        struct rv_err *err)
{
	const unsigned int colour = contents->header.colour;
	bool ok = !after_pixels;
	if (is_type(chunk, "PLTE")) {
		ok = ok && contents->n_colours == 0 && chunk->len > 0 && chunk->len <= 768 && chunk->len % 3 == 0 &&
		     colour != RV_PNG_GREY && colour != RV_PNG_GREY_ALPHA;
		contents->n_colours = chunk->len / 3;
	} else {
		ok = ok && !contents->is_keyed &&
		     (colour == RV_PNG_PALETTE ? chunk->len > 0 && chunk->len <= contents->n_colours
		                               : (colour == RV_PNG_GREY && chunk->len == 2) ||
		                                         (colour == RV_PNG_RGB && chunk->len == 6));
		contents->is_keyed = true;
	}
	return ok ? 0 : rv_fail(err, RV_E_BAD_FILE, "chunk %s does not belong where it is", chunk->type);
}

/* One IDAT chunk is borrowed, several are joined. */
static int take_pixels(struct rv_png_contents *contents, const struct chunk *chunk, struct rv_err *err)
{
	if (!contents->pixels) {
		contents->pixels = chunk->data;
		contents->pixels_len = chunk->len;
		return 0;
	}
	struct rv_str *const joined = &contents->joined;
	if (joined->len == 0) {
		if (!rv_str_try_reserve(joined, contents->len)) { /* more than all of them have */
			return rv_fail(err, RV_E_MEMORY, "no memory for its pixel data");
		}
		rv_str_append(joined, contents->pixels, contents->pixels_len);
	}
	rv_str_append(joined, chunk->data, chunk->len);
	contents->pixels = (const unsigned char *)joined->ptr;
	contents->pixels_len = joined->len;
	return 0;
}

/* Checks the whole structure. Appends the chunks that pixels need to *kept, which may be NULL. */
static int walk(struct rv_png_contents *contents, struct rv_str *kept, struct rv_err *err)
{
	const unsigned char *const bytes = contents->bytes;
	if (contents->len < sizeof(signature) || memcmp(bytes, signature, sizeof(signature)) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "not a PNG file");
	}
	size_t at = sizeof(signature);
	if (kept) {
		rv_str_append(kept, bytes, at);
	}
	enum { HEADER, COLOURS, PIXELS, REST, END } state = HEADER;
	while (state != END) {
		const size_t start = at;
		struct chunk chunk;
		if (next_chunk(bytes, contents->len, &at, &chunk, err) < 0) {
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
			if (state == REST || (contents->header.colour == RV_PNG_PALETTE && contents->n_colours == 0)) {
				return rv_fail(err, RV_E_BAD_FILE, "chunk IDAT at byte %zu does not belong where it is",
				               start);
			}
			if (take_pixels(contents, &chunk, err) < 0) {
				return -1;
			}
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
		if (kept && keep) {
			rv_str_append(kept, bytes + start, at - start);
		}
	}
	if (at != contents->len) {
		return rv_fail(err, RV_E_BAD_FILE, "%zu bytes after the IEND chunk", contents->len - at);
	}
	return 0;
}

/* ---- the interface --------------------------------------------------------------------------------------------- */

typedef int finish_fn(const struct rv_png_contents *contents, struct rv_image *image, struct rv_err *err);

/* Reads a source and checks its structure; `finish`, where it is not NULL, is given what was found, and the image. What
 * pixels need of the file goes to *kept, where that is not NULL. */
static int read_source(const struct rv_source *source, finish_fn *finish, struct rv_image *image, struct rv_str *kept,
                       struct rv_err *err)
{
	struct rv_str held = RV_STR_INIT;
	struct rv_png_contents contents = { .len = (size_t)source->len, .joined = RV_STR_INIT };
	contents.bytes = rv_source_bytes(source, FILE_BYTES_MAX, &held, err);
	int status = contents.bytes ? walk(&contents, kept, err) : -1;
	if (status == 0 && finish) {
		status = finish(&contents, image, err);
	}
	rv_str_release(&contents.joined);
	rv_str_release(&held);
	return status < 0 ? rv_fail_prefix(err, "'%s'", source->name) : 0;
}

int rv_png_read_from(const struct rv_source *source, struct rv_image *image, struct rv_err *err)
{
	return read_source(source, rv_png_decode, image, NULL, err);
}

int rv_png_check_from(const struct rv_source *source, struct rv_image *form, struct rv_err *err)
{
	rv_image_release(form);
	return read_source(source, rv_png_check, form, NULL, err);
}

int rv_png_read(const char *path, struct rv_image *image, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	if (rv_source_open(&source, path, err) < 0) {
		return -1;
	}
	const int status = rv_png_read_from(&source, image, err);
	rv_source_close(&source);
	return status;
}

int rv_png_stripped(const struct rv_source *source, struct rv_str *out, struct rv_err *err)
{
	return read_source(source, NULL, NULL, out, err);
}

int rv_png_strip(const char *path, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str kept = RV_STR_INIT;
	if (rv_source_open(&source, path, err) < 0) {
		return -1;
	}
	int status = rv_png_stripped(&source, &kept, err);
	if (status == 0 && kept.len != source.len) {
		status = rv_file_write_unseen(path, kept.ptr, kept.len, err);
	}
	rv_str_release(&kept);
	rv_source_close(&source);
	return status;
}

int rv_png_info_from(const struct rv_source *source, uint32_t *width, uint32_t *height, uint32_t *channels,
                     uint32_t *bits, struct rv_err *err)
{
	unsigned char bytes[sizeof(signature) + CHUNK_OVERHEAD + IHDR_BYTES];
	if (source->len >= sizeof(bytes) && rv_source_read(source, 0, bytes, sizeof(bytes), err) < 0) {
		return rv_fail_prefix(err, "'%s'", source->name);
	}
	if (source->len < sizeof(bytes) || memcmp(bytes, signature, sizeof(signature)) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s': not a PNG file", source->name);
	}
	size_t at = sizeof(signature);
	struct chunk chunk;
	struct rv_png_header header;
	if (next_chunk(bytes, sizeof(bytes), &at, &chunk, err) < 0 || !is_type(&chunk, "IHDR") ||
	    parse_header(chunk.data, &header, err) < 0) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s': damaged PNG header", source->name);
	}
	*width = header.width;
	*height = header.height;
	*channels = header.colour == RV_PNG_PALETTE ? 3 : header.channels;
	*bits = header.depth;
	return 0;
}

int rv_png_info(const char *path, uint32_t *width, uint32_t *height, uint32_t *channels, uint32_t *bits,
                struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	if (rv_source_open(&source, path, err) < 0) {
		return -1;
	}
	const int status = rv_png_info_from(&source, width, height, channels, bits, err);
	rv_source_close(&source);
	return status;
}

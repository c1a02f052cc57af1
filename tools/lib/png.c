/* SPDX-License-Identifier: MIT */
/* PNG files (ISO/IEC 15948), read and stripped: their chunks. png_decode.c turns them into pixels, png_write.c writes.
 */
#include "png.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <string.h>
#include <unistd.h>

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
static int next_chunk(const unsigned char *bytes, size_t len, size_t *at, struct rv_png_chunk *chunk,
                      struct rv_err *err)
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

static bool is_type(const struct rv_png_chunk *chunk, const char *type)
{
	return memcmp(chunk->type, type, 4) == 0;
}

/* Ancillary chunks that say what the pixels' values mean. */
static bool is_colour(const struct rv_png_chunk *chunk)
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
static int take_colours(struct rv_png_contents *contents, const struct rv_png_chunk *chunk, bool after_pixels,
                        struct rv_err *err)
{
	const bool is_palette = is_type(chunk, "PLTE");
	struct rv_png_chunk *const slot = is_palette ? &contents->palette : &contents->transparency;
	const unsigned int colour = contents->header.colour;
	bool ok = !slot->data && !after_pixels;
	if (is_palette) {
		ok = ok && chunk->len > 0 && chunk->len <= 768 && chunk->len % 3 == 0 && colour != RV_PNG_GREY &&
		     colour != RV_PNG_GREY_ALPHA;
	} else if (colour == RV_PNG_PALETTE) {
		ok = ok && contents->palette.data && chunk->len > 0 && chunk->len <= contents->palette.len / 3;
	} else {
		ok = ok && ((colour == RV_PNG_GREY && chunk->len == 2) || (colour == RV_PNG_RGB && chunk->len == 6));
	}
	if (!ok) {
		return rv_fail(err, RV_E_BAD_FILE, "chunk %s does not belong where it is", chunk->type);
	}
	*slot = *chunk;
	return 0;
}

/* Checks the whole structure. `contents` borrows from `bytes`; release its two strings. */
static int walk(const struct rv_str *file, struct rv_png_contents *contents, struct rv_err *err)
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
		struct rv_png_chunk chunk;
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
			if (state == REST || (contents->header.colour == RV_PNG_PALETTE && !contents->palette.data)) {
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

/* ---- the interface --------------------------------------------------------------------------------------------- */

/* Reads and walks a file; *file holds what *contents borrows. Release with `forget`. */
static int load(const char *path, struct rv_str *file, struct rv_png_contents *contents, struct rv_err *err)
{
	if (rv_file_read(path, FILE_BYTES_MAX, file, err) < 0) {
		return -1;
	}
	return walk(file, contents, err) < 0 ? rv_fail_prefix(err, "'%s'", path) : 0;
}

static void forget(struct rv_str *file, struct rv_png_contents *contents)
{
	rv_str_release(&contents->kept);
	rv_str_release(&contents->pixels);
	rv_str_release(file);
}

int rv_png_read(const char *path, struct rv_image *image, struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	struct rv_png_contents contents = { .pixels = RV_STR_INIT, .kept = RV_STR_INIT };
	int status = load(path, &file, &contents, err);
	if (status == 0 && rv_png_decode(&contents, image, err) < 0) {
		status = rv_fail_prefix(err, "'%s'", path);
	}
	forget(&file, &contents);
	return status;
}

int rv_png_strip(const char *path, struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	struct rv_png_contents contents = { .pixels = RV_STR_INIT, .kept = RV_STR_INIT };
	int status = load(path, &file, &contents, err);
	if (status == 0 && contents.kept.len != file.len) {
		status = rv_file_write_unseen(path, contents.kept.ptr, contents.kept.len, err);
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
	struct rv_png_chunk chunk;
	struct rv_png_header header;
	if (next_chunk(bytes, sizeof(bytes), &at, &chunk, err) < 0 || !is_type(&chunk, "IHDR") ||
	    parse_header(chunk.data, &header, err) < 0) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s': damaged PNG header", path);
	}
	*width = header.width;
	*height = header.height;
	*channels = header.colour == RV_PNG_PALETTE ? 3 : header.channels;
	*bits = header.depth;
	return 0;
}

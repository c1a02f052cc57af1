/* SPDX-License-Identifier: MIT */
/* png.h: files put together chunk by chunk, with what must be accepted and what not. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "file.h"
#include "png.h"

/* Tries the given bytes as a file; true when reading and stripping refuse them. */
static bool refused(const char *bytes, size_t len, struct rv_err *err)
{
	struct rv_image image = RV_IMAGE_INIT;
	CHECK_OK(rv_file_write(check_path("d.png"), bytes, len, err), err);
	const bool read = rv_png_read(check_path("d.png"), &image, err) == 0;
	rv_image_release(&image);
	struct rv_err strip_err = RV_ERR_INIT;
	return !read && rv_png_strip(check_path("d.png"), &strip_err) < 0;
}

/* Chunks that are sound by themselves: appends one with its checksum. */
static void put_chunk(struct rv_str *file, const char *type, const char *data, size_t len)
{
	struct rv_str chunk = RV_STR_INIT;
	rv_str_puts(&chunk, type);
	rv_str_append(&chunk, data, len);
	uint32_t crc = 0xffffffff;
	for (size_t i = 0; i < chunk.len; i++) {
		crc ^= (uint8_t)chunk.ptr[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		}
	}
	const uint32_t words[2] = { __builtin_bswap32((uint32_t)len), __builtin_bswap32(~crc) };
	rv_str_append(file, &words[0], 4);
	rv_str_append(file, chunk.ptr, chunk.len);
	rv_str_append(file, &words[1], 4);
	rv_str_release(&chunk);
}

/* 1 x 1 grey: "\0" filter, "\7" value. */
static const char zlib[] = "\x78\x01\x01\x02\x00\xfd\xff\x00\x07\x00\x0a\x00\x08";
#define IHDR_1X1 "\0\0\0\1\0\0\0\1\10\0\0\0\0"

static void structure(void)
{
	static const struct {
		const char *chunks[5]; /* NAME=data; the lengths follow from the names */
		const char *part;      /* of the message; NULL: must be accepted */
	} cases[] = {
		{ { "IHDR", "IDAT", "IEND" }, NULL },
		{ { "IHDR", "teXt", "IDAT", "IEND" }, NULL },
		{ { "IDAT", "IHDR", "IEND" }, "does not begin with an IHDR" },
		{ { "IHDR", "IEND" }, "IEND at byte 33 does not belong" },
		{ { "IHDR", "IDAT", "teXt", "IDAT", "IEND" }, "IDAT at byte" },
		{ { "IHDR", "IHDR", "IDAT", "IEND" }, "unknown critical chunk IHDR" },
		{ { "IHDR", "ABCD", "IDAT", "IEND" }, "unknown critical chunk ABCD" },
		{ { "IHDR", "PLTE", "IDAT", "IEND" }, "chunk PLTE does not belong" },
		{ { "IHDR", "tRNS", "tRNS", "IDAT", "IEND" }, "chunk tRNS does not belong" },
		{ { "IHDR", "IDAT" }, "no IEND" },
	};
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&file);
		rv_str_append(&file, "\x89PNG\r\n\x1a\n", 8);
		for (size_t k = 0; k < 5 && cases[i].chunks[k]; k++) {
			const char *const type = cases[i].chunks[k];
			const bool is_header = strcmp(type, "IHDR") == 0, is_pixels = strcmp(type, "IDAT") == 0;
			const bool is_colour = strcmp(type, "tRNS") == 0, is_palette = strcmp(type, "PLTE") == 0;
			put_chunk(&file, type,
			          is_header   ? IHDR_1X1
			          : is_pixels ? zlib
			                      : "\0\0\0",
			          is_header    ? 13
			          : is_pixels  ? sizeof(zlib) - 1
			          : is_colour  ? 2
			          : is_palette ? 3
			                       : 0);
		}
		if (!cases[i].part) {
			CHECK(!refused(file.ptr, file.len, &err));
		} else if (CHECK(refused(file.ptr, file.len, &err)) &&
		           !CHECK(strstr(err.text, cases[i].part) != NULL)) {
			printf("# %s\n", err.text);
		}
	}
	rv_str_release(&file);
}

/* Reading and checking accept the bytes, or refuse them with the same message, of which `part` is one; the pixels are
 * those given. */
static void check_pixels(const struct rv_str *file, const char *part, const char *pixels, size_t len)
{
	struct rv_err err = RV_ERR_INIT, check_err = RV_ERR_INIT;
	struct rv_source source;
	struct rv_image image = RV_IMAGE_INIT, form = RV_IMAGE_INIT;
	rv_source_open_memory(&source, "x", file->ptr, file->len);
	if (!part) {
		CHECK_OK(rv_png_read_from(&source, &image, &err), &err);
		CHECK(image.bytes && memcmp(image.bytes, pixels, len) == 0);
		CHECK_OK(rv_png_check_from(&source, &form, &err), &err);
	} else {
		CHECK_FAILS(rv_png_read_from(&source, &image, &err), &err, RV_E_BAD_FILE, part);
		CHECK_FAILS(rv_png_check_from(&source, &form, &check_err), &check_err, RV_E_BAD_FILE, err.text);
	}
	CHECK(!form.bytes);
	rv_image_release(&image);
	rv_source_close(&source);
}

struct pixels {
	const char *data; /* of IDAT, stored, not compressed: a filter, then the pixels */
	size_t len;
	const char *part; /* of the message; NULL: must be accepted */
};

/* 1 x 1 grey. */
static void pixels_of_own_kinds(void)
{
	static const struct pixels cases[] = {
		{ "\x78\x01\x01\x02\x00\xfd\xff\x04\x07\x00\x11\x00\x0c", 13, NULL }, /* filter 4 */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x05\x07\x00\x13\x00\x0d", 13, "unknown filter 5 in row 0" },
		{ "\x78\x01\x01\x01\x00\xfe\xff\x00\x00\x01\x00\x01", 12, "pixel data is damaged" }, /* too little */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x04\x07\x00\x11\x00\x0d", 13, "pixel data is damaged" }, /* checksum */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x04\x07\x00\x11\x00\x0cx", 14, "pixel data is damaged" },
	};
	struct rv_str file = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&file);
		rv_str_append(&file, "\x89PNG\r\n\x1a\n", 8);
		put_chunk(&file, "IHDR", IHDR_1X1, 13);
		put_chunk(&file, "IDAT", cases[i].data, 3); /* several of them are joined */
		put_chunk(&file, "IDAT", cases[i].data + 3, cases[i].len - 3);
		put_chunk(&file, "IEND", "", 0);
		check_pixels(&file, cases[i].part, "\7", 1);
	}
	rv_str_release(&file);
}

/* 3 x 1 pixels of 2 bits with a palette of two colours: "\0" filter, then the pixels of a row. */
static void pixels_of_foreign_kinds(void)
{
	static const struct pixels cases[] = {
		{ "\x78\x01\x01\x02\x00\xfd\xff\x00\x10\x00\x12\x00\x11", 13, NULL },             /* 0 1 0 */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x00\x20\x00\x22\x00\x21", 13, "palette index" },  /* 0 2 0 */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x05\x10\x00\x1c\x00\x16", 13, "filter" },         /* filter 5 */
		{ "\x78\x01\x01\x01\x00\xfe\xff\x00\x00\x01\x00\x01", 12, "Not enough" },         /* too little */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x00\x10\x00\x12\x00\x12", 13, "incorrect data" }, /* checksum */
		{ "\x78\x01\x01\x03\x00\xfc\xff\x00\x10\x00\x00\x23\x00\x11", 14, "Too much" },   /* too much */
		{ "\x78\x01\x01\x02\x00\xfd\xff\x00\x10\x00\x12\x00\x11x", 14, "Extra compressed" },
	};
	struct rv_str file = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&file);
		rv_str_append(&file, "\x89PNG\r\n\x1a\n", 8);
		put_chunk(&file, "IHDR", "\0\0\0\3\0\0\0\1\2\3\0\0\0", 13);
		put_chunk(&file, "PLTE", "abcdef", 6);
		put_chunk(&file, "IDAT", cases[i].data, cases[i].len);
		put_chunk(&file, "IEND", "", 0);
		check_pixels(&file, cases[i].part, "abcdefabc", 9);
	}
	rv_str_release(&file);
}

static void headers(void)
{
	static const struct {
		const char *header, *part;
	} cases[] = {
		{ "\0\0\0\0\0\0\0\1\10\0\0\0\0", "each side must be 1..65535" },
		{ "\0\1\0\0\0\0\0\1\10\0\0\0\0", "each side must be 1..65535" },
		{ "\0\0\0\1\0\0\0\1\3\0\0\0\0", "depth 3, colour type 0" },
		{ "\0\0\0\1\0\0\0\1\0\0\0\0\0", "depth 0, colour type 0" },
		{ "\0\0\0\1\0\0\0\1\4\2\0\0\0", "depth 4, colour type 2" },
		{ "\0\0\0\1\0\0\0\1\10\1\0\0\0", "colour type 1" },
		{ "\0\0\0\1\0\0\0\1\10\7\0\0\0", "colour type 7" },
		{ "\0\0\0\1\0\0\0\1\10\0\1\0\0", "methods 1 0 0" },
		{ "\0\0\0\1\0\0\0\1\10\0\0\0\2", "methods 0 0 2" },
		{ "\0\0\0\2\0\0\0\1\10\0\0\0\0", "pixel data is damaged" },      /* too little */
		{ "\0\0\377\377\0\0\77\377\10\0\0\0\0", "cannot hold" },         /* a gigabyte out of 13 bytes */
		{ "\0\0\377\377\0\0\77\377\1\0\0\0\1", "cannot hold" },          /* the same of a foreign kind */
		{ "\0\0\377\377\0\0\377\377\20\6\0\0\0", "at most 8589934592" }, /* over RV_IMAGE_BYTES_MAX */
	};
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	struct rv_image image = RV_IMAGE_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&file);
		rv_str_append(&file, "\x89PNG\r\n\x1a\n", 8);
		put_chunk(&file, "IHDR", cases[i].header, 13);
		put_chunk(&file, "IDAT", zlib, sizeof(zlib) - 1);
		put_chunk(&file, "IEND", "", 0);
		CHECK_OK(rv_file_write(check_path("e.png"), file.ptr, file.len, &err), &err);
		const int result = rv_png_read(check_path("e.png"), &image, &err);
		CHECK(result < 0);
		if (!CHECK(strstr(err.text, cases[i].part) != NULL)) {
			printf("# %s\n", err.text);
		}
	}
	rv_image_release(&image);
	rv_str_release(&file);
}

CHECK_MODULE(png_chunks)
{
	check_case("order and kind of chunks", structure);
	check_case("damaged pixels of the kinds that rv writes", pixels_of_own_kinds);
	check_case("damaged pixels of the kinds left to libpng", pixels_of_foreign_kinds);
	check_case("headers", headers);
}

/* SPDX-License-Identifier: MIT */
/* png.h against libpng, which serves here as the independent reader and writer. */
#include "png.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "file.h"
#include "rng.h"

static const char *const names[] = { [PNG_COLOR_TYPE_GRAY] = "grey",
	                             [PNG_COLOR_TYPE_RGB] = "rgb",
	                             [PNG_COLOR_TYPE_PALETTE] = "palette",
	                             [PNG_COLOR_TYPE_GRAY_ALPHA] = "grey+alpha",
	                             [PNG_COLOR_TYPE_RGB_ALPHA] = "rgba" };

/* Writes a random image with libpng: every colour type, depth, interlacing, filters, with or without tRNS. */
static void write_by_libpng(const char *path, uint32_t width, uint32_t height, int colour, int depth, bool interlaced,
                            bool transparent, struct rv_rng *rng)
{
	FILE *file = fopen(path, "wb");
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_init_io(png, file);
	png_set_filter(png, 0, PNG_ALL_FILTERS);
	png_set_IHDR(png, info, width, height, depth, colour, interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
	             PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
	png_color palette[256];
	png_byte alpha[256];
	for (int i = 0; i < 256; i++) {
		const uint64_t bits = rv_rng_u64(rng);
		palette[i] = (png_color) { (png_byte)bits, (png_byte)(bits >> 8), (png_byte)(bits >> 16) };
		alpha[i] = (png_byte)(bits >> 24);
	}
	if (colour == PNG_COLOR_TYPE_PALETTE) {
		png_set_PLTE(png, info, palette, 1 << depth);
	}
	const uint16_t key = (uint16_t)((1u << depth) - 1);
	const png_color_16 colour_key = { .red = key, .green = key, .blue = key, .gray = key };
	if (transparent) {
		png_set_tRNS(png, info, alpha, (1 << depth) / 2 + 1, &colour_key);
	}
	const png_text text = { .compression = PNG_TEXT_COMPRESSION_NONE,
		                .key = (png_charp)(uintptr_t) "Date",
		                .text = (png_charp)(uintptr_t) "today" };
	png_set_text(png, info, &text, 1);
	png_set_gAMA(png, info, 0.45455);
	png_write_info(png, info);
	const size_t row_bytes = png_get_rowbytes(png, info);
	png_bytep block = rv_alloc(row_bytes * height);
	png_bytep *rows = rv_alloc(height * sizeof(*rows));
	for (uint32_t y = 0; y < height; y++) {
		rows[y] = block + y * row_bytes;
		for (size_t i = 0; i < row_bytes; i++) {
			/* smooth with noise, so that every filter gets used; all ones now and then, for the key */
			const bool ones = rv_rng_below(rng, 4) == 0;
			rows[y][i] = ones ? 255 : (png_byte)(i * 3 + y * 5 + rv_rng_below(rng, 1 + y % 40));
		}
	}
	png_write_image(png, rows);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	fclose(file);
	free(rows);
	free(block);
}

/* Reads with libpng as the header promises: palettes as RGB, small depths as 8, transparency as alpha. */
static void read_by_libpng(const char *path, struct rv_image *image)
{
	FILE *file = fopen(path, "rb");
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_init_io(png, file);
	png_read_info(png, info);
	png_set_expand(png);
	png_set_swap(png);
	png_set_interlace_handling(png);
	png_read_update_info(png, info);
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(image, png_get_image_width(png, info), png_get_image_height(png, info),
	                       png_get_channels(png, info),
	                       png_get_bit_depth(png, info) == 16 ? RV_PIXEL_U16 : RV_PIXEL_U8, &err),
	         &err);
	png_bytep *rows = rv_alloc(image->height * sizeof(*rows));
	for (uint32_t y = 0; y < image->height; y++) {
		rows[y] = image->u8 + y * rv_image_row_bytes(image);
	}
	png_read_image(png, rows);
	png_read_end(png, info);
	png_destroy_read_struct(&png, &info, NULL);
	fclose(file);
	free(rows);
}

static bool check_equal(const struct rv_image *got, const struct rv_image *wanted)
{
	return CHECK_U64(got->width, wanted->width) && CHECK_U64(got->height, wanted->height) &&
	       CHECK_U64(got->channels, wanted->channels) && CHECK_U64(got->pixel, wanted->pixel) &&
	       CHECK(memcmp(got->bytes, wanted->bytes, rv_image_row_bytes(got) * got->height) == 0);
}

static void every_format(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 2 }, { 5, 9 }, { 33, 17 }, { 8, 8 } };
	static const int colours[] = { PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_PALETTE,
		                       PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB_ALPHA };
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "png");
	struct rv_image got = RV_IMAGE_INIT, wanted = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	int n = 0;
	for (int k = 0; k < (int)(RV_COUNTOF(colours) * 5 * 4 * RV_COUNTOF(sizes)); k++) {
		const int colour = colours[k % 5], depth = 1 << k / 5 % 5;
		const bool interlaced = k / 25 % 2, transparent = k / 50 % 2;
		const uint32_t *const size = sizes[k / 100];
		const bool has_alpha = colour & PNG_COLOR_MASK_ALPHA;
		if ((depth < 8 && colour != PNG_COLOR_TYPE_GRAY && colour != PNG_COLOR_TYPE_PALETTE) ||
		    (depth == 16 && colour == PNG_COLOR_TYPE_PALETTE) || (transparent && has_alpha)) {
			continue;
		}
		write_by_libpng(check_path("a.png"), size[0], size[1], colour, depth, interlaced, transparent, &rng);
		read_by_libpng(check_path("a.png"), &wanted);
		uint32_t width, height, channels, bits;
		bool same = CHECK_OK(rv_png_read(check_path("a.png"), &got, &err), &err) && check_equal(&got, &wanted);
		same &= CHECK_OK(rv_png_info(check_path("a.png"), &width, &height, &channels, &bits, &err), &err) &&
		        CHECK_U64(width, size[0]) && CHECK_U64(height, size[1]) && CHECK_U64(bits, (uint64_t)depth);
		same &= CHECK_OK(rv_png_strip(check_path("a.png"), &err), &err) &&
		        CHECK_OK(rv_png_read(check_path("a.png"), &got, &err), &err) && check_equal(&got, &wanted);
		if (!CHECK(same)) {
			printf("# %s, %d bits, interlaced %d, transparent %d, %u x %u\n", names[colour], depth,
			       interlaced, transparent, size[0], size[1]);
		}
		n++;
	}
	CHECK_U64((uint64_t)n, (20 + 8 + 16 + 4 + 4) * RV_COUNTOF(sizes)); /* grey, rgb, palette, grey+alpha, rgba */
	rv_image_release(&got);
	rv_image_release(&wanted);
}

static void fill(struct rv_image *image, int kind, struct rv_rng *rng)
{
	const size_t n = (size_t)image->width * image->channels;
	for (uint32_t y = 0; y < image->height; y++) {
		for (size_t i = 0; i < n; i++) {
			const uint32_t x = (uint32_t)(i / image->channels);
			uint64_t value = 0;
			switch (kind) {
			case 0: /* noise */
				value = rv_rng_u64(rng);
				break;
			case 1: /* a slope */
				value = x * 700 + y * 300 + i % image->channels;
				break;
			case 2: /* labels */
				value = (x / 9 * 7 + y / 5) % 4 * 1000;
				break;
			default: /* one colour */
				value = 65535;
				break;
			}
			if (image->pixel == RV_PIXEL_U8) {
				image->u8[y * n + i] = (uint8_t)value;
			} else {
				image->u16[y * n + i] = (uint16_t)value;
			}
		}
	}
}

static void written(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 70, 50 }, { 1, 300 }, { 300, 1 }, { 20000, 3 }, { 257, 600 } };
	struct rv_rng rng;
	rv_rng_init(&rng, 2, "png");
	struct rv_image image = RV_IMAGE_INIT, got = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str once = RV_STR_INIT, twice = RV_STR_INIT;
	for (int k = 0; k < (int)(4 * 4 * 2 * RV_COUNTOF(sizes)); k++) {
		const uint32_t *const size = sizes[k / 32];
		CHECK_OK(rv_image_init(&image, size[0], size[1], 1 + (uint32_t)k % 4,
		                       k / 4 % 2 ? RV_PIXEL_U16 : RV_PIXEL_U8, &err),
		         &err);
		fill(&image, k / 8 % 4, &rng);
		bool same = CHECK_OK(rv_png_write(check_path("b.png"), &image, &err), &err) &&
		            CHECK_OK(rv_png_read(check_path("b.png"), &got, &err), &err) && check_equal(&got, &image);
		read_by_libpng(check_path("b.png"), &got);
		same &= check_equal(&got, &image);
		if (!CHECK(same)) {
			printf("# kind %d, %u channels, %zu bytes each, %u x %u\n", k / 8 % 4, image.channels,
			       rv_pixel_size(image.pixel), size[0], size[1]);
		}
		rv_str_clear(&once);
		rv_str_clear(&twice);
		CHECK_OK(rv_png_encode(&image, &once, &err), &err);
		CHECK_OK(rv_png_encode(&image, &twice, &err), &err);
		CHECK_BYTES(once.ptr, once.len, twice.ptr, twice.len);
	}
	CHECK_OK(rv_image_init(&image, 2, 2, 1, RV_PIXEL_F32, &err), &err);
	CHECK_FAILS(rv_png_encode(&image, &once, &err), &err, RV_E_LIMIT, "float");
	rv_str_release(&once);
	rv_str_release(&twice);
	rv_image_release(&got);
	rv_image_release(&image);
}

static void stripped(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 3, "png");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str before = RV_STR_INIT, after = RV_STR_INIT, again = RV_STR_INIT;
	write_by_libpng(check_path("c.png"), 40, 30, PNG_COLOR_TYPE_RGB, 8, false, true, &rng);
	CHECK_OK(rv_file_read(check_path("c.png"), 1 << 20, &before, &err), &err);
	CHECK(memmem(before.ptr, before.len, "tEXtDate", 8) != NULL);
	CHECK_OK(rv_png_strip(check_path("c.png"), &err), &err);
	CHECK_OK(rv_file_read(check_path("c.png"), 1 << 20, &after, &err), &err);
	CHECK_U64(after.len, before.len - 12 - strlen("Date") - 1 - strlen("today"));
	CHECK(memmem(after.ptr, after.len, "tEXt", 4) == NULL);
	CHECK(memmem(after.ptr, after.len, "gAMA", 4) != NULL);
	CHECK(memmem(after.ptr, after.len, "tRNS", 4) != NULL);
	CHECK_OK(rv_png_strip(check_path("c.png"), &err), &err);
	CHECK_OK(rv_file_read(check_path("c.png"), 1 << 20, &again, &err), &err);
	CHECK_BYTES(again.ptr, again.len, after.ptr, after.len);
	rv_str_release(&before);
	rv_str_release(&after);
	rv_str_release(&again);
}

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

static void damaged(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 4, "png");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	write_by_libpng(check_path("c.png"), 9, 7, PNG_COLOR_TYPE_RGB, 8, false, true, &rng);
	CHECK_OK(rv_file_read(check_path("c.png"), 1 << 20, &file, &err), &err);
	size_t n_accepted = 0;
	for (size_t i = 0; i < file.len; i++) {
		file.ptr[i] ^= 1;
		n_accepted += !refused(file.ptr, file.len, &err);
		file.ptr[i] ^= 1;
		n_accepted += !refused(file.ptr, i, &err);
	}
	CHECK_U64(n_accepted, 0);
	rv_str_putc(&file, '\n');
	CHECK(refused(file.ptr, file.len, &err));
	CHECK(strstr(err.text, "1 bytes after the IEND chunk") != NULL);
	struct rv_image image = RV_IMAGE_INIT;
	CHECK_FAILS(rv_png_read(check_path("none.png"), &image, &err), &err, RV_E_MISSING_FILE, "none.png");
	rv_str_release(&file);
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

CHECK_MODULE(png)
{
	check_case("every format that libpng writes", every_format);
	check_case("what is written, libpng reads", written);
	check_case("strip leaves only what pixels need", stripped);
	check_case("every changed byte and every cut is noticed", damaged);
	check_case("order and kind of chunks", structure);
	check_case("headers", headers);
}

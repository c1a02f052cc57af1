/* SPDX-License-Identifier: MIT */
/* png.h against libpng, which serves here as the independent writer and reader; what it writes is known pixel by pixel.
 */
#include "png.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "check.h"
#include "file.h"
#include "rng.h"

static const char *const names[] = { [PNG_COLOR_TYPE_GRAY] = "grey",
	                             [PNG_COLOR_TYPE_RGB] = "rgb",
	                             [PNG_COLOR_TYPE_PALETTE] = "palette",
	                             [PNG_COLOR_TYPE_GRAY_ALPHA] = "grey+alpha",
	                             [PNG_COLOR_TYPE_RGB_ALPHA] = "rgba" };

/* An image as libpng wrote it: rows as they are packed in the file. */
struct written {
	uint32_t width, height;
	int colour, depth;
	bool interlaced, transparent;
	png_color palette[256];
	png_byte alpha[256];
	uint16_t key; /* of the transparent colour, in every channel */
	size_t row_bytes;
	png_bytep packed;
};

/* Writes a random image with libpng: every colour type, depth, interlacing, filters, with or without tRNS. */
static void write_by_libpng(const char *path, struct written *w, struct rv_rng *rng)
{
	FILE *file = fopen(path, "wb");
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_init_io(png, file);
	png_set_filter(png, 0, PNG_ALL_FILTERS);
	png_set_compression_buffer_size(png, 100); /* several IDAT chunks */
	png_set_IHDR(png, info, w->width, w->height, w->depth, w->colour,
	             w->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
	             PNG_FILTER_TYPE_BASE);
	for (int i = 0; i < 256; i++) {
		const uint64_t bits = rv_rng_u64(rng);
		w->palette[i] = (png_color) { (png_byte)bits, (png_byte)(bits >> 8), (png_byte)(bits >> 16) };
		w->alpha[i] = i > (1 << w->depth) / 2 ? 255 : (png_byte)(bits >> 24); /* not all are in the file */
	}
	if (w->colour == PNG_COLOR_TYPE_PALETTE) {
		png_set_PLTE(png, info, w->palette, 1 << w->depth);
	}
	w->key = (uint16_t)((1u << w->depth) - 1);
	const png_color_16 key = { .red = w->key, .green = w->key, .blue = w->key, .gray = w->key };
	if (w->transparent) {
		png_set_tRNS(png, info, w->alpha, (1 << w->depth) / 2 + 1, &key);
	}
	const png_text text = { .compression = PNG_TEXT_COMPRESSION_NONE,
		                .key = (png_charp)(uintptr_t) "Date",
		                .text = (png_charp)(uintptr_t) "today" };
	png_set_text(png, info, &text, 1);
	png_set_gAMA(png, info, 0.45455);
	png_write_info(png, info);
	w->row_bytes = png_get_rowbytes(png, info);
	w->packed = rv_alloc(w->row_bytes * w->height);
	png_bytep *rows = rv_alloc(w->height * sizeof(*rows));
	for (uint32_t y = 0; y < w->height; y++) {
		rows[y] = w->packed + y * w->row_bytes;
		for (size_t i = 0; i < w->row_bytes; i++) {
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
}

static unsigned int packed_value(const struct written *w, uint32_t y, size_t i)
{
	const png_byte *const row = w->packed + y * w->row_bytes;
	const size_t bit = i * (size_t)w->depth;
	return w->depth == 16 ? (unsigned int)row[2 * i] << 8 | row[2 * i + 1]
	                      : (unsigned int)row[bit / 8] >> (8 - (size_t)w->depth - bit % 8) & ((1u << w->depth) - 1);
}

/* What a reader must give, as png.h promises: palettes as RGB, small depths as 8, transparency as alpha. */
static void expand(const struct written *w, struct rv_image *image)
{
	const unsigned int n = w->colour == PNG_COLOR_TYPE_PALETTE ? 1
	                                                           : (w->colour & PNG_COLOR_MASK_COLOR ? 3 : 1) +
	                                                                     (w->colour & PNG_COLOR_MASK_ALPHA ? 1 : 0);
	const unsigned int top = w->depth == 16 ? 65535 : 255, scale = w->depth < 8 ? 255 / ((1u << w->depth) - 1) : 1;
	const bool is_palette = w->colour == PNG_COLOR_TYPE_PALETTE;
	const unsigned int channels = (is_palette ? 3 : n) + w->transparent;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(image, w->width, w->height, channels, w->depth == 16 ? RV_PIXEL_U16 : RV_PIXEL_U8, &err),
	         &err);
	for (size_t i = 0; i < (size_t)w->width * w->height; i++) {
		const uint32_t x = (uint32_t)(i % w->width), y = (uint32_t)(i / w->width);
		unsigned int values[4] = { 0 };
		bool is_key = w->transparent;
		for (size_t k = 0; k < n; k++) {
			const unsigned int value = packed_value(w, y, (size_t)x * n + k);
			is_key = is_key && value == w->key;
			values[k] = value * scale;
		}
		if (is_palette) {
			const unsigned int index = packed_value(w, y, x);
			const png_color colour = w->palette[index];
			memcpy(values, (unsigned int[]) { colour.red, colour.green, colour.blue, w->alpha[index] }, 16);
		} else if (w->transparent) {
			values[n] = is_key ? 0 : top;
		}
		for (size_t k = 0; k < channels; k++) {
			if (top == 255) {
				image->u8[i * channels + k] = (uint8_t)values[k];
			} else {
				image->u16[i * channels + k] = (uint16_t)values[k];
			}
		}
	}
}

static void read_by_libpng(const char *path, struct rv_image *image)
{
	FILE *file = fopen(path, "rb");
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_init_io(png, file);
	png_read_info(png, info);
	png_set_swap(png);
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

/* What is checked without pixels has the form of what is read. */
static bool checks_as(const struct rv_source *source, const struct rv_image *wanted)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_image form = RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(&form, 3, 2, 1, RV_PIXEL_U8, &err), &err); /* of another picture: is replaced */
	return CHECK_OK(rv_png_check_from(source, &form, &err), &err) && CHECK_U64(form.width, wanted->width) &&
	       CHECK_U64(form.height, wanted->height) && CHECK_U64(form.channels, wanted->channels) &&
	       CHECK_U64(form.pixel, wanted->pixel) && CHECK(form.bytes == NULL);
}

/* From a file and from memory, whole and the header alone. */
static bool reads_as(const char *path, const struct rv_image *wanted, const struct written *w)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_image got = RV_IMAGE_INIT;
	struct rv_str bytes = RV_STR_INIT;
	struct rv_source source;
	uint32_t width, height, channels, bits;
	bool same = CHECK_OK(rv_png_read(path, &got, &err), &err) && check_equal(&got, wanted);
	rv_image_release(&got);
	CHECK_OK(rv_file_read(path, 1 << 20, &bytes, &err), &err);
	rv_source_open_memory(&source, "memory", bytes.ptr, bytes.len);
	same &= CHECK_OK(rv_png_read_from(&source, &got, &err), &err) && check_equal(&got, wanted);
	same &= checks_as(&source, wanted);
	for (int i = 0; i < 2; i++) {
		same &= CHECK_OK(i ? rv_png_info(path, &width, &height, &channels, &bits, &err)
		                   : rv_png_info_from(&source, &width, &height, &channels, &bits, &err),
		                 &err) &&
		        CHECK_U64(width, wanted->width) && CHECK_U64(height, wanted->height) &&
		        CHECK_U64(channels, wanted->channels - w->transparent) && CHECK_U64(bits, (uint64_t)w->depth);
	}
	rv_source_close(&source);
	rv_str_release(&bytes);
	rv_image_release(&got);
	return same;
}

static void every_format(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 2 }, { 5, 9 }, { 33, 17 }, { 8, 8 } };
	static const int colours[] = { PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_PALETTE,
		                       PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB_ALPHA };
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "png");
	struct rv_image wanted = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	int n = 0;
	for (int k = 0; k < (int)(RV_COUNTOF(colours) * 5 * 4 * RV_COUNTOF(sizes)); k++) {
		struct written w = { .colour = colours[k % 5],
			             .depth = 1 << k / 5 % 5,
			             .interlaced = k / 25 % 2,
			             .transparent = k / 50 % 2,
			             .width = sizes[k / 100][0],
			             .height = sizes[k / 100][1] };
		const bool has_alpha = w.colour & PNG_COLOR_MASK_ALPHA;
		if ((w.depth < 8 && w.colour != PNG_COLOR_TYPE_GRAY && w.colour != PNG_COLOR_TYPE_PALETTE) ||
		    (w.depth == 16 && w.colour == PNG_COLOR_TYPE_PALETTE) || (w.transparent && has_alpha)) {
			continue;
		}
		const char *const path = check_path("a.png");
		write_by_libpng(path, &w, &rng);
		expand(&w, &wanted);
		bool same = reads_as(path, &wanted, &w);
		same &= CHECK_OK(rv_png_strip(path, &err), &err) && reads_as(path, &wanted, &w);
		if (!CHECK(same)) {
			printf("# %s, %d bits, interlaced %d, transparent %d, %u x %u\n", names[w.colour], w.depth,
			       w.interlaced, w.transparent, w.width, w.height);
		}
		free(w.packed);
		n++;
	}
	CHECK_U64((uint64_t)n, (20 + 8 + 16 + 4 + 4) * RV_COUNTOF(sizes)); /* grey, rgb, palette, grey+alpha, rgba */
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

/* libpng reads the numbers, rv_png_read their colours. */
static void palette(void)
{
	struct rv_image numbers = RV_IMAGE_INIT, got = RV_IMAGE_INIT;
	struct rv_str bytes = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint8_t colours[RV_PNG_COLOURS][3];
	for (size_t i = 0; i < RV_PNG_COLOURS; i++) {
		memcpy(colours[i], ((const uint8_t[]) { (uint8_t)i, (uint8_t)(i * 7), (uint8_t)(255 - i) }), 3);
	}
	CHECK_OK(rv_image_init(&numbers, 37, 11, 1, RV_PIXEL_U8, &err), &err);
	for (size_t i = 0; i < (size_t)37 * 11; i++) {
		numbers.u8[i] = (uint8_t)(i / 3 * 5);
	}
	CHECK_OK(rv_png_encode_palette(&numbers, colours, &bytes, &err), &err);
	CHECK_OK(rv_file_write(check_path("p.png"), bytes.ptr, bytes.len, &err), &err);
	read_by_libpng(check_path("p.png"), &got);
	check_equal(&got, &numbers);
	CHECK_OK(rv_png_read(check_path("p.png"), &got, &err), &err);
	CHECK(got.width == 37 && got.height == 11 && got.channels == 3 && got.pixel == RV_PIXEL_U8);
	bool same = true;
	for (size_t i = 0; i < (size_t)37 * 11; i++) {
		same &= memcmp(got.u8 + 3 * i, colours[numbers.u8[i]], 3) == 0;
	}
	CHECK(same);
	/* colours are what pixels need */
	CHECK_OK(rv_png_strip(check_path("p.png"), &err), &err);
	CHECK_OK(rv_png_read(check_path("p.png"), &got, &err), &err);
	CHECK_BYTES(got.u8, 3, colours[0], 3);
	rv_str_release(&bytes);
	rv_image_release(&numbers);
	rv_image_release(&got);
}

static void stripped(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 3, "png");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str before = RV_STR_INIT, after = RV_STR_INIT, again = RV_STR_INIT;
	struct written w = { .width = 40, .height = 30, .colour = PNG_COLOR_TYPE_RGB, .depth = 8, .transparent = true };
	write_by_libpng(check_path("c.png"), &w, &rng);
	free(w.packed);
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

/* Tries the given bytes as a file; true when reading, checking and stripping refuse them. */
static bool refused(const char *bytes, size_t len, struct rv_err *err)
{
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_source source;
	CHECK_OK(rv_file_write(check_path("d.png"), bytes, len, err), err);
	rv_source_open_memory(&source, "d.png", bytes, len);
	CHECK(rv_png_check_from(&source, &image, err) < 0);
	rv_source_close(&source);
	const bool read = rv_png_read(check_path("d.png"), &image, err) == 0;
	rv_image_release(&image);
	struct rv_err strip_err = RV_ERR_INIT;
	return !read && rv_png_strip(check_path("d.png"), &strip_err) < 0;
}

/* Of what is decoded by our own code, and of what is left to libpng. */
static void damaged(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 4, "png");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	struct written kinds[] = {
		{ .width = 9, .height = 7, .colour = PNG_COLOR_TYPE_RGB, .depth = 8 },
		{ .width = 9, .height = 7, .colour = PNG_COLOR_TYPE_RGB, .depth = 8, .transparent = true },
		{ .width = 5, .height = 8, .colour = PNG_COLOR_TYPE_PALETTE, .depth = 2, .interlaced = true },
	};
	for (size_t k = 0; k < RV_COUNTOF(kinds); k++) {
		write_by_libpng(check_path("c.png"), &kinds[k], &rng);
		free(kinds[k].packed);
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
	}
	struct rv_image image = RV_IMAGE_INIT;
	CHECK_FAILS(rv_png_read(check_path("none.png"), &image, &err), &err, RV_E_MISSING_FILE, "none.png");
	rv_str_release(&file);
}

/* A picture for which there is no memory, as in a small container, is an error of that picture. */
static void no_memory(void)
{
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(&image, 8000, 8000, 1, RV_PIXEL_U8, &err), &err);
	memset(image.u8, 7, (size_t)8000 * 8000);
	CHECK_OK(rv_png_write(check_path("large.png"), &image, &err), &err);
	CHECK_OK(rv_image_init(&image, 1, 1, 1, RV_PIXEL_U8, &err), &err);
	image.u8[0] = 7;
	CHECK_OK(rv_png_write(check_path("small.png"), &image, &err), &err);
	fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0) {
		unsigned long pages = 0;
		FILE *const statm = fopen("/proc/self/statm", "r");
		const bool is_known = statm && fscanf(statm, "%lu", &pages) == 1;
		const rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (32 << 20);
		const struct rlimit limit = { most, most };
		const bool ok = is_known && setrlimit(RLIMIT_AS, &limit) == 0 &&
		                CHECK_FAILS(rv_png_read(check_path("large.png"), &image, &err), &err, RV_E_MEMORY,
		                            "large.png': no memory for an image of 8000 x 8000 pixels") &&
		                CHECK_OK(rv_png_read(check_path("small.png"), &image, &err), &err) &&
		                CHECK_U64(image.u8[0], 7);
		fflush(stdout);
		_exit(ok ? 0 : 1);
	}
	int status = -1;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	rv_image_release(&image);
}

CHECK_MODULE(png)
{
	check_case("every format that libpng writes", every_format);
	check_case("what is written, libpng reads", written);
	check_case("numbers of colours", palette);
	check_case("strip leaves only what pixels need", stripped);
	check_case("every changed byte and every cut is noticed", damaged);
	check_case("no memory is an error of that picture", no_memory);
}

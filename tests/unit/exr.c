/* SPDX-License-Identifier: MIT */
/* exr.h against OpenEXR's C core, which serves here as the independent reader and writer. */
#include "exr.h"

#include <OpenEXR/openexr.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "exr_file.h"
#include "file.h"
#include "rng.h"

/* Channels of the test files in the format's order, two of them of another type. */
static const struct {
	const char *name;
	exr_pixel_type_t type;
} channels[] = {
	{ "ViewLayer.Combined.A", EXR_PIXEL_HALF },
	{ "ViewLayer.Combined.R", EXR_PIXEL_HALF },
	{ "ViewLayer.Depth.Z", EXR_PIXEL_FLOAT },
	{ "ViewLayer.IndexOB.X", EXR_PIXEL_FLOAT },
	{ "ViewLayer.a_semantic_channel_with_a_long_name.X", EXR_PIXEL_FLOAT },
	{ "id", EXR_PIXEL_UINT },
};
#define N RV_COUNTOF(channels)

static const exr_compression_t codecs[] = { EXR_COMPRESSION_NONE, EXR_COMPRESSION_RLE, EXR_COMPRESSION_ZIPS,
	                                    EXR_COMPRESSION_ZIP, EXR_COMPRESSION_PIZ };

struct sample {
	uint32_t width, height;
	void *stored[N];  /* as in the file: 2 or 4 bytes a pixel */
	float *wanted[N]; /* what a reader must give */
};

static void sample_release(struct sample *s)
{
	for (size_t c = 0; c < N; c++) {
		free(s->stored[c]);
		free(s->wanted[c]);
	}
}

/* By the definition of binary16, in floating point. */
static float half_value(uint16_t half)
{
	const double sign = half & 0x8000 ? -1 : 1;
	const int exponent = half >> 10 & 31, mantissa = half & 1023;
	if (exponent == 31) {
		return mantissa ? NAN : (float)(sign * (double)INFINITY);
	}
	return (float)(sign * (exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24)));
}

/* kind 0: noise; 1: smooth and constant areas, which compress. */
static void sample_make(struct sample *s, uint32_t width, uint32_t height, int kind, struct rv_rng *rng)
{
	const size_t n = (size_t)width * height;
	s->width = width;
	s->height = height;
	for (size_t c = 0; c < N; c++) {
		uint16_t *const half = rv_alloc(n * 4);
		uint32_t *const word = (uint32_t *)(void *)half;
		float *const wanted = rv_alloc(n * 4);
		for (size_t i = 0; i < n; i++) {
			const uint64_t noise = rv_rng_u64(rng);
			const float smooth = (float)(i % width) * 0.25f + (float)c;
			if (channels[c].type == EXR_PIXEL_HALF) {
				half[i] = (uint16_t)(kind == 0 ? noise : 0x3c00 + i % width / 7);
				wanted[i] = half_value(half[i]);
			} else if (channels[c].type == EXR_PIXEL_UINT) {
				word[i] = kind == 0 ? noise & 0xffffff : i / 9 % 40;
				wanted[i] = (float)word[i];
			} else {
				wanted[i] = kind == 0 ? (float)((double)(int64_t)noise * 1e-9) : smooth;
				memcpy(&word[i], &wanted[i], 4);
			}
		}
		s->stored[c] = half;
		s->wanted[c] = wanted;
	}
}

/* Writes with the C core; `date` goes into an attribute. */
static bool write_by_core(const char *path, const struct sample *s, exr_compression_t codec, const char *date)
{
	exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
	exr_context_t file;
	int part;
	int rc = exr_start_write(&file, path, EXR_WRITE_FILE_DIRECTLY, &init);
	rc |= exr_set_longname_support(file, 1);
	rc |= exr_add_part(file, NULL, EXR_STORAGE_SCANLINE, &part);
	rc |= exr_initialize_required_attr_simple(file, 0, (int32_t)s->width, (int32_t)s->height, codec);
	for (size_t c = 0; c < N; c++) {
		rc |= exr_add_channel(file, 0, channels[c].name, channels[c].type, EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1);
	}
	rc |= exr_attr_set_string(file, 0, "Date", date);
	rc |= exr_attr_set_string(file, 0, "cryptomatte/542cafa/name", "ViewLayer.CryptoObject");
	rc |= exr_write_header(file);
	exr_encode_pipeline_t encode = EXR_ENCODE_PIPELINE_INITIALIZER;
	const uint32_t rows = rv_exr_chunk_rows((enum rv_exr_codec)codec);
	for (uint32_t y = 0; rc == 0 && y < s->height; y += rows) {
		exr_chunk_info_t chunk;
		rc |= exr_write_scanline_chunk_info(file, 0, (int)y, &chunk);
		rc |= y == 0 ? exr_encoding_initialize(file, 0, &chunk, &encode)
		             : exr_encoding_update(file, 0, &chunk, &encode);
		for (size_t c = 0; rc == 0 && c < N; c++) {
			exr_coding_channel_info_t *const channel = &encode.channels[c];
			const int size = channels[c].type == EXR_PIXEL_HALF ? 2 : 4;
			channel->encode_from_ptr = (const uint8_t *)s->stored[c] + (size_t)y * s->width * (size_t)size;
			channel->user_pixel_stride = size;
			channel->user_line_stride = (int32_t)s->width * size;
		}
		rc |= y == 0 ? exr_encoding_choose_default_routines(file, 0, &encode) : 0;
		rc |= exr_encoding_run(file, 0, &encode);
	}
	exr_encoding_destroy(file, &encode);
	rc |= exr_finish(&file);
	return CHECK_I64(rc, 0);
}

static bool same_floats(const float *got, const float *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (memcmp(&got[i], &wanted[i], 4) != 0 && !(isnan(got[i]) && isnan(wanted[i]))) {
			printf("# pixel %zu: %.9g in place of %.9g\n", i, (double)got[i], (double)wanted[i]);
			return CHECK(false);
		}
	}
	return true;
}

/* Reads channels in an order of its own, one of them twice. */
static bool check_file(const char *path, const struct sample *s)
{
	static const size_t order[] = { 3, 0, 5, 2, 3, 4, 1 };
	const char *names[RV_COUNTOF(order)];
	struct rv_image images[RV_COUNTOF(order)];
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	for (size_t i = 0; i < RV_COUNTOF(order); i++) {
		images[i] = (struct rv_image)RV_IMAGE_INIT;
		names[i] = channels[order[i]].name;
	}
	if (!CHECK_OK(rv_exr_open(path, &exr, &err), &err)) {
		return false;
	}
	bool same = CHECK_U64(rv_exr_width(exr), s->width) && CHECK_U64(rv_exr_height(exr), s->height) &&
	            CHECK_U64(rv_exr_channel_count(exr), N) && CHECK_STR(rv_exr_channel_name(exr, 5), "id") &&
	            CHECK(rv_exr_has_channel(exr, "id")) && CHECK(!rv_exr_has_channel(exr, "i"));
	same = same && CHECK_OK(rv_exr_read(exr, names, RV_COUNTOF(order), images, &err), &err);
	for (size_t i = 0; same && i < RV_COUNTOF(order); i++) {
		same = same_floats(images[i].f32, s->wanted[order[i]], (size_t)s->width * s->height);
	}
	for (size_t i = 0; same && i < N; i++) { /* one alone */
		const char *const name = channels[i].name;
		same = CHECK_OK(rv_exr_read(exr, &name, 1, images, &err), &err) &&
		       same_floats(images[0].f32, s->wanted[i], (size_t)s->width * s->height);
	}
	for (size_t i = 0; i < RV_COUNTOF(order); i++) {
		rv_image_release(&images[i]);
	}
	rv_exr_close(exr);
	uint32_t width, height;
	return CHECK_OK(rv_exr_check(path, &width, &height, &err), &err) && CHECK_U64(width, s->width) &&
	       CHECK_U64(height, s->height) && same;
}

static void every_codec(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 17 }, { 33, 16 }, { 100, 70 }, { 700, 40 } };
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "exr");
	for (size_t k = 0; k < RV_COUNTOF(codecs) * RV_COUNTOF(sizes) * 2; k++) {
		const exr_compression_t codec = codecs[k / 2 % RV_COUNTOF(codecs)];
		const uint32_t *const size = sizes[k / 2 / RV_COUNTOF(codecs)];
		struct sample s;
		sample_make(&s, size[0], size[1], k % 2, &rng);
		if (!CHECK(write_by_core(check_path("a.exr"), &s, codec, "today") &&
		           check_file(check_path("a.exr"), &s))) {
			printf("# codec %d, %u x %u, kind %zu\n", codec, size[0], size[1], k % 2);
		}
		sample_release(&s);
	}
}

static float float_of(uint32_t bits)
{
	float value;
	memcpy(&value, &bits, 4);
	return value;
}

/* Writes channels, reads them with both readers, in an order of their own; every second one is half. */
static void written(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 5, 33 }, { 300, 50 } };
	static const char *const names[] = { "V", "B", "R", "A.with_a_name_of_more_than_31_bytes" };
	static const struct rv_exr_text texts[] = { { "cryptomatte/542cafa/manifest", "{\"a\":\"0\"}", 9 },
		                                    { "cryptomatte/542cafa/name", "", 0 } };
	struct rv_rng rng;
	rv_rng_init(&rng, 2, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str once = RV_STR_INIT, twice = RV_STR_INIT;
	for (size_t k = 0; k < RV_COUNTOF(sizes) * 4 * 2; k++) {
		const uint32_t width = sizes[k / 8][0], height = sizes[k / 8][1], n = 1 + k / 2 % 4;
		struct rv_image images[4], own[4], core[4];
		struct rv_exr_plane planes[4];
		for (size_t c = 0; c < n; c++) {
			const bool is_half = c % 2 == 1;
			images[c] = own[c] = core[c] = (struct rv_image)RV_IMAGE_INIT;
			CHECK_OK(rv_image_init(&images[c], width, height, 1, RV_PIXEL_F32, &err), &err);
			CHECK_OK(rv_image_init(&core[c], width, height, 1, RV_PIXEL_F32, &err), &err);
			for (size_t i = 0; i < (size_t)width * height; i++) {
				const uint64_t noise = rv_rng_u64(&rng);
				images[c].f32[i] = is_half ? half_value((uint16_t)(noise % 0x7c00))
				                   : k % 2 ? (float)(i + c) * 0.125f
				                           : (float)(double)noise;
			}
			planes[c] = (struct rv_exr_plane) { names[c], &images[c], is_half };
		}
		CHECK_OK(rv_exr_write(check_path("b.exr"), planes, n, texts, k % 3, &err), &err);
		CHECK_OK(rv_file_read(check_path("b.exr"), 1 << 24, &once, &err), &err);
		struct rv_exr *exr = NULL;
		CHECK_OK(rv_exr_open(check_path("b.exr"), &exr, &err), &err);
		size_t numbers[4], at = 0, n_texts = 0;
		for (size_t c = 0; c < n; c++) {
			CHECK_U64(rv_exr_is_half(exr, names[c]), c % 2);
			for (size_t i = 0; i < n; i++) {
				if (strcmp(rv_exr_channel_name(exr, i), names[c]) == 0) {
					numbers[c] = i;
				}
			}
		}
		for (struct rv_exr_text text; rv_exr_next_text(exr, &at, &text); n_texts++) {
			CHECK_STR(text.name, texts[n_texts].name);
			CHECK_BYTES(text.text, text.len, texts[n_texts].text, texts[n_texts].len);
		}
		CHECK_U64(n_texts, k % 3);
		CHECK_OK(rv_exr_read(exr, names, n, own, &err), &err);
		CHECK_OK(rv_exr_core_read(exr, numbers, n, core, &err), &err);
		for (size_t c = 0; c < n; c++) {
			same_floats(own[c].f32, images[c].f32, (size_t)width * height);
			same_floats(core[c].f32, images[c].f32, (size_t)width * height);
		}
		rv_exr_close(exr);
		CHECK_OK(rv_exr_write(check_path("c.exr"), planes, n, texts, k % 3, &err), &err);
		CHECK_OK(rv_file_read(check_path("c.exr"), 1 << 24, &twice, &err), &err);
		CHECK_BYTES(twice.ptr, twice.len, once.ptr, once.len);
		for (size_t c = 0; c < n; c++) {
			rv_image_release(&images[c]);
			rv_image_release(&own[c]);
			rv_image_release(&core[c]);
		}
	}
	rv_str_release(&once);
	rv_str_release(&twice);
}

/* The nearest of all 16-bit floats, by trying: the even one of two that are equally near. */
static uint16_t nearest_half(float value)
{
	uint16_t best = 0;
	for (uint32_t half = 1; half <= 0x7c00; half++) {
		const double at = half == 0x7c00 ? 65536 : (double)half_value((uint16_t)half);
		const double old = best == 0x7c00 ? 65536 : (double)half_value(best);
		const double now = fabs((double)value - at), before = fabs((double)value - old);
		if (now < before || (now == before && half % 2 == 0)) {
			best = (uint16_t)half;
		}
	}
	return best;
}

/* What is written as half is the nearest one, and all of them come back as they are. */
static void halves(void)
{
	enum { N_ROUNDED = 100 };
	struct rv_image image = RV_IMAGE_INIT, back = RV_IMAGE_INIT;
	struct rv_rng rng;
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	const char *const name = "V";
	rv_rng_init(&rng, 6, "exr");
	CHECK_OK(rv_image_init(&image, 1 << 15, 4, 1, RV_PIXEL_F32, &err), &err);
	for (uint32_t i = 0; i < 1 << 16; i++) {
		image.f32[i] = half_value((uint16_t)i);
		/* halfway between two, next to it, and anything */
		const uint32_t lower = (uint32_t)rv_rng_below(&rng, 0x7bff);
		const double middle =
		        ((double)half_value((uint16_t)lower) + (double)half_value((uint16_t)(lower + 1))) / 2;
		const float values[] = { (float)middle,
			                 nextafterf((float)middle, 0),
			                 nextafterf((float)middle, 1e9f),
			                 float_of((uint32_t)rv_rng_below(&rng, 0x7f800000)),
			                 65519.996f,
			                 65520 };
		image.f32[(1 << 16) + i] = values[i % RV_COUNTOF(values)];
	}
	const struct rv_exr_plane plane = { name, &image, true };
	CHECK_OK(rv_exr_write(check_path("h.exr"), &plane, 1, NULL, 0, &err), &err);
	CHECK_OK(rv_exr_open(check_path("h.exr"), &exr, &err), &err);
	CHECK_OK(rv_exr_read(exr, &name, 1, &back, &err), &err);
	same_floats(back.f32, image.f32, 1 << 16);
	for (uint32_t i = 0; i < N_ROUNDED; i++) {
		const float wanted = half_value(nearest_half(image.f32[(1 << 16) + i]));
		if (!same_floats(&back.f32[(1 << 16) + i], &wanted, 1)) {
			printf("# of %.9g\n", (double)image.f32[(1 << 16) + i]);
		}
	}
	rv_exr_close(exr);
	rv_image_release(&image);
	rv_image_release(&back);
}

static void refused(void)
{
	struct rv_image small = RV_IMAGE_INIT, large = RV_IMAGE_INIT, bytes = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(&small, 2, 2, 1, RV_PIXEL_F32, &err), &err);
	CHECK_OK(rv_image_init(&large, 2, 3, 1, RV_PIXEL_F32, &err), &err);
	CHECK_OK(rv_image_init(&bytes, 2, 2, 1, RV_PIXEL_U8, &err), &err);
	memset(small.bytes, 0, 16);
	memset(large.bytes, 0, 24);
	char long_name[RV_EXR_NAME_MAX + 2];
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	const struct {
		struct rv_exr_plane planes[2];
		size_t n;
		const char *part;
	} cases[] = {
		{ { { "A", &small, false } }, 0, "0 channels" },
		{ { { "A", &small, false }, { "B", &large, false } }, 2, "'B' is no float image" },
		{ { { "A", &small, false }, { "B", &bytes, false } }, 2, "'B' is no float image" },
		{ { { "A", &small, false }, { "A", &small, true } }, 2, "'A': its name must be its own" },
		{ { { "", &small, false } }, 1, "'': its name" },
		{ { { long_name, &small, false } }, 1, "1..255 bytes" },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		CHECK_FAILS(rv_exr_write(check_path("r.exr"), cases[i].planes, cases[i].n, NULL, 0, &err), &err,
		            RV_E_LIMIT, cases[i].part);
		CHECK(!rv_file_exists(check_path("r.exr")));
	}
	rv_image_release(&small);
	rv_image_release(&large);
	rv_image_release(&bytes);
}

static void stripped(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 3, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str a = RV_STR_INIT, b = RV_STR_INIT;
	for (size_t k = 0; k < RV_COUNTOF(codecs); k++) {
		struct sample s;
		sample_make(&s, 50, 40, 1, &rng);
		write_by_core(check_path("a.exr"), &s, codecs[k], "2001-01-01");
		write_by_core(check_path("b.exr"), &s, codecs[k], "a later day");
		CHECK_OK(rv_exr_strip(check_path("a.exr"), &err), &err);
		CHECK_OK(rv_exr_strip(check_path("b.exr"), &err), &err);
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &a, &err), &err);
		CHECK_OK(rv_file_read(check_path("b.exr"), 1 << 24, &b, &err), &err);
		CHECK_BYTES(a.ptr, a.len, b.ptr, b.len);
		CHECK(memmem(a.ptr, a.len, "Date", 4) == NULL);
		CHECK(memmem(a.ptr, a.len, "cryptomatte/542cafa/name", 24) != NULL);
		CHECK(check_file(check_path("a.exr"), &s));
		sample_release(&s);
	}
	rv_str_release(&a);
	rv_str_release(&b);
}

/* A file that is damaged must be refused or read as something, never crash; one that is cut must be refused. */
static void damaged(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 4, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	uint32_t width, height;
	for (size_t k = 0; k < 4; k++) {
		struct sample s;
		sample_make(&s, 9, 20, 1, &rng);
		write_by_core(check_path("a.exr"), &s, codecs[k], "today");
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
		size_t n_accepted = 0;
		for (size_t i = 0; i < file.len; i += 1 + i / 97) {
			CHECK_OK(rv_file_write(check_path("d.exr"), file.ptr, i, &err), &err);
			n_accepted += rv_exr_check(check_path("d.exr"), &width, &height, &err) == 0;
			n_accepted += rv_exr_strip(check_path("d.exr"), &err) == 0;
		}
		CHECK_U64(n_accepted, 0);
		for (int i = 0; i < 200; i++) {
			const size_t at = (size_t)rv_rng_below(&rng, file.len);
			const char old = file.ptr[at];
			file.ptr[at] = (char)rv_rng_u64(&rng);
			CHECK_OK(rv_file_write(check_path("d.exr"), file.ptr, file.len, &err), &err);
			(void)!rv_exr_check(check_path("d.exr"), &width, &height, &err);
			file.ptr[at] = old;
		}
		sample_release(&s);
	}
	rv_str_release(&file);
}

/* Changes one byte sequence of a sound file and tells what the reader says. */
static void header_fields(void)
{
	static const struct {
		const char *where; /* an attribute; the change is made this many bytes behind its name */
		size_t skip;
		const char *bytes;
		size_t len;
		const char *part;
	} cases[] = {
		{ "v/1\1", 0, "x", 1, "not an OpenEXR file" },
		{ "v/1\1", 4, "\3", 1, "unknown version" },
		{ "v/1\1", 5, "\6", 1, "tiled OpenEXR files are not supported" },
		{ "v/1\1", 5, "\14", 1, "deep OpenEXR" },
		{ "v/1\1", 5, "\24", 1, "multi-part OpenEXR files are not supported: write one part" },
		{ "v/1\1", 6, "\1", 1, "unknown version" },
		{ "compression\0", 12, "x", 1, "'compression' is not of type" },
		{ "compression\0compression\0", 28, "\12", 1, "unknown compression 10" },
		{ "lineOrder\0lineOrder\0", 24, "\2", 1, "line order 2" },
		{ "dataWindow\0box2i\0", 29, "\0\0\0\200", 4, "each side must be 1..65535" },
		{ "dataWindow\0box2i\0", 29, "\377\377\0\0", 4, "each side must be 1..65535" },
		{ "dataWindow\0", 1, "x", 1, "header has no 'dataWindow'" },
		{ "ViewLayer.Depth.Z\0", 18, "\3", 1, "unknown type 3" },
		{ "ViewLayer.Depth.Z\0", 26, "\2", 1, "subsampled" },
		{ "ViewLayer.Depth.Z\0", 0, "A", 1, "not in ascending order" },
		{ "lineOrder\0", 0, "displayWindow", 9, "header has no" },
	};
	struct rv_rng rng;
	rv_rng_init(&rng, 5, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	struct sample s;
	struct rv_exr *exr = NULL;
	sample_make(&s, 9, 20, 1, &rng);
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		write_by_core(check_path("a.exr"), &s, EXR_COMPRESSION_ZIP, "today");
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
		const size_t len = i < 6 ? 4 : strlen(cases[i].where);
		char *const at = i < 6 ? file.ptr : memmem(file.ptr, file.len, cases[i].where, len);
		if (!CHECK(at != NULL)) {
			continue;
		}
		memcpy(at + cases[i].skip, cases[i].bytes, cases[i].len);
		CHECK_OK(rv_file_write(check_path("d.exr"), file.ptr, file.len, &err), &err);
		CHECK(rv_exr_open(check_path("d.exr"), &exr, &err) < 0);
		if (!CHECK(strstr(err.text, cases[i].part) != NULL)) {
			printf("# case %zu: %s\n", i, err.text);
		}
	}
	CHECK_OK(rv_file_write(check_path("d.exr"), "", 0, &err), &err);
	CHECK_FAILS(rv_exr_open(check_path("d.exr"), &exr, &err), &err, RV_E_BAD_FILE, "is empty");
	CHECK_FAILS(rv_exr_open(check_path("none"), &exr, &err), &err, RV_E_MISSING_FILE, "none");
	CHECK_FAILS(rv_exr_open(check_dir(), &exr, &err), &err, RV_E_BAD_FILE, "not a regular file");

	struct rv_image image = RV_IMAGE_INIT;
	const char *const wrong = "ViewLayer.Depth.z";
	CHECK_OK(rv_exr_open(check_path("a.exr"), &exr, &err), &err);
	CHECK_FAILS(
	        rv_exr_read(exr, &wrong, 1, &image, &err), &err, RV_E_BAD_FILE,
	        "no channel 'ViewLayer.Depth.z', only ViewLayer.Combined.A, ViewLayer.Combined.R, ViewLayer.Depth.Z");
	rv_exr_close(exr);
	rv_image_release(&image);
	sample_release(&s);
	rv_str_release(&file);
}

CHECK_MODULE(exr)
{
	check_case("every codec and type that OpenEXR writes", every_codec);
	check_case("what is written, OpenEXR reads", written);
	check_case("16-bit floats are the nearest", halves);
	check_case("what cannot be written", refused);
	check_case("strip leaves no trace of when a file was made", stripped);
	check_case("cut and changed files", damaged);
	check_case("header fields", header_fields);
}

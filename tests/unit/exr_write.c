/* SPDX-License-Identifier: MIT */
/* exr.h: what is written, read by our own reader and by OpenEXR's core. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "exr.h"
#include "exr_by_core.h"
#include "exr_header.h"
#include "file.h"

/* The planes as a file of this name. */
static int put(const char *name, const struct rv_exr_plane *planes, size_t n, const struct rv_exr_text *texts,
               size_t n_texts, struct rv_err *err)
{
	struct rv_str bytes = RV_STR_INIT;
	int status = rv_exr_encode(planes, n, texts, n_texts, &bytes, err);
	if (status == 0) {
		status = rv_file_write(check_path(name), bytes.ptr, bytes.len, err);
	}
	rv_str_release(&bytes);
	return status;
}

static float float_of(uint32_t bits)
{
	float value;
	memcpy(&value, &bits, 4);
	return value;
}

static const char *const names[] = { "V", "B", "R", "A.with_a_name_of_more_than_31_bytes" };
static const struct rv_exr_text texts[] = { { "cryptomatte/542cafa/manifest", "{\"a\":\"0\"}", 9 },
	                                    { "cryptomatte/542cafa/name", "", 0 } };

/* What was written, by our reader and by the core's own. */
static void reads_back(const char *path, const struct rv_exr_plane *planes, size_t n, size_t n_texts)
{
	const struct core_channel sorted[] = { { names[3], EXR_PIXEL_HALF, 1 },
		                               { names[1], EXR_PIXEL_HALF, 1 },
		                               { names[2], EXR_PIXEL_FLOAT, 1 },
		                               { names[0], EXR_PIXEL_FLOAT, 1 } };
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_image own[4] = { RV_IMAGE_INIT };
	size_t at = 0, n_got = 0;
	CHECK_OK(rv_exr_open_path(path, RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
	for (struct rv_exr_text text; rv_exr_next_text(exr, &at, &text); n_got++) {
		CHECK_STR(text.name, texts[n_got].name);
		CHECK_BYTES(text.text, text.len, texts[n_got].text, texts[n_got].len);
	}
	CHECK_U64(n_got, n_texts);
	CHECK_OK(rv_exr_read(exr, names, n, own, &err), &err);
	for (size_t c = 0; c < n; c++) {
		CHECK_U64(rv_exr_is_half(exr, names[c]), planes[c].is_half);
		core_same(&own[c], planes[c].image);
		rv_image_release(&own[c]);
	}
	rv_exr_close(exr);
	struct core_part part = { .width = planes[0].image->width, .height = planes[0].image->height };
	struct core_channel channels[4];
	size_t from[4]; /* the number of the plane */
	for (size_t k = 0; k < RV_COUNTOF(sorted); k++) {
		for (size_t c = 0; c < n; c++) {
			if (sorted[k].name == names[c]) {
				from[part.n] = c;
				channels[part.n] = sorted[k];
				CHECK_OK(rv_image_init(&part.wanted[part.n++], part.width, part.height, 1, RV_PIXEL_F32,
				                       &err),
				         &err);
			}
		}
	}
	part.channels = channels;
	core_read(path, &part);
	for (size_t c = 0; c < n; c++) {
		core_same(&part.wanted[c], planes[from[c]].image);
	}
	core_release(&part);
}

/* Writes channels in an order of their own; every second one is half. */
static void written(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 5, 33 }, { 300, 50 } };
	struct rv_rng rng;
	rv_rng_init(&rng, 2, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str once = RV_STR_INIT, twice = RV_STR_INIT;
	for (size_t k = 0; k < RV_COUNTOF(sizes) * 4 * 2; k++) {
		const uint32_t width = sizes[k / 8][0], height = sizes[k / 8][1], n = 1 + k / 2 % 4;
		struct rv_image images[4] = { RV_IMAGE_INIT };
		struct rv_exr_plane planes[4];
		for (size_t c = 0; c < n; c++) {
			const bool is_half = c % 2 == 1;
			CHECK_OK(rv_image_init(&images[c], width, height, 1, RV_PIXEL_F32, &err), &err);
			for (size_t i = 0; i < (size_t)width * height; i++) {
				const uint64_t noise = rv_rng_u64(&rng);
				images[c].f32[i] = is_half ? core_half_value((uint16_t)(noise % 0x7c00))
				                   : k % 2 ? (float)(i + c) * 0.125f
				                           : (float)(double)noise;
			}
			planes[c] = (struct rv_exr_plane) { names[c], &images[c], is_half };
		}
		CHECK_OK(put("b.exr", planes, n, texts, k % 3, &err), &err);
		CHECK_OK(put("c.exr", planes, n, texts, k % 3, &err), &err);
		CHECK_OK(rv_file_read(check_path("b.exr"), 1 << 24, &once, &err), &err);
		CHECK_OK(rv_file_read(check_path("c.exr"), 1 << 24, &twice, &err), &err);
		CHECK_BYTES(twice.ptr, twice.len, once.ptr, once.len);
		reads_back(check_path("b.exr"), planes, n, k % 3);
		for (size_t c = 0; c < n; c++) {
			rv_image_release(&images[c]);
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
		const double at = half == 0x7c00 ? 65536 : (double)core_half_value((uint16_t)half);
		const double old = best == 0x7c00 ? 65536 : (double)core_half_value(best);
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
		image.f32[i] = core_half_value((uint16_t)i);
		/* halfway between two, next to it, and anything */
		const uint32_t lower = (uint32_t)rv_rng_below(&rng, 0x7bff);
		const double middle =
		        ((double)core_half_value((uint16_t)lower) + (double)core_half_value((uint16_t)(lower + 1))) / 2;
		const float values[] = { (float)middle,
			                 nextafterf((float)middle, 0),
			                 nextafterf((float)middle, 1e9f),
			                 float_of((uint32_t)rv_rng_below(&rng, 0x7f800000)),
			                 65519.996f,
			                 65520 };
		image.f32[(1 << 16) + i] = values[i % RV_COUNTOF(values)];
	}
	const struct rv_exr_plane plane = { name, &image, true };
	CHECK_OK(put("h.exr", &plane, 1, NULL, 0, &err), &err);
	CHECK_OK(rv_exr_open_path(check_path("h.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
	CHECK_OK(rv_exr_read(exr, &name, 1, &back, &err), &err);
	for (uint32_t i = 0; i < N_ROUNDED; i++) {
		const float *const value = &image.f32[(1 << 16) + i];
		CHECK(back.f32[(1 << 16) + i] == core_half_value(nearest_half(*value)));
	}
	memcpy(&image.f32[1 << 16], &back.f32[1 << 16], (size_t)4 << 16); /* looked at above */
	core_same(&back, &image);
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
		struct rv_str out = RV_STR_INIT;
		CHECK_FAILS(rv_exr_encode(cases[i].planes, cases[i].n, NULL, 0, &out, &err), &err, RV_E_LIMIT,
		            cases[i].part);
		CHECK_U64(out.len, 0);
		rv_str_release(&out);
	}
	rv_image_release(&small);
	rv_image_release(&large);
	rv_image_release(&bytes);
}

CHECK_MODULE(exr_write)
{
	check_case("what is written, OpenEXR reads", written);
	check_case("16-bit floats are the nearest", halves);
	check_case("what cannot be written", refused);
}

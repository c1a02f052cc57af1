/* SPDX-License-Identifier: MIT */
/* verify/rle.h against lib/rle.h: two programs of one definition. */
#include "verify/rle.h"

#include <string.h>

#include "alloc.h"
#include "check.h"
#include "rle.h"
#include "rng.h"

static struct verify_rle ours;

static int read_text(const char *text, uint32_t width, uint32_t height, struct rv_err *err)
{
	return verify_rle_read(&ours, width, height, text, strlen(text), err);
}

/* A random mask through the writer and back. */
static void round_trip(struct rv_rng *rng, uint32_t width, uint32_t height, double share)
{
	const size_t n = (size_t)width * height;
	uint8_t *const mask = rv_alloc_zero(n, 1), *const back = rv_alloc_zero(n, 1);
	struct rv_rle written = RV_RLE_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint32_t box[4];
	for (size_t i = 0; i < n; i++) {
		mask[i] = (i > 0 && rv_rng_unit(rng) < 0.7) ? mask[i - 1] : rv_rng_unit(rng) < share;
	}
	rv_rle_from_mask(&written, mask, width, height);
	rv_rle_compress(&written, &text);
	CHECK_OK(verify_rle_read(&ours, width, height, text.ptr, text.len, &err), &err);
	for (size_t i = 1; i < ours.len; i += 2) {
		for (uint32_t at = ours.ends[i - 1]; at < ours.ends[i]; at++) {
			back[(size_t)(at % height) * width + at / height] = 1;
		}
	}
	CHECK_BYTES((const char *)back, n, (const char *)mask, n);
	rv_rle_bbox(&written, box);
	CHECK_U64(ours.area_px, rv_rle_area(&written));
	CHECK(memcmp(ours.bbox, box, sizeof(box)) == 0);
	rv_rle_release(&written);
	rv_str_release(&text);
	free(mask);
	free(back);
}

static void masks(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "verify_rle");
	for (uint32_t i = 0; i < 60; i++) {
		round_trip(&rng, 1 + i % 7 * 5, 1 + i % 11 * 3, (i % 5) / 4.0);
	}
	round_trip(&rng, 300, 200, 0.01);
	verify_rle_release(&ours);
}

static void wrong(void)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "", "runs hold 0 pixels" },      { "3", "runs hold 3 pixels" },   { "=", "of 12 that are left" },
		{ "204", "run 1 has 0 pixels" },   { "0O", "run 1 has -1 pixels" }, { "P", "break off" },
		{ "PPPPPPPPP0", "break off" },     { "<\x7f", "break off" },        { "< ", "break off" },
		{ "1119", "run 3 has 10 pixels" },
	};
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		CHECK_FAILS(read_text(cases[i].text, 4, 3, &err), &err, RV_E_LABEL, cases[i].part);
	}
	CHECK_OK(read_text("<", 4, 3, &err), &err);
	CHECK_U64(ours.area_px, 0);
	CHECK_U64(ours.bbox[2], 0);
	CHECK_OK(read_text("0<", 4, 3, &err), &err);
	CHECK_U64(ours.area_px, 12);
	CHECK(ours.bbox[2] == 4 && ours.bbox[3] == 3);
	verify_rle_release(&ours);
}

CHECK_MODULE(verify_rle)
{
	check_case("what the writer compresses is read back", masks);
	check_case("what no writer writes", wrong);
}

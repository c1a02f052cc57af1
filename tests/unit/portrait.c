/* SPDX-License-Identifier: MIT */
#include "portrait.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define BOX(index, x, y, w, h, area, more) \
	"{\"index\":" #index ",\"bbox\":[" #x "," #y "," #w "," #h "],\"area\":" #area more \
	",\"rle\":{\"size\":[64,128],\"counts\":\"\"}}"

static void add(struct rv_portrait *portrait, const char *split, const char *annotations)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_sample sample = RV_SAMPLE_INIT;
	struct rv_str line = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&line,
	              "{\"id\":\"a\",\"dir\":\"a\",\"params\":{\"x\":1},%s\"files\":{\"image\":\"Image.png\"},"
	              "\"annotations\":[%s]}",
	              split, annotations);
	CHECK_OK(rv_record_parse(&record, line.ptr, line.len, &err), &err);
	CHECK_OK(rv_sample_load(&sample, &record, &err), &err);
	rv_portrait_sample(portrait, &sample);
	rv_sample_release(&sample);
	rv_record_release(&record);
	rv_str_release(&line);
}

/* Exactly one value lies in that bin, of `n` in all. */
static void check_one(const struct rv_portrait *portrait, enum rv_quantity which, size_t bin, uint64_t n)
{
	CHECK_U64(rv_portrait_get(portrait, which)->bins[bin], 1);
	CHECK_U64(rv_portrait_get(portrait, which)->n, n);
}

static void samples(void)
{
	struct rv_portrait *const portrait = rv_portrait_new();
	add(portrait, "\"split\":\"val\",",
	    BOX(1, 0, 0, 32, 16, 255, ",\"category\":\"b\",\"visibility\":1,\"truncation\":0.25") "," BOX(
	            2, 112, 56, 16, 8, 256, ",\"category\":\"a\"") "," BOX(3, 0, 0, 1, 1, 0, ",\"category\":\"c\""));
	add(portrait, "", "");
	add(portrait, "", BOX(1, 32, 0, 64, 64, 4096, ""));
	const struct rv_portrait_counts *const counts = rv_portrait_counts(portrait);
	CHECK_U64(counts->samples, 3);
	CHECK_U64(counts->pictures, 3);
	CHECK_U64(counts->objects, 3); /* one has no area */
	CHECK_U64(counts->without_category, 1);
	CHECK_U64(counts->splits[RV_SPLIT_VAL], 1);
	CHECK_U64(counts->splits[RV_SPLITS], 2);
	CHECK_U64(rv_portrait_category(portrait, "a"), 1);
	CHECK_U64(rv_portrait_category(portrait, "b"), 1);
	CHECK_U64(rv_portrait_category(portrait, "c"), 0);
	CHECK_U64(rv_portrait_category(portrait, "aa"), 0);
	check_one(portrait, RV_QUANTITY_OBJECTS, 0, 3);
	check_one(portrait, RV_QUANTITY_OBJECTS, 1, 3);
	check_one(portrait, RV_QUANTITY_OBJECTS, 2, 3);
	check_one(portrait, RV_QUANTITY_SIDE, 2, 3); /* 8 to 16 */
	check_one(portrait, RV_QUANTITY_SIDE, 3, 3);
	check_one(portrait, RV_QUANTITY_SIDE, 5, 3);
	check_one(portrait, RV_QUANTITY_SIZE, 16, 3);    /* a quarter of each side: 2 octaves below all */
	check_one(portrait, RV_QUANTITY_ASPECT, 8, 3);   /* as wide as it is high */
	check_one(portrait, RV_QUANTITY_POSITION, 9, 3); /* middles: 1/8, 1/8 */
	check_one(portrait, RV_QUANTITY_POSITION, 63, 3);
	check_one(portrait, RV_QUANTITY_POSITION, 36, 3);
	check_one(portrait, RV_QUANTITY_VISIBILITY, 9, 1);
	check_one(portrait, RV_QUANTITY_TRUNCATION, 2, 1);
	CHECK_U64(rv_portrait_get(portrait, RV_QUANTITY_BRIGHTNESS)->n, 0);
	CHECK_U64(rv_portrait_params(portrait)->items[0]->n_numbers, 3);
	rv_portrait_free(portrait);
}

static void bins(void)
{
	CHECK_I64(rv_quantity_bin(RV_QUANTITY_MIDDLE_X, NAN), -1);
	CHECK_I64(rv_quantity_bin(RV_QUANTITY_MIDDLE_X, -3), 0);
	CHECK_I64(rv_quantity_bin(RV_QUANTITY_MIDDLE_X, 0.5), 8);
	CHECK_I64(rv_quantity_bin(RV_QUANTITY_MIDDLE_X, 0.49), 7);
	CHECK_I64(rv_quantity_bin(RV_QUANTITY_MIDDLE_X, 1), 15);
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		CHECK(rv_quantities[i].bins <= RV_BINS_MAX);
	}
}

/* What trees tell that anybody made: boxes alone. */
static void trees(void)
{
	struct rv_portrait *const portrait = rv_portrait_new();
	rv_portrait_object(portrait, "a", (const double[]) { 0.25, 0.25, 0.5, 0.5 }, NAN);
	rv_portrait_object(portrait, "a", (const double[]) { 0.25, 0.25, 0, 0.5 }, 1);
	rv_portrait_picture(portrait, 1);
	CHECK_U64(rv_portrait_category(portrait, "a"), 1);
	check_one(portrait, RV_QUANTITY_SIZE, 18, 1);
	check_one(portrait, RV_QUANTITY_POSITION, 36, 1);
	CHECK_U64(rv_portrait_get(portrait, RV_QUANTITY_ASPECT)->n, 0);
	CHECK_U64(rv_portrait_get(portrait, RV_QUANTITY_SIDE)->n, 0);
	rv_portrait_free(portrait);
}

CHECK_MODULE(portrait)
{
	check_case("samples, their objects and parameters", samples);
	check_case("bins", bins);
	check_case("objects and pictures of trees", trees);
}

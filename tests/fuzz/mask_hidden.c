/* SPDX-License-Identifier: MIT */
/* Fuzzes what rv-blend says of hidden objects: what is taken lies in the picture or near it, and can be drawn. The
 * first bytes are the sides of the picture. */
#include "fuzz.h"

#include "mask/products/hidden.h"

static void check_object(const struct mask_hidden_object *object, int64_t width, int64_t height)
{
	uint32_t counts[] = { 0, 1, (uint32_t)(width * height - 1) };
	const struct mask_label label = { .index = object->index,
		                          .rle = { .width = (uint32_t)width,
		                                   .height = (uint32_t)height,
		                                   .counts = counts,
		                                   .len = width * height > 1 ? 3 : 2 },
		                          .area_px = 1,
		                          .bbox = { 0, 0, 1, 1 } };
	struct rv_image scratch = RV_IMAGE_INIT;
	struct mask_whole whole = MASK_WHOLE_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < object->n; i++) {
		const struct mask_run *const run = &object->runs[i];
		FUZZ_CHECK(run->n > 0 && run->x >= -width && run->x + (int64_t)run->n <= 2 * width);
		FUZZ_CHECK(run->y >= -height && run->y < 2 * height);
		FUZZ_CHECK(i == 0 || run[-1].y < run->y ||
		           (run[-1].y == run->y && run[-1].x + (int64_t)run[-1].n <= run->x));
	}
	FUZZ_CHECK(mask_whole_of(&label, object->runs, object->n, &scratch, &whole, &err) == 0);
	FUZZ_CHECK(whole.area_px >= 1 && whole.area_px <= 9 * (uint64_t)(width * height));
	FUZZ_CHECK(rv_rle_area(&whole.rle) <= whole.area_px);
	mask_whole_release(&whole);
	rv_image_release(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 2) {
		return 0;
	}
	const uint32_t width = data[0] + 1u, height = data[1] + 1u;
	struct rv_arena arena = RV_ARENA_INIT;
	struct mask_hidden hidden;
	struct rv_err err = RV_ERR_INIT;
	if (mask_hidden_parse((const char *)data + 2, len - 2, width, height, &arena, &hidden, &err) == 0) {
		for (size_t i = 0; i < hidden.n_objects; i++) {
			FUZZ_CHECK(i == 0 || hidden.objects[i - 1].index < hidden.objects[i].index);
			check_object(&hidden.objects[i], width, height);
		}
		for (size_t i = 0; i < hidden.n_unknown; i++) {
			FUZZ_CHECK(!mask_hidden_is_known(&hidden, hidden.unknown[i]));
		}
	}
	rv_arena_release(&arena);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* mask/pixels/labels.h against a count of every pixel, and mask/pixels/preview.h against what its header says. */
#include "mask/pixels/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "mask/pixels/preview.h"
#include "rng.h"
#include "vocabulary.h"

/* Every label of a map, found the slow way: one object at a time. */
static void check_map(const struct rv_image *floats, const struct mask_labels *labels)
{
	const uint32_t width = floats->width, height = floats->height;
	const size_t n = (size_t)width * height;
	uint8_t *const mask = rv_alloc(n);
	struct rv_rle rle = RV_RLE_INIT;
	size_t found = 0;
	for (uint32_t index = 1; index <= RV_INDEX_MAX; index++) {
		size_t area = 0;
		for (size_t i = 0; i < n; i++) {
			mask[i] = floats->f32[i] == (float)index;
			area += mask[i];
		}
		if (area == 0) {
			continue;
		}
		if (!CHECK(found < labels->len)) {
			break;
		}
		const struct mask_label *const label = &labels->items[found++];
		uint32_t bbox[4];
		rv_rle_from_mask(&rle, mask, width, height);
		rv_rle_bbox(&rle, bbox);
		CHECK_U64(label->index, index);
		CHECK_U64(label->area_px, area);
		CHECK_BYTES(label->rle.counts, label->rle.len * 4, rle.counts, rle.len * 4);
		CHECK_BYTES(label->bbox, sizeof(bbox), bbox, sizeof(bbox));
		/* Do not scan for what is not there. */
		index = found < labels->len ? labels->items[found].index - 1 : index;
		if (found == labels->len) {
			break;
		}
	}
	CHECK_U64(labels->len, found);
	rv_rle_release(&rle);
	free(mask);
}

static void random_maps(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "labels");
	struct rv_image floats = RV_IMAGE_INIT;
	struct mask_labels labels = MASK_LABELS_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (int round = 0; round < 60; round++) {
		const uint32_t width = 1 + (uint32_t)rv_rng_below(&rng, 100);
		const uint32_t height = 1 + (uint32_t)rv_rng_below(&rng, 70);
		CHECK_OK(rv_image_init(&floats, width, height, 1, RV_PIXEL_F32, &err), &err);
		memset(floats.bytes, 0, (size_t)width * height * 4);
		for (int k = 0; k < 12; k++) { /* rectangles over one another, some across whole columns */
			const uint32_t x0 = (uint32_t)rv_rng_below(&rng, width);
			const uint32_t y0 = (uint32_t)rv_rng_below(&rng, height);
			const uint32_t x1 = x0 + (uint32_t)rv_rng_below(&rng, width - x0 + 1);
			const uint32_t y1 = k % 3 ? y0 + (uint32_t)rv_rng_below(&rng, height - y0 + 1) : height;
			const float index = (float)(k % 4 == 0 ? 0 : k % 4 == 1 ? RV_INDEX_MAX : rv_rng_below(&rng, 9));
			for (uint32_t y = k % 3 ? y0 : 0; y < y1; y++) {
				for (uint32_t x = x0; x < x1; x++) {
					floats.f32[(size_t)y * width + x] = index;
				}
			}
		}
		size_t n_wrong = 0;
		CHECK_OK(mask_labels_from(&floats, &labels, &err), &err);
		for (size_t i = 0; i < (size_t)width * height; i++) {
			n_wrong += labels.map.u16[i] != floats.f32[i];
		}
		CHECK_U64(n_wrong, 0);
		check_map(&floats, &labels);
	}
	mask_labels_release(&labels);
	rv_image_release(&floats);
}

static void many_objects(void)
{
	struct rv_image floats = RV_IMAGE_INIT;
	struct mask_labels labels = MASK_LABELS_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(&floats, 256, 256, 1, RV_PIXEL_F32, &err), &err);
	for (size_t i = 0; i < 65536; i++) {
		floats.f32[i] = (float)(65535 - i); /* each index once */
	}
	CHECK_OK(mask_labels_from(&floats, &labels, &err), &err);
	CHECK_U64(labels.len, 65535);
	for (size_t i = 0; i < labels.len; i++) {
		const struct mask_label *const label = &labels.items[i];
		const uint32_t at = 65535 - label->index;
		if (!CHECK(label->index == i + 1 && label->area_px == 1 && label->bbox[0] == at % 256 &&
		           label->bbox[1] == at / 256 && label->bbox[2] == 1 && label->bbox[3] == 1)) {
			break;
		}
	}
	mask_labels_release(&labels);
	rv_image_release(&floats);
}

static void bad_values(void)
{
	static const float bad[] = { 0.5f, -1, 65536, 1e10f, -0.001f, NAN, INFINITY, -INFINITY, 3e9f };
	struct rv_image floats = RV_IMAGE_INIT, map = RV_IMAGE_INIT;
	struct mask_labels labels = MASK_LABELS_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(&floats, 7, 5, 1, RV_PIXEL_F32, &err), &err);
	for (size_t i = 0; i < 35; i++) {
		floats.f32[i] = (float)(i % 3);
	}
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		floats.f32[17] = bad[i];
		CHECK_FAILS(mask_labels_from(&floats, &labels, &err), &err, RV_E_BAD_FILE,
		            "at pixel 3, 2 is no whole number");
		CHECK_FAILS(mask_index_map(&floats, &map, &err), &err, RV_E_BAD_FILE, "0..65535");
	}
	floats.f32[17] = -0.0f;
	CHECK_OK(mask_labels_from(&floats, &labels, &err), &err);
	CHECK_U64(labels.len, 2);
	mask_labels_release(&labels);
	rv_image_release(&floats);
	rv_image_release(&map);
}

static void depth(void)
{
	struct rv_image in = RV_IMAGE_INIT, out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(&in, 6, 1, 1, RV_PIXEL_F32, &err), &err);
	memcpy(in.f32, (const float[]) { 2, 4, 3, 1e10f, NAN, -INFINITY }, 6 * sizeof(float));
	CHECK_OK(mask_preview_depth(&in, &out, &err), &err);
	CHECK_U64(out.u16[0], 0);
	CHECK_U64(out.u16[1], 65534);
	CHECK_NEAR(out.u16[2], 32767, 1);
	CHECK(out.u16[3] == 65535 && out.u16[4] == 65535 && out.u16[5] == 65535);
	in.f32[1] = in.f32[2] = 2; /* one distance: all of it is nearest */
	CHECK_OK(mask_preview_depth(&in, &out, &err), &err);
	CHECK(out.u16[0] == 0 && out.u16[1] == 0 && out.u16[3] == 65535);
	in.f32[0] = in.f32[1] = in.f32[2] = 1e10f; /* nothing but background */
	CHECK_OK(mask_preview_depth(&in, &out, &err), &err);
	CHECK(out.u16[0] == 65535 && out.u16[2] == 65535);
	rv_image_release(&in);
	rv_image_release(&out);
}

CHECK_MODULE(labels)
{
	check_case("random maps", random_maps);
	check_case("as many objects as there can be", many_objects);
	check_case("values that are no index", bad_values);
	check_case("depth as grey", depth);
}

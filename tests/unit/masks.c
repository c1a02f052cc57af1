/* SPDX-License-Identifier: MIT */
/* mask/pixels/masks.h and ids.h: which pixels are of something, which ids are in them. */
#include "mask/pixels/masks.h"

#include <math.h>
#include <string.h>

#include "check.h"
#include "mask/pixels/ids.h"

#define N 6

static void make(struct rv_image *image, const float values[N])
{
	struct rv_err err = RV_ERR_INIT;
	*image = (struct rv_image)RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(image, 3, 2, 1, RV_PIXEL_F32, &err), &err);
	memcpy(image->f32, values, N * sizeof(float));
}

static void thresholds(void)
{
	struct rv_image plane, out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	make(&plane, (const float[]) { 0.5f, 0.50001f, 0, NAN, INFINITY, -1 });
	CHECK_OK(mask_above(&plane, 0.5, &out, &err), &err);
	const uint16_t wanted[] = { 0, 65535, 0, 0, 65535, 0 };
	CHECK_BYTES(out.u16, sizeof(wanted), wanted, sizeof(wanted));
	rv_image_release(&plane);
	rv_image_release(&out);
}

static void of_labels(void)
{
	struct rv_image plane, out = RV_IMAGE_INIT;
	struct mask_labels labels = MASK_LABELS_INIT;
	struct rv_err err = RV_ERR_INIT;
	make(&plane, (const float[]) { 2, 0, 7, 7, 2, 0 });
	CHECK_OK(mask_labels_from(&plane, &labels, &err), &err);
	CHECK_OK(mask_of_label(&labels.items[1], &labels.map, &out, &err), &err);
	const uint8_t wanted[] = { 0, 0, 255, 255, 0, 0 };
	CHECK_BYTES(out.u8, sizeof(wanted), wanted, sizeof(wanted));
	mask_labels_release(&labels);
	rv_image_release(&plane);
	rv_image_release(&out);
}

static void edges(void)
{
	/* a border is of both its sides; the picture's own is none */
	uint16_t numbers[] = { 1, 1, 2, 1, 1, 1, 0, 1, 1, 1, 1, 1 };
	const struct rv_image map = { .width = 3, .height = 4, .channels = 1, .pixel = RV_PIXEL_U16, .u16 = numbers };
	const struct rv_image one = { .width = 1, .height = 1, .channels = 1, .pixel = RV_PIXEL_U16, .u16 = numbers };
	struct rv_image out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(mask_of_edges(&map, &out, &err), &err);
	const uint8_t wanted[] = { 0, 255, 255, 255, 0, 255, 255, 255, 0, 255, 0, 0 };
	CHECK_BYTES(out.u8, sizeof(wanted), wanted, sizeof(wanted));
	CHECK_OK(mask_of_edges(&one, &out, &err), &err);
	CHECK_U64(out.u8[0], 0);
	rv_image_release(&out);
}

static void seen(void)
{
	struct rv_image depth, index, out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	make(&depth, (const float[]) { 1, 1e10f, 9e8f, NAN, 1e9f, 0 });
	make(&index, (const float[]) { 0, 3, 0, 1, 65535, 0 });
	CHECK_OK(mask_of_seen(&depth, &index, &out, &err), &err);
	const uint8_t by_depth[] = { 1, 0, 1, 0, 0, 1 }, by_index[] = { 0, 1, 0, 1, 1, 0 };
	CHECK_BYTES(out.u8, N, by_depth, N);
	CHECK_OK(mask_of_seen(NULL, &index, &out, &err), &err);
	CHECK_BYTES(out.u8, N, by_index, N);
	rv_image_release(&depth);
	rv_image_release(&index);
	rv_image_release(&out);
}

/* The last channel of two and four, else full. */
static void alpha(void)
{
	for (uint32_t channels = 1; channels <= 4; channels++) {
		struct rv_image picture = RV_IMAGE_INIT, out = RV_IMAGE_INIT;
		struct rv_err err = RV_ERR_INIT;
		const bool has_alpha = channels % 2 == 0;
		CHECK_OK(rv_image_init(&picture, 2, 1, channels, RV_PIXEL_U8, &err), &err);
		for (size_t i = 0; i < 2 * channels; i++) {
			picture.u8[i] = (uint8_t)(i + 1);
		}
		CHECK_OK(mask_of_alpha(&picture, &out, &err), &err);
		CHECK(out.channels == 1 && out.pixel == RV_PIXEL_U8);
		CHECK_U64(out.u8[0], has_alpha ? channels : 255);
		CHECK_U64(out.u8[1], has_alpha ? 2 * channels : 255);
		CHECK_OK(rv_image_init(&picture, 1, 1, channels, RV_PIXEL_U16, &err), &err);
		for (size_t i = 0; i < channels; i++) {
			picture.u16[i] = (uint16_t)(1000 * (i + 1));
		}
		CHECK_OK(mask_of_alpha(&picture, &out, &err), &err);
		CHECK_U64(out.u16[0], has_alpha ? 1000 * channels : 65535);
		rv_image_release(&picture);
		rv_image_release(&out);
	}
}

/* Those that cover something, each once; 0 is none. */
static void ids(void)
{
	enum { COUNT = 3000 };
	struct rv_image planes[2] = { RV_IMAGE_INIT, RV_IMAGE_INIT };
	struct mask_ids set = MASK_IDS_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (size_t k = 0; k < 2; k++) {
		CHECK_OK(rv_image_init(&planes[k], COUNT, 1, 1, RV_PIXEL_F32, &err), &err);
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		const uint32_t id = i / 2 * 256; /* pairs, and alike in their low bits */
		memcpy(&planes[0].f32[i], &id, 4);
		planes[1].f32[i] = i < 2000 ? 0.5f : 0;
	}
	mask_ids_collect(&set, planes, 2);
	CHECK_U64(set.len, 999);
	CHECK(mask_ids_has(&set, 256) && mask_ids_has(&set, 999 * 256));
	CHECK(!mask_ids_has(&set, 0) && !mask_ids_has(&set, 1000 * 256) && !mask_ids_has(&set, 257));
	mask_ids_release(&set);
	CHECK(!mask_ids_has(&set, 256));
	rv_image_release(&planes[0]);
	rv_image_release(&planes[1]);
}

CHECK_MODULE(masks)
{
	check_case("borders between objects", edges);
	check_case("above a threshold", thresholds);
	check_case("of a label", of_labels);
	check_case("where something is seen", seen);
	check_case("alpha of every form", alpha);
	check_case("ids that cover something", ids);
}

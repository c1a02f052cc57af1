/* SPDX-License-Identifier: MIT */
/* Polygons against the run lengths: each outline, filled by the rule of its readers, gives the mask again; simplified
 * ones as much of it as they say. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/fill.h"
#include "verify/picture.h"
#include "verify/rle.h"

#define CORNERS_MIN 3
#define IOU_NEAR 0.01    /* besides the pixels that slanting sides go through, where readers differ */
#define SLANTING_MAX 0.2 /* of all pixels: with more of those, nothing can be said */

struct check {
	struct verify_picture *picture;
	const char *path; /* for problems */
	const struct rv_annotation *annotation;
	struct verify_rle rle;
	struct verify_fill fill;
	uint32_t *corners;
	size_t n_corners, cap_corners;
	uint64_t n_slanting; /* pixels that sides go through which are neither upright nor level */
};

static const char *const outlines[] = { [VERIFY_FILL_EDGE] = "edge", [VERIFY_FILL_CENTER] = "center" };

#define BLAME(c, check, format, ...) \
	verify_problems_add((c)->picture->problems, check, (c)->path, "annotation of index %" PRIu32 ": " format, \
	                    (c)->annotation->index, __VA_ARGS__)

/* A ring's numbers, into c->corners. False unless they are corners within the mask's box. */
static bool take_ring(struct check *c, struct rv_json ring, enum verify_fill_rule rule)
{
	const uint32_t *const box = c->rle.bbox;
	const size_t n = rv_json_len(ring);
	bool is_right = n % 2 == 0 && n / 2 >= CORNERS_MIN;
	c->n_corners = 0;
	for (size_t i = 0; is_right && i < n; i++) {
		const uint64_t least = box[i % 2], most = least + box[2 + i % 2] - (rule == VERIFY_FILL_CENTER);
		uint64_t number;
		is_right = rv_json_u64(rv_json_at(ring, i), least, most, &number);
		if (is_right) {
			RV_GROW(c->corners, c->n_corners, c->cap_corners);
			c->corners[c->n_corners++] = (uint32_t)number;
		}
	}
	return is_right;
}

static uint64_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

static uint64_t count_slanting(const uint32_t *corners, size_t n)
{
	uint64_t n_pixels = 0;
	for (size_t i = 0; i < n; i++) {
		const uint32_t *const a = &corners[2 * i], *const b = &corners[2 * ((i + 1) % n)];
		const uint64_t dx = distance(a[0], b[0]), dy = distance(a[1], b[1]);
		n_pixels += dx > 0 && dy > 0 ? RV_MAX(dx, dy) + 1 : 0;
	}
	return n_pixels;
}

/* Pixels that the mask and what is filled have both. */
static uint64_t count_common(const struct check *c, uint32_t height)
{
	uint64_t n = 0;
	for (size_t i = 1; i < c->rle.len; i += 2) {
		for (uint32_t at = c->rle.ends[i - 1]; at < c->rle.ends[i]; at++) {
			n += verify_fill_has(&c->fill, at / height, at % height);
		}
	}
	return n;
}

static void compare(struct check *c, enum verify_fill_rule rule, struct rv_json polygons)
{
	const uint64_t common = count_common(c, c->annotation->height), area_px = c->rle.area_px;
	const double all = (double)(area_px + c->fill.n_pixels - common), iou = (double)common / all,
	             slanting = (double)c->n_slanting / all;
	if (rv_json_type(rv_json_get(polygons, "simplify")) == RV_JSON_NONE) {
		if (common != area_px || c->fill.n_pixels != area_px) {
			BLAME(c, VERIFY_POLYGON_MASK,
			      "its polygons '%s' fill %" PRIu64 " pixels, %" PRIu64 " of the %" PRIu64
			      " that the mask has",
			      outlines[rule], c->fill.n_pixels, common, area_px);
		}
		return;
	}
	const double said = rv_json_number(rv_json_get(rv_json_get(polygons, "iou"), outlines[rule]), NAN);
	if (!(said >= 0 && said <= 1) || (slanting <= SLANTING_MAX && fabs(said - iou) > IOU_NEAR + slanting)) {
		BLAME(c, VERIFY_POLYGON_IOU, "iou of its polygons '%s' is %.9g, but they reach %.6f", outlines[rule],
		      said, iou);
	}
}

static void check_outline(struct check *c, enum verify_fill_rule rule, struct rv_json polygons)
{
	const struct rv_json rings = rv_json_get(polygons, outlines[rule]);
	const size_t n = rv_json_len(rings);
	if (rv_json_type(rings) == RV_JSON_NONE) {
		return;
	}
	verify_fill_start(&c->fill, c->rle.bbox);
	c->n_slanting = 0;
	for (size_t i = 0; i < n; i++) {
		if (!take_ring(c, rv_json_at(rings, i), rule)) {
			BLAME(c, VERIFY_POLYGON_FORM,
			      "ring %zu of '%s' is no list of %d corners or more within the mask's box", i,
			      outlines[rule], CORNERS_MIN);
			return;
		}
		verify_fill_ring(&c->fill, c->corners, c->n_corners / 2, rule);
		c->n_slanting += count_slanting(c->corners, c->n_corners / 2);
	}
	compare(c, rule, polygons);
}

static void check_polygons(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	struct check c = { .picture = picture,
		           .path = verify_picture_subject(picture),
		           .rle = VERIFY_RLE_INIT,
		           .fill = VERIFY_FILL_INIT };
	for (size_t i = 0; i < what->n_annotations; i++) {
		const struct rv_annotation *const annotation = c.annotation = &what->annotations[i];
		const struct rv_json polygons = rv_json_get(annotation->json, "polygons");
		if (rv_json_type(polygons) != RV_JSON_NONE && !annotation->wrong &&
		    verify_rle_read(&c.rle, annotation->width, annotation->height, annotation->counts,
		                    annotation->counts_len, NULL) == 0 &&
		    c.rle.area_px > 0) {
			check_outline(&c, VERIFY_FILL_EDGE, polygons);
			check_outline(&c, VERIFY_FILL_CENTER, polygons);
		}
	}
	free(c.corners);
	verify_fill_release(&c.fill);
	verify_rle_release(&c.rle);
}

const struct verify_label verify_picture_polygons = { .whole = check_polygons };

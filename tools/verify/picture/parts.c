/* SPDX-License-Identifier: MIT */
/* Parts of objects: of a material, where the map of materials has it; within a semantic mask, where that is set. All
 * pixels of an object that the map has are of a part. */
#include <inttypes.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/region.h"

struct check {
	struct verify_picture *picture;
	const char *name;           /* of the mask; NULL: materials */
	const struct rv_image *map; /* where these are; NULL: not kept */
	uint64_t *n_pixels;         /* of each index, those where there is some */
	struct verify_rle rle;
	const struct rv_annotation *annotation;
};

#define BLAME(c, format, ...) \
	verify_problems_add((c)->picture->problems, VERIFY_PART_MASK, verify_picture_subject((c)->picture), \
	                    "annotation of index %" PRIu32 ", parts by %s: " format, (c)->annotation->index, \
	                    (c)->name ? (c)->name : "material", __VA_ARGS__)

/* Whether a part is one of those that are looked at. */
static bool is_of_kind(const struct check *c, struct rv_json part)
{
	const char *const mask = rv_json_string(rv_json_get(part, "mask"), NULL);
	return c->name ? mask && strcmp(mask, c->name) == 0
	               : rv_json_type(rv_json_get(part, "material")) != RV_JSON_NONE;
}

static bool has_kind(const struct check *c)
{
	const struct rv_picture *const what = c->picture->picture;
	for (size_t i = 0; i < what->n_annotations; i++) {
		const struct rv_json parts = rv_json_get(what->annotations[i].json, "parts");
		for (size_t k = 0; k < rv_json_len(parts); k++) {
			if (is_of_kind(c, rv_json_at(parts, k))) {
				return true;
			}
		}
	}
	return false;
}

static void count_pixels(struct check *c)
{
	const struct rv_image *const index = c->picture->index;
	const size_t n = c->map ? verify_picture_pixels(c->picture) : 0;
	memset(c->n_pixels, 0, (UINT16_MAX + 1) * sizeof(*c->n_pixels));
	for (size_t i = 0; i < n; i++) {
		c->n_pixels[index->u16[i]] += c->map->u16[i] != 0;
	}
}

/* False, and a problem, at a pixel that is not of the object or not of the part. */
static bool check_pixels(struct check *c, uint64_t value)
{
	const struct rv_image *const index = c->picture->index;
	for (size_t i = 1; i < c->rle.len; i += 2) {
		for (uint32_t at = c->rle.ends[i - 1]; at < c->rle.ends[i]; at++) {
			const uint32_t x = at / index->height, y = at % index->height;
			const size_t pixel = (size_t)y * index->width + x;
			if (index->u16[pixel] != c->annotation->index || (c->map && c->map->u16[pixel] != value)) {
				BLAME(c, "pixel (%" PRIu32 ",%" PRIu32 ") of one is not of %s", x, y,
				      index->u16[pixel] != c->annotation->index ? "the object" : "the map");
				return false;
			}
		}
	}
	return true;
}

static void check_parts(struct check *c)
{
	const struct rv_json parts = rv_json_get(c->annotation->json, "parts");
	const struct rv_image *const index = c->picture->index;
	uint64_t before = 0, value = UINT16_MAX, n_found = 0;
	for (size_t i = 0; i < rv_json_len(parts); i++) {
		const struct rv_json part = rv_json_at(parts, i);
		struct rv_err err = RV_ERR_INIT;
		if (!is_of_kind(c, part)) {
			continue;
		}
		if (!c->name &&
		    (!rv_json_u64(rv_json_get(part, "index"), 1, RV_INDEX_MAX, &value) || value <= before)) {
			BLAME(c, "they have no indices upwards%s", "");
			return;
		}
		if (verify_region_read(part, index->width, index->height, &c->rle, &err) < 0) {
			BLAME(c, "%s", err.text);
			return;
		}
		if (!check_pixels(c, value)) {
			return;
		}
		before = value;
		n_found += c->rle.area_px;
	}
	if (c->map && n_found != c->n_pixels[c->annotation->index]) {
		BLAME(c, "they have %" PRIu64 " pixels, the map has %" PRIu64 " in the object", n_found,
		      c->n_pixels[c->annotation->index]);
	}
}

/* Parts of one kind, where any object has some: all others have all of theirs then. */
static void check_kind(struct check *c, const char *role)
{
	const struct rv_picture *const what = c->picture->picture;
	if (!has_kind(c)) {
		return;
	}
	const struct verify_decoded *const map = verify_picture_partner_of(c->picture, role);
	c->map = map ? &map->image : NULL;
	count_pixels(c);
	for (size_t i = 0; i < what->n_annotations; i++) {
		c->annotation = &what->annotations[i];
		if (c->annotation->index > 0) {
			check_parts(c);
		}
	}
}

static void check_all(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	struct check c = { .picture = picture, .rle = VERIFY_RLE_INIT };
	const size_t n = picture->index ? what->n_files : 0;
	bool has_parts = false;
	for (size_t i = 0; i < what->n_annotations; i++) {
		has_parts |= rv_json_len(rv_json_get(what->annotations[i].json, "parts")) > 0;
	}
	if (!has_parts || !picture->index) {
		return;
	}
	c.n_pixels = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*c.n_pixels));
	check_kind(&c, rv_roles[RV_ROLE_MATERIAL_INDEX].name);
	for (size_t i = 0; i < n; i++) {
		const char *const role = what->files[i].role;
		if (rv_role_is(role, RV_ROLE_SEMANTIC_MASK)) {
			c.name = role + strlen("mask_");
			check_kind(&c, role);
		}
	}
	verify_rle_release(&c.rle);
}

const struct verify_label verify_picture_parts = { .whole = check_all };

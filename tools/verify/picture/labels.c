/* SPDX-License-Identifier: MIT */
/*
 * Annotations against the index map that they were made from.
 *
 * The path is another one than the labeller's: that one walks the map and writes runs; here the map's pixels are
 * counted per value, and each run of an annotation must lie on pixels of its value. Runs that touch no other pixel and
 * whose lengths add up to the count are exactly the object's pixels, so no mask needs to be built. Where the map is not
 * there, run lengths, area and box are compared with each other.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "categories.h"
#include "verify/picture.h"
#include "verify/rle.h"

struct check {
	struct verify_picture *picture;
	const char *path;   /* for problems */
	uint32_t max;       /* the highest value of the map, and index of an annotation */
	uint64_t *area_px;  /* of each value of the map, 0 to max; NULL without a map */
	bool *is_annotated; /* each value */
	struct rv_category_rule rule;
	struct verify_rle rle;
	struct rv_str who; /* "annotation of index 3" */
};

#define BLAME(c, check, ...) verify_problems_add((c)->picture->problems, check, (c)->path, __VA_ARGS__)

/* ---- one annotation ---- */

static void check_same_text(struct check *c, const struct rv_annotation *annotation, enum verify_check check,
                            const char *member)
{
	if (!rv_json_equal(rv_json_get(annotation->json, member), rv_json_get(annotation->object->json, member))) {
		BLAME(c, check, "%s: its %s is not the object's", c->who.ptr, member);
	}
}

/* False where the category of an annotation is not that of its object by a rule. */
static bool has_category(struct check *c, const struct rv_annotation *annotation, const struct rv_category_rule *rule)
{
	const struct rv_json own = rv_json_get(annotation->json, "category");
	const char *const found = rv_json_string(own, NULL);
	if (rv_json_type(own) == RV_JSON_NONE || !annotation->object) {
		return true;
	}
	const char *const wanted = rv_category_by(rule, annotation->object->json,
	                                          c->picture->picture->sample->is_blend_file, &c->picture->arena);
	return found ? wanted && strcmp(found, wanted) == 0 : !wanted && rv_json_type(own) == RV_JSON_NULL;
}

static bool have_categories(struct check *c, const struct rv_category_rule *rule)
{
	const struct rv_picture *const picture = c->picture->picture;
	size_t i = 0;
	while (i < picture->n_annotations && has_category(c, &picture->annotations[i], rule)) {
		i++;
	}
	return i == picture->n_annotations;
}

/* Records do not say by which rule their categories were taken: it is the first that all annotations follow, or else
 * the default. */
static struct rv_category_rule find_rule(struct check *c)
{
	const struct rv_picture *const picture = c->picture->picture;
	struct rv_category_rule rule = { .from = RV_CATEGORY_DEFAULT };
	size_t first = 0;
	for (; rule.from < RV_CATEGORY_PROPERTY; rule.from++) {
		if (have_categories(c, &rule)) {
			return rule;
		}
	}
	while (first < picture->n_annotations && !picture->annotations[first].category) {
		first++;
	}
	const struct rv_object *const object =
	        first < picture->n_annotations ? picture->annotations[first].object : NULL;
	const struct rv_json properties =
	        object ? rv_json_get(object->json, "properties") : (struct rv_json)RV_JSON_INIT;
	for (int i = rv_json_iter(properties); rv_json_iter_ok(properties, i); i = rv_json_next(properties, i)) {
		rule.key = rv_json_iter_key(properties, i);
		if (have_categories(c, &rule)) {
			return rule;
		}
	}
	return (struct rv_category_rule) { .from = RV_CATEGORY_DEFAULT };
}

static void check_category(struct check *c, const struct rv_annotation *annotation)
{
	if (!has_category(c, annotation, &c->rule)) {
		const char *const wanted =
		        rv_category_by(&c->rule, annotation->object->json, c->picture->picture->sample->is_blend_file,
		                       &c->picture->arena);
		BLAME(c, VERIFY_LABEL_CATEGORY, "%s: its category is not the object's, %s", c->who.ptr,
		      wanted ? wanted : "none");
	}
}

static void check_shares(struct check *c, const struct rv_annotation *annotation)
{
	static const char *const members[] = { "truncation", "visibility" };
	for (size_t i = 0; i < RV_COUNTOF(members); i++) {
		const struct rv_json said = rv_json_get(annotation->json, members[i]);
		const double share = rv_json_number(said, NAN);
		if (rv_json_type(said) != RV_JSON_NONE && !(share >= 0 && share <= 1)) {
			BLAME(c, VERIFY_LABEL_SHARE, "%s: %s %.9g is not in 0..1", c->who.ptr, members[i], share);
		}
	}
}

/* False when the run lengths are of no use; else they are in c->rle. */
static bool check_runs(struct check *c, const struct rv_annotation *annotation)
{
	const struct verify_picture *const picture = c->picture;
	struct rv_err err = RV_ERR_INIT;
	uint32_t width = annotation->width, height = annotation->height;
	if (picture->width > 0 && (width != picture->width || height != picture->height)) {
		BLAME(c, VERIFY_LABEL_RLE,
		      "%s: run lengths of %" PRIu32 "x%" PRIu32 ", but the image is %" PRIu32 "x%" PRIu32, c->who.ptr,
		      width, height, picture->width, picture->height);
		return false;
	}
	if (verify_rle_read(&c->rle, width, height, annotation->counts, annotation->counts_len, &err) < 0) {
		BLAME(c, VERIFY_LABEL_RLE, "%s: %s", c->who.ptr, err.text);
		return false;
	}
	if (annotation->area_px != c->rle.area_px || annotation->area_px == 0) {
		BLAME(c, VERIFY_LABEL_AREA, "%s: area is %" PRIu64 ", but the run lengths hold %" PRIu64 " pixels",
		      c->who.ptr, annotation->area_px, c->rle.area_px);
	}
	if (memcmp(c->rle.bbox, annotation->bbox, sizeof(annotation->bbox)) != 0) {
		const uint32_t *const box = c->rle.bbox;
		BLAME(c, VERIFY_LABEL_BBOX,
		      "%s: bbox is not that of the run lengths, [%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]",
		      c->who.ptr, box[0], box[1], box[2], box[3]);
	}
	return true;
}

/* The runs against the map. */
static void check_mask(struct check *c, uint16_t value)
{
	const struct rv_image *const index = c->picture->index;
	for (size_t i = 1; i < c->rle.len; i += 2) {
		for (uint32_t at = c->rle.ends[i - 1]; at < c->rle.ends[i]; at++) {
			const uint32_t x = at / index->height, y = at % index->height;
			const uint16_t found = index->u16[(size_t)y * index->width + x];
			if (found != value) {
				BLAME(c, VERIFY_LABEL_MASK,
				      "%s: pixel (%" PRIu32 ",%" PRIu32
				      ") is in the mask, but the index map has %" PRIu16 " there",
				      c->who.ptr, x, y, found);
				return;
			}
		}
	}
	if (c->rle.area_px != c->area_px[value]) {
		BLAME(c, VERIFY_LABEL_MASK, "%s: the mask has %" PRIu64 " pixels, the index map has %" PRIu64,
		      c->who.ptr, c->rle.area_px, c->area_px[value]);
	}
}

static void check_annotation(struct check *c, const struct rv_annotation *annotation)
{
	static const struct {
		const char *member;
		enum verify_check check;
	} wrong[] = { { "area", VERIFY_LABEL_AREA }, { "bbox", VERIFY_LABEL_BBOX }, { "rle", VERIFY_LABEL_RLE } };
	if (!annotation->object) {
		BLAME(c, VERIFY_LABEL_INDEX, "%s: no object has that index", c->who.ptr);
	} else {
		check_same_text(c, annotation, VERIFY_LABEL_NAME, "name");
		check_same_text(c, annotation, VERIFY_LABEL_TAGS, "tags");
		check_category(c, annotation);
	}
	check_shares(c, annotation);
	for (size_t i = 0; annotation->wrong && i < RV_COUNTOF(wrong); i++) {
		if (strncmp(annotation->wrong, wrong[i].member, strlen(wrong[i].member)) == 0) {
			BLAME(c, wrong[i].check, "%s: '%s' is missing or wrong", c->who.ptr, annotation->wrong);
		}
	}
	if (!annotation->wrong && check_runs(c, annotation) && c->picture->index) {
		check_mask(c, (uint16_t)annotation->index);
	}
}

/* ---- all of them ---- */

static void check_annotations(struct check *c)
{
	const struct rv_picture *const picture = c->picture->picture;
	uint32_t before = 0;
	for (size_t i = 0; i < picture->n_annotations; i++) {
		const struct rv_annotation *const annotation = &picture->annotations[i];
		const uint32_t index = annotation->index;
		if (index == 0) {
			BLAME(c, VERIFY_LABEL_INDEX, "annotations[%zu].index is not a whole number in 1..%d", i,
			      RV_INDEX_MAX);
			continue;
		}
		if (index <= before) {
			BLAME(c, VERIFY_LABEL_ORDER,
			      "annotations[%zu] has index %" PRIu32 " after %" PRIu32
			      ", but they are sorted and distinct",
			      i, index, before);
		}
		before = index;
		c->is_annotated[index] = true;
		rv_str_clear(&c->who);
		rv_str_printf(&c->who, "annotation of index %" PRIu32, index);
		check_annotation(c, annotation);
	}
}

static uint32_t highest(const struct verify_picture *picture)
{
	uint32_t max = 0;
	const size_t n = picture->index ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++) {
		max = RV_MAX(max, picture->index->u16[i]);
	}
	for (size_t i = 0; i < picture->picture->n_annotations; i++) {
		max = RV_MAX(max, picture->picture->annotations[i].index);
	}
	return max;
}

/* Pixels of each value. */
static void count_pixels(const struct rv_image *index, uint64_t *area_px)
{
	const size_t n = (size_t)index->width * index->height;
	for (size_t i = 0; i < n;) {
		const size_t start = i;
		const uint16_t value = index->u16[i];
		while (i < n && index->u16[i] == value) {
			i++;
		}
		area_px[value] += i - start;
	}
}

/* What is in the map is an object, and has an annotation. */
static void check_map(struct check *c)
{
	const struct rv_sample *const sample = c->picture->picture->sample;
	for (uint32_t value = 1; value <= c->max; value++) {
		if (c->area_px[value] == 0) {
			continue;
		}
		if (!rv_sample_object(sample, value)) {
			BLAME(c, VERIFY_LABEL_UNKNOWN,
			      "the index map has %" PRIu64 " pixels of value %" PRIu32 ", which no object has",
			      c->area_px[value], value);
		} else if (!c->is_annotated[value] && c->area_px[value] >= c->picture->rules->min_area_px) {
			BLAME(c, VERIFY_LABEL_MISSING,
			      "the object of index %" PRIu32 " has %" PRIu64 " pixels and no annotation", value,
			      c->area_px[value]);
		}
	}
}

static void check_labels(struct verify_picture *picture)
{
	struct check c = {
		.picture = picture, .path = verify_picture_subject(picture), .rle = VERIFY_RLE_INIT, .who = RV_STR_INIT
	};
	if (!picture->picture->has_annotations) {
		if (picture->index) {
			BLAME(&c, VERIFY_RECORD_ANNOTATIONS, "there is an index map, but no annotations");
		}
		return;
	}
	c.max = highest(picture);
	c.is_annotated = rv_alloc_zero(c.max + 1, sizeof(*c.is_annotated));
	if (picture->index) {
		c.area_px = rv_alloc_zero(c.max + 1, sizeof(*c.area_px));
		count_pixels(picture->index, c.area_px);
	}
	c.rule = find_rule(&c);
	check_annotations(&c);
	if (picture->index) {
		check_map(&c);
	}
	picture->n_annotations += picture->picture->n_annotations;
	free(c.area_px);
	free(c.is_annotated);
	verify_rle_release(&c.rle);
	rv_str_release(&c.who);
}

const struct verify_label verify_picture_labels = { .whole = check_labels };

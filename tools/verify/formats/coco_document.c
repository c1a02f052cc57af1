/* SPDX-License-Identifier: MIT */
/* A document of COCO, element by element: see coco_document.h. */
#include "verify/formats/coco_document.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "elements.h"
#include "format/coco.h"
#include "json.h"
#include "verify/formats/coco_loose.h"
#include "verify/formats/coco_outline.h"
#include "verify/rle.h"

#define ID_MAX (UINT64_C(1) << 53)
#define RUNS_MAX ((size_t)1 << 20) /* of one image that are kept to find overlaps */

/* A run of an annotation's mask. */
struct run {
	uint32_t start, end;
	uint64_t position; /* of the annotation */
};

/* A category as annotations have it. */
struct used {
	uint64_t id;
	size_t n_points; /* of the first of its annotations with keypoints; 0: none has some */
};

/* One while it is read. */
struct document {
	const char *path;
	bool is_foreign;
	const struct verify_coco_takes *takes;
	struct verify_problems *problems;
	struct rv_str who; /* "images[3]" */
	struct verify_rle rle;
	struct rv_categories categories;
	size_t *n_points; /* of each category, in the order of the document; 0: it has no keypoints */
	size_t cap_points;
	struct used *used; /* categories that annotations name, each once, sorted by id */
	size_t n_used, cap_used;
	uint64_t image_id;      /* whose masks `runs` holds */
	uint32_t width, height; /* of these */
	struct run *runs;
	size_t n_runs, cap_runs;
};

/* ---- elements ---------------------------------------------------------------------------- */

#define BLAME(d, check, ...) verify_problems_add((d)->problems, check, (d)->path, __VA_ARGS__)

static bool take_id(struct document *d, struct rv_json element, uint64_t min, uint64_t *id)
{
	if (rv_json_u64(rv_json_get(element, "id"), min, ID_MAX, id)) {
		return true;
	}
	BLAME(d, VERIFY_COCO_ID, "%s.id is not a whole number from %" PRIu64, d->who.ptr, min);
	return false;
}

static int take_category(struct document *d, struct rv_json element, uint64_t position RV_UNUSED,
                         struct rv_err *err RV_UNUSED)
{
	const char *const name = rv_json_string(rv_json_get(element, "name"), NULL);
	struct rv_err wrong = RV_ERR_INIT;
	uint64_t id;
	if (!take_id(d, element, 0, &id)) {
		return 0;
	}
	if (!name || !name[0]) {
		BLAME(d, VERIFY_COCO_CATEGORY, "%s has no name", d->who.ptr);
	} else if (id > RV_CATEGORY_ID_MAX || rv_categories_add(&d->categories, (uint32_t)id, name, "", &wrong) < 0) {
		BLAME(d, VERIFY_COCO_CATEGORY, "%s: %s", d->who.ptr,
		      wrong.text[0] ? wrong.text : "its id is too large");
	} else {
		const size_t last = d->categories.len - 1;
		RV_GROW(d->n_points, last, d->cap_points);
		d->n_points[last] = rv_json_len(rv_json_get(element, "keypoints"));
	}
	return 0;
}

static int take_image(struct document *d, struct rv_json element, uint64_t position, struct rv_err *err)
{
	size_t len;
	uint64_t id, width, height;
	const char *const name = rv_json_string(rv_json_get(element, "file_name"), &len);
	if (!take_id(d, element, 0, &id)) {
		return 0;
	}
	if (!name || !rv_json_u64(rv_json_get(element, "width"), 1, RV_IMAGE_SIDE_MAX, &width) ||
	    !rv_json_u64(rv_json_get(element, "height"), 1, RV_IMAGE_SIDE_MAX, &height)) {
		BLAME(d, VERIFY_COCO_IMAGE, "%s lacks file_name, width or height", d->who.ptr);
		return 0;
	}
	return d->takes->image(d->takes->context, name, len, id, (uint32_t)width, (uint32_t)height, position, err);
}

/* Remembers that a category is named, by an annotation with so many keypoints; false: another had another number. */
static bool use_category(struct document *d, uint64_t id, size_t n_points)
{
	size_t at = 0, end = d->n_used;
	while (at < end) {
		const size_t middle = at + (end - at) / 2;
		*(d->used[middle].id < id ? &at : &end) = d->used[middle].id < id ? middle + 1 : middle;
	}
	if (at < d->n_used && d->used[at].id == id) {
		size_t *const n = &d->used[at].n_points;
		*n = *n == 0 ? n_points : *n;
		return n_points == 0 || *n == n_points;
	}
	if (d->n_used <= RV_CATEGORIES_MAX) { /* more cannot all be there */
		RV_GROW(d->used, d->n_used, d->cap_used);
		memmove(&d->used[at + 1], &d->used[at], (d->n_used - at) * sizeof(*d->used));
		d->used[at] = (struct used) { id, n_points };
		d->n_used++;
	}
	return true;
}

static int by_start(const void *a, const void *b)
{
	const struct run *const left = a, *const right = b;
	return left->start != right->start ? (left->start > right->start) - (left->start < right->start)
	                                   : (left->end > right->end) - (left->end < right->end);
}

/* Masks come from an index map, where a pixel belongs to one object; those of one image follow each other. */
static void end_image(struct document *d)
{
	if (d->n_runs > 1) {
		qsort(d->runs, d->n_runs, sizeof(*d->runs), by_start);
	}
	for (size_t i = 1; i < d->n_runs; i++) {
		const struct run *const before = &d->runs[i - 1], *const run = &d->runs[i];
		if (run->start < before->end) {
			BLAME(d, VERIFY_COCO_OVERLAP,
			      "annotations[%" PRIu64 "]: its mask overlaps that of annotations[%" PRIu64
			      "] at pixel (%" PRIu32 ",%" PRIu32 ")",
			      RV_MAX(run->position, before->position), RV_MIN(run->position, before->position),
			      run->start / d->height, run->start % d->height);
			break;
		}
	}
	d->n_runs = 0;
}

static void add_runs(struct document *d, uint64_t image_id, uint64_t position, uint32_t width, uint32_t height)
{
	if (d->image_id != image_id || d->width != width || d->height != height || d->n_runs > RUNS_MAX) {
		end_image(d);
	}
	d->image_id = image_id;
	d->width = width;
	d->height = height;
	for (size_t i = 1; i < d->rle.len; i += 2) {
		RV_GROW(d->runs, d->n_runs, d->cap_runs);
		d->runs[d->n_runs++] = (struct run) { d->rle.ends[i - 1], d->rle.ends[i], position };
	}
}

static bool is_box(struct rv_json bbox, const uint32_t wanted[4])
{
	bool is = rv_json_len(bbox) == 4;
	for (size_t i = 0; is && i < 4; i++) {
		uint64_t value;
		is = rv_json_u64(rv_json_at(bbox, i), wanted[i], wanted[i], &value);
	}
	return is;
}

/* Area and box are those of the mask; `kind` is what that was written as. */
static void check_measures(struct document *d, struct rv_json element, const char *kind, uint64_t wanted,
                           const uint32_t box[4])
{
	uint64_t area;
	if (!rv_json_u64(rv_json_get(element, "area"), 1, UINT64_MAX, &area) || area != wanted) {
		BLAME(d, VERIFY_COCO_AREA, "%s: area is %.15g, but the %s hold %" PRIu64 " pixels", d->who.ptr,
		      rv_json_number(rv_json_get(element, "area"), 0), kind, wanted);
	}
	if (!is_box(rv_json_get(element, "bbox"), box)) {
		BLAME(d, VERIFY_COCO_BBOX,
		      "%s: bbox is not that of the %s, [%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]", d->who.ptr,
		      kind, box[0], box[1], box[2], box[3]);
	}
}

/* The size of the run lengths; false when they are of no use. Else d->rle has them. */
static bool take_runs(struct document *d, struct rv_json element, uint32_t *width, uint32_t *height)
{
	const struct rv_json rle = rv_json_get(element, "segmentation"), size = rv_json_get(rle, "size");
	struct rv_err wrong = RV_ERR_INIT;
	size_t len;
	uint64_t w, h;
	const char *const counts = rv_json_string(rv_json_get(rle, "counts"), &len);
	if (!counts || rv_json_len(size) != 2 || !rv_json_u64(rv_json_at(size, 0), 1, RV_IMAGE_SIDE_MAX, &h) ||
	    !rv_json_u64(rv_json_at(size, 1), 1, RV_IMAGE_SIDE_MAX, &w)) {
		BLAME(d, VERIFY_COCO_RLE, "%s: no run lengths {\"size\":[h,w],\"counts\":\"...\"}", d->who.ptr);
		return false;
	}
	*width = (uint32_t)w;
	*height = (uint32_t)h;
	if (verify_rle_read(&d->rle, *width, *height, counts, len, &wrong) < 0) {
		BLAME(d, VERIFY_COCO_RLE, "%s: %s", d->who.ptr, wrong.text);
		return false;
	}
	if (!d->is_foreign) {
		check_measures(d, element, "run lengths", d->rle.area_px, d->rle.bbox);
	} else if (fabs(rv_json_number(rv_json_get(element, "area"), 0) - (double)d->rle.area_px) > 1) {
		BLAME(d, VERIFY_COCO_AREA, "%s: area is not that of the run lengths, %" PRIu64 " pixels", d->who.ptr,
		      d->rle.area_px);
	}
	return true;
}

/* Of simplified outlines area and box are the mask's: they lie in its box, and fill about as much as they say. Along a
 * slanting side it is not told which pixels they fill: as many as the box is wide and high may be in doubt. */
static void check_simplified(struct document *d, struct rv_json element, double filled, const uint32_t box[4])
{
	const double iou = rv_json_number(rv_json_get(element, FORMAT_COCO_IOU), NAN),
	             area = rv_json_number(rv_json_get(element, "area"), NAN);
	uint64_t is[4] = { 0 };
	bool has_box = true;
	for (size_t i = 0; i < 4; i++) {
		has_box &= rv_json_u64(rv_json_at(rv_json_get(element, "bbox"), i), 0, RV_IMAGE_SIDE_MAX, &is[i]);
	}
	if (!has_box || box[0] < is[0] || box[1] < is[1] || box[0] + box[2] > is[0] + is[2] ||
	    box[1] + box[3] > is[1] + is[3]) {
		BLAME(d, VERIFY_COCO_BBOX, "%s: its simplified outlines are not within bbox", d->who.ptr);
	}
	if (!(iou >= 0 && iou <= 1 && area >= 1) ||
	    fabs(area - filled) > (1 - iou) * fmax(area, filled) + (double)(is[2] + is[3])) {
		BLAME(d, VERIFY_COCO_AREA, "%s: area is %.15g, but its simplified outlines hold %.15g", d->who.ptr,
		      area, filled);
	}
}

static void take_polygons(struct document *d, struct rv_json element)
{
	const struct rv_json polygons = rv_json_get(element, "segmentation");
	uint32_t least[2] = { UINT32_MAX, UINT32_MAX }, most[2] = { 0, 0 };
	int64_t doubled = 0;
	bool is_good = true;
	for (size_t i = 0; i < rv_json_len(polygons) && is_good; i++) {
		is_good = verify_coco_outline(rv_json_at(polygons, i), &doubled, least, most);
	}
	if (!is_good) {
		BLAME(d, VERIFY_COCO_POLYGON, "%s: an outline has no three points on the borders of pixels",
		      d->who.ptr);
		return;
	}
	const uint32_t box[4] = { least[0], least[1], most[0] - least[0], most[1] - least[1] };
	if (rv_json_type(rv_json_get(element, FORMAT_COCO_IOU)) != RV_JSON_NONE) {
		check_simplified(d, element, (double)doubled / 2, box);
	} else {
		check_measures(d, element, "outlines", (uint64_t)doubled / 2, box);
	}
}

/* The box, and a segmentation where there is one. */
static void take_loosely(struct document *d, struct rv_json element, struct verify_coco_annotation *annotation)
{
	const struct rv_json shape = rv_json_get(element, "segmentation"), size = rv_json_get(shape, "size");
	const struct rv_json counts = rv_json_get(shape, "counts");
	const char *fault = verify_coco_box(rv_json_get(element, "bbox"), &annotation->right, &annotation->bottom);
	if (fault) {
		BLAME(d, VERIFY_COCO_BBOX, "%s: %s", d->who.ptr, fault);
	}
	if (!(rv_json_number(rv_json_get(element, "area"), 0) > 0)) {
		BLAME(d, VERIFY_COCO_AREA, "%s: area is not a number above 0", d->who.ptr);
	}
	if (rv_json_type(shape) == RV_JSON_ARRAY) {
		fault = verify_coco_outlines(shape);
		if (fault) {
			BLAME(d, VERIFY_COCO_POLYGON, "%s: %s", d->who.ptr, fault);
		}
	} else if (rv_json_type(counts) == RV_JSON_ARRAY) {
		uint64_t height = 0, width = 0;
		const bool has_size = rv_json_u64(rv_json_at(size, 0), 1, RV_IMAGE_SIDE_MAX, &height) &&
		                      rv_json_u64(rv_json_at(size, 1), 1, RV_IMAGE_SIDE_MAX, &width);
		fault = has_size ? verify_coco_counts(counts, width * height) : "run lengths without a size";
		if (fault) {
			BLAME(d, VERIFY_COCO_RLE, "%s: %s", d->who.ptr, fault);
		}
		annotation->width = has_size ? (uint32_t)width : 0;
		annotation->height = has_size ? (uint32_t)height : 0;
	} else if (rv_json_len(shape) > 0 && take_runs(d, element, &annotation->width, &annotation->height)) {
		add_runs(d, annotation->image_id, annotation->position, annotation->width, annotation->height);
	}
}

static void take_shape(struct document *d, struct rv_json element, struct verify_coco_annotation *annotation)
{
	const struct rv_json shape = rv_json_get(element, "segmentation");
	if (d->is_foreign) {
		take_loosely(d, element, annotation);
	} else if (rv_json_len(shape) > 0 && rv_json_type(shape) == RV_JSON_ARRAY) {
		take_polygons(d, element);
	} else if (take_runs(d, element, &annotation->width, &annotation->height)) {
		add_runs(d, annotation->image_id, annotation->position, annotation->width, annotation->height);
	}
}

static bool is_no_crowd(const struct document *d, struct rv_json element)
{
	const struct rv_json crowd = rv_json_get(element, "iscrowd");
	uint64_t value;
	return rv_json_u64(crowd, 0, 0, &value) || (d->is_foreign && rv_json_type(crowd) == RV_JSON_NONE);
}

static int take_annotation(struct document *d, struct rv_json element, uint64_t position, struct rv_err *err)
{
	struct verify_coco_annotation annotation = { .position = position };
	uint64_t category;
	if (!take_id(d, element, 1, &annotation.id)) {
		return 0;
	}
	const char *fault = verify_coco_points(element);
	if (rv_json_u64(rv_json_get(element, "category_id"), 0, ID_MAX, &category)) {
		annotation.category = category;
		const size_t n_points = rv_json_len(rv_json_get(element, "keypoints")) / 3;
		if (!use_category(d, category, n_points) && !fault) {
			fault = "another annotation of its category has another number of keypoints";
		}
	} else {
		BLAME(d, VERIFY_COCO_REFERENCE, "%s: its category_id names no category", d->who.ptr);
	}
	if (fault) {
		BLAME(d, VERIFY_COCO_KEYPOINTS, "%s: %s", d->who.ptr, fault);
	}
	if (!is_no_crowd(d, element)) {
		BLAME(d, VERIFY_COCO_CROWD, "%s: iscrowd is not 0", d->who.ptr);
	}
	if (!rv_json_u64(rv_json_get(element, "image_id"), 0, ID_MAX, &annotation.image_id)) {
		BLAME(d, VERIFY_COCO_REFERENCE, "%s: its image_id names no image", d->who.ptr);
		return 0;
	}
	for (size_t i = 0; i < 4; i++) {
		annotation.box[i] = rv_json_number(rv_json_at(rv_json_get(element, "bbox"), i), NAN);
	}
	take_shape(d, element, &annotation);
	return d->takes->annotation(d->takes->context, &annotation, err);
}

enum { IMAGES_LIST, ANNOTATIONS_LIST, CATEGORIES_LIST };
static const char *const lists[] = { "images", "annotations", "categories", NULL };

/* An rv_element_fn. */
static int take_element(void *document, size_t list, uint64_t position, struct rv_span text, struct rv_err *err)
{
	static int (*const takes[])(struct document *, struct rv_json, uint64_t,
	                            struct rv_err *) = { take_image, take_annotation, take_category };
	struct document *const d = document;
	struct rv_json element = RV_JSON_INIT;
	if (rv_json_parse(text.ptr, text.len, &element, err) < 0) {
		return -1;
	}
	rv_str_clear(&d->who);
	rv_str_printf(&d->who, "%s[%" PRIu64 "]", lists[list], position);
	const int status = takes[list](d, element, position, err);
	rv_json_release(&element);
	return status;
}

/* ---- the document as a whole ------------------------------------------------------------------------------------ */

/* A category of the document by its id. */
struct listed {
	uint64_t id;
	size_t n_points;
};

static int by_id(const void *a, const void *b)
{
	const uint64_t left = ((const struct listed *)a)->id, right = ((const struct listed *)b)->id;
	return (left > right) - (left < right);
}

/* The categories that annotations name are there, with as many keypoints. */
static void check_references(struct document *d)
{
	struct listed *const listed = rv_alloc_zero(d->categories.len + 1, sizeof(*listed));
	for (size_t i = 0; i < d->categories.len; i++) {
		listed[i] = (struct listed) { d->categories.items[i].id, d->n_points[i] };
	}
	qsort(listed, d->categories.len, sizeof(*listed), by_id);
	for (size_t i = 0, k = 0; i < d->n_used; i++) {
		while (k < d->categories.len && listed[k].id < d->used[i].id) {
			k++;
		}
		if (k == d->categories.len || listed[k].id != d->used[i].id) {
			BLAME(d, VERIFY_COCO_REFERENCE, "category_id %" PRIu64 " of annotations names no category",
			      d->used[i].id);
		} else if (d->used[i].n_points > 0 && d->used[i].n_points != listed[k].n_points) {
			BLAME(d, VERIFY_COCO_KEYPOINTS,
			      "category %" PRIu64 " names %zu keypoints, its annotations have %zu", d->used[i].id,
			      listed[k].n_points, d->used[i].n_points);
		}
	}
	free(listed);
}

/* They are the dataset's in order, and their ids count from 0 or 1: what `base` asked for. */
static bool has_base(const struct document *d, const struct rv_categories *table)
{
	const uint32_t base = d->categories.len > 0 ? d->categories.items[0].id : 0;
	bool has = base <= FORMAT_COCO_BASE_MAX && d->categories.len == table->len;
	for (size_t i = 0; has && i < table->len; i++) {
		has = d->categories.items[i].id == base + i &&
		      strcmp(d->categories.items[i].name, table->items[i].name) == 0;
	}
	return has;
}

/* The dataset's own table is there. */
static void check_table(struct document *d, const struct rv_categories *table)
{
	struct rv_err wrong = RV_ERR_INIT;
	if (table && !has_base(d, table) &&
	    rv_categories_agree(&d->categories, d->path, table, RV_CATEGORIES_NAME, &wrong) < 0) {
		BLAME(d, VERIFY_COCO_CATEGORY, "%s", wrong.text);
	}
}

static bool has_lists(struct document *d, const struct rv_str *rest)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	bool has = rv_json_parse(rest->ptr, rest->len, &json, &wrong) == 0;
	for (size_t i = 0; has && lists[i]; i++) {
		has = rv_json_type(rv_json_get(json, lists[i])) == RV_JSON_ARRAY;
		if (!has) {
			BLAME(d, VERIFY_COCO_JSON, "there is no array '%s'", lists[i]);
		}
	}
	rv_json_release(&json);
	return has;
}

/* What failed: the document, which is a problem, or the environment. */
static bool is_problem(const struct rv_err *err)
{
	return err->code == RV_E_BAD_JSON || err->code == RV_E_LIMIT || err->code == RV_E_BAD_FILE;
}

int verify_coco_read(const struct rv_source *source, const char *path, const struct verify_coco_takes *takes,
                     const struct rv_categories *categories, bool is_foreign, struct verify_problems *problems,
                     struct rv_err *err)
{
	struct document d = { .path = path,
		              .is_foreign = is_foreign,
		              .takes = takes,
		              .problems = problems,
		              .who = RV_STR_INIT,
		              .rle = VERIFY_RLE_INIT,
		              .categories = RV_CATEGORIES_INIT };
	struct rv_str rest = RV_STR_INIT;
	int status = rv_elements_read(source, lists, take_element, &d, &rest, err);
	if (status < 0 && is_problem(err)) {
		BLAME(&d, VERIFY_COCO_JSON, "%s", err->text);
		status = 0;
	} else if (status == 0) {
		end_image(&d);
		if (has_lists(&d, &rest)) {
			check_references(&d);
			check_table(&d, categories);
		}
	}
	rv_str_release(&rest);
	rv_str_release(&d.who);
	verify_rle_release(&d.rle);
	rv_categories_release(&d.categories);
	free(d.used);
	free(d.n_points);
	free(d.runs);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* COCO annotation files: see coco.h. */
#include "verify/coco.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "image.h"
#include "rle.h"
#include "scan.h"
#include "verify/labels.h"

#define ID_MAX (UINT64_C(1) << 53)

struct coco_image {
	uint64_t id;
	uint32_t width, height;
	char *file_name;
};

struct ids {
	uint64_t *items;
	size_t len, cap;
};

struct coco {
	const char *subject;
	verify_coco_size_fn *size_of;
	void *context;
	struct verify_problems *problems;
	struct coco_image *images;
	size_t n_images, images_cap;
	struct ids categories, annotations;
	uint64_t image_of_mask; /* the image whose masks `covered` holds */
	uint8_t *covered, *mask;
	size_t covered_cap;
};

typedef void element_fn(struct coco *coco, struct rv_json element, size_t position);

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static int compare_image_id(const void *a, const void *b)
{
	return compare_u64(&((const struct coco_image *)a)->id, &((const struct coco_image *)b)->id);
}

static int compare_file_name(const void *a, const void *b)
{
	return strcmp(((const struct coco_image *)a)->file_name, ((const struct coco_image *)b)->file_name);
}

/* Sorts the ids and tells of one that comes twice. */
static void sort_ids(struct coco *coco, struct ids *ids, const char *list)
{
	if (ids->len > 1) {
		qsort(ids->items, ids->len, sizeof(*ids->items), compare_u64);
	}
	for (size_t i = 1; i < ids->len; i++) {
		if (ids->items[i] == ids->items[i - 1]) {
			verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "%s: id %" PRIu64 " comes twice",
			                    list, ids->items[i]);
			return;
		}
	}
}

static bool take_id(struct coco *coco, struct rv_json element, const char *list, size_t position, uint64_t min,
                    uint64_t *id)
{
	if (rv_json_u64(rv_json_get(element, "id"), min, ID_MAX, id)) {
		return true;
	}
	verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "%s[%zu].id is not a whole number from %" PRIu64,
	                    list, position, min);
	return false;
}

static void take_category(struct coco *coco, struct rv_json element, size_t position)
{
	uint64_t id;
	size_t len = 0;
	if (!rv_json_string(rv_json_get(element, "name"), &len) || len == 0) {
		verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "categories[%zu] has no name", position);
	}
	if (take_id(coco, element, "categories", position, 0, &id)) {
		RV_GROW(coco->categories.items, coco->categories.len, coco->categories.cap);
		coco->categories.items[coco->categories.len++] = id;
	}
}

static void take_image(struct coco *coco, struct rv_json element, size_t position)
{
	uint64_t id, width, height;
	uint32_t true_width, true_height;
	const char *file_name = rv_json_string(rv_json_get(element, "file_name"), NULL);
	if (!take_id(coco, element, "images", position, 0, &id)) {
		return;
	}
	if (!file_name || !rv_json_u64(rv_json_get(element, "width"), 1, RV_IMAGE_SIDE_MAX, &width) ||
	    !rv_json_u64(rv_json_get(element, "height"), 1, RV_IMAGE_SIDE_MAX, &height)) {
		verify_problems_add(coco->problems, RV_E_LABEL, coco->subject,
		                    "images[%zu] lacks file_name, width or height", position);
		return;
	}
	if (!coco->size_of(coco->context, file_name, &true_width, &true_height)) {
		verify_problems_add(coco->problems, RV_E_MISSING_FILE, coco->subject,
		                    "images[%zu]: '%s' is not in the dataset", position, file_name);
	} else if (true_width != width || true_height != height) {
		verify_problems_add(coco->problems, RV_E_LABEL, coco->subject,
		                    "images[%zu] is said to be %" PRIu64 "x%" PRIu64 ", but '%s' is %" PRIu32
		                    "x%" PRIu32,
		                    position, width, height, file_name, true_width, true_height);
	}
	RV_GROW(coco->images, coco->n_images, coco->images_cap);
	coco->images[coco->n_images++] =
	        (struct coco_image) { id, (uint32_t)width, (uint32_t)height, rv_strdup(file_name) };
}

/* Masks come from an index map, where a pixel belongs to one object; those of one image follow each other. */
static void check_overlap(struct coco *coco, const struct coco_image *image, const struct rv_rle *rle, const char *who)
{
	size_t n = (size_t)image->width * image->height;
	if (n > coco->covered_cap) {
		coco->covered = rv_realloc(coco->covered, n, 1);
		coco->mask = rv_realloc(coco->mask, n, 1);
		coco->covered_cap = n;
		coco->image_of_mask = UINT64_MAX;
	}
	if (coco->image_of_mask != image->id) {
		memset(coco->covered, 0, n);
		coco->image_of_mask = image->id;
	}
	rv_rle_to_mask(rle, coco->mask);
	for (size_t i = 0; i < n; i++) {
		if (coco->mask[i] & coco->covered[i]) {
			verify_problems_add(coco->problems, RV_E_LABEL, coco->subject,
			                    "%s: its mask overlaps another at pixel (%zu,%zu)", who, i % image->width,
			                    i / image->width);
			return;
		}
		coco->covered[i] |= coco->mask[i];
	}
}

static void take_annotation(struct coco *coco, struct rv_json element, size_t position)
{
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_str who = RV_STR_INIT;
	struct coco_image key = { .id = 0 };
	uint64_t id, category;

	rv_str_printf(&who, "annotations[%zu]", position);
	if (!take_id(coco, element, "annotations", position, 1, &id)) {
		goto out;
	}
	RV_GROW(coco->annotations.items, coco->annotations.len, coco->annotations.cap);
	coco->annotations.items[coco->annotations.len++] = id;
	if (coco->categories.len == 0 || !rv_json_u64(rv_json_get(element, "category_id"), 0, ID_MAX, &category) ||
	    !bsearch(&category, coco->categories.items, coco->categories.len, sizeof(category), compare_u64)) {
		verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "%s: its category_id names no category",
		                    who.ptr);
	}
	const struct coco_image *image = NULL;
	if (coco->n_images > 0 && rv_json_u64(rv_json_get(element, "image_id"), 0, ID_MAX, &key.id)) {
		image = bsearch(&key, coco->images, coco->n_images, sizeof(key), compare_image_id);
	}
	if (!image) {
		verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "%s: its image_id names no image",
		                    who.ptr);
		goto out;
	}
	uint64_t crowd;
	if (!rv_json_u64(rv_json_get(element, "iscrowd"), 0, 0, &crowd)) {
		verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "%s: iscrowd is not 0", who.ptr);
	}
	if (verify_labels_check_rle(rv_json_get(element, "segmentation"), rv_json_get(element, "area"),
	                            rv_json_get(element, "bbox"), image->width, image->height, coco->subject, who.ptr,
	                            &rle, coco->problems)) {
		check_overlap(coco, image, &rle, who.ptr);
	}
out:
	rv_rle_release(&rle);
	rv_str_release(&who);
}

/* The end of the array element that starts at `at`: its comma or the array's bracket. The text is known to be JSON. */
static const char *element_end(const char *at)
{
	for (int depth = 0;; at++) {
		if (*at == '"') {
			for (at++; *at != '"'; at++) {
				at += *at == '\\';
			}
		} else if (*at == '{' || *at == '[') {
			depth++;
		} else if (depth == 0 && (*at == ',' || *at == ']')) {
			return at;
		} else if (*at == '}' || *at == ']') {
			depth--;
		}
	}
}

/* Calls `take` with each element of the array `key` at the top of the document. */
static void for_each(struct coco *coco, const struct rv_str *text, const struct rv_members *members, const char *key,
                     element_fn *take)
{
	for (size_t i = 0; i < members->len; i++) {
		const struct rv_member *member = &members->items[i];
		const char *at = text->ptr + member->value_at, *end = at + member->value_len - 1;
		if (member->key_len != strlen(key) || memcmp(text->ptr + member->key_at, key, member->key_len) != 0 ||
		    *at != '[') {
			continue;
		}
		size_t blank = strspn(at + 1, " \t\r\n");
		if (at + 1 + blank == end) {
			return;
		}
		for (size_t position = 0; at < end; position++) {
			struct rv_json element = RV_JSON_INIT;
			struct rv_err err;
			const char *start = at + 1;
			at = element_end(start);
			if (rv_json_parse(start, (size_t)(at - start), &element, &err) < 0) {
				verify_problems_add_err(coco->problems, coco->subject, &err);
			} else {
				take(coco, element, position);
			}
			rv_json_release(&element);
		}
		return;
	}
	verify_problems_add(coco->problems, RV_E_LABEL, coco->subject, "there is no array '%s'", key);
}

static void sort_images(struct coco *coco)
{
	if (coco->n_images < 2) {
		return;
	}
	qsort(coco->images, coco->n_images, sizeof(*coco->images), compare_file_name);
	for (size_t i = 1; i < coco->n_images; i++) {
		if (compare_file_name(&coco->images[i], &coco->images[i - 1]) == 0) {
			verify_problems_add(coco->problems, RV_E_LABEL, coco->subject,
			                    "images: file_name '%s' comes twice", coco->images[i].file_name);
			break;
		}
	}
	qsort(coco->images, coco->n_images, sizeof(*coco->images), compare_image_id);
	for (size_t i = 1; i < coco->n_images; i++) {
		if (coco->images[i].id == coco->images[i - 1].id) {
			verify_problems_add(coco->problems, RV_E_LABEL, coco->subject,
			                    "images: id %" PRIu64 " comes twice", coco->images[i].id);
			break;
		}
	}
}

void verify_coco_check(const char *path, const char *subject, verify_coco_size_fn *size_of, void *context,
                       struct verify_coco_counts *counts, struct verify_problems *problems)
{
	struct coco coco = { .subject = subject,
		             .size_of = size_of,
		             .context = context,
		             .problems = problems,
		             .image_of_mask = UINT64_MAX };
	struct rv_str text = RV_STR_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_err err = RV_ERR_INIT;

	if (rv_file_read(path, VERIFY_COCO_BYTES_MAX, &text, &err) < 0 ||
	    rv_scan_object(text.ptr, text.len, &members, &err) < 0) {
		verify_problems_add_err(problems, subject, &err);
		goto out;
	}
	for_each(&coco, &text, &members, "categories", take_category);
	sort_ids(&coco, &coco.categories, "categories");
	for_each(&coco, &text, &members, "images", take_image);
	sort_images(&coco);
	for_each(&coco, &text, &members, "annotations", take_annotation);
	sort_ids(&coco, &coco.annotations, "annotations");
	counts->n_images = coco.n_images;
	counts->n_annotations = coco.annotations.len;
out:
	for (size_t i = 0; i < coco.n_images; i++) {
		free(coco.images[i].file_name);
	}
	free(coco.images);
	free(coco.categories.items);
	free(coco.annotations.items);
	free(coco.covered);
	free(coco.mask);
	rv_members_release(&members);
	rv_str_release(&text);
}

/* SPDX-License-Identifier: MIT */
/* COCO's panoptic documents: see coco_panoptic.h. */
#include "verify/formats/coco_panoptic.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "elements.h"
#include "format/coco.h"
#include "json.h"
#include "verify/groups.h"

#define ID_MAX (UINT64_C(1) << 53)
#define SEGMENTS ((size_t)RV_INDEX_MAX + 1)

struct verify_coco_panoptic {
	struct verify_groups *groups; /* "f FILE": its ids, by the file and by a document; "i DOCUMENT ID": an image,
	                               * and its annotation, each with its name without what that ends in */
	struct verify_problems *problems;
};

/* Kinds of parts. */
enum { ANNOTATION = 'a', IMAGE = 'i', MASK = 'm' };

struct verify_coco_panoptic *verify_coco_panoptic_new(void)
{
	struct verify_coco_panoptic *const panoptic = rv_alloc_zero(1, sizeof(*panoptic));
	panoptic->groups = verify_groups_new();
	return panoptic;
}

void verify_coco_panoptic_free(struct verify_coco_panoptic *panoptic)
{
	verify_groups_free(panoptic->groups);
	free(panoptic);
}

bool verify_coco_panoptic_is(const struct verify_item *item)
{
	return strncmp(item->row->name, "panoptic", strlen("panoptic")) == 0;
}

static int add(struct verify_coco_panoptic *panoptic, char list, const char *name, char kind, const char *path,
               const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%c %s", list, name);
	const int status = verify_groups_add(panoptic->groups, key.ptr, kind, path, text, err);
	rv_str_release(&key);
	return status;
}

/* ---- a picture of ids -------------------------------------------------------------------------------------------- */

struct segment {
	uint64_t area_px;
	uint32_t left, top, right, bottom;
};

static void put_segment(uint64_t id, const struct segment *segment, struct rv_str *text)
{
	rv_str_printf(text, "%" PRIu64 ": %" PRIu64 " px at %" PRIu32 ",%" PRIu32 " %" PRIu32 "x%" PRIu32 "; ", id,
	              segment->area_px, segment->left, segment->top, segment->right - segment->left + 1,
	              segment->bottom - segment->top + 1);
}

/* Appends what is to be said of each id, in their order; false where one is none of an object. */
static bool put_ids(const struct rv_image *image, struct rv_str *text)
{
	struct segment *const segments = rv_alloc_zero(SEGMENTS, sizeof(*segments));
	bool is_good = true;
	for (uint32_t y = 0; y < image->height && is_good; y++) {
		for (uint32_t x = 0; x < image->width && is_good; x++) {
			const uint8_t *const rgb = &image->u8[3 * ((size_t)y * image->width + x)];
			struct segment *const segment = &segments[rgb[0] | (size_t)rgb[1] << 8];
			is_good = rgb[2] == 0;
			if (segment->area_px++ == 0) {
				*segment = (struct segment) { 1, x, y, x, y };
			}
			segment->left = RV_MIN(segment->left, x);
			segment->right = RV_MAX(segment->right, x);
			segment->bottom = y;
		}
	}
	for (size_t id = 1; id < SEGMENTS && is_good; id++) {
		if (segments[id].area_px > 0) {
			put_segment(id, &segments[id], text);
		}
	}
	free(segments);
	return is_good;
}

static int read_mask(struct verify_coco_panoptic *panoptic, struct verify_item *item, struct rv_err *err)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	const struct rv_image *const image = &decoded.image;
	int status = 0;
	if (verify_decode(item->source, item->path, true, &decoded, &wrong) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &wrong);
	} else if (image->channels != 3 || image->pixel != RV_PIXEL_U8 || !put_ids(image, &text)) {
		verify_problems_add(item->problems, VERIFY_COCO_SEGMENT, item->path,
		                    "it is no PNG of RGB, or has an id above %d", RV_INDEX_MAX);
	} else {
		status = add(panoptic, 'f', item->path, MASK, item->path, text.ptr, err);
	}
	verify_decoded_release(&decoded);
	rv_str_release(&text);
	return status;
}

/* ---- a document -------------------------------------------------------------------------------------------------- */

/* A set of ids, sorted. */
struct ids {
	uint64_t *items;
	size_t n, cap;
};

/* Where an id is, or belongs. */
static size_t find_id(const struct ids *ids, uint64_t id)
{
	size_t first = 0, end = ids->n;
	while (first < end) {
		const size_t middle = (first + end) / 2;
		if (ids->items[middle] < id) {
			first = middle + 1;
		} else {
			end = middle;
		}
	}
	return first;
}

static bool has_id(const struct ids *ids, uint64_t id)
{
	const size_t at = find_id(ids, id);
	return at < ids->n && ids->items[at] == id;
}

static void add_id(struct ids *ids, uint64_t id)
{
	const size_t at = find_id(ids, id);
	if (at < ids->n && ids->items[at] == id) {
		return;
	}
	RV_GROW(ids->items, ids->n, ids->cap);
	memmove(&ids->items[at + 1], &ids->items[at], (ids->n++ - at) * sizeof(*ids->items));
	ids->items[at] = id;
}

struct document {
	struct verify_coco_panoptic *panoptic;
	struct verify_item *item;
	struct rv_str who;       /* "annotations[3]" */
	struct ids used, listed; /* of categories */
};

#define BLAME(d, check, ...) verify_problems_add((d)->item->problems, check, (d)->item->path, __VA_ARGS__)

static int add_named(struct document *d, uint64_t id, char kind, const char *file, struct rv_err *err)
{
	const char *const dot = strrchr(file, '.');
	char *const stem = rv_strndup(file, dot ? (size_t)(dot - file) : strlen(file));
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s %016" PRIx64, d->item->path, id);
	const int status = add(d->panoptic, 'i', name.ptr, kind, d->item->path, stem, err);
	rv_str_release(&name);
	free(stem);
	return status;
}

static int take_image(struct document *d, struct rv_json element, struct rv_err *err)
{
	uint64_t id;
	const char *const file = rv_json_string(rv_json_get(element, "file_name"), NULL);
	if (!file || !rv_json_u64(rv_json_get(element, "id"), 1, ID_MAX, &id)) {
		BLAME(d, VERIFY_COCO_PANOPTIC, "%s lacks id or file_name", d->who.ptr);
		return 0;
	}
	return add_named(d, id, IMAGE, file, err);
}

/* Reads an element of segments_info; false where it lacks something. */
static bool read_segment(struct document *d, struct rv_json element, uint64_t *id, struct segment *segment)
{
	uint64_t box[4], category, crowd;
	bool is_whole = rv_json_u64(rv_json_get(element, "id"), 1, RV_INDEX_MAX, id) &&
	                rv_json_u64(rv_json_get(element, "category_id"), 0, RV_CATEGORY_ID_MAX, &category) &&
	                rv_json_u64(rv_json_get(element, "area"), 1, ID_MAX, &segment->area_px) &&
	                rv_json_u64(rv_json_get(element, "iscrowd"), 0, 0, &crowd);
	for (size_t i = 0; i < 4; i++) {
		is_whole = is_whole && rv_json_u64(rv_json_at(rv_json_get(element, "bbox"), i), i < 2 ? 0 : 1,
		                                   RV_IMAGE_SIDE_MAX, &box[i]);
	}
	if (is_whole) {
		add_id(&d->used, category);
		segment->left = (uint32_t)box[0];
		segment->top = (uint32_t)box[1];
		segment->right = (uint32_t)(box[0] + box[2] - 1);
		segment->bottom = (uint32_t)(box[1] + box[3] - 1);
	}
	return is_whole;
}

/* The segments in the order of their ids. */
static bool put_segments(struct document *d, struct rv_json list, struct rv_str *text)
{
	struct segment *const segments = rv_alloc_zero(SEGMENTS, sizeof(*segments));
	bool is_good = rv_json_type(list) == RV_JSON_ARRAY;
	for (size_t i = 0; i < rv_json_len(list) && is_good; i++) {
		struct segment segment;
		uint64_t id = 0;
		is_good = read_segment(d, rv_json_at(list, i), &id, &segment) && segments[id].area_px == 0;
		if (is_good) {
			segments[id] = segment;
		}
	}
	for (size_t id = 1; id < SEGMENTS && is_good; id++) {
		if (segments[id].area_px > 0) {
			put_segment(id, &segments[id], text);
		}
	}
	free(segments);
	return is_good;
}

static int take_annotation(struct document *d, struct rv_json element, struct rv_err *err)
{
	uint64_t id;
	struct rv_str text = RV_STR_INIT, path = RV_STR_INIT;
	const char *const file = rv_json_string(rv_json_get(element, "file_name"), NULL);
	int status = 0;
	if (!file || !rv_json_u64(rv_json_get(element, "image_id"), 1, ID_MAX, &id) ||
	    !put_segments(d, rv_json_get(element, "segments_info"), &text)) {
		BLAME(d, VERIFY_COCO_PANOPTIC,
		      "%s lacks image_id, file_name or whole segments_info, or an id is twice in it", d->who.ptr);
	} else {
		rv_str_printf(&path, "%s%s", FORMAT_COCO_PANOPTIC, file);
		status = add(d->panoptic, 'f', path.ptr, ANNOTATION, d->item->path, text.ptr, err) < 0
		                 ? -1
		                 : add_named(d, id, ANNOTATION, file, err);
	}
	rv_str_release(&text);
	rv_str_release(&path);
	return status;
}

static int take_category(struct document *d, struct rv_json element, struct rv_err *err RV_UNUSED)
{
	uint64_t id, is_thing;
	if (!rv_json_u64(rv_json_get(element, "id"), 0, RV_CATEGORY_ID_MAX, &id) ||
	    !rv_json_u64(rv_json_get(element, "isthing"), 0, 1, &is_thing) ||
	    !rv_json_string(rv_json_get(element, "name"), NULL) || rv_json_len(rv_json_get(element, "color")) != 3) {
		BLAME(d, VERIFY_COCO_PANOPTIC, "%s lacks id, name, isthing or color", d->who.ptr);
	} else {
		add_id(&d->listed, id);
	}
	return 0;
}

static const char *const lists[] = { "images", "annotations", "categories", NULL };

/* An rv_element_fn. */
static int take_element(void *document, size_t list, uint64_t position, struct rv_span text, struct rv_err *err)
{
	static int (*const takes[])(struct document *, struct rv_json, struct rv_err *) = { take_image, take_annotation,
		                                                                            take_category };
	struct document *const d = document;
	struct rv_json element = RV_JSON_INIT;
	if (rv_json_parse(text.ptr, text.len, &element, err) < 0) {
		return -1;
	}
	rv_str_clear(&d->who);
	rv_str_printf(&d->who, "%s[%" PRIu64 "]", lists[list], position);
	const int status = takes[list](d, element, err);
	rv_json_release(&element);
	return status;
}

static int read_document(struct verify_coco_panoptic *panoptic, struct verify_item *item, struct rv_err *err)
{
	struct document d = { .panoptic = panoptic, .item = item, .who = RV_STR_INIT };
	struct rv_str rest = RV_STR_INIT;
	int status = rv_elements_read(item->source, lists, take_element, &d, &rest, err);
	if (status < 0 && (err->code == RV_E_BAD_JSON || err->code == RV_E_LIMIT || err->code == RV_E_BAD_FILE)) {
		BLAME(&d, VERIFY_COCO_PANOPTIC, "%s", err->text);
		status = 0;
	}
	for (size_t i = 0; i < d.used.n && status == 0; i++) {
		if (!has_id(&d.listed, d.used.items[i])) {
			BLAME(&d, VERIFY_COCO_PANOPTIC, "category_id %" PRIu64 " of segments names no category",
			      d.used.items[i]);
			break;
		}
	}
	rv_str_release(&rest);
	rv_str_release(&d.who);
	free(d.used.items);
	free(d.listed.items);
	return status;
}

int verify_coco_panoptic_file(struct verify_coco_panoptic *panoptic, struct verify_item *item, struct rv_err *err)
{
	return verify_item_is(item, "panoptic-mask") ? read_mask(panoptic, item, err)
	                                             : read_document(panoptic, item, err);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	struct verify_coco_panoptic *const panoptic = state;
	const bool is_file = key[0] == 'f', is_pair = n == 2 && parts[0].kind != parts[1].kind;
	if (!is_pair) {
		verify_problems_add(panoptic->problems, VERIFY_COCO_PANOPTIC, parts[0].path,
		                    is_file ? "'%s' is not once in annotations and once in the dataset"
		                            : "image '%s' is not once in images and once in annotations",
		                    is_file ? key + 2 : parts[0].text);
	} else if (strcmp(parts[0].text, parts[1].text) != 0 && is_file) {
		verify_problems_add(panoptic->problems, VERIFY_COCO_SEGMENT, parts[0].path,
		                    "'%s' is said to have [%s], but has [%s]", key + 2, parts[0].text, parts[1].text);
	} else if (strcmp(parts[0].text, parts[1].text) != 0) {
		verify_problems_add(panoptic->problems, VERIFY_COCO_PANOPTIC, parts[0].path,
		                    "the segments of image '%s' are in '%s'", parts[1].text, parts[0].text);
	}
	return 0;
}

int verify_coco_panoptic_end(struct verify_coco_panoptic *panoptic, struct verify_problems *problems,
                             struct rv_err *err)
{
	panoptic->problems = problems;
	return verify_groups_end(panoptic->groups, visit, panoptic, err);
}

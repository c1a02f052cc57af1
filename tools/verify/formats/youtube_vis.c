/* SPDX-License-Identifier: MIT */
/*
 * YouTube-VIS: of each split a document whose videos are the frames that are there, in order and of their size, and
 * whose annotations have lists as long as their video, with masks that decode to the boxes and areas beside them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "elements.h"
#include "json.h"
#include "verify/format.h"
#include "verify/groups.h"
#include "verify/rle.h"

#define ID_MAX (UINT64_C(1) << 53)

struct vis {
	const struct verify_context *context;
	struct verify_groups *videos; /* "SPLIT/NAME": its frames, "COUNT W H", and what documents say, "W H LENGTH" */
	struct verify_groups *ids;    /* "SPLIT/v ID": a video and its annotations, "W H LENGTH"; "SPLIT/a ID" */
	struct verify_problems *problems;
};

/* Kinds of parts. */
enum { ANNOTATION = 'a', FRAME = 'f', VIDEO = 'v' };

/* A document while it is read. */
struct document {
	struct vis *vis;
	struct verify_item *item;
	struct verify_rle rle;
	struct rv_str who; /* "annotations[3]" */
};

static void *open_vis(const struct verify_context *context)
{
	struct vis *const vis = rv_alloc_zero(1, sizeof(*vis));
	vis->context = context;
	vis->videos = verify_groups_new();
	vis->ids = verify_groups_new();
	return vis;
}

static void free_vis(void *state)
{
	struct vis *const vis = state;
	verify_groups_free(vis->videos);
	verify_groups_free(vis->ids);
	free(vis);
}

#define BLAME(d, check, ...) verify_problems_add((d)->item->problems, check, (d)->item->path, __VA_ARGS__)

/* ---- elements ---------------------------------------------------------------------------------------------------- */

static int add_id(struct document *d, char list, uint64_t id, char kind, const char *text, struct rv_err *err)
{
	char key[48];
	snprintf(key, sizeof(key), "%s/%c %016" PRIx64, d->item->place.split, list, id);
	return verify_groups_add(d->vis->ids, key, kind, d->item->path, text, err);
}

/* Appends "W H LENGTH"; false where the element lacks one of them. */
static bool put_size(struct rv_json element, struct rv_str *text)
{
	static const char *const keys[] = { "width", "height", "length" };
	for (size_t i = 0; i < RV_COUNTOF(keys); i++) {
		uint64_t value;
		if (!rv_json_u64(rv_json_get(element, keys[i]), 1, UINT32_MAX, &value)) {
			return false;
		}
		rv_str_printf(text, "%s%" PRIu64, i > 0 ? " " : "", value);
	}
	return true;
}

/* The folder that all file_names of a video are in, "NAME/00000.png" and so on, and what they end in; false where they
 * are not. */
static bool name_of(struct rv_json element, struct rv_str *name, struct rv_str *ending)
{
	const struct rv_json files = rv_json_get(element, "file_names");
	uint64_t length;
	if (!rv_json_u64(rv_json_get(element, "length"), rv_json_len(files), rv_json_len(files), &length) ||
	    length == 0) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		const char *const file = rv_json_string(rv_json_at(files, i), NULL);
		char wanted[32];
		const int len = snprintf(wanted, sizeof(wanted), "/%05zu.", i);
		if (i == 0 && file) {
			rv_str_append(name, file, strcspn(file, "/"));
			rv_str_puts(ending, strrchr(file, '.') ? strrchr(file, '.') : "");
		}
		if (!file || strncmp(file, name->ptr, name->len) != 0 ||
		    strncmp(file + name->len, wanted, (size_t)len) != 0 ||
		    strcmp(file + name->len + len - 1, ending->ptr) != 0) {
			return false;
		}
	}
	return true;
}

static int take_video(struct document *d, struct rv_json element, struct rv_err *err)
{
	struct rv_str size = RV_STR_INIT, key = RV_STR_INIT, name = RV_STR_INIT, ending = RV_STR_INIT,
	              said = RV_STR_INIT;
	uint64_t id;
	int status = 0;
	if (!rv_json_u64(rv_json_get(element, "id"), 1, ID_MAX, &id) || !put_size(element, &size) ||
	    !name_of(element, &name, &ending)) {
		BLAME(d, VERIFY_YOUTUBE_VIS_VIDEO,
		      "%s lacks id, width, height, length, or so many frames of one folder", d->who.ptr);
	} else {
		rv_str_printf(&key, "%s/%s", d->item->place.split, name.ptr);
		rv_str_printf(&said, "%s %s", size.ptr, ending.ptr);
		status = verify_groups_add(d->vis->videos, key.ptr, VIDEO, d->item->path, said.ptr, err) < 0
		                 ? -1
		                 : add_id(d, 'v', id, VIDEO, size.ptr, err);
	}
	rv_str_release(&size);
	rv_str_release(&key);
	rv_str_release(&name);
	rv_str_release(&ending);
	rv_str_release(&said);
	return status;
}

/* What is wrong in one frame, or NULL. */
static const char *fault_in_frame(struct document *d, struct rv_json shape, struct rv_json box, struct rv_json area)
{
	const bool is_seen = rv_json_type(shape) != RV_JSON_NULL;
	struct rv_err wrong = RV_ERR_INIT;
	uint64_t h, w, value;
	size_t len;
	if (is_seen != (rv_json_type(box) != RV_JSON_NULL) || is_seen != (rv_json_type(area) != RV_JSON_NULL)) {
		return "mask, box and area are not null together";
	}
	if (!is_seen) {
		return NULL;
	}
	const char *const counts = rv_json_string(rv_json_get(shape, "counts"), &len);
	if (!counts || !rv_json_u64(rv_json_at(rv_json_get(shape, "size"), 0), 1, UINT16_MAX, &h) ||
	    !rv_json_u64(rv_json_at(rv_json_get(shape, "size"), 1), 1, UINT16_MAX, &w) ||
	    verify_rle_read(&d->rle, (uint32_t)w, (uint32_t)h, counts, len, &wrong) < 0) {
		return "run lengths do not decode";
	}
	if (!rv_json_u64(area, d->rle.area_px, d->rle.area_px, &value)) {
		return "an area is not that of the run lengths";
	}
	for (size_t i = 0; i < 4; i++) {
		if (!rv_json_u64(rv_json_at(box, i), d->rle.bbox[i], d->rle.bbox[i], &value)) {
			return "a box is not that of the run lengths";
		}
	}
	return NULL;
}

static bool is_category(const struct rv_categories *categories, uint64_t id)
{
	for (size_t i = 0; categories && i < categories->len; i++) {
		if (categories->items[i].id == id) {
			return true;
		}
	}
	return !categories;
}

static int take_annotation(struct document *d, struct rv_json element, struct rv_err *err)
{
	static const char *const keys[] = { "segmentations", "bboxes", "areas" };
	struct rv_str size = RV_STR_INIT;
	struct rv_json lists[RV_COUNTOF(keys)];
	uint64_t id, video, category, length = 0;
	const bool has_size =
	        put_size(element, &size) && rv_json_u64(rv_json_get(element, "length"), 1, UINT32_MAX, &length);
	bool is_whole = has_size && rv_json_u64(rv_json_get(element, "id"), 1, ID_MAX, &id) &&
	                rv_json_u64(rv_json_get(element, "video_id"), 1, ID_MAX, &video) &&
	                rv_json_u64(rv_json_get(element, "category_id"), 0, ID_MAX, &category);
	for (size_t i = 0; i < RV_COUNTOF(keys); i++) {
		lists[i] = rv_json_get(element, keys[i]);
		is_whole = is_whole && rv_json_len(lists[i]) == length;
	}
	if (!is_whole) {
		BLAME(d, VERIFY_YOUTUBE_VIS_TRACK, "%s lacks an id or its size, or its lists are not of its length",
		      d->who.ptr);
		rv_str_release(&size);
		return 0;
	}
	if (!is_category(d->vis->context->categories, category)) {
		BLAME(d, VERIFY_YOUTUBE_VIS_TRACK, "%s: there is no category %" PRIu64, d->who.ptr, category);
	}
	for (size_t i = 0; i < length; i++) {
		const char *const fault =
		        fault_in_frame(d, rv_json_at(lists[0], i), rv_json_at(lists[1], i), rv_json_at(lists[2], i));
		if (fault) {
			BLAME(d, VERIFY_YOUTUBE_VIS_MASK, "%s, frame %zu: %s", d->who.ptr, i, fault);
			break;
		}
	}
	const int status =
	        add_id(d, 'v', video, ANNOTATION, size.ptr, err) < 0 ? -1 : add_id(d, 'a', id, ANNOTATION, "", err);
	rv_str_release(&size);
	return status;
}

static int take_category(struct document *d, struct rv_json element, struct rv_err *err RV_UNUSED)
{
	uint64_t id;
	if (!rv_json_u64(rv_json_get(element, "id"), 0, ID_MAX, &id) || !is_category(d->vis->context->categories, id) ||
	    !rv_json_string(rv_json_get(element, "name"), NULL)) {
		BLAME(d, VERIFY_YOUTUBE_VIS_TRACK, "%s lacks its name, or has an id that is not in categories.json",
		      d->who.ptr);
	}
	return 0;
}

static const char *const list_names[] = { "videos", "annotations", "categories", NULL };

/* An rv_element_fn. */
static int take_element(void *document, size_t list, uint64_t position, struct rv_span text, struct rv_err *err)
{
	static int (*const takes[])(struct document *, struct rv_json, struct rv_err *) = { take_video, take_annotation,
		                                                                            take_category };
	struct document *const d = document;
	struct rv_json element = RV_JSON_INIT;
	if (rv_json_parse(text.ptr, text.len, &element, err) < 0) {
		return -1;
	}
	rv_str_clear(&d->who);
	rv_str_printf(&d->who, "%s[%" PRIu64 "]", list_names[list], position);
	const int status = takes[list](d, element, err);
	rv_json_release(&element);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static void check_lists(struct document *d, const struct rv_str *rest)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	const bool is_json = rv_json_parse(rest->ptr, rest->len, &json, &wrong) == 0;
	for (size_t i = 0; is_json && list_names[i]; i++) {
		if (rv_json_type(rv_json_get(json, list_names[i])) != RV_JSON_ARRAY) {
			BLAME(d, VERIFY_YOUTUBE_VIS_JSON, "there is no array '%s'", list_names[i]);
		}
	}
	rv_json_release(&json);
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct document d = { .vis = state, .item = item, .rle = VERIFY_RLE_INIT, .who = RV_STR_INIT };
	struct rv_str rest = RV_STR_INIT;
	if (verify_item_is(item, "image")) {
		verify_item_decode(item);
		return 0;
	}
	int status = rv_elements_read(item->source, list_names, take_element, &d, &rest, err);
	if (status == 0) {
		check_lists(&d, &rest);
	} else if (err->code == RV_E_BAD_JSON || err->code == RV_E_LIMIT || err->code == RV_E_BAD_FILE) {
		BLAME(&d, VERIFY_YOUTUBE_VIS_JSON, "%s", err->text);
		status = 0;
	}
	rv_str_release(&rest);
	rv_str_release(&d.who);
	verify_rle_release(&d.rle);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct vis *const vis = state;
	const struct format_place *const place = &item->place;
	struct rv_str key = RV_STR_INIT, said = RV_STR_INIT;
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	rv_str_printf(&key, "%s/%s%s%s", place->split, place->id, place->view[0] ? "." : "", place->view);
	rv_str_printf(&said, "%s %" PRIu32 " %" PRIu32, place->count, item->width, item->height);
	const int status = verify_groups_add(vis->videos, key.ptr, FRAME, item->path, said.ptr, err);
	rv_str_release(&key);
	rv_str_release(&said);
	return status;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static int tell(const struct vis *vis, const char *key, uint64_t n_frames, struct rv_err *err)
{
	char *const id = rv_strdup(strchr(key, '/') + 1), *const dot = strchr(id, '.');
	if (dot) {
		*dot = '\0';
	}
	const struct verify_key sequence = { .id = id, .view = dot ? dot + 1 : "", .frame = "" };
	const int status =
	        verify_census_sequence(vis->context->census, FORMAT_ID_youtube_vis, &sequence, n_frames, err);
	free(id);
	return status;
}

/* A verify_group_fn: frames, then what the document says of them. */
static int visit_video(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = { { VIDEO, "video of instances.json" }, { 0, NULL } };
	struct vis *const vis = state;
	const struct verify_part *const video = verify_group_find(parts, n, VIDEO);
	size_t n_frames = 0;
	char *at = (char *)(uintptr_t)(video ? video->text : "0 0 0");
	const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10), length = strtoull(at, &at, 10);
	for (; n_frames < n && parts[n_frames].kind == FRAME; n_frames++) {
		char *of = (char *)(uintptr_t)parts[n_frames].text;
		const uint64_t count = strtoull(of, &of, 10), w = strtoull(of, &of, 10), h = strtoull(of, &of, 10);
		if (count != n_frames || (video && w > 0 && (w != width || h != height))) {
			verify_problems_add(vis->problems, VERIFY_YOUTUBE_VIS_VIDEO, parts[n_frames].path,
			                    "it is not the frame that comes next, or of another size than its video");
			break;
		}
		if (video && strcmp(strrchr(parts[n_frames].path, '.'), strchr(video->text, '.')) != 0) {
			verify_problems_add(vis->problems, VERIFY_YOUTUBE_VIS_VIDEO, parts[n_frames].path,
			                    "its video names it '*%s'", strchr(video->text, '.'));
		}
	}
	if (n_frames == 0) {
		verify_problems_add(vis->problems, VERIFY_YOUTUBE_VIS_VIDEO, parts[0].path,
		                    "there are no frames of video '%s'", strchr(key, '/') + 1);
		return 0;
	}
	if (verify_group_is_whole(parts, n, kinds, VERIFY_YOUTUBE_VIS_VIDEO, vis->problems) && length != n_frames) {
		verify_problems_add(vis->problems, VERIFY_YOUTUBE_VIS_VIDEO, video->path,
		                    "video '%s' has %zu frames, not %" PRIu64, strchr(key, '/') + 1, n_frames, length);
	}
	return tell(vis, key, n_frames, err);
}

/* A verify_group_fn: an id, which a video has once with its annotations, or an annotation. */
static int visit_id(void *state, const char *key, const struct verify_part *parts, size_t n,
                    struct rv_err *err RV_UNUSED)
{
	struct vis *const vis = state;
	const char *const list = strchr(key, '/') + 1;
	const struct verify_part *const video = verify_group_find(parts, n, VIDEO);
	if (list[0] == 'a' ? n > 1 : video && video + 1 < parts + n) {
		verify_problems_add(vis->problems, VERIFY_YOUTUBE_VIS_TRACK, parts[0].path, "%s: id %llu comes twice",
		                    list[0] == 'a' ? "annotations" : "videos", strtoull(list + 2, NULL, 16));
	}
	for (size_t i = 0; i < n && list[0] == 'v' && parts[i].kind == ANNOTATION; i++) {
		if (!video || strcmp(parts[i].text, video->text) != 0) {
			verify_problems_add(vis->problems, VERIFY_YOUTUBE_VIS_TRACK, parts[i].path,
			                    video ? "an annotation of video %llu has another size or length"
			                          : "an annotation names video %llu, which is not there",
			                    strtoull(list + 2, NULL, 16));
			break;
		}
	}
	return 0;
}

static int end_vis(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct vis *const vis = state;
	vis->problems = problems;
	return verify_groups_end(vis->videos, visit_video, vis, err) < 0
	               ? -1
	               : verify_groups_end(vis->ids, visit_id, vis, err);
}

const struct verify_class verify_youtube_vis = {
	.format = &format_youtube_vis,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_vis,
	.file = look_at_file,
	.take = take_file,
	.end = end_vis,
	.free = free_vis,
};

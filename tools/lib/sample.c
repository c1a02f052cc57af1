/* SPDX-License-Identifier: MIT */
/* A record taken apart: the sample, its frames, views and objects. Files are in sample_files.c, annotations in
 * sample_annotations.c. */
#include "sample.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "image.h"
#include "sample_private.h"

#define FLAW_MAX 4096 /* bytes of a message */

/* ---- flaws ---- */

void rv_sample_flaw(struct rv_sample *sample, enum rv_flaw_kind kind, const char *field, const char *format, ...)
{
	struct rv_str text = RV_STR_INIT;
	va_list args;
	rv_str_printf(&text, "field '%s' ", field);
	va_start(args, format);
	rv_str_vprintf(&text, format, args);
	va_end(args);
	struct rv_flaw *const flaws = rv_sample_grow(sample, (void *)(uintptr_t)sample->flaws, sample->n_flaws,
	                                             &sample->cap_flaws, sizeof(*flaws));
	flaws[sample->n_flaws++] = (struct rv_flaw) { .kind = kind,
		                                      .field = field,
		                                      .text = rv_arena_strndup(&sample->arena, text.ptr,
		                                                               RV_MIN(text.len, (size_t)FLAW_MAX)) };
	sample->flaws = flaws;
	rv_str_release(&text);
}

void *rv_sample_grow(struct rv_sample *sample, void *items, size_t len, size_t *cap, size_t size)
{
	if (len < *cap) {
		return items;
	}
	*cap = *cap > 0 ? *cap * 2 : 16;
	void *const more = rv_arena_alloc(&sample->arena, *cap, size);
	return len > 0 ? memcpy(more, items, len * size) : more;
}

int rv_sample_must_be_whole(const struct rv_sample *sample, struct rv_err *err)
{
	return sample->n_flaws == 0 ? 0 : rv_fail(err, RV_E_BAD_RECORD, "%s", sample->flaws[0].text);
}

/* ---- objects ---- */

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct rv_object *)a)->index, right = ((const struct rv_object *)b)->index;
	return (left > right) - (left < right);
}

static void take_object(struct rv_sample *sample, struct rv_json json, size_t i, struct rv_object *object)
{
	const struct rv_json index = rv_json_get(json, "index"), tags = rv_json_get(json, "tags");
	const enum rv_json_type type = rv_json_type(index), tags_type = rv_json_type(tags);
	const char *const name = rv_json_string(rv_json_get(json, "name"), NULL);
	uint64_t value = 0;
	if (type != RV_JSON_NONE && type != RV_JSON_NULL && !rv_json_u64(index, 0, RV_INDEX_MAX, &value)) {
		rv_sample_flaw(sample, RV_FLAW_OBJECTS, rv_arena_printf(&sample->arena, "objects[%zu].index", i),
		               "must be a whole number in 0..%d", RV_INDEX_MAX);
	}
	if (!name) {
		rv_sample_flaw(sample, RV_FLAW_OBJECTS, rv_arena_printf(&sample->arena, "objects[%zu].name", i),
		               "must be a string");
	}
	if (tags_type != RV_JSON_NONE && tags_type != RV_JSON_ARRAY) {
		rv_sample_flaw(sample, RV_FLAW_OBJECTS, rv_arena_printf(&sample->arena, "objects[%zu].tags", i),
		               "must be an array");
	}
	*object = (struct rv_object) { .index = (uint32_t)value, .name = name ? name : "", .json = json };
}

static void take_objects(struct rv_sample *sample)
{
	const struct rv_json list = rv_json_get(sample->json, "objects");
	const size_t n = rv_json_len(list);
	struct rv_object *const objects = rv_arena_alloc(&sample->arena, n + 1, sizeof(*objects));
	for (size_t i = 0; i < n; i++) {
		take_object(sample, rv_json_at(list, i), i, &objects[i]);
	}
	if (n > 1) {
		qsort(objects, n, sizeof(*objects), by_index);
	}
	for (size_t i = 1; i < n; i++) {
		if (objects[i].index == objects[i - 1].index && objects[i].index != 0) {
			rv_sample_flaw(sample, RV_FLAW_OBJECTS, "objects",
			               "has '%s' and '%s' with the same index %" PRIu32, objects[i - 1].name,
			               objects[i].name, objects[i].index);
		}
	}
	sample->objects = objects;
	sample->n_objects = n;
}

const struct rv_object *rv_sample_object(const struct rv_sample *sample, uint32_t index)
{
	const struct rv_object key = { .index = index };
	return sample->n_objects == 0 || index == 0
	               ? NULL
	               : bsearch(&key, sample->objects, sample->n_objects, sizeof(key), by_index);
}

/* ---- pictures ---- */

/* Those of the record, or of a view; what is not said stays. */
static void take_resolution(struct rv_sample *sample, struct rv_json holder, const char *field, uint32_t *width,
                            uint32_t *height)
{
	const struct rv_json value = rv_json_get(holder, "resolution");
	uint64_t x, y;
	if (rv_json_type(value) == RV_JSON_NONE) {
		return;
	}
	if (rv_json_len(value) != 2 || !rv_json_u64(rv_json_at(value, 0), 1, RV_IMAGE_SIDE_MAX, &x) ||
	    !rv_json_u64(rv_json_at(value, 1), 1, RV_IMAGE_SIDE_MAX, &y)) {
		rv_sample_flaw(sample, RV_FLAW_MEMBERS, rv_arena_printf(&sample->arena, "%sresolution", field),
		               "is not two whole numbers in 1..%d", RV_IMAGE_SIDE_MAX);
		return;
	}
	*width = (uint32_t)x;
	*height = (uint32_t)y;
}

/* A camera of its own, or the one of what the picture is part of. */
static void take_camera(struct rv_picture *picture, struct rv_json outer, struct rv_json record)
{
	const bool is_record = !picture->view && !picture->sample->is_sequence;
	const struct rv_json own = rv_json_get(is_record ? (struct rv_json)RV_JSON_INIT : picture->state, "camera");
	picture->has_own_camera = rv_json_type(own) == RV_JSON_OBJECT || rv_json_type(outer) == RV_JSON_OBJECT;
	picture->camera = rv_json_type(own) == RV_JSON_OBJECT     ? own
	                  : rv_json_type(outer) == RV_JSON_OBJECT ? outer
	                                                          : record;
	if (rv_json_type(picture->camera) != RV_JSON_OBJECT) {
		picture->camera = (struct rv_json)RV_JSON_INIT;
	}
}

/* The pictures of one camera: `holder` is the record, or an element of views, `field` what messages put before its
 * members. */
static void add_pictures(struct rv_sample *sample, struct rv_picture *pictures, const char *view, struct rv_json holder,
                         const char *field)
{
	const struct rv_json frames = rv_json_get(sample->json, "frames"), own = rv_json_get(holder, "frames");
	const struct rv_json camera = view ? rv_json_get(holder, "camera") : (struct rv_json)RV_JSON_INIT;
	const struct rv_json channels = rv_json_get(holder, "channels");
	const bool has_channels = rv_json_type(channels) != RV_JSON_NONE;
	uint32_t width = sample->width, height = sample->height;
	if (view) {
		take_resolution(sample, holder, field, &width, &height);
	}
	for (size_t i = 0; i < sample->n_frames; i++) {
		struct rv_picture *const picture = &pictures[sample->n_pictures++];
		const struct rv_json moved = sample->is_sequence ? rv_json_at(frames, i) : (struct rv_json)RV_JSON_INIT;
		*picture = (struct rv_picture) { .sample = sample,
			                         .view = view,
			                         .frame = sample->is_sequence ? i : 0,
			                         .frame_number = i,
			                         .width = width,
			                         .height = height,
			                         .state = sample->is_sequence ? rv_json_at(own, i) : holder,
			                         .channels = has_channels ? channels
			                                                  : rv_json_get(sample->json, "channels"),
			                         .label_channels = rv_json_get(holder, "label_channels"),
			                         .moved = moved,
			                         .field = field };
		if (sample->is_sequence) {
			picture->field = rv_arena_printf(&sample->arena, "%sframes[%zu].", field, i);
			(void)rv_json_u64(rv_json_get(moved, "frame"), 0, RV_FRAME_MAX, &picture->frame);
		}
		take_camera(picture, camera, rv_json_get(sample->json, "camera"));
	}
}

/* It begins with a letter, so that it is never taken for a frame's number. */
static bool is_view_name(const char *name)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const size_t len = strlen(name);
	return len >= 1 && len <= RV_NAME_MAX && strspn(name, chars) == len && !strchr("0123456789_-", name[0]);
}

/* The name of view `i`; NULL, and a flaw, when it has none that is its own. */
static const char *view_name(struct rv_sample *sample, struct rv_json views, size_t i)
{
	const char *const name = rv_json_string(rv_json_get(rv_json_at(views, i), "name"), NULL);
	const char *const field = rv_arena_printf(&sample->arena, "views[%zu].name", i);
	if (!name || !is_view_name(name)) {
		rv_sample_flaw(sample, RV_FLAW_VIEWS, field, "must be a letter and up to %d more of [A-Za-z0-9_-]",
		               RV_NAME_MAX - 1);
		return NULL;
	}
	for (size_t k = 0; k < i; k++) {
		const char *const other = rv_json_string(rv_json_get(rv_json_at(views, k), "name"), NULL);
		if (other && strcmp(other, name) == 0) {
			rv_sample_flaw(sample, RV_FLAW_VIEWS, field, "is '%s' again, as views[%zu] is called", name, k);
			return NULL;
		}
	}
	return name;
}

static void take_pictures(struct rv_sample *sample)
{
	const struct rv_json views = rv_json_get(sample->json, "views");
	const size_t n_views = rv_json_type(views) == RV_JSON_ARRAY ? rv_json_len(views) : 0;
	struct rv_picture *const pictures =
	        rv_arena_alloc(&sample->arena, (n_views + 1) * sample->n_frames, sizeof(*pictures));
	sample->pictures = pictures;
	add_pictures(sample, pictures, NULL, sample->json, "");
	rv_sample_take_files(sample, pictures, NULL, rv_json_get(sample->json, "files"), "files");
	for (size_t i = 0; i < n_views; i++) {
		const struct rv_json view = rv_json_at(views, i);
		const char *const name = view_name(sample, views, i);
		struct rv_picture *const first = &pictures[sample->n_pictures];
		if (name) {
			add_pictures(sample, pictures, name, view, rv_arena_printf(&sample->arena, "views[%zu].", i));
			rv_sample_take_files(sample, first, name, rv_json_get(view, "files"),
			                     rv_arena_printf(&sample->arena, "views[%zu].files", i));
		}
	}
	/* With views, the record's own camera need not have a picture. */
	if (n_views > 0 && !sample->is_sequence && pictures[0].n_files == 0) {
		memmove(pictures, pictures + 1, --sample->n_pictures * sizeof(*pictures));
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		rv_sample_take_annotations(sample, &pictures[i]);
	}
}

/* ---- the whole ---- */

static void take_split(struct rv_sample *sample)
{
	const struct rv_json value = rv_json_get(sample->json, "split");
	const char *const text = rv_json_string(value, NULL);
	const enum rv_split split = text ? rv_split_find(text) : RV_SPLITS;
	sample->split = split < RV_SPLITS ? rv_split_names[split] : NULL;
	if (!sample->split && rv_json_type(value) != RV_JSON_NONE && rv_json_type(value) != RV_JSON_NULL) {
		rv_sample_flaw(sample, RV_FLAW_MEMBERS, "split", "must be train, val or test");
	}
}

/* A sequence has frames, or arrays of pictures, which must then have frames. */
static void take_frames(struct rv_sample *sample)
{
	const struct rv_json frames = rv_json_get(sample->json, "frames"), files = rv_json_get(sample->json, "files");
	static const enum rv_role_id roles[] = { RV_ROLE_IMAGE, RV_ROLE_INDEX, RV_ROLE_PASSES };
	const bool is_array = rv_json_type(frames) == RV_JSON_ARRAY;
	sample->is_sequence = rv_json_len(frames) > 0;
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		sample->is_sequence |= rv_json_type(rv_json_get(files, rv_roles[roles[i]].name)) == RV_JSON_ARRAY;
	}
	sample->n_frames = sample->is_sequence ? is_array ? rv_json_len(frames) : 0 : 1;
	if (sample->is_sequence && (sample->n_frames == 0 || sample->n_frames > RV_FILES_MAX)) {
		rv_sample_flaw(sample, RV_FLAW_FRAMES, "frames",
		               "must be an array of 1..%d frames: the sample is a sequence", RV_FILES_MAX);
		sample->n_frames = 0;
	}
	uint64_t before = 0, number;
	for (size_t i = 0; sample->is_sequence && i < sample->n_frames; i++) {
		const struct rv_json value = rv_json_get(rv_json_at(frames, i), "frame");
		if (!rv_json_u64(value, 0, RV_FRAME_MAX, &number) || (i > 0 && number <= before)) {
			rv_sample_flaw(sample, RV_FLAW_FRAMES, rv_arena_printf(&sample->arena, "frames[%zu].frame", i),
			               "must be a whole number in 0..%d, above that of the frame before", RV_FRAME_MAX);
			return;
		}
		before = number;
	}
}

static void clear(struct rv_sample *sample)
{
	struct rv_arena arena = sample->arena;
	rv_json_release(&sample->json);
	rv_arena_clear(&arena);
	*sample = (struct rv_sample) { .arena = arena };
}

static int load(struct rv_sample *sample, const struct rv_record *record, bool has_dir, struct rv_err *err)
{
	struct rv_str id = RV_STR_INIT;
	clear(sample);
	sample->record = record;
	int status = rv_record_id(record, &id, err);
	if (status == 0) {
		sample->id = rv_arena_strndup(&sample->arena, id.ptr, id.len);
		status = rv_json_parse(record->text.ptr, record->text.len, &sample->json, err);
	}
	rv_str_release(&id);
	if (status < 0) {
		return -1;
	}
	size_t len = 0;
	const char *const dir = rv_json_string(rv_json_get(sample->json, "dir"), &len);
	if (has_dir && (!dir || len == 0 || strlen(dir) != len)) {
		return rv_fail(
		        err, RV_E_BAD_RECORD,
		        "field 'dir' must name the sample's directory, which rv-blend makes: put rv-blend before, or "
		        "name a directory of samples in place of a stream");
	}
	sample->dir = has_dir ? dir : "";
	sample->is_blend_file = rv_json_true(rv_json_get(rv_json_get(sample->json, "render"), "blend_file"));
	if (rv_json_type(rv_json_get(sample->json, "files")) != RV_JSON_OBJECT) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'files' must be an object of roles and paths");
	}
	take_resolution(sample, sample->json, "", &sample->width, &sample->height);
	take_split(sample);
	take_objects(sample);
	take_frames(sample);
	take_pictures(sample);
	return 0;
}

int rv_sample_load(struct rv_sample *sample, const struct rv_record *record, struct rv_err *err)
{
	return load(sample, record, true, err);
}

int rv_sample_load_stored(struct rv_sample *sample, const struct rv_record *record, struct rv_err *err)
{
	return load(sample, record, false, err);
}

void rv_sample_release(struct rv_sample *sample)
{
	rv_json_release(&sample->json);
	rv_arena_release(&sample->arena);
	*sample = (struct rv_sample)RV_SAMPLE_INIT;
}

bool rv_sample_has_annotations(const struct rv_sample *sample)
{
	bool has = false;
	for (size_t i = 0; !has && i < sample->n_pictures; i++) {
		has = sample->pictures[i].has_annotations;
	}
	return has;
}

/* ---- what a picture is called ---- */

/* The picture of the same camera in the next frame, or the one before; NULL at the end. */
static const struct rv_picture *neighbour(const struct rv_picture *picture, bool forward)
{
	const size_t last = picture->sample->n_frames - 1;
	return picture->frame_number == (forward ? last : 0) ? NULL : forward ? picture + 1 : picture - 1;
}

bool rv_picture_is_layer(const struct rv_picture *picture)
{
	return picture->view && strcmp(picture->view, RV_LAYER_VIEW) == 0 && !rv_picture_file(picture, RV_ROLE_IMAGE);
}

uint64_t rv_picture_step(const struct rv_picture *picture, bool forward, const struct rv_picture **other)
{
	const struct rv_picture *const wanted = neighbour(picture, forward);
	const struct rv_picture *const found = wanted ? wanted : neighbour(picture, !forward);
	if (other) {
		*other = wanted;
	}
	return !found                          ? 1
	       : found->frame > picture->frame ? found->frame - picture->frame
	                                       : picture->frame - found->frame;
}

/* That of a view in the same frame, or NULL; `view` is NULL for the record's own camera. */
static const struct rv_picture *seen_from(const struct rv_picture *picture, const char *view)
{
	const struct rv_sample *const sample = picture->sample;
	for (size_t i = picture->frame_number; i < sample->n_pictures; i += sample->n_frames) {
		const struct rv_picture *const other = &sample->pictures[i];
		if (view ? other->view && strcmp(other->view, view) == 0 : !other->view) {
			return other;
		}
	}
	return NULL;
}

const struct rv_picture *rv_picture_other_eye(const struct rv_picture *picture, bool *is_left)
{
	const struct rv_picture *const left = seen_from(picture, "left"), *const right = seen_from(picture, "right");
	const struct rv_picture *const own = left && right ? NULL : seen_from(picture, NULL);
	*is_left = picture == (left ? left : own);
	return !left && !right                    ? NULL
	       : *is_left                         ? (right ? right : own)
	       : picture == (right ? right : own) ? (left ? left : own)
	                                          : NULL;
}

void rv_picture_who(const struct rv_picture *picture, struct rv_str *text)
{
	rv_str_printf(text, "sample '%s'", picture->sample->id);
	if (picture->view) {
		rv_str_printf(text, ", view '%s'", picture->view);
	}
	if (picture->sample->is_sequence) {
		rv_str_printf(text, ", frame %" PRIu64, picture->frame);
	}
}

void rv_picture_key(const struct rv_picture *picture, struct rv_str *text)
{
	rv_str_puts(text, picture->sample->id);
	if (picture->view) {
		rv_str_printf(text, "/%s", picture->view);
	}
	if (picture->sample->is_sequence) {
		rv_str_printf(text, ":%06" PRIu64, picture->frame);
	}
}

/* SPDX-License-Identifier: MIT */
/* COCO's keypoints. */
#include "sink/coco_points.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sink/lossy.h"

void sink_coco_points_release(struct sink_coco_points *points)
{
	for (size_t i = 0; i < points->len; i++) {
		free((char *)(uintptr_t)points->items[i].names);
		free((char *)(uintptr_t)points->items[i].edges);
	}
	free(points->items);
}

static struct rv_json points_of(const struct rv_annotation *annotation)
{
	return rv_json_get(annotation->json, "keypoints");
}

static const char *name_of(struct rv_json points, size_t i)
{
	return rv_json_string(rv_json_get(rv_json_at(points, i), "name"), NULL);
}

/* ---- what can be written ---- */

/* Each has a name, and a place in the picture unless it is not seen there. */
static int check_annotation(const struct sink_picture *picture, const struct rv_annotation *annotation,
                            struct rv_err *err)
{
	const struct rv_json points = points_of(annotation);
	for (size_t i = 0; i < rv_json_len(points); i++) {
		const struct rv_json point = rv_json_at(points, i), pixel = rv_json_get(point, "pixel");
		const double x = rv_json_number(rv_json_at(pixel, 0), NAN),
		             y = rv_json_number(rv_json_at(pixel, 1), NAN);
		const bool is_inside = x >= 0 && x <= picture->width && y >= 0 && y <= picture->height;
		uint64_t visibility;
		if (!name_of(points, i) || !rv_json_u64(rv_json_get(point, "visibility"), 0, 2, &visibility) ||
		    (visibility > 0 && !is_inside)) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "format coco: keypoint %zu of object %" PRIu32
			               " lacks its name, its visibility, 0, 1 or 2, or its pixel in the picture",
			               i, annotation->index);
		}
	}
	return 0;
}

static const char *names_text(struct rv_json points, struct rv_arena *arena)
{
	struct rv_json_out out;
	struct rv_str text = RV_STR_INIT;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < rv_json_len(points); i++) {
		rv_json_put_string(&out, NULL, name_of(points, i));
	}
	rv_json_close(&out, ']');
	const char *const kept = rv_arena_strndup(arena, text.ptr, text.len);
	rv_str_release(&text);
	return kept;
}

/* The place of a name from 1; 0: it is none of them. */
static uint64_t place_of(struct rv_json points, struct rv_json name)
{
	const char *const wanted = rv_json_string(name, NULL);
	for (size_t i = 0; i < rv_json_len(points) && wanted; i++) {
		if (strcmp(name_of(points, i), wanted) == 0) {
			return i + 1;
		}
	}
	return 0;
}

/* The edges of the skeleton that an annotation names. */
static const char *edges_text(const struct sink_sample *sample, const struct rv_annotation *annotation,
                              struct rv_arena *arena)
{
	const struct rv_json skeletons = rv_json_get(sample->sample->json, "skeletons");
	const char *const wanted = rv_json_string(rv_json_get(annotation->json, "skeleton"), NULL);
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < rv_json_len(skeletons) && wanted; i++) {
		const struct rv_json skeleton = rv_json_at(skeletons, i), edges = rv_json_get(skeleton, "edges");
		const char *const name = rv_json_string(rv_json_get(skeleton, "name"), NULL);
		for (size_t k = 0; name && strcmp(name, wanted) == 0 && k < rv_json_len(edges); k++) {
			const struct rv_json edge = rv_json_at(edges, k);
			const uint64_t from = place_of(points_of(annotation), rv_json_at(edge, 0)),
			               to = place_of(points_of(annotation), rv_json_at(edge, 1));
			if (from > 0 && to > 0) {
				rv_json_open(&out, NULL, '[');
				rv_json_put_u64(&out, NULL, from);
				rv_json_put_u64(&out, NULL, to);
				rv_json_close(&out, ']');
			}
		}
	}
	rv_json_close(&out, ']');
	const char *const kept = rv_arena_strndup(arena, text.ptr, text.len);
	rv_str_release(&text);
	return kept;
}

static int check_label(struct sink_coco_points *points, struct sink_sample *sample, const struct sink_label *label,
                       bool *is_out, struct rv_err *err)
{
	const struct rv_annotation *const annotation = label->annotation;
	struct sink_coco_kind *const kind = &points->next[label->class];
	const char *const names = names_text(points_of(annotation), &sample->arena);
	if (!kind->names) {
		*kind = (struct sink_coco_kind) { .names = names,
			                          .edges = edges_text(sample, annotation, &sample->arena) };
		return 0;
	}
	*is_out = strcmp(kind->names, names) != 0;
	return *is_out ? sink_lossy(sample, FORMAT_ID_coco, err,
	                            "format coco with keypoints: object %" PRIu32
	                            " of category '%s' has keypoints %s, one before has "
	                            "%s: a category has one list of them, in one order",
	                            annotation->index, annotation->category, names, kind->names)
	               : 0;
}

int sink_coco_points_check(struct sink_coco_points *points, struct sink_sample *sample, struct rv_err *err)
{
	size_t n = points->len;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		for (size_t k = 0; k < sample->pictures[i].n_labels; k++) {
			const struct sink_label *const label = &sample->pictures[i].labels[k];
			n = label->annotation->category ? RV_MAX(n, (size_t)label->class + 1) : n;
		}
	}
	points->next = rv_arena_alloc(&sample->arena, n + 1, sizeof(*points->next));
	points->n_next = n;
	for (size_t i = 0; i < points->len; i++) {
		points->next[i] = points->items[i];
	}
	points->is_out = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*points->is_out));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct sink_picture *const picture = &sample->pictures[i];
		points->is_out[i] = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(bool));
		for (size_t k = 0; k < picture->n_labels; k++) {
			const struct sink_label *const label = &picture->labels[k];
			if (label->annotation->category && rv_json_len(points_of(label->annotation)) > 0 &&
			    (check_annotation(picture, label->annotation, err) < 0 ||
			     check_label(points, sample, label, &points->is_out[i][k], err) < 0)) {
				return -1;
			}
		}
	}
	return 0;
}

void sink_coco_points_take(struct sink_coco_points *points)
{
	points->items = rv_realloc(points->items, points->n_next + 1, sizeof(*points->items));
	for (size_t i = 0; i < points->n_next; i++) {
		const struct sink_coco_kind *const next = &points->next[i];
		if (i >= points->len || !points->items[i].names) {
			points->items[i].names = next->names ? rv_strdup(next->names) : NULL;
			points->items[i].edges = next->names ? rv_strdup(next->edges) : NULL;
		}
	}
	points->len = points->n_next;
}

/* ---- writing ---- */

void sink_coco_points_put_kind(const struct sink_coco_points *points, size_t place, struct rv_json_out *out)
{
	if (place < points->len && points->items[place].names) {
		const struct sink_coco_kind *const kind = &points->items[place];
		rv_json_put_raw(out, "keypoints", kind->names, strlen(kind->names));
		rv_json_put_raw(out, "skeleton", kind->edges, strlen(kind->edges));
	}
}

void sink_coco_points_put(const struct rv_annotation *annotation, struct rv_json_out *out)
{
	const struct rv_json points = points_of(annotation);
	uint64_t visibility, n_labelled = 0;
	if (rv_json_len(points) == 0) {
		return;
	}
	rv_json_open(out, "keypoints", '[');
	for (size_t i = 0; i < rv_json_len(points); i++) {
		const struct rv_json point = rv_json_at(points, i), pixel = rv_json_get(point, "pixel");
		const bool is_there = rv_json_u64(rv_json_get(point, "visibility"), 1, 2, &visibility);
		rv_json_put_double(out, NULL, is_there ? rv_json_number(rv_json_at(pixel, 0), 0) : 0);
		rv_json_put_double(out, NULL, is_there ? rv_json_number(rv_json_at(pixel, 1), 0) : 0);
		rv_json_put_u64(out, NULL, is_there ? visibility : 0);
		n_labelled += is_there;
	}
	rv_json_close(out, ']');
	rv_json_put_u64(out, "num_keypoints", n_labelled);
}

/* SPDX-License-Identifier: MIT */
/* Reading what rv-blend says of hidden objects. */
#include "mask/products/hidden.h"

#include <math.h>
#include <stdlib.h>

#define FAR 2.0 /* runs end before this many pictures from the first pixel, and begin after one less the other way */

struct reading {
	uint32_t width, height; /* of the picture */
	struct rv_arena *arena;
	struct rv_err *err;
};

static int fail(const struct reading *reading, const char *what, size_t i)
{
	return rv_fail(reading->err, RV_E_BAD_FILE, "%s[%zu] is wrong", what, i);
}

/* A whole number of low..high. */
static bool take_whole(struct rv_json value, double low, double high, int32_t *out)
{
	const double number = rv_json_number(value, NAN);
	const bool is_whole = number >= low && number <= high && floor(number) == number;
	*out = is_whole ? (int32_t)number : 0;
	return is_whole;
}

/* The runs of a line, into `runs`. */
static bool take_line(struct rv_json line, int32_t y, uint32_t width, struct mask_run *runs)
{
	const size_t n = rv_json_len(line);
	bool are_right = n % 2 == 0;
	double least = -(double)width;
	for (size_t i = 0; are_right && i < n; i += 2) {
		int32_t x, count;
		are_right = take_whole(rv_json_at(line, i), least, FAR * width - 1, &x) &&
		            take_whole(rv_json_at(line, i + 1), 1, FAR * width - x, &count);
		if (are_right) {
			runs[i / 2] = (struct mask_run) { .x = x, .y = y, .n = (uint32_t)count };
			least = (double)x + count;
		}
	}
	return are_right;
}

static bool take_object(const struct reading *reading, struct rv_json json, struct mask_hidden_object *object)
{
	const uint32_t width = reading->width, height = reading->height;
	const struct rv_json rows = rv_json_get(json, "rows");
	const size_t n_rows = rv_json_len(rows);
	int32_t index, top;
	if (!take_whole(rv_json_get(json, "index"), 1, RV_INDEX_MAX, &index) ||
	    !take_whole(rv_json_get(json, "top"), -(double)height, FAR * height - (double)n_rows, &top)) {
		return false;
	}
	size_t n = 0;
	for (size_t i = 0; i < n_rows; i++) {
		n += rv_json_len(rv_json_at(rows, i)) / 2;
	}
	struct mask_run *const runs = rv_arena_alloc(reading->arena, n + 1, sizeof(*runs));
	*object = (struct mask_hidden_object) { .index = (uint32_t)index, .runs = runs };
	bool are_right = true;
	for (size_t i = 0; are_right && i < n_rows; i++) {
		const struct rv_json line = rv_json_at(rows, i);
		are_right = take_line(line, top + (int32_t)i, width, runs + object->n);
		object->n += rv_json_len(line) / 2;
	}
	return are_right;
}

static int take(const struct reading *reading, struct rv_json json, struct mask_hidden *hidden)
{
	struct rv_arena *const arena = reading->arena;
	const struct rv_json list = rv_json_get(json, "objects"), others = rv_json_get(json, "unknown");
	const size_t n = rv_json_len(list), n_unknown = rv_json_len(others);
	struct mask_hidden_object *const objects = rv_arena_alloc(arena, n + 1, sizeof(*objects));
	uint32_t *const unknown = rv_arena_alloc(arena, n_unknown + 1, sizeof(*unknown));
	*hidden = (struct mask_hidden) { .objects = objects, .unknown = unknown };
	if (rv_json_type(list) != RV_JSON_ARRAY || rv_json_type(others) != RV_JSON_ARRAY) {
		return rv_fail(reading->err, RV_E_BAD_FILE, "it has no list of objects, or of unknown ones");
	}
	for (size_t i = 0; i < n; i++) {
		if (!take_object(reading, rv_json_at(list, i), &objects[i]) ||
		    (i > 0 && objects[i - 1].index >= objects[i].index)) {
			return fail(reading, "objects", i);
		}
		hidden->n_objects++;
	}
	for (size_t i = 0; i < n_unknown; i++) {
		int32_t index;
		if (!take_whole(rv_json_at(others, i), i > 0 ? unknown[i - 1] + 1.0 : 1, RV_INDEX_MAX, &index)) {
			return fail(reading, "unknown", i);
		}
		unknown[hidden->n_unknown++] = (uint32_t)index;
	}
	return 0;
}

int mask_hidden_parse(const char *text, size_t len, uint32_t width, uint32_t height, struct rv_arena *arena,
                      struct mask_hidden *hidden, struct rv_err *err)
{
	const struct reading reading = { .width = width, .height = height, .arena = arena, .err = err };
	struct rv_json json = RV_JSON_INIT;
	const int status = rv_json_parse(text, len, &json, err) < 0 ? -1 : take(&reading, json, hidden);
	rv_json_release(&json);
	return status;
}

int mask_hidden_read(const struct mask_job *job, struct mask_hidden *hidden, struct rv_err *err)
{
	const struct rv_image *const map = &job->scratch->labels.map;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str text = RV_STR_INIT;
	if (mask_open(job->request, rv_picture_file(job->picture, RV_ROLE_AMODAL_RUNS), &source, err) < 0) {
		return -1;
	}
	const int status =
	        rv_source_load(&source, RV_LINE_MAX, &text, err) < 0
	                ? -1
	                : mask_hidden_parse(text.ptr, text.len, map->width, map->height, job->arena, hidden, err);
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", source.name);
	}
	rv_str_release(&text);
	rv_source_close(&source);
	return status;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

bool mask_hidden_is_known(const struct mask_hidden *hidden, uint32_t index)
{
	return hidden->n_unknown == 0 || !bsearch(&index, hidden->unknown, hidden->n_unknown, sizeof(index), by_number);
}

static int by_index(const void *a, const void *b)
{
	return by_number(&((const struct mask_hidden_object *)a)->index,
	                 &((const struct mask_hidden_object *)b)->index);
}

int mask_hidden_whole(const struct mask_job *job, const struct mask_hidden *hidden, const struct mask_label *label,
                      struct mask_whole *whole, struct rv_err *err)
{
	const struct mask_hidden_object key = { .index = label->index };
	const struct mask_hidden_object *const object =
	        hidden->n_objects == 0 ? NULL
	                               : bsearch(&key, hidden->objects, hidden->n_objects, sizeof(key), by_index);
	return mask_whole_of(label, object ? object->runs : NULL, object ? object->n : 0, &job->scratch->mask, whole,
	                     err);
}

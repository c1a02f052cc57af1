/* SPDX-License-Identifier: MIT */
/* Reading a record's request for labels. */
#include "mask/request.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "mask/labels.h"
#include "mask/sample.h"

#define MASK_PREFIX "mask_"

/* ---- members --------------------------------------------------------------------------------------------------- */

/* Parses a member into *json; RV_JSON_NONE when it is not there. */
static int parse_member(const struct rv_record *record, const char *key, struct rv_json *json, struct rv_err *err)
{
	struct rv_span value;
	*json = (struct rv_json)RV_JSON_INIT;
	return rv_record_get(record, key, &value) ? rv_json_parse(value.ptr, value.len, json, err) : 0;
}

/* A semantic channel's name becomes the name of a file. */
static bool is_file_name(const char *name, size_t len)
{
	if (len < 1 || len > RV_MASK_NAME_MAX || strlen(name) != len) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)name[i];
		if (c < ' ' || c == 127 || c == '/') {
			return false;
		}
	}
	return true;
}

static int add_semantic(struct rv_mask_request *request, const char *name, const char *channel, struct rv_err *err)
{
	if (!is_file_name(name, strlen(name))) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "semantic channel '%s': its name must be 1..%d bytes without '/' and control "
		               "characters",
		               name, RV_MASK_NAME_MAX);
	}
	if (request->n_semantic == RV_MASK_CHANNELS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "more than %d semantic channels", RV_MASK_CHANNELS_MAX);
	}
	RV_GROW(request->semantic, request->n_semantic, request->cap_semantic);
	request->semantic[request->n_semantic++] =
	        (struct rv_mask_semantic) { .name = rv_strdup(name), .channel = rv_strdup(channel) };
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct rv_mask_semantic *)a)->name, ((const struct rv_mask_semantic *)b)->name);
}

/* Roles that other tools use (normal, vector, ...) are left alone. */
static int take_channels(struct rv_mask_request *request, struct rv_json channels, struct rv_err *err)
{
	const struct {
		const char *role;
		struct rv_str *channel;
	} single[] = { { "index", &request->index },
		       { "depth", &request->depth },
		       { "material_index", &request->material } };
	for (size_t i = 0; i < RV_COUNTOF(single); i++) {
		const struct rv_json value = rv_json_get(channels, single[i].role);
		const char *const name = rv_json_string(value, NULL);
		if (rv_json_type(value) != RV_JSON_NONE && !name) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'channels.%s' must be the name of a channel",
			               single[i].role);
		}
		rv_str_puts(single[i].channel, name ? name : "");
	}
	if (request->index.len == 0) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'channels.index' is missing: labels are made from the object index");
	}
	for (int i = rv_json_iter(channels); rv_json_iter_ok(channels, i); i = rv_json_next(channels, i)) {
		const char *const role = rv_json_iter_key(channels, i);
		if (strncmp(role, MASK_PREFIX, strlen(MASK_PREFIX)) != 0) {
			continue;
		}
		const char *const channel = rv_json_string(rv_json_iter_value(channels, i), NULL);
		if (!channel) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'channels.%s' must be the name of a channel", role);
		}
		if (add_semantic(request, role + strlen(MASK_PREFIX), channel, err) < 0) {
			return -1;
		}
	}
	if (request->n_semantic > 1) {
		qsort(request->semantic, request->n_semantic, sizeof(*request->semantic), by_name);
	}
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct rv_mask_object *)a)->index,
	               right = ((const struct rv_mask_object *)b)->index;
	return (left > right) - (left < right);
}

static int take_objects(struct rv_mask_request *request, struct rv_json objects, struct rv_err *err)
{
	const size_t n = rv_json_len(objects);
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i);
		const struct rv_json name = rv_json_get(object, "name"), tags = rv_json_get(object, "tags");
		uint64_t index;
		if (!rv_json_u64(rv_json_get(object, "index"), 0, RV_INDEX_MAX, &index)) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "field 'objects[%zu].index' must be a whole number in 0..%d", i, RV_INDEX_MAX);
		}
		if (rv_json_type(name) != RV_JSON_STRING) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'objects[%zu].name' must be a string", i);
		}
		if (rv_json_type(tags) != RV_JSON_ARRAY && rv_json_type(tags) != RV_JSON_NONE) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'objects[%zu].tags' must be an array", i);
		}
		RV_GROW(request->objects, request->n_objects, request->cap_objects);
		struct rv_mask_object *const to = &request->objects[request->n_objects++];
		*to = (struct rv_mask_object) { .index = (uint32_t)index, .name = RV_STR_INIT, .tags = RV_STR_INIT };
		rv_str_json_value(&to->name, name);
		if (rv_json_type(tags) == RV_JSON_ARRAY) {
			rv_str_json_value(&to->tags, tags);
		} else {
			rv_str_puts(&to->tags, "[]");
		}
	}
	if (request->n_objects > 1) {
		qsort(request->objects, request->n_objects, sizeof(*request->objects), by_index);
	}
	for (size_t i = 1; i < request->n_objects; i++) {
		if (request->objects[i].index == request->objects[i - 1].index && request->objects[i].index != 0) {
			return rv_fail(err, RV_E_BAD_RECORD, "objects %s and %s have the same index %u",
			               request->objects[i - 1].name.ptr, request->objects[i].name.ptr,
			               request->objects[i].index);
		}
	}
	return 0;
}

/* ---- the key --------------------------------------------------------------------------------------------------- */

/* Everything that decides what the labels are, as one text. What else the record holds only goes into _meta.json. */
static void make_key(struct rv_mask_request *request, const char *blend_key)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "version", RV_VERSION);
	rv_json_put_bool(&out, "instances", request->settings->instances);
	rv_json_put_bool(&out, "preview", !request->settings->no_preview);
	rv_json_put_bool(&out, "keep_passes", request->settings->keep_passes);
	rv_json_put_u64(&out, "min_area", request->settings->min_area_px);
	rv_json_put_string(&out, "blend", blend_key);
	rv_json_put_string(&out, "index", request->index.ptr);
	rv_json_put_string(&out, "depth", request->depth.ptr);
	rv_json_put_string(&out, "material_index", request->material.ptr);
	rv_json_put_double(&out, "threshold", request->threshold);
	rv_json_open(&out, "semantic", '[');
	for (size_t i = 0; i < request->n_semantic; i++) {
		rv_json_put_string(&out, NULL, request->semantic[i].name);
		rv_json_put_string(&out, NULL, request->semantic[i].channel);
	}
	rv_json_close(&out, ']');
	rv_json_open(&out, "objects", '[');
	for (size_t i = 0; i < request->n_objects; i++) {
		rv_json_put_u64(&out, NULL, request->objects[i].index);
		rv_json_put_raw(&out, NULL, request->objects[i].name.ptr, request->objects[i].name.len);
		rv_json_put_raw(&out, NULL, request->objects[i].tags.ptr, request->objects[i].tags.len);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_hash_bytes(text.ptr, text.len, request->key);
	rv_str_release(&text);
}

static int read_blend_key(struct rv_mask_request *request, struct rv_str *key, struct rv_err *err)
{
	struct rv_record marker = RV_RECORD_INIT;
	const int found = rv_mask_read_marker(request->dir.ptr, RV_BLEND_MARKER, &marker, err);
	int status = found < 0 ? -1 : 0;
	if (found > 0) {
		status = rv_record_string(&marker, "key", key, err);
		request->is_blend_known = status == 0;
	}
	rv_record_release(&marker);
	return status;
}

/* ---- the interface --------------------------------------------------------------------------------------------- */

static int take_members(struct rv_mask_request *request, const struct rv_record *record, struct rv_json *channels,
                        struct rv_json *objects, struct rv_err *err)
{
	struct rv_span value;
	struct rv_record files = RV_RECORD_INIT;
	struct rv_str passes = RV_STR_INIT;
	const bool has_passes = rv_record_get(record, "files", &value) &&
	                        rv_record_parse(&files, value.ptr, value.len, NULL) == 0 &&
	                        rv_record_get(&files, "passes", &value);
	rv_record_release(&files);
	if (!has_passes || !rv_record_get(record, "dir", &value)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "no rendered passes ('dir', 'files.passes'): put rv-blend before rv-mask");
	}
	int status = rv_record_string(record, "dir", &request->dir, err);
	if (status == 0) {
		status = rv_record_file(record, "passes", &passes, err);
	}
	rv_str_printf(&request->passes, "%s/%s", request->dir.ptr, passes.ptr);
	rv_str_release(&passes);
	if (status < 0 || parse_member(record, "channels", channels, err) < 0 ||
	    parse_member(record, "objects", objects, err) < 0 || take_channels(request, *channels, err) < 0 ||
	    take_objects(request, *objects, err) < 0) {
		return -1;
	}
	struct rv_json threshold;
	if (parse_member(record, "semantic_mask_threshold", &threshold, err) < 0) {
		return -1;
	}
	const enum rv_json_type type = rv_json_type(threshold);
	request->threshold = rv_json_number(threshold, RV_MASK_THRESHOLD);
	rv_json_release(&threshold);
	if (type != RV_JSON_NUMBER && type != RV_JSON_NONE && type != RV_JSON_NULL) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'semantic_mask_threshold' must be a number");
	}
	return 0;
}

int rv_mask_request_init(struct rv_mask_request *request, const struct rv_mask_settings *settings,
                         const struct rv_record *record, struct rv_err *err)
{
	*request = (struct rv_mask_request) { .settings = settings,
		                              .dir = RV_STR_INIT,
		                              .passes = RV_STR_INIT,
		                              .index = RV_STR_INIT,
		                              .depth = RV_STR_INIT,
		                              .material = RV_STR_INIT };
	struct rv_json channels = RV_JSON_INIT, objects = RV_JSON_INIT;
	struct rv_str blend_key = RV_STR_INIT;
	int status = take_members(request, record, &channels, &objects, err);
	if (status == 0) {
		status = read_blend_key(request, &blend_key, err);
	}
	if (status == 0) {
		make_key(request, blend_key.ptr);
	}
	rv_str_release(&blend_key);
	rv_json_release(&channels);
	rv_json_release(&objects);
	return status;
}

void rv_mask_request_release(struct rv_mask_request *request)
{
	for (size_t i = 0; i < request->n_semantic; i++) {
		free(request->semantic[i].name);
		free(request->semantic[i].channel);
	}
	for (size_t i = 0; i < request->n_objects; i++) {
		rv_str_release(&request->objects[i].name);
		rv_str_release(&request->objects[i].tags);
	}
	free(request->semantic);
	free(request->objects);
	rv_str_release(&request->dir);
	rv_str_release(&request->passes);
	rv_str_release(&request->index);
	rv_str_release(&request->depth);
	rv_str_release(&request->material);
}

const struct rv_mask_object *rv_mask_object(const struct rv_mask_request *request, uint32_t index)
{
	const struct rv_mask_object key = { .index = index };
	return request->n_objects == 0 ? NULL
	                               : bsearch(&key, request->objects, request->n_objects, sizeof(key), by_index);
}

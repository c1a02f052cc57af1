/* SPDX-License-Identifier: MIT */
/* Reading a record's request for labels. */
#include "mask/request.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "mask/pixels/labels.h"
#include "mask/role.h"
#include "mask/sample.h"
#include "vocabulary.h"

/* A semantic channel's name becomes the name of a file. */
static bool is_file_name(const char *name, size_t len)
{
	if (len < 1 || len > RV_NAME_MAX || strlen(name) != len) {
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

static int add_semantic(struct mask_request *request, const char *role, const char *channel, struct rv_err *err)
{
	const char *const name = role + strlen(MASK_ROLE_MASK);
	if (!is_file_name(name, strlen(name))) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "semantic channel '%s': its name must be 1..%d bytes without '/' and control "
		               "characters",
		               name, RV_NAME_MAX);
	}
	if (request->n_semantic == MASK_CHANNELS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "more than %d semantic channels", MASK_CHANNELS_MAX);
	}
	RV_GROW(request->semantic, request->n_semantic, request->cap_semantic);
	struct mask_semantic *const semantic = &request->semantic[request->n_semantic++];
	*semantic = (struct mask_semantic) { .role = rv_strdup(role), .channel = rv_strdup(channel) };
	semantic->name = semantic->role + strlen(MASK_ROLE_MASK);
	return 0;
}

static int semantic_by_name(const void *a, const void *b)
{
	return strcmp(((const struct mask_semantic *)a)->name, ((const struct mask_semantic *)b)->name);
}

static int pass_by_role(const void *a, const void *b)
{
	return strcmp(((const struct mask_pass *)a)->role, ((const struct mask_pass *)b)->role);
}

/* Words of small letters and digits; none that is another file's. */
static bool is_pass_role(const char *role)
{
	static const char *const taken[] = { "image", "passes", "composite", "frames", "instances", "alpha", "run" };
	for (size_t i = 0; i < RV_COUNTOF(taken); i++) {
		if (strcmp(role, taken[i]) == 0) {
			return false;
		}
	}
	const size_t len = strlen(role);
	return len >= 1 && len <= RV_NAME_MAX && strspn(role, "abcdefghijklmnopqrstuvwxyz0123456789_") == len &&
	       strspn(role, "_") < len && !strstr(role, "_preview") && strncmp(role, "flow_", 5) != 0 &&
	       strcmp(role, "normal_camera") != 0;
}

static int add_pass(struct mask_request *request, const char *role, struct rv_json channels, struct rv_err *err)
{
	const bool is_array = rv_json_type(channels) == RV_JSON_ARRAY;
	const size_t n = is_array ? rv_json_len(channels) : 1;
	if (!is_pass_role(role)) {
		return rv_fail(
		        err, RV_E_BAD_RECORD,
		        "field 'channels': '%s' is no role of a pass: 1..%d of [a-z0-9_], not one of other files", role,
		        RV_NAME_MAX);
	}
	if (n < 1 || n > MASK_CHANNELS_MAX || request->n_passes == MASK_CHANNELS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "field 'channels.%s': 1..%d channels, and as many passes", role,
		               MASK_CHANNELS_MAX);
	}
	RV_GROW(request->passes, request->n_passes, request->cap_passes);
	struct mask_pass *const pass = &request->passes[request->n_passes++];
	*pass = (struct mask_pass) { .role = rv_strdup(role), .channels = rv_alloc_zero(n, sizeof(char *)) };
	for (; pass->n_channels < n; pass->n_channels++) {
		const char *const name =
		        rv_json_string(is_array ? rv_json_at(channels, pass->n_channels) : channels, NULL);
		if (!name) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "field 'channels.%s' must be the name of a channel, or an array of names", role);
		}
		pass->channels[pass->n_channels] = rv_strdup(name);
	}
	return 0;
}

/* Index, depth and materials, which are one channel each: where the name goes. */
static struct rv_str *single_channel(struct mask_request *request, const char *role)
{
	return strcmp(role, "index") == 0            ? &request->index
	       : strcmp(role, "depth") == 0          ? &request->depth
	       : strcmp(role, "material_index") == 0 ? &request->material
	                                             : NULL;
}

static int add_channel(struct mask_request *request, const char *role, struct rv_json value, struct rv_err *err)
{
	struct rv_str *const single = single_channel(request, role);
	const bool is_semantic = strncmp(role, MASK_ROLE_MASK, strlen(MASK_ROLE_MASK)) == 0;
	const char *const name = rv_json_string(value, NULL);
	if (!single && !is_semantic) {
		return add_pass(request, role, value, err);
	}
	if (!name) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'channels.%s' must be the name of a channel", role);
	}
	if (is_semantic) {
		return add_semantic(request, role, name, err);
	}
	rv_str_puts(single, name);
	return 0;
}

static int take_channels(struct mask_request *request, struct rv_json channels, struct rv_err *err)
{
	for (int i = rv_json_iter(channels); rv_json_iter_ok(channels, i); i = rv_json_next(channels, i)) {
		if (add_channel(request, rv_json_iter_key(channels, i), rv_json_iter_value(channels, i), err) < 0) {
			return -1;
		}
	}
	if (request->index.len == 0) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'channels.index' is missing: labels are made from the object index");
	}
	if (request->n_semantic > 1) {
		qsort(request->semantic, request->n_semantic, sizeof(*request->semantic), semantic_by_name);
	}
	if (request->n_passes > 1) {
		qsort(request->passes, request->n_passes, sizeof(*request->passes), pass_by_role);
	}
	return 0;
}

/* ---- objects --------------------------------------------------------------------------------------------------- */

/* Whatever Cryptomatte may have given a number to; only where there is such a pass. */
static void take_names(struct mask_request *request, struct rv_json record)
{
	static const char *const lists[] = { "objects", "lights", "materials" };
	bool is_needed = false;
	for (size_t i = 0; i < request->n_passes; i++) {
		is_needed |= mask_is_crypto(&request->passes[i]);
	}
	for (size_t k = 0; is_needed && k < RV_COUNTOF(lists); k++) {
		const struct rv_json list = rv_json_get(record, lists[k]);
		for (size_t i = 0; i < rv_json_len(list); i++) {
			const char *const name = rv_json_string(rv_json_get(rv_json_at(list, i), "name"), NULL);
			if (name) {
				RV_GROW(request->names, request->n_names, request->cap_names);
				request->names[request->n_names++] = rv_strdup(name);
			}
		}
	}
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct mask_object *)a)->index, right = ((const struct mask_object *)b)->index;
	return (left > right) - (left < right);
}

static int take_objects(struct mask_request *request, struct rv_json objects, struct rv_err *err)
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
		struct mask_object *const to = &request->objects[request->n_objects++];
		*to = (struct mask_object) { .index = (uint32_t)index, .name = RV_STR_INIT, .tags = RV_STR_INIT };
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

static int read_blend_key(struct mask_request *request, struct rv_str *key, struct rv_err *err)
{
	struct rv_record marker = RV_RECORD_INIT;
	const int found = mask_read_marker(request->dir.ptr, RV_BLEND_MARKER, &marker, err);
	int status = found < 0 ? -1 : 0;
	if (found > 0) {
		status = rv_record_string(&marker, "key", key, err);
		request->is_blend_known = status == 0;
	}
	rv_record_release(&marker);
	return status;
}

/* ---- the interface --------------------------------------------------------------------------------------------- */

static int take_members(struct mask_request *request, const struct rv_record *record, struct rv_json json,
                        struct rv_err *err)
{
	const struct rv_json threshold = rv_json_get(json, "semantic_mask_threshold");
	const enum rv_json_type type = rv_json_type(threshold);
	if (rv_json_type(rv_json_get(rv_json_get(json, "files"), "passes")) == RV_JSON_NONE ||
	    rv_json_type(rv_json_get(json, "dir")) == RV_JSON_NONE) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "no rendered passes ('dir', 'files.passes'): put rv-blend before rv-mask");
	}
	if (rv_record_string(record, "dir", &request->dir, err) < 0 || mask_request_frames(request, json, err) < 0 ||
	    take_channels(request, rv_json_get(json, "channels"), err) < 0 ||
	    take_objects(request, rv_json_get(json, "objects"), err) < 0) {
		return -1;
	}
	take_names(request, json);
	mask_bounds_take(&request->bounds, rv_json_get(json, "objects"));
	request->threshold = rv_json_number(threshold, MASK_THRESHOLD);
	if (type != RV_JSON_NUMBER && type != RV_JSON_NONE && type != RV_JSON_NULL) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'semantic_mask_threshold' must be a number");
	}
	return 0;
}

int mask_request_init(struct mask_request *request, const struct mask_settings *settings,
                      const struct rv_record *record, struct rv_err *err)
{
	*request = (struct mask_request) { .settings = settings,
		                           .dir = RV_STR_INIT,
		                           .index = RV_STR_INIT,
		                           .depth = RV_STR_INIT,
		                           .material = RV_STR_INIT };
	struct rv_json json = RV_JSON_INIT;
	struct rv_str blend_key = RV_STR_INIT;
	int status = rv_json_parse(record->text.ptr, record->text.len, &json, err);
	if (status == 0) {
		status = take_members(request, record, json, err);
	}
	if (status == 0) {
		status = read_blend_key(request, &blend_key, err);
	}
	if (status == 0) {
		mask_request_key(request, blend_key.ptr);
	}
	rv_str_release(&blend_key);
	rv_json_release(&json);
	return status;
}

static void release_pass(struct mask_pass *pass)
{
	for (size_t i = 0; i < pass->n_channels; i++) {
		free(pass->channels[i]);
	}
	free(pass->channels);
	free(pass->role);
}

void mask_request_release(struct mask_request *request)
{
	for (size_t i = 0; i < request->n_frames; i++) {
		free(request->frames[i].name);
		free(request->frames[i].passes);
		free(request->frames[i].image);
		mask_bounds_release(&request->frames[i].bounds);
	}
	for (size_t i = 0; i < request->n_semantic; i++) {
		free(request->semantic[i].role);
		free(request->semantic[i].channel);
	}
	for (size_t i = 0; i < request->n_passes; i++) {
		release_pass(&request->passes[i]);
	}
	for (size_t i = 0; i < request->n_objects; i++) {
		rv_str_release(&request->objects[i].name);
		rv_str_release(&request->objects[i].tags);
	}
	for (size_t i = 0; i < request->n_names; i++) {
		free(request->names[i]);
	}
	mask_bounds_release(&request->bounds);
	free(request->frames);
	free(request->semantic);
	free(request->passes);
	free(request->objects);
	free(request->names);
	rv_str_release(&request->dir);
	rv_str_release(&request->index);
	rv_str_release(&request->depth);
	rv_str_release(&request->material);
}

const struct mask_object *mask_object(const struct mask_request *request, uint32_t index)
{
	const struct mask_object key = { .index = index };
	return request->n_objects == 0 ? NULL
	                               : bsearch(&key, request->objects, request->n_objects, sizeof(key), by_index);
}

const struct mask_bounds *mask_bounds(const struct mask_request *request, const struct mask_frame *frame,
                                      uint32_t index)
{
	const struct mask_bounds *const own = mask_bounds_find(&frame->bounds, index);
	return own || frame->has_own_camera ? own : mask_bounds_find(&request->bounds, index);
}

const struct mask_pass *mask_pass(const struct mask_request *request, const char *role, size_t n_channels)
{
	for (size_t i = 0; i < request->n_passes; i++) {
		if (strcmp(request->passes[i].role, role) == 0) {
			return request->passes[i].n_channels == n_channels ? &request->passes[i] : NULL;
		}
	}
	return NULL;
}

bool mask_is_crypto(const struct mask_pass *pass)
{
	return strncmp(pass->role, "crypto_", 7) == 0;
}

bool mask_wants(const struct mask_request *request, const char *role)
{
	const struct mask_settings *const settings = request->settings;
	const bool is_preview = strstr(role, "_preview") && strncmp(role, MASK_ROLE_MASK, strlen(MASK_ROLE_MASK)) != 0;
	if (strcmp(role, "index") == 0) { /* what annotations are compared with */
		return true;
	}
	return !(is_preview && settings->no_preview) && mask_role_is_wanted(&settings->outputs, role);
}

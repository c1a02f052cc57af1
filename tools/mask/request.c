/* SPDX-License-Identifier: MIT */
/* Reading a record's request for labels. Which outputs and keys follow from it is in request_products.c. */
#include "mask/request.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mask/request_private.h"
#include "murmur.h"

#define PASSES_MAX 256
#define CHANNELS_MAX 256

/* ---- passes ---------------------------------------------------------------------------------------------------- */

static int by_role(const void *a, const void *b)
{
	return strcmp(((const struct mask_pass *)a)->role, ((const struct mask_pass *)b)->role);
}

const struct mask_pass *mask_pass(const struct mask_view *view, const char *role)
{
	const struct mask_pass key = { .role = role };
	return view->n_passes == 0 ? NULL : bsearch(&key, view->passes, view->n_passes, sizeof(key), by_role);
}

/* Names of channels: a string, or an array of them where there may be several. */
static int take_names(struct mask_request *request, struct mask_pass *pass, struct rv_json value,
                      unsigned int n_channels, struct rv_err *err)
{
	const bool is_array = rv_json_type(value) == RV_JSON_ARRAY;
	const size_t n = is_array ? rv_json_len(value) : 1;
	if (n_channels == 1 && is_array) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'channels.%s' must be the name of a channel", pass->role);
	}
	if (n < 1 || n > CHANNELS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "field 'channels.%s' has %zu channels, allowed are 1..%d", pass->role,
		               n, CHANNELS_MAX);
	}
	if (n_channels > 0 && n != n_channels) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'channels.%s' must have %u channels, has %zu", pass->role,
		               n_channels, n);
	}
	const char **const names = rv_arena_alloc(&request->arena, n, sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		names[i] = rv_json_string(is_array ? rv_json_at(value, i) : value, NULL);
		if (!names[i]) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'channels.%s' must be the name of a channel%s",
			               pass->role, n_channels == 1 ? "" : ", or an array of names");
		}
	}
	pass->channels = names;
	pass->n_channels = n;
	return 0;
}

static int take_pass(struct mask_request *request, struct mask_pass *pass, struct rv_json value, struct rv_err *err)
{
	unsigned int n_channels;
	if (!rv_role_may_be_name(pass->role)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'channels': the role '%.*s' must be 1..%d bytes without '/' and control "
		               "characters",
		               RV_NAME_MAX, pass->role, RV_NAME_MAX);
	}
	if (!mask_product_reads(pass->role, &n_channels)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'channels': '%s' is no role of a pass: one of those in rv-record(5), or 1..%d of "
		               "[a-z0-9_]",
		               pass->role, RV_NAME_MAX);
	}
	return take_names(request, pass, value, n_channels, err);
}

/* Those of one file. */
static int take_channels(struct mask_request *request, struct mask_view *view, struct rv_json channels,
                         enum rv_role_id file, struct mask_pass *passes, struct rv_err *err)
{
	for (int i = rv_json_iter(channels); rv_json_iter_ok(channels, i); i = rv_json_next(channels, i)) {
		struct mask_pass *const pass = &passes[view->n_passes++];
		*pass = (struct mask_pass) { .role = rv_json_iter_key(channels, i), .file = file };
		if (take_pass(request, pass, rv_json_iter_value(channels, i), err) < 0) {
			return -1;
		}
	}
	return 0;
}

static bool has_role(struct rv_json channels, enum rv_role_id role)
{
	return rv_json_type(rv_json_get(channels, rv_roles[role].name)) != RV_JSON_NONE;
}

/* More objects than Blender's index pass can tell apart: they have Cryptomatte alone. */
static void make_index(struct mask_view *view, struct rv_json own, struct rv_json apart, struct mask_pass *passes)
{
	static const char *const channels[] = { "crypto_object" };
	if (has_role(own, RV_ROLE_CRYPTO_OBJECT) && !has_role(own, RV_ROLE_INDEX) && !has_role(apart, RV_ROLE_INDEX)) {
		passes[view->n_passes++] = (struct mask_pass) { .role = rv_roles[RV_ROLE_INDEX].name,
			                                        .file = RV_ROLE_INDEX,
			                                        .channels = channels,
			                                        .n_channels = RV_COUNTOF(channels) };
	}
}

/* A file of numbers that is a pass by itself. */
static void take_amodal_runs(struct mask_view *view, struct mask_pass *passes)
{
	if (rv_picture_file(&view->pictures[0], RV_ROLE_AMODAL_RUNS)) {
		passes[view->n_passes++] =
		        (struct mask_pass) { .role = rv_roles[RV_ROLE_AMODAL_RUNS].name, .file = RV_ROLE_AMODAL_RUNS };
	}
}

static int take_passes(struct mask_request *request, struct mask_view *view, struct rv_err *err)
{
	const struct rv_json own = view->pictures[0].channels, apart = view->pictures[0].label_channels;
	const size_t n = rv_json_len(own) + rv_json_len(apart);
	if (n > PASSES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "field 'channels' has %zu roles, allowed are %d", n, PASSES_MAX);
	}
	struct mask_pass *const passes = rv_arena_alloc(&request->arena, n + 3, sizeof(*passes));
	if (take_channels(request, view, own, RV_ROLE_PASSES, passes, err) < 0 ||
	    take_channels(request, view, apart, RV_ROLE_LABEL_PASSES, passes, err) < 0) {
		return -1;
	}
	make_index(view, own, apart, passes);
	take_amodal_runs(view, passes);
	if (view->n_passes > 1) {
		qsort(passes, view->n_passes, sizeof(*passes), by_role);
	}
	for (size_t i = 1; i < view->n_passes; i++) {
		if (strcmp(passes[i - 1].role, passes[i].role) == 0) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'label_channels': '%s' is in 'channels', too",
			               passes[i].role);
		}
	}
	view->passes = passes;
	return 0;
}

/* ---- views ----------------------------------------------------------------------------------------------------- */

void mask_path(const struct mask_view *view, const struct rv_picture *picture, const char *role, struct rv_str *path)
{
	const struct rv_role *const row = rv_role_find(role);
	const bool is_frames = picture->sample->is_sequence && !(row && row->kind == RV_FILE_NPZ);
	const char *const frame = is_frames ? picture->frame_name : NULL;
	rv_str_puts(path, view->prefix);
	if (!row || row->kind != RV_FILE_FOLDER) {
		rv_role_path(role, frame, path);
		return;
	}
	rv_role_folder(role, path);
	rv_str_printf(path, "/%s%s", frame ? frame : "", frame ? "/" : "");
}

void mask_passes_path(const struct mask_request *request, const struct rv_picture *picture, enum rv_role_id file,
                      struct rv_str *path)
{
	rv_str_printf(path, "%s/%s", request->sample.dir, rv_picture_file(picture, file));
}

/* They are removed in the end: nothing but passes may have their name. */
static int check_passes(const struct mask_view *view, const struct rv_picture *picture, enum rv_role_id file,
                        struct rv_err *err)
{
	const char *const path = rv_picture_file(picture, file), *const role = rv_roles[file].name;
	const bool is_wanted = file == RV_ROLE_PASSES ||
	                       (file == RV_ROLE_LABEL_PASSES && rv_json_type(picture->label_channels) != RV_JSON_NONE);
	struct rv_str place = RV_STR_INIT;
	int status = 0;
	mask_path(view, picture, role, &place);
	if (!path && is_wanted) {
		status = rv_fail(err, RV_E_BAD_RECORD,
		                 "no rendered passes ('dir', 'files.%s'): put rv-blend before rv-mask", role);
	} else if (path && strcmp(path, place.ptr) != 0) {
		status = rv_fail(err, RV_E_BAD_RECORD, "field 'files.%s': '%s' must be '%s'", role, path, place.ptr);
	}
	rv_str_release(&place);
	return status;
}

static int take_view(struct mask_request *request, struct mask_view *view, struct rv_err *err)
{
	view->name = view->pictures[0].view;
	view->prefix = view->name ? rv_arena_printf(&request->arena, "%s/%s/", RV_VIEWS_FOLDER, view->name) : "";
	for (size_t i = 0; i < view->n_pictures * RV_HAND_OVERS; i++) {
		if (check_passes(view, &view->pictures[i / RV_HAND_OVERS], rv_hand_overs[i % RV_HAND_OVERS], err) < 0) {
			return -1;
		}
	}
	return take_passes(request, view, err) < 0 ? -1 : mask_request_outputs(request, view, err);
}

/* The pictures of a view follow each other. */
static int take_views(struct mask_request *request, struct rv_err *err)
{
	const struct rv_sample *const sample = &request->sample;
	request->views = rv_arena_alloc(&request->arena, sample->n_pictures + 1, sizeof(*request->views));
	for (size_t i = 0; i < sample->n_pictures; i += sample->n_frames) {
		struct mask_view *const view = &request->views[request->n_views++];
		view->pictures = &sample->pictures[i];
		view->n_pictures = sample->n_frames;
		if (take_view(request, view, err) < 0) {
			return view->name ? rv_fail_prefix(err, "view '%s'", view->name) : -1;
		}
	}
	return request->n_views > 0 ? 0 : rv_fail(err, RV_E_BAD_RECORD, "there is no picture");
}

/* ---- Cryptomatte in the place of the index --------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct mask_named *const left = a, *const right = b;
	return left->id != right->id ? (left->id > right->id) - (left->id < right->id)
	                             : (left->index > right->index) - (left->index < right->index);
}

/* True when Cryptomatte stands in for an index pass that was not rendered, or is asked to. */
static bool is_by_crypto(const struct mask_request *request)
{
	bool is = request->settings->masks_from == MASK_FROM_CRYPTO;
	for (size_t i = 0; !is && i < request->n_views; i++) {
		const struct mask_pass *const index = mask_pass(&request->views[i], rv_roles[RV_ROLE_INDEX].name);
		is = index && index->file == RV_ROLE_INDEX;
	}
	return is;
}

static int take_named(struct mask_request *request, struct rv_err *err)
{
	const struct rv_sample *const sample = &request->sample;
	struct mask_named *const named = rv_arena_alloc(&request->arena, sample->n_objects + 1, sizeof(*named));
	for (size_t i = 0; i < request->n_views; i++) {
		if (!mask_pass(&request->views[i], rv_roles[RV_ROLE_CRYPTO_OBJECT].name)) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "field 'channels.crypto_object' is missing: --masks-from crypto needs it");
		}
	}
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_object *const object = &sample->objects[i];
		/* Cryptomatte has instances under what they are of. */
		if (object->index > 0 && rv_json_type(rv_json_get(object->json, "instance_of")) == RV_JSON_NONE) {
			named[request->n_named++] =
			        (struct mask_named) { .id = rv_cryptomatte_id(object->name, strlen(object->name)),
				                      .index = object->index };
		}
	}
	if (request->n_named > 1) {
		qsort(named, request->n_named, sizeof(*named), by_id);
	}
	request->named = named;
	return 0;
}

/* ---- the directory --------------------------------------------------------------------------------------------- */

static int open_below(const char *dir, const char *relative, struct rv_source *source, struct rv_err *err)
{
	const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0) {
		return rv_fail_errno(err, "cannot open '%s/%s'", dir, relative);
	}
	const int status = rv_source_open_beneath(source, dir_fd, relative, err);
	close(dir_fd);
	if (status < 0) {
		return rv_fail_prefix(err, "'%s'", dir);
	}
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s/%s", dir, relative);
	free(source->name);
	source->name = rv_str_detach(&name);
	return 0;
}

int mask_open(const struct mask_request *request, const char *relative, struct rv_source *source, struct rv_err *err)
{
	return open_below(request->sample.dir, relative, source, err);
}

int mask_read_marker(const char *dir, const char *name, struct rv_record *marker, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err why = RV_ERR_INIT;
	int status = 1;
	if (open_below(dir, name, &source, &why) < 0) {
		status = why.code == RV_E_MISSING_FILE ? 0 : rv_fail(err, why.code, "%s", why.text);
	} else if (rv_source_load(&source, RV_LINE_MAX, &text, err) < 0 ||
	           rv_record_parse(marker, text.ptr, text.len, err) < 0) {
		status = rv_fail_prefix(err, "'%s'", source.name);
	}
	rv_source_close(&source);
	rv_str_release(&text);
	return status;
}

/* True for a directory with this sample's _meta.json, or a marker of rv-mask: rv wrote it. */
static bool is_ours(const struct mask_request *request)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str id = RV_STR_INIT;
	bool ours = mask_read_marker(request->sample.dir, RV_META_NAME, &record, NULL) > 0 &&
	            rv_record_id(&record, &id, NULL) == 0 && strcmp(id.ptr, request->sample.id) == 0;
	ours = ours || mask_read_marker(request->sample.dir, RV_MASK_MARKER, &record, NULL) > 0;
	rv_str_release(&id);
	rv_record_release(&record);
	return ours;
}

/* The key of rv-blend's marker; empty without one. 1, 0, -1 as mask_read_marker. */
static int read_blend_key(const struct mask_request *request, struct rv_str *key, struct rv_err *err)
{
	struct rv_record marker = RV_RECORD_INIT;
	const int found = mask_read_marker(request->sample.dir, RV_BLEND_MARKER, &marker, err);
	const int status = found > 0 ? rv_record_string(&marker, "key", key, err) : 0;
	rv_record_release(&marker);
	return status < 0 ? -1 : found;
}

/* A record may name any directory: files are written to one of rv's samples only. */
static int check_dir(struct mask_request *request, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	const int found = read_blend_key(request, &key, err);
	int status = found < 0 ? -1 : 0;
	if (found == 0 && !is_ours(request)) {
		status = rv_fail(err, RV_E_BAD_RECORD,
		                 "field 'dir': '%s' is no sample of rv: it has no %s, and no %s of this id",
		                 request->sample.dir, RV_BLEND_MARKER, RV_META_NAME);
	}
	request->is_blend_known = found > 0;
	request->blend_key = rv_arena_strndup(&request->arena, key.ptr, key.len);
	rv_str_release(&key);
	return status;
}

/* ---- the interface --------------------------------------------------------------------------------------------- */

/* What comes straight from rv-seed is told what is missing, not which field. */
static int check_rendered(const struct rv_record *record, struct rv_err *err)
{
	struct rv_span span;
	return rv_record_get(record, "dir", &span) && rv_record_get(record, "files", &span)
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD,
	                         "no rendered passes ('dir', 'files.passes'): put rv-blend before rv-mask");
}

/* 1 where the record says nothing, as those of older versions do. */
static int take_unit_scale(struct mask_request *request, struct rv_err *err)
{
	const struct rv_json scale = rv_json_get(request->sample.json, "unit_scale");
	request->unit_scale = rv_json_type(scale) == RV_JSON_NONE ? 1.0 : rv_json_number(scale, NAN);
	if (!(request->unit_scale > 0 && isfinite(request->unit_scale))) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'unit_scale' must be a number above 0");
	}
	return 0;
}

int mask_request_init(struct mask_request *request, const struct mask_settings *settings,
                      const struct rv_record *record, struct rv_err *err)
{
	*request = (struct mask_request) {
		.settings = settings, .sample = RV_SAMPLE_INIT, .lock = RV_LOCK_INIT, .arena = RV_ARENA_INIT
	};
	if (check_rendered(record, err) < 0 || rv_sample_load(&request->sample, record, err) < 0 ||
	    rv_sample_must_be_whole(&request->sample, err) < 0) {
		return -1;
	}
	request->data = rv_arena_alloc(&request->arena, mask_product_count, sizeof(*request->data));
	request->keys = rv_arena_alloc(&request->arena, mask_product_count, sizeof(*request->keys));
	request->is_wanted = rv_arena_alloc(&request->arena, mask_product_count, sizeof(*request->is_wanted));
	return take_unit_scale(request, err) < 0 || take_views(request, err) < 0 || check_dir(request, err) < 0 ||
	                       (is_by_crypto(request) && take_named(request, err) < 0)
	               ? -1
	               : mask_request_keys(request, err);
}

int mask_request_lock(struct mask_request *request, struct rv_err *err)
{
	const char *const dir = request->sample.dir;
	struct rv_str path = RV_STR_INIT, shown = RV_STR_INIT, key = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, RV_MASK_LOCK);
	rv_str_printf(&shown, "'%s'", dir);
	int status = 0;
	if (access(dir, W_OK) == 0) { /* where nothing can be written nothing needs a lock */
		status = rv_lock_take(&request->lock, path.ptr, shown.ptr, request->settings->wait_s, err);
	}
	if (status == 0 && read_blend_key(request, &key, err) < 0) {
		status = -1;
	} else if (status == 0 && strcmp(key.ptr, request->blend_key) != 0) {
		status = rv_fail(err, RV_E_BUSY, "%s was rendered anew by another run meanwhile", shown.ptr);
	}
	rv_str_release(&path);
	rv_str_release(&shown);
	rv_str_release(&key);
	return status;
}

void mask_request_release(struct mask_request *request)
{
	rv_lock_drop(&request->lock);
	rv_sample_release(&request->sample);
	rv_arena_release(&request->arena);
}

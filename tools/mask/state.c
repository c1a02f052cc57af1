/* SPDX-License-Identifier: MIT */
/* What earlier runs left. */
#include "mask/state.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define VERSION 2

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct mask_listed *)a)->path, ((const struct mask_listed *)b)->path);
}

const struct mask_listed *mask_state_find(const struct mask_state *state, const char *path)
{
	const struct mask_listed key = { .path = path };
	return state->n_files == 0 ? NULL : bsearch(&key, state->files, state->n_files, sizeof(key), by_path);
}

bool mask_state_has_passes(const struct mask_request *request, struct rv_str *missing)
{
	struct rv_str path = RV_STR_INIT;
	bool there = true;
	for (size_t i = 0; there && i < request->sample.n_pictures * RV_HAND_OVERS; i++) {
		const struct rv_picture *const picture = &request->sample.pictures[i / RV_HAND_OVERS];
		const enum rv_role_id file = rv_hand_overs[i % RV_HAND_OVERS];
		if (rv_picture_file(picture, file)) {
			rv_str_clear(&path);
			mask_passes_path(request, picture, file, &path);
			there = rv_file_exists(path.ptr);
		}
	}
	if (!there) {
		rv_str_puts(missing, path.ptr);
	}
	rv_str_release(&path);
	return there;
}

static bool has_any_passes(const struct mask_request *request)
{
	struct rv_str path = RV_STR_INIT;
	bool found = false;
	for (size_t i = 0; !found && i < request->sample.n_pictures; i++) {
		rv_str_clear(&path);
		mask_passes_path(request, &request->sample.pictures[i], RV_ROLE_PASSES, &path);
		found = rv_file_exists(path.ptr);
	}
	rv_str_release(&path);
	return found;
}

/* ---- the marker ------------------------------------------------------------------------------------------------ */

/* Adds the [path, bytes, SHA-256] of a list, which has room in state->files. */
static void take_files(struct mask_state *state, struct rv_json list, size_t product)
{
	const size_t n = rv_json_len(list);
	for (size_t i = 0; i < n; i++) {
		const struct rv_json entry = rv_json_at(list, i);
		const char *const path = rv_json_string(rv_json_at(entry, 0), NULL);
		const char *const sha256 = rv_json_string(rv_json_at(entry, 2), NULL);
		uint64_t bytes;
		if (path && rv_path_is_inside(path) && rv_json_u64(rv_json_at(entry, 1), 0, INT64_MAX, &bytes)) {
			state->files[state->n_files++] = (struct mask_listed) {
				.path = rv_arena_strndup(&state->arena, path, strlen(path)),
				.bytes = bytes,
				.sha256 = sha256 ? rv_arena_strndup(&state->arena, sha256, strlen(sha256)) : NULL,
				.product = product,
			};
		}
	}
}

static size_t count_files(struct rv_json marker)
{
	const struct rv_json products = rv_json_get(marker, "products");
	size_t n = rv_json_len(rv_json_get(marker, "files"));
	for (int i = rv_json_iter(products); rv_json_iter_ok(products, i); i = rv_json_next(products, i)) {
		n += rv_json_len(rv_json_get(rv_json_iter_value(products, i), "files"));
	}
	return n;
}

/* Without rv-blend's key nothing tells passes that are there from those that labels are of: then no key counts. */
static void take_products(struct mask_state *state, const struct mask_request *request, struct rv_json products,
                          bool counts)
{
	for (int i = rv_json_iter(products); rv_json_iter_ok(products, i); i = rv_json_next(products, i)) {
		const struct rv_json entry = rv_json_iter_value(products, i);
		const size_t product = mask_product_find(rv_json_iter_key(products, i));
		const char *const key = rv_json_string(rv_json_get(entry, "key"), NULL);
		const bool known = product != MASK_NO_PRODUCT;
		const bool valid = known && counts && key && strcmp(key, request->keys[product]) == 0;
		if (known) {
			state->is_known[product] = true;
			state->is_valid[product] = valid;
		}
		take_files(state, rv_json_get(entry, "files"), valid ? product : MASK_NO_PRODUCT);
	}
}

static void take_annotations(struct mask_state *state, const struct mask_request *request, struct rv_span add)
{
	const size_t n = request->sample.n_pictures;
	struct rv_span *const spans = rv_arena_alloc(&state->arena, n + 1, sizeof(*spans));
	struct rv_span list;
	size_t at = 0, found = 0;
	if (rv_record_parse(&state->add, add.ptr, add.len, NULL) < 0 ||
	    !rv_record_get(&state->add, "annotations", &list) || list.len == 0 || list.ptr[0] != '[') {
		return;
	}
	while (found <= n && rv_scan_next_element(list.ptr, list.len, &at, &spans[found])) {
		found++;
	}
	state->annotations = found == n ? spans : NULL;
}

static void look_at_files(struct mask_state *state, const char *dir, bool trusts_sizes)
{
	const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; dir_fd >= 0 && i < state->n_files; i++) {
		struct mask_listed *const file = &state->files[i];
		file->is_there = rv_hash_fits(dir_fd, file->path, file->bytes, trusts_sizes ? NULL : file->sha256);
	}
	if (dir_fd >= 0) {
		close(dir_fd);
	}
}

static void take_marker(struct mask_state *state, const struct mask_request *request, const struct rv_record *marker)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_span add;
	uint64_t version;
	if (rv_json_parse(marker->text.ptr, marker->text.len, &json, NULL) < 0) {
		return;
	}
	state->files = rv_arena_alloc(&state->arena, count_files(json) + 1, sizeof(*state->files));
	take_files(state, rv_json_get(json, "files"), MASK_NO_PRODUCT);
	if (rv_json_u64(rv_json_get(json, "version"), VERSION, VERSION, &version)) {
		take_products(state, request, rv_json_get(json, "products"),
		              request->is_blend_known || !has_any_passes(request));
		if (rv_record_get(marker, "add", &add)) {
			take_annotations(state, request, add);
		}
	}
	if (state->n_files > 1) {
		qsort(state->files, state->n_files, sizeof(*state->files), by_path);
	}
	look_at_files(state, request->sample.dir, request->settings->trusts_sizes);
	rv_json_release(&json);
}

void mask_state_read(struct mask_state *state, const struct mask_request *request)
{
	struct rv_record marker = RV_RECORD_INIT;
	*state = (struct mask_state) { .arena = RV_ARENA_INIT, .add = RV_RECORD_INIT };
	state->is_valid = rv_arena_alloc(&state->arena, mask_product_count, sizeof(bool));
	state->is_known = rv_arena_alloc(&state->arena, mask_product_count, sizeof(bool));
	const int found = mask_read_marker(request->sample.dir, RV_MASK_MARKER, &marker, NULL);
	state->has_marker = found != 0; /* one that a power cut has spoilt, too */
	if (found > 0) {
		take_marker(state, request, &marker);
	}
	rv_record_release(&marker);
}

void mask_state_release(struct mask_state *state)
{
	rv_record_release(&state->add);
	rv_arena_release(&state->arena);
}

/* ---- writing one ----------------------------------------------------------------------------------------------- */

/* The files of a product, MASK_NO_PRODUCT for whatever product they are of. */
static void put_files(const struct mask_listed *files, size_t n, size_t product, struct rv_json_out *out)
{
	rv_json_open(out, "files", '[');
	for (size_t i = 0; i < n; i++) {
		if (product == MASK_NO_PRODUCT || files[i].product == product) {
			rv_json_open(out, NULL, '[');
			rv_json_put_string(out, NULL, files[i].path);
			rv_json_put_u64(out, NULL, files[i].bytes);
			if (files[i].sha256) {
				rv_json_put_string(out, NULL, files[i].sha256);
			}
			rv_json_close(out, ']');
		}
	}
	rv_json_close(out, ']');
}

static void put_products(const struct mask_marker *marker, const struct mask_request *request, struct rv_json_out *out)
{
	rv_json_open(out, "products", '{');
	for (size_t i = 0; i < mask_product_count; i++) {
		if (marker->has_product[i]) {
			rv_json_open(out, mask_products[i]->name, '{');
			rv_json_put_string(out, "key", request->keys[i]);
			put_files(marker->labels, marker->n_labels, i, out);
			rv_json_close(out, '}');
		}
	}
	rv_json_close(out, '}');
}

int mask_marker_write(const struct mask_marker *marker, const struct mask_request *request, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT, path = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", VERSION);
	rv_json_put_string(&out, "blend", request->blend_key);
	put_products(marker, request, &out);
	put_files(marker->others, marker->n_others, MASK_NO_PRODUCT, &out);
	mask_settings_put(request->settings, &out, "options");
	if (marker->annotations) {
		rv_json_open(&out, "add", '{');
		rv_json_open(&out, "annotations", '[');
		for (size_t i = 0; i < request->sample.n_pictures; i++) {
			rv_json_put_raw(&out, NULL, marker->annotations[i].ptr, marker->annotations[i].len);
		}
		rv_json_close(&out, ']');
		rv_json_close(&out, '}');
	}
	rv_json_close(&out, '}');
	rv_str_putc(&text, '\n');
	rv_str_printf(&path, "%s/%s", request->sample.dir, RV_MASK_MARKER);
	const int status = rv_file_write(path.ptr, text.ptr, text.len, err);
	rv_str_release(&text);
	rv_str_release(&path);
	return status;
}

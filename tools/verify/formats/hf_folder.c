/* SPDX-License-Identifier: MIT */
/* Folders for Hugging Face: see hf_folder.h. */
#include "verify/formats/hf_folder.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "verify/formats/hf_card.h"
#include "verify/groups.h"

struct folder {
	const struct verify_context *context;
	enum format_id format;
	struct verify_groups *groups;
	struct verify_hf_card card;
	struct verify_problems *problems;
	pthread_mutex_t lock; /* over the folders of a foreign tree that have rows, "" or "a/" */
	char **homes;
	size_t n_homes, cap_homes;
};

void *verify_hf_open(const struct verify_context *context, enum format_id format)
{
	struct folder *const folder = rv_alloc_zero(1, sizeof(*folder));
	folder->context = context;
	folder->format = format;
	folder->groups = verify_groups_new();
	pthread_mutex_init(&folder->lock, NULL);
	return folder;
}

void verify_hf_free(void *state)
{
	struct folder *const folder = state;
	verify_groups_free(folder->groups);
	pthread_mutex_destroy(&folder->lock);
	for (size_t i = 0; i < folder->n_homes; i++) {
		free(folder->homes[i]);
	}
	free(folder->homes);
	free(folder);
}

/* "40x30", "40x30 with 7 frames". */
static void put_size(struct rv_str *said, uint64_t width, uint64_t height, uint64_t n_frames)
{
	rv_str_printf(said, "%" PRIu64 "x%" PRIu64, width, height);
	if (n_frames > 0) {
		rv_str_printf(said, " with %" PRIu64 " frames", n_frames);
	}
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* What is wrong with the objects of a row, or NULL. */
static const char *fault_of_objects(struct rv_json objects, uint64_t width, uint64_t height)
{
	const struct rv_json boxes = rv_json_get(objects, "bbox");
	const size_t n = rv_json_len(boxes);
	if (rv_json_len(rv_json_get(objects, "category")) != n || rv_json_len(rv_json_get(objects, "area")) != n ||
	    rv_json_len(rv_json_get(objects, "index")) != n) {
		return "the lists of its objects are not of one length";
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t box[4];
		for (size_t k = 0; k < 4; k++) {
			if (!rv_json_u64(rv_json_at(rv_json_at(boxes, i), k), 0, RV_IMAGE_SIDE_MAX, &box[k])) {
				return "a box is not four whole numbers";
			}
		}
		if (box[2] == 0 || box[3] == 0 || box[0] + box[2] > width || box[1] + box[3] > height) {
			return "a box is not in the picture";
		}
	}
	return NULL;
}

/* Where the boxes of a foreign row end; NULL, or what is wrong with them. Numbers may be fractions. */
static const char *read_extent(struct rv_json objects, double extent[2])
{
	const struct rv_json boxes = rv_json_get(objects, "bbox");
	const struct rv_json lists[] = { rv_json_get(objects, "category"), rv_json_get(objects, "categories") };
	const size_t n = rv_json_len(boxes);
	for (size_t i = 0; i < RV_COUNTOF(lists); i++) {
		if (rv_json_type(lists[i]) == RV_JSON_ARRAY && rv_json_len(lists[i]) != n) {
			return "the lists of its objects are not of one length";
		}
	}
	for (size_t i = 0; i < n; i++) {
		double box[4];
		for (size_t k = 0; k < 4; k++) {
			box[k] = rv_json_number(rv_json_at(rv_json_at(boxes, i), k), NAN);
		}
		if (!(box[0] >= 0 && box[1] >= 0 && box[2] > 0 && box[3] > 0)) {
			return "a box is not four numbers, the last two of them positive";
		}
		extent[0] = fmax(extent[0], box[0] + box[2]);
		extent[1] = fmax(extent[1], box[1] + box[3]);
	}
	return NULL;
}

/* A name goes from the row's folder on, and no way out of it. */
static bool is_below(const char *name)
{
	return name && name[0] && name[0] != '/' && !strstr(name, "://") && strcmp(name, "..") != 0 &&
	       strncmp(name, "../", 3) != 0 && !strstr(name, "/../");
}

static int take_foreign_row(struct folder *folder, const struct verify_item *item, struct rv_json row, size_t number,
                            struct rv_err *err)
{
	const char *const name = rv_json_string(rv_json_get(row, "file_name"), NULL);
	const size_t home = (size_t)(rv_path_base(item->path) - item->path);
	double extent[2] = { 0, 0 };
	const bool has_name = is_below(name);
	const char *const fault =
	        has_name ? read_extent(rv_json_get(row, "objects"), extent) : "file_name is no path below its folder";
	struct rv_str key = RV_STR_INIT, said = RV_STR_INIT;
	int status = 0;
	if (fault) {
		verify_problems_add(item->problems, VERIFY_HF_ROW, item->path, "line %zu: %s", number, fault);
		extent[0] = extent[1] = 0;
	}
	if (has_name) {
		rv_str_append(&key, item->path, home);
		rv_str_puts(&key, strncmp(name, "./", 2) == 0 ? name + 2 : name);
		rv_str_printf(&said, "%.17g %.17g", extent[0], extent[1]);
		status = verify_groups_add(folder->groups, key.ptr, 'r', item->path, said.ptr, err);
	}
	rv_str_release(&key);
	rv_str_release(&said);
	return status;
}

/* Readers of a folder with rows drop what has none. */
static void note_home(struct folder *folder, const struct verify_item *item)
{
	pthread_mutex_lock(&folder->lock);
	RV_GROW(folder->homes, folder->n_homes, folder->cap_homes);
	folder->homes[folder->n_homes++] = rv_strndup(item->path, (size_t)(rv_path_base(item->path) - item->path));
	pthread_mutex_unlock(&folder->lock);
}

static bool has_rows(const struct folder *folder, const char *path)
{
	bool has = false;
	for (size_t i = 0; i < folder->n_homes; i++) {
		has = has || strncmp(path, folder->homes[i], strlen(folder->homes[i])) == 0;
	}
	return has;
}

static int take_row(struct folder *folder, struct verify_item *item, const char *text, size_t len, size_t number,
                    struct rv_err *err)
{
	struct rv_json row = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str key = RV_STR_INIT, said = RV_STR_INIT;
	uint64_t width, height, n_frames = 0;
	const char *fault = NULL;
	int status = 0;
	if (rv_json_parse(text, len, &row, &wrong) < 0) {
		verify_problems_add(item->problems, VERIFY_HF_ROW, item->path, "line %zu: %s", number, wrong.text);
		return 0;
	}
	const char *const name = rv_json_string(rv_json_get(row, "file_name"), NULL);
	if (folder->context->is_foreign) {
		status = take_foreign_row(folder, item, row, number, err);
	} else if (!name || !rv_json_u64(rv_json_get(row, "width"), 1, RV_IMAGE_SIDE_MAX, &width) ||
	           !rv_json_u64(rv_json_get(row, "height"), 1, RV_IMAGE_SIDE_MAX, &height)) {
		fault = "it lacks file_name, width or height";
	} else {
		(void)rv_json_u64(rv_json_get(row, "frames"), 0, UINT32_MAX, &n_frames);
		fault = fault_of_objects(rv_json_get(row, "objects"), width, height);
		rv_str_printf(&key, "%s/%s", item->place.split, name);
		put_size(&said, width, height, n_frames);
		status = verify_groups_add(folder->groups, key.ptr, 'r', item->path, said.ptr, err);
	}
	if (fault) {
		verify_problems_add(item->problems, VERIFY_HF_ROW, item->path, "line %zu: %s", number, fault);
	}
	rv_json_release(&row);
	rv_str_release(&key);
	rv_str_release(&said);
	return status;
}

static int read_rows(struct folder *folder, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (verify_item_load(item, VERIFY_HF_TEXT_MAX, &text)) {
		size_t number = 1;
		for (size_t at = 0; at < text.len && status == 0; number++) {
			const char *const newline = memchr(text.ptr + at, '\n', text.len - at);
			const size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
			status = take_row(folder, item, text.ptr + at, end - at, number, err);
			at = end + 1;
		}
	}
	rv_str_release(&text);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

int verify_hf_file(void *state, struct verify_item *item, struct rv_err *err)
{
	if (verify_item_is(item, "card")) {
		if (((struct folder *)state)->context->is_foreign) {
			return 0; /* it is for people, and may name folders in many ways */
		}
		verify_hf_card_read(&((struct folder *)state)->card, item);
	} else if (verify_item_is(item, "rows")) {
		note_home(state, item);
		return read_rows(state, item, err);
	} else {
		const struct folder *const folder = state;
		if (verify_classes[folder->format]->tells == VERIFY_TELLS_NUMBERS) {
			verify_item_is_clip(item, folder->context, folder->format);
		}
		verify_item_decode(item);
	}
	return 0;
}

int verify_hf_take(void *state, struct verify_item *item, struct rv_err *err)
{
	struct folder *const folder = state;
	const struct verify_key key = verify_item_key(item);
	struct rv_str name = RV_STR_INIT, said = RV_STR_INIT;
	if (!verify_item_is(item, "file")) {
		return 0;
	}
	if (folder->context->is_foreign) {
		rv_str_printf(&said, "%" PRIu32 " %" PRIu32, item->width, item->height);
		const int added = verify_groups_add(folder->groups, item->path, 'f', item->path, said.ptr, err);
		rv_str_release(&said);
		return added;
	}
	verify_hf_card_take(&folder->card, item);
	rv_str_printf(&name, "%s/%s", item->place.split, rv_path_base(item->path));
	if (item->width > 0) {
		put_size(&said, item->width, item->height, item->n_frames);
	}
	int status = verify_groups_add(folder->groups, name.ptr, 'f', item->path, said.ptr, err);
	if (status == 0) {
		status = verify_classes[folder->format]->tells == VERIFY_TELLS_NUMBERS
		                 ? verify_census_sequence(folder->context->census, folder->format, &key, item->n_frames,
		                                          err)
		                 : verify_item_tell_image(item, folder->context, folder->format, err);
	}
	rv_str_release(&name);
	rv_str_release(&said);
	return status;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* Of a foreign tree, where a folder without rows is one of classes. A verify_group_fn. */
static int visit_foreign(void *state, const char *key, const struct verify_part *parts, size_t n,
                         struct rv_err *err RV_UNUSED)
{
	static const struct verify_group_kind kinds[] = { { 'f', "file" }, { 'r', "row" }, { 0, NULL } };
	struct folder *const folder = state;
	const struct verify_part *const file = verify_group_find(parts, n, 'f'), *const row = verify_group_find(parts,
	                                                                                                        n, 'r');
	double side[2] = { 0 }, extent[2] = { 0 };
	if ((!row && !has_rows(folder, key)) ||
	    !verify_group_is_whole(parts, n, kinds, VERIFY_HF_FILE, folder->problems)) {
		return 0;
	}
	char *at = (char *)(uintptr_t)file->text;
	side[0] = strtod(at, &at);
	side[1] = strtod(at, NULL);
	at = (char *)(uintptr_t)row->text;
	extent[0] = strtod(at, &at);
	extent[1] = strtod(at, NULL);
	if (side[0] > 0 && (extent[0] > side[0] || extent[1] > side[1])) {
		verify_problems_add(folder->problems, VERIFY_HF_ROW, row->path, "a box of %s is not in the picture",
		                    key);
	}
	return 0;
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	static const struct verify_group_kind kinds[] = { { 'f', "file" }, { 'r', "row" }, { 0, NULL } };
	struct folder *const folder = state;
	const struct verify_part *const file = verify_group_find(parts, n, 'f'), *const row = verify_group_find(parts,
	                                                                                                        n, 'r');
	if (verify_group_is_whole(parts, n, kinds, VERIFY_HF_FILE, folder->problems) && file->text[0] &&
	    strcmp(file->text, row->text) != 0) {
		verify_problems_add(folder->problems, VERIFY_HF_SIZE, row->path, "%s is %s, its row says %s", key,
		                    file->text, row->text);
	}
	return 0;
}

int verify_hf_end(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct folder *const folder = state;
	folder->problems = problems;
	if (folder->context->is_foreign) {
		return verify_groups_end(folder->groups, visit_foreign, folder, err);
	}
	verify_hf_card_end(&folder->card, format_layout(format_all[folder->format], "card"), problems);
	return verify_groups_end(folder->groups, visit, folder, err);
}

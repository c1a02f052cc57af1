/* SPDX-License-Identifier: MIT */
/* Folders for Hugging Face: see hf_folder.h. */
#include "verify/formats/hf_folder.h"

#include <inttypes.h>
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
};

void *verify_hf_open(const struct verify_context *context, enum format_id format)
{
	struct folder *const folder = rv_alloc_zero(1, sizeof(*folder));
	folder->context = context;
	folder->format = format;
	folder->groups = verify_groups_new();
	return folder;
}

void verify_hf_free(void *state)
{
	struct folder *const folder = state;
	verify_groups_free(folder->groups);
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
	if (!name || !rv_json_u64(rv_json_get(row, "width"), 1, RV_IMAGE_SIDE_MAX, &width) ||
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
		verify_hf_card_read(&((struct folder *)state)->card, item);
	} else if (verify_item_is(item, "rows")) {
		return read_rows(state, item, err);
	} else {
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
	verify_hf_card_end(&folder->card, format_layout(format_all[folder->format], "card"), problems);
	return verify_groups_end(folder->groups, visit, folder, err);
}

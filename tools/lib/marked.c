/* SPDX-License-Identifier: MIT */
/* Whose the files of a sample's directory are. */
#include "marked.h"

#include <string.h>

#include "file.h"
#include "json.h"
#include "record.h"
#include "source.h"
#include "vocabulary.h"

#define MARKER_START "{\"version\":" /* as both markers begin */

enum marker_state { MARKER_NONE, MARKER_WHOLE, MARKER_BROKEN };

/* What a power cut leaves of a marker: nothing, zeros, or the first part of it. */
static bool is_remnant(const struct rv_str *text)
{
	size_t n_zeros = 0;
	while (n_zeros < text->len && text->ptr[n_zeros] == '\0') {
		n_zeros++;
	}
	return n_zeros == text->len || strncmp(text->ptr, MARKER_START, strlen(MARKER_START)) == 0;
}

/* The entries are [path, ...]. */
static int add_files(struct rv_json files, struct rv_place_list *list, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < rv_json_len(files); i++) {
		const char *const path = rv_json_string(rv_json_at(rv_json_at(files, i), 0), NULL);
		status = path ? rv_place_list_add(list, path, err) : 0;
	}
	return status;
}

/* `files` of rv-blend's marker, `products` and `files` of rv-mask's. */
static int add_listed(struct rv_json marker, struct rv_place_list *list, struct rv_err *err)
{
	const struct rv_json products = rv_json_get(marker, "products");
	int status = add_files(rv_json_get(marker, "files"), list, err);
	for (int i = rv_json_iter(products); status == 0 && rv_json_iter_ok(products, i);
	     i = rv_json_next(products, i)) {
		status = add_files(rv_json_get(rv_json_iter_value(products, i), "files"), list, err);
	}
	return status;
}

static int add_marker(int dir_fd, const char *name, struct rv_place_list *list, enum marker_state *state,
                      struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	int status = rv_source_load_beneath(dir_fd, name, RV_LINE_MAX, &text, err);
	*state = MARKER_NONE;
	if (status < 0) {
		status = err->code == RV_E_IO || err->code == RV_E_MEMORY ? -1 : 0;
	} else if (rv_json_parse(text.ptr, text.len, &json, NULL) < 0) {
		*state = is_remnant(&text) ? MARKER_BROKEN : MARKER_NONE;
	} else if (rv_json_type(rv_json_get(json, "version")) == RV_JSON_NUMBER &&
	           rv_json_type(rv_json_get(json, "files")) == RV_JSON_ARRAY) {
		*state = MARKER_WHOLE;
		status = add_listed(json, list, err);
	}
	rv_json_release(&json);
	rv_str_release(&text);
	return status;
}

/* Files that rv-mask has not put in their places yet, when it was killed. */
static bool is_temporary(const char *path)
{
	const char *const slash = strchr(path, '/');
	return slash ? rv_workdir_is_name(path, (size_t)(slash - path), RV_MASK_WORK) : rv_atomic_is_temporary(path);
}

static bool is_temporary_or_role(const char *path)
{
	return is_temporary(path) || rv_role_may_have_path(path);
}

static int list_files(int dir_fd, struct rv_place_list *list, struct rv_err *err)
{
	static const char *const always[] = { RV_META_NAME, RV_BLEND_MARKER, RV_MASK_MARKER, RV_AGAIN_NAME,
		                              RV_MASK_LOCK };
	enum marker_state blend, mask;
	if (add_marker(dir_fd, RV_BLEND_MARKER, list, &blend, err) < 0 ||
	    add_marker(dir_fd, RV_MASK_MARKER, list, &mask, err) < 0) {
		return -1;
	}
	if (blend == MARKER_NONE && mask == MARKER_NONE) {
		return 0;
	}
	for (size_t i = 0; i < RV_COUNTOF(always); i++) {
		if (rv_place_list_add(list, always[i], err) < 0) {
			return -1;
		}
	}
	rv_place_list_also(list, blend == MARKER_BROKEN || mask == MARKER_BROKEN ? is_temporary_or_role : is_temporary);
	return 1;
}

const struct rv_place_owner rv_sample_owner = {
	.what = "sample of rv",
	.proof = RV_BLEND_MARKER,
	.other = RV_MASK_MARKER,
	.keeps = "--replace",
	.list = list_files,
};

/* SPDX-License-Identifier: MIT */
/* Files that depend on a graphics driver. */
#include "porcelain/drawn.h"

#include <string.h>

#include "vocabulary.h"

static const enum rv_role_id roles[] = { RV_ROLE_IMAGE, RV_ROLE_PASSES,  RV_ROLE_COMPOSITE,
	                                 RV_ROLE_ALPHA, RV_ROLE_OVERLAY, RV_ROLE_SHEET };

static bool is_path(struct rv_json value, const char *path)
{
	const char *const text = rv_json_string(value, NULL);
	return text && strcmp(text, path) == 0;
}

static bool names(struct rv_json files, const char *path)
{
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		const struct rv_json paths = rv_json_get(files, rv_roles[roles[i]].name);
		bool found = is_path(paths, path);
		for (size_t k = 0; !found && k < rv_json_len(paths); k++) {
			found = is_path(rv_json_at(paths, k), path);
		}
		if (found) {
			return true;
		}
	}
	return false;
}

bool porcelain_is_drawn(struct rv_json record, const char *path)
{
	const struct rv_json views = rv_json_get(record, "views");
	const char *const engine = rv_json_string(rv_json_get(rv_json_get(record, "render"), "engine"), NULL);
	bool found = names(rv_json_get(record, "files"), path);
	for (size_t i = 0; !found && i < rv_json_len(views); i++) {
		found = names(rv_json_get(rv_json_at(views, i), "files"), path);
	}
	return found && engine && strcmp(engine, "CYCLES") != 0;
}

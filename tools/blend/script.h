/* SPDX-License-Identifier: MIT */
/* The scene that a command line or a record names, a script or a .blend file, and the directories that go with it. */
#ifndef RV_BLEND_SCRIPT_H
#define RV_BLEND_SCRIPT_H

#include "err.h"
#include "json.h"
#include "record.h"

/* All absolute, without a slash at the end. */
struct blend_script {
	char *path; /* NULL: the command line names none, records do */
	char *root; /* the scene's working directory: relative paths of assets start there */
	char *cwd;  /* ours */
};
#define BLEND_SCRIPT_INIT \
	{ \
		.path = NULL \
	}

/* Without `cwd_option` (--cwd) the scene's folder is the root; with it that is the root, and the scene's path starts
 * there, or where we are when it is only there. Without a path, the working directory is the root. RV_E_USAGE for what
 * cannot be read, and for paths that are not UTF-8. Release in every case. */
int blend_script_find(struct blend_script *script, const char *path, const char *cwd_option,
                      struct rv_err *err) RV_MUST_USE;
void blend_script_release(struct blend_script *script);
/* The absolute path of the scene for a record: its own (member `scene`, which starts at the root), else the command's.
 * RV_E_BAD_RECORD when there is none, or it cannot be read. */
int blend_script_of(const struct blend_script *script, const struct rv_record *record, struct rv_str *path,
                    struct rv_err *err) RV_MUST_USE;
/* Whether a file or folder is there, its path from the root on. RV_E_USAGE, with the nearest name. */
int blend_script_check_path(const struct blend_script *script, const char *path, struct rv_err *err) RV_MUST_USE;
/* Such a path as it is the same wherever the project lies: from the root on, or the name alone when it is not below
 * it. Borrowed from it. */
const char *blend_script_name(const struct blend_script *script, const char *path);
/* The members `root` and `cwd` of a request. */
void blend_script_put(const struct blend_script *script, struct rv_json_out *out);

#endif

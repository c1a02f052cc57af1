/* SPDX-License-Identifier: MIT */
/* The scene script that a command line names, and the directories that go with it. */
#ifndef RV_BLEND_SCRIPT_H
#define RV_BLEND_SCRIPT_H

#include "err.h"
#include "json.h"

/* All absolute, without a slash at the end. */
struct rv_script {
	char *path;
	char *root; /* the scene's working directory: relative paths of assets start there */
	char *cwd;  /* ours */
};
#define RV_SCRIPT_INIT \
	{ \
		.path = NULL \
	}

/* Without `cwd_option` (--cwd) the script's folder is the root; with it that is the root, and the script's path starts
 * there, or where we are when it is only there. RV_E_USAGE for what cannot be read or is no Python script. Release in
 * every case. */
int rv_script_find(struct rv_script *script, const char *path, const char *cwd_option, struct rv_err *err) RV_MUST_USE;
void rv_script_release(struct rv_script *script);
/* The members `scene`, `root` and `cwd` of a request. */
void rv_script_put(const struct rv_script *script, struct rv_json_out *out);

#endif

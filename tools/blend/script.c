/* SPDX-License-Identifier: MIT */
/* Finds a scene script and its root. */
#include "script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

int rv_script_find(struct rv_script *script, const char *path, const char *cwd_option, struct rv_err *err)
{
	struct stat st;
	struct rv_str found = RV_STR_INIT;
	size_t len = strlen(path);
	int result = -1;
	if (len > 6 && !strcmp(path + len - 6, ".blend")) {
		rv_fail(err, RV_E_USAGE, "cannot render '%s': only scene scripts (.py) can be rendered yet", path);
		goto out;
	}
	if (cwd_option && path[0] != '/') {
		rv_str_printf(&found, "%s/", cwd_option);
	}
	rv_str_puts(&found, path);
	if (cwd_option && access(found.ptr, F_OK) < 0 && access(path, F_OK) == 0) {
		rv_str_clear(&found);
		rv_str_puts(&found, path);
	}
	if (stat(found.ptr, &st) < 0 || access(found.ptr, R_OK) < 0) {
		rv_fail(err, RV_E_USAGE, "cannot read scene '%s': %s", found.ptr, strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		rv_fail(err, RV_E_USAGE, "cannot read scene '%s': not a file", found.ptr);
		goto out;
	}
	script->cwd = getcwd(NULL, 0);
	if (!script->cwd) {
		rv_fail_errno(err, "cannot tell the working directory");
		goto out;
	}
	script->path = rv_path_absolute(found.ptr);
	if (cwd_option) {
		script->root = rv_path_absolute(cwd_option);
	} else {
		script->root = rv_strndup(script->path, (size_t)(rv_path_base(script->path) - script->path));
	}
	for (size_t n = strlen(script->root); n > 1 && script->root[n - 1] == '/'; n--) {
		script->root[n - 1] = '\0';
	}
	result = 0;
out:
	rv_str_release(&found);
	return result;
}

void rv_script_release(struct rv_script *script)
{
	free(script->path);
	free(script->root);
	free(script->cwd);
	*script = (struct rv_script)RV_SCRIPT_INIT;
}

void rv_script_put(const struct rv_script *script, struct rv_json_out *out)
{
	rv_json_put_string(out, "scene", script->path);
	rv_json_put_string(out, "root", script->root);
	rv_json_put_string(out, "cwd", script->cwd);
}

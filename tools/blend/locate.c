/* SPDX-License-Identifier: MIT */
/* Finds Blender and the Blender half of rv. */
#include "locate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "command.h"
#include "file.h"
#include "spawn.h"

#define LINK_MAX 65536
#define RENDER_VERSION_NAME "render-version"
#define RENDER_VERSION_MAX 4096

char *blend_locate_blender(const char *option, struct rv_err *err)
{
	const char *asked = option;
	const char *source = "--blender";
	if (!asked) {
		asked = getenv("RV_BLENDER");
		source = "RV_BLENDER";
	}
	if (asked && *asked) {
		char *const path = rv_find_program(asked);
		if (path) {
			return path;
		}
		struct blend_command command = BLEND_COMMAND_INIT;
		const bool good = blend_command_parse(&command, asked, err) == 0;
		if (!good) {
			const struct rv_err bare = *err;
			rv_fail(err, RV_E_NO_BLENDER, "%s, which %s names as Blender", bare.text, source);
		}
		blend_command_release(&command);
		return good ? rv_strdup(asked) : NULL;
	}
	const char *configured = getenv("BLENDER_PATH");
	if (configured && *configured) {
		char *path = rv_find_program(configured);
		if (path) {
			return path;
		}
	}
	char *path = rv_find_program("blender");
	if (!path) {
		rv_fail(err, RV_E_NO_BLENDER,
		        "no Blender found: install it (Debian: 'apt install blender') or name it with --blender or "
		        "RV_BLENDER");
	}
	return path;
}

/* The directory of the running program, or NULL. */
static char *program_dir(void)
{
	char *path = rv_alloc(LINK_MAX);
	ssize_t len = readlink("/proc/self/exe", path, LINK_MAX - 1);
	if (len <= 0) {
		free(path);
		return NULL;
	}
	path[len] = '\0';
	char *slash = strrchr(path, '/');
	*slash = '\0';
	return path;
}

static bool is_home(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/worker.py", dir);
	bool found = rv_file_exists(path.ptr);
	rv_str_release(&path);
	return found;
}

char *blend_locate_home(struct rv_err *err)
{
	const char *asked = getenv("RV_HOME");
	if (asked && *asked) {
		if (!is_home(asked)) {
			rv_fail(err, RV_E_NO_BLENDER, "no worker.py in '%s', which RV_HOME names", asked);
			return NULL;
		}
		return rv_path_absolute(asked);
	}
	static const char *const beside[] = { "../share/rv/blender", "../../../blender" }; /* installed, build tree */
	char *dir = program_dir();
	struct rv_str path = RV_STR_INIT;
	char *home = NULL;
	for (size_t i = 0; dir && !home && i < RV_COUNTOF(beside); i++) {
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", dir, beside[i]);
		home = is_home(path.ptr) ? realpath(path.ptr, NULL) : NULL;
	}
	if (!home) {
		rv_fail(err, RV_E_NO_BLENDER,
		        "cannot find worker.py near '%s': set RV_HOME to the directory that holds it", dir ? dir : "?");
	}
	rv_str_release(&path);
	free(dir);
	return home;
}

int blend_locate_render_version(const char *home, struct rv_str *version, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/" RENDER_VERSION_NAME, home);
	int status = rv_file_read(path.ptr, RENDER_VERSION_MAX, version, err);
	const char *const text = version->ptr ? version->ptr : "";
	const size_t digits = strspn(text, "0123456789");
	if (status == 0 && (digits == 0 || text[digits] != '\n')) {
		status = rv_fail(err, RV_E_NO_BLENDER, "'%s' does not begin with a line that is a number", path.ptr);
	}
	rv_str_truncate(version, digits);
	rv_str_release(&path);
	return status;
}

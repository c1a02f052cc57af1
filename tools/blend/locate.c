/* SPDX-License-Identifier: MIT */
/* Finds Blender and the Blender half of rv. */
#include "locate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "dir.h"
#include "file.h"
#include "spawn.h"

#define LINK_MAX 65536

char *blend_locate_blender(const char *option, struct rv_err *err)
{
	const char *asked = option;
	const char *source = "--blender";
	if (!asked) {
		asked = getenv("RV_BLENDER");
		source = "RV_BLENDER";
	}
	if (asked && *asked) {
		char *path = rv_find_program(asked);
		if (!path) {
			rv_fail(err, RV_E_NO_BLENDER, "no program '%s', which %s names as Blender", asked, source);
		}
		return path;
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

/* What runs inside Blender: the client does not. */
static bool is_python(const char *name)
{
	size_t len = strlen(name);
	return len > 3 && !strcmp(name + len - 3, ".py") && !strstr(name, "__pycache__") &&
	       strncmp(name, "client/", 7) != 0;
}

int blend_locate_home_digest(const char *home, char hex[RV_HASH_HEX_LEN + 1], struct rv_err *err)
{
	char **names = NULL;
	size_t n_names = 0;
	struct rv_str path = RV_STR_INIT;
	struct rv_str listing = RV_STR_INIT;
	int result = -1;
	rv_str_printf(&path, "%s/rv", home);
	if (rv_tree_files(path.ptr, &names, &n_names, err) < 0) {
		goto out;
	}
	for (size_t i = 0; i <= n_names; i++) {
		char file[RV_HASH_HEX_LEN + 1];
		uint64_t size;
		rv_str_clear(&path);
		if (i < n_names && !is_python(names[i])) {
			continue;
		}
		if (i < n_names) {
			rv_str_printf(&path, "%s/rv/%s", home, names[i]);
		} else {
			rv_str_printf(&path, "%s/worker.py", home);
		}
		if (rv_hash_file(AT_FDCWD, path.ptr, file, &size, err) < 0) {
			goto out;
		}
		rv_str_printf(&listing, "%s %s\n", i < n_names ? names[i] : "worker", file);
	}
	rv_hash_bytes(listing.ptr, listing.len, hex);
	result = 0;
out:
	rv_names_free(names, n_names);
	rv_str_release(&path);
	rv_str_release(&listing);
	return result;
}

/* SPDX-License-Identifier: MIT */
/* Paths as texts. */
#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "scan.h"
#include "str.h"

bool rv_path_is_inside(const char *relative)
{
	if (!*relative || *relative == '/' || strcmp(relative, ".") == 0) {
		return false;
	}
	for (const char *part = relative; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || !part[2])) {
			return false;
		}
	}
	return true;
}

const char *rv_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *rv_path_absolute(const char *path)
{
	struct rv_str absolute = RV_STR_INIT;
	if (*path != '/') {
		char *cwd = getcwd(NULL, 0);
		if (!cwd) {
			/* It was removed below us; "/proc/self/cwd" still means it as long as we live. */
			cwd = rv_strdup("/proc/self/cwd");
		}
		rv_str_puts(&absolute, cwd);
		free(cwd);
		if (*path && absolute.ptr[absolute.len - 1] != '/') {
			rv_str_putc(&absolute, '/');
		}
	}
	rv_str_puts(&absolute, path);
	return rv_str_detach(&absolute);
}

int rv_path_check_utf8(const char *path, struct rv_err *err)
{
	return rv_scan_is_utf8(path, strlen(path))
	               ? 0
	               : rv_fail(err, RV_E_USAGE, "'%s' is not UTF-8, as the paths in records must be: rename it",
	                         path);
}

char *rv_path_hidden(const char *path, const char *mark)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz012345"; /* 32: no bias */
	unsigned char noise[RV_HIDDEN_SUFFIX_LEN];
	if (getrandom(noise, sizeof(noise), 0) != (ssize_t)sizeof(noise)) {
		rv_bug("getrandom: %s", strerror(errno));
	}
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/') {
		len--; /* "out/" is out */
	}
	size_t parent_len = len;
	while (parent_len && path[parent_len - 1] != '/') {
		parent_len--;
	}
	struct rv_str name = RV_STR_INIT;
	rv_str_append(&name, path, parent_len);
	rv_str_putc(&name, '.');
	rv_str_append(&name, path + parent_len, len - parent_len);
	rv_str_puts(&name, mark);
	for (size_t i = 0; i < RV_HIDDEN_SUFFIX_LEN; i++) {
		rv_str_putc(&name, alphabet[noise[i] % 32]);
	}
	return rv_str_detach(&name);
}

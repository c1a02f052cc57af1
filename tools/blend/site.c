/* SPDX-License-Identifier: MIT */
/* What is in a directory of packages. */
#include "site.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "hash.h"

#define RECORD_MAX ((size_t)64 << 20)
#define INFO ".dist-info/"
#define RECORD "RECORD"

/* Names of files that packages have listed; they point into `texts`. */
struct listed {
	const char **names;
	size_t n, cap;
	struct rv_str *texts;
	size_t n_texts, texts_cap;
};

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "NAME-VERSION.dist-info/RECORD" */
static bool is_record(const char *name)
{
	const char *const slash = strchr(name, '/');
	const size_t at = slash ? (size_t)(slash + 1 - name) : 0;
	return at > strlen(INFO) && !strncmp(name + at - strlen(INFO), INFO, strlen(INFO)) &&
	       !strcmp(name + at, RECORD);
}

static bool is_cache(const char *name)
{
	return !strncmp(name, "__pycache__/", 12) || strstr(name, "/__pycache__/");
}

/* Takes the first field of each line of CSV, in `text`, which is cut up. */
static void take_names(struct listed *listed, char *text)
{
	for (char *line; (line = strsep(&text, "\n"));) {
		char *name = line;
		if (*line == '"') {
			name = ++line;
			line[strcspn(line, "\"")] = '\0';
		} else {
			line[strcspn(line, ",")] = '\0';
		}
		if (*name) {
			RV_GROW(listed->names, listed->n, listed->cap);
			listed->names[listed->n++] = name;
		}
	}
}

static int put_digest(int dir_fd, const char *name, struct rv_str *key, struct rv_err *err)
{
	char hex[RV_HASH_HEX_LEN + 1];
	uint64_t size;
	if (rv_hash_file(dir_fd, name, hex, &size, err) < 0) {
		return -1;
	}
	rv_str_printf(key, "%s %s\n", name, hex);
	return 0;
}

static int take_record(struct listed *listed, const char *dir, const char *name, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	const int status = rv_file_read(path.ptr, RECORD_MAX, &text, err);
	rv_str_release(&path);
	if (status < 0) {
		rv_str_release(&text);
		return -1;
	}
	RV_GROW(listed->texts, listed->n_texts, listed->texts_cap);
	listed->texts[listed->n_texts++] = text;
	if (text.len > 0) {
		take_names(listed, text.ptr);
	}
	return 0;
}

static void release(struct listed *listed)
{
	for (size_t i = 0; i < listed->n_texts; i++) {
		rv_str_release(&listed->texts[i]);
	}
	free(listed->texts);
	free(listed->names);
}

static int put_files(const char *dir, int dir_fd, char *const *names, size_t len, struct rv_str *key,
                     struct rv_err *err)
{
	struct listed listed = { .names = NULL };
	int status = 0;
	for (size_t i = 0; status == 0 && i < len; i++) {
		status = is_record(names[i]) ? take_record(&listed, dir, names[i], err) : 0;
	}
	if (listed.n > 0) {
		qsort(listed.names, listed.n, sizeof(*listed.names), compare);
	}
	for (size_t i = 0; status == 0 && i < len; i++) {
		const bool is_packaged =
		        listed.n > 0 && bsearch(&names[i], listed.names, listed.n, sizeof(*listed.names), compare);
		if (is_record(names[i]) || (!is_packaged && !is_cache(names[i]))) {
			status = put_digest(dir_fd, names[i], key, err);
		}
	}
	release(&listed);
	return status;
}

/* -1 with RV_E_USAGE when there is none. */
static int open_site(const char *dir, struct rv_err *err)
{
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		rv_fail_errno(err, "--site: cannot open '%s'", dir);
		err->code = RV_E_USAGE;
	}
	return fd;
}

char *blend_site_path(const char *dir, struct rv_err *err)
{
	const int fd = open_site(dir, err);
	if (fd < 0) {
		return NULL;
	}
	close(fd);
	return rv_path_absolute(dir);
}

int blend_site_put_key(const char *dir, struct rv_str *key, struct rv_err *err)
{
	char **names = NULL;
	size_t len = 0;
	const int dir_fd = open_site(dir, err);
	if (dir_fd < 0) {
		return -1;
	}
	int status = rv_tree_files(dir, &names, &len, err);
	if (status < 0) {
		err->code = err->code == RV_E_BAD_FILE ? RV_E_USAGE : err->code;
		rv_fail_prefix(err, "--site");
	} else {
		rv_str_puts(key, "site\n");
		status = put_files(dir, dir_fd, names, len, key, err);
	}
	rv_names_free(names, len);
	close(dir_fd);
	return status;
}

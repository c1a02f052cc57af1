/* SPDX-License-Identifier: MIT */
/* Numbered directories of runs, their locks and words. */
#include "porcelain/rundir.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "json.h"
#include "parse.h"
#include "vocabulary.h"

#define WORDS_NAME ".rv-render.json"
#define LOCK_NAME ".rv-render.lock"
#define WORDS_VERSION 1
#define WORDS_MAX ((size_t)1 << 20)
#define NUMBER_MAX ((uint64_t)1 << 53)

static int larger_first(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x < y) - (x > y);
}

static char *join(const char *dir, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	return rv_str_detach(&path);
}

static char *run_path(const char *out, uint64_t number)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%" PRIu64, out, number);
	return rv_str_detach(&path);
}

static bool holds(const char *dir, const char *name)
{
	char *const path = join(dir, name);
	const bool there = rv_file_exists(path);
	free(path);
	return there;
}

/* Whether OUT/N is a run: at work or not complete, or with a summary. A sample's _meta.json is none. */
static bool is_run(const char *out, uint64_t number)
{
	char *const path = run_path(out, number);
	const bool is = holds(path, WORDS_NAME) || holds(path, LOCK_NAME) ||
	                (holds(path, RV_META_NAME) && !holds(path, RV_BLEND_MARKER));
	free(path);
	return is;
}

int porcelain_rundir_list(const char *out, uint64_t **numbers, size_t *len, struct rv_err *err)
{
	char **names = NULL;
	size_t n_names = 0, cap = 0;
	*numbers = NULL;
	*len = 0;
	if (!rv_file_exists(out)) {
		return 0;
	}
	if (rv_dir_names(out, &names, &n_names, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n_names; i++) {
		uint64_t number;
		if (names[i][0] != '0' && rv_parse_u64(names[i], "run", 1, NUMBER_MAX, &number, NULL) == 0) {
			RV_GROW(*numbers, *len, cap);
			(*numbers)[(*len)++] = number;
		}
	}
	rv_names_free(names, n_names);
	if (*len > 0) {
		qsort(*numbers, *len, sizeof(**numbers), larger_first);
	}
	return 0;
}

static int take_lock(struct porcelain_rundir *run, double wait_s, struct rv_err *err)
{
	struct rv_str shown = RV_STR_INIT;
	char *const path = join(run->path, LOCK_NAME);
	rv_str_printf(&shown, "'%s'", run->path);
	const int status = rv_lock_take(&run->lock, path, shown.ptr, wait_s, err);
	rv_str_release(&shown);
	free(path);
	return status;
}

int porcelain_rundir_create(struct porcelain_rundir *run, const char *out, struct rv_err *err)
{
	uint64_t *numbers = NULL;
	size_t len = 0;
	*run = (struct porcelain_rundir)PORCELAIN_RUNDIR_INIT;
	if (rv_mkdirs(out, err) < 0 || porcelain_rundir_list(out, &numbers, &len, err) < 0) {
		return -1;
	}
	uint64_t number = 0;
	for (size_t i = 0; i < len && number == 0; i++) {
		number = is_run(out, numbers[i]) ? numbers[i] : 0;
	}
	free(numbers);
	do {
		free(run->path);
		run->path = run_path(out, ++number);
	} while (mkdir(run->path, 0777) < 0 && errno == EEXIST);
	run->is_new = true;
	struct stat st;
	if (lstat(run->path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		return rv_fail_errno(err, "cannot make directory '%s'", run->path);
	}
	return take_lock(run, 0, err);
}

int porcelain_rundir_reopen(struct porcelain_rundir *run, const char *out, uint64_t number, double wait_s,
                            struct rv_err *err)
{
	uint64_t *numbers = NULL;
	size_t len = 0;
	*run = (struct porcelain_rundir)PORCELAIN_RUNDIR_INIT;
	if (porcelain_rundir_list(out, &numbers, &len, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < len && !run->path; i++) {
		char *const path = run_path(out, numbers[i]);
		if (number > 0 ? numbers[i] == number && is_run(out, number) : holds(path, WORDS_NAME)) {
			run->path = rv_strdup(path);
		}
		free(path);
	}
	free(numbers);
	if (!run->path) {
		return number > 0 ? rv_fail(err, RV_E_USAGE, "there is no run %" PRIu64 " in '%s'", number, out)
		                  : rv_fail(err, RV_E_USAGE, "there is no unfinished run in '%s'", out);
	}
	return take_lock(run, wait_s, err);
}

void porcelain_rundir_close(struct porcelain_rundir *run)
{
	rv_lock_drop(&run->lock);
	free(run->path);
	*run = (struct porcelain_rundir)PORCELAIN_RUNDIR_INIT;
}

int porcelain_rundir_save(const struct porcelain_rundir *run, const struct porcelain_words *words, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	char *const path = join(run->path, WORDS_NAME);
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", WORDS_VERSION);
	rv_json_open(&out, "words", '[');
	for (size_t i = 0; i < words->len; i++) {
		rv_json_put_string(&out, NULL, words->items[i]);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(&text, '\n');
	const int result = rv_file_write(path, text.ptr, text.len, err);
	rv_str_release(&text);
	free(path);
	return result;
}

int porcelain_rundir_load(const struct porcelain_rundir *run, bool may_grow, struct porcelain_words *words,
                          struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	uint64_t version;
	char *const path = join(run->path, WORDS_NAME);
	int result = -1;
	if (rv_file_read(path, WORDS_MAX, &text, err) < 0) {
		if (err->code == RV_E_MISSING_FILE && may_grow) {
			result = 0;
		} else if (err->code == RV_E_MISSING_FILE) {
			rv_fail(err, RV_E_USAGE,
			        "run '%s' is complete; for more samples give the scene and its options again, with "
			        "--run and a larger -n",
			        run->path);
		}
		goto out;
	}
	while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
		rv_str_truncate(&text, text.len - 1);
	}
	if (rv_json_parse(text.ptr, text.len, &json, err) < 0 ||
	    !rv_json_u64(rv_json_get(json, "version"), WORDS_VERSION, WORDS_VERSION, &version)) {
		rv_fail(err, RV_E_USAGE, "'%s' is not what this rv writes", path);
		goto out;
	}
	const struct rv_json list = rv_json_get(json, "words");
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const char *const word = rv_json_string(rv_json_at(list, i), NULL);
		porcelain_words_add(words, "%s", word ? word : "");
	}
	result = 0;
out:
	rv_json_release(&json);
	rv_str_release(&text);
	free(path);
	return result;
}

static int remove_words(const struct porcelain_rundir *run, struct rv_err *err)
{
	char *const path = join(run->path, WORDS_NAME);
	const int result = unlink(path) < 0 && errno != ENOENT ? rv_fail_errno(err, "cannot remove '%s'", path) : 0;
	free(path);
	return result;
}

int porcelain_rundir_complete(const struct porcelain_rundir *run, struct rv_err *err)
{
	return remove_words(run, err);
}

void porcelain_rundir_discard(struct porcelain_rundir *run)
{
	char **names = NULL;
	size_t len = 0;
	struct rv_err err;
	bool is_empty = run->is_new && rv_dir_names(run->path, &names, &len, &err) == 0;
	for (size_t i = 0; is_empty && i < len; i++) {
		is_empty = strcmp(names[i], WORDS_NAME) == 0 || strcmp(names[i], LOCK_NAME) == 0;
	}
	if (is_empty && remove_words(run, &err) == 0) {
		rv_lock_drop(&run->lock);
		if (rmdir(run->path) < 0) {
			rv_detail("cannot remove '%s'", run->path);
		}
	}
	rv_names_free(names, len);
}

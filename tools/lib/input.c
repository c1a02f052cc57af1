/* SPDX-License-Identifier: MIT */
/* Records from standard input or from directories of samples. */
#include "input.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "idset.h"
#include "path.h"
#include "sig.h"
#include "sorter.h"
#include "source.h"
#include "vocabulary.h"

#define DATASET_SAMPLES "dir" /* the folder of a dataset that holds samples as directories */

struct rv_input {
	struct rv_reader *reader; /* of standard input; NULL: directories */
	struct rv_sorter *samples;
	uint64_t n_samples;
	struct rv_idset *ids;
	struct rv_str dir, text; /* of the present sample */
	bool is_in_run;          /* while they are looked through: no run holds others */
};

/* ---- one sample ---- */

static void join(struct rv_str *path, const char *dir, const char *name)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s%s%s", dir, strcmp(dir, "/") == 0 ? "" : "/", name);
}

static bool has_meta(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	join(&path, dir, RV_META_NAME);
	const bool has = rv_file_exists(path.ptr);
	rv_str_release(&path);
	return has;
}

/* The directory is called as its sample is, also by a link or as ".". */
static bool fits_name(const char *dir, const char *id)
{
	if (strcmp(rv_path_base(dir), id) == 0) {
		return true;
	}
	char *const real = realpath(dir, NULL);
	const bool fits = real && strcmp(rv_path_base(real), id) == 0;
	free(real);
	return fits;
}

/* JSON on one line, whoever has written it: newlines are between its tokens. */
static void make_line(struct rv_str *text)
{
	while (text->len > 0 && text->ptr[text->len - 1] == '\n') {
		rv_str_truncate(text, text->len - 1);
	}
	for (size_t i = 0; i < text->len; i++) {
		text->ptr[i] = text->ptr[i] == '\n' || text->ptr[i] == '\r' ? ' ' : text->ptr[i];
	}
}

/* The record that a sample's directory holds, as it is there. */
static int load(struct rv_input *input, const char *dir, struct rv_record *record, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, id = RV_STR_INIT;
	join(&path, dir, RV_META_NAME);
	const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = dir_fd < 0 ? rv_fail_errno(err, "cannot open '%s'", path.ptr)
	                        : rv_source_load_beneath(dir_fd, RV_META_NAME, RV_LINE_MAX, &input->text, err);
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	if (result == 0) {
		make_line(&input->text);
		result = rv_record_parse(record, input->text.ptr, input->text.len, err);
		if (result == 0) {
			result = rv_record_id(record, &id, err);
		}
		if (result < 0) {
			rv_fail_prefix(err, "'%s'", path.ptr);
		} else if (!fits_name(dir, id.ptr)) {
			result = rv_fail(err, RV_E_BAD_RECORD, "'%s' holds the sample '%s'", dir, id.ptr);
		}
	} else {
		rv_fail_prefix(err, "'%s'", dir);
		rv_record_clear(record);
	}
	rv_str_release(&id);
	rv_str_release(&path);
	return result;
}

/* ---- their order ---- */

static int add_children(struct rv_input *input, const char *dir, size_t *n, struct rv_err *err);

/* A line that sorts as the sample does: index (or '~'), id, path as JSON, tabs between them. Of the directory of a run
 * of `rv render`, whose _meta.json is no sample's, the samples that are in it. */
static int add_sample(struct rv_input *input, const char *dir, struct rv_record *record, struct rv_err *err)
{
	struct rv_err ignored;
	struct rv_str line = RV_STR_INIT, id = RV_STR_INIT;
	struct rv_json index = RV_JSON_INIT;
	struct rv_span value;
	uint64_t number;
	const bool is_good = load(input, dir, record, &ignored) == 0;
	if (!is_good && !input->is_in_run) {
		size_t n_inside = 0;
		input->is_in_run = true;
		const int inside = add_children(input, dir, &n_inside, err);
		input->is_in_run = false;
		if (inside < 0 || n_inside > 0) {
			return inside;
		}
	}
	if (is_good && rv_record_get(record, "index", &value) &&
	    rv_json_parse(value.ptr, value.len, &index, NULL) == 0 && rv_json_u64(index, 0, UINT64_MAX, &number)) {
		rv_str_printf(&line, "%020" PRIu64 "\t", number);
	} else {
		rv_str_puts(&line, "~\t");
	}
	if (is_good && rv_record_id(record, &id, NULL) == 0) {
		rv_str_puts(&line, id.ptr);
	}
	rv_str_putc(&line, '\t');
	rv_str_json(&line, dir, strlen(dir));
	const int result = rv_sorter_add(input->samples, line.ptr, line.len, err);
	input->n_samples++;
	rv_json_release(&index);
	rv_str_release(&id);
	rv_str_release(&line);
	return result;
}

/* The children that are samples; *n counts them. */
static int add_children(struct rv_input *input, const char *dir, size_t *n, struct rv_err *err)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str path = RV_STR_INIT;
	DIR *const open_dir = opendir(dir);
	const struct dirent *entry;
	int result = 0;
	if (!open_dir) {
		return rv_fail_errno(err, "cannot read '%s'", dir);
	}
	while (result == 0 && (entry = readdir(open_dir))) {
		if (rv_sig_stop()) {
			result = rv_fail(err, RV_E_CANCELLED, "stopped by a signal");
			break;
		}
		if (entry->d_name[0] == '.' ||
		    (entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)) {
			continue;
		}
		join(&path, dir, entry->d_name);
		if (has_meta(path.ptr)) {
			++*n;
			result = add_sample(input, path.ptr, &record, err);
		}
	}
	closedir(open_dir);
	rv_str_release(&path);
	rv_record_release(&record);
	return result;
}

static int add_dataset(struct rv_input *input, const char *dir, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct stat st;
	size_t n = 0;
	join(&path, dir, DATASET_SAMPLES);
	int result = stat(path.ptr, &st) == 0 && S_ISDIR(st.st_mode) ? add_children(input, path.ptr, &n, err) : 0;
	if (result == 0 && n == 0) {
		result = rv_fail(
		        err, RV_E_USAGE,
		        "the dataset '%s' does not hold its samples as directories: the format '" DATASET_SAMPLES
		        "' does",
		        dir);
	}
	rv_str_release(&path);
	return result;
}

/* A folder of a dataset is none by itself. */
static int refuse(const char *dir, struct rv_err *err)
{
	const char *const base = rv_path_base(dir);
	char *const above = base > dir ? rv_strndup(dir, (size_t)(base - dir) - (base - dir > 1)) : rv_strdup(".");
	const bool is_part = *base && rv_input_is_dataset(above);
	rv_fail(err, RV_E_USAGE,
	        "'%s' is neither a sample (no " RV_META_NAME "), a directory of samples, nor a dataset%s%s%s", dir,
	        is_part ? ", did you mean '" : "", is_part ? above : "", is_part ? "'?" : "");
	free(above);
	return -1;
}

static int add_dir(struct rv_input *input, const char *dir, struct rv_err *err)
{
	struct rv_record record = RV_RECORD_INIT;
	struct stat st;
	size_t n = 0;
	int result;
	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode)) {
		return rv_fail(err, RV_E_USAGE, "'%s' is no directory", dir);
	}
	if (rv_input_is_dataset(dir)) {
		return add_dataset(input, dir, err);
	}
	if (add_children(input, dir, &n, err) < 0) {
		return -1;
	}
	if (n > 0) { /* what else has a _meta.json of its own is the directory of a run of `rv render` */
		return 0;
	}
	result = has_meta(dir) ? add_sample(input, dir, &record, err) : refuse(dir, err);
	rv_record_release(&record);
	return result;
}

/* ---- interface ---- */

bool rv_input_is_dataset(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	char start[sizeof(RV_MANIFEST_START) - 1];
	join(&path, dir, RV_MANIFEST_NAME);
	FILE *const file = fopen(path.ptr, "re");
	const bool is = file && fread(start, 1, sizeof(start), file) == sizeof(start) &&
	                memcmp(start, RV_MANIFEST_START, sizeof(start)) == 0;
	if (file) {
		fclose(file);
	}
	rv_str_release(&path);
	return is;
}

struct rv_input *rv_input_open(char *const *dirs, size_t n, struct rv_err *err)
{
	struct rv_input *const input = rv_alloc_zero(1, sizeof(*input));
	struct rv_str dir = RV_STR_INIT;
	int result = 0;
	rv_str_init(&input->dir);
	rv_str_init(&input->text);
	if (n == 0) {
		input->reader = rv_reader_new(STDIN_FILENO, "the input");
		return input;
	}
	input->samples = rv_sorter_new(NULL, 0);
	input->ids = rv_idset_new();
	for (size_t i = 0; result == 0 && i < n; i++) {
		rv_str_clear(&dir);
		rv_str_puts(&dir, dirs[i]);
		while (dir.len > 1 && dir.ptr[dir.len - 1] == '/') {
			rv_str_truncate(&dir, dir.len - 1);
		}
		result = add_dir(input, dir.ptr, err);
	}
	rv_str_release(&dir);
	if (result < 0) {
		rv_input_close(input);
		return NULL;
	}
	return input;
}

void rv_input_close(struct rv_input *input)
{
	if (input) {
		rv_reader_free(input->reader);
		rv_sorter_free(input->samples);
		rv_idset_free(input->ids);
		rv_str_release(&input->dir);
		rv_str_release(&input->text);
		free(input);
	}
}

static int next_sample(struct rv_input *input, struct rv_record *record, struct rv_err *err)
{
	struct rv_span line;
	struct rv_str id = RV_STR_INIT;
	const int got = rv_sorter_next(input->samples, &line, err);
	if (got <= 0) {
		return got;
	}
	const char *const path = (const char *)memrchr(line.ptr, '\t', line.len) + 1; /* in JSON a tab is \t */
	rv_str_clear(&input->dir);
	rv_scan_string((struct rv_span) { path, (size_t)(line.ptr + line.len - path) }, &input->dir);
	int result = load(input, input->dir.ptr, record, err);
	if (result == 0 && rv_record_id(record, &id, err) == 0 && !rv_idset_add(input->ids, id.ptr, id.len)) {
		result = rv_fail(err, RV_E_DUPLICATE_ID, "'%s': the sample '%s' came before", input->dir.ptr, id.ptr);
	}
	rv_record_set_string(record, "dir", input->dir.ptr);
	record->line = 0;
	rv_str_release(&id);
	return result == 0 ? 1 : 2;
}

int rv_input_next(struct rv_input *input, struct rv_record *record, struct rv_err *err)
{
	return input->reader ? rv_reader_next(input->reader, record, err) : next_sample(input, record, err);
}

uint64_t rv_input_count(const struct rv_input *input)
{
	return input->n_samples;
}

bool rv_input_would_block(struct rv_input *input)
{
	return input->reader && rv_reader_would_block(input->reader);
}

void rv_input_on_wait(struct rv_input *input, rv_reader_wait_fn *wait, void *context)
{
	if (input->reader) {
		rv_reader_on_wait(input->reader, wait, context);
	}
}

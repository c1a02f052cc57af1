/* SPDX-License-Identifier: MIT */
/* Lines and lists of several files in one. */
#include "sink/joined.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sink/part.h"

#define LISTS_MAX 8

/* A file of the dataset in the making. */
struct file {
	char *path;
	const struct format_path *row;
	const char *first;          /* the part that has it first */
	struct sink_output *output; /* of lines; NULL: of lists */
	struct rv_str heading;
	struct sink_part lists[LISTS_MAX];
	struct rv_str around[LISTS_MAX + 1]; /* the text before each list, and behind the last */
	size_t n_around;
};

struct sink_joined {
	struct sink_dataset *dataset;
	sink_id_fn *take;
	void *to;
	struct file **files;
	size_t n_files, cap_files;
	/* The file at hand, of a part. */
	struct file *file;
	const char *part;
	struct rv_str line; /* not whole yet */
	uint64_t n_lines;
	size_t list;               /* the one that it is in, or that comes next */
	bool is_in_list, is_first; /* no part had the file before */
	uint64_t base;             /* elements of the first list before this part's; what is added to numbers */
	struct rv_str text;        /* around lists, so far */
	struct rv_str id;          /* that was told last */
};

struct sink_joined *sink_joined_new(struct sink_dataset *dataset, sink_id_fn *take, void *to)
{
	struct sink_joined *const joined = rv_alloc_zero(1, sizeof(*joined));
	joined->dataset = dataset;
	joined->take = take;
	joined->to = to;
	rv_str_init(&joined->line);
	rv_str_init(&joined->text);
	rv_str_init(&joined->id);
	return joined;
}

static size_t count_lists(const struct format_path *row)
{
	size_t n = 0;
	while (row->merge == FORMAT_MERGE_LISTS && row->lists[n].name) {
		n++;
	}
	return n;
}

static void free_file(struct file *file)
{
	sink_output_abort(file->output);
	for (size_t i = 0; i < count_lists(file->row); i++) {
		sink_part_release(&file->lists[i]);
	}
	for (size_t i = 0; i < RV_COUNTOF(file->around); i++) {
		rv_str_release(&file->around[i]);
	}
	rv_str_release(&file->heading);
	free(file->path);
	free(file);
}

void sink_joined_free(struct sink_joined *joined)
{
	if (!joined) {
		return;
	}
	for (size_t i = 0; i < joined->n_files; i++) {
		free_file(joined->files[i]);
	}
	free(joined->files);
	rv_str_release(&joined->line);
	rv_str_release(&joined->text);
	rv_str_release(&joined->id);
	free(joined);
}

/* ---- a file of a part ---- */

static struct file *new_file(struct sink_joined *joined, const char *path, const struct format_path *row,
                             const char *part)
{
	struct file *const file = rv_alloc_zero(1, sizeof(*file));
	char name[64];
	*file = (struct file) { .path = rv_strdup(path), .row = row, .first = part, .heading = RV_STR_INIT };
	for (size_t i = 0; i < RV_COUNTOF(file->around); i++) {
		rv_str_init(&file->around[i]);
	}
	for (size_t i = 0; i < count_lists(row); i++) {
		snprintf(name, sizeof(name), "joined-%zu-%zu", joined->n_files, i);
		sink_part_init(&file->lists[i], joined->dataset, name);
	}
	RV_GROW(joined->files, joined->n_files, joined->cap_files);
	joined->files[joined->n_files++] = file;
	return file;
}

int sink_joined_begin(struct sink_joined *joined, const char *path, const struct format_path *row, const char *part,
                      uint64_t base, struct rv_err *err)
{
	size_t i = 0;
	while (i < joined->n_files && strcmp(joined->files[i]->path, path) != 0) {
		i++;
	}
	joined->is_first = i == joined->n_files;
	joined->file = joined->is_first ? new_file(joined, path, row, part) : joined->files[i];
	joined->part = part;
	joined->n_lines = 0;
	joined->list = 0;
	joined->is_in_list = false;
	joined->base = row->merge == FORMAT_MERGE_LISTS ? joined->file->lists[0].n_items : base;
	rv_str_clear(&joined->line);
	rv_str_clear(&joined->text);
	rv_str_clear(&joined->id);
	if (joined->is_first && row->merge != FORMAT_MERGE_LISTS) {
		joined->file->output = sink_dataset_create(joined->dataset, path, err);
		return joined->file->output ? 0 : -1;
	}
	return 0;
}

static int fail_form(const struct sink_joined *joined, struct rv_err *err)
{
	return rv_fail(err, RV_E_USAGE, "'%s/%s' is not in the form in which rv writes it", joined->part,
	               joined->file->path);
}

/* What all parts have alike is `known` from the first. */
static int compare(const struct sink_joined *joined, const struct rv_str *known, const char *text, size_t len,
                   struct rv_err *err)
{
	return known->len == len && memcmp(known->ptr, text, len) == 0
	               ? 0
	               : rv_fail(err, RV_E_USAGE,
	                         "'%s/%s' differs from '%s/%s' in more than its samples: parts must be made with the "
	                         "same options, categories and cameras",
	                         joined->part, joined->file->path, joined->file->first, joined->file->path);
}

/* ---- lists ---- */

/* The text around lists ends here. */
static int end_around(struct sink_joined *joined, struct rv_err *err)
{
	struct file *const file = joined->file;
	struct rv_str *const known = &file->around[joined->list];
	if (!joined->is_first) {
		const int status = joined->list < file->n_around
		                           ? compare(joined, known, joined->text.ptr, joined->text.len, err)
		                           : fail_form(joined, err);
		rv_str_clear(&joined->text);
		return status;
	}
	rv_str_append(known, joined->text.ptr, joined->text.len);
	rv_str_clear(&joined->text);
	file->n_around = joined->list + 1;
	return 0;
}

/* Takes `prefix` and a number from the front of a text. */
static bool take_number(const char **at, const char *end, const char *prefix, const char *key, uint64_t *number)
{
	struct rv_str start = RV_STR_INIT;
	rv_str_printf(&start, "%s\"%s\":", prefix, key);
	const bool is_there = (size_t)(end - *at) > start.len && memcmp(*at, start.ptr, start.len) == 0;
	*at += is_there ? start.len : 0;
	rv_str_release(&start);
	const char *const digits = *at;
	*number = 0;
	while (is_there && *at < end && isdigit((unsigned char)**at)) {
		*number = 10 * *number + (uint64_t)(*(*at)++ - '0');
	}
	return *at > digits;
}

/* An element, its numbers counted on. */
static int put_element(struct sink_joined *joined, const char *text, const char *end, struct rv_err *err)
{
	const struct format_list *const list = &joined->file->row->lists[joined->list];
	struct sink_part *const part = &joined->file->lists[joined->list];
	struct rv_json_out out;
	const char *before = "{";
	uint64_t number;
	sink_part_item(part, &out);
	if (list->number) {
		if (!take_number(&text, end, before, list->number, &number)) {
			return fail_form(joined, err);
		}
		rv_str_printf(out.text, "%s\"%s\":%" PRIu64, before, list->number, part->n_items);
		before = ",";
	}
	if (list->of) {
		if (!take_number(&text, end, before, list->of, &number)) {
			return fail_form(joined, err);
		}
		rv_str_printf(out.text, "%s\"%s\":%" PRIu64, before, list->of, joined->base + number);
	}
	rv_str_append(out.text, text, (size_t)(end - text));
	joined->n_lines++;
	return sink_part_flush(part, err);
}

/* Behind the JSON value that a text begins with, which has been written by us. */
static const char *value_end(const char *at, const char *end)
{
	size_t depth = 0;
	bool is_string = false;
	do {
		if (is_string && *at == '\\') {
			at++;
		} else if (is_string) {
			is_string = *at != '"';
		} else {
			is_string = *at == '"';
			depth += *at == '{' || *at == '[';
			depth -= depth > 0 && (*at == '}' || *at == ']');
		}
		at++;
	} while (at < end && (is_string || depth > 0));
	return at;
}

/* Takes what stands before the next list, or the rest of a document that has no further one. */
static int take_around(struct sink_joined *joined, const char **at, const char *end, struct rv_err *err)
{
	const char *const name = joined->file->row->lists[joined->list].name;
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "\"%s\":[", name ? name : "");
	const char *const found = name ? memmem(*at, (size_t)(end - *at), key.ptr, key.len) : NULL;
	const char *const until = found ? found + key.len : end;
	rv_str_append(&joined->text, *at, (size_t)(until - *at));
	*at = until;
	rv_str_release(&key);
	if (!found) {
		return 0;
	}
	rv_str_truncate(&joined->text, joined->text.len - 1); /* the bracket is the list's */
	joined->is_in_list = true;
	return end_around(joined, err);
}

/* Takes an element or the end of the list. */
static int take_element(struct sink_joined *joined, const char **at, const char *end, struct rv_err *err)
{
	if (**at == '\n') {
		(*at)++;
		return 0;
	}
	if (**at != ']') {
		const char *const behind = value_end(*at, end);
		if (put_element(joined, *at, behind, err) < 0) {
			return -1;
		}
		*at = behind;
	}
	if (*at == end || (**at != ',' && **at != ']')) {
		return fail_form(joined, err);
	}
	if (*(*at)++ == ']') {
		joined->is_in_list = false;
		joined->list++;
	}
	return 0;
}

static int take_line(struct sink_joined *joined, const char *line, size_t len, struct rv_err *err)
{
	const char *const end = line + len;
	int status = 0;
	while (line < end && status == 0) {
		status = joined->is_in_list ? take_element(joined, &line, end, err)
		                            : take_around(joined, &line, end, err);
	}
	return status;
}

/* ---- lines with numbers ---- */

/* The id behind a number, up to the next blank. */
static int tell_id(struct sink_joined *joined, const char *text, struct rv_err *err)
{
	const size_t len = *text == ' ' ? strcspn(text + 1, " \n") : 0;
	if (len == 0) {
		return fail_form(joined, err);
	}
	if (joined->id.len == len && memcmp(joined->id.ptr, text + 1, len) == 0) {
		return 0;
	}
	rv_str_clear(&joined->id);
	rv_str_append(&joined->id, text + 1, len);
	return joined->take(joined->to, text + 1, len, err);
}

/* The number has as many digits as before. */
static int count_on(struct sink_joined *joined, const char *line, size_t len, struct rv_err *err)
{
	const size_t n_digits = strspn(line, "0123456789");
	char number[24];
	if (n_digits == 0 || n_digits > 9) {
		return fail_form(joined, err);
	}
	const uint64_t counted = joined->base + strtoull(line, NULL, 10);
	const int n = snprintf(number, sizeof(number), "%0*" PRIu64, (int)n_digits, counted);
	if ((size_t)n != n_digits) {
		return rv_fail(err, RV_E_LIMIT, "'%s' has numbers of %zu digits, and would need %" PRIu64,
		               joined->file->path, n_digits, counted);
	}
	joined->n_lines++;
	return (joined->file->row->merge == FORMAT_MERGE_COUNTED_IDS && tell_id(joined, line + n_digits, err) < 0) ||
	                       sink_output_write(joined->file->output, number, n_digits, err) < 0
	               ? -1
	               : sink_output_write(joined->file->output, line + n_digits, len - n_digits, err);
}

/* ---- bytes ---- */

static int put_line(struct sink_joined *joined, const char *line, size_t len, struct rv_err *err)
{
	struct file *const file = joined->file;
	if (file->row->merge == FORMAT_MERGE_LISTS) {
		return take_line(joined, line, len, err);
	}
	if (file->row->merge == FORMAT_MERGE_COUNTED_LINES || file->row->merge == FORMAT_MERGE_COUNTED_IDS) {
		return count_on(joined, line, len, err);
	}
	if (file->row->merge == FORMAT_MERGE_TABLE && joined->list++ == 0) {
		if (!joined->is_first) {
			return compare(joined, &file->heading, line, len, err);
		}
		rv_str_append(&file->heading, line, len);
	} else {
		joined->n_lines++;
	}
	return sink_output_write(file->output, line, len, err);
}

int sink_joined_add(void *joined_, const void *bytes, size_t len, struct rv_err *err)
{
	struct sink_joined *const joined = joined_;
	const char *at = bytes, *const end = at + len;
	int status = 0;
	while (at < end && status == 0) {
		const char *const newline = memchr(at, '\n', (size_t)(end - at));
		rv_str_append(&joined->line, at, (size_t)((newline ? newline + 1 : end) - at));
		at = newline ? newline + 1 : end;
		if (newline) {
			status = put_line(joined, joined->line.ptr, joined->line.len, err);
			rv_str_clear(&joined->line);
		}
	}
	return status;
}

int sink_joined_end(struct sink_joined *joined, uint64_t *n_lines, struct rv_err *err)
{
	*n_lines = joined->n_lines;
	if (joined->line.len > 0 || joined->is_in_list) {
		return fail_form(joined, err);
	}
	if (joined->file->row->merge != FORMAT_MERGE_LISTS) {
		return 0;
	}
	const size_t n_around = joined->list + 1;
	if (end_around(joined, err) < 0) {
		return -1;
	}
	return joined->file->n_around == n_around ? 0 : fail_form(joined, err);
}

/* ---- the whole ---- */

static int write_lists(struct sink_joined *joined, struct file *file, struct rv_err *err)
{
	struct sink_output *const output = sink_dataset_create(joined->dataset, file->path, err);
	int status = output ? 0 : -1;
	for (size_t i = 0; i < file->n_around && status == 0; i++) {
		status = sink_output_write(output, file->around[i].ptr, file->around[i].len, err);
		if (status == 0 && i + 1 < file->n_around) {
			status = sink_part_copy(&file->lists[i], output, err);
		}
	}
	if (status < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(joined->dataset, output, err);
}

int sink_joined_finish(struct sink_joined *joined, struct rv_err *err)
{
	for (size_t i = 0; i < joined->n_files; i++) {
		struct file *const file = joined->files[i];
		struct sink_output *const output = file->output;
		file->output = NULL;
		if ((output ? sink_dataset_finish(joined->dataset, output, err) : write_lists(joined, file, err)) < 0) {
			return -1;
		}
	}
	return 0;
}

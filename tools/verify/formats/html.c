/* SPDX-License-Identifier: MIT */
/*
 * The page: every file of data is the call that the page reads, with JSON; a row of a list and a record say the same of
 * an item; files that are named are there, and no others.
 */
#include "format/html.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "path.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)
#define FILES "html/files/"

struct html {
	const struct verify_context *context;
	struct verify_groups *groups;
	atomic_uint_fast64_t n_rows, n_lists, n_samples, n_pages;
	uint64_t said_samples, said_items, said_lists, said_pages; /* by dataset.js, which is one file */
	bool has_dataset;
	atomic_bool is_unread; /* a list or records, which was told: what is missing for that is not told as well */
	struct verify_problems *problems;
};

/* Kinds of parts. Of a file, by its path: it, what names it, and the row that shows it. Of an item, by "ID VIEW": its
 * row and its record, each with "PAGE SLOT FRAMES". */
enum { FILE_THERE = 'f', FILE_NAMED = 'n', FILE_SHOWN = 's', ITEM_ROW = 'a', ITEM_RECORD = 'b' };

static void *open_html(const struct verify_context *context)
{
	struct html *const html = rv_alloc_zero(1, sizeof(*html));
	html->context = context;
	html->groups = verify_groups_new();
	return html;
}

static void free_html(void *state)
{
	struct html *const html = state;
	verify_groups_free(html->groups);
	free(html);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static void check_page(struct verify_item *item)
{
	static const struct {
		const char *name, *holds[4];
	} files[] = { { "index", { "\"page.css\"", "\"page.js\"", "\"data/dataset.js\"" } },
		      { "script", { "dataset(", "list(", "records(" } },
		      { "style", { "{" } } };
	struct rv_str text = RV_STR_INIT;
	const bool is_read = verify_item_load(item, TEXT_BYTES_MAX, &text);
	for (size_t i = 0; is_read && i < RV_COUNTOF(files); i++) {
		for (const char *const *what = files[i].holds; verify_item_is(item, files[i].name) && *what; what++) {
			if (!strstr(text.ptr, *what)) {
				verify_problems_add(item->problems, VERIFY_HTML_PAGE, item->path, "it has no %s",
				                    *what);
			}
		}
	}
	rv_str_release(&text);
}

static bool is_prototype(struct rv_span string)
{
	struct rv_str name = RV_STR_INIT;
	const bool is = rv_scan_string(string, &name) && name.len == strlen(FORMAT_HTML_PROTOTYPE) &&
	                strcmp(name.ptr, FORMAT_HTML_PROTOTYPE) == 0;
	rv_str_release(&name);
	return is;
}

/* Makes JSON of a script: takes the brackets around names of members away. False when a name lacks them. */
static bool drop_brackets(char *text)
{
	bool is_right = true;
	for (char *start = text, *end; (start = strchr(start, '"')); start = end) {
		for (end = start + 1; *end && *end != '"'; end++) {
			end += *end == '\\' && end[1];
		}
		end += *end == '"';
		const struct rv_span string = { .ptr = start, .len = (size_t)(end - start) };
		if (start > text && start[-1] == '[' && strncmp(end, "]:", 2) == 0 && is_prototype(string)) {
			start[-1] = ' ';
			*end = ' ';
		} else if (*end == ':' && is_prototype(string)) {
			is_right = false;
		}
	}
	return is_right;
}

/* The argument of the call that the file is; RV_JSON_NONE, with a problem, when it is none. *json is to be released;
 * *text changes. */
static struct rv_json argument_of(struct verify_item *item, struct rv_str *text, const char *call, struct rv_json *json)
{
	struct rv_str start = RV_STR_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	const size_t end = strlen(FORMAT_HTML_CALL_END);
	rv_str_puts(&start, call);
	if (item->place.number[0]) {
		rv_str_printf(&start, "%lu,", strtoul(item->place.number, NULL, 10));
	}
	if (text->len < start.len + end || memcmp(text->ptr, start.ptr, start.len) != 0 ||
	    strcmp(text->ptr + text->len - end, FORMAT_HTML_CALL_END) != 0) {
		verify_problems_add(item->problems, VERIFY_HTML_DATA, item->path, "it is no call of %s...)", start.ptr);
	} else if (!drop_brackets(text->ptr + start.len)) {
		verify_problems_add(item->problems, VERIFY_HTML_DATA, item->path,
		                    "a member '" FORMAT_HTML_PROTOTYPE
		                    "' is a prototype to a script: its name lacks brackets");
	} else if (rv_json_parse(text->ptr + start.len, text->len - start.len - end, json, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_HTML_DATA, item->path, &wrong);
	}
	rv_str_release(&start);
	return *json;
}

/* ---- dataset.js -------------------------------------------------------------------------------------------------- */

static void read_dataset(struct html *html, struct verify_item *item)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	if (verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		const struct rv_json about = argument_of(item, &text, FORMAT_HTML_CALL_DATASET, &json);
		uint64_t version;
		if (rv_json_type(about) == RV_JSON_NONE) {
			/* told */
		} else if (!rv_json_u64(rv_json_get(about, "version"), FORMAT_HTML_VERSION, FORMAT_HTML_VERSION,
		                        &version) ||
		           !rv_json_u64(rv_json_get(about, "samples"), 1, UINT64_MAX, &html->said_samples) ||
		           !rv_json_u64(rv_json_get(about, "items"), 1, UINT64_MAX, &html->said_items) ||
		           !rv_json_u64(rv_json_get(about, "lists"), 1, UINT64_MAX, &html->said_lists) ||
		           !rv_json_u64(rv_json_get(about, "pages"), 1, UINT64_MAX, &html->said_pages) ||
		           rv_json_type(rv_json_get(about, "categories")) != RV_JSON_ARRAY ||
		           rv_json_type(rv_json_get(about, "histograms")) != RV_JSON_OBJECT) {
			verify_problems_add(item->problems, VERIFY_HTML_DATA, item->path,
			                    "it lacks version, samples, items, lists, pages, categories or histograms");
		} else {
			html->has_dataset = true;
		}
	}
	rv_json_release(&json);
	rv_str_release(&text);
}

/* ---- lists ------------------------------------------------------------------------------------------------------- */

static int add_file(struct html *html, const struct verify_item *item, char kind, const char *name, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, FILES "%s", name);
	const int status = verify_groups_add(html->groups, key.ptr, kind, item->path, "", err);
	rv_str_release(&key);
	return status;
}

static int add_item(struct html *html, const struct verify_item *item, char kind, const char *id, const char *view,
                    const uint64_t place[3], struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT, said = RV_STR_INIT;
	rv_str_printf(&key, "%s%s%s", id, view[0] ? " " : "", view);
	rv_str_printf(&said, "%" PRIu64 " %" PRIu64 " %" PRIu64, place[0], place[1], place[2]);
	const int status = verify_groups_add(html->groups, key.ptr, kind, item->path, said.ptr, err);
	rv_str_release(&key);
	rv_str_release(&said);
	return status;
}

static int take_row(struct html *html, struct verify_item *item, struct rv_json row, size_t number, struct rv_err *err)
{
	const char *const id = rv_json_string(rv_json_at(row, FORMAT_HTML_ID), NULL),
	                  *const view = rv_json_string(rv_json_at(row, FORMAT_HTML_VIEW), NULL),
	                  *const image = rv_json_string(rv_json_at(row, FORMAT_HTML_IMAGE), NULL),
	                  *const split = rv_json_string(rv_json_at(row, FORMAT_HTML_SPLIT), NULL),
	                  *const cells = rv_json_string(rv_json_at(row, FORMAT_HTML_CELLS), NULL);
	uint64_t place[3];
	bool is_whole = rv_json_len(row) == FORMAT_HTML_COLUMNS && id && view && image && split && cells &&
	                rv_split_find(split) < RV_SPLITS && strlen(cells) == 16 &&
	                rv_json_type(rv_json_at(row, FORMAT_HTML_CATEGORIES)) == RV_JSON_ARRAY &&
	                rv_json_type(rv_json_at(row, FORMAT_HTML_PARAMS)) == RV_JSON_OBJECT;
	for (size_t i = 0; i < 3; i++) {
		is_whole = is_whole && rv_json_u64(rv_json_at(row, FORMAT_HTML_PAGE + i), 0, UINT32_MAX, &place[i]);
	}
	if (!is_whole) {
		verify_problems_add(item->problems, VERIFY_HTML_DATA, item->path, "row %zu has other columns", number);
		html->is_unread = true;
		return 0;
	}
	return add_item(html, item, ITEM_ROW, id, view, place, err) < 0 ? -1
	                                                                : add_file(html, item, FILE_SHOWN, image, err);
}

static int read_list(struct html *html, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	int status = 0;
	html->n_lists++;
	if (verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		const struct rv_json rows = argument_of(item, &text, FORMAT_HTML_CALL_LIST, &json);
		html->is_unread = html->is_unread || rv_json_type(rows) != RV_JSON_ARRAY;
		html->n_rows += rv_json_len(rows);
		for (size_t i = 0; i < rv_json_len(rows) && status == 0; i++) {
			status = take_row(html, item, rv_json_at(rows, i), i, err);
		}
	}
	rv_json_release(&json);
	rv_str_release(&text);
	return status;
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

/* The files of an item, one for each frame and each end of a name. */
static int add_files(struct html *html, struct verify_item *item, const char *id, const char *view,
                     struct rv_json frames, struct rv_json files, struct rv_err *err)
{
	struct rv_str name = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; i < rv_json_len(frames) && status == 0; i++) {
		const char *const frame = rv_json_string(rv_json_at(frames, i), NULL);
		for (size_t k = 0; k < rv_json_len(files) && status == 0; k++) {
			const char *const file = rv_json_string(rv_json_at(files, k), NULL);
			rv_str_clear(&name);
			rv_str_printf(&name, "%s%s%s%s%s.%s", id, view[0] ? "." : "", view,
			              frame && frame[0] ? "." : "", frame ? frame : "", file ? file : "");
			status = add_file(html, item, FILE_NAMED, name.ptr, err);
		}
	}
	rv_str_release(&name);
	return status;
}

static int take_sample(struct html *html, struct verify_item *item, struct rv_json sample, uint64_t slot,
                       struct rv_err *err)
{
	const char *const id = rv_json_string(rv_json_get(rv_json_get(sample, "record"), "id"), NULL);
	const struct rv_json items = rv_json_get(sample, "items");
	int status = 0;
	if (!id || rv_json_len(items) == 0) {
		verify_problems_add(item->problems, VERIFY_HTML_DATA, item->path,
		                    "sample %" PRIu64 " lacks record.id or items", slot);
	}
	for (size_t i = 0; id && i < rv_json_len(items) && status == 0; i++) {
		const struct rv_json one = rv_json_at(items, i), frames = rv_json_get(one, "frames"),
		                     files = rv_json_get(one, "files");
		const char *const view = rv_json_string(rv_json_get(one, "view"), NULL);
		const uint64_t place[3] = { strtoul(item->place.number, NULL, 10), slot, rv_json_len(frames) };
		if (!view || place[2] == 0 || rv_json_len(files) == 0) {
			verify_problems_add(item->problems, VERIFY_HTML_DATA, item->path,
			                    "sample '%s': item %zu lacks view, frames or files", id, i);
			continue;
		}
		status = add_item(html, item, ITEM_RECORD, id, view, place, err) < 0
		                 ? -1
		                 : add_files(html, item, id, view, frames, files, err);
	}
	return status;
}

static int read_records(struct html *html, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	int status = 0;
	html->n_pages++;
	if (verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		const struct rv_json samples = argument_of(item, &text, FORMAT_HTML_CALL_RECORDS, &json);
		html->is_unread = html->is_unread || rv_json_type(samples) != RV_JSON_ARRAY;
		html->n_samples += rv_json_len(samples);
		for (size_t i = 0; i < rv_json_len(samples) && status == 0; i++) {
			status = take_sample(html, item, rv_json_at(samples, i), i, err);
		}
	}
	rv_json_release(&json);
	rv_str_release(&text);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct html *const html = state;
	if (verify_item_is(item, "file")) {
		verify_item_decode(item);
	} else if (verify_item_is(item, "dataset")) {
		read_dataset(html, item);
	} else if (verify_item_is(item, "list")) {
		return read_list(html, item, err);
	} else if (verify_item_is(item, "records")) {
		return read_records(html, item, err);
	} else {
		check_page(item);
	}
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct html *const html = state;
	if (!verify_item_is(item, "file")) {
		return 0;
	}
	if (add_file(html, item, FILE_THERE, rv_path_base(item->path), err) < 0) {
		return -1;
	}
	return strcmp(item->place.role, rv_roles[RV_ROLE_IMAGE].name) == 0
	               ? verify_item_tell_image(item, html->context, FORMAT_ID_html, err)
	               : 0;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	static const struct verify_group_kind of_file[] = { { FILE_THERE, "file" },
		                                            { FILE_NAMED, "record" },
		                                            { 0, NULL } },
	                                      of_item[] = { { ITEM_ROW, "row" },
		                                            { ITEM_RECORD, "record" },
		                                            { 0, NULL } };
	struct html *const html = state;
	const bool is_file = strncmp(key, FILES, strlen(FILES)) == 0;
	if (verify_group_is_whole(parts, n, is_file ? of_file : of_item, VERIFY_HTML_LINK, html->problems) &&
	    !is_file && strcmp(parts[0].text, parts[1].text) != 0) {
		verify_problems_add(html->problems, VERIFY_HTML_LINK, parts[0].path,
		                    "the row of %s says page, place and frames %s, its record says %s", key,
		                    parts[0].text, parts[1].text);
	}
	return 0;
}

static int end_html(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct html *const html = state;
	const struct {
		const char *what;
		uint64_t said, is;
	} counts[] = { { "samples", html->said_samples, html->n_samples },
		       { "items", html->said_items, html->n_rows },
		       { "lists", html->said_lists, html->n_lists },
		       { "pages", html->said_pages, html->n_pages } };
	html->problems = problems;
	if (html->is_unread) {
		return 0;
	}
	for (size_t i = 0; i < RV_COUNTOF(counts) && html->has_dataset; i++) {
		if (counts[i].said != counts[i].is) {
			verify_problems_add(problems, VERIFY_HTML_COUNT, format_layout(&format_html, "dataset"),
			                    "it says %" PRIu64 " %s, there are %" PRIu64, counts[i].said,
			                    counts[i].what, counts[i].is);
		}
	}
	return verify_groups_end(html->groups, visit, html, err);
}

const struct verify_class verify_html = {
	.format = &format_html,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_html,
	.file = look_at_file,
	.take = take_file,
	.end = end_html,
	.free = free_html,
};

/* SPDX-License-Identifier: MIT */
/*
 * Pages that were made in parts become one. The records and rows of the parts are taken over as they stand; which file
 * they are in, and what histograms count, follows anew. Rows come in the order of the records, so a file of each is in
 * memory at a time.
 */
#include <string.h>

#include "categories.h"
#include "format/html.h"
#include "sink/html_page.h"
#include "sink/listing.h"

/* The arrays of one kind of files of a part, element after element. */
struct reader {
	const char *layout, *call; /* "list", "rv.list(" */
	struct sink_listing *listing;
	struct rv_json json; /* of the file at hand */
	size_t at;           /* its next element */
};

struct merging {
	struct sink_html_page page;
	struct reader records, rows;
	struct rv_json row; /* the next one; RV_JSON_NONE: there is none */
	struct rv_record record;
	struct rv_sample sample;
	const char *part;
};

/* ---- files of a part ---- */

static int fail_form(const char *part, const char *path, struct rv_err *err)
{
	return rv_fail(err, RV_E_USAGE, "'%s/%s' is not in the form in which rv writes it", part, path);
}

/* An rv_write_fn, of a struct rv_str. */
static int keep(void *text, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	rv_str_append(text, bytes, len);
	return 0;
}

/* Appends the JSON that is in a script: without the brackets around names of members (format/html.h). */
static void put_json(const char *script, size_t len, struct rv_str *json)
{
	const char *const end = script + len;
	for (const char *at = script, *quote; (quote = memchr(at, '"', (size_t)(end - at)));) {
		const char *behind = quote + 1;
		while (behind < end && *behind != '"') {
			behind += *behind == '\\' ? 2 : 1;
		}
		behind = behind < end ? behind + 1 : end;
		const bool is_name =
		        quote > script && quote[-1] == '[' && end - behind > 1 && memcmp(behind, "]:", 2) == 0;
		rv_str_append(json, script, (size_t)(quote - script) - is_name);
		rv_str_append(json, quote, (size_t)(behind - quote));
		script = at = behind + is_name;
	}
	rv_str_append(json, script, (size_t)(end - script));
}

static int load(struct reader *reader, const struct sink_listed *file, const char *part, struct rv_err *err)
{
	static const size_t n_end = sizeof(FORMAT_HTML_CALL_END) - 1;
	struct rv_str script = RV_STR_INIT, json = RV_STR_INIT;
	rv_json_release(&reader->json);
	reader->at = 0;
	int status = sink_listing_read(reader->listing, file, keep, &script, err);
	if (status == 0) {
		const size_t n_call = strlen(reader->call);
		const char *const comma = script.len > n_call + n_end && memcmp(script.ptr, reader->call, n_call) == 0
		                                  ? strchr(script.ptr, ',')
		                                  : NULL;
		struct rv_err wrong = RV_ERR_INIT;
		if (comma) {
			put_json(comma + 1, (size_t)(script.ptr + script.len - n_end - comma) - 1, &json);
		}
		if (!comma || rv_json_parse(json.ptr, json.len, &reader->json, &wrong) < 0) {
			status = fail_form(part, file->path, err);
		}
	}
	rv_str_release(&script);
	rv_str_release(&json);
	return status;
}

/* 1: the next element. 0: that was the last. It lives until the next one is asked for. */
static int next(struct reader *reader, const char *part, struct rv_json *element, struct rv_err *err)
{
	struct sink_listed file;
	int got = 1;
	while (reader->at == rv_json_len(reader->json) && (got = sink_listing_next(reader->listing, &file, err)) > 0) {
		const struct format_path *const row = format_row(&format_html, file.path);
		if (row && strcmp(row->name, reader->layout) == 0 && load(reader, &file, part, err) < 0) {
			return -1;
		}
	}
	*element = got > 0 ? rv_json_at(reader->json, reader->at++) : (struct rv_json)RV_JSON_INIT;
	return got;
}

/* ---- a sample ---- */

static void put_row(struct sink_html_page *page, struct rv_json row)
{
	struct rv_json_out *const out = sink_html_begin_row(page);
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < rv_json_len(row); i++) {
		const struct rv_span text = rv_json_text(rv_json_at(row, i));
		if (i == FORMAT_HTML_PAGE) {
			rv_json_put_u64(out, NULL, page->records.number);
		} else if (i == FORMAT_HTML_SLOT) {
			rv_json_put_u64(out, NULL, page->records.n_items - 1);
		} else {
			rv_json_put_raw(out, NULL, text.ptr, text.len);
		}
	}
	rv_json_close(out, ']');
}

static bool is_of(struct rv_json row, const char *id)
{
	const char *const of = rv_json_string(rv_json_at(row, FORMAT_HTML_ID), NULL);
	return rv_json_len(row) == FORMAT_HTML_COLUMNS && of && strcmp(of, id) == 0;
}

static int take_sample(struct merging *merging, struct rv_json sample, struct rv_err *err)
{
	struct sink_html_page *const page = &merging->page;
	const struct rv_span record = rv_json_text(rv_json_get(sample, "record")), whole = rv_json_text(sample);
	if (rv_record_parse(&merging->record, record.ptr, record.len, err) < 0 ||
	    rv_sample_load_stored(&merging->sample, &merging->record, err) < 0) {
		return rv_fail_prefix(err, "'%s': a record of its page", merging->part);
	}
	rv_portrait_sample(page->portrait, &merging->sample);
	rv_json_put_raw(sink_html_begin_sample(page), NULL, whole.ptr, whole.len);
	int status = 0;
	while (status == 0 && is_of(merging->row, merging->sample.id)) {
		put_row(page, merging->row);
		status = sink_html_end_row(page, err) < 0 || next(&merging->rows, merging->part, &merging->row, err) < 0
		                 ? -1
		                 : 0;
	}
	return status == 0 ? sink_html_end_sample(page, err) : status;
}

/* ---- a part ---- */

static int take_samples(struct merging *merging, struct rv_err *err)
{
	struct rv_json sample;
	int got = next(&merging->rows, merging->part, &merging->row, err);
	while (got >= 0 && (got = next(&merging->records, merging->part, &sample, err)) > 0) {
		got = take_sample(merging, sample, err);
	}
	return got == 0 && rv_json_type(merging->row) != RV_JSON_NONE
	               ? rv_fail(err, RV_E_USAGE, "'%s': rows of its page are of no record", merging->part)
	               : got;
}

static int take_part(struct merging *merging, const char *part, struct rv_err *err)
{
	merging->part = part;
	merging->records = (struct reader) { .layout = "records", .call = FORMAT_HTML_CALL_RECORDS };
	merging->rows = (struct reader) { .layout = "list", .call = FORMAT_HTML_CALL_LIST };
	merging->records.listing = sink_listing_open(part, err);
	merging->rows.listing = merging->records.listing ? sink_listing_open(part, err) : NULL;
	const int status = merging->rows.listing ? take_samples(merging, err) : -1;
	rv_json_release(&merging->records.json);
	rv_json_release(&merging->rows.json);
	sink_listing_close(merging->records.listing);
	sink_listing_close(merging->rows.listing);
	return status;
}

int sink_html_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err)
{
	struct merging merging = { .record = RV_RECORD_INIT, .sample = RV_SAMPLE_INIT };
	struct rv_categories categories = RV_CATEGORIES_INIT;
	struct sink_target whole = *target;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/" RV_CATEGORIES_NAME, merged->first);
	int status = rv_categories_load(&categories, path.ptr, err);
	whole.categories = &categories;
	sink_html_page_init(&merging.page, &whole);
	for (size_t i = 0; i < merged->n_parts && status == 0; i++) {
		status = take_part(&merging, merged->parts[i], err);
	}
	status = status == 0 ? sink_html_page_finish(&merging.page, err) : status;
	sink_html_page_release(&merging.page);
	rv_record_release(&merging.record);
	rv_sample_release(&merging.sample);
	rv_categories_release(&categories);
	rv_str_release(&path);
	return status;
}

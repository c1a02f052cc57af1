/* SPDX-License-Identifier: MIT */
/* The files of a page: its own, page/, are built in; those of data are written as they fill. */
#include "sink/html_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/html.h"
#include "format/layout.h"

/* page/, from the top of the source, where rv is built. */
#define BUILT_IN(name, file) \
	__asm__(".section .rodata\n" \
	        ".global sink_page_" #name "\n" \
	        "sink_page_" #name ":\n" \
	        ".incbin \"tools/sink/page/" file "\"\n" \
	        ".global sink_page_" #name "_end\n" \
	        "sink_page_" #name "_end:\n" \
	        ".previous\n"); \
	extern const char sink_page_##name[], sink_page_##name##_end[]
BUILT_IN(index, "index.html");
BUILT_IN(script, "page.js");
BUILT_IN(style, "page.css");

void sink_html_page_init(struct sink_html_page *page, const struct sink_target *target)
{
	*page = (struct sink_html_page) {
		.target = target,
		.portrait = rv_portrait_new(),
		.list = { .layout = "list", .name = FORMAT_HTML_CALL_LIST, .text = RV_STR_INIT },
		.records = { .layout = "records", .name = FORMAT_HTML_CALL_RECORDS, .text = RV_STR_INIT },
	};
}

void sink_html_page_release(struct sink_html_page *page)
{
	rv_portrait_free(page->portrait);
	rv_str_release(&page->list.text);
	rv_str_release(&page->records.text);
}

/* ---- scripts ---- */

/* Where the string ends that starts at a quote. */
static size_t end_of_string(const struct rv_str *json, size_t at)
{
	for (at++; json->ptr[at] != '"'; at++) {
		at += json->ptr[at] == '\\';
	}
	return at + 1;
}

static bool is_prototype(struct rv_span string)
{
	struct rv_str name = RV_STR_INIT;
	const size_t len = strlen(FORMAT_HTML_PROTOTYPE);
	const bool is = string.len >= len + 2 && rv_scan_string(string, &name) && name.len == len &&
	                memcmp(name.ptr, FORMAT_HTML_PROTOTYPE, len) == 0;
	rv_str_release(&name);
	return is;
}

/* Appends JSON without blanks as a script has it (format/html.h). */
static void put_script(const struct rv_str *json, struct rv_str *script)
{
	size_t n_put = 0;
	for (size_t at = 0; at < json->len;) {
		const char *const quote = memchr(json->ptr + at, '"', json->len - at);
		if (!quote) {
			break;
		}
		const size_t start = (size_t)(quote - json->ptr), end = end_of_string(json, start);
		const struct rv_span name = { .ptr = quote, .len = end - start };
		if (json->ptr[end] == ':' && is_prototype(name)) {
			rv_str_append(script, json->ptr + n_put, start - n_put);
			rv_str_puts(script, "[");
			rv_str_append(script, name.ptr, name.len);
			rv_str_puts(script, "]");
			n_put = end;
		}
		at = end;
	}
	rv_str_append(script, json->ptr + n_put, json->len - n_put);
}

/* ---- files of data ---- */

static struct rv_json_out *begin_item(struct sink_html_call *call)
{
	if (call->n_items == 0) {
		rv_str_clear(&call->text);
		rv_str_printf(&call->text, "%s%" PRIu64 ",", call->name, call->number);
		rv_json_out_init(&call->out, &call->text);
		rv_json_open(&call->out, NULL, '[');
	}
	call->n_items++;
	return &call->out;
}

/* Writes the file, if anything is in it. */
static int end_call(struct sink_html_page *page, struct sink_html_call *call, struct rv_err *err)
{
	struct format_place place = { .id = "" };
	struct rv_str path = RV_STR_INIT, script = RV_STR_INIT;
	if (call->n_items == 0) {
		return 0;
	}
	rv_json_close(&call->out, ']');
	put_script(&call->text, &script);
	rv_str_puts(&script, FORMAT_HTML_CALL_END);
	snprintf(place.number, sizeof(place.number), "%06" PRIu64, call->number % 1000000);
	format_expand(format_layout(&format_html, call->layout), &place, &path);
	const int status = sink_dataset_write(page->target->dataset, path.ptr, script.ptr, script.len, err);
	rv_str_release(&path);
	rv_str_release(&script);
	call->n_items = 0;
	call->number++;
	return status;
}

struct rv_json_out *sink_html_begin_sample(struct sink_html_page *page)
{
	return begin_item(&page->records);
}

struct rv_json_out *sink_html_begin_row(struct sink_html_page *page)
{
	page->n_items++;
	return begin_item(&page->list);
}

int sink_html_end_row(struct sink_html_page *page, struct rv_err *err)
{
	return page->list.n_items == FORMAT_HTML_LIST_ROWS ? end_call(page, &page->list, err) : 0;
}

int sink_html_end_sample(struct sink_html_page *page, struct rv_err *err)
{
	const struct sink_html_call *const records = &page->records;
	const bool is_full =
	        records->n_items == FORMAT_HTML_PAGE_SAMPLES || records->text.len >= FORMAT_HTML_PAGE_BYTES;
	return is_full ? end_call(page, &page->records, err) : 0;
}

/* ---- the end ---- */

static void put_counts(const struct rv_portrait *portrait, enum rv_quantity which, const char *key,
                       struct rv_json_out *out)
{
	rv_json_open(out, key, '[');
	for (size_t i = 0; i < rv_quantities[which].bins; i++) {
		rv_json_put_u64(out, NULL, rv_portrait_get(portrait, which)->bins[i]);
	}
	rv_json_close(out, ']');
}

/* A sample without a split is for training. */
static void put_splits(const struct rv_portrait_counts *counts, struct rv_json_out *out)
{
	rv_json_open(out, "splits", '{');
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		const uint64_t n_none = split == RV_SPLIT_TRAIN ? counts->splits[RV_SPLITS] : 0;
		rv_json_put_u64(out, rv_split_names[split], counts->splits[split] + n_none);
	}
	rv_json_close(out, '}');
}

static void put_histograms(const struct sink_html_page *page, struct rv_json_out *out)
{
	const struct rv_categories *const table = page->target->categories;
	const struct rv_portrait_counts *const counts = rv_portrait_counts(page->portrait);
	rv_json_open(out, "histograms", '{');
	rv_json_put_u64(out, "pictures", counts->pictures);
	rv_json_put_u64(out, "annotations", counts->objects);
	rv_json_put_u64(out, "uncategorized", counts->without_category);
	put_splits(counts, out);
	rv_json_open(out, "categories", '[');
	for (size_t i = 0; i < table->len; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_u64(out, NULL, table->items[i].id);
		rv_json_put_u64(out, NULL, rv_portrait_category(page->portrait, table->items[i].name));
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
	put_counts(page->portrait, RV_QUANTITY_SIDE, "sizes", out);
	put_counts(page->portrait, RV_QUANTITY_TRUNCATION, "truncations", out);
	put_counts(page->portrait, RV_QUANTITY_POSITION, "cells", out);
	put_counts(page->portrait, RV_QUANTITY_OBJECTS, "objects", out);
	rv_json_close(out, '}');
}

static void put_dataset(const struct sink_html_page *page, struct rv_str *text)
{
	const struct rv_categories *const table = page->target->categories;
	struct rv_json_out out;
	rv_str_puts(text, FORMAT_HTML_CALL_DATASET);
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", FORMAT_HTML_VERSION);
	rv_json_put_u64(&out, "samples", rv_portrait_counts(page->portrait)->samples);
	rv_json_put_u64(&out, "items", page->n_items);
	rv_json_put_u64(&out, "lists", page->list.number);
	rv_json_put_u64(&out, "pages", page->records.number);
	rv_json_open(&out, "categories", '[');
	for (size_t i = 0; i < table->len; i++) {
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "id", table->items[i].id);
		rv_json_put_string(&out, "name", table->items[i].name);
		rv_json_close(&out, '}');
	}
	rv_json_close(&out, ']');
	put_histograms(page, &out);
	rv_json_close(&out, '}');
	rv_str_puts(text, FORMAT_HTML_CALL_END);
}

int sink_html_page_finish(struct sink_html_page *page, struct rv_err *err)
{
	const struct {
		const char *layout, *bytes, *end;
	} files[] = { { "index", sink_page_index, sink_page_index_end },
		      { "script", sink_page_script, sink_page_script_end },
		      { "style", sink_page_style, sink_page_style_end } };
	struct rv_str text = RV_STR_INIT;
	int status = end_call(page, &page->list, err) < 0 ? -1 : end_call(page, &page->records, err);
	put_dataset(page, &text);
	status = status < 0 ? -1
	                    : sink_dataset_write(page->target->dataset, format_layout(&format_html, "dataset"),
	                                         text.ptr, text.len, err);
	for (size_t i = 0; i < RV_COUNTOF(files) && status == 0; i++) {
		status = sink_dataset_write(page->target->dataset, format_layout(&format_html, files[i].layout),
		                            files[i].bytes, (size_t)(files[i].end - files[i].bytes), err);
	}
	rv_str_release(&text);
	return status;
}

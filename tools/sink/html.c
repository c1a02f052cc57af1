/* SPDX-License-Identifier: MIT */
/*
 * The page of a dataset. Its own files, page/, are built in; what it shows is written as samples come, in files of
 * bounded size, so that a browser loads what it needs (format/html.h).
 */
#include "format/html.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/layout.h"
#include "palette.h"
#include "portrait.h"
#include "sink/sink.h"

#define PARAM_BYTES_MAX 100

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

/* What can be laid over the image; that itself comes first. */
static const enum rv_role_id layers[] = { RV_ROLE_IMAGE,       RV_ROLE_OVERLAY,        RV_ROLE_INDEX_COLOR,
	                                  RV_ROLE_DEPTH_COLOR, RV_ROLE_NORMAL_PREVIEW, RV_ROLE_FLOW_PREVIEW };

/* A file that is one call with a number and an array, in the making. */
struct call {
	const char *layout, *name; /* "list", "rv.list(" */
	uint64_t number;
	size_t n_items;
	struct rv_str text; /* JSON behind the call's start */
	struct rv_json_out out;
};

struct html {
	const struct sink_target *target;
	struct rv_portrait *portrait;
	struct call list, records;
	uint64_t n_items;
	struct rv_str path, record;
};

static int html_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct html *const html = state;
	html->target = target;
	html->portrait = rv_portrait_new();
	html->list = (struct call) { .layout = "list", .name = FORMAT_HTML_CALL_LIST, .text = RV_STR_INIT };
	html->records = (struct call) { .layout = "records", .name = FORMAT_HTML_CALL_RECORDS, .text = RV_STR_INIT };
	rv_str_init(&html->path);
	rv_str_init(&html->record);
	return 0;
}

static void html_release(void *state)
{
	struct html *const html = state;
	rv_portrait_free(html->portrait);
	rv_str_release(&html->list.text);
	rv_str_release(&html->records.text);
	rv_str_release(&html->path);
	rv_str_release(&html->record);
}

/* ---- what can be shown ---- */

static int check_image(const struct rv_picture *picture, struct rv_err *err)
{
	static const char *const shown[] = { "png", "jpg", "jpeg", "webp", "avif", "gif", "bmp" };
	const char *const image = rv_picture_file(picture, RV_ROLE_IMAGE), *const extension = sink_extension(image);
	for (size_t i = 0; i < RV_COUNTOF(shown); i++) {
		if (strcmp(extension, shown[i]) == 0) {
			return 0;
		}
	}
	return rv_fail(err, RV_E_BAD_RECORD,
	               "field '%s.image' is '%s': format html shows what browsers do, PNG, JPEG, WebP and AVIF",
	               picture->files_field, image);
}

static int html_prepare(void *state RV_UNUSED, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		if (check_image(picture->picture, err) < 0 || sink_picture_check_labels(sample, picture, err) < 0) {
			return SINK_REFUSED;
		}
		for (size_t k = 0; k < RV_COUNTOF(layers); k++) {
			const char *const file = rv_picture_file(picture->picture, layers[k]);
			if (file && sink_sample_has(sample, file, err) < 0) {
				return SINK_REFUSED;
			}
		}
	}
	return 0;
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

static struct rv_json_out *begin_item(struct call *call)
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
static int end_call(struct html *html, struct call *call, struct rv_err *err)
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
	const int status = sink_dataset_write(html->target->dataset, path.ptr, script.ptr, script.len, err);
	rv_str_release(&path);
	rv_str_release(&script);
	call->n_items = 0;
	call->number++;
	return status;
}

/* ---- a row ---- */

static int by_number(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return (a > b) - (a < b);
}

static void put_categories(struct sink_sample *sample, const struct sink_picture *pictures, size_t n,
                           struct rv_json_out *out)
{
	size_t n_labels = 0, n_ids = 0;
	for (size_t i = 0; i < n; i++) {
		n_labels += pictures[i].n_labels;
	}
	uint32_t *const ids = rv_arena_alloc(&sample->arena, n_labels + 1, sizeof(*ids));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < pictures[i].n_labels; k++) {
			if (pictures[i].labels[k].annotation->category) {
				ids[n_ids++] = pictures[i].labels[k].category;
			}
		}
	}
	qsort(ids, n_ids, sizeof(*ids), by_number);
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < n_ids; i++) {
		if (i == 0 || ids[i] != ids[i - 1]) {
			rv_json_put_u64(out, NULL, ids[i]);
		}
	}
	rv_json_close(out, ']');
}

static uint64_t bit_of(enum rv_quantity which, double value)
{
	const int bin = rv_quantity_bin(which, value);
	return bin < 0 ? 0 : UINT64_C(1) << bin;
}

/* The columns that say in which bins of the histograms the item's objects are. */
static void put_bins(const struct sink_picture *pictures, size_t n, struct rv_json_out *out)
{
	uint64_t sides = 0, truncations = 0, positions = 0;
	double values[RV_QUANTITY_COUNT];
	char hex[17];
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < pictures[i].n_labels; k++) {
			rv_quantities_of(pictures[i].picture, pictures[i].labels[k].annotation, values);
			sides |= bit_of(RV_QUANTITY_SIDE, values[RV_QUANTITY_SIDE]);
			truncations |= bit_of(RV_QUANTITY_TRUNCATION, values[RV_QUANTITY_TRUNCATION]);
			positions |= bit_of(RV_QUANTITY_POSITION, values[RV_QUANTITY_POSITION]);
		}
	}
	snprintf(hex, sizeof(hex), "%016" PRIx64, positions);
	rv_json_put_u64(out, NULL, sides);
	rv_json_put_u64(out, NULL, truncations);
	rv_json_put_string(out, NULL, hex);
}

static void put_params(struct rv_json record, struct rv_json_out *out)
{
	const struct rv_json params = rv_json_get(record, "params");
	rv_json_open(out, NULL, '{');
	for (int i = rv_json_iter(params); rv_json_iter_ok(params, i); i = rv_json_next(params, i)) {
		const struct rv_json value = rv_json_iter_value(params, i);
		const struct rv_span text = rv_json_text(value);
		const enum rv_json_type type = rv_json_type(value);
		if ((type == RV_JSON_NUMBER || type == RV_JSON_STRING || type == RV_JSON_TRUE ||
		     type == RV_JSON_FALSE) &&
		    text.len <= PARAM_BYTES_MAX) {
			rv_json_put_raw(out, rv_json_iter_key(params, i), text.ptr, text.len);
		}
	}
	rv_json_close(out, '}');
}

static void put_row(struct html *html, struct sink_sample *sample, const struct sink_picture *pictures, size_t n)
{
	const struct rv_picture *const first = pictures[0].picture, *const shown = pictures[n / 2].picture;
	struct rv_json_out *const out = begin_item(&html->list);
	size_t n_objects = 0;
	for (size_t i = 0; i < n; i++) {
		n_objects += pictures[i].n_labels;
	}
	sink_picture_path(shown, &format_html, "file", rv_roles[RV_ROLE_IMAGE].name,
	                  sink_extension(rv_picture_file(shown, RV_ROLE_IMAGE)), &html->path);
	rv_json_open(out, NULL, '[');
	rv_json_put_string(out, NULL, first->sample->id);
	rv_json_put_string(out, NULL, first->view ? first->view : "");
	rv_json_put_string(out, NULL, rv_split_names[sample->split]);
	rv_json_put_u64(out, NULL, html->records.number);
	rv_json_put_u64(out, NULL, html->records.n_items - 1);
	rv_json_put_u64(out, NULL, n);
	rv_json_put_u64(out, NULL, first->width);
	rv_json_put_u64(out, NULL, first->height);
	rv_json_put_string(out, NULL, strrchr(html->path.ptr, '/') + 1);
	rv_json_put_u64(out, NULL, n_objects);
	put_categories(sample, pictures, n, out);
	put_bins(pictures, n, out);
	put_params(first->sample->json, out);
	rv_json_close(out, ']');
}

/* ---- a sample ---- */

/* Puts the item's files into the dataset and says which there are. All frames have those of the first. */
static int put_item(struct html *html, struct sink_sample *sample, const struct sink_picture *pictures, size_t n,
                    struct rv_json_out *out, struct rv_err *err)
{
	int status = 0;
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "view", pictures[0].picture->view ? pictures[0].picture->view : "");
	rv_json_open(out, "frames", '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_string(out, NULL, pictures[i].picture->frame_name ? pictures[i].picture->frame_name : "");
	}
	rv_json_close(out, ']');
	rv_json_open(out, "files", '[');
	for (size_t k = 0; k < RV_COUNTOF(layers) && status == 0; k++) {
		const char *const role = rv_roles[layers[k]].name;
		const char *const first = rv_picture_file(pictures[0].picture, layers[k]);
		for (size_t i = 0; first && i < n && status == 0; i++) {
			const char *const file = rv_picture_file(pictures[i].picture, layers[k]);
			sink_picture_path(pictures[i].picture, &format_html, "file", role, sink_extension(first),
			                  &html->path);
			status = sink_store_file(html->target->store, sample, file, html->path.ptr, err);
		}
		if (first) {
			rv_str_clear(&html->path);
			rv_str_printf(&html->path, "%s.%s", role, sink_extension(first));
			rv_json_put_string(out, NULL, html->path.ptr);
		}
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
	return status;
}

static void put_colours(struct sink_sample *sample, struct rv_json_out *out)
{
	const struct rv_palette palette = rv_palette_deal(sample->sample, &sample->arena);
	rv_json_open(out, "colors", '{');
	for (size_t i = 0; i < sample->sample->n_objects; i++) {
		const uint32_t index = sample->sample->objects[i].index;
		char key[16], text[16];
		uint8_t rgb[3];
		rv_palette_of(&palette, index, rgb);
		snprintf(key, sizeof(key), "%" PRIu32, index);
		snprintf(text, sizeof(text), "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
		if (index > 0) {
			rv_json_put_string(out, key, text);
		}
	}
	rv_json_close(out, '}');
}

static int html_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct html *const html = state;
	const size_t n_frames = sample->sample->n_frames;
	struct rv_json_out *const out = begin_item(&html->records);
	int status = 0;
	rv_str_clear(&html->record);
	rv_record_packed(sample->sample->record, &html->record);
	rv_portrait_sample(html->portrait, sample->sample);
	rv_json_open(out, NULL, '{');
	rv_json_put_raw(out, "record", html->record.ptr, html->record.len - 1); /* without its newline */
	rv_json_open(out, "items", '[');
	for (size_t i = 0; i < sample->n_pictures && status == 0; i += n_frames) {
		status = put_item(html, sample, &sample->pictures[i], n_frames, out, err);
	}
	rv_json_close(out, ']');
	put_colours(sample, out);
	rv_json_close(out, '}');
	for (size_t i = 0; i < sample->n_pictures && status == 0; i += n_frames) {
		put_row(html, sample, &sample->pictures[i], n_frames);
		html->n_items++;
		status = html->list.n_items == FORMAT_HTML_LIST_ROWS ? end_call(html, &html->list, err) : 0;
	}
	const bool is_full =
	        html->records.n_items == FORMAT_HTML_PAGE_SAMPLES || html->records.text.len >= FORMAT_HTML_PAGE_BYTES;
	return status == 0 && is_full ? end_call(html, &html->records, err) : status;
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

static void put_histograms(const struct html *html, struct rv_json_out *out)
{
	const struct rv_categories *const table = html->target->categories;
	const struct rv_portrait_counts *const counts = rv_portrait_counts(html->portrait);
	rv_json_open(out, "histograms", '{');
	rv_json_put_u64(out, "pictures", counts->pictures);
	rv_json_put_u64(out, "annotations", counts->objects);
	rv_json_put_u64(out, "uncategorized", counts->without_category);
	put_splits(counts, out);
	rv_json_open(out, "categories", '[');
	for (size_t i = 0; i < table->len; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_u64(out, NULL, table->items[i].id);
		rv_json_put_u64(out, NULL, rv_portrait_category(html->portrait, table->items[i].name));
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
	put_counts(html->portrait, RV_QUANTITY_SIDE, "sizes", out);
	put_counts(html->portrait, RV_QUANTITY_TRUNCATION, "truncations", out);
	put_counts(html->portrait, RV_QUANTITY_POSITION, "cells", out);
	put_counts(html->portrait, RV_QUANTITY_OBJECTS, "objects", out);
	rv_json_close(out, '}');
}

static void put_dataset(const struct html *html, struct rv_str *text)
{
	const struct rv_categories *const table = html->target->categories;
	struct rv_json_out out;
	rv_str_puts(text, FORMAT_HTML_CALL_DATASET);
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", FORMAT_HTML_VERSION);
	rv_json_put_u64(&out, "samples", rv_portrait_counts(html->portrait)->samples);
	rv_json_put_u64(&out, "items", html->n_items);
	rv_json_put_u64(&out, "lists", html->list.number);
	rv_json_put_u64(&out, "pages", html->records.number);
	rv_json_open(&out, "categories", '[');
	for (size_t i = 0; i < table->len; i++) {
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "id", table->items[i].id);
		rv_json_put_string(&out, "name", table->items[i].name);
		rv_json_close(&out, '}');
	}
	rv_json_close(&out, ']');
	put_histograms(html, &out);
	rv_json_close(&out, '}');
	rv_str_puts(text, FORMAT_HTML_CALL_END);
}

static int html_finish(void *state, struct rv_err *err)
{
	struct html *const html = state;
	const struct {
		const char *layout, *bytes, *end;
	} files[] = { { "index", sink_page_index, sink_page_index_end },
		      { "script", sink_page_script, sink_page_script_end },
		      { "style", sink_page_style, sink_page_style_end } };
	struct rv_str text = RV_STR_INIT;
	int status = end_call(html, &html->list, err) < 0 ? -1 : end_call(html, &html->records, err);
	put_dataset(html, &text);
	status = status < 0 ? -1
	                    : sink_dataset_write(html->target->dataset, format_layout(&format_html, "dataset"),
	                                         text.ptr, text.len, err);
	for (size_t i = 0; i < RV_COUNTOF(files) && status == 0; i++) {
		status = sink_dataset_write(html->target->dataset, format_layout(&format_html, files[i].layout),
		                            files[i].bytes, (size_t)(files[i].end - files[i].bytes), err);
	}
	rv_str_release(&text);
	return status;
}

const struct sink_class sink_html = {
	.format = &format_html,
	.state_bytes = sizeof(struct html),
	.open = html_open,
	.prepare = html_prepare,
	.add = html_add,
	.finish = html_finish,
	.release = html_release,
};

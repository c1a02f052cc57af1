/* SPDX-License-Identifier: MIT */
/* Figures of samples: see stats.h. */
#include "sink/stats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "plot.h"
#include "sink/picture.h"

#define ROWS_MAX 24 /* of names in a plot; all are in the JSON */

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void put_splits(const struct rv_portrait_counts *counts, struct rv_json_out *out)
{
	rv_json_open(out, "splits", '{');
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		rv_json_put_u64(out, rv_split_names[split], counts->splits[split]);
	}
	rv_json_put_u64(out, "none", counts->splits[RV_SPLITS]);
	rv_json_close(out, '}');
}

static void put_categories(const struct rv_portrait *portrait, struct rv_json_out *out)
{
	size_t n;
	const struct rv_named_count *const categories = rv_portrait_categories(portrait, &n);
	rv_json_open(out, "categories", '{');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_u64(out, categories[i].name, categories[i].n);
	}
	rv_json_close(out, '}');
}

static void put_quantity(const struct rv_portrait *portrait, enum rv_quantity which, struct rv_json_out *out)
{
	const struct rv_quantity_row *const row = &rv_quantities[which];
	const struct rv_histogram *const histogram = rv_portrait_get(portrait, which);
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "name", row->name);
	rv_json_put_string(out, "unit", row->unit);
	rv_json_put_double(out, "least", row->least);
	rv_json_put_double(out, "greatest", row->greatest);
	rv_json_put_u64(out, "values", histogram->n);
	rv_json_open(out, "bins", '[');
	for (size_t i = 0; i < row->bins; i++) {
		rv_json_put_u64(out, NULL, histogram->bins[i]);
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
}

static void put_numbers(const struct rv_value *value, struct rv_json_out *out)
{
	rv_json_put_u64(out, "numbers", value->n_numbers);
	rv_json_put_double(out, "least", value->least);
	rv_json_put_double(out, "greatest", value->greatest);
	rv_json_put_double(out, "width", value->width);
	rv_json_open(out, "bins", '[');
	for (size_t i = 0; i < value->n_bins; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_double(out, NULL, value->numbers[i].value);
		rv_json_put_u64(out, NULL, value->numbers[i].n);
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

static void put_texts(const struct rv_value *value, struct rv_json_out *out)
{
	rv_json_put_u64(out, "texts", value->n_texts);
	if (value->is_many) {
		rv_json_put_raw(out, "counts", "null", strlen("null"));
		return;
	}
	rv_json_open(out, "counts", '[');
	for (size_t i = 0; i < value->n_different; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_raw(out, NULL, value->texts[i].text, strlen(value->texts[i].text));
		rv_json_put_u64(out, NULL, value->texts[i].n);
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

static void put_params(const struct rv_values *params, struct rv_json_out *out)
{
	rv_json_open(out, "params", '{');
	for (size_t i = 0; i < params->len; i++) {
		const struct rv_value *const value = params->items[i];
		rv_json_open(out, value->name, '{');
		if (value->n_numbers > 0) {
			put_numbers(value, out);
		}
		if (value->n_texts > 0) {
			put_texts(value, out);
		}
		rv_json_close(out, '}');
	}
	rv_json_close(out, '}');
}

static void put_json(const struct rv_portrait *portrait, struct rv_str *text)
{
	const struct rv_portrait_counts *const counts = rv_portrait_counts(portrait);
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "rv_stats", 1);
	rv_json_put_u64(&out, "samples", counts->samples);
	rv_json_put_u64(&out, "pictures", counts->pictures);
	rv_json_put_u64(&out, "objects", counts->objects);
	rv_json_put_u64(&out, "without_category", counts->without_category);
	put_splits(counts, &out);
	put_categories(portrait, &out);
	rv_json_open(&out, "quantities", '[');
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		if (rv_portrait_get(portrait, (enum rv_quantity)i)->n > 0) {
			put_quantity(portrait, (enum rv_quantity)i, &out);
		}
	}
	rv_json_close(&out, ']');
	put_params(rv_portrait_params(portrait), &out);
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

/* ---- page -------------------------------------------------------------------------------------------------------- */

static void plot_quantity(const struct rv_portrait *portrait, enum rv_quantity which, struct rv_str *html)
{
	const struct rv_quantity_row *const row = &rv_quantities[which];
	const struct rv_histogram *const histogram = rv_portrait_get(portrait, which);
	double shares[RV_BINS_MAX];
	const double *const sets[] = { shares };
	struct rv_str small = RV_STR_INIT;
	for (size_t i = 0; i < row->bins; i++) {
		shares[i] = (double)histogram->bins[i] / (double)histogram->n;
	}
	rv_str_puts(&small, row->unit);
	if (row->is_ordered) {
		rv_str_printf(&small, ", from %g to %g", row->least, row->greatest);
	}
	rv_str_printf(&small, "; %" PRIu64 " value%s", histogram->n, RV_PLURAL(histogram->n));
	rv_plot_open(row->name, NULL, small.ptr, html);
	if (which == RV_QUANTITY_POSITION) {
		rv_plot_cells(shares, RV_POSITION_CELLS, RV_POSITION_CELLS, html);
	} else {
		rv_plot_bars(sets, RV_COUNTOF(sets), row->bins, html);
	}
	rv_plot_close(html);
	rv_str_release(&small);
}

static int by_count(const void *left, const void *right)
{
	const struct rv_plot_row *const a = left, *const b = right;
	return a->share != b->share ? (a->share < b->share) - (a->share > b->share) : strcmp(a->name, b->name);
}

/* The most frequent ones. */
static void plot_categories(const struct rv_portrait *portrait, struct rv_str *html)
{
	size_t n;
	const struct rv_named_count *const categories = rv_portrait_categories(portrait, &n);
	struct rv_plot_row *const rows = rv_alloc_zero(n + 1, sizeof(*rows));
	struct rv_str small = RV_STR_INIT;
	const double n_objects = (double)rv_portrait_counts(portrait)->objects;
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct rv_plot_row) { .name = categories[i].name,
			                         .share = (double)categories[i].n / n_objects };
	}
	qsort(rows, n, sizeof(*rows), by_count);
	rv_str_printf(&small, "share of the objects; %zu categories", n);
	rv_plot_open("category", n > ROWS_MAX ? "the most frequent" : NULL, small.ptr, html);
	rv_plot_rows(rows, RV_MIN(n, (size_t)ROWS_MAX), html);
	rv_plot_close(html);
	rv_str_release(&small);
	free(rows);
}

/* A bar for each number or bin, those with nothing in them, too. */
static void plot_numbers(const struct rv_value *value, struct rv_str *html)
{
	double shares[RV_VALUES_MAX] = { 0 };
	const double *const sets[] = { shares };
	const double first = value->numbers[0].value;
	size_t n = 0;
	struct rv_str small = RV_STR_INIT;
	for (size_t i = 0; i < value->n_bins; i++) {
		n = value->width > 0 ? (size_t)((value->numbers[i].value - first) / value->width) : i;
		shares[n++] = (double)value->numbers[i].n / (double)value->n_numbers;
	}
	rv_str_printf(&small, "from %g to %g; %" PRIu64 " value%s%s", value->least, value->greatest, value->n_numbers,
	              RV_PLURAL(value->n_numbers), value->width > 0 ? "" : ", a bar for each different one");
	rv_plot_open(value->name, "a parameter", small.ptr, html);
	rv_plot_bars(sets, RV_COUNTOF(sets), n, html);
	rv_plot_close(html);
	rv_str_release(&small);
}

static void plot_texts(const struct rv_value *value, struct rv_str *html)
{
	struct rv_plot_row rows[RV_VALUES_MAX];
	struct rv_str small = RV_STR_INIT;
	for (size_t i = 0; i < value->n_different; i++) {
		rows[i] = (struct rv_plot_row) { .name = value->texts[i].text,
			                         .share = (double)value->texts[i].n / (double)value->n_texts };
	}
	rv_str_printf(&small, "%" PRIu64 " value%s%s", value->n_texts, RV_PLURAL(value->n_texts),
	              value->is_many ? ", too many different ones" : "");
	rv_plot_open(value->name, "a parameter", small.ptr, html);
	if (!value->is_many) {
		rv_plot_rows(rows, value->n_different, html);
	}
	rv_plot_close(html);
	rv_str_release(&small);
}

static void put_html(const struct rv_portrait *portrait, struct rv_str *html)
{
	const struct rv_portrait_counts *const counts = rv_portrait_counts(portrait);
	const struct rv_values *const params = rv_portrait_params(portrait);
	rv_plot_begin("Statistics", html);
	rv_str_printf(html,
	              "<h1>%" PRIu64 " sample%s</h1>\n<p>%" PRIu64 " picture%s, %" PRIu64 " object%s, %" PRIu64
	              " without a category.",
	              counts->samples, RV_PLURAL(counts->samples), counts->pictures, RV_PLURAL(counts->pictures),
	              counts->objects, RV_PLURAL(counts->objects), counts->without_category);
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		rv_str_printf(html, " %s: %" PRIu64 ".", rv_split_names[split], counts->splits[split]);
	}
	rv_str_puts(html, "</p>\n");
	rv_plot_main(html);
	plot_categories(portrait, html);
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		if (rv_portrait_get(portrait, (enum rv_quantity)i)->n > 0) {
			plot_quantity(portrait, (enum rv_quantity)i, html);
		}
	}
	for (size_t i = 0; i < params->len; i++) {
		if (params->items[i]->n_numbers > 0) {
			plot_numbers(params->items[i], html);
		}
		if (params->items[i]->n_texts > 0) {
			plot_texts(params->items[i], html);
		}
	}
	rv_plot_end(html);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static bool is_page(const char *path)
{
	return strcmp(sink_extension(path), "html") == 0;
}

int sink_stats_check(const struct rv_option_list *files, struct rv_err *err)
{
	for (size_t i = 0; i < files->len; i++) {
		const char *const path = files->items[i];
		if (!is_page(path) && strcmp(sink_extension(path), "json") != 0) {
			return rv_fail(err, RV_E_USAGE, "--stats: '%s' ends neither in .html nor in .json", path);
		}
	}
	return 0;
}

int sink_stats_write(const struct rv_portrait *portrait, const struct rv_option_list *files, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < files->len && status == 0; i++) {
		struct rv_str text = RV_STR_INIT;
		(is_page(files->items[i]) ? put_html : put_json)(portrait, &text);
		status = rv_file_write(files->items[i], text.ptr, text.len, err);
		rv_str_release(&text);
	}
	return status;
}

/* SPDX-License-Identifier: MIT */
/* The page on two sets: see drift.h. Bars of the set stand before those of the reference, each with the sum 1. */
#include "verify/drift.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "markup.h"
#include "plot.h"

#define CATEGORIES_MAX 24 /* in the plot; all are in the JSON */

static void put_caption(struct rv_str *html, const char *name, const struct verify_drift *drift, const char *unit)
{
	struct rv_str said = RV_STR_INIT;
	if (!isfinite(drift->divergence)) {
		rv_str_puts(&said, "not known of both");
	} else {
		rv_str_printf(&said, "divergence %.3f", drift->divergence);
	}
	if (isfinite(drift->distance)) {
		rv_str_printf(&said, ", distance %.3g", drift->distance);
	}
	rv_plot_open(name, said.ptr, unit, html);
	rv_str_release(&said);
}

static void put_quantity(const struct verify_drift_report *report, enum rv_quantity which, struct rv_str *html)
{
	const struct rv_quantity_row *const row = &rv_quantities[which];
	const struct rv_histogram *const a = rv_portrait_get(report->set, which), *const b = rv_portrait_get(
	                                                                                  report->reference, which);
	const struct verify_drift drift = verify_drift_of(report->set, report->reference, which);
	double set[RV_BINS_MAX], reference[RV_BINS_MAX];
	const double *const both[] = { set, reference };
	struct rv_str unit = RV_STR_INIT;
	for (size_t i = 0; i < row->bins; i++) {
		set[i] = a->n > 0 ? (double)a->bins[i] / (double)a->n : 0;
		reference[i] = b->n > 0 ? (double)b->bins[i] / (double)b->n : 0;
	}
	rv_str_printf(&unit, "%s, from %g to %g; %" PRIu64 " and %" PRIu64 " values", row->unit, row->least,
	              row->greatest, a->n, b->n);
	put_caption(html, row->name, &drift, unit.ptr);
	rv_plot_bars(both, RV_COUNTOF(both), row->bins, html);
	rv_plot_close(html);
	rv_str_release(&unit);
}

/* How many of the objects are of each of the set's most frequent categories. */
static void put_categories(const struct verify_drift_report *report, struct rv_str *html)
{
	const struct verify_drift drift = verify_drift_categories(report->set, report->reference);
	const struct rv_portrait *const both[] = { report->set, report->reference };
	put_caption(html, "category", &drift, "share of the objects, by name");
	for (size_t k = 0; k < RV_COUNTOF(both); k++) {
		size_t n;
		const struct rv_named_count *const categories = rv_portrait_categories(both[k], &n);
		uint64_t sum = 0;
		for (size_t i = 0; i < n; i++) {
			sum += categories[i].n;
		}
		rv_str_printf(html,
		              "<p><svg viewBox=\"0 0 9 9\" style=\"width: .8em\">"
		              "<rect class=\"s%zu\" width=\"9\" height=\"9\"/></svg>\n",
		              k);
		for (size_t i = 0; i < RV_MIN(n, (size_t)CATEGORIES_MAX); i++) {
			rv_markup_put(categories[i].name, html);
			rv_str_printf(html, " %.1f%%%s", 100 * (double)categories[i].n / (double)sum,
			              i + 1 < n ? ", " : "");
		}
		rv_str_puts(html, n > CATEGORIES_MAX ? "…</p>\n" : "</p>\n");
	}
	rv_plot_close(html);
}

void verify_drift_put_html(const struct verify_drift_report *report, struct rv_str *text)
{
	rv_plot_begin("Drift", text);
	rv_str_puts(text, "<h1><span class=\"s0\">");
	rv_markup_put(report->set_name, text);
	rv_str_puts(text, "</span> against <span class=\"s1\">");
	rv_markup_put(report->reference_name, text);
	rv_str_puts(text, "</span></h1>\n<p>Divergence is that of Jensen and Shannon, from 0, the same, to 1, "
	                  "nothing in common; distance that of Wasserstein, in the unit of the quantity.</p>\n");
	rv_plot_main(text);
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		put_quantity(report, (enum rv_quantity)i, text);
	}
	put_categories(report, text);
	rv_plot_end(text);
}

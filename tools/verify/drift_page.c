/* SPDX-License-Identifier: MIT */
/* The page on two sets: see drift.h. Bars of the set stand before those of the reference, each with the sum 1. */
#include "verify/drift.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "verify/markup.h"

#define WIDTH 480 /* of a plot, in units of its own */
#define HEIGHT 140
#define CATEGORIES_MAX 24 /* in the plot; all are in the JSON */

static const char head[] =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Drift</title>\n<style>\n"
        "body { font: 15px/1.4 sans-serif; max-width: 1060px; margin: 2em auto; padding: 0 1em; color: #222 }\n"
        "main { display: grid; grid-template-columns: repeat(auto-fill, minmax(480px, 1fr)); gap: 1.5em }\n"
        "figure { margin: 0 } figcaption { margin-bottom: .3em } svg { width: 100%; background: #f6f6f6 }\n"
        ".set { fill: #1f6fb4 } .reference { fill: #e08a1e } small { color: #666 }\n"
        "h1 span.set { color: #1f6fb4 } h1 span.reference { color: #e08a1e }\n</style>\n</head>\n<body>\n";

static void put_bar(struct rv_str *html, const char *class, size_t bin, size_t n_bins, double share, double most)
{
	const double step = (double)WIDTH / (double)n_bins, height = most > 0 ? share / most * (HEIGHT - 4) : 0;
	const double left = step * (double)bin + (strcmp(class, "set") == 0 ? 0.08 : 0.5) * step;
	if (share > 0) {
		rv_str_printf(html,
		              "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"><title>%.4f"
		              "</title></rect>\n",
		              class, left, HEIGHT - height, 0.42 * step, height, share);
	}
}

static void put_bars(struct rv_str *html, const double *set, const double *reference, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmax(set[i], reference[i]));
	}
	rv_str_printf(html, "<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH, HEIGHT);
	for (size_t i = 0; i < n; i++) {
		put_bar(html, "set", i, n, set[i], most);
		put_bar(html, "reference", i, n, reference[i], most);
	}
	rv_str_puts(html, "</svg>\n");
}

static void put_caption(struct rv_str *html, const char *name, const struct verify_drift *drift, const char *unit)
{
	rv_str_printf(html, "<figure>\n<figcaption><b>%s</b>", name);
	if (!isfinite(drift->divergence)) {
		rv_str_puts(html, ": not known of both");
	} else {
		rv_str_printf(html, ": divergence %.3f", drift->divergence);
	}
	if (isfinite(drift->distance)) {
		rv_str_printf(html, ", distance %.3g", drift->distance);
	}
	rv_str_printf(html, "<br><small>%s</small></figcaption>\n", unit);
}

static void put_quantity(const struct verify_drift_report *report, enum verify_quantity which, struct rv_str *html)
{
	const struct verify_quantity_row *const row = &verify_quantities[which];
	const struct verify_histogram *const a = verify_portrait_get(report->set, which),
	                                     *const b = verify_portrait_get(report->reference, which);
	const struct verify_drift drift = verify_drift_of(report->set, report->reference, which);
	double set[VERIFY_BINS_MAX], reference[VERIFY_BINS_MAX];
	struct rv_str unit = RV_STR_INIT;
	for (size_t i = 0; i < row->bins; i++) {
		set[i] = a->n > 0 ? (double)a->bins[i] / (double)a->n : 0;
		reference[i] = b->n > 0 ? (double)b->bins[i] / (double)b->n : 0;
	}
	rv_str_printf(&unit, "%s, from %g to %g; %" PRIu64 " and %" PRIu64 " values", row->unit, row->least,
	              row->greatest, a->n, b->n);
	put_caption(html, row->name, &drift, unit.ptr);
	put_bars(html, set, reference, row->bins);
	rv_str_puts(html, "</figure>\n");
	rv_str_release(&unit);
}

/* How many of the objects are of each of the set's most frequent categories. */
static void put_categories(const struct verify_drift_report *report, struct rv_str *html)
{
	const struct verify_drift drift = verify_drift_categories(report->set, report->reference);
	const struct verify_portrait *const both[] = { report->set, report->reference };
	static const char *const classes[] = { "set", "reference" };
	put_caption(html, "category", &drift, "share of the objects, by name");
	for (size_t k = 0; k < RV_COUNTOF(both); k++) {
		size_t n;
		const struct verify_named_count *const categories = verify_portrait_categories(both[k], &n);
		uint64_t sum = 0;
		for (size_t i = 0; i < n; i++) {
			sum += categories[i].n;
		}
		rv_str_printf(html,
		              "<p><svg viewBox=\"0 0 9 9\" style=\"width: .8em\">"
		              "<rect class=\"%s\" width=\"9\" height=\"9\"/></svg>\n",
		              classes[k]);
		for (size_t i = 0; i < RV_MIN(n, (size_t)CATEGORIES_MAX); i++) {
			verify_markup_put(categories[i].name, html);
			rv_str_printf(html, " %.1f%%%s", 100 * (double)categories[i].n / (double)sum,
			              i + 1 < n ? ", " : "");
		}
		rv_str_puts(html, n > CATEGORIES_MAX ? "…</p>\n" : "</p>\n");
	}
	rv_str_puts(html, "</figure>\n");
}

void verify_drift_put_html(const struct verify_drift_report *report, struct rv_str *text)
{
	rv_str_puts(text, head);
	rv_str_puts(text, "<h1><span class=\"set\">");
	verify_markup_put(report->set_name, text);
	rv_str_puts(text, "</span> against <span class=\"reference\">");
	verify_markup_put(report->reference_name, text);
	rv_str_puts(text, "</span></h1>\n<p>Divergence is that of Jensen and Shannon, from 0, the same, to 1, "
	                  "nothing in common; distance that of Wasserstein, in the unit of the quantity.</p>\n"
	                  "<main>\n");
	for (size_t i = 0; i < VERIFY_QUANTITY_COUNT; i++) {
		put_quantity(report, (enum verify_quantity)i, text);
	}
	put_categories(report, text);
	rv_str_puts(text, "</main>\n</body>\n</html>\n");
}

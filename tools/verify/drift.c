/* SPDX-License-Identifier: MIT */
/* How far two sets are apart: see drift.h. */
#include "verify/drift.h"

#include <math.h>
#include <string.h>

#include "json.h"

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

/* Of one bin. */
static double divergence_of(double p, double q)
{
	const double m = (p + q) / 2;
	return (p > 0 ? p * log2(p / m) : 0) / 2 + (q > 0 ? q * log2(q / m) : 0) / 2;
}

struct verify_drift verify_drift_of(const struct rv_portrait *set, const struct rv_portrait *reference,
                                    enum rv_quantity which)
{
	const struct rv_histogram *const a = rv_portrait_get(set, which), *const b = rv_portrait_get(reference, which);
	const struct rv_quantity_row *const row = &rv_quantities[which];
	struct verify_drift drift = { .divergence = NAN, .distance = NAN };
	double below = 0;
	if (a->n == 0 || b->n == 0) {
		return drift;
	}
	drift = (struct verify_drift) { .divergence = 0, .distance = 0 };
	for (size_t i = 0; i < row->bins; i++) {
		const double p = (double)a->bins[i] / (double)a->n, q = (double)b->bins[i] / (double)b->n;
		drift.divergence += divergence_of(p, q);
		below += p - q;
		drift.distance += fabs(below) * (row->greatest - row->least) / (double)row->bins;
	}
	drift.distance = row->is_ordered ? drift.distance : NAN;
	return drift;
}

/* Both lists are sorted. */
struct verify_drift verify_drift_categories(const struct rv_portrait *set, const struct rv_portrait *reference)
{
	size_t n_a, n_b;
	const struct rv_named_count *const a = rv_portrait_categories(set, &n_a), *const b = rv_portrait_categories(
	                                                                                  reference, &n_b);
	struct verify_drift drift = { .divergence = n_a > 0 && n_b > 0 ? 0 : NAN, .distance = NAN };
	double all_a = 0, all_b = 0;
	for (size_t i = 0; i < n_a; i++) {
		all_a += (double)a[i].n;
	}
	for (size_t i = 0; i < n_b; i++) {
		all_b += (double)b[i].n;
	}
	for (size_t i = 0, k = 0; i < n_a || k < n_b;) {
		const int order = i == n_a ? 1 : k == n_b ? -1 : strcmp(a[i].name, b[k].name);
		const double p = order <= 0 ? (double)a[i++].n / all_a : 0;
		const double q = order >= 0 ? (double)b[k++].n / all_b : 0;
		drift.divergence += divergence_of(p, q);
	}
	return drift;
}

/* ---- JSON and lines ---------------------------------------------------------------------------------------------- */

static void put_number(struct rv_json_out *out, const char *key, double value)
{
	if (isfinite(value)) {
		rv_json_put_double(out, key, value);
	}
}

static void put_bins(struct rv_json_out *out, const char *key, const struct rv_histogram *histogram, size_t n)
{
	rv_json_open(out, key, '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_u64(out, NULL, histogram->bins[i]);
	}
	rv_json_close(out, ']');
}

static void put_categories(struct rv_json_out *out, const char *key, const struct rv_portrait *portrait)
{
	size_t n;
	const struct rv_named_count *const categories = rv_portrait_categories(portrait, &n);
	rv_json_open(out, key, '{');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_u64(out, categories[i].name, categories[i].n);
	}
	rv_json_close(out, '}');
}

static void put_quantity(const struct verify_drift_report *report, enum rv_quantity which, struct rv_json_out *out)
{
	const struct rv_quantity_row *const row = &rv_quantities[which];
	const struct verify_drift drift = verify_drift_of(report->set, report->reference, which);
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "name", row->name);
	rv_json_put_string(out, "unit", row->unit);
	put_number(out, "divergence", drift.divergence);
	put_number(out, "distance", drift.distance);
	rv_json_put_double(out, "least", row->least);
	rv_json_put_double(out, "greatest", row->greatest);
	put_bins(out, "set", rv_portrait_get(report->set, which), row->bins);
	put_bins(out, "reference", rv_portrait_get(report->reference, which), row->bins);
	rv_json_close(out, '}');
}

void verify_drift_put_json(const struct verify_drift_report *report, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "set", report->set_name);
	rv_json_put_string(&out, "reference", report->reference_name);
	rv_json_open(&out, "quantities", '[');
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		put_quantity(report, (enum rv_quantity)i, &out);
	}
	rv_json_close(&out, ']');
	rv_json_open(&out, "categories", '{');
	put_number(&out, "divergence", verify_drift_categories(report->set, report->reference).divergence);
	put_categories(&out, "set", report->set);
	put_categories(&out, "reference", report->reference);
	rv_json_close(&out, '}');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

static void put_line(const char *name, const struct verify_drift *drift, const char *unit, struct rv_str *text)
{
	if (!isfinite(drift->divergence)) {
		rv_str_printf(text, "%-10s  not known of both\n", name);
	} else if (isfinite(drift->distance)) {
		rv_str_printf(text, "%-10s  %.3f  by %.3g (%s)\n", name, drift->divergence, drift->distance, unit);
	} else {
		rv_str_printf(text, "%-10s  %.3f\n", name, drift->divergence);
	}
}

void verify_drift_put_lines(const struct verify_drift_report *report, struct rv_str *text)
{
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		const struct verify_drift drift = verify_drift_of(report->set, report->reference, (enum rv_quantity)i);
		put_line(rv_quantities[i].name, &drift, rv_quantities[i].unit, text);
	}
	const struct verify_drift drift = verify_drift_categories(report->set, report->reference);
	put_line("category", &drift, "", text);
}

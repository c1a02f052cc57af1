/* SPDX-License-Identifier: MIT */
/*
 * How far two sets of pictures are apart (--against), quantity by quantity (portrait.h), by two numbers:
 *
 * - Jensen-Shannon divergence of the histograms, to base 2: 0 for the same, 1 for sets that have no bin in common;
 * - where values have an order, the first Wasserstein distance: how far values have to be moved on average to turn one
 *   histogram into the other, in the quantity's own unit, from the middle of one bin to that of another.
 *
 * Quantities that one of the sets does not know are left out.
 */
#ifndef RV_VERIFY_DRIFT_H
#define RV_VERIFY_DRIFT_H

#include "portrait.h"
#include "str.h"

struct verify_drift {
	double divergence, distance; /* the last NAN where there is no order; both NAN: it is not known */
};
struct verify_drift verify_drift_of(const struct rv_portrait *set, const struct rv_portrait *reference,
                                    enum rv_quantity which);
/* Of the categories, by name. */
struct verify_drift verify_drift_categories(const struct rv_portrait *set, const struct rv_portrait *reference);

/* Two sets by their names. */
struct verify_drift_report {
	const char *set_name, *reference_name;
	const struct rv_portrait *set, *reference;
};
/* An object: "set" and "reference", the names; "quantities", a list of objects with "name", "unit", "divergence",
 * "distance", "least", "greatest" and the bins "set" and "reference"; "categories", an object with "divergence" and the
 * counts "set" and "reference", by name. */
void verify_drift_put_json(const struct verify_drift_report *report, struct rv_str *text);
/* A page with a plot for each, whole in itself: no script, no file beside it. */
void verify_drift_put_html(const struct verify_drift_report *report, struct rv_str *text);
/* A line for each, for people. */
void verify_drift_put_lines(const struct verify_drift_report *report, struct rv_str *text);

#endif

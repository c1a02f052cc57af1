/* SPDX-License-Identifier: MIT */
/*
 * The page of a dataset in the making (format/html.h): what it shows goes to files of bounded size, so that a browser
 * loads what it needs.
 *
 *	struct sink_html_page page;
 *	sink_html_page_init(&page, target);
 *	out = sink_html_begin_sample(&page); ...                  a SAMPLE as JSON, then for each of its items
 *	out = sink_html_begin_row(&page); ...                     its ROW,
 *	sink_html_end_row(&page, err);
 *	rv_portrait_sample(page.portrait, sample);
 *	sink_html_end_sample(&page, err);                         (any number of times)
 *	sink_html_page_finish(&page, err);
 *	sink_html_page_release(&page);
 */
#ifndef RV_SINK_HTML_PAGE_H
#define RV_SINK_HTML_PAGE_H

#include "json.h"
#include "portrait.h"
#include "sink/sink.h"

/* A file that is one call with a number and an array, in the making. */
struct sink_html_call {
	const char *layout, *name; /* "list", "rv.list(" */
	uint64_t number;
	size_t n_items;
	struct rv_str text; /* JSON behind the call's start */
	struct rv_json_out out;
};

struct sink_html_page {
	struct rv_portrait *portrait;
	struct sink_html_call list, records; /* a row says records.number and records.n_items - 1: its sample's place */
	const struct sink_target *target;    /* private, as is what follows */
	uint64_t n_items;
};

/* The target is borrowed. Makes no file yet. */
void sink_html_page_init(struct sink_html_page *page, const struct sink_target *target);
void sink_html_page_release(struct sink_html_page *page);
struct rv_json_out *sink_html_begin_sample(struct sink_html_page *page);
struct rv_json_out *sink_html_begin_row(struct sink_html_page *page);
int sink_html_end_row(struct sink_html_page *page, struct rv_err *err) RV_MUST_USE;
int sink_html_end_sample(struct sink_html_page *page, struct rv_err *err) RV_MUST_USE;
/* Writes what is not full, what is of the whole dataset, and the page's own files. */
int sink_html_page_finish(struct sink_html_page *page, struct rv_err *err) RV_MUST_USE;

/* A sink_class.merge: the page of all samples of the parts, whose pictures are in the dataset. */
int sink_html_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err);

#endif

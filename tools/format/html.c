/* SPDX-License-Identifier: MIT */
/* The page of a dataset. */
#include "format/html.h"

#include "format/format.h"

static const struct format_path paths[] = {
	{ .name = "index",
	  .layout = "html/index.html",
	  .text = "the page: open it in a browser, no server is needed",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "script", .layout = "html/page.js", .text = "what the page does", .merge = FORMAT_MERGE_READ },
	{ .name = "style", .layout = "html/page.css", .text = "what it looks like", .merge = FORMAT_MERGE_READ },
	{ .name = "dataset",
	  .layout = "html/data/dataset.js",
	  .text = "what there is, categories, histograms",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "list",
	  .layout = "html/data/list-{number}.js",
	  .text = "a row for each sample and view",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "records",
	  .layout = "html/data/records-{number}.js",
	  .text = "the samples' records",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "file",
	  .layout = "html/files/{id}{.view}{.frame}.{role}.{ext}",
	  .text = "pictures, and what can be laid over them",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_html = {
	.name = "html",
	.title = "Page",
	.summary = "a page to look at the dataset: samples, labels, filters, histograms",
	.readers = "web browsers",
	.checked = "json, own reader, Pillow",
	.load = "sh: xdg-open dataset/html/index.html",
	.carries = "pictures, boxes, masks, keypoints, previews of depth, normals, flow; histograms; whole records",
	.loses = "depth, normals and flow as numbers",
	.lacks = FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW,
	.needs = FORMAT_NEEDS_IMAGE,
	.has_categories = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
};

/* SPDX-License-Identifier: MIT */
/* The contact sheet. */
#include "format/sheet.h"

#include "format/format.h"

struct format_sheet_options format_sheet_options = { .samples = 12 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_U64,
	  .name = "count",
	  .value = &format_sheet_options.samples,
	  .argument = "N",
	  .help = "samples on the sheet",
	  .min = 1,
	  .max = 100 },
	{ .kind = RV_OPT_END },
};

static const struct format_alias aliases[] = {
	{ .global = "sheet-count", .option = "count" },
	{ .global = NULL },
};

static const struct format_path paths[] = {
	{ .name = "sheet",
	  .layout = "sheet.png",
	  .text = "image with id, instances, depth, boxes with categories of the first samples; of a "
	          "sequence, or of several views, the first, the middle and the last image with their names, "
	          "and the labels of the middle one",
	  .merge = FORMAT_MERGE_FIRST },
	{ .name = NULL },
};

const struct format format_sheet = {
	.name = "sheet",
	.title = "Contact sheet",
	.summary = "contact sheet of the first samples, sheet.png",
	.readers = "people",
	.checked = "Pillow",
	.carries = "what a person wants to see first",
	.loses = "all but the first samples; every number",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS |
	         FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_STILL,
	.by_default = FORMAT_WITH_ANNOTATIONS,
	.paths = paths,
	.options = options,
	.aliases = aliases,
};

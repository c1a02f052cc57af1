/* SPDX-License-Identifier: MIT */
/* Samples as they lie in a directory of samples. */
#include "format/format.h"

static const struct format_path paths[] = {
	{ .name = "record",
	  .layout = "dir/{id}/_meta.json",
	  .text = "the sample's record",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "file",
	  .layout = "dir/{id}/{path}",
	  .text = "its files, as the record names them",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_dir = {
	.name = "dir",
	.title = "Directories",
	.summary = "the samples themselves: a directory for each, with its record and all of its files",
	.readers = "rv: dataset/dir is a directory of samples",
	.checked = "json",
	.load = "json.load(open('dataset/dir/00000000/_meta.json'))",
	.carries = "every file and every member of the record",
	.loses = "what was rendered and is kept for labels alone",
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
};

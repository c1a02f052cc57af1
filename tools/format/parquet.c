/* SPDX-License-Identifier: MIT */
/* Parquet. */
#include "format/parquet.h"

#include "format/format.h"

struct format_parquet_options format_parquet_options = { .shard_bytes = UINT64_C(1) << 30, .group_bytes = 16 << 20 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_SIZE,
	  .name = "shard-size",
	  .value = &format_parquet_options.shard_bytes,
	  .argument = "BYTES",
	  .help = "the next file is begun when one has so much; 0: no limit" },
	{ .kind = RV_OPT_SIZE,
	  .name = "group-size",
	  .value = &format_parquet_options.group_bytes,
	  .argument = "BYTES",
	  .help = "a row group is closed when its rows have so much, which is held in memory" },
	{ .kind = RV_OPT_END },
};

static const struct format_column columns[] = {
	{ "id", "sc:Text", "the sample" },
	{ "view", "sc:Text", "the camera's name; empty: the sample's own" },
	{ "frame", "sc:Text", "its number in Blender, six digits; empty: a still" },
	{ "seed", "sc:Integer", "of the sample" },
	{ "width", "sc:Integer", "pixels" },
	{ "height", "sc:Integer", "pixels" },
	{ "prompt", "sc:Text", "what the picture is to show" },
	{ "image", "sc:ImageObject", "the picture's file" },
	{ .name = NULL },
};

static const struct format_path paths[] = {
	{ .name = "card",
	  .layout = "parquet/README.md",
	  .text = "the dataset card: which folder is which split",
	  .merge = FORMAT_MERGE_MADE },
	{ .name = "rows",
	  .layout = "parquet/{split}/{number}.parquet",
	  .text = "a row for each picture: id, view, frame, seed, width, height, prompt, image {bytes, path}, "
	          "objects {bbox, category, area, index}",
	  .is_shard = true,
	  .merge = FORMAT_MERGE_NUMBERED,
	  .columns = columns },
	{ .name = NULL },
};

const struct format format_parquet = {
	.name = "parquet",
	.title = "Parquet",
	.summary = "Parquet tables, compressed by zstd: a row with its picture, boxes and prompt for each picture",
	.readers = "Hugging Face datasets, pyarrow, DuckDB, Polars, hyparquet",
	.checked = "hyparquet",
	.load = "datasets.load_dataset('dataset/parquet')",
	.carries = "pictures, boxes, areas, categories by name, prompts, seeds, splits",
	.loses = "objects without a category, masks, depth, cameras; every other file",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_COMMON,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

/* SPDX-License-Identifier: MIT */
/* WebDataset. */
#include "format/webdataset.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "file.h"
#include "format/format.h"
#include "vocabulary.h"
#include "zst.h"

struct format_webdataset_options format_webdataset_options = { .shard_bytes = UINT64_C(1) << 30 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_SIZE,
	  .name = "shard-size",
	  .value = &format_webdataset_options.shard_bytes,
	  .argument = "SIZE",
	  .help = "bytes of a shard before compression; 0: no limit" },
	{ .kind = RV_OPT_U64,
	  .name = "shard-count",
	  .value = &format_webdataset_options.shard_samples,
	  .argument = "N",
	  .help = "samples of a shard",
	  .unset = "no limit",
	  .min = 1,
	  .max = 1e15 },
	{ .kind = RV_OPT_FLAG,
	  .name = "zstd",
	  .value = &format_webdataset_options.zstd,
	  .help = "compress shards: of use for EXR files, hardly for PNG" },
	{ .kind = RV_OPT_U64,
	  .name = "zstd-level",
	  .value = &format_webdataset_options.zstd_level,
	  .argument = "N",
	  .help = "the same with this level, 1..19",
	  .unset = "3",
	  .min = RV_ZST_LEVEL_MIN,
	  .max = RV_ZST_LEVEL_MAX },
	{ .kind = RV_OPT_END },
};

static const struct format_alias aliases[] = {
	{ .global = "shard-size", .option = "shard-size" },
	{ .global = "shard-count", .option = "shard-count" },
	{ .global = "zstd", .option = "zstd" },
	{ .global = "zstd-level", .option = "zstd-level" },
	{ .global = NULL },
};

static const struct format_path paths[] = {
	{ .name = "shard",
	  .layout = "webdataset/shard-{number}.tar",
	  .text = "samples, one after the other",
	  .is_shard = true,
	  .merge = FORMAT_MERGE_NUMBERED },
	{ .name = "shard.zst",
	  .layout = "webdataset/shard-{number}.tar.zst",
	  .text = "the same, compressed",
	  .is_shard = true,
	  .merge = FORMAT_MERGE_NUMBERED },
	{ .name = "split",
	  .layout = "webdataset/{split}-{number}.tar",
	  .text = "samples whose records have a split, numbered in each from 0",
	  .is_shard = true,
	  .merge = FORMAT_MERGE_NUMBERED },
	{ .name = "split.zst",
	  .layout = "webdataset/{split}-{number}.tar.zst",
	  .text = "the same, compressed",
	  .is_shard = true,
	  .merge = FORMAT_MERGE_NUMBERED },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "shard", .layout = "{path}.tar" },
	{ .name = "shard.zst", .layout = "{path}.tar.zst" },
	{ .name = NULL },
};

const struct format format_webdataset = {
	.name = "webdataset",
	.title = "WebDataset",
	.summary = "tar shards, one key per sample",
	.readers = "webdataset, Hugging Face datasets, tarfile",
	.checked = "json, tarfile",
	.load = "webdataset.WebDataset('dataset/webdataset/shard-000000.tar')",
	.carries = "every file of a sample and its record",
	.loses = "",
	.has_splits = true,
	.by_default = FORMAT_ALWAYS,
	.paths = paths,
	.foreign = foreign,
	.options = options,
	.aliases = aliases,
};

bool format_webdataset_takes(const char *role)
{
	return !rv_role_is_hand_over(role);
}

int format_webdataset_field(const char *view, const char *role, int64_t number, const char *path, struct rv_str *field,
                            struct rv_err *err)
{
	const char *const dot = strrchr(rv_path_base(path), '.'), *const extension = dot ? dot + 1 : "";
	const size_t len = strspn(extension, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	const size_t start = field->len;
	if (len == 0 || len > FORMAT_WEBDATASET_EXTENSION_MAX || extension[len]) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'files.%s': '%s' needs an extension of 1..%d letters and digits in a webdataset",
		               role, path, FORMAT_WEBDATASET_EXTENSION_MAX);
	}
	if (view) {
		rv_str_printf(field, "views.%s.", view);
	}
	if (view || number >= 0 || !rv_role_is(role, RV_ROLE_IMAGE)) {
		rv_str_printf(field, "%s.", role);
	}
	if (number >= 0) {
		rv_str_printf(field, "%06" PRId64 ".", number);
	}
	rv_str_puts(field, extension);
	for (size_t i = start; i < field->len; i++) {
		field->ptr[i] = (char)tolower((unsigned char)field->ptr[i]);
	}
	return 0;
}

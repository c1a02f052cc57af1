/* SPDX-License-Identifier: MIT */
/* WebDataset: tar shards, the members of a sample side by side under its id. */
#ifndef RV_FORMAT_WEBDATASET_H
#define RV_FORMAT_WEBDATASET_H

#include "err.h"
#include "str.h"

#define FORMAT_WEBDATASET_EXTENSION_MAX 16

struct format_webdataset_options {
	uint64_t shard_bytes, shard_samples; /* 0: no limit */
	bool zstd;
	uint64_t zstd_level; /* 0: not given */
};
extern struct format_webdataset_options format_webdataset_options;

/* False for a role whose files stay behind: the renderer's hand-over to the labels is no part of a dataset. */
bool format_webdataset_takes(const char *role);
/* Appends the field of a file, what its member is called after the sample's id and a dot, in lower case:
 *
 *	png                     of `files.image`
 *	ROLE.EXT                of any other role
 *	ROLE.000000.EXT         file 0 of a role with several, `image` too
 *	views.NAME.ROLE.EXT     of a view, likewise with a number
 *
 * `view` is NULL for a file of the record's own; `number` is -1 for a role with one file. Fails (RV_E_BAD_RECORD) on a
 * path without an extension of 1..FORMAT_WEBDATASET_EXTENSION_MAX letters and digits. */
int format_webdataset_field(const char *view, const char *role, int64_t number, const char *path, struct rv_str *field,
                            struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Parquet: a row for each picture. */
#ifndef RV_FORMAT_PARQUET_H
#define RV_FORMAT_PARQUET_H

#include "prelude.h"

struct format_parquet_options {
	uint64_t shard_bytes; /* 0: no limit */
	uint64_t group_bytes;
};
extern struct format_parquet_options format_parquet_options;

#endif

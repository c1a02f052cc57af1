/* SPDX-License-Identifier: MIT */
/*
 * Reading Apache Parquet, as far as rv writes it: one data page for each column of a row group, plain values, levels in
 * runs, compressed by zstd or not at all. Strict: every byte of a chunk must be accounted for, every number in its
 * range. parquet_file.c and thrift.h know how Parquet lays out bytes, nobody else of the checker does.
 *
 *	struct verify_parquet_file *file = verify_parquet_open(&source, err);
 *	for (size_t g = 0; g < file->n_groups; g++) {
 *		if (verify_parquet_read(file, g, err) < 0) ...            file->columns[i] then has the group's values
 *	}
 *	verify_parquet_close(file);
 */
#ifndef RV_VERIFY_FORMATS_PARQUET_FILE_H
#define RV_VERIFY_FORMATS_PARQUET_FILE_H

#include "scan.h"
#include "source.h"

struct verify_parquet_column {
	char *path; /* "objects.bbox.list.element" */
	bool is_number;
	uint8_t max_repetition, max_definition;
	/* Of the group that was read last. A value is there where its definition is the largest. */
	size_t n_values;
	const unsigned char *repetitions, *definitions;
	const struct rv_span *texts;
	const int64_t *numbers;
	struct rv_str held[3], page; /* private: what these lie in */
};

struct verify_parquet_chunk; /* private */

struct verify_parquet_file {
	const struct rv_source *source; /* borrowed */
	uint64_t n_rows;
	struct verify_parquet_column *columns;
	size_t n_columns, n_groups;
	uint64_t *group_rows;                /* by group */
	struct verify_parquet_chunk *chunks; /* private: of all groups, column after column */
	struct rv_str footer;                /* private */
};

/* Reads the footer. NULL with RV_E_BAD_FILE when it is not in its form, or of a kind that rv does not write. */
struct verify_parquet_file *verify_parquet_open(const struct rv_source *source, struct rv_err *err);
/* Reads a row group, in place of the one before. RV_E_BAD_FILE as well. */
int verify_parquet_read(struct verify_parquet_file *file, size_t group, struct rv_err *err) RV_MUST_USE;
void verify_parquet_close(struct verify_parquet_file *file);

#endif

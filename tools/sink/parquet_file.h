/* SPDX-License-Identifier: MIT */
/*
 * Writing Apache Parquet: row groups of column chunks with one data page each, values plain, pages compressed by zstd.
 * Nothing but the last row group is held in memory. parquet_file.c is the only file that knows how Parquet lays out
 * bytes; parquet_file_read.c reads one column back.
 *
 * A schema is a list of nodes, each before its children:
 *
 *	{ .name = "id", .type = SINK_PARQUET_TEXT },
 *	{ .name = "area", .is_list = true, .n_children = 1 },                     as Parquet has lists: three levels
 *	{ .name = "list", .repetition = SINK_PARQUET_REPEATED, .n_children = 1 },
 *	{ .name = "element", .type = SINK_PARQUET_INT64 },
 *
 * Its leaves, in order, are the columns. Each row gives every column its values, with levels as Parquet has them:
 * `repetition` is the number of the list that the value goes on with, from the outside, 0 for the first of a row;
 * `definition` counts the optional and repeated nodes on the way to it that are there. Below the column's own, the
 * value is none: an empty list, or null.
 *
 *	struct sink_parquet_file *parquet = sink_parquet_open(nodes, n, 16 << 20, output);
 *	sink_parquet_bytes(parquet, 0, (struct sink_parquet_level) { 0, 0 }, "00000041", 8);
 *	sink_parquet_int64(parquet, 1, (struct sink_parquet_level) { 0, 1 }, 12); ...
 *	if (sink_parquet_end_row(parquet, err) < 0) ...
 *	sink_parquet_finish(parquet, metadata, n_metadata, err);
 *	sink_parquet_free(parquet);
 */
#ifndef RV_SINK_PARQUET_FILE_H
#define RV_SINK_PARQUET_FILE_H

#include "sink/output.h"
#include "source.h"
#include "str.h"

enum sink_parquet_type { SINK_PARQUET_GROUP, SINK_PARQUET_INT64, SINK_PARQUET_BYTES, SINK_PARQUET_TEXT };
enum sink_parquet_repetition { SINK_PARQUET_REQUIRED, SINK_PARQUET_OPTIONAL, SINK_PARQUET_REPEATED };

struct sink_parquet_node {
	const char *name;
	enum sink_parquet_type type;
	enum sink_parquet_repetition repetition;
	unsigned int n_children; /* of a group */
	bool is_list;            /* a group of one repeated group */
};

struct sink_parquet_level {
	uint8_t repetition, definition;
};

/* A text of the file's own: "huggingface" and its JSON. */
struct sink_parquet_metadata {
	const char *key, *value;
};

#define SINK_PARQUET_VALUE_MAX ((size_t)512 << 20) /* bytes of one value */

struct sink_parquet_file;
/* Borrows nodes and output. A row group is closed when its values take `group_bytes`. */
struct sink_parquet_file *sink_parquet_open(const struct sink_parquet_node *nodes, size_t n_nodes, size_t group_bytes,
                                            struct sink_output *output);
void sink_parquet_free(struct sink_parquet_file *parquet); /* NULL is allowed */

/* A value of a column. A level below the column's own definition has none: sink_parquet_none. */
void sink_parquet_int64(struct sink_parquet_file *parquet, size_t column, struct sink_parquet_level level,
                        int64_t value);
void sink_parquet_bytes(struct sink_parquet_file *parquet, size_t column, struct sink_parquet_level level,
                        const void *bytes, size_t len);
void sink_parquet_none(struct sink_parquet_file *parquet, size_t column, struct sink_parquet_level level);
/* To be called when every column has what is its in the row. */
int sink_parquet_end_row(struct sink_parquet_file *parquet, struct rv_err *err) RV_MUST_USE;
/* Bytes of the file so far, with what is not written yet as it is before compression. */
uint64_t sink_parquet_size(const struct sink_parquet_file *parquet);
/* Writes the last row group and the footer. The output is still to be finished. */
int sink_parquet_finish(struct sink_parquet_file *parquet, const struct sink_parquet_metadata *metadata,
                        size_t n_metadata, struct rv_err *err) RV_MUST_USE;

/* Takes a text. */
typedef int sink_parquet_text_fn(void *to, const char *text, size_t len, struct rv_err *err);
/* Hands on, in order, the values of a column of texts that are required, of a file that was written so. RV_E_BAD_FILE
 * for another. */
int sink_parquet_read_texts(const struct rv_source *file, size_t column, size_t n_columns, sink_parquet_text_fn *take,
                            void *to, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Files of a dataset that are those of its parts, one after the other: lines, also with numbers that are counted on,
 * tables below their heading, and JSON documents whose lists go on (FORMAT_MERGE_LINES, _COUNTED_LINES, _COUNTED_IDS,
 * _TABLE, _LISTS), with the bytes of one run.
 *
 *	struct sink_joined *joined = sink_joined_new(dataset, take_id, to);
 *	sink_joined_begin(joined, "coco/annotations.json", row, "part-0", 0, err);
 *	sink_joined_add(joined, bytes, len, err); ...                              in any portions
 *	sink_joined_end(joined, &n_lines, err);
 *	...                                                                        further files, in the order of parts
 *	sink_joined_finish(joined, err);
 *	sink_joined_free(joined);
 *
 * RV_E_USAGE when files differ in more than their samples: a heading, or what stands around the lists.
 */
#ifndef RV_SINK_JOINED_H
#define RV_SINK_JOINED_H

#include "format/format.h"
#include "sink/sink.h"

struct sink_joined;
/* Borrows the dataset. `take` is told the ids in files of FORMAT_MERGE_COUNTED_IDS, each once where its lines are side
 * by side. */
struct sink_joined *sink_joined_new(struct sink_dataset *dataset, sink_id_fn *take, void *to);
void sink_joined_free(struct sink_joined *joined); /* NULL is allowed */
/* Takes a file of a part, which is called `part` in messages (borrowed until the last file): where it goes, and its row
 * in the format's description. `base` is added to the numbers that lines begin with. */
int sink_joined_begin(struct sink_joined *joined, const char *path, const struct format_path *row, const char *part,
                      uint64_t base, struct rv_err *err) RV_MUST_USE;
int sink_joined_add(void *joined, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE; /* an rv_write_fn */
/* *n_lines is the number of lines that the file added, headings not counted. */
int sink_joined_end(struct sink_joined *joined, uint64_t *n_lines, struct rv_err *err) RV_MUST_USE;
/* Puts all into the dataset. */
int sink_joined_finish(struct sink_joined *joined, struct rv_err *err) RV_MUST_USE;

#endif

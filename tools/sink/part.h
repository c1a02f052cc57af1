/* SPDX-License-Identifier: MIT */
/*
 * A JSON array in the making that may grow larger than memory: what is appended to it goes to a temporary file of the
 * dataset when there is much, and is copied into its place at the end.
 *
 *	struct sink_part part;
 *	sink_part_init(&part, dataset, "coco-images");
 *	sink_part_item(&part, &out); rv_json_open(&out, NULL, '{'); ...
 *	if (sink_part_flush(&part, err) < 0) ...                                  (both any number of times)
 *	sink_part_copy(&part, output, err);                                       "[", a line for each item, "]"
 *	sink_part_release(&part);
 */
#ifndef RV_SINK_PART_H
#define RV_SINK_PART_H

#include "json.h"
#include "sink/dataset.h"

struct sink_part {
	struct rv_str path;
	struct rv_str text; /* not written yet */
	int fd;             /* -1 before the first write */
	uint64_t n_items;
};

/* `name` is that of the temporary file, unique among those of the dataset. Makes no file yet. */
void sink_part_init(struct sink_part *part, const struct sink_dataset *dataset, const char *name);
/* Begins the next item, which is to be written to *out. */
void sink_part_item(struct sink_part *part, struct rv_json_out *out);
/* Writes the text if there is much of it. */
int sink_part_flush(struct sink_part *part, struct rv_err *err) RV_MUST_USE;
/* Appends the whole array, after which nothing is added to it; may be called again. */
int sink_part_copy(struct sink_part *part, struct sink_output *output, struct rv_err *err) RV_MUST_USE;
/* Removes the temporary file; the name may be used again. */
void sink_part_release(struct sink_part *part);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A list in the making that may grow larger than memory: text is appended to it, goes to a temporary file of the
 * dataset when there is much, and is copied into its place at the end.
 *
 *	struct rv_part part;
 *	rv_part_init(&part, dataset, "coco-images");
 *	rv_str_puts(&part.text, "{...}"); if (rv_part_flush(&part, err) < 0) ...   (any number of times)
 *	rv_part_copy(&part, output, err);
 *	rv_part_release(&part);
 */
#ifndef RV_SINK_PART_H
#define RV_SINK_PART_H

#include "dataset.h"

struct rv_part {
	struct rv_str path;
	struct rv_str text; /* not written yet */
	int fd;             /* -1 before the first write */
};

/* `name` is that of the temporary file, unique among those of the dataset. Makes no file yet. */
void rv_part_init(struct rv_part *part, const struct rv_dataset *dataset, const char *name);
/* Writes the text if there is much of it. */
int rv_part_flush(struct rv_part *part, struct rv_err *err) RV_MUST_USE;
int rv_part_copy(struct rv_part *part, struct rv_output *output, struct rv_err *err) RV_MUST_USE;
/* Removes the temporary file; the name may be used again. */
void rv_part_release(struct rv_part *part);

#endif

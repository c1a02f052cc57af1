/* SPDX-License-Identifier: MIT */
/*
 * A text file for each split, such as the list of its pictures, written while samples come. One that nothing is put
 * into is not made.
 *
 *	sink_split_files_init(&lists, dataset, &format_voc, "list");
 *	sink_split_files_put(&lists, sample->split, "a\n", 2, err); ...
 *	sink_split_files_close(&lists, err);
 *	sink_split_files_release(&lists);                                        in every case
 */
#ifndef RV_SINK_SPLIT_FILES_H
#define RV_SINK_SPLIT_FILES_H

#include "format/format.h"
#include "sink/dataset.h"
#include "vocabulary.h"

struct sink_split_files {
	struct sink_dataset *dataset; /* private, as is what follows */
	const char *layout;           /* with {split} and {part} alone */
	struct sink_output *outputs[RV_SPLITS];
};

/* `layout` is the name of the format's. Makes no file yet. */
void sink_split_files_init(struct sink_split_files *files, struct sink_dataset *dataset, const struct format *format,
                           const char *layout);
int sink_split_files_put(struct sink_split_files *files, enum rv_split split, const char *text, size_t len,
                         struct rv_err *err) RV_MUST_USE;
/* True when something was put into it. */
bool sink_split_files_has(const struct sink_split_files *files, enum rv_split split);
int sink_split_files_close(struct sink_split_files *files, struct rv_err *err) RV_MUST_USE;
void sink_split_files_release(struct sink_split_files *files);

#endif

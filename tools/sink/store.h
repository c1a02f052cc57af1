/* SPDX-License-Identifier: MIT */
/*
 * How the files of a sample enter a dataset. A file is read, copied, and its digest taken, once: the copy shares its
 * blocks with the sample's where the file system can (FICLONE), and is never a link, so that no change of one reaches
 * the other. Where more formats want the same file, theirs are links to the first one in the dataset.
 */
#ifndef RV_SINK_STORE_H
#define RV_SINK_STORE_H

#include "sink/dataset.h"
#include "sink/picture.h"

struct sink_store;
/* Borrows the dataset. */
struct sink_store *sink_store_new(struct sink_dataset *dataset);
void sink_store_free(struct sink_store *store);
/* Puts a file below the sample's directory to `relative` in the dataset. */
int sink_store_file(struct sink_store *store, struct sink_sample *sample, const char *file, const char *relative,
                    struct rv_err *err) RV_MUST_USE;
/* Puts a picture's image there: as it is, or as the format has it encoded (sink_picture_quality). */
int sink_store_image(struct sink_store *store, struct sink_sample *sample, const struct rv_picture *picture,
                     const struct format *format, const char *relative, struct rv_err *err) RV_MUST_USE;
/* Opens what that would be, without putting it anywhere; the source is good until the next call here. */
int sink_store_open(struct sink_store *store, struct sink_sample *sample, const struct rv_picture *picture,
                    const struct format *format, struct rv_source *source, struct rv_err *err) RV_MUST_USE;

#endif

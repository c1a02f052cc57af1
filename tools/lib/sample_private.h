/* SPDX-License-Identifier: MIT */
/* Private to sample*.c. */
#ifndef RV_SAMPLE_PRIVATE_H
#define RV_SAMPLE_PRIVATE_H

#include "sample.h"

/* Notes what is wrong with a field (a literal or in the arena); the message begins with "field 'FIELD' ". */
void rv_sample_flaw(struct rv_sample *sample, enum rv_flaw_kind kind, const char *field, const char *format, ...)
        RV_PRINTF(4, 5);
/* Room for one more of `len` items in the arena: RV_GROW for it. */
void *rv_sample_grow(struct rv_sample *sample, void *items, size_t len, size_t *cap, size_t size);

/* Gives the files of one camera (`files`, called `field` in messages), that of a view or the record's own (NULL), to
 * its n_frames pictures, and to the sample what is no picture's. */
void rv_sample_take_files(struct rv_sample *sample, struct rv_picture *pictures, const char *view, struct rv_json files,
                          const char *field);
void rv_sample_take_annotations(struct rv_sample *sample, struct rv_picture *picture);

#endif

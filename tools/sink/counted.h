/* SPDX-License-Identifier: MIT */
/*
 * Numbers that sequences or pictures have over a dataset, from 0, when datasets are merged: those of a part follow
 * those of the parts before (FORMAT_MERGE_COUNTED). What is for testing is counted by itself, as KITTI does.
 */
#ifndef RV_SINK_COUNTED_H
#define RV_SINK_COUNTED_H

#include "err.h"
#include "format/layout.h"

/* Of a format; zeroed before the first part. */
struct sink_counted {
	struct {
		uint64_t first, next; /* number of the part at hand, and of the one behind it */
	} training, testing;
};

/* Begins the next part. */
void sink_counted_part(struct sink_counted *counted);
/* What is added to the numbers of the part at hand: of a file at `path`, which is at `place` in its layout. */
uint64_t sink_counted_base(const struct sink_counted *counted, const char *path, const struct format_place *place);
/* Counts on the number of the sequence in *place, else of the picture. RV_E_LIMIT when it has not the digits for it. */
int sink_counted_take(struct sink_counted *counted, const char *path, struct format_place *place,
                      struct rv_err *err) RV_MUST_USE;

#endif

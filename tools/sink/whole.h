/* SPDX-License-Identifier: MIT */
/* An object whole, as annotations tell it (rv-blend --amodal). */
#ifndef RV_SINK_WHOLE_H
#define RV_SINK_WHOLE_H

#include "rle.h"
#include "sample.h"

struct sink_whole {
	const char *counts; /* run lengths within the picture */
	size_t counts_len;
	int64_t bbox[4]; /* x, y, width, height, beyond the picture, too */
	uint64_t area_px;
};

/* Of an annotation without it what is seen takes its place. Fails with RV_E_BAD_RECORD where it is none: no run
 * lengths of the annotation's size, no box, or an area below that of what is seen. */
int sink_whole_read(const struct rv_annotation *annotation, struct rv_rle *scratch, struct sink_whole *whole,
                    struct rv_err *err) RV_MUST_USE;

#endif

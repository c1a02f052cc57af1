/* SPDX-License-Identifier: MIT */
/*
 * What would be wrong without a word: an object for which a format has no class, no number, no name or no model. Its
 * sample is refused, and the message says what to do. With --lossy the object alone is left out of that format, as one
 * without a category is; how many are is told at the end, and in the manifest.
 *
 *	if (n > FORMAT_DAVIS_NUMBER_MAX) {
 *		return sink_lossy(sample, FORMAT_ID_davis, err, "format davis: ...: choose coco");
 *	}
 */
#ifndef RV_SINK_LOSSY_H
#define RV_SINK_LOSSY_H

#include "sink/picture.h"

/* Called by a format's `prepare` for each such object, of each picture or of a clip. 0: it is counted, and is to be
 * left out. -1: the sample is refused; RV_E_BAD_RECORD with the message, which says what to do, and after it --lossy.
 */
int sink_lossy(struct sink_sample *sample, enum format_id format, struct rv_err *err, const char *text, ...)
        RV_PRINTF(4, 5) RV_MUST_USE;

#endif

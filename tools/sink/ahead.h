/* SPDX-License-Identifier: MIT */
/*
 * Records read ahead: while samples are written, the next ones are read and taken apart.
 *
 *	sink_ahead(&stream, true, take, to);
 *
 * is, but for the thread, this loop:
 *
 *	while (rv_stream_next(&stream, &record)) {
 *		if (!take(to, &record, &sample, rv_sample_load(&sample, &record, &err) < 0 ? &err : NULL)) { break; }
 *		rv_output_put(&stream.output, &record);
 *	}
 *
 * What the stream itself says of a record (a line that is none, an id that came before) it says when the record is
 * read: that may be before what `take` says of records ahead of it.
 */
#ifndef RV_SINK_AHEAD_H
#define RV_SINK_AHEAD_H

#include "sample.h"
#include "stream.h"

/* Works on a record, whose sample hangs on it. `wrong`: why there is none; else NULL. False: nothing more is to come,
 * and this record is not passed on. */
typedef bool sink_take_fn(void *to, struct rv_record *record, struct rv_sample *sample, const struct rv_err *wrong);

/* `take` is called for one record after the other, with `has_thread` on a thread that is not the caller's. Returns at
 * the end of the stream, after a signal, when the output is broken or `take` has ended it. A record is never held back
 * for those behind it: before the input is waited for, all that came are on their way. */
void sink_ahead(struct rv_stream *stream, bool has_thread, sink_take_fn *take, void *to);

#endif

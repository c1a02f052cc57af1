/* SPDX-License-Identifier: MIT */
/*
 * What samples have that formats cannot carry: said in one line at the end of a run, and by --explain before one.
 *
 *	sink_losses_add(&losses, &sample); ...                         each sample of the stream
 *	sink_losses_note(&losses, FORMAT_HAS_MASKS | FORMAT_HAS_DEPTH)     of what no format has
 *	sink_losses_explain(&losses, &format_yolo)                     of one format
 */
#ifndef RV_SINK_LOSSES_H
#define RV_SINK_LOSSES_H

#include "format/format.h"
#include "sample.h"

struct sink_losses {
	uint64_t n_samples, counts[FORMAT_THINGS]; /* of samples that have it */
};

void sink_losses_add(struct sink_losses *losses, const struct rv_sample *sample);
/* Says how many samples have what is `lost` (enum format_thing_bit), if any has. */
void sink_losses_note(const struct sink_losses *losses, unsigned int lost);
/* Says what a format carries of the samples, and what it does not. */
void sink_losses_explain(const struct sink_losses *losses, const struct format *format);

#endif

/* SPDX-License-Identifier: MIT */
/* What rv-mask takes out of a record when the passes go, given back, so that a labelled sample can be labelled anew. */
#ifndef RV_MASK_RECALL_H
#define RV_MASK_RECALL_H

#include "record.h"

/* Puts `channels` and `files.passes`, and those of its views, into a record that has no `channels`: from rv-blend's
 * marker in its directory. Where there is none, or it does not fit, the record stays as it is. */
void mask_recall(struct rv_record *record);

#endif

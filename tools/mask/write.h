/* SPDX-License-Identifier: MIT */
/* The label files of a sample. */
#ifndef RV_MASK_WRITE_H
#define RV_MASK_WRITE_H

#include "mask/request.h"
#include "mask/sample.h"
#include "mask/scratch.h"

/* Makes the directory ready, writes the labels of every picture and fills *added. The frames of a sequence are shared
 * with the threads of the queue that have no record to work on (rv_taskq_share); what is written and *err do not depend
 * on how many there are: the first frame that cannot be labelled is the one that *err is about, and then no labels are
 * left. */
int mask_write(const struct mask_request *request, struct mask_pool *pool, struct mask_added *added,
               struct rv_err *err) RV_MUST_USE;

#endif

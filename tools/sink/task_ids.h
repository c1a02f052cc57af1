/* SPDX-License-Identifier: MIT */
/* Ids of samples whose files lie in a folder of their task: what parts of several tasks are merged by. */
#ifndef RV_SINK_TASK_IDS_H
#define RV_SINK_TASK_IDS_H

#include "err.h"
#include "format/layout.h"
#include "idset.h"

/* Takes the place of a file, of one sample in one task; one without a task is passed over. RV_E_USAGE when the id is
 * there in another task. */
int sink_task_ids_take(struct rv_idset *ids, const struct format_place *place, const char *part,
                       struct rv_err *err) RV_MUST_USE;

#endif

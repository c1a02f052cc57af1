/* SPDX-License-Identifier: MIT */
/* Labels into a record: files of roles and annotations, of the record itself and of its views. */
#ifndef RV_MASK_APPLY_H
#define RV_MASK_APPLY_H

#include "mask/state.h"

/* `annotations` of each picture; `labels` are all files that there are, sorted by path. Where the passes are not kept,
 * what tells of them goes. Every other byte of the record stays. */
int mask_apply(const struct mask_request *request, const struct rv_span *annotations, const struct mask_listed *labels,
               size_t n_labels, struct rv_record *record, struct rv_err *err) RV_MUST_USE;

#endif

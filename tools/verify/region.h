/* SPDX-License-Identifier: MIT */
/* A mask that stands in an annotation besides its own: {"bbox":...,"area":...,"rle":...}, of a part or of a group. */
#ifndef RV_VERIFY_REGION_H
#define RV_VERIFY_REGION_H

#include "json.h"
#include "verify/rle.h"

/* Reads one of a picture of this size, at least one pixel. Fails with RV_E_LABEL and says which member is wrong: run
 * lengths that do not decode, or an area or a box that is not theirs. */
int verify_region_read(struct rv_json region, uint32_t width, uint32_t height, struct verify_rle *rle,
                       struct rv_err *err) RV_MUST_USE;

#endif

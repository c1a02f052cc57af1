/* SPDX-License-Identifier: MIT */
/* An outline as rv-mux writes it into COCO's documents. */
#ifndef RV_VERIFY_FORMATS_COCO_OUTLINE_H
#define RV_VERIFY_FORMATS_COCO_OUTLINE_H

#include "json.h"

/* Reads an outline along the borders of pixels, which are whole numbers; adds twice its area, holes that it goes around
 * the other way taken off, and widens the corners of its box. False for what is none. */
bool verify_coco_outline(struct rv_json ring, int64_t *doubled, uint32_t least[2], uint32_t most[2]);

#endif

/* SPDX-License-Identifier: MIT */
/* What a file of Cryptomatte says of a pixel: ids with their coverages, rank by rank. */
#ifndef RV_VERIFY_RANKS_H
#define RV_VERIFY_RANKS_H

#include "verify/decode.h"

/* How much of the pixel an id covers, 0..1: coverages that have a sum above 1, as those of transparent objects may, are
 * made to have 1. Planes are in the order of their names: ".a" is the coverage of ".b", ".g" that of ".r". */
double verify_ranks_share(const struct verify_decoded *ranks, uint32_t id, size_t pixel);

#endif

/* SPDX-License-Identifier: MIT */
/* Small masks as they look. */
#ifndef RV_DRAWN_H
#define RV_DRAWN_H

#include "rle.h"

/* The mask of a picture of at most 256 pixels, from its rows, ended by NULL: set where there is a '#'. */
void drawn_mask(struct rv_rle *rle, const char *const *rows);

#endif

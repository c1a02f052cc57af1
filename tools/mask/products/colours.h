/* SPDX-License-Identifier: MIT */
/* The index map in the colours of the sample's objects (palette.h), for products that show it so. */
#ifndef RV_MASK_PRODUCTS_COLOURS_H
#define RV_MASK_PRODUCTS_COLOURS_H

#include "mask/job.h"
#include "palette.h"

/* For `take`: the data are a struct rv_palette of the sample. */
int mask_product_colours_take(const struct mask_request *request, struct rv_arena *arena, const void **data,
                              struct rv_err *err) RV_MUST_USE;
/* Replaces *image by the map in these colours (U8 RGB). Needs the data of mask_product_colours_take. */
int mask_product_colours_draw(struct mask_job *job, struct rv_image *image, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Labels drawn over a picture, for products that show it so. */
#ifndef RV_MASK_PRODUCTS_OVERLAY_H
#define RV_MASK_PRODUCTS_OVERLAY_H

#include "mask/products/figures.h"
#include "palette.h"

/* Replaces *image by the picture on its ground (U8 RGB), which must be as large as the passes. */
int mask_product_overlay_ground(struct mask_job *job, struct rv_image *image, struct rv_err *err) RV_MUST_USE;
/* Draws masks, outlines, figures and names of the annotated objects over it. */
int mask_product_overlay_draw(struct mask_job *job, const struct rv_palette *palette,
                              const struct mask_figures *figures, struct rv_image *image,
                              struct rv_err *err) RV_MUST_USE;
/* For `key`: what is drawn of the objects, without the figures. */
void mask_product_overlay_key(const struct mask_request *request, const struct rv_palette *palette,
                              struct rv_json_out *out);

#endif

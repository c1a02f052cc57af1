/* SPDX-License-Identifier: MIT */
/* The picture itself, beside the passes, for products that are made of it. */
#ifndef RV_MASK_PRODUCTS_PICTURE_H
#define RV_MASK_PRODUCTS_PICTURE_H

#include "mask/job.h"

/* For `is_possible` and `key`. */
bool mask_product_picture_is_there(const struct mask_view *view);
bool mask_product_picture_has_alpha(const struct mask_view *view); /* `is_possible`, too: its format may have some */
void mask_product_picture_key(const struct mask_request *request, struct rv_json_out *out);
/* Replaces *picture. */
int mask_product_picture_read(const struct mask_job *job, struct rv_image *picture, struct rv_err *err) RV_MUST_USE;

#endif

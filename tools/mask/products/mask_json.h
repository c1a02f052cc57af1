/* SPDX-License-Identifier: MIT */
/* What is said of every mask, in annotations and in parts of them. */
#ifndef RV_MASK_PRODUCTS_MASK_JSON_H
#define RV_MASK_PRODUCTS_MASK_JSON_H

#include "json.h"
#include "mask/pixels/labels.h"

/* Puts the members bbox and area, and rle. */
void mask_product_put_area(const struct mask_label *label, struct rv_json_out *out);
void mask_product_put_rle(const struct rv_rle *rle, struct rv_json_out *out);
/* Run lengths under another name, or none (NULL). */
void mask_product_put_run_lengths(const char *key, const struct rv_rle *rle, struct rv_json_out *out);

#endif

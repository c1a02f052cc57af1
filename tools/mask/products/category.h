/* SPDX-License-Identifier: MIT */
/* The category of each object, for products that stand on "category". */
#ifndef RV_MASK_PRODUCTS_CATEGORY_H
#define RV_MASK_PRODUCTS_CATEGORY_H

#include "mask/request.h"

/* By the object's index; NULL: it is background, or belongs to none of the record's objects. */
const char *mask_product_category_of(const struct mask_request *request, uint32_t index);

#endif

/* SPDX-License-Identifier: MIT */
/* Private to request*.c, and to their test. */
#ifndef RV_MASK_REQUEST_PRIVATE_H
#define RV_MASK_REQUEST_PRIVATE_H

#include "mask/request.h"

/* Finds out what is wanted of a view that has its passes. */
int mask_request_outputs(struct mask_request *request, struct mask_view *view, struct rv_err *err) RV_MUST_USE;
/* Lets every product take what it needs of the record, and makes their keys. */
int mask_request_keys(struct mask_request *request, struct rv_err *err) RV_MUST_USE;

/* Makes the key of the product at that place. */
void mask_request_key(struct mask_request *request, size_t place, const struct mask_product *product);

#endif

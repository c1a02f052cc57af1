/* SPDX-License-Identifier: MIT */
/* Text of any kind within XML or HTML. */
#ifndef RV_MARKUP_H
#define RV_MARKUP_H

#include "str.h"

/* Appends it as content or as the value of an attribute; control characters, and bytes that are no UTF-8, become "?",
 * which XML has no place for. */
void rv_markup_put(const char *text, struct rv_str *markup);

#endif

/* SPDX-License-Identifier: MIT */
/* The passes that --passes may name: those of rv.RenderPass. */
#ifndef RV_BLEND_PASSES_H
#define RV_BLEND_PASSES_H

#include "json.h"

/* Appends the member `key` for a list such as "Normal,UV" ("" for none), each name once and in an order of our own:
 * how it was written must not change a sample's key. RV_E_USAGE, with the nearest name, for one that is none. */
int blend_passes_put(struct rv_json_out *out, const char *key, const char *text, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* What a worker is asked for, as blender/PROTOCOL.md defines it. */
#ifndef RV_BLEND_REQUEST_H
#define RV_BLEND_REQUEST_H

#include "window.h"

/* The request for the sample of a slot, whose files go to `out`; `rest` holds the members that are always the same.
 * `assist`: to help the worker that renders it. Fails when the scene that the record names has gone. */
int blend_request_make(const struct blend_sample_run *run, const struct blend_slot *slot, const char *out,
                       const char *rest, bool assist, struct rv_str *request, struct rv_err *err) RV_MUST_USE;

#endif

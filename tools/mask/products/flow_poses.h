/* SPDX-License-Identifier: MIT */
/*
 * How objects and cameras move between the frames of a sequence that was asked for with a step, as its record has it:
 * Blender's Vector pass knows the frames beside a frame alone.
 */
#ifndef RV_MASK_PRODUCTS_FLOW_POSES_H
#define RV_MASK_PRODUCTS_FLOW_POSES_H

#include "mask/pixels/flow.h"
#include "mask/request.h"

/* For struct mask_product: *data stays NULL where all frames are beside each other. */
int mask_poses_take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err);
void mask_poses_key(const struct mask_request *request, const void *data, struct rv_json_out *out);

/* Fills uv with the flow from a picture to another one of its camera; of nothing where `other` is NULL, or a camera no
 * pinhole. `arena` takes what it needs for that. */
int mask_poses_flow(const void *data, const struct rv_picture *picture, const struct rv_picture *other,
                    const struct rv_image *depth, const struct rv_image *index, struct rv_arena *arena,
                    struct rv_image uv[2], struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How objects and cameras move between the pictures of a sequence, as its record has it: for labels that follow from
 * where a surface's points are in another picture. Of what deforms the vertices tell, where rv-blend has written them
 * (RV_ROLE_SURFACES). It is not known of what has other faces then, or is not there.
 */
#ifndef RV_MASK_PRODUCTS_POSES_H
#define RV_MASK_PRODUCTS_POSES_H

#include "mask/job.h"
#include "mask/pixels/motion.h"

/* For struct mask_product: of which a record has the poses of all frames. */
int mask_poses_take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err);
/* For those that call mask_poses_step: the vertices are read once for all pictures. */
int mask_poses_survey(struct mask_job *job, void **found, struct rv_err *err);
bool mask_poses_surveys(const void *data); /* there are some */
/* Writes nothing where *data is NULL: the product has no use for poses. */
void mask_poses_key(const struct mask_request *request, const void *data, struct rv_json_out *out);
/* The same of one camera. */
void mask_poses_key_camera(struct rv_json camera, struct rv_json_out *out);

/* What becomes of a picture until another one of its camera. */
struct mask_step {
	struct mask_moves moves;
	struct rv_camera here, there;
};
/* Fills *step from what the product at work took and found out; job->arena and job->scratch have what it needs, until
 * the next call. 1: it is filled. 0: nothing can be told: `other` is NULL, there is no depth, a camera has no
 * pixels. -1: the vertices cannot be read. */
int mask_poses_step(struct mask_job *job, const struct rv_picture *other, struct mask_step *step,
                    struct rv_err *err) RV_MUST_USE;

#endif

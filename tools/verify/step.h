/* SPDX-License-Identifier: MIT */
/* Where the points that a picture shows are in another picture of its camera, by depth and the poses of the record. */
#ifndef RV_VERIFY_STEP_H
#define RV_VERIFY_STEP_H

#include "verify/picture.h"
#include "verify/scene.h"

struct verify_step {
	const struct verify_picture *picture;
	struct verify_scene here, there;
	struct verify_mover *movers; /* private: of each index */
};

/* False where nothing can be told: the picture has no maps, a camera has no pixels, `other` is NULL. Memory is of the
 * picture's arena. */
bool verify_step_init(struct verify_step *step, struct verify_picture *picture, const struct rv_picture *other);
/* Where in the world the point is that the centre of pixel `at` shows, and where it is then. False where nothing is
 * seen, and where the object has no pose, is flat, may deform, or is not there then. */
bool verify_step_at(const struct verify_step *step, size_t at, double world[3], double then[3]);
/* Where a point in the world, which lies on the object of this index here, is then. False as above. */
bool verify_step_carry(const struct verify_step *step, uint32_t index, const double world[3], double then[3]);

#endif

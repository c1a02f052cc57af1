/* SPDX-License-Identifier: MIT */
/*
 * Where the points that a picture shows are at another time: from depth, the index map and how cameras and objects
 * move or deform. Optical flow, scene flow and occlusion follow from it.
 */
#ifndef RV_MASK_PIXELS_MOTION_H
#define RV_MASK_PIXELS_MOTION_H

#include "camera.h"
#include "image.h"

/* How an object moves from one frame to another: a point of it at X is at matrix * (X, 1) then. */
struct mask_motion {
	uint32_t index;
	bool is_known; /* else it has no pose, is not there any more, or deforms in a way that is not known */
	bool deforms;  /* where its points go is in `carried`, and no matrix tells */
	bool is_away;  /* it is not there then */
	double matrix[3][4];
};

/* A picture and what becomes of it. All is borrowed. Cameras here have pixels. */
struct mask_moves {
	const struct rv_image *depth, *index; /* metres and indices, F32 */
	const struct rv_camera *camera;
	const struct mask_motion *motions; /* sorted by index */
	size_t n;
	const struct rv_image *carried; /* of mask_surface_carry (surface.h); NULL: nothing that is known deforms */
	const struct mask_motion *last; /* private: that of the pixel before; NULL at first */
};

/* Where in the world the point is that the centre of pixel `at` shows, and where it is then. False where nothing is
 * seen, or its motion is not known. */
bool mask_moves_at(struct mask_moves *moves, size_t at, double world[3], double then[3]);

/* True where the pixel's object deforms or is not there then: Blender's vectors do not tell what is so. */
bool mask_moves_lack_vectors(struct mask_moves *moves, size_t at);

/* Scene flow: how far each point goes in the world, metres, as F32 planes; RV_FLOW_UNKNOWN where that is not known.
 * Replaces xyz[0..2]. */
int mask_scene_flow(struct mask_moves *moves, struct rv_image xyz[3], struct rv_err *err) RV_MUST_USE;

/* What an occlusion mask says of a pixel's point. */
enum { MASK_SEEN = 0, MASK_UNSURE = 128, MASK_HIDDEN = 255 };
/*
 * U8: whether the point is seen in the other frame, by its camera, depth and index map. It is hidden where it is out of
 * that picture or not before its camera, and where the pixel in which it lies has something before it (seen.h).
 * Replaces *out.
 */
int mask_occlusion(struct mask_moves *moves, const struct rv_camera *other, const struct rv_image *other_depth,
                   const struct rv_image *other_index, struct rv_image *out, struct rv_err *err) RV_MUST_USE;

/* Planes, or a mask, of which nothing is known. */
int mask_unknown_planes(uint32_t width, uint32_t height, struct rv_image *planes, size_t n,
                        struct rv_err *err) RV_MUST_USE;
int mask_unknown_occlusion(uint32_t width, uint32_t height, struct rv_image *out, struct rv_err *err) RV_MUST_USE;

#endif

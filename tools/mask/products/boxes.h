/* SPDX-License-Identifier: MIT */
/*
 * Boxes of objects in space (`box3d`), as a record has them: of each picture those that stand there, else those of the
 * first frame. For products that tell or draw where they are.
 */
#ifndef RV_MASK_PRODUCTS_BOXES_H
#define RV_MASK_PRODUCTS_BOXES_H

#include "camera.h"
#include "mask/job.h"
#include "mask/pixels/figures.h"

struct mask_box {
	uint32_t index; /* of the object */
	bool has_corners;
	double corners[MASK_BOX_CORNERS][3]; /* in the world, metres */
	bool has_rectangle;                  /* all corners have a place in the record's picture */
	double left, top, right, bottom;     /* pixels; the picture is 0..width, 0..height */
};

struct mask_box_list {
	struct mask_box *items; /* of objects that have a box, sorted by index */
	size_t len;
};

struct mask_boxes {
	struct mask_box_list record;    /* as they are at the first frame */
	struct mask_box_list *pictures; /* of each, what is not so there */
	struct rv_camera *cameras;
};

/* For struct mask_product: those of all pictures, in the arena; and all that decides what follows from them. */
const struct mask_boxes *mask_boxes_take(const struct mask_request *request, struct rv_arena *arena);
void mask_boxes_key(const struct mask_request *request, const struct mask_boxes *boxes, struct rv_json_out *out);

/* The box of an object in the job's picture, or NULL. */
const struct mask_box *mask_boxes_find(const struct mask_job *job, const struct mask_boxes *boxes, uint32_t index);
/* True when its rectangle is that of the job's picture. */
bool mask_boxes_has_pixels(const struct mask_job *job, const struct mask_boxes *boxes, const struct mask_box *box);
/* True when the job's camera is a pinhole. */
bool mask_boxes_is_pinhole(const struct mask_job *job, const struct mask_boxes *boxes);
/* Finds its *n edges there (pixels/figures.h), of a pinhole and of an orthographic camera. False, and none, where it
 * has no corners, or the camera is another. */
bool mask_boxes_edges(const struct mask_job *job, const struct mask_boxes *boxes, const struct mask_box *box,
                      struct mask_edge edges[MASK_BOX_EDGES], size_t *n);

#endif

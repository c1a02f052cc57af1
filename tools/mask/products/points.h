/* SPDX-License-Identifier: MIT */
/*
 * Keypoints of objects, as a record has them: where they are in each picture. Their places are those of the record; in
 * views, whose cameras have none of their own, they are seen anew from the world. For products that tell or draw them.
 */
#ifndef RV_MASK_PRODUCTS_POINTS_H
#define RV_MASK_PRODUCTS_POINTS_H

#include "mask/job.h"

struct mask_point {
	const char *name;
	bool has_pixel;   /* it is before the camera's plane: the rest is there */
	bool is_in_frame; /* it is between the camera's clip planes */
	double pixel[2];  /* may lie beyond the border */
	double depth_m;
};

/* Places among the points. */
struct mask_points_edge {
	size_t from, to;
};

/* Those of an object. */
struct mask_points {
	uint32_t index;
	const char *skeleton; /* NULL: it names none */
	struct mask_point *items;
	size_t len;
	struct mask_points_edge *edges; /* of its skeleton */
	size_t n_edges;
};

/* Those of a picture. */
struct mask_points_list {
	struct mask_points *items; /* sorted by index */
	size_t len;
};

/* What decides whether a point is seen. */
extern const struct rv_option mask_points_options[];

/* For struct mask_product: a list for each picture, in the arena; all that decides their places and whether they are
 * seen; and what decides the edges. */
const struct mask_points_list *mask_points_take(const struct mask_request *request, struct rv_arena *arena);
void mask_points_key(const struct mask_request *request, const struct mask_points_list *lists, struct rv_json_out *out);
void mask_points_key_edges(const struct mask_request *request, const struct mask_points_list *lists,
                           struct rv_json_out *out);

/* Those of an object in the job's picture, or NULL. */
const struct mask_points *mask_points_find(const struct mask_job *job, const struct mask_points_list *lists,
                                           uint32_t index);

/* The numbers are those of annotations, and COCO's. */
enum mask_point_seen { MASK_POINT_OUTSIDE, MASK_POINT_HIDDEN, MASK_POINT_SEEN };
/* Whether it is in the job's picture, and hidden there. Needs the index; without depth none is hidden. `index` is that
 * of its object. */
enum mask_point_seen mask_points_seen(const struct mask_job *job, const struct mask_point *point, uint32_t index);

#endif

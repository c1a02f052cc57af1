/* SPDX-License-Identifier: MIT */
/*
 * Scratch memory for labelling a picture. There are as many as are in use at the same time, one per thread at most, and
 * they go from picture to picture.
 */
#ifndef RV_MASK_SCRATCH_H
#define RV_MASK_SCRATCH_H

#include <pthread.h>

#include "draw.h"
#include "image.h"
#include "mask/pixels/labels.h"
#include "polygon.h"

struct mask_scratch {
	struct rv_image *planes; /* F32, one per channel that is read */
	size_t n_planes;
	struct rv_image *others; /* the same of another picture */
	size_t n_others;
	struct rv_image map, grey, mask, colour, picture;
	struct rv_image vectors[3]; /* flows, normals: F32 */
	struct rv_image carried;    /* where points of what deforms go (pixels/surface.h) */
	struct mask_labels labels, parts;
	struct rv_polygons polygons;
	struct rv_draw *draw;      /* made when it is first needed */
	struct mask_scratch *next; /* private */
};

struct mask_pool {
	pthread_mutex_t lock;
	struct mask_scratch *idle;
};
#define MASK_POOL_INIT \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}
void mask_pool_release(struct mask_pool *pool);

/* One that nobody else has until it is given back. */
struct mask_scratch *mask_scratch_take(struct mask_pool *pool);
void mask_scratch_give(struct mask_pool *pool, struct mask_scratch *scratch);
/* Make sure that there are so many planes, or planes of another picture. */
void mask_scratch_planes(struct mask_scratch *scratch, size_t n);
void mask_scratch_others(struct mask_scratch *scratch, size_t n);

#endif

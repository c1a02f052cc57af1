/* SPDX-License-Identifier: MIT */
/* Scratch memory: a list of those that nobody uses, the last one given back first. */
#include "mask/scratch.h"

#include <stdlib.h>

#include "alloc.h"

struct mask_scratch *mask_scratch_take(struct mask_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	struct mask_scratch *scratch = pool->idle;
	if (scratch) {
		pool->idle = scratch->next;
	}
	pthread_mutex_unlock(&pool->lock);
	if (!scratch) {
		scratch = rv_alloc(sizeof(*scratch));
		*scratch = (struct mask_scratch) { .labels = MASK_LABELS_INIT,
			                           .parts = MASK_LABELS_INIT,
			                           .polygons = RV_POLYGONS_INIT };
	}
	return scratch;
}

void mask_scratch_give(struct mask_pool *pool, struct mask_scratch *scratch)
{
	pthread_mutex_lock(&pool->lock);
	scratch->next = pool->idle;
	pool->idle = scratch;
	pthread_mutex_unlock(&pool->lock);
}

static void grow(struct rv_image **images, size_t *len, size_t n)
{
	if (*len < n) {
		*images = rv_realloc(*images, n, sizeof(**images));
		for (; *len < n; (*len)++) {
			(*images)[*len] = (struct rv_image)RV_IMAGE_INIT;
		}
	}
}

void mask_scratch_planes(struct mask_scratch *scratch, size_t n)
{
	grow(&scratch->planes, &scratch->n_planes, n);
}

void mask_scratch_others(struct mask_scratch *scratch, size_t n)
{
	grow(&scratch->others, &scratch->n_others, n);
}

static void release_images(struct rv_image *images, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rv_image_release(&images[i]);
	}
	free(images);
}

static void release(struct mask_scratch *scratch)
{
	release_images(scratch->planes, scratch->n_planes);
	release_images(scratch->others, scratch->n_others);
	rv_image_release(&scratch->map);
	rv_image_release(&scratch->grey);
	rv_image_release(&scratch->mask);
	rv_image_release(&scratch->colour);
	rv_image_release(&scratch->picture);
	rv_image_release(&scratch->carried);
	for (size_t i = 0; i < RV_COUNTOF(scratch->vectors); i++) {
		rv_image_release(&scratch->vectors[i]);
	}
	mask_labels_release(&scratch->labels);
	mask_labels_release(&scratch->parts);
	rv_polygons_release(&scratch->polygons);
	rv_draw_free(scratch->draw);
	free(scratch);
}

void mask_pool_release(struct mask_pool *pool)
{
	while (pool->idle) {
		struct mask_scratch *const scratch = pool->idle;
		pool->idle = scratch->next;
		release(scratch);
	}
}

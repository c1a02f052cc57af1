/* SPDX-License-Identifier: MIT */
/* The ids in the planes of a Cryptomatte: a set of 32-bit numbers. */
#ifndef RV_MASK_PIXELS_IDS_H
#define RV_MASK_PIXELS_IDS_H

#include "image.h"

struct mask_ids {
	uint32_t *slots; /* 0: free, which is no id */
	size_t len, cap; /* cap: a power of two */
};
#define MASK_IDS_INIT \
	{ \
		.slots = NULL \
	}
void mask_ids_release(struct mask_ids *ids);

/* Adds every id that covers something. Planes (F32) alternate id, coverage. */
void mask_ids_collect(struct mask_ids *ids, const struct rv_image *planes, size_t n_planes);
bool mask_ids_has(const struct mask_ids *ids, uint32_t id);

#endif

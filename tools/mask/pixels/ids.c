/* SPDX-License-Identifier: MIT */
/* The ids in the planes of a Cryptomatte: a hash table with free places between. */
#include "mask/pixels/ids.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void mask_ids_release(struct mask_ids *ids)
{
	free(ids->slots);
	*ids = (struct mask_ids)MASK_IDS_INIT;
}

bool mask_ids_has(const struct mask_ids *set, uint32_t id)
{
	size_t at = set->cap ? id & (set->cap - 1) : 0;
	while (set->cap && set->slots[at] != 0) {
		if (set->slots[at] == id) {
			return true;
		}
		at = (at + 1) & (set->cap - 1);
	}
	return false;
}

static void add_id(struct mask_ids *set, uint32_t id)
{
	if (mask_ids_has(set, id)) {
		return;
	}
	if ((set->len + 1) * 2 > set->cap) {
		struct mask_ids larger = { .cap = set->cap ? set->cap * 2 : 256 };
		larger.slots = rv_alloc_zero(larger.cap, sizeof(*larger.slots));
		for (size_t i = 0; i < set->cap; i++) {
			if (set->slots[i] != 0) {
				add_id(&larger, set->slots[i]);
			}
		}
		free(set->slots);
		*set = larger;
	}
	size_t at = id & (set->cap - 1);
	while (set->slots[at] != 0) {
		at = (at + 1) & (set->cap - 1);
	}
	set->slots[at] = id;
	set->len++;
}

void mask_ids_collect(struct mask_ids *set, const struct rv_image *planes, size_t n_planes)
{
	for (size_t k = 0; k + 1 < n_planes; k += 2) {
		const size_t n = (size_t)planes[k].width * planes[k].height;
		uint32_t last = 0;
		for (size_t i = 0; i < n; i++) {
			uint32_t id;
			memcpy(&id, &planes[k].f32[i], 4);
			if (id != last && planes[k + 1].f32[i] > 0) {
				last = id;
				if (id != 0) {
					add_id(set, id);
				}
			}
		}
	}
}

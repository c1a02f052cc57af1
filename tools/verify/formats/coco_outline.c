/* SPDX-License-Identifier: MIT */
/* Outlines of COCO: see coco_outline.h. */
#include "verify/formats/coco_outline.h"

#include <string.h>

#include "image.h"

bool verify_coco_outline(struct rv_json ring, int64_t *doubled, uint32_t least[2], uint32_t most[2])
{
	const size_t n = rv_json_len(ring) / 2;
	int64_t sum = 0;
	uint64_t first[2] = { 0, 0 }, before[2] = { 0, 0 }, at[2];
	if (n < 3 || rv_json_len(ring) % 2 != 0) {
		return false;
	}
	for (size_t i = 0; i <= n; i++) {
		for (size_t axis = 0; axis < 2; axis++) {
			if (i == n) {
				at[axis] = first[axis];
			} else if (!rv_json_u64(rv_json_at(ring, 2 * i + axis), 0, RV_IMAGE_SIDE_MAX, &at[axis])) {
				return false;
			}
			least[axis] = RV_MIN(least[axis], (uint32_t)at[axis]);
			most[axis] = RV_MAX(most[axis], (uint32_t)at[axis]);
		}
		sum += i > 0 ? (int64_t)(before[0] * at[1]) - (int64_t)(before[1] * at[0]) : 0;
		memcpy(i == 0 ? first : before, at, sizeof(at));
		memcpy(before, at, sizeof(at));
	}
	*doubled += sum < 0 ? -sum : sum;
	return true;
}

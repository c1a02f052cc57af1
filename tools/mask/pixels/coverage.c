/* SPDX-License-Identifier: MIT */
/* Coverage as Cryptomatte tells it. */
#include "mask/pixels/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "vocabulary.h"

void mask_coverage_share(struct rv_image *planes, size_t n_planes)
{
	const size_t n = n_planes > 1 ? (size_t)planes[0].width * planes[0].height : 0;
	for (size_t i = 0; i < n; i++) {
		float sum = 0;
		for (size_t k = 1; k < n_planes; k += 2) {
			sum += planes[k].f32[i];
		}
		for (size_t k = 1; sum > 1 + MASK_COVERAGE_ROUNDING && k < n_planes; k += 2) {
			planes[k].f32[i] /= sum;
		}
	}
}

/* Ids are the bits of floats, some of which are no number: they are compared as bits. */
static uint32_t id_at(const struct rv_image *plane, size_t i)
{
	uint32_t id;
	memcpy(&id, &plane->f32[i], sizeof(id));
	return id;
}

int mask_coverage_of(const struct rv_image *planes, size_t n_planes, uint32_t id, struct rv_image *out,
                     struct rv_err *err)
{
	if (rv_image_init(out, planes[0].width, planes[0].height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)out->width * out->height;
	memset(out->u16, 0, n * sizeof(*out->u16));
	for (size_t k = 0; id != 0 && k + 1 < n_planes; k += 2) {
		for (size_t i = 0; i < n; i++) {
			if (id_at(&planes[k], i) == id) {
				const float share = (float)out->u16[i] / 65535 + planes[k + 1].f32[i];
				out->u16[i] = (uint16_t)(RV_MIN(RV_MAX(share, 0.0f), 1.0f) * 65535 + 0.5f);
			}
		}
	}
	return 0;
}

/* ---- areas ----------------------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const uint32_t left = (*(const struct mask_covered *const *)a)->id;
	const uint32_t right = (*(const struct mask_covered *const *)b)->id;
	return (left > right) - (left < right);
}

static struct mask_covered *find(struct mask_covered **sorted, size_t n, uint32_t id)
{
	struct mask_covered wanted = { .id = id };
	const struct mask_covered *const key = &wanted;
	struct mask_covered **const found = bsearch(&key, sorted, n, sizeof(*sorted), by_id);
	return found ? *found : NULL;
}

void mask_coverage_measure(const struct rv_image *planes, size_t n_planes, struct mask_covered *items, size_t n)
{
	const size_t n_pixels = n_planes > 1 ? (size_t)planes[0].width * planes[0].height : 0;
	struct mask_covered **const sorted = rv_alloc_zero(n + 1, sizeof(*sorted));
	for (size_t i = 0; i < n; i++) {
		items[i].area_px = 0;
		sorted[i] = &items[i];
	}
	qsort(sorted, n, sizeof(*sorted), by_id);
	for (size_t k = 0; n > 0 && k + 1 < n_planes; k += 2) {
		struct mask_covered *last = NULL;
		uint32_t last_id = 0; /* runs are long */
		for (size_t i = 0; i < n_pixels; i++) {
			const uint32_t id = id_at(&planes[k], i);
			if (id != last_id) {
				last = find(sorted, n, id);
				last_id = id;
			}
			if (last && id != 0) {
				last->area_px += (double)planes[k + 1].f32[i];
			}
		}
	}
	free(sorted);
}

/* ---- as an index map ------------------------------------------------------------------------------------------- */

/* The first of those with this id; n where there is none. */
static size_t first_named(const struct mask_named *names, size_t n, uint32_t id)
{
	size_t low = 0, high = n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		low = names[middle].id < id ? middle + 1 : low;
		high = names[middle].id < id ? high : middle;
	}
	return low < n && names[low].id == id ? low : n;
}

/* The index for an id: `present` where that is one of several. 0: it has no name. */
static uint32_t index_of(const struct mask_named *names, size_t n, uint32_t id, uint32_t present)
{
	const size_t first = first_named(names, n, id);
	for (size_t i = first; i < n && names[i].id == id; i++) {
		if (names[i].index == present) {
			return present;
		}
	}
	return first < n ? names[first].index : 0;
}

/* Of a pixel. */
static uint32_t most_of(const struct rv_image *planes, size_t n_planes, const struct mask_named *names, size_t n,
                        size_t i, uint32_t present)
{
	float sum = 0, most = 0;
	uint32_t index = 0;
	for (size_t k = 0; k + 1 < n_planes; k += 2) {
		const float share = planes[k + 1].f32[i];
		if (share > 0 && share >= most) {
			const uint32_t candidate = index_of(names, n, id_at(&planes[k], i), present);
			index = share > most || candidate == present ? candidate : index;
			most = share;
		}
		sum += share;
	}
	const float rest = 1 - sum;
	return rest > most || (rest == most && present == 0) ? 0 : index;
}

void mask_coverage_to_index(const struct rv_image *planes, size_t n_planes, const struct mask_named *names, size_t n,
                            struct rv_image *map)
{
	const size_t n_pixels = (size_t)map->width * map->height;
	for (size_t i = 0; i < n_pixels; i++) {
		const float value = map->f32[i];
		const uint32_t present = value >= 0 && value <= RV_INDEX_MAX ? (uint32_t)value : 0;
		map->f32[i] = (float)most_of(planes, n_planes, names, n, i, present);
	}
}

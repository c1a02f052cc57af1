/* SPDX-License-Identifier: MIT */
/* Depth in colours. */
#include "mask/pixels/turbo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "vocabulary.h"

#define SAMPLES_MAX 65536 /* pixels of which the range is taken: a grid of them in greater pictures */
#define CUT 0.02          /* of them at either end */
#define COLOURS 256

static bool is_seen(float depth_m)
{
	return depth_m > 0 && depth_m < RV_DEPTH_SEEN_MAX; /* false for what is not a number, too */
}

static int by_value(const void *a, const void *b)
{
	const float left = *(const float *)a, right = *(const float *)b;
	return (left > right) - (left < right);
}

struct mask_range mask_turbo_range(const struct rv_image *depth)
{
	const size_t n_pixels = (size_t)depth->width * depth->height;
	const size_t step = (n_pixels + SAMPLES_MAX - 1) / SAMPLES_MAX;
	float *const samples = rv_alloc((n_pixels / RV_MAX(step, (size_t)1) + 1) * sizeof(*samples));
	size_t n = 0;
	for (size_t i = 0; i < n_pixels; i += step) {
		samples[n] = depth->f32[i];
		n += is_seen(depth->f32[i]);
	}
	struct mask_range range = { 0, 0 };
	if (n > 0) {
		const size_t cut = (size_t)((double)n * CUT);
		qsort(samples, n, sizeof(*samples), by_value);
		range = (struct mask_range) { samples[cut], samples[n - 1 - cut] };
	}
	free(samples);
	return range;
}

struct mask_range mask_turbo_join(struct mask_range a, struct mask_range b)
{
	const struct mask_range both = { RV_MIN(a.near_m, b.near_m), RV_MAX(a.far_m, b.far_m) };
	return a.far_m > 0 && b.far_m > 0 ? both : a.far_m > 0 ? a : b;
}

/* Turbo (A. Mikhailov, 2019) at every fifteenth of its 256 colours, straight between: at most 6 off. */
void mask_turbo_colour(float share, uint8_t rgb[3])
{
	static const uint32_t stops[] = { 0x30123b, 0x3f3e9c, 0x4666dd, 0x458cfd, 0x2fb2f4, 0x1ad4d0,
		                          0x22ebaa, 0x52fa7a, 0x8bff4b, 0xb7f735, 0xdbe236, 0xf5c53a,
		                          0xfea130, 0xf9751d, 0xe84b0c, 0xce2d04, 0xa91601, 0x7a0403 };
	const float at = RV_MIN(RV_MAX(share, 0.0f), 1.0f) * (RV_COUNTOF(stops) - 1);
	const size_t stop = RV_MIN((size_t)at, RV_COUNTOF(stops) - 2);
	for (size_t i = 0; i < 3; i++) {
		const float low = (float)(stops[stop] >> (16 - 8 * i) & 255);
		const float high = (float)(stops[stop + 1] >> (16 - 8 * i) & 255);
		rgb[i] = (uint8_t)(low + (high - low) * (at - (float)stop) + 0.5f);
	}
}

int mask_turbo_draw(const struct rv_image *depth, struct mask_range range, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, depth->width, depth->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	uint8_t colours[COLOURS][3];
	for (size_t i = 0; i < COLOURS; i++) {
		mask_turbo_colour((float)i / (COLOURS - 1), colours[i]);
	}
	const size_t n = (size_t)depth->width * depth->height;
	const float least = 1 / range.far_m, span = 1 / range.near_m - least;
	const float scale = span > 0 ? (COLOURS - 1) / span : 0;
	for (size_t i = 0; i < n; i++) {
		const float value = depth->f32[i];
		if (is_seen(value)) {
			const float place = (1 / value - least) * scale + 0.5f;
			memcpy(out->u8 + 3 * i, colours[(int)RV_MIN(RV_MAX(place, 0.0f), COLOURS - 1.0f)], 3);
		} else {
			memset(out->u8 + 3 * i, MASK_TURBO_NOTHING, 3);
		}
	}
	return 0;
}

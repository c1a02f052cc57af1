/* SPDX-License-Identifier: MIT */
/* Shapes of COCO as anybody writes them: see coco_loose.h. */
#include "verify/formats/coco_loose.h"

#include <math.h>
#include <stddef.h>

const char *verify_coco_box(struct rv_json bbox, uint64_t *right, uint64_t *bottom)
{
	double v[4];
	for (size_t i = 0; i < 4; i++) {
		v[i] = rv_json_len(bbox) == 4 ? rv_json_number(rv_json_at(bbox, i), NAN) : NAN;
		if (!(fabs(v[i]) < UINT32_MAX)) {
			return "bbox is not [x,y,w,h]";
		}
	}
	if (!(v[2] > 0 && v[3] > 0)) {
		return "bbox has no width or no height: readers drop it or fail";
	}
	if (v[0] <= -1 || v[1] <= -1 || v[0] + v[2] <= 0 || v[1] + v[3] <= 0) {
		return "bbox begins outside the image";
	}
	*right = (uint64_t)floor(v[0] + v[2]);
	*bottom = (uint64_t)floor(v[1] + v[3]);
	return NULL;
}

const char *verify_coco_outlines(struct rv_json outlines)
{
	for (size_t i = 0; i < rv_json_len(outlines); i++) {
		const struct rv_json ring = rv_json_at(outlines, i);
		const size_t n = rv_json_len(ring);
		if (n < 6 || n % 2 != 0) {
			return "an outline has no three points: readers take four numbers for a box";
		}
		for (size_t k = 0; k < n; k++) {
			if (!isfinite(rv_json_number(rv_json_at(ring, k), NAN))) {
				return "an outline has something else than numbers";
			}
		}
	}
	return NULL;
}

const char *verify_coco_counts(struct rv_json counts, uint64_t n_pixels)
{
	uint64_t sum = 0, run;
	for (size_t i = 0; i < rv_json_len(counts); i++) {
		if (!rv_json_u64(rv_json_at(counts, i), 0, n_pixels, &run)) {
			return "a run length is no whole number of pixels";
		}
		sum += run;
	}
	return sum == n_pixels ? NULL : "run lengths do not add up to the pixels of their size";
}

const char *verify_coco_points(struct rv_json element)
{
	const struct rv_json points = rv_json_get(element, "keypoints");
	const size_t n = rv_json_len(points) / 3;
	uint64_t v, told, n_labelled = 0;
	if (rv_json_len(points) % 3 != 0) {
		return "its keypoints are not x, y, v each";
	}
	for (size_t i = 0; i < n; i++) {
		const double x = rv_json_number(rv_json_at(points, 3 * i), -1),
		             y = rv_json_number(rv_json_at(points, 3 * i + 1), -1);
		if (!rv_json_u64(rv_json_at(points, 3 * i + 2), 0, 2, &v) || x < 0 || y < 0 ||
		    (v == 0 && (x != 0 || y != 0))) {
			return "a keypoint's v is not 0, 1 or 2, or it has no place, or one without being labelled";
		}
		n_labelled += v > 0;
	}
	return n == 0 || rv_json_u64(rv_json_get(element, "num_keypoints"), n_labelled, n_labelled, &told)
	               ? NULL
	               : "num_keypoints is not the number of those that are labelled";
}

/* SPDX-License-Identifier: MIT */
/* Disparity of a stereo pair: against where the other camera sees the point that depth puts before this one; and the
 * mask of what the other picture does not show, against the disparity there. */
#include <math.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define SEEN 0
#define BACKGROUND 128
#define HIDDEN 255
#define NEAR 2e-3   /* that disparities may differ, of the larger of 1 and the disparity */
#define NEARER 1.02 /* of a disparity: what has more is before the point, not beside it on its own surface */
#define BEHIND 0.98 /* the other way round */
#define SMOOTH 0.5  /* pixels that disparity changes by from one pixel to the next on a surface seen from both sides */

struct pair {
	struct verify_scene here, there;
	bool is_left;
};

static bool is_close(double value, double wanted)
{
	return fabs(value - wanted) <= NEAR * fmax(1, fabs(wanted));
}

/* The disparity of a pixel: NAN where nothing is seen. *is_level: the other camera sees the point in the same row. */
static double by_depth(const struct verify_picture *picture, const struct pair *pair, size_t at, bool *is_level)
{
	const double depth = (double)picture->depth->f32[at];
	const double pixel[] = { (double)(at % picture->width) + 0.5, floor((double)at / picture->width) + 0.5 };
	double world[3], seen[3], other[2];
	*is_level = true;
	if (!(depth > 0 && depth < (double)RV_DEPTH_SEEN_MAX)) {
		return NAN;
	}
	verify_scene_place(&pair->here, pixel, depth, world);
	verify_scene_see(&pair->there, world, seen);
	if (!verify_scene_pixel(&pair->there, seen, other)) {
		*is_level = false;
		return NAN;
	}
	const double disparity = pair->is_left ? pixel[0] - other[0] : other[0] - pixel[0];
	*is_level = is_close(other[1] - pixel[1] + disparity, disparity) && disparity > 0;
	return disparity;
}

static void check_disparity(struct verify_picture *picture, const struct verify_file *file, const struct pair *pair)
{
	for (size_t i = 0; i < verify_picture_pixels(picture); i++) {
		const double value = (double)file->decoded.planes[0].image.f32[i];
		bool is_level;
		const double wanted = by_depth(picture, pair, i, &is_level);
		if (!is_level) {
			verify_picture_blame(
			        picture, VERIFY_DISPARITY_PAIR, file->name.ptr, i, value,
			        "but the other camera sees the point in another row, or on the wrong side");
			return;
		}
		if (isnan(wanted) ? value != 0 : !is_close(value, wanted)) {
			verify_picture_blame(picture, VERIFY_DISPARITY_DEPTH, file->name.ptr, i, value,
			                     isnan(wanted) ? "but 0 is where nothing is seen"
			                                   : "but depth and the two cameras tell another");
			return;
		}
	}
}

/* What the other picture has where the point lies: disparity at its pixel, and the least and the most around that. */
struct around {
	bool is_inside;
	double here, least, most;
};

static struct around look_around(const struct verify_picture *picture, const float *there, size_t at, double aside)
{
	const double u = (double)(at % picture->width) + 0.5 + aside;
	if (!(u >= 0 && u < picture->width)) {
		return (struct around) { .is_inside = false };
	}
	const int64_t x = (int64_t)u, y = (int64_t)(at / picture->width);
	struct around found = { .is_inside = true, .least = INFINITY };
	for (int64_t k = 0; k < 9; k++) {
		const int64_t i = x + k % 3 - 1, j = y + k / 3 - 1;
		if (i >= 0 && i < picture->width && j >= 0 && j < picture->height) {
			const double value = (double)there[j * picture->width + i];
			found.least = fmin(found.least, value);
			found.most = fmax(found.most, value);
			found.here = i == x && j == y ? value : found.here;
		}
	}
	return found;
}

/* True within an object, where disparity changes so little that the other picture shows the pixels side by side. */
static bool is_smooth(const struct verify_picture *picture, const struct pair *pair, size_t at, double disparity)
{
	const size_t x = at % picture->width, y = at / picture->width;
	bool smooth = x > 0 && y > 0 && x + 1 < picture->width && y + 1 < picture->height;
	for (size_t k = 0; smooth && k < 9; k++) {
		const size_t i = (y + k / 3 - 1) * picture->width + x + k % 3 - 1;
		bool is_level;
		smooth = picture->index->u16[i] == picture->index->u16[at] &&
		         fabs(by_depth(picture, pair, i, &is_level) - disparity) <= SMOOTH;
	}
	return smooth;
}

/* What is wrong with a value of the mask; NULL: nothing. */
static const char *find_wrong(uint8_t value, double disparity, const struct around *around)
{
	if (isnan(disparity)) {
		return value == BACKGROUND ? NULL : "but 128 is where nothing is seen";
	}
	if (value != SEEN && value != HIDDEN) {
		return "but depth tells whether the point is seen: 0 or 255";
	}
	if (value == SEEN) {
		return !around->is_inside                   ? "but the point is out of the other picture"
		       : around->least > NEARER * disparity ? "but all there is nearer"
		                                            : NULL;
	}
	return around->is_inside && around->here <= disparity ? "but nothing there is nearer" : NULL;
}

static void check_mask(struct verify_picture *picture, const struct verify_file *file, const struct pair *pair,
                       const float *there)
{
	for (size_t i = 0; i < verify_picture_pixels(picture); i++) {
		const uint8_t value = file->decoded.image.u8[i];
		bool is_level;
		const double disparity = by_depth(picture, pair, i, &is_level);
		if (!is_level) {
			return; /* no pair: told of the disparity */
		}
		const struct around around = look_around(picture, there, i, pair->is_left ? -disparity : disparity);
		const char *const wrong = find_wrong(value, disparity, &around);
		if (wrong) {
			verify_picture_blame(picture, VERIFY_DISPARITY_OCCLUSION, file->name.ptr, i, value, wrong);
			return;
		}
		if (value == SEEN && around.most < BEHIND * disparity - SMOOTH &&
		    is_smooth(picture, pair, i, disparity)) {
			verify_picture_blame(picture, VERIFY_DISPARITY_SAME, file->name.ptr, i, value,
			                     "but the disparity of the other picture there is of what is behind");
			return;
		}
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	struct pair pair;
	const struct rv_picture *const other = rv_picture_other_eye(picture->picture, &pair.is_left);
	if (other) {
		verify_scene_read(&pair.here, picture->picture, &picture->arena);
		verify_scene_read(&pair.there, other, &picture->arena);
	}
	if (!other || !pair.here.is_pinhole || !pair.there.is_pinhole) {
		verify_problems_add(picture->problems, VERIFY_DISPARITY_PAIR, file->name.ptr,
		                    "the record has no two pinhole cameras of a stereo pair");
		return;
	}
	if (!picture->depth || !picture->index) {
		return; /* nothing to compare with */
	}
	if (file->file->row == &rv_roles[RV_ROLE_DISPARITY]) {
		check_disparity(picture, file, &pair);
		return;
	}
	const struct verify_decoded *const there =
	        verify_picture_partner_in(picture, other, rv_roles[RV_ROLE_DISPARITY].name);
	if (there) {
		check_mask(picture, file, &pair, there->planes[0].image.f32);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_DISPARITY, RV_ROLE_DISPARITY_OCCLUSION, RV_ROLES };

const struct verify_label verify_picture_disparity = { .roles = roles, .file = check_file };

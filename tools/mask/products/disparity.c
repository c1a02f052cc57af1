/* SPDX-License-Identifier: MIT */
/* Disparity: pixels between the two pictures of a stereo pair, and what only one of them shows. */
#include "mask/pixels/disparity.h"

#include <math.h>

#include "camera.h"
#include "mask/job.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "disparity",
	  .value = &asked,
	  .help = "also write Disparity.exr and DisparityOcclusion.png, for both pictures of a stereo pair" },
	{ .kind = RV_OPT_END },
};

/* What two rectified cameras may differ in. */
#define AXES_MAX 1e-5   /* any number of the poses' axes */
#define PIXELS_MAX 1e-3 /* any number of K */
#define ASIDE_MAX 1e-3  /* off the x axis: of the baseline */

struct eye {
	const struct rv_picture *other; /* NULL: the picture is of no pair */
	bool is_left;
	double fx_baseline; /* pixels times metres */
};

static bool are_alike(const struct rv_camera *a, const struct rv_camera *b)
{
	bool alike = a->is_pinhole && b->is_pinhole && fabs(a->fx - b->fx) <= PIXELS_MAX &&
	             fabs(a->fy - b->fy) <= PIXELS_MAX && fabs(a->cx - b->cx) <= PIXELS_MAX &&
	             fabs(a->cy - b->cy) <= PIXELS_MAX;
	for (size_t i = 0; alike && i < 9; i++) {
		alike = fabs(a->axes[i / 3][i % 3] - b->axes[i / 3][i % 3]) <= AXES_MAX;
	}
	return alike;
}

static struct eye find_eye(const struct rv_picture *picture)
{
	struct eye eye = { .other = NULL };
	struct rv_camera here, there;
	double seen[3];
	const struct rv_picture *const other = rv_picture_other_eye(picture, &eye.is_left);
	if (!other || other->n_files == 0 || other->width != picture->width || other->height != picture->height) {
		return eye;
	}
	rv_camera_read(&here, picture->camera);
	rv_camera_read(&there, other->camera);
	if (are_alike(&here, &there)) {
		rv_camera_see(&here, there.place, seen);
		const double baseline_m = eye.is_left ? seen[0] : -seen[0];
		const bool is_aside = baseline_m > 0 && fabs(seen[1]) <= ASIDE_MAX * baseline_m &&
		                      fabs(seen[2]) <= ASIDE_MAX * baseline_m;
		eye.other = is_aside ? other : NULL;
		eye.fx_baseline = here.fx * baseline_m;
	}
	return eye;
}

static bool has_pass(const struct rv_picture *picture, const char *role)
{
	return rv_json_type(rv_json_get(picture->channels, role)) != RV_JSON_NONE ||
	       rv_json_type(rv_json_get(picture->label_channels, role)) != RV_JSON_NONE;
}

/* The index may come from Cryptomatte. */
static bool is_possible(const struct mask_view *view)
{
	bool possible = true;
	for (size_t i = 0; possible && i < view->n_pictures; i++) {
		const struct rv_picture *const other = find_eye(&view->pictures[i]).other;
		possible = other && has_pass(other, MASK_ROLE(DEPTH)) &&
		           (has_pass(other, MASK_ROLE(INDEX)) || has_pass(other, MASK_ROLE(CRYPTO_OBJECT)));
	}
	return possible;
}

/* The eye of each picture. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct eye *const eyes = rv_arena_alloc(arena, sample->n_pictures, sizeof(*eyes));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		eyes[i] = find_eye(&sample->pictures[i]);
	}
	*data = eyes;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct eye *const eyes = data;
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_put_bool(out, NULL, eyes[i].other);
		rv_json_put_bool(out, NULL, eyes[i].is_left);
		rv_json_put_double(out, NULL, eyes[i].fx_baseline);
	}
}

static int put_occlusion(struct mask_job *job, const struct eye *eye, const struct rv_image *disparity,
                         struct rv_err *err)
{
	if (mask_read_other(job, eye->other, err) < 0) {
		return -1;
	}
	const struct mask_eye here = { .depth = mask_planes(job, MASK_ROLE(DEPTH)),
		                       .index = mask_planes(job, MASK_ROLE(INDEX)) };
	const struct mask_eye there = { .depth = mask_other_planes(job, MASK_ROLE(DEPTH)),
		                        .index = mask_other_planes(job, MASK_ROLE(INDEX)) };
	struct rv_image *const mask = &job->scratch->mask;
	if (there.depth->width != disparity->width || there.depth->height != disparity->height) {
		return rv_fail(err, RV_E_BAD_FILE, "the pictures of a stereo pair are not of one size: %ux%u and %ux%u",
		               disparity->width, disparity->height, there.depth->width, there.depth->height);
	}
	return mask_disparity_occlusion(&here, &there, disparity, eye->is_left, mask, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(DISPARITY_OCCLUSION), mask, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct eye *const eyes = mask_data(job);
	const struct eye *const eye = &eyes[job->picture - job->request->sample.pictures];
	struct rv_image *const disparity = &job->scratch->vectors[0];
	const struct rv_exr_plane value = { .name = "V", .image = disparity };
	if (mask_disparity(mask_planes(job, MASK_ROLE(DEPTH)), eye->fx_baseline, disparity, err) < 0) {
		return -1;
	}
	return (mask_makes(job, MASK_ROLE(DISPARITY)) &&
	        mask_put_exr(job, MASK_ROLE(DISPARITY), &value, 1, NULL, 0, err) < 0) ||
	                       (mask_makes(job, MASK_ROLE(DISPARITY_OCCLUSION)) &&
	                        put_occlusion(job, eye, disparity, err) < 0)
	               ? -1
	               : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_DISPARITY },
	{ .id = RV_ROLE_DISPARITY_OCCLUSION },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_disparity = {
	.name = "disparity",
	.summary = "how far points are apart in the two pictures of a stereo pair, and which only one of them shows",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.reads_views = true,
	.options = options,
	.asked = &asked,
	.is_possible = is_possible,
	.take = take,
	.key = key,
	.make = make,
};

/* SPDX-License-Identifier: MIT */
/*
 * Distance: metres along the ray. A panorama was rendered with it, as it has no plane that depth is measured from; for
 * other cameras it is made of depth.
 */
#include "camera.h"
#include "mask/job.h"
#include "mask/pixels/metres.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "distance",
	  .value = &asked,
	  .help = "also write Distance.exr, metres along the ray; of a panorama it is written in any case" },
	{ .kind = RV_OPT_END },
};

static bool is_flat(const struct rv_camera *camera)
{
	return camera->is_pinhole || camera->is_parallel;
}

static bool is_possible(const struct mask_view *view)
{
	bool possible = mask_pass(view, MASK_ROLE(DEPTH)) != NULL;
	for (size_t i = 0; possible && i < view->n_pictures; i++) {
		struct rv_camera camera;
		rv_camera_read(&camera, view->pictures[i].camera);
		possible = is_flat(&camera);
	}
	return possible || mask_pass(view, MASK_ROLE(DISTANCE));
}

/* The camera of each picture. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct rv_camera *const cameras = rv_arena_alloc(arena, sample->n_pictures, sizeof(*cameras));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		rv_camera_read(&cameras[i], sample->pictures[i].camera);
	}
	*data = cameras;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct rv_camera *const cameras = data;
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		const struct rv_camera *const camera = &cameras[i];
		const double numbers[] = { camera->fx, camera->fy, camera->cx, camera->cy };
		rv_json_put_bool(out, NULL, camera->is_parallel);
		for (size_t k = 0; camera->is_pinhole && k < RV_COUNTOF(numbers); k++) {
			rv_json_put_double(out, NULL, numbers[k]);
		}
	}
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct rv_camera *const cameras = mask_data(job);
	const struct rv_image *distance = mask_planes(job, MASK_ROLE(DISTANCE));
	if (!distance) {
		struct rv_image *const along = &job->scratch->vectors[0];
		const struct rv_camera *const camera = &cameras[job->picture - job->request->sample.pictures];
		if (mask_metres_along(mask_planes(job, MASK_ROLE(DEPTH)), camera, along, err) < 0) {
			return -1;
		}
		distance = along;
	}
	const struct rv_exr_plane value = { .name = "V", .image = distance };
	return mask_put_exr(job, MASK_ROLE(DISTANCE), &value, 1, NULL, 0, err);
}

static const struct mask_role roles[] = { { .id = RV_ROLE_DISTANCE }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DISTANCE, .n_channels = 1, .is_optional = true },
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1, .is_optional = true },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_distance = {
	.name = "distance",
	.summary = "metres along the ray",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.asked = &asked,
	.holds_numbers = true,
	.is_possible = is_possible,
	.take = take,
	.key = key,
	.make = make,
};

/* SPDX-License-Identifier: MIT */
/* Surface normals: in the world, in the space of the camera, as colours, which the camera's space gives. */
#include "mask/pixels/normals.h"

#include "mask/job.h"

enum { CAMERA, UNIT, PURE };
static const char *const choices[] = { [CAMERA] = "camera", [UNIT] = "unit", [PURE] = "pure", NULL };
static unsigned int chosen;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "normals",
	  .value = &chosen,
	  .argument = "WHAT,...",
	  .help = "camera: also write NormalCamera.exr; unit: make all normals 1 long; pure: 0 0 0 where a pixel mixes "
	          "surfaces",
	  .choices = choices },
	{ .kind = RV_OPT_END },
};

static bool is_asked(enum rv_role_id role)
{
	return role != RV_ROLE_NORMAL_CAMERA || chosen & 1U << CAMERA;
}

/* The camera's axes in the world, as columns. */
struct camera {
	bool is_known;
	double axes[3][3];
};

static void take_camera(struct rv_json json, struct camera *camera)
{
	const struct rv_json matrix = rv_json_get(json, "matrix_world");
	camera->is_known = true;
	for (size_t row = 0; row < 3; row++) {
		for (size_t column = 0; column < 3; column++) {
			const struct rv_json value = rv_json_at(rv_json_at(matrix, row), column);
			camera->is_known &= rv_json_type(value) == RV_JSON_NUMBER;
			camera->axes[row][column] = rv_json_number(value, 0);
		}
	}
}

/* Of each picture. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct camera *const cameras = rv_arena_alloc(arena, sample->n_pictures, sizeof(*cameras));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		take_camera(sample->pictures[i].camera, &cameras[i]);
	}
	*data = cameras;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct camera *const cameras = data;
	rv_json_put_bool(out, NULL, chosen & 1U << UNIT);
	rv_json_put_bool(out, NULL, chosen & 1U << PURE);
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		for (size_t k = 0; cameras[i].is_known && k < 9; k++) {
			rv_json_put_double(out, NULL, cameras[i].axes[k / 3][k % 3]);
		}
	}
}

static int put_normals(struct mask_job *job, const char *role, const struct rv_image *normals, struct rv_err *err)
{
	const struct rv_exr_plane planes[] = { { .name = "X", .image = &normals[0] },
		                               { .name = "Y", .image = &normals[1] },
		                               { .name = "Z", .image = &normals[2] } };
	return mask_put_exr(job, role, planes, 3, NULL, 0, err);
}

/* What is made of them as the camera sees them; people are shown those of the world where it is not known. */
static int put_seen(struct mask_job *job, const struct rv_image *normals, struct rv_err *err)
{
	const struct camera *const cameras = mask_data(job);
	const struct camera *const camera = &cameras[job->picture - job->request->sample.pictures];
	struct rv_image *const seen = job->scratch->vectors, *const colour = &job->scratch->colour;
	const bool makes_numbers = mask_makes(job, MASK_ROLE(NORMAL_CAMERA));
	if (makes_numbers && !camera->is_known) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'camera.matrix_world' must be a matrix: normals in camera space need it");
	}
	if ((camera->is_known && mask_normals_to_camera(normals, camera->axes, seen, err) < 0) ||
	    (makes_numbers && put_normals(job, MASK_ROLE(NORMAL_CAMERA), seen, err) < 0)) {
		return -1;
	}
	return mask_makes(job, MASK_ROLE(NORMAL_PREVIEW)) &&
	                       (mask_normals_preview(camera->is_known ? seen : normals, colour, err) < 0 ||
	                        mask_put_png(job, MASK_ROLE(NORMAL_PREVIEW), colour, err) < 0)
	               ? -1
	               : 0;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const normals = mask_planes(job, MASK_ROLE(NORMAL));
	const bool is_seen = mask_makes(job, MASK_ROLE(NORMAL_CAMERA)) || mask_makes(job, MASK_ROLE(NORMAL_PREVIEW));
	const bool are_raw = mask_are_raw(job, MASK_ROLE(NORMAL)); /* else they are as they should be */
	if (chosen & 1U << PURE && are_raw) {
		mask_normals_pure(normals);
	}
	if (chosen & 1U << UNIT && are_raw) {
		mask_normals_unit(normals);
	}
	if (mask_makes(job, MASK_ROLE(NORMAL)) && put_normals(job, MASK_ROLE(NORMAL), normals, err) < 0) {
		return -1;
	}
	return is_seen ? put_seen(job, normals, err) : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_NORMAL },
	{ .id = RV_ROLE_NORMAL_CAMERA },
	{ .id = RV_ROLE_NORMAL_PREVIEW, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_NORMAL, .n_channels = 3 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_normals = {
	.name = "normals",
	.summary = "which way each surface faces",
	.version = 2,
	.roles = roles,
	.reads = reads,
	.options = options,
	.holds_numbers = true,
	.is_asked = is_asked,
	.take = take,
	.key = key,
	.make = make,
};

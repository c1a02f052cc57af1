/* SPDX-License-Identifier: MIT */
/* Depth in the formats that others read: 0 where nothing is seen, and where it does not fit. */
#include <stdatomic.h>

#include "diag.h"
#include "mask/job.h"
#include "mask/pixels/metres.h"
#include "npy.h"

enum { MM, KITTI, NPY };
static const char *const choices[] = { [MM] = "mm", [KITTI] = "kitti", [NPY] = "npy", NULL };
static unsigned int chosen;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "depth-format",
	  .value = &chosen,
	  .argument = "FORMAT,...",
	  .help = "also write depth as mm (16-bit PNG in millimetres), kitti (16-bit PNG in 1/256 m), npy (NumPy)",
	  .choices = choices },
	{ .kind = RV_OPT_END },
};

static bool is_asked(enum rv_role_id role)
{
	switch (role) {
	case RV_ROLE_DEPTH_MM:
		return chosen & 1U << MM;
	case RV_ROLE_DEPTH_KITTI:
		return chosen & 1U << KITTI;
	default:
		return chosen & 1U << NPY;
	}
}

static void warn_of(const struct mask_job *job, const char *role, size_t n_lost, double per_metre)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	if (!atomic_flag_test_and_set(&warned)) {
		rv_warn("'%s': %zu pixels are not within %.3g..%.6g m, which is all that %s can hold: they are 0 "
		        "there, as if nothing was seen",
		        job->request->sample.dir, n_lost, 1 / per_metre, 65535 / per_metre, role);
	}
}

static int put_scaled(struct mask_job *job, const char *role, double per_metre, struct rv_err *err)
{
	struct rv_image *const grey = &job->scratch->grey;
	size_t n_lost;
	if (!mask_makes(job, role)) {
		return 0;
	}
	if (mask_metres_scaled(mask_planes(job, MASK_ROLE(DEPTH)), per_metre, grey, &n_lost, err) < 0) {
		return -1;
	}
	if (n_lost > 0) {
		warn_of(job, role, n_lost, per_metre);
	}
	return mask_put_png(job, role, grey, err);
}

static int put_npy(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const metres = &job->scratch->vectors[0];
	struct rv_str bytes = RV_STR_INIT;
	if (!mask_makes(job, MASK_ROLE(DEPTH_NPY))) {
		return 0;
	}
	int status = mask_metres_float(mask_planes(job, MASK_ROLE(DEPTH)), metres, err);
	if (status == 0) {
		rv_npy_put(metres, &bytes);
		status = mask_put_bytes(job, MASK_ROLE(DEPTH_NPY), &bytes, err);
	}
	rv_str_release(&bytes);
	return status;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	return put_scaled(job, MASK_ROLE(DEPTH_MM), 1000, err) < 0 ||
	                       put_scaled(job, MASK_ROLE(DEPTH_KITTI), 256, err) < 0 || put_npy(job, err) < 0
	               ? -1
	               : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_DEPTH_MM },
	{ .id = RV_ROLE_DEPTH_KITTI },
	{ .id = RV_ROLE_DEPTH_NPY },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_depth_formats = {
	.name = "depth_formats",
	.summary = "depth in the formats that others read",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.is_asked = is_asked,
	.make = make,
};

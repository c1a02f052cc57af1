/* SPDX-License-Identifier: MIT */
/* Masks of the semantic channels. */
#include "mask/job.h"
#include "mask/pixels/masks.h"

#define THRESHOLD 0.5 /* where the record gives none */

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	const struct rv_json value = rv_json_get(request->sample.json, "semantic_mask_threshold");
	const enum rv_json_type type = rv_json_type(value);
	double *const threshold = rv_arena_alloc(arena, 1, sizeof(*threshold));
	*threshold = rv_json_number(value, THRESHOLD);
	*data = threshold;
	return type == RV_JSON_NUMBER || type == RV_JSON_NONE || type == RV_JSON_NULL
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD, "field 'semantic_mask_threshold' must be a number");
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)request;
	rv_json_put_double(out, NULL, *(const double *)data);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const double *const threshold = mask_data(job);
	struct rv_image *const grey = &job->scratch->grey;
	const char *role;
	for (size_t at = 0; (role = mask_next_role(job, &at));) {
		if (mask_above(mask_planes(job, role), *threshold, grey, err) < 0 ||
		    mask_put_png(job, role, grey, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static const struct mask_role roles[] = { { .id = RV_ROLE_SEMANTIC_MASK }, { .id = RV_ROLES } };

const struct mask_product mask_product_semantic = {
	.name = "semantic",
	.summary = "a mask of each semantic channel",
	.version = 1,
	.roles = roles,
	.holds_numbers = true, /* of those who ask which pixels are above the threshold */
	.take = take,
	.key = key,
	.make = make,
};

/* SPDX-License-Identifier: MIT */
/* Passes as they were rendered, for labels that are asked for later: of those that no label keeps whole. */
#include "mask/job.h"

/* A mask says only what was above the threshold, normals may have been made unit vectors. */
static bool keeps(const char *pass)
{
	return rv_role_is(pass, RV_ROLE_SEMANTIC_MASK) || rv_role_is(pass, RV_ROLE_NORMAL);
}

static int put(struct mask_job *job, const char *role, struct rv_err *err)
{
	const char *const pass_role = mask_product_kept_pass(role);
	const struct mask_pass *const pass = mask_pass(job->view, pass_role);
	const struct rv_image *const images = mask_planes(job, pass_role);
	struct rv_exr_plane *const planes = rv_arena_alloc(job->arena, pass->n_channels, sizeof(*planes));
	for (size_t i = 0; i < pass->n_channels; i++) {
		planes[i] = (struct rv_exr_plane) { .name = mask_channel_name(pass, i),
			                            .image = &images[i],
			                            .is_half = rv_exr_is_half(mask_opened_exr(&job->opened, pass),
			                                                      pass->channels[i]) };
	}
	return mask_put_exr(job, role, planes, pass->n_channels, NULL, 0, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const char *role;
	for (size_t at = 0; (role = mask_next_role(job, &at));) {
		if (put(job, role, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)data;
	for (size_t i = 0; i < request->n_views; i++) {
		rv_json_open(out, NULL, '[');
		for (size_t k = 0; k < request->views[i].n_passes; k++) {
			const struct mask_pass *const pass = &request->views[i].passes[k];
			for (size_t c = 0; keeps(pass->role) && c < pass->n_channels; c++) {
				rv_json_put_string(out, NULL, pass->role);
				rv_json_put_string(out, NULL, pass->channels[c]);
			}
		}
		rv_json_close(out, ']');
	}
}

static const struct mask_role roles[] = { { .id = RV_ROLE_KEPT }, { .id = RV_ROLES } };

static const struct mask_read reads[] = { { .pass = RV_ROLES } };

const struct mask_product mask_product_kept = {
	.name = "kept",
	.summary = "passes as they were rendered, those that --keep names",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.holds_numbers = true,
	.keeps = keeps,
	.key = key,
	.make = make,
};

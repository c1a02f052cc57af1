/* SPDX-License-Identifier: MIT */
/* Optical flow, from the motion that Blender rendered or, over steps of several frames, from poses; and the formats
 * that it is exchanged in. */
#include "mask/pixels/flow.h"

#include <string.h>

#include "mask/job.h"
#include "mask/pixels/masks.h"
#include "mask/products/arrays.h"
#include "mask/products/poses.h"

enum { FLO, KITTI };
static const char *const choices[] = { [FLO] = "flo", [KITTI] = "kitti", NULL };
static unsigned int chosen;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "flow-format",
	  .value = &chosen,
	  .argument = "FORMAT,...",
	  .help = "also write flow as flo (Middlebury) or kitti (PNG)",
	  .choices = choices },
	{ .kind = RV_OPT_END },
};

static bool is_asked(enum rv_role_id role)
{
	switch (role) {
	case RV_ROLE_FLOW_FORWARD_FLO:
	case RV_ROLE_FLOW_BACKWARD_FLO:
		return chosen & 1U << FLO;
	case RV_ROLE_FLOW_FORWARD_KITTI:
	case RV_ROLE_FLOW_BACKWARD_KITTI:
		return chosen & 1U << KITTI;
	default:
		return true;
	}
}

struct direction {
	enum mask_flow_direction to;
	const char *exr, *flo, *kitti, *preview; /* roles */
};

/* Not of panoramas: the vectors that Blender has for fisheyes point the other way, those of others stop at borders
 * where the picture goes on. */
static bool is_possible(const struct mask_view *view)
{
	bool possible = true;
	for (size_t i = 0; i < view->n_pictures; i++) {
		const char *const type = rv_json_string(rv_json_get(view->pictures[i].camera, "type"), NULL);
		possible = possible && !(type && strcmp(type, "PANO") == 0);
	}
	return possible;
}

/* Blender's Vector pass knows the frames beside a frame alone, the camera that is there now with the lens that it has
 * now, and of objects not whether they have other faces then, or are not there: of that poses and vertices tell. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	return request->sample.n_frames > 1 ? mask_poses_take(request, arena, data, err) : 0;
}

/* Whether two pictures are of one camera with one lens, as far as both tell. */
static bool are_alike(const struct rv_picture *a, const struct rv_picture *b)
{
	static const char *const members[] = { "name", "type", "K", "projection" };
	bool are = true;
	for (size_t i = 0; are && i < RV_COUNTOF(members); i++) {
		const struct rv_json one = rv_json_get(a->camera, members[i]),
		                     other = rv_json_get(b->camera, members[i]);
		are = rv_json_type(one) == RV_JSON_NONE || rv_json_type(other) == RV_JSON_NONE ||
		      rv_json_equal(one, other);
	}
	return are;
}

/* Whether vectors lead to the picture before or after this one, which is *other, NULL where there is none: then the
 * camera goes on as it does on the other side. */
static bool have_vectors(const struct rv_picture *picture, bool is_forward, const struct rv_picture **other)
{
	const struct rv_picture *beside;
	if (rv_picture_step(picture, is_forward, other) != 1) {
		return false;
	}
	(void)rv_picture_step(picture, *other ? is_forward : !is_forward, &beside);
	return !beside || are_alike(picture, beside);
}

/* From poses to another picture of the camera; NULL: there is none. */
static int find_steps(struct mask_job *job, const struct rv_picture *other, struct rv_image uv[2], struct rv_err *err)
{
	const struct rv_image *const index = mask_planes(job, MASK_ROLE(INDEX));
	struct mask_step step;
	const int known = mask_poses_step(job, other, &step, err);
	return known < 0 ? -1
	       : known   ? mask_flow_of_motions(&step.moves, &step.there, uv, err)
	                 : mask_unknown_planes(index->width, index->height, uv, 2, err);
}

static int find_vectors(struct mask_job *job, enum mask_flow_direction to, const struct rv_picture *other,
                        struct rv_image uv[2], struct rv_err *err)
{
	struct rv_image *const seen = &job->scratch->mask;
	struct mask_step step;
	if (mask_of_seen(mask_planes(job, MASK_ROLE(DEPTH)), mask_planes(job, MASK_ROLE(INDEX)), seen, err) < 0 ||
	    mask_flow_from(mask_planes(job, MASK_ROLE(VECTOR)), seen, to, uv, err) < 0) {
		return -1;
	}
	const int known = mask_data(job) ? mask_poses_step(job, other ? other : job->picture, &step, err) : 0;
	if (known > 0) {
		mask_flow_mend(&step.moves, other ? &step.there : NULL, uv);
	}
	return known < 0 ? -1 : 0;
}

/* The two planes: those of the kept file, or made of the motion. NULL with *err. */
static const struct rv_image *find_flow(struct mask_job *job, const struct direction *direction, struct rv_err *err)
{
	const struct rv_image *const kept = mask_planes(job, direction->exr);
	struct rv_image *const uv = job->scratch->vectors;
	const struct rv_picture *other;
	if (kept) {
		return kept;
	}
	const int status = have_vectors(job->picture, direction->to == MASK_FLOW_FORWARD, &other)
	                           ? find_vectors(job, direction->to, other, uv, err)
	                           : find_steps(job, other, uv, err);
	return status < 0 ? NULL : uv;
}

static int put_flo(struct mask_job *job, const char *role, const struct rv_image *uv, struct rv_err *err)
{
	struct rv_str bytes = RV_STR_INIT;
	mask_flow_flo(uv, &bytes);
	const int status = mask_put_bytes(job, role, &bytes, err);
	rv_str_release(&bytes);
	return status;
}

static int put_direction(struct mask_job *job, const struct direction *direction, struct rv_err *err)
{
	struct rv_image *const colour = &job->scratch->colour;
	const bool makes_exr = mask_makes(job, direction->exr), makes_flo = mask_makes(job, direction->flo);
	const bool makes_kitti = mask_makes(job, direction->kitti);
	const bool makes_preview = direction->preview && mask_makes(job, direction->preview);
	if (!makes_exr && !makes_flo && !makes_kitti && !makes_preview) {
		return 0;
	}
	const struct rv_image *const uv = find_flow(job, direction, err);
	if (!uv) {
		return -1;
	}
	const struct rv_exr_plane planes[] = { { .name = "U", .image = &uv[0] }, { .name = "V", .image = &uv[1] } };
	if ((makes_exr && mask_put_exr(job, direction->exr, planes, 2, NULL, 0, err) < 0) ||
	    (makes_flo && put_flo(job, direction->flo, uv, err) < 0) ||
	    (makes_kitti &&
	     (mask_flow_kitti(uv, colour, err) < 0 || mask_put_png(job, direction->kitti, colour, err) < 0)) ||
	    (makes_preview &&
	     (mask_flow_preview(uv, colour, err) < 0 || mask_put_png(job, direction->preview, colour, err) < 0))) {
		return -1;
	}
	return 0;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct direction forward = { .to = MASK_FLOW_FORWARD,
		                           .exr = MASK_ROLE(FLOW_FORWARD),
		                           .flo = MASK_ROLE(FLOW_FORWARD_FLO),
		                           .kitti = MASK_ROLE(FLOW_FORWARD_KITTI),
		                           .preview = MASK_ROLE(FLOW_PREVIEW) };
	const struct direction backward = { .to = MASK_FLOW_BACKWARD,
		                            .exr = MASK_ROLE(FLOW_BACKWARD),
		                            .flo = MASK_ROLE(FLOW_BACKWARD_FLO),
		                            .kitti = MASK_ROLE(FLOW_BACKWARD_KITTI) };
	return put_direction(job, &forward, err) < 0 || put_direction(job, &backward, err) < 0 ? -1 : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_FLOW_FORWARD },
	{ .id = RV_ROLE_FLOW_FORWARD_FLO, .from = RV_ROLE_FLOW_FORWARD },
	{ .id = RV_ROLE_FLOW_FORWARD_KITTI, .from = RV_ROLE_FLOW_FORWARD },
	{ .id = RV_ROLE_FLOW_PREVIEW, .from = RV_ROLE_FLOW_FORWARD, .is_preview = true },
	{ .id = RV_ROLE_FLOW_BACKWARD },
	{ .id = RV_ROLE_FLOW_BACKWARD_FLO, .from = RV_ROLE_FLOW_BACKWARD },
	{ .id = RV_ROLE_FLOW_BACKWARD_KITTI, .from = RV_ROLE_FLOW_BACKWARD },
	{ .id = RV_ROLES },
};

/* Where something is seen is told by depth; without it, by the index. */
static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_VECTOR, .n_channels = 4 },
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1, .is_optional = true },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_flow = {
	.name = "flow",
	.summary = "how far each point moves to the next frame, and from the one before",
	.version = 5,
	.roles = roles,
	.reads = reads,
	.options = options,
	.holds_numbers = true,
	.is_asked = is_asked,
	.is_possible = is_possible,
	.take = take,
	.key = mask_poses_key,
	.survey = mask_poses_survey,
	.surveys = mask_poses_surveys,
	.make = make,
};

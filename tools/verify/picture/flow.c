/* SPDX-License-Identifier: MIT */
/* Flow: known exactly where an object is seen, with the signs that follow from the Vector pass, the same in every
 * format, and black in its preview exactly where it is not known. */
#include <inttypes.h>
#include <math.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define KITTI_ZERO 32768
#define KITTI_STEPS 64     /* a pixel */
#define KITTI_NEAR 0.0079f /* half a step, and the rounding of floats */
#define KITTI_MIN (-512.0f)
#define KITTI_MAX 511.99f
#define NEAR_PX 0.5f  /* that flow of what deforms may be off Blender's vectors, besides */
#define NEAR 0.02f    /* this part of it, */
#define SHARE_MAX 0.1 /* but at this share of its pixels */

static bool is_known(float u, float v)
{
	return fabsf(u) < RV_FLOW_KNOWN_MAX && fabsf(v) < RV_FLOW_KNOWN_MAX;
}

/* ---- the numbers ---- */

/* The Vector pass tells of the frames beside this one, while it is the same camera that sees them by the same lens. */
static bool is_of_vector(const struct verify_picture *picture, bool is_forward)
{
	static const char *const members[] = { "name", "type", "K", "projection" };
	const struct rv_picture *const here = picture->picture, *there = NULL;
	bool is = rv_picture_step(here, is_forward, &there) == 1;
	if (!there) {
		(void)rv_picture_step(here, !is_forward, &there);
	}
	for (size_t i = 0; there && i < RV_COUNTOF(members); i++) {
		const struct rv_json one = rv_json_get(here->camera, members[i]),
		                     other = rv_json_get(there->camera, members[i]);
		is = is && (rv_json_type(one) == RV_JSON_NONE || rv_json_type(other) == RV_JSON_NONE ||
		            rv_json_equal(one, other));
	}
	return is;
}

/* Of each index whether its flow need not be known: the object deforms, or is not there in the other frame. */
static const bool *find_lacking(struct verify_picture *picture, bool is_forward)
{
	bool *const lacking = verify_scene_deforms(picture->picture->sample, &picture->arena);
	const struct rv_sample *const sample = picture->picture->sample;
	const struct rv_picture *other = NULL;
	struct verify_scene there;
	(void)rv_picture_step(picture->picture, is_forward, &other);
	if (other) {
		verify_scene_read(&there, other, &picture->arena);
	}
	for (size_t i = 0; other && i < sample->n_objects; i++) {
		lacking[sample->objects[i].index] |= verify_scene_lacks(&there, sample->objects[i].index);
	}
	return lacking;
}

static void check_known(struct verify_picture *picture, const struct verify_file *file, bool is_forward)
{
	const bool may_lack = !is_of_vector(picture, is_forward); /* what is not there then */
	const bool *const lacking = find_lacking(picture, is_forward);
	const float *const u = file->decoded.planes[0].image.f32, *const v = file->decoded.planes[1].image.f32;
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		if (!is_known(u[i], v[i]) && (u[i] != RV_FLOW_UNKNOWN || v[i] != RV_FLOW_UNKNOWN)) {
			verify_picture_blame(picture, VERIFY_FLOW_KNOWN, file->name.ptr, i, (double)u[i],
			                     "but flow that is not known is 1e10");
			return;
		}
		const bool known = is_known(u[i], v[i]);
		const bool lacks = may_lack || (picture->index && lacking[picture->index->u16[i]]);
		if (picture->depth && known != (picture->depth->f32[i] < RV_DEPTH_SEEN_MAX) && (known || !lacks)) {
			verify_picture_blame(picture, VERIFY_FLOW_KNOWN, file->name.ptr, i, (double)u[i],
			                     "but flow is known exactly where there is an object");
			return;
		}
	}
}

/* Of what deforms flow follows from its vertices: it is what Blender has for it, nearly. */
struct followed {
	uint64_t n, n_wrong;
};

static void compare_followed(struct followed *followed, float u, float v, float x, float y)
{
	followed->n++;
	followed->n_wrong += !(hypotf(u - x, v - y) <= NEAR_PX + NEAR * hypotf(x, y));
}

/* Blender's vectors point to where a pixel was (X, Y) and to where it will be (Z, W), y upwards, both from there to
 * here: forward is -Z and W, backward X and -Y. */
static void check_vector(struct verify_picture *picture, const struct verify_file *file, bool is_forward)
{
	const struct verify_decoded *const vector =
	        is_of_vector(picture, is_forward) ? verify_picture_partner(picture, RV_ROLE_VECTOR) : NULL;
	const float *const u = file->decoded.planes[0].image.f32, *const v = file->decoded.planes[1].image.f32;
	const float *const x = vector ? verify_decoded_plane(vector, is_forward ? "Z" : "X") : NULL;
	const float *const y = vector ? verify_decoded_plane(vector, is_forward ? "W" : "Y") : NULL;
	const size_t n = x && y ? verify_picture_pixels(picture) : 0;
	const float sign = is_forward ? -1 : 1;
	const bool *const deforms = verify_scene_deforms(picture->picture->sample, &picture->arena);
	struct followed followed = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (!is_known(u[i], v[i])) {
			continue;
		}
		if (picture->index && deforms[picture->index->u16[i]]) {
			compare_followed(&followed, u[i], v[i], x[i] * sign, y[i] * -sign);
		} else if (u[i] != x[i] * sign || v[i] != y[i] * -sign) {
			verify_picture_blame(picture, VERIFY_FLOW_VECTOR, file->name.ptr, i, (double)u[i],
			                     "but the Vector pass says another way");
			return;
		}
	}
	if ((double)followed.n_wrong > SHARE_MAX * (double)followed.n) {
		verify_problems_add(picture->problems, VERIFY_FLOW_VECTOR, file->name.ptr,
		                    "%" PRIu64 " of %" PRIu64
		                    " pixels of what deforms move otherwise in the Vector pass",
		                    followed.n_wrong, followed.n);
	}
}

/* ---- other formats ---- */

static void check_kitti(struct verify_picture *picture, const struct verify_file *file, enum rv_role_id role)
{
	const struct verify_decoded *const flow = verify_picture_partner(picture, role);
	const uint16_t *rgb = file->decoded.image.u16;
	const size_t n = flow ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++, rgb += 3) {
		const float u = flow->planes[0].image.f32[i], v = flow->planes[1].image.f32[i];
		const float du = (float)(rgb[0] - KITTI_ZERO) / KITTI_STEPS - u,
		            dv = (float)(rgb[1] - KITTI_ZERO) / KITTI_STEPS - v;
		const bool fits = u >= KITTI_MIN && u < KITTI_MAX && v >= KITTI_MIN && v < KITTI_MAX;
		if (rgb[2] > 1 || (fits && rgb[2] == 0) ||
		    (rgb[2] == 1 && !(fabsf(du) < KITTI_NEAR && fabsf(dv) < KITTI_NEAR))) {
			verify_picture_blame(picture, VERIFY_FLOW_SAME, file->name.ptr, i, rgb[2] ? (double)rgb[0] : 0,
			                     "but the flow is another");
			return;
		}
	}
}

static void check_flo(struct verify_picture *picture, const struct verify_file *file, enum rv_role_id role)
{
	const struct verify_decoded *const flow = verify_picture_partner(picture, role);
	const float *uv = file->decoded.vectors;
	const size_t n = flow ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++, uv += 2) {
		if (uv[0] != flow->planes[0].image.f32[i] || uv[1] != flow->planes[1].image.f32[i]) {
			verify_picture_blame(picture, VERIFY_FLOW_SAME, file->name.ptr, i, (double)uv[0],
			                     "but the flow is another");
			return;
		}
	}
}

static void check_preview(struct verify_picture *picture, const struct verify_file *file)
{
	const struct verify_decoded *const flow = verify_picture_partner(picture, RV_ROLE_FLOW_FORWARD);
	const uint8_t *rgb = file->decoded.image.u8;
	const size_t n = flow ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++, rgb += 3) {
		const bool is_black = rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0;
		if (is_black == is_known(flow->planes[0].image.f32[i], flow->planes[1].image.f32[i])) {
			verify_picture_blame(picture, VERIFY_FLOW_PREVIEW, file->name.ptr, i, rgb[0],
			                     "but it is black exactly where there is nothing");
			return;
		}
	}
}

/* ---- roles ---- */

static const enum rv_role_id roles[] = { RV_ROLE_FLOW_FORWARD,       RV_ROLE_FLOW_FORWARD_FLO,
	                                 RV_ROLE_FLOW_FORWARD_KITTI, RV_ROLE_FLOW_BACKWARD,
	                                 RV_ROLE_FLOW_BACKWARD_FLO,  RV_ROLE_FLOW_BACKWARD_KITTI,
	                                 RV_ROLE_FLOW_PREVIEW,       RV_ROLES };

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const enum rv_role_id role = (enum rv_role_id)(file->file->row - rv_roles);
	switch (role) {
	case RV_ROLE_FLOW_FORWARD_FLO:
	case RV_ROLE_FLOW_BACKWARD_FLO:
		check_flo(picture, file,
		          role == RV_ROLE_FLOW_FORWARD_FLO ? RV_ROLE_FLOW_FORWARD : RV_ROLE_FLOW_BACKWARD);
		break;
	case RV_ROLE_FLOW_FORWARD_KITTI:
	case RV_ROLE_FLOW_BACKWARD_KITTI:
		check_kitti(picture, file,
		            role == RV_ROLE_FLOW_FORWARD_KITTI ? RV_ROLE_FLOW_FORWARD : RV_ROLE_FLOW_BACKWARD);
		break;
	case RV_ROLE_FLOW_PREVIEW:
		check_preview(picture, file);
		break;
	default:
		check_known(picture, file, role == RV_ROLE_FLOW_FORWARD);
		check_vector(picture, file, role == RV_ROLE_FLOW_FORWARD);
	}
}

const struct verify_label verify_picture_flow = { .roles = roles, .file = check_file };

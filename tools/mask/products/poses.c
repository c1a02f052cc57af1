/* SPDX-License-Identifier: MIT */
/* Poses of objects, frame by frame. */
#include "mask/products/poses.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mask/pixels/surface.h"
#include "mask/products/arrays.h"

struct pose {
	uint32_t index;
	bool deforms, is_away; /* not in the picture at all */
	bool is_many;          /* its index is that of instances, too: it has no box, and its pose is not theirs */
	double matrix[3][4];   /* object to world, metres; NaN where there is none */
};

struct poses {
	struct pose *items; /* sorted by index */
	size_t len;
};

struct data {
	const char *surfaces; /* the file of vertices of what deforms; NULL: there is none */
	struct poses record;  /* at the first frame */
	struct poses *frames; /* of each, what is not so there */
};

/* ---- from the record ------------------------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct pose *)a)->index, right = ((const struct pose *)b)->index;
	return (left > right) - (left < right);
}

static void take_poses(struct poses *poses, struct rv_json objects, struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects);
	poses->items = rv_arena_alloc(arena, n + 1, sizeof(*poses->items));
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), rows = rv_json_get(object, "matrix_world");
		uint64_t index;
		if (rv_json_u64(rv_json_get(object, "index"), 1, RV_INDEX_MAX, &index)) {
			struct pose *const pose = &poses->items[poses->len++];
			pose->index = (uint32_t)index;
			pose->deforms = rv_json_true(rv_json_get(object, "deforms"));
			pose->is_many = rv_json_type(rv_json_get(object, "box3d")) == RV_JSON_NULL;
			pose->is_away = rv_json_type(rv_json_get(object, "visible")) == RV_JSON_FALSE;
			for (size_t k = 0; k < 12; k++) {
				const struct rv_json number = rv_json_at(rv_json_at(rows, k / 4), k % 4);
				pose->matrix[k / 4][k % 4] = rv_json_number(number, NAN);
			}
		}
	}
	if (poses->len > 1) {
		qsort(poses->items, poses->len, sizeof(*poses->items), by_index);
	}
}

int mask_poses_take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct data *const all = rv_arena_alloc(arena, 1, sizeof(*all));
	*all = (struct data) { .surfaces = mask_arrays_path(sample, RV_ROLE_SURFACES),
		               .frames = rv_arena_alloc(arena, sample->n_frames, sizeof(*all->frames)) };
	take_poses(&all->record, rv_json_get(sample->json, "objects"), arena);
	for (size_t i = 0; i < sample->n_frames; i++) {
		all->frames[i] = (struct poses) { 0 };
		take_poses(&all->frames[i], rv_json_get(sample->pictures[i].moved, "objects"), arena);
	}
	*data = all;
	return 0;
}

static void put_number(struct rv_json_out *out, double number)
{
	if (isfinite(number)) {
		rv_json_put_double(out, NULL, number);
	} else {
		rv_json_put_bool(out, NULL, false);
	}
}

static void put_poses(const struct poses *poses, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < poses->len; i++) {
		rv_json_put_u64(out, NULL, poses->items[i].index);
		rv_json_put_bool(out, NULL, poses->items[i].deforms);
		rv_json_put_bool(out, NULL, poses->items[i].is_away);
		rv_json_put_bool(out, NULL, poses->items[i].is_many);
		for (size_t k = 0; k < 12; k++) {
			put_number(out, poses->items[i].matrix[k / 4][k % 4]);
		}
	}
	rv_json_close(out, ']');
}

void mask_poses_key_camera(struct rv_json json, struct rv_json_out *out)
{
	struct rv_camera camera;
	rv_camera_read(&camera, json);
	const double numbers[] = { camera.fx, camera.fy, camera.cx, camera.cy };
	rv_json_put_bool(out, NULL, camera.is_pinhole);
	for (size_t i = 0; camera.has_pixels && i < RV_COUNTOF(numbers); i++) {
		put_number(out, numbers[i]);
	}
	for (size_t i = 0; camera.has_pixels && i < 12; i++) {
		put_number(out, i < 3 ? camera.place[i] : camera.axes[i / 3 - 1][i % 3]);
	}
}

void mask_poses_key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const all = data;
	if (!all) {
		return;
	}
	rv_json_put_bool(out, NULL, all->surfaces);
	put_poses(&all->record, out);
	for (size_t i = 0; i < request->sample.n_frames; i++) {
		put_poses(&all->frames[i], out);
	}
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_put_u64(out, NULL, request->sample.pictures[i].frame);
		mask_poses_key_camera(request->sample.pictures[i].camera, out);
	}
}

/* ---- motions --------------------------------------------------------------------------------------------------- */

static const struct pose *find(const struct poses *poses, uint32_t index)
{
	const struct pose key = { .index = index };
	return poses->len == 0 ? NULL : bsearch(&key, poses->items, poses->len, sizeof(key), by_index);
}

static const struct pose *pose_at(const struct data *all, size_t frame, uint32_t index)
{
	const struct pose *const own = find(&all->frames[frame], index);
	return own ? own : find(&all->record, index);
}

/* What takes the one to the other: there * here^-1. */
static bool find_motion(const struct pose *here, const struct pose *there, double motion[3][4])
{
	const double(*const a)[4] = here->matrix, (*const b)[4] = there->matrix;
	double inverse[3][3];
	double determinant = 0;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			const size_t i1 = (i + 1) % 3, i2 = (i + 2) % 3, k1 = (k + 1) % 3, k2 = (k + 2) % 3;
			inverse[k][i] = a[i1][k1] * a[i2][k2] - a[i1][k2] * a[i2][k1];
		}
		determinant += i == 0 ? a[0][0] * inverse[0][0] + a[0][1] * inverse[1][0] + a[0][2] * inverse[2][0] : 0;
	}
	bool is_known = isfinite(determinant) && determinant != 0;
	for (size_t i = 0; i < 3; i++) {
		motion[i][3] = b[i][3];
		for (size_t k = 0; k < 3; k++) {
			motion[i][k] = 0;
			for (size_t m = 0; m < 3; m++) {
				motion[i][k] += b[i][m] * inverse[m][k] / determinant;
			}
		}
		for (size_t k = 0; k < 3; k++) {
			motion[i][3] -= motion[i][k] * a[k][3];
			is_known = is_known && isfinite(motion[i][k]);
		}
	}
	return is_known && isfinite(motion[0][3] + motion[1][3] + motion[2][3]);
}

/* Of all objects of the record, which are sorted by index. */
static struct mask_motion *find_motions(const struct data *all, size_t here, size_t there, struct rv_arena *arena)
{
	struct mask_motion *const motions = rv_arena_alloc(arena, all->record.len + 1, sizeof(*motions));
	for (size_t i = 0; i < all->record.len; i++) {
		const struct pose *const first = &all->record.items[i];
		const struct pose *const from = pose_at(all, here, first->index), *const to = pose_at(all, there,
		                                                                                      first->index);
		motions[i] = (struct mask_motion) { .index = first->index,
			                            .deforms = first->deforms,
			                            .is_away = to->is_away };
		motions[i].is_known =
		        !first->deforms && !first->is_many && !to->is_away && find_motion(from, to, motions[i].matrix);
	}
	return motions;
}

/* ---- what deforms ---------------------------------------------------------------------------------------------- */

int mask_poses_survey(struct mask_job *job, void **found, struct rv_err *err)
{
	const struct data *const all = mask_data(job);
	if (!*found) {
		struct mask_arrays *const arrays = rv_arena_alloc(job->arena, 1, sizeof(*arrays));
		*found = mask_arrays_load(job, all->surfaces, arrays, err) < 0 ? NULL : arrays;
	}
	return *found ? 0 : -1;
}

bool mask_poses_surveys(const void *data)
{
	const struct data *const all = data;
	return all && all->surfaces;
}

/* Numbers of one row of an array, which need not be aligned. */
static const void *row_of(const struct rv_array *array, size_t row)
{
	return (const unsigned char *)array->numbers +
	       row * (rv_array_len(array) / array->shape[0]) * rv_array_item(array);
}

/* The surface of an object in both frames. 1: it is there. 0: it is not, or has other faces in one of them. */
static int find_surface(const struct mask_arrays *arrays, const struct rv_sample *sample, uint32_t index, size_t here,
                        size_t there, struct mask_surface *surface, struct rv_err *err)
{
	char names[3][32];
	snprintf(names[0], sizeof(names[0]), "%u.vertices", index);
	snprintf(names[1], sizeof(names[1]), "%u.triangles", index);
	snprintf(names[2], sizeof(names[2]), "%u.triangulation", index);
	struct rv_array vertices, triangles, which;
	if (!rv_npz_find(&arrays->npz, names[0])) {
		return 0;
	}
	if (mask_arrays_get(arrays, names[0], RV_NUMBER_F32, 3, (const size_t[]) { sample->n_frames, 0, 3 }, &vertices,
	                    err) < 0 ||
	    mask_arrays_get(arrays, names[1], RV_NUMBER_I32, 3, (const size_t[]) { 0, 0, 3 }, &triangles, err) < 0 ||
	    mask_arrays_get(arrays, names[2], RV_NUMBER_I32, 1, (const size_t[]) { sample->n_frames }, &which, err) <
	            0) {
		return -1;
	}
	const double cut = rv_array_at(&which, here);
	if (!(cut >= 0 && cut < (double)triangles.shape[0]) || rv_array_at(&which, there) < 0) {
		return 0;
	}
	*surface = (struct mask_surface) { .index = index,
		                           .n_vertices = vertices.shape[1],
		                           .n_triangles = triangles.shape[1],
		                           .triangles = row_of(&triangles, (size_t)cut),
		                           .here = row_of(&vertices, here),
		                           .then = row_of(&vertices, there) };
	return 1;
}

/* Fills step->moves.carried. */
static int carry_surfaces(struct mask_job *job, const struct rv_picture *other, struct mask_step *step,
                          struct mask_motion *motions, struct rv_err *err)
{
	const struct data *const all = mask_data(job);
	const size_t here = job->picture->frame_number, there = other->frame_number;
	const struct mask_moves *const moves = &step->moves;
	void *arrays = (void *)(uintptr_t)mask_surveyed(job);
	if (mask_poses_survey(job, &arrays, err) < 0 ||
	    mask_surface_begin(moves->depth, &job->scratch->carried, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < moves->n; i++) {
		const struct pose *const from = pose_at(all, here, motions[i].index), *const to =
		                                                                              pose_at(all, there,
		                                                                                      motions[i].index);
		struct mask_surface surface;
		const int found = motions[i].deforms && !to->is_away
		                          ? find_surface(arrays, &job->request->sample, motions[i].index, here, there,
		                                         &surface, err)
		                          : 0;
		if (found > 0) {
			memcpy(surface.from, from->matrix, sizeof(surface.from));
			memcpy(surface.to, to->matrix, sizeof(surface.to));
			surface.seen = rv_arena_alloc(job->arena, surface.n_vertices + 1, sizeof(*surface.seen));
			motions[i].is_known = true;
		}
		if (found < 0 || (found > 0 && mask_surface_carry(&surface, &step->here, moves->depth, moves->index,
		                                                  &job->scratch->carried, err) < 0)) {
			return -1;
		}
	}
	step->moves.carried = &job->scratch->carried;
	return 0;
}

/* Tells once that the vertices are missing, where they were not asked for. */
static void warn_of(const struct mask_job *job, const struct data *all)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	for (size_t i = 0; !mask_pass(job->view, MASK_ROLE(VECTOR)) && i < all->record.len; i++) {
		const struct pose *const pose = &all->record.items[i];
		if (pose->deforms && !atomic_flag_test_and_set(&warned)) {
			rv_warn("'%s': object '%s' deforms: its motion is known with rv-blend --passes Vector only",
			        job->request->sample.dir, rv_sample_object(&job->request->sample, pose->index)->name);
		}
	}
}

int mask_poses_step(struct mask_job *job, const struct rv_picture *other, struct mask_step *step, struct rv_err *err)
{
	const struct data *const all = mask_data(job);
	const struct rv_picture *const picture = job->picture;
	const struct rv_image *const depth = mask_planes(job, MASK_ROLE(DEPTH));
	*step = (struct mask_step) { .here = { 0 } };
	if (!other || !depth) {
		return 0;
	}
	rv_camera_read(&step->here, picture->camera);
	rv_camera_read(&step->there, other->camera);
	if (!step->here.has_pixels || !step->there.has_pixels) {
		return 0;
	}
	struct mask_motion *const motions = find_motions(all, picture->frame_number, other->frame_number, job->arena);
	step->moves = (struct mask_moves) {
		.depth = depth,
		.index = mask_planes(job, MASK_ROLE(INDEX)),
		.camera = &step->here,
		.motions = motions,
		.n = all->record.len,
	};
	if (!all->surfaces) {
		warn_of(job, all);
		return 1;
	}
	return carry_surfaces(job, other, step, motions, err) < 0 ? -1 : 1;
}

/* SPDX-License-Identifier: MIT */
/*
 * TAPVid-3D: of each clip arrays that fit together, frames that decode and have one size, points that are finite, and
 * in the picture where they are visible, and queries that are where a point is first seen, by the intrinsics.
 */
#include "format/tracks.h"

#include <inttypes.h>
#include <math.h>

#include "npz.h"
#include "verify/format.h"
#include "video.h"

#define FILE_BYTES_MAX ((size_t)4 << 30)
#define NEAR_PX 0.02
#define NEAR 1e-5 /* that rows of a rotation may be off */

struct clip {
	struct verify_item *item;
	const struct rv_array *images, *queries, *points, *visible, *intrinsics, *extrinsics, *xy, *object;
	size_t n_frames, n;
	double width, height; /* of the frames */
};

static bool take_arrays(struct clip *clip, const struct rv_npz *npz)
{
	const struct rv_array *const points = rv_npz_find(npz, "tracks_XYZ");
	const size_t n_frames = points && points->n_dims == 3 ? points->shape[0] : 0;
	const size_t n = points && points->n_dims == 3 ? points->shape[1] : 0;
	const struct {
		const char *name;
		const struct rv_array **array;
		enum rv_number number;
		bool is_optional;
		size_t n_dims, shape[3];
	} rows[] = {
		{ "tracks_XYZ", &clip->points, RV_NUMBER_F32, false, 3, { n_frames, n, 3 } },
		{ "visibility", &clip->visible, RV_NUMBER_BOOL, false, 2, { n_frames, n } },
		{ "queries_xyt", &clip->queries, RV_NUMBER_F32, false, 2, { n, 3 } },
		{ "images_jpeg_bytes", &clip->images, RV_NUMBER_BYTES, false, 1, { n_frames } },
		{ "fx_fy_cx_cy", &clip->intrinsics, RV_NUMBER_F64, false, 1, { 4 } },
		{ "extrinsics_w2c", &clip->extrinsics, RV_NUMBER_F64, true, 3, { n_frames, 4, 4 } },
		{ "rv_tracks_xy", &clip->xy, RV_NUMBER_F32, false, 3, { n_frames, n, 2 } },
		{ "rv_object", &clip->object, RV_NUMBER_I32, false, 1, { n } },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		const struct rv_array *const found = rv_npz_find(npz, rows[i].name);
		const bool is_right =
		        found ? rv_array_is(found, rows[i].number, rows[i].n_dims, rows[i].shape) : rows[i].is_optional;
		if (!is_right) {
			verify_problems_add(clip->item->problems, VERIFY_TAPVID_FILE, clip->item->path,
			                    "it has no array '%s' of the type and shape that go with tracks_XYZ",
			                    rows[i].name);
			return false;
		}
		*rows[i].array = found;
	}
	clip->n_frames = n_frames;
	clip->n = n;
	return n_frames > 0;
}

/* ---- what is in it ---- */

static bool check_frames(struct clip *clip)
{
	const size_t item = rv_array_item(clip->images);
	bool is_right = true;
	for (size_t i = 0; is_right && i < clip->n_frames; i++) {
		const unsigned char *const jpeg = (const unsigned char *)clip->images->numbers + i * item;
		size_t len = item;
		struct rv_source source = RV_SOURCE_INIT;
		struct rv_image image = RV_IMAGE_INIT;
		struct rv_err err = RV_ERR_INIT;
		while (len > 0 && jpeg[len - 1] == 0) { /* as readers of NumPy do */
			len--;
		}
		rv_source_open_memory(&source, "frame.jpg", jpeg, len);
		is_right =
		        len > 2 && jpeg[0] == 0xff && jpeg[1] == 0xd8 && rv_still_read_from(&source, &image, &err) == 0;
		if (!is_right) {
			verify_problems_add(clip->item->problems, VERIFY_TAPVID_FRAME, clip->item->path,
			                    "frame %zu is no JPEG file", i);
		} else if (i > 0 && (image.width != clip->width || image.height != clip->height)) {
			verify_problems_add(clip->item->problems, VERIFY_TAPVID_FRAME, clip->item->path,
			                    "frame %zu has another size than the first", i);
			is_right = false;
		}
		clip->width = image.width;
		clip->height = image.height;
		rv_source_close(&source);
		rv_image_release(&image);
	}
	return is_right;
}

static void check_camera(const struct clip *clip)
{
	const double fx = rv_array_at(clip->intrinsics, 0), fy = rv_array_at(clip->intrinsics, 1);
	bool is_right = fx > 0 && fy > 0 && isfinite(fx + fy);
	for (size_t i = 0; is_right && clip->extrinsics && i < clip->n_frames; i++) {
		for (size_t at = 0; at < 9; at++) { /* each row with each */
			double product = 0;
			for (size_t k = 0; k < 3; k++) {
				product += rv_array_at(clip->extrinsics, i * 16 + at / 3 * 4 + k) *
				           rv_array_at(clip->extrinsics, i * 16 + at % 3 * 4 + k);
			}
			is_right &= fabs(product - (at / 3 == at % 3)) <= NEAR;
		}
		is_right &= rv_array_at(clip->extrinsics, i * 16 + 15) == 1;
	}
	if (!is_right) {
		verify_problems_add(clip->item->problems, VERIFY_TAPVID_CAMERA, clip->item->path,
		                    "fx and fy must be above 0, and extrinsics_w2c rotations and places");
	}
}

/* Where the camera sees a point; false where it is not before it. */
static bool project(const struct clip *clip, size_t at, double pixel[2])
{
	const double z = rv_array_at(clip->points, 3 * at + 2);
	for (size_t k = 0; k < 2; k++) {
		pixel[k] = rv_array_at(clip->intrinsics, k) * rv_array_at(clip->points, 3 * at + k) / z +
		           rv_array_at(clip->intrinsics, 2 + k);
	}
	return z > 0;
}

static bool is_inside(const struct clip *clip, const double pixel[2])
{
	return pixel[0] > -NEAR_PX && pixel[0] < clip->width + NEAR_PX && pixel[1] > -NEAR_PX &&
	       pixel[1] < clip->height + NEAR_PX;
}

static void check_points(const struct clip *clip)
{
	for (size_t at = 0; at < clip->n_frames * clip->n; at++) {
		double pixel[2], sum = 0;
		for (size_t k = 0; k < 3; k++) {
			sum += rv_array_at(clip->points, 3 * at + k);
		}
		const bool is_before = project(clip, at, pixel), is_visible = rv_array_at(clip->visible, at) != 0;
		const bool is_there = !is_before || (fabs(pixel[0] - rv_array_at(clip->xy, 2 * at)) <= NEAR_PX &&
		                                     fabs(pixel[1] - rv_array_at(clip->xy, 2 * at + 1)) <= NEAR_PX);
		if (!isfinite(sum) || !is_there || (is_visible && !(is_before && is_inside(clip, pixel)))) {
			verify_problems_add(clip->item->problems, VERIFY_TAPVID_POINT, clip->item->path,
			                    "in frame %zu point %zu is %s", at / clip->n, at % clip->n,
			                    !isfinite(sum) ? "not finite"
			                    : !is_there    ? "not where rv_tracks_xy has it"
			                                   : "visible, but out of the picture");
			return;
		}
	}
}

static void check_queries(const struct clip *clip)
{
	for (size_t i = 0; i < clip->n; i++) {
		const double t = rv_array_at(clip->queries, 3 * i + 2);
		size_t first = 0;
		double pixel[2];
		while (first < clip->n_frames && rv_array_at(clip->visible, first * clip->n + i) == 0) {
			first++;
		}
		const bool is_first = first < clip->n_frames && t == (double)first;
		if (!is_first || !project(clip, first * clip->n + i, pixel) ||
		    fabs(pixel[0] - rv_array_at(clip->queries, 3 * i)) > NEAR_PX ||
		    fabs(pixel[1] - rv_array_at(clip->queries, 3 * i + 1)) > NEAR_PX) {
			verify_problems_add(clip->item->problems, VERIFY_TAPVID_QUERY, clip->item->path,
			                    "the query of point %zu is not %s", i,
			                    is_first ? "where it is then"
			                             : "in the first frame in which it is visible");
			return;
		}
	}
}

/* ---- files ---- */

static int look_at_file(void *state RV_UNUSED, struct verify_item *item, struct rv_err *err RV_UNUSED)
{
	struct clip clip = { .item = item };
	struct rv_arena arena = RV_ARENA_INIT;
	struct rv_str bytes = RV_STR_INIT;
	struct rv_npz npz;
	struct rv_err why = RV_ERR_INIT;
	if (!verify_item_load(item, FILE_BYTES_MAX, &bytes)) {
		/* told */
	} else if (rv_npz_parse(bytes.ptr, bytes.len, &arena, &npz, &why) < 0) {
		verify_problems_add(item->problems, VERIFY_TAPVID_FILE, item->path, "%s", why.text);
	} else if (take_arrays(&clip, &npz)) {
		item->n_frames = clip.n_frames;
		check_camera(&clip);
		if (check_frames(&clip)) {
			check_points(&clip);
			check_queries(&clip);
		}
	}
	rv_str_release(&bytes);
	rv_arena_release(&arena);
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	const struct verify_context *const context = state;
	const struct verify_key key = { .id = item->place.id, .view = item->place.view, .frame = "" };
	if (item->n_frames == 0) {
		verify_census_unread(context->census, FORMAT_ID_tracks);
		return 0;
	}
	return verify_census_sequence(context->census, FORMAT_ID_tracks, &key, item->n_frames, err);
}

const struct verify_class verify_tracks = {
	.format = &format_tracks,
	.tells = VERIFY_TELLS_NUMBERS,
	.file = look_at_file,
	.take = take_file,
};

/* SPDX-License-Identifier: MIT */
/* Entries of BOP. */
#include "sink/bop_entry.h"

#include <stdlib.h>

#include "alloc.h"
#include "format/bop.h"

static void put_numbers(struct rv_json_out *out, const char *key, const double *values, size_t n)
{
	rv_json_open(out, key, '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_double(out, NULL, values[i] + 0.0);
	}
	rv_json_close(out, ']');
}

void sink_bop_put_camera(const struct rv_picture *picture, const struct sink_camera *camera, bool has_depth,
                         struct rv_json_out *out)
{
	const double k[9] = { camera->fl_x, 0, camera->cx - 0.5, 0, camera->fl_y, camera->cy - 0.5, 0, 0, 1 };
	double rotation[9], translation[3];
	for (size_t row = 0; row < 3; row++) {
		translation[row] = 0;
		for (size_t column = 0; column < 3; column++) {
			rotation[3 * row + column] = camera->pose[column][row] * (row == 0 ? 1 : -1);
			translation[row] -= rotation[3 * row + column] * camera->pose[column][3] * FORMAT_BOP_MM;
		}
	}
	rv_json_open(out, NULL, '{');
	put_numbers(out, "cam_K", k, 9);
	if (has_depth) {
		rv_json_put_double(out, "depth_scale", format_bop_options.depth_scale);
	}
	put_numbers(out, "cam_R_w2c", rotation, 9);
	put_numbers(out, "cam_t_w2c", translation, 3);
	rv_json_put_string(out, "rv_id", picture->sample->id);
	rv_json_put_string(out, "rv_view", picture->view ? picture->view : "");
	rv_json_put_string(out, "rv_frame", picture->frame_name ? picture->frame_name : "");
	rv_json_close(out, '}');
}

void sink_bop_put_gt(const struct sink_bop_thing *thing, struct rv_json_out *out)
{
	double rotation[9], translation[3];
	for (size_t row = 0; row < 3; row++) {
		translation[row] = thing->box.center[row] * FORMAT_BOP_MM;
		for (size_t column = 0; column < 3; column++) {
			rotation[3 * row + column] = thing->box.axes[column][row];
		}
	}
	rv_json_open(out, NULL, '{');
	put_numbers(out, "cam_R_m2c", rotation, 9);
	put_numbers(out, "cam_t_m2c", translation, 3);
	rv_json_put_u64(out, "obj_id", thing->label->category);
	rv_json_put_u64(out, "rv_index", thing->label->annotation->index);
	rv_json_close(out, '}');
}

void sink_bop_put_info(const struct sink_bop_thing *thing, uint64_t n_valid, struct rv_json_out *out)
{
	const struct rv_annotation *const annotation = thing->label->annotation;
	const struct sink_whole *const whole = &thing->whole;
	rv_json_open(out, NULL, '{');
	rv_json_open(out, "bbox_obj", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_i64(out, NULL, whole->bbox[i]);
	}
	rv_json_close(out, ']');
	rv_json_open(out, "bbox_visib", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(out, NULL, annotation->bbox[i]);
	}
	rv_json_close(out, ']');
	rv_json_put_u64(out, "px_count_all", whole->area_px);
	rv_json_put_u64(out, "px_count_valid", n_valid);
	rv_json_put_u64(out, "px_count_visib", annotation->area_px);
	rv_json_put_double(out, "visib_fract", (double)annotation->area_px / (double)whole->area_px);
	rv_json_close(out, '}');
}

static int by_id(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return (a > b) - (a < b);
}

int sink_bop_put_targets(const struct sink_bop_thing *things, size_t n, uint64_t scene, size_t picture,
                         struct sink_part *targets, struct rv_err *err)
{
	uint32_t *const ids = rv_alloc_zero(n + 1, sizeof(*ids));
	for (size_t i = 0; i < n; i++) {
		ids[i] = things[i].label->category;
	}
	qsort(ids, n, sizeof(*ids), by_id);
	for (size_t i = 0, end; i < n; i = end) {
		struct rv_json_out out;
		for (end = i; end < n && ids[end] == ids[i];) {
			end++;
		}
		sink_part_item(targets, &out);
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "im_id", picture);
		rv_json_put_u64(&out, "inst_count", end - i);
		rv_json_put_u64(&out, "obj_id", ids[i]);
		rv_json_put_u64(&out, "scene_id", scene);
		rv_json_close(&out, '}');
	}
	free(ids);
	return sink_part_flush(targets, err);
}

void sink_bop_put_runs(const struct rv_rle *rle, const char *key, struct rv_json_out *out)
{
	rv_json_open(out, key, '{');
	rv_json_open(out, "counts", '[');
	for (size_t i = 0; i < rle->len; i++) {
		rv_json_put_u64(out, NULL, rle->counts[i]);
	}
	rv_json_close(out, ']');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, rle->height);
	rv_json_put_u64(out, NULL, rle->width);
	rv_json_close(out, ']');
	rv_json_close(out, '}');
}

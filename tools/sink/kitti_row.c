/* SPDX-License-Identifier: MIT */
/* Rows of KITTI's benchmarks. */
#include "sink/kitti_row.h"

#include <inttypes.h>
#include <math.h>
#include <strings.h>

#include "diag.h"
#include "format/kitti.h"
#include "sink/box3d.h"
#include "sink/lossy.h"
#include "sink/whole.h"

const char *sink_kitti_type(const struct sink_kitti_types *types, const char *category)
{
	for (size_t i = 0; types->types[i]; i++) {
		if (strcasecmp(types->types[i], category) == 0) {
			return types->types[i];
		}
	}
	return types->other;
}

/* An object of another type. */
static int leave(const struct sink_kitti_types *types, struct sink_sample *sample,
                 const struct rv_annotation *annotation, struct rv_err *err)
{
	const char *const name = format_all[types->format]->name;
	struct rv_str known = RV_STR_INIT;
	for (size_t i = 0; types->types[i]; i++) {
		rv_str_printf(&known, "%s%s", i == 0 ? "" : types->types[i + 1] ? ", " : " or ", types->types[i]);
	}
	const int status = sink_lossy(sample, types->format, err,
	                              "object %" PRIu32 ": format %s has no type '%s': give objects a custom property "
	                              "'category' of %s, let all others be one of the last two (%s:other=Misc)",
	                              annotation->index, name, annotation->category, known.ptr, name);
	rv_str_release(&known);
	return status;
}

int sink_kitti_check_labels(const struct sink_kitti_types *types, struct sink_sample *sample,
                            const struct sink_picture *picture, struct rv_err *err)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		struct sink_whole whole;
		if (sink_whole_read(annotation, &sample->rle, &whole, err) < 0 ||
		    (annotation->category && !sink_kitti_type(types, annotation->category) &&
		     leave(types, sample, annotation, err) < 0)) {
			return -1;
		}
	}
	return 0;
}

int sink_kitti_occluded(const struct rv_annotation *annotation, struct rv_rle *scratch, int unknown)
{
	struct sink_whole whole;
	struct rv_err err;
	if (rv_json_type(rv_json_get(annotation->json, "amodal")) == RV_JSON_NONE ||
	    sink_whole_read(annotation, scratch, &whole, &err) < 0) {
		return unknown;
	}
	const double seen = (double)annotation->area_px / (double)rv_rle_area(scratch);
	return (seen < FORMAT_KITTI_SEEN_FULLY) + (seen < FORMAT_KITTI_SEEN_PARTLY);
}

struct box {
	double size[3];  /* height, width, length */
	double place[3]; /* the middle of its bottom, in the camera's axes: x right, y down, z forward */
	double turn;     /* about y; 0: its length is along x */
};

/* False when there is none: no surface, behind the camera, or leaning. */
static bool read_box(const struct rv_picture *picture, const struct sink_camera *camera,
                     const struct rv_annotation *annotation, struct box *box)
{
	struct sink_box3d found;
	if (!sink_box3d_read(picture, camera, annotation, &found)) {
		return false;
	}
	const double *const size = found.size;
	for (size_t i = 0; i < 3; i++) {
		box->size[i] = size[2 - i];
		box->place[i] = found.center[i] + (i == 1 ? size[2] / 2 : 0);
	}
	box->turn = atan2(-found.axes[0][2], found.axes[0][0]);
	const bool leans = -found.axes[2][1] < cos(FORMAT_KITTI_LEAN_MAX_DEG * acos(-1) / 180);
	return found.center[2] > 0 && size[0] > 0 && size[1] > 0 && size[2] > 0 && !leans;
}

void sink_kitti_put_boxes(struct sink_kitti_count *count, const struct sink_picture *picture,
                          const struct sink_camera *camera, const struct rv_annotation *annotation, bool is_ignored,
                          struct rv_str *text)
{
	const uint32_t *const bbox = annotation->bbox;
	struct box box;
	const bool has_box = !is_ignored && read_box(picture->picture, camera, annotation, &box);
	const double pi = acos(-1), ray = has_box ? atan2(box.place[0], box.place[2]) : 0;
	const double alpha = has_box ? remainder(box.turn - ray, 2 * pi) : FORMAT_KITTI_NO_ANGLE;
	count->n_boxes += !is_ignored;
	count->n_leaning += !is_ignored && !has_box;
	if (!has_box) {
		for (size_t i = 0; i < 3; i++) {
			box.size[i] = FORMAT_KITTI_NO_SIZE;
			box.place[i] = FORMAT_KITTI_NO_PLACE;
		}
		box.turn = FORMAT_KITTI_NO_ANGLE;
	}
	rv_str_printf(text, "%.6f %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, alpha, bbox[0], bbox[1],
	              bbox[0] + bbox[2] - 1, bbox[1] + bbox[3] - 1);
	for (size_t i = 0; i < 6; i++) {
		rv_str_printf(text, " %.6f", i < 3 ? box.size[i] : box.place[i - 3]);
	}
	rv_str_printf(text, " %.6f\n", box.turn);
}

void sink_kitti_warn(const struct sink_kitti_count *count, const struct format *format)
{
	if (count->n_leaning > 0) {
		rv_warn("format %s: %" PRIu64 " of %" PRIu64
		        " objects have no 3D box, which an object has whose z axis "
		        "points up in the picture, within %d degree: level the camera",
		        format->name, count->n_leaning, count->n_boxes, FORMAT_KITTI_LEAN_MAX_DEG);
	}
}

void sink_kitti_put_cameras(const struct sink_camera *camera, struct rv_str *text)
{
	for (int i = 0; i < 4; i++) {
		rv_str_printf(text, "P%d: %.12g 0 %.12g 0 0 %.12g %.12g 0 0 0 1 0\n", i, camera->fl_x, camera->cx - 0.5,
		              camera->fl_y, camera->cy - 0.5);
	}
}

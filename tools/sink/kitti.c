/* SPDX-License-Identifier: MIT */
/*
 * KITTI's object detection. Pictures are numbered in the order of the stream, those of test apart from all others.
 *
 * A 3D box stands on the ground of the camera's own axes: it turns about the axis that points down in the picture. An
 * object's length is along its own x, its width along y, its height along z; one whose z does not point up in the
 * picture has no such box.
 */
#include "format/kitti.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diag.h"
#include "format/layout.h"
#include "sink/box3d.h"
#include "sink/sink.h"
#include "sink/split_files.h"

enum { TRAINING, TESTING, PARTS };

struct kitti {
	const struct sink_target *target;
	struct sink_split_files lists;
	struct sink_output *mappings[PARTS];
	uint64_t n_pictures[PARTS], n_boxes, n_leaning;
	struct rv_str path, text;
	struct sink_camera *cameras; /* of each picture of the sample at hand */
};

static int kitti_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct kitti *const kitti = state;
	kitti->target = target;
	sink_split_files_init(&kitti->lists, target->dataset, &format_kitti, "list");
	rv_str_init(&kitti->path);
	rv_str_init(&kitti->text);
	return 0;
}

static void kitti_release(void *state)
{
	struct kitti *const kitti = state;
	sink_split_files_release(&kitti->lists);
	for (int part = 0; part < PARTS; part++) {
		sink_output_abort(kitti->mappings[part]);
	}
	rv_str_release(&kitti->path);
	rv_str_release(&kitti->text);
}

/* ---- types ---- */

/* The type that a category is, whatever its case; NULL: it is none. */
static const char *type_of(const char *category)
{
	for (size_t i = 0; format_kitti_types[i]; i++) {
		if (strcasecmp(format_kitti_types[i], category) == 0) {
			return format_kitti_types[i];
		}
	}
	return format_kitti_options.other >= 0 ? format_kitti_others[format_kitti_options.other] : NULL;
}

static int check_types(const struct sink_picture *picture, struct rv_err *err)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		if (annotation->category && !type_of(annotation->category)) {
			return rv_fail(
			        err, RV_E_BAD_RECORD,
			        "object %" PRIu32 ": format kitti has no type '%s': give objects a custom property "
			        "'category' of Car, Van, Truck, Pedestrian, Person_sitting, Cyclist, Tram, Misc or "
			        "DontCare, or let all others be one of the last two (kitti:other=Misc)",
			        annotation->index, annotation->category);
		}
	}
	return 0;
}

/* ---- 3D boxes ---- */

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

/* ---- a picture ---- */

/* Of the visible part, pixels counted from 0. */
static void put_row(struct kitti *kitti, const struct sink_picture *picture, const struct sink_camera *camera,
                    const struct rv_annotation *annotation)
{
	const uint32_t *const bbox = annotation->bbox;
	const char *const type = type_of(annotation->category);
	const bool is_ignored = strcmp(type, FORMAT_KITTI_DONT_CARE) == 0;
	struct box box;
	const bool has_box = !is_ignored && read_box(picture->picture, camera, annotation, &box);
	const double pi = acos(-1), ray = has_box ? atan2(box.place[0], box.place[2]) : 0;
	const double alpha = has_box ? remainder(box.turn - ray, 2 * pi) : FORMAT_KITTI_NO_ANGLE;
	const double truncated =
	        is_ignored ? -1 : rv_json_number(rv_json_get(annotation->json, "truncation"), FORMAT_KITTI_NO_SIZE);
	kitti->n_boxes += !is_ignored;
	kitti->n_leaning += !is_ignored && !has_box;
	if (!has_box) {
		for (size_t i = 0; i < 3; i++) {
			box.size[i] = FORMAT_KITTI_NO_SIZE;
			box.place[i] = FORMAT_KITTI_NO_PLACE;
		}
		box.turn = FORMAT_KITTI_NO_ANGLE;
	}
	rv_str_printf(&kitti->text, "%s %.4f %d %.6f %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, type, truncated,
	              is_ignored ? -1 : 3, alpha, bbox[0], bbox[1], bbox[0] + bbox[2] - 1, bbox[1] + bbox[3] - 1);
	for (size_t i = 0; i < 6; i++) {
		rv_str_printf(&kitti->text, " %.6f", i < 3 ? box.size[i] : box.place[i - 3]);
	}
	rv_str_printf(&kitti->text, " %.6f\n", box.turn);
}

/* All four cameras are this one; the scanner has its place, with x forward and z up. */
static void put_calib(const struct sink_camera *camera, struct rv_str *text)
{
	rv_str_clear(text);
	for (int i = 0; i < 4; i++) {
		rv_str_printf(text, "P%d: %.12g 0 %.12g 0 0 %.12g %.12g 0 0 0 1 0\n", i, camera->fl_x, camera->cx - 0.5,
		              camera->fl_y, camera->cy - 0.5);
	}
	rv_str_puts(text, "R0_rect: 1 0 0 0 1 0 0 0 1\n"
	                  "Tr_velo_to_cam: 0 -1 0 0 0 0 -1 0 1 0 0 0\n"
	                  "Tr_imu_to_velo: 1 0 0 0 0 1 0 0 0 0 1 0\n");
}

/* *kitti->path is replaced by that of the next picture's file. */
static void set_path(struct kitti *kitti, int part, const char *name, const char *extension)
{
	struct format_place place = { .id = "" };
	char layout[32];
	snprintf(layout, sizeof(layout), "%s%s", part == TESTING ? "test-" : "", name);
	snprintf(place.number, sizeof(place.number), "%06" PRIu64, kitti->n_pictures[part] % FORMAT_KITTI_PICTURES_MAX);
	snprintf(place.ext, sizeof(place.ext), "%s", extension);
	rv_str_clear(&kitti->path);
	format_expand(format_layout(&format_kitti, layout), &place, &kitti->path);
}

static int write_text(struct kitti *kitti, int part, const char *name, struct rv_err *err)
{
	set_path(kitti, part, name, "");
	return sink_dataset_write(kitti->target->dataset, kitti->path.ptr, kitti->text.ptr, kitti->text.len, err);
}

static int add_names(struct kitti *kitti, const struct sink_sample *sample, int part, const struct rv_picture *picture,
                     struct rv_err *err)
{
	rv_str_clear(&kitti->text);
	rv_str_printf(&kitti->text, "%06" PRIu64 "\n", kitti->n_pictures[part]);
	if (sink_split_files_put(&kitti->lists, sample->split, kitti->text.ptr, kitti->text.len, err) < 0) {
		return -1;
	}
	rv_str_truncate(&kitti->text, 6);
	rv_str_printf(&kitti->text, " %s %s %s\n", sample->sample->id, picture->view ? picture->view : "-",
	              picture->frame_name ? picture->frame_name : "-");
	if (!kitti->mappings[part]) {
		set_path(kitti, part, "mapping", "");
		kitti->mappings[part] = sink_dataset_create(kitti->target->dataset, kitti->path.ptr, err);
	}
	return kitti->mappings[part] ? sink_output_write(kitti->mappings[part], kitti->text.ptr, kitti->text.len, err)
	                             : -1;
}

static int add_picture(struct kitti *kitti, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	const int part = sample->split == RV_SPLIT_TEST ? TESTING : TRAINING;
	const struct sink_picture *const picture = &sample->pictures[i];
	const char *const image = rv_picture_file(picture->picture, RV_ROLE_IMAGE);
	set_path(kitti, part, "image", sink_extension(image));
	if (sink_store_file(kitti->target->store, sample, image, kitti->path.ptr, err) < 0) {
		return -1;
	}
	put_calib(&kitti->cameras[i], &kitti->text);
	if (write_text(kitti, part, "calib", err) < 0) {
		return -1;
	}
	rv_str_clear(&kitti->text);
	for (size_t k = 0; k < picture->n_labels; k++) {
		if (picture->labels[k].annotation->category) {
			put_row(kitti, picture, &kitti->cameras[i], picture->labels[k].annotation);
		}
	}
	if (write_text(kitti, part, "labels", err) < 0 || add_names(kitti, sample, part, picture->picture, err) < 0) {
		return -1;
	}
	kitti->n_pictures[part]++;
	return 0;
}

/* ---- samples ---- */

static int kitti_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct kitti *const kitti = state;
	const int part = sample->split == RV_SPLIT_TEST ? TESTING : TRAINING;
	kitti->cameras = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*kitti->cameras));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		if (sink_picture_check_labels(sample, picture, err) < 0 || check_types(picture, err) < 0 ||
		    sink_camera_read(sample, picture, &format_kitti, &kitti->cameras[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	if (kitti->n_pictures[part] + sample->n_pictures > FORMAT_KITTI_PICTURES_MAX) {
		rv_fail(err, RV_E_LIMIT, "format kitti numbers pictures with six digits: a dataset has at most %d",
		        FORMAT_KITTI_PICTURES_MAX);
		return SINK_REFUSED;
	}
	return 0;
}

static int kitti_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (add_picture(state, sample, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int kitti_finish(void *state, struct rv_err *err)
{
	struct kitti *const kitti = state;
	if (kitti->n_leaning > 0) {
		rv_warn("format kitti: %" PRIu64 " of %" PRIu64
		        " objects have no 3D box, which an object has whose z axis "
		        "points up in the picture, within %d degree: level the camera",
		        kitti->n_leaning, kitti->n_boxes, FORMAT_KITTI_LEAN_MAX_DEG);
	}
	for (int part = 0; part < PARTS; part++) {
		struct sink_output *const mapping = kitti->mappings[part];
		kitti->mappings[part] = NULL;
		if (mapping && sink_dataset_finish(kitti->target->dataset, mapping, err) < 0) {
			return -1;
		}
	}
	return sink_split_files_close(&kitti->lists, err);
}

const struct sink_class sink_kitti = {
	.format = &format_kitti,
	.state_bytes = sizeof(struct kitti),
	.open = kitti_open,
	.prepare = kitti_prepare,
	.add = kitti_add,
	.finish = kitti_finish,
	.release = kitti_release,
};

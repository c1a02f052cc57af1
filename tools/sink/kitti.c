/* SPDX-License-Identifier: MIT */
/* KITTI's object detection. Pictures are numbered in the order of the stream, those of test apart from all others. */
#include "format/kitti.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/layout.h"
#include "sink/kitti_row.h"
#include "sink/sink.h"
#include "sink/split_files.h"

enum { TRAINING, TESTING, PARTS };

struct kitti {
	const struct sink_target *target;
	struct sink_split_files lists;
	struct sink_output *mappings[PARTS];
	uint64_t n_pictures[PARTS];
	struct sink_kitti_count count;
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

/* ---- a picture ---- */

static struct sink_kitti_types types_of(void)
{
	const int other = format_kitti_options.other;
	return (struct sink_kitti_types) { .format = FORMAT_ID_kitti,
		                           .types = format_kitti_types,
		                           .other = other >= 0 ? format_kitti_others[other] : NULL };
}

static void put_row(struct kitti *kitti, const struct sink_picture *picture, const struct sink_camera *camera,
                    const struct rv_annotation *annotation, struct rv_rle *scratch)
{
	const struct sink_kitti_types types = types_of();
	const char *const type = sink_kitti_type(&types, annotation->category);
	if (!type) {
		return; /* it is left out */
	}
	const bool is_ignored = strcmp(type, FORMAT_KITTI_DONT_CARE) == 0;
	const double truncated =
	        is_ignored ? -1 : rv_json_number(rv_json_get(annotation->json, "truncation"), FORMAT_KITTI_NO_SIZE);
	rv_str_printf(&kitti->text, "%s %.4f %d ", type, truncated,
	              is_ignored ? FORMAT_KITTI_NO_SIZE
	                         : sink_kitti_occluded(annotation, scratch, FORMAT_KITTI_OCCLUDED_UNKNOWN));
	sink_kitti_put_boxes(&kitti->count, picture, camera, annotation, is_ignored, &kitti->text);
}

static void put_calib(const struct sink_camera *camera, struct rv_str *text)
{
	rv_str_clear(text);
	sink_kitti_put_cameras(camera, text);
	rv_str_puts(text, "R0_rect: " SINK_KITTI_LEVEL "\nTr_velo_to_cam: " SINK_KITTI_SCANNER
	                  "\nTr_imu_to_velo: " SINK_KITTI_NONE "\n");
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
			put_row(kitti, picture, &kitti->cameras[i], picture->labels[k].annotation, &sample->rle);
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
	const struct sink_kitti_types types = types_of();
	kitti->cameras = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*kitti->cameras));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		if (sink_picture_check_labels(sample, picture, err) < 0 ||
		    sink_kitti_check_labels(&types, sample, picture, err) < 0 ||
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
	sink_kitti_warn(&kitti->count, &format_kitti);
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

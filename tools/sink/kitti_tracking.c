/* SPDX-License-Identifier: MIT */
/* KITTI's tracking benchmark: of each sequence, and of each of its views, the frames, their rows and a calibration. */
#include "format/kitti_tracking.h"

#include <inttypes.h>
#include <string.h>

#include "format/kitti.h"
#include "sink/kitti_row.h"
#include "sink/kitti_sequences.h"

struct tracking {
	const struct sink_target *target;
	struct sink_kitti_sequences sequences;
	struct sink_kitti_count count;
	struct rv_str text;
	struct sink_camera *cameras; /* of each picture of the sample at hand */
};

static int tracking_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct tracking *const tracking = state;
	tracking->target = target;
	sink_kitti_sequences_init(&tracking->sequences, target, &format_kitti_tracking);
	rv_str_init(&tracking->text);
	return 0;
}

static void tracking_release(void *state)
{
	struct tracking *const tracking = state;
	sink_kitti_sequences_release(&tracking->sequences);
	rv_str_release(&tracking->text);
}

static struct sink_kitti_types types_of(void)
{
	const int other = format_kitti_tracking_options.other;
	return (struct sink_kitti_types) { .format = FORMAT_ID_kitti_tracking,
		                           .types = format_kitti_tracking_types,
		                           .other = other >= 0 ? format_kitti_others[other] : NULL };
}

/* A calibration is of a whole sequence: its frames have one. */
static int check_camera(const struct sink_camera *first, const struct sink_camera *camera,
                        const struct rv_picture *picture, struct rv_err *err)
{
	return sink_camera_same_intrinsics(first, camera)
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD,
	                         "%scamera: format kitti-tracking has one calibration for a sequence, and frame %s has "
	                         "other intrinsics than the first: keep the focal length, or choose transforms",
	                         picture->field, picture->frame_name);
}

static int tracking_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct tracking *const tracking = state;
	const struct sink_kitti_types types = types_of();
	const size_t n_frames = sample->sample->n_frames;
	tracking->cameras = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*tracking->cameras));
	if (sink_kitti_sequences_check(&tracking->sequences, sample, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		struct sink_camera *const camera = &tracking->cameras[i];
		if (sink_kitti_check_labels(&types, sample, picture, err) < 0 ||
		    sink_camera_read(sample, picture, &format_kitti_tracking, camera, err) < 0 ||
		    check_camera(camera - i % n_frames, camera, picture->picture, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* The step of a share that is outside the picture. */
static int truncated_of(const struct rv_annotation *annotation)
{
	const double share = rv_json_number(rv_json_get(annotation->json, "truncation"), 0);
	return (share > 0) + (share > 0.5);
}

static void put_rows(struct tracking *tracking, const struct sink_picture *picture, const struct sink_camera *camera,
                     struct rv_rle *scratch)
{
	const struct sink_kitti_types types = types_of();
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		const char *const type = annotation->category ? sink_kitti_type(&types, annotation->category) : NULL;
		if (!type) {
			continue; /* background, or left out */
		}
		const bool is_ignored = strcmp(type, FORMAT_KITTI_DONT_CARE) == 0;
		rv_str_printf(&tracking->text, "%zu %" PRId64 " %s %d %d ", picture->picture->frame_number,
		              is_ignored ? FORMAT_KITTI_TRACKING_NO_ID : (int64_t)annotation->index, type,
		              is_ignored ? FORMAT_KITTI_NO_SIZE : truncated_of(annotation),
		              is_ignored ? FORMAT_KITTI_NO_SIZE : sink_kitti_occluded(annotation, scratch, 0));
		sink_kitti_put_boxes(&tracking->count, picture, camera, annotation, is_ignored, &tracking->text);
	}
}

static int write_text(struct tracking *tracking, const char *layout, struct rv_err *err)
{
	const char *const path = sink_kitti_sequences_path(&tracking->sequences, layout, 0);
	return sink_dataset_write(tracking->target->dataset, path, tracking->text.ptr, tracking->text.len, err);
}

/* The pictures of one camera. */
static int add_sequence(struct tracking *tracking, struct sink_sample *sample, const struct sink_picture *pictures,
                        const struct sink_camera *cameras, struct rv_err *err)
{
	if (sink_kitti_sequences_begin(&tracking->sequences, sample, pictures, err) < 0) {
		return -1;
	}
	rv_str_clear(&tracking->text);
	for (size_t i = 0; i < sample->sample->n_frames; i++) {
		put_rows(tracking, &pictures[i], &cameras[i], &sample->rle);
	}
	if (write_text(tracking, "labels", err) < 0) {
		return -1;
	}
	rv_str_clear(&tracking->text);
	sink_kitti_put_cameras(&cameras[0], &tracking->text);
	rv_str_puts(&tracking->text, "R_rect " SINK_KITTI_LEVEL "\nTr_velo_cam " SINK_KITTI_SCANNER
	                             "\nTr_imu_velo " SINK_KITTI_NONE "\n");
	return write_text(tracking, "calib", err) < 0
	               ? -1
	               : sink_kitti_sequences_end(&tracking->sequences, sample, pictures, err);
}

static int tracking_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct tracking *const tracking = state;
	for (size_t i = 0; i < sample->n_pictures; i += sample->sample->n_frames) {
		if (add_sequence(tracking, sample, &sample->pictures[i], &tracking->cameras[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int tracking_finish(void *state, struct rv_err *err)
{
	struct tracking *const tracking = state;
	sink_kitti_warn(&tracking->count, &format_kitti_tracking);
	return sink_kitti_sequences_close(&tracking->sequences, err);
}

const struct sink_class sink_kitti_tracking = {
	.format = &format_kitti_tracking,
	.state_bytes = sizeof(struct tracking),
	.open = tracking_open,
	.prepare = tracking_prepare,
	.add = tracking_add,
	.finish = tracking_finish,
	.release = tracking_release,
};

/* SPDX-License-Identifier: MIT */
/* From pictures to the encoder. */
#include "sink/frames.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "alloc.h"
#include "png.h"
#include "sig.h"
#include "sink/sink.h"
#include "taskq.h"

#define FRAMES_PER_THREAD 2 /* in memory at a time */

/* A picture on its way into a video. */
struct frame {
	struct rv_source source;
	struct rv_image image;
	struct rv_video_frame *converted;
	int status;
	struct rv_err err;
};

struct encoding {
	struct rv_video *video;
	struct sink_frame_size size;
	atomic_bool has_failed; /* nothing more is to be done */
	int status;             /* of the first frame that failed */
	struct rv_err *err;
};

/* ---- one picture ---- */

static int decode(const struct rv_source *source, struct rv_image *image, struct rv_err *err)
{
	if (rv_still_read_from(source, image, err) < 0) {
		return -1;
	}
	if (image->channels == 2 || image->width > RV_VIDEO_SIDE_MAX || image->height > RV_VIDEO_SIDE_MAX) {
		return rv_fail(err, RV_E_BAD_FILE,
		               "'%s' has %" PRIu32 " channels and %" PRIu32 "x%" PRIu32
		               " pixels: a frame of a video has 1, 3 or 4 channels and sides of at most %d",
		               source->name, image->channels, image->width, image->height, RV_VIDEO_SIDE_MAX);
	}
	return 0;
}

static int check_size(const struct rv_source *source, const struct rv_image *image, struct sink_frame_size *size,
                      struct rv_err *err)
{
	if (size->width > 0 && (image->width != size->width || image->height != size->height)) {
		return rv_fail(err, RV_E_BAD_FILE,
		               "'%s' has %" PRIu32 "x%" PRIu32 " pixels, the frames before it in its video have "
		               "%" PRIu32 "x%" PRIu32,
		               source->name, image->width, image->height, size->width, size->height);
	}
	*size = (struct sink_frame_size) { image->width, image->height };
	return 0;
}

static int open_picture(struct sink_sample *sample, const struct rv_picture *picture, const char *role,
                        struct rv_source *source, struct rv_err *err)
{
	return sink_sample_open(sample, rv_picture_files(picture, role)->paths[0], source, err);
}

int sink_frame_read(struct sink_sample *sample, const struct rv_picture *picture, const char *role,
                    struct sink_frame_size *size, struct rv_image *image, struct rv_err *err)
{
	struct rv_source source;
	if (open_picture(sample, picture, role, &source, err) < 0) {
		return -1;
	}
	const int status = decode(&source, image, err) < 0 ? -1 : check_size(&source, image, size, err);
	rv_source_close(&source);
	return status;
}

int sink_frames_status(const struct rv_err *err)
{
	return err->code == RV_E_MEMORY ? SINK_REFUSED : SINK_BROKEN;
}

/* ---- many pictures ---- */

/* An rv_taskq_fn. */
static void make_frame(void *item, void *context)
{
	struct frame *const frame = item;
	struct encoding *const encoding = context;
	if (atomic_load(&encoding->has_failed)) {
		return;
	}
	frame->status = decode(&frame->source, &frame->image, &frame->err) < 0 ? SINK_REFUSED : 0;
	if (frame->status == 0) {
		frame->converted = rv_video_frame_new(encoding->video, &frame->image, &frame->err);
		frame->status = frame->converted ? 0 : sink_frames_status(&frame->err);
	}
}

static int encode_frame(struct encoding *encoding, struct frame *frame)
{
	if (frame->status < 0) {
		return frame->status;
	}
	if (check_size(&frame->source, &frame->image, &encoding->size, &frame->err) < 0) {
		return SINK_REFUSED;
	}
	struct rv_video_frame *const converted = frame->converted;
	frame->converted = NULL;
	return rv_video_put(encoding->video, converted, &frame->err) < 0 ? sink_frames_status(&frame->err) : 0;
}

/* An rv_taskq_fn, called for the frames in order. */
static void take_frame(void *item, void *context)
{
	struct frame *const frame = item;
	struct encoding *const encoding = context;
	const int status = encoding->status < 0 ? 0 : encode_frame(encoding, frame);
	if (status < 0) {
		encoding->status = status;
		*encoding->err = frame->err;
		atomic_store(&encoding->has_failed, true);
	}
	rv_video_frame_free(frame->converted);
	frame->converted = NULL;
	rv_source_close(&frame->source);
}

/* Opens a picture, and has it encoded. */
static void send_frame(struct encoding *encoding, struct rv_taskq *queue, struct sink_sample *sample,
                       const struct rv_picture *picture, const char *role, struct frame *frame)
{
	frame->status = open_picture(sample, picture, role, &frame->source, &frame->err) < 0 ? SINK_REFUSED : 0;
	if (!queue) {
		if (frame->status == 0) {
			make_frame(frame, encoding);
		}
		take_frame(frame, encoding);
	} else if (frame->status == 0) {
		rv_taskq_push(queue, frame);
	} else {
		rv_taskq_push_done(queue, frame);
	}
}

int sink_frames_encode(struct rv_video *video, struct sink_sample *sample, const struct sink_picture *pictures,
                       size_t n_pictures, const char *role, size_t n_threads, struct rv_err *err)
{
	struct encoding encoding = { .video = video, .err = err };
	const size_t bound = n_threads * FRAMES_PER_THREAD, n_frames = n_threads > 1 ? bound + 1 : 1;
	struct frame *const frames = rv_alloc_zero(n_frames, sizeof(*frames));
	struct rv_taskq *const queue =
	        n_threads > 1 ? rv_taskq_new(n_threads, bound, make_frame, take_frame, &encoding) : NULL;
	for (size_t i = 0; i < n_pictures && !rv_sig_stop() && !atomic_load(&encoding.has_failed); i++) {
		/* That of `bound + 1` pictures before is encoded: no more of them are in the queue. */
		send_frame(&encoding, queue, sample, pictures[i].picture, role, &frames[i % n_frames]);
	}
	if (queue) {
		rv_taskq_finish(queue);
	}
	for (size_t i = 0; i < n_frames; i++) {
		rv_image_release(&frames[i].image);
	}
	free(frames);
	if (encoding.status == 0 && rv_sig_stop()) {
		rv_fail(err, RV_E_CANCELLED, "stopped by a signal");
		return SINK_BROKEN;
	}
	return encoding.status;
}

/* SPDX-License-Identifier: MIT */
/*
 * Any file of a sample or a dataset, decoded to its last byte, by what its name ends in: .png (all checksums and
 * pixels), other pictures that FFmpeg decodes (video.h), .exr (every chunk), .mp4, .mkv, .mov (every frame), .flo, .npy
 * (an array of floats), .json and .jsonl (every token). A file of another kind is only read.
 *
 *	struct verify_decoded decoded = VERIFY_DECODED_INIT;
 *	int status = verify_decode(&source, "Depth.exr", true, &decoded, err);      (any number of times)
 *	verify_decoded_release(&decoded);
 */
#ifndef RV_VERIFY_DECODE_H
#define RV_VERIFY_DECODE_H

#include "exr.h"
#include "image.h"
#include "source.h"
#include "video.h"

enum verify_kind {
	VERIFY_KIND_OTHER,
	VERIFY_KIND_PNG,
	VERIFY_KIND_STILL,
	VERIFY_KIND_EXR,
	VERIFY_KIND_VIDEO,
	VERIFY_KIND_FLO,
	VERIFY_KIND_NPY,
	VERIFY_KIND_JSON,
};

/* A channel of an OpenEXR file. */
struct verify_plane {
	const char *name; /* borrowed from the open file */
	struct rv_image image;
};

struct verify_decoded {
	enum verify_kind kind;
	uint32_t width, height; /* 0 where there is no picture */
	uint64_t n_frames;      /* of a video, */
	double fps;             /* and its rate, where the container says */
	rv_video_look_fn *look; /* set by the caller: gets the frames of a video. NULL: nobody asks */
	void *look_context;
	struct rv_image image; /* of a PNG, without bytes where they were not wanted; of another still */
	struct rv_exr *exr;    /* of an EXR: open, for its attributes; reads no more */
	struct verify_plane *planes;
	size_t n_planes;
	struct rv_str bytes;  /* of a .flo or .npy: all of it */
	const float *vectors; /* in them: u and v of each pixel, or the number of each */
};
#define VERIFY_DECODED_INIT \
	{ \
		.bytes = RV_STR_INIT \
	}

enum verify_kind verify_decode_kind(const char *name);
/* `name` tells the kind. The source is borrowed until *decoded is cleared or released. Where pixels are wanted, a PNG
 * keeps them, an EXR its planes unless they are more than VERIFY_PLANES_MAX, in the order of the file; without them all
 * of it has been checked as well, a PNG in half the time. *decoded is replaced; its memory is used again. */
#define VERIFY_PLANES_MAX 256
int verify_decode(const struct rv_source *source, const char *name, bool wants_pixels, struct verify_decoded *decoded,
                  struct rv_err *err) RV_MUST_USE;
/* The sides of a PNG or EXR by its header alone; 0 for all else, and where it cannot be read. */
void verify_decode_size(const struct rv_source *source, const char *name, uint32_t *width, uint32_t *height);
/* Forgets what was decoded, and keeps the memory. */
void verify_decoded_clear(struct verify_decoded *decoded);
void verify_decoded_release(struct verify_decoded *decoded);
/* The plane of that name, or NULL. */
const float *verify_decoded_plane(const struct verify_decoded *decoded, const char *name);

/* One channel of an EXR as an F32 image. */
int verify_decode_channel(const struct rv_source *source, const char *channel, struct rv_image *image,
                          struct rv_err *err) RV_MUST_USE;

#endif

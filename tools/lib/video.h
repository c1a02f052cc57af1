/* SPDX-License-Identifier: MIT */
/*
 * Frames to a video and back, through FFmpeg's libraries, which only this module knows, and which are loaded when the
 * first video is opened or checked.
 *
 *	struct rv_video *video;
 *	if (rv_video_open(&video, path, &settings, err) < 0) {
 *		return -1;
 *	}
 *	if (rv_video_add(video, &frame, err) < 0) {
 *		rv_video_abort(video);
 *		return -1;
 *	}
 *	return rv_video_close(video, err);
 *
 * Bytes depend on frames, settings and the libraries' versions alone: the thread count is fixed, encoders are told to
 * choose their algorithms without regard to the processor, the container holds no date and no version. Where a card
 * encodes (is_nvenc), they depend on the card and its driver, too.
 */
#ifndef RV_VIDEO_H
#define RV_VIDEO_H

#include "image.h"
#include "source.h"

#define RV_VIDEO_SIDE_MAX 16384 /* x264's limit */

struct rv_video;

struct rv_video_settings {
	uint32_t fps_num, fps_den; /* frames per second as a fraction */
	const char *codec;         /* of rv_video_codecs */
	const char *preset;        /* x264's names, "ultrafast" .. "veryslow", where the codec has that choice */
	int crf;                   /* quality: 0 (the best) .. the codec's largest; of no use without loss */
	uint32_t gop;              /* frames from one that stands alone to the next; 0: the encoder's choice */
	bool has_no_b_frames;      /* each frame is known when those before it are: quick to seek in */
	const char *pixels;        /* of the codec's pixel formats; NULL: its first */
};

#define RV_VIDEO_PIXELS_MAX 4

/* What can be made where FFmpeg was built with the encoder. */
struct rv_video_codec {
	const char *name;                        /* "h264" */
	const char *encoder;                     /* as FFmpeg calls it: "libx264" */
	const char *extension;                   /* of its files: it names the container */
	int crf_max;                             /* 0: there is no such quality */
	int side_min;                            /* of pictures: x265 spoils memory with smaller ones */
	const char *pixels[RV_VIDEO_PIXELS_MAX]; /* as FFmpeg calls them; the first is used unless asked */
	bool is_nvenc;                           /* an NVIDIA card encodes */
};
#define RV_VIDEO_CODECS 9
extern const struct rv_video_codec rv_video_codecs[RV_VIDEO_CODECS];

/* The codec has what the settings ask for; fails with RV_E_USAGE. Whether FFmpeg has the codec, rv_video_open tells. */
int rv_video_check_settings(const struct rv_video_settings *settings, struct rv_err *err) RV_MUST_USE;

/* Opens PATH, which ends in the codec's extension, for writing; the first frame's size is the video's (odd sides are
 * padded by repeating the last row or column, which 4:2:0 needs, whatever the pixels). BT.709, limited range, and
 * tagged so, but where the pixels are RGB; the index of an MP4 stands before the data. Not atomic: write
 * into a hidden directory. The strings in `settings` are borrowed until the video is closed. */
int rv_video_open(struct rv_video **video, const char *path, const struct rv_video_settings *settings,
                  struct rv_err *err) RV_MUST_USE;
/* U8 or U16 image (the latter is scaled down) with 1, 3 or 4 channels (alpha is dropped). All of one size. */
int rv_video_add(struct rv_video *video, const struct rv_image *image, struct rv_err *err) RV_MUST_USE;
/* The same in two steps. The first converts to 4:2:0, on any thread, several at a time; the second encodes, frame by
 * frame, and takes the frame over. Here it is that a frame of another size than the first is refused. */
struct rv_video_frame;
struct rv_video_frame *rv_video_frame_new(struct rv_video *video, const struct rv_image *image, struct rv_err *err);
int rv_video_put(struct rv_video *video, struct rv_video_frame *frame, struct rv_err *err) RV_MUST_USE;
void rv_video_frame_free(struct rv_video_frame *frame); /* one that is not put; NULL is allowed */
/* Copies a picture that may be a frame as its video has it: RGB of 8 bits, sides made even as above. */
void rv_video_copy_rgb(const struct rv_image *image, uint8_t *rgb, size_t row_bytes);
/* Finishes the file; frees in every case. A video without a frame is an error. */
int rv_video_close(struct rv_video *video, struct rv_err *err) RV_MUST_USE;
/* Frees without finishing; the file stays behind, useless. NULL is allowed. */
void rv_video_abort(struct rv_video *video);

/* Decodes everything and counts; the container is that of the extension. Fails on any decoding error, without a frame,
 * and when the container names another number of frames. Width and height are those of the coded picture: even, see
 * above. */
int rv_video_check(const char *path, const char *extension, uint32_t *width, uint32_t *height, uint64_t *n_frames,
                   struct rv_err *err) RV_MUST_USE;
/* The same numbers as the container names them, at no cost; where it names none, by rv_video_check. */
int rv_video_frames(const char *path, const char *extension, uint32_t *width, uint32_t *height, uint64_t *n_frames,
                    struct rv_err *err) RV_MUST_USE;
/* The same as rv_video_check, and `look` gets the brightness of each frame, in their order: the Y' plane where it has 8
 * bits, in full range or (`is_limited`) from 16 to 235. Of other frames nothing is got. */
typedef void rv_video_look_fn(void *context, const uint8_t *plane, size_t row_bytes, uint32_t width, uint32_t height,
                              bool is_limited);
struct rv_video_info {
	uint32_t width, height;
	uint64_t n_frames;
	double fps; /* frames per second, as the container says; 0: it does not */
};
int rv_video_look(const char *path, const char *extension, rv_video_look_fn *look, void *context,
                  struct rv_video_info *info, struct rv_err *err) RV_MUST_USE;

/* Checks the same, and `take` gets each frame as RGB of 8 bits, in their order; what it gets is gone afterwards, and -1
 * with *err ends it. Pictures have the size that is wanted (0: their own). */
enum rv_video_colours {
	RV_VIDEO_TAGGED, /* as the video says; BT.601 in limited range where it says nothing */
	RV_VIDEO_PLAIN,  /* always as where it says nothing, as OpenCV 4.6 has it */
};
struct rv_video_want {
	uint32_t width, height;
	enum rv_video_colours colours;
};
typedef int rv_video_read_fn(void *context, uint64_t number, const struct rv_image *rgb, struct rv_err *err);
int rv_video_read(const char *path, const char *extension, const struct rv_video_want *want, rv_video_read_fn *take,
                  void *context, struct rv_err *err) RV_MUST_USE;

/* ---- single pictures ---- */

/* Whether a file of that name is a picture that rv_still_read_from decodes: PNG, and as far as this FFmpeg does JPEG,
 * WebP, TIFF, BMP, Targa, JPEG 2000, DPX, IRIS, HDR (from 6.0 on) and OpenEXR. Never a video. */
bool rv_still_is(const char *name);
/* Decodes a picture by what its source's name ends in: a PNG as png.h does, others through FFmpeg, with 1, 3 or 4
 * channels of U8, or U16 where it has more bits. Those of HDR and OpenEXR, which are scene-linear, come as sRGB of 8
 * bits. RV_E_BAD_FILE for one that does not decode, whole. */
int rv_still_read_from(const struct rv_source *source, struct rv_image *image, struct rv_err *err) RV_MUST_USE;

/* Appends a JPEG file of an image of U8 or U16 with 1, 3 or 4 channels (alpha is dropped): three colours of 8 bits,
 * BT.601 in full range, as JFIF says, all in full resolution (4:4:4), so that edges stay where the labels have them.
 * The quality, 1..100, is libjpeg's: the tables that it makes of it, but for the averages of blocks, which are exact to
 * a step of 8 bits. Bytes depend on pixels, quality and the library's version alone. RV_E_LIMIT for one that is too
 * large. */
int rv_jpeg_encode(const struct rv_image *image, int quality, struct rv_str *jpeg, struct rv_err *err) RV_MUST_USE;

const char *rv_video_library(void); /* "libavcodec 59.37.100 with libx264", when it is there */

#endif

/* SPDX-License-Identifier: MIT */
/* Pictures turned into frames for the encoder: 8-bit RGB, then its own pixels. */
#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "video_private.h"

/* What one thread converts with, for frames of one size. */
struct converter {
	struct converter *next;
	struct SwsContext *scaler; /* NULL where the encoder takes RGB */
	AVFrame *rgb;              /* even sides, rows with the slack that libswscale's vector code reads into */
};

/* ---- converters ---- */

static void free_converter(struct converter *converter)
{
	rv_av.sws_freeContext(converter->scaler);
	rv_av.av_frame_free(&converter->rgb);
	free(converter);
}

void rv_video_converters_release(struct rv_video_converters *converters)
{
	while (converters->idle) {
		struct converter *const converter = converters->idle;
		converters->idle = converter->next;
		free_converter(converter);
	}
	pthread_mutex_destroy(&converters->lock);
}

static AVFrame *new_frame(enum AVPixelFormat format, int width, int height)
{
	AVFrame *frame = rv_av.av_frame_alloc();
	if (frame) {
		frame->format = format;
		frame->width = width;
		frame->height = height;
		if (rv_av.av_frame_get_buffer(frame, 0) < 0) {
			rv_av.av_frame_free(&frame);
		}
	}
	return frame;
}

static struct SwsContext *new_scaler(int width, int height, enum AVPixelFormat pixels)
{
	/* Without the last three flags libswscale takes short cuts that differ from processor to processor. */
	const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
	const int *const bt709 = rv_av.sws_getCoefficients(SWS_CS_ITU709);
	/* Chroma sits on the left luma column and between two rows, as the tag says. */
	const struct {
		const char *name;
		int value;
	} options[] = {
		{ "srcw", width },      { "srch", height },     { "src_format", AV_PIX_FMT_RGB24 },
		{ "dstw", width },      { "dsth", height },     { "dst_format", pixels },
		{ "sws_flags", flags }, { "dst_h_chr_pos", 0 }, { "dst_v_chr_pos", 128 },
	};
	struct SwsContext *scaler = rv_av.sws_alloc_context();
	for (size_t i = 0; scaler && i < RV_COUNTOF(options); i++) {
		rv_av.av_opt_set_int(scaler, options[i].name, options[i].value, 0);
	}
	if (scaler && (rv_av.sws_setColorspaceDetails(scaler, bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16) < 0 ||
	               rv_av.sws_init_context(scaler, NULL, NULL) < 0)) {
		rv_av.sws_freeContext(scaler);
		scaler = NULL;
	}
	return scaler;
}

/* An idle one, or a new one; NULL without memory. */
static struct converter *take_converter(struct rv_video_converters *converters, int width, int height,
                                        enum AVPixelFormat pixels)
{
	pthread_mutex_lock(&converters->lock);
	struct converter *converter = converters->idle;
	if (converter) {
		converters->idle = converter->next;
	}
	pthread_mutex_unlock(&converters->lock);
	if (converter && (converter->rgb->width != width || converter->rgb->height != height)) {
		free_converter(converter);
		converter = NULL;
	}
	if (!converter) {
		converter = rv_alloc_zero(1, sizeof(*converter));
		converter->rgb = new_frame(AV_PIX_FMT_RGB24, width, height);
		converter->scaler = pixels == AV_PIX_FMT_BGR0 ? NULL : new_scaler(width, height, pixels);
	}
	if (!converter->rgb || (!converter->scaler && pixels != AV_PIX_FMT_BGR0)) {
		free_converter(converter);
		return NULL;
	}
	return converter;
}

static void give_converter(struct rv_video_converters *converters, struct converter *converter)
{
	pthread_mutex_lock(&converters->lock);
	converter->next = converters->idle;
	converters->idle = converter;
	pthread_mutex_unlock(&converters->lock);
}

/* ---- pixels ---- */

/* Copies one row as 8-bit RGB. */
static void copy_row(const struct rv_image *image, uint32_t y, uint8_t *to)
{
	size_t at = (size_t)y * image->width * image->channels;
	uint32_t green = image->channels >= 3 ? 1 : 0;
	if (image->pixel == RV_PIXEL_U8) {
		const uint8_t *from = image->u8 + at;
		if (image->channels == 3) {
			memcpy(to, from, (size_t)image->width * 3);
			return;
		}
		for (uint32_t x = 0; x < image->width; x++, from += image->channels, to += 3) {
			to[0] = from[0];
			to[1] = from[green];
			to[2] = from[2 * green];
		}
	} else {
		const uint16_t *from = image->u16 + at;
		for (uint32_t x = 0; x < image->width; x++, from += image->channels, to += 3) {
			to[0] = (uint8_t)((from[0] * UINT32_C(255) + 32767) / 65535);
			to[1] = (uint8_t)((from[green] * UINT32_C(255) + 32767) / 65535);
			to[2] = (uint8_t)((from[2 * green] * UINT32_C(255) + 32767) / 65535);
		}
	}
}

void rv_video_copy_rgb(const struct rv_image *image, uint8_t *rgb, size_t row_bytes)
{
	uint8_t *row = rgb;
	for (uint32_t y = 0; y < image->height; y++, row += row_bytes) {
		copy_row(image, y, row);
		if (image->width & 1) {
			memcpy(row + (size_t)image->width * 3, row + (size_t)(image->width - 1) * 3, 3);
		}
	}
	if (image->height & 1) {
		memcpy(row, row - row_bytes, (size_t)(image->width + (image->width & 1)) * 3);
	}
}

/* Some encoders look for it here. */
static void tag(AVFrame *yuv)
{
	yuv->color_primaries = AVCOL_PRI_BT709;
	yuv->color_trc = AVCOL_TRC_BT709;
	yuv->colorspace = AVCOL_SPC_BT709;
	yuv->color_range = AVCOL_RANGE_MPEG;
}

/* The same colours in another order. */
static void copy_bgr0(const AVFrame *rgb, AVFrame *bgr0)
{
	for (int y = 0; y < rgb->height; y++) {
		const uint8_t *from = rgb->data[0] + (ptrdiff_t)y * rgb->linesize[0];
		uint8_t *to = bgr0->data[0] + (ptrdiff_t)y * bgr0->linesize[0];
		for (int x = 0; x < rgb->width; x++, from += 3, to += 4) {
			to[0] = from[2];
			to[1] = from[1];
			to[2] = from[0];
			to[3] = 0;
		}
	}
}

/* ---- frames ---- */

void rv_video_frame_free(struct rv_video_frame *frame)
{
	if (frame) {
		rv_av.av_frame_free(&frame->yuv);
		free(frame);
	}
}

static int check_image(const struct rv_image *image, struct rv_err *err)
{
	if (image->pixel != RV_PIXEL_F32 && image->channels != 2 && image->width > 0 && image->height > 0 &&
	    image->width <= RV_VIDEO_SIDE_MAX && image->height <= RV_VIDEO_SIDE_MAX) {
		return 0;
	}
	return rv_fail(err, RV_E_BAD_FILE,
	               "a video frame has 1, 3 or 4 channels of 8 or 16 bit and sides of 1..%d pixels, "
	               "not %" PRIu32 " channels and %" PRIu32 "x%" PRIu32,
	               RV_VIDEO_SIDE_MAX, image->channels, image->width, image->height);
}

struct rv_video_frame *rv_video_frame_new(struct rv_video *video, const struct rv_image *image, struct rv_err *err)
{
	struct rv_video_converters *const converters = rv_video_get_converters(video);
	const enum AVPixelFormat pixels = rv_video_get_pixels(video);
	if (check_image(image, err) < 0) {
		return NULL;
	}
	const int width = (int)(image->width + (image->width & 1)), height = (int)(image->height + (image->height & 1));
	struct converter *const converter = take_converter(converters, width, height, pixels);
	struct rv_video_frame *const frame = rv_alloc(sizeof(*frame));
	*frame = (struct rv_video_frame) { .yuv = converter ? new_frame(pixels, width, height) : NULL,
		                           .width = image->width,
		                           .height = image->height };
	if (frame->yuv) {
		rv_video_copy_rgb(image, converter->rgb->data[0], (size_t)converter->rgb->linesize[0]);
		if (pixels == AV_PIX_FMT_BGR0) {
			copy_bgr0(converter->rgb, frame->yuv);
		} else {
			tag(frame->yuv);
			rv_av.sws_scale(converter->scaler, (const uint8_t *const *)converter->rgb->data,
			                converter->rgb->linesize, 0, height, frame->yuv->data, frame->yuv->linesize);
		}
	}
	if (converter) {
		give_converter(converters, converter);
	}
	if (!frame->yuv) {
		rv_video_frame_free(frame);
		rv_fail(err, RV_E_MEMORY, "no memory for frames of %dx%d", width, height);
		return NULL;
	}
	return frame;
}

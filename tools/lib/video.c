/* SPDX-License-Identifier: MIT */
/* Videos through libavformat and libavcodec. Frames are made in video_frame.c, codecs are in
 * video_codec.c, videos are read in video_check.c. */
#include "video.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "str.h"
#include "video_private.h"

struct rv_video {
	char *path;
	struct rv_video_settings settings;
	AVFormatContext *format;
	AVStream *stream;
	AVCodecContext *encoder;
	AVPacket *packet;
	struct rv_video_converters converters;
	uint32_t width, height; /* of the frames that come in; 0 before the first */
	int64_t n_frames;
};

int rv_video_open(struct rv_video **out, const char *path, const struct rv_video_settings *settings, struct rv_err *err)
{
	*out = NULL;
	if (rv_av_load(err) < 0) {
		return -1;
	}
	if (rv_video_check_settings(settings, err) < 0) {
		return -1;
	}
	if (settings->fps_num == 0 || settings->fps_den == 0 || settings->fps_num > INT32_MAX ||
	    settings->fps_den > INT32_MAX) {
		return rv_fail(err, RV_E_USAGE, "frame rate %" PRIu32 "/%" PRIu32 " must be above 0", settings->fps_num,
		               settings->fps_den);
	}
	struct rv_video *video = rv_alloc_zero(1, sizeof(*video));
	video->path = rv_strdup(path);
	video->settings = *settings;
	video->converters = (struct rv_video_converters)RV_VIDEO_CONVERTERS_INIT;
	char *url = rv_av_url(path);
	int code = rv_av.avformat_alloc_output_context2(&video->format, NULL, NULL, url);
	if (code >= 0) {
		code = rv_av.avio_open(&video->format->pb, url, AVIO_FLAG_WRITE);
	}
	free(url);
	if (code < 0) {
		rv_av_fail(err, code, RV_E_IO, "create", path);
		rv_video_abort(video);
		return -1;
	}
	*out = video;
	return 0;
}

void rv_video_abort(struct rv_video *video)
{
	if (!video) {
		return;
	}
	rv_av.avcodec_free_context(&video->encoder);
	rv_av.av_packet_free(&video->packet);
	rv_video_converters_release(&video->converters);
	if (video->format) {
		rv_av.avio_closep(&video->format->pb);
		rv_av.avformat_free_context(video->format);
	}
	free(video->path);
	free(video);
}

static int open_encoder(struct rv_video *video, int width, int height, struct rv_err *err)
{
	const struct rv_video_codec *const row = rv_video_codec(&video->settings);
	const AVCodec *codec = rv_av.avcodec_find_encoder_by_name(row->encoder);
	if (!codec) {
		return rv_fail(err, RV_E_USAGE, "this build of FFmpeg has no %s, for codec %s", row->encoder,
		               row->name);
	}
	if (width < row->side_min || height < row->side_min) {
		return rv_fail(err, RV_E_USAGE, "codec %s needs pictures of %dx%d or more, not %dx%d", row->name,
		               row->side_min, row->side_min, width, height);
	}
	AVCodecContext *encoder = rv_av.avcodec_alloc_context3(codec);
	video->encoder = encoder;
	if (!encoder) {
		return rv_fail(err, RV_E_MEMORY, "no memory for an encoder");
	}
	const struct rv_video_settings *settings = &video->settings;
	const bool is_rgb = rv_video_pixels(settings) == AV_PIX_FMT_BGR0;
	encoder->width = width;
	encoder->height = height;
	encoder->pix_fmt = rv_video_pixels(settings);
	encoder->framerate = (AVRational) { (int)settings->fps_num, (int)settings->fps_den };
	encoder->time_base = av_inv_q(encoder->framerate);
	encoder->sample_aspect_ratio = (AVRational) { 1, 1 };
	encoder->color_primaries = AVCOL_PRI_BT709;
	encoder->color_trc = AVCOL_TRC_BT709;
	encoder->colorspace = is_rgb ? AVCOL_SPC_RGB : AVCOL_SPC_BT709;
	encoder->color_range = is_rgb ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	encoder->chroma_sample_location = is_rgb ? AVCHROMA_LOC_UNSPECIFIED : AVCHROMA_LOC_LEFT;
	encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
	int code = rv_video_tune(encoder, settings);
	if (code >= 0) {
		code = rv_av.avcodec_open2(encoder, codec, NULL);
		if (code < 0 && row->is_nvenc) {
			return rv_fail(err, RV_E_USAGE,
			               "codec %s needs an NVIDIA card that encodes %dx%d, and its driver: choose h264, "
			               "h265 or av1",
			               row->name, width, height);
		}
	}
	if (code < 0) {
		struct rv_str what = RV_STR_INIT;
		rv_str_printf(&what, "encode %dx%d with crf %d and preset", width, height, settings->crf);
		/* x264 does not say what it could not do: with settings that it took, there was no memory. */
		rv_av_fail(err, code == AVERROR_EXTERNAL ? AVERROR(ENOMEM) : code, RV_E_USAGE, what.ptr,
		           settings->preset);
		rv_str_release(&what);
		return -1;
	}
	return 0;
}

static int open_container(struct rv_video *video, struct rv_err *err)
{
	video->stream = rv_av.avformat_new_stream(video->format, NULL);
	if (!video->stream) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a video stream");
	}
	video->stream->time_base = video->encoder->time_base;
	video->stream->avg_frame_rate = video->encoder->framerate;
	video->format->flags |= AVFMT_FLAG_BITEXACT;
	int code = rv_av.avcodec_parameters_from_context(video->stream->codecpar, video->encoder);
	if (code >= 0) {
		AVDictionary *options = NULL;
		if (video->encoder->codec_id == AV_CODEC_ID_HEVC) {
			video->stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1'); /* for QuickTime */
		}
		rv_av.av_dict_set(&options, "movflags", "+faststart", 0); /* of no use for others */
		code = rv_av.avformat_write_header(video->format, &options);
		rv_av.av_dict_free(&options);
	}
	return code < 0 ? rv_av_fail(err, code, RV_E_IO, "write", video->path) : 0;
}

/* Writes the packets that the encoder has ready. `frame` NULL: the end, all of them. */
static int encode(struct rv_video *video, const AVFrame *frame, struct rv_err *err)
{
	int code = rv_av.avcodec_send_frame(video->encoder, frame);
	while (code >= 0) {
		code = rv_av.avcodec_receive_packet(video->encoder, video->packet);
		if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
			return 0;
		}
		if (code < 0) {
			break;
		}
		video->packet->duration = 1;
		rv_av.av_packet_rescale_ts(video->packet, video->encoder->time_base, video->stream->time_base);
		video->packet->stream_index = video->stream->index;
		code = rv_av.av_interleaved_write_frame(video->format, video->packet);
	}
	return rv_av_fail(err, code, RV_E_IO, "write", video->path);
}

struct rv_video_converters *rv_video_get_converters(struct rv_video *video)
{
	return &video->converters;
}

enum AVPixelFormat rv_video_get_pixels(const struct rv_video *video)
{
	return rv_video_pixels(&video->settings);
}

static int put(struct rv_video *video, struct rv_video_frame *frame, struct rv_err *err)
{
	if (!video->encoder) {
		video->packet = rv_av.av_packet_alloc();
		if (!video->packet) {
			return rv_fail(err, RV_E_MEMORY, "no memory for an encoder");
		}
		if (open_encoder(video, frame->yuv->width, frame->yuv->height, err) < 0 ||
		    open_container(video, err) < 0) {
			return -1;
		}
		video->width = frame->width;
		video->height = frame->height;
	}
	if (frame->width != video->width || frame->height != video->height) {
		return rv_fail(err, RV_E_BAD_FILE,
		               "frame of %" PRIu32 "x%" PRIu32 " in a video of %" PRIu32 "x%" PRIu32, frame->width,
		               frame->height, video->width, video->height);
	}
	frame->yuv->pts = video->n_frames++;
	return encode(video, frame->yuv, err);
}

int rv_video_put(struct rv_video *video, struct rv_video_frame *frame, struct rv_err *err)
{
	const int status = put(video, frame, err);
	rv_video_frame_free(frame);
	return status;
}

int rv_video_add(struct rv_video *video, const struct rv_image *image, struct rv_err *err)
{
	struct rv_video_frame *const frame = rv_video_frame_new(video, image, err);
	return frame ? rv_video_put(video, frame, err) : -1;
}

int rv_video_close(struct rv_video *video, struct rv_err *err)
{
	int result = -1;
	if (video->n_frames == 0) {
		rv_fail(err, RV_E_BAD_FILE, "video '%s' has no frame", video->path);
		goto out;
	}
	if (encode(video, NULL, err) < 0) {
		goto out;
	}
	int code = rv_av.av_write_trailer(video->format);
	int close_code = rv_av.avio_closep(&video->format->pb);
	code = code < 0 ? code : close_code;
	if (code < 0) {
		rv_av_fail(err, code, RV_E_IO, "write", video->path);
		goto out;
	}
	result = 0;
out:
	rv_video_abort(video);
	return result;
}

#define TEXT_OF(number) AV_STRINGIFY(number)
#define LIBRARY \
	"libavcodec " TEXT_OF(LIBAVCODEC_VERSION_MAJOR) "." TEXT_OF(LIBAVCODEC_VERSION_MINOR) "." TEXT_OF( \
	        LIBAVCODEC_VERSION_MICRO)
const char *rv_video_library(void)
{
	if (rv_av_load(NULL) < 0) {
		return "no FFmpeg";
	}
	return rv_av.avcodec_find_encoder_by_name("libx264") ? LIBRARY " with libx264" : LIBRARY;
}

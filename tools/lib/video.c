/* SPDX-License-Identifier: MIT */
/* MP4 videos through libavformat, libavcodec and libswscale. */
#include "video.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libavutil/version.h>
#include <libswscale/swscale.h>

#include "alloc.h"
#include "diag.h"
#include "str.h"

/* x264's frame threads change the bytes of the stream, so their number may not come from the machine. */
#define ENCODER_THREADS 8
#define DECODER_STRICTNESS (AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER)

struct rv_video {
	char *path;
	struct rv_video_settings settings;
	AVFormatContext *format;
	AVStream *stream;
	AVCodecContext *encoder;
	struct SwsContext *scaler;
	AVFrame *rgb; /* even sides, rows with the slack that libswscale's vector code reads into */
	AVFrame *yuv;
	AVPacket *packet;
	uint32_t width, height; /* of the frames that come in; 0 before the first */
	int64_t n_frames;
};

/* What the libraries have to say is detail for -vv; the error itself is in the code that the call returns. */
static void RV_PRINTF(3, 0) log_message(void *context, int level, const char *format, va_list args)
{
	if (level > AV_LOG_WARNING) {
		return;
	}
	struct rv_str text = RV_STR_INIT;
	rv_str_vprintf(&text, format, args);
	while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
		rv_str_truncate(&text, text.len - 1);
	}
	const AVClass *class = context ? *(AVClass **)context : NULL;
	rv_detail("%s: %s", class ? class->item_name(context) : "ffmpeg", text.ptr);
	rv_str_release(&text);
}

static void set_log_callback(void)
{
	av_log_set_callback(log_message);
}

static void init_library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, set_log_callback);
}

/* rv_fail for a libav return value: its system errors keep their code. */
static int fail_av(struct rv_err *err, int code, enum rv_err_code otherwise, const char *what, const char *path)
{
	if (code == AVERROR(ENOSPC) || code == AVERROR(EDQUOT) || code == AVERROR(ENOENT)) {
		errno = AVUNERROR(code);
		return rv_fail_errno(err, "cannot %s '%s'", what, path);
	}
	char text[AV_ERROR_MAX_STRING_SIZE];
	av_strerror(code, text, sizeof(text));
	return rv_fail(err, code == AVERROR(ENOMEM) ? RV_E_MEMORY : otherwise, "cannot %s '%s': %s", what, path, text);
}

/* Keeps a path with a colon from being taken for a URL. Caller frees. */
static char *file_url(const char *path)
{
	struct rv_str url = RV_STR_INIT;
	rv_str_printf(&url, "file:%s", path);
	return rv_str_detach(&url);
}

int rv_video_open(struct rv_video **out, const char *path, const struct rv_video_settings *settings, struct rv_err *err)
{
	*out = NULL;
	init_library();
	if (strcmp(settings->codec, "h264") != 0) {
		return rv_fail(err, RV_E_USAGE, "unknown codec '%s', allowed: h264", settings->codec);
	}
	if (settings->fps_num == 0 || settings->fps_den == 0 || settings->fps_num > INT32_MAX ||
	    settings->fps_den > INT32_MAX) {
		return rv_fail(err, RV_E_USAGE, "frame rate %" PRIu32 "/%" PRIu32 " must be above 0", settings->fps_num,
		               settings->fps_den);
	}
	struct rv_video *video = rv_alloc_zero(1, sizeof(*video));
	video->path = rv_strdup(path);
	video->settings = *settings;
	char *url = file_url(path);
	int code = avformat_alloc_output_context2(&video->format, NULL, "mp4", url);
	if (code >= 0) {
		code = avio_open(&video->format->pb, url, AVIO_FLAG_WRITE);
	}
	free(url);
	if (code < 0) {
		fail_av(err, code, RV_E_IO, "create", path);
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
	avcodec_free_context(&video->encoder);
	sws_freeContext(video->scaler);
	av_frame_free(&video->rgb);
	av_frame_free(&video->yuv);
	av_packet_free(&video->packet);
	if (video->format) {
		avio_closep(&video->format->pb);
		avformat_free_context(video->format);
	}
	free(video->path);
	free(video);
}

static AVFrame *new_frame(enum AVPixelFormat format, int width, int height)
{
	AVFrame *frame = av_frame_alloc();
	if (frame) {
		frame->format = format;
		frame->width = width;
		frame->height = height;
		if (av_frame_get_buffer(frame, 0) < 0) {
			av_frame_free(&frame);
		}
	}
	return frame;
}

static int open_encoder(struct rv_video *video, int width, int height, struct rv_err *err)
{
	const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
	if (!codec) {
		return rv_fail(err, RV_E_USAGE, "this build of FFmpeg has no libx264");
	}
	AVCodecContext *encoder = avcodec_alloc_context3(codec);
	video->encoder = encoder;
	if (!encoder) {
		return rv_fail(err, RV_E_MEMORY, "no memory for an encoder");
	}
	const struct rv_video_settings *settings = &video->settings;
	encoder->width = width;
	encoder->height = height;
	encoder->pix_fmt = AV_PIX_FMT_YUV420P;
	encoder->framerate = (AVRational) { (int)settings->fps_num, (int)settings->fps_den };
	encoder->time_base = av_inv_q(encoder->framerate);
	encoder->sample_aspect_ratio = (AVRational) { 1, 1 };
	encoder->color_primaries = AVCOL_PRI_BT709;
	encoder->color_trc = AVCOL_TRC_BT709;
	encoder->colorspace = AVCOL_SPC_BT709;
	encoder->color_range = AVCOL_RANGE_MPEG;
	encoder->chroma_sample_location = AVCHROMA_LOC_LEFT;
	encoder->thread_count = ENCODER_THREADS;
	encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
	int code = av_opt_set(encoder->priv_data, "preset", settings->preset, 0);
	if (code >= 0) {
		code = av_opt_set_double(encoder->priv_data, "crf", settings->crf, 0);
	}
	if (code >= 0) {
		code = av_opt_set(encoder->priv_data, "x264-params", "cpu-independent=1", 0);
	}
	if (code >= 0) {
		code = avcodec_open2(encoder, codec, NULL);
	}
	if (code < 0) {
		struct rv_str what = RV_STR_INIT;
		rv_str_printf(&what, "encode %dx%d with preset '%s' and crf %d to", width, height, settings->preset,
		              settings->crf);
		fail_av(err, code, RV_E_USAGE, what.ptr, video->path);
		rv_str_release(&what);
		return -1;
	}
	return 0;
}

static int open_container(struct rv_video *video, struct rv_err *err)
{
	video->stream = avformat_new_stream(video->format, NULL);
	if (!video->stream) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a video stream");
	}
	video->stream->time_base = video->encoder->time_base;
	video->stream->avg_frame_rate = video->encoder->framerate;
	video->format->flags |= AVFMT_FLAG_BITEXACT;
	int code = avcodec_parameters_from_context(video->stream->codecpar, video->encoder);
	if (code >= 0) {
		AVDictionary *options = NULL;
		av_dict_set(&options, "movflags", "+faststart", 0);
		code = avformat_write_header(video->format, &options);
		av_dict_free(&options);
	}
	return code < 0 ? fail_av(err, code, RV_E_IO, "write", video->path) : 0;
}

static int open_scaler(struct rv_video *video, int width, int height, struct rv_err *err)
{
	/* Without the last three flags libswscale takes short cuts that differ from processor to processor. */
	int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
	video->rgb = new_frame(AV_PIX_FMT_RGB24, width, height);
	video->yuv = new_frame(AV_PIX_FMT_YUV420P, width, height);
	video->packet = av_packet_alloc();
	video->scaler = sws_alloc_context();
	if (!video->rgb || !video->yuv || !video->packet || !video->scaler) {
		return rv_fail(err, RV_E_MEMORY, "no memory for frames of %dx%d", width, height);
	}
	struct SwsContext *scaler = video->scaler;
	av_opt_set_int(scaler, "srcw", width, 0);
	av_opt_set_int(scaler, "srch", height, 0);
	av_opt_set_int(scaler, "src_format", AV_PIX_FMT_RGB24, 0);
	av_opt_set_int(scaler, "dstw", width, 0);
	av_opt_set_int(scaler, "dsth", height, 0);
	av_opt_set_int(scaler, "dst_format", AV_PIX_FMT_YUV420P, 0);
	av_opt_set_int(scaler, "sws_flags", flags, 0);
	/* Chroma sits on the left luma column and between two rows, as the tag says. */
	av_opt_set_int(scaler, "dst_h_chr_pos", 0, 0);
	av_opt_set_int(scaler, "dst_v_chr_pos", 128, 0);
	const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
	if (sws_setColorspaceDetails(scaler, bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16) < 0 ||
	    sws_init_context(scaler, NULL, NULL) < 0) {
		return rv_fail(err, RV_E_MEMORY, "cannot set up the colour conversion of %dx%d frames", width, height);
	}
	return 0;
}

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

static void copy_frame(const struct rv_image *image, AVFrame *frame)
{
	size_t stride = (size_t)frame->linesize[0];
	uint8_t *row = frame->data[0];
	for (uint32_t y = 0; y < image->height; y++, row += stride) {
		copy_row(image, y, row);
		if (image->width & 1) {
			memcpy(row + (size_t)image->width * 3, row + (size_t)(image->width - 1) * 3, 3);
		}
	}
	if (image->height & 1) {
		memcpy(row, row - stride, (size_t)frame->width * 3);
	}
}

/* Writes the packets that the encoder has ready. `frame` NULL: the end, all of them. */
static int encode(struct rv_video *video, const AVFrame *frame, struct rv_err *err)
{
	int code = avcodec_send_frame(video->encoder, frame);
	while (code >= 0) {
		code = avcodec_receive_packet(video->encoder, video->packet);
		if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
			return 0;
		}
		if (code < 0) {
			break;
		}
		video->packet->duration = 1;
		av_packet_rescale_ts(video->packet, video->encoder->time_base, video->stream->time_base);
		video->packet->stream_index = video->stream->index;
		code = av_interleaved_write_frame(video->format, video->packet);
	}
	return fail_av(err, code, RV_E_IO, "write", video->path);
}

int rv_video_add(struct rv_video *video, const struct rv_image *frame, struct rv_err *err)
{
	if (frame->pixel == RV_PIXEL_F32 || frame->channels == 2 || frame->width == 0 || frame->height == 0 ||
	    frame->width > RV_VIDEO_SIDE_MAX || frame->height > RV_VIDEO_SIDE_MAX) {
		return rv_fail(err, RV_E_BAD_FILE,
		               "a video frame has 1, 3 or 4 channels of 8 or 16 bit and sides of 1..%d pixels, "
		               "not %" PRIu32 " channels and %" PRIu32 "x%" PRIu32,
		               RV_VIDEO_SIDE_MAX, frame->channels, frame->width, frame->height);
	}
	if (!video->encoder) {
		int width = (int)(frame->width + (frame->width & 1));
		int height = (int)(frame->height + (frame->height & 1));
		if (open_encoder(video, width, height, err) < 0 || open_container(video, err) < 0 ||
		    open_scaler(video, width, height, err) < 0) {
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
	/* The encoder may still hold the frame before. */
	if (av_frame_make_writable(video->yuv) < 0) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a frame");
	}
	copy_frame(frame, video->rgb);
	sws_scale(video->scaler, (const uint8_t *const *)video->rgb->data, video->rgb->linesize, 0, video->rgb->height,
	          video->yuv->data, video->yuv->linesize);
	video->yuv->pts = video->n_frames++;
	return encode(video, video->yuv, err);
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
	int code = av_write_trailer(video->format);
	int close_code = avio_closep(&video->format->pb);
	code = code < 0 ? code : close_code;
	if (code < 0) {
		fail_av(err, code, RV_E_IO, "write", video->path);
		goto out;
	}
	result = 0;
out:
	rv_video_abort(video);
	return result;
}

struct decoding {
	AVFormatContext *format;
	AVCodecContext *decoder;
	AVStream *stream;
	AVPacket *packet;
	AVFrame *frame;
	uint64_t n_frames;
};

static int open_decoder(struct decoding *in, const char *path, struct rv_err *err)
{
	const AVCodec *codec = NULL;
	in->format = avformat_alloc_context();
	if (!in->format) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a decoder");
	}
	in->format->error_recognition = DECODER_STRICTNESS;
	/* Never guessed from the contents: a playlist in the place of a video could name other files and hosts. */
	char *url = file_url(path);
	int code = avformat_open_input(&in->format, url, av_find_input_format("mp4"), NULL);
	free(url);
	if (code >= 0) {
		code = avformat_find_stream_info(in->format, NULL);
	}
	if (code >= 0) {
		code = av_find_best_stream(in->format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
	}
	if (code < 0) {
		return fail_av(err, code, RV_E_BAD_FILE, "decode", path);
	}
	in->stream = in->format->streams[code];
	in->packet = av_packet_alloc();
	in->frame = av_frame_alloc();
	in->decoder = avcodec_alloc_context3(codec);
	if (!in->packet || !in->frame || !in->decoder) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a decoder");
	}
	in->decoder->thread_count = 0;
	in->decoder->err_recognition = DECODER_STRICTNESS;
	code = avcodec_parameters_to_context(in->decoder, in->stream->codecpar);
	if (code >= 0) {
		code = avcodec_open2(in->decoder, codec, NULL);
	}
	return code < 0 ? fail_av(err, code, RV_E_BAD_FILE, "decode", path) : 0;
}

/* Decodes a packet (NULL: the end) and counts the frames that come out. A libav code. */
static int decode(struct decoding *in, const AVPacket *packet)
{
	if (packet && (packet->flags & AV_PKT_FLAG_CORRUPT)) {
		return AVERROR_INVALIDDATA;
	}
	int code = avcodec_send_packet(in->decoder, packet);
	while (code >= 0) {
		code = avcodec_receive_frame(in->decoder, in->frame);
		if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
			return 0;
		}
		if (code < 0) {
			break;
		}
		if (in->frame->decode_error_flags || (in->frame->flags & AV_FRAME_FLAG_CORRUPT)) {
			return AVERROR_INVALIDDATA;
		}
		in->n_frames++;
	}
	return code;
}

int rv_video_check(const char *path, uint32_t *width, uint32_t *height, uint64_t *n_frames, struct rv_err *err)
{
	int result = -1;
	struct decoding in = { .format = NULL };
	init_library();
	if (open_decoder(&in, path, err) < 0) {
		goto out;
	}
	int code = 0;
	while (code >= 0) {
		code = av_read_frame(in.format, in.packet);
		if (code == AVERROR_EOF) {
			code = decode(&in, NULL);
			break;
		}
		if (code >= 0 && in.packet->stream_index == in.stream->index) {
			code = decode(&in, in.packet);
		}
		av_packet_unref(in.packet);
	}
	if (code < 0) {
		struct rv_str what = RV_STR_INIT;
		rv_str_printf(&what, "decode the frame after %" PRIu64 " in", in.n_frames);
		fail_av(err, code, RV_E_BAD_FILE, what.ptr, path);
		rv_str_release(&what);
		goto out;
	}
	if (in.stream->nb_frames > 0 && in.n_frames != (uint64_t)in.stream->nb_frames) {
		rv_fail(err, RV_E_BAD_FILE, "'%s' names %" PRId64 " frames, %" PRIu64 " decode", path,
		        in.stream->nb_frames, in.n_frames);
		goto out;
	}
	*width = (uint32_t)in.decoder->width;
	*height = (uint32_t)in.decoder->height;
	*n_frames = in.n_frames;
	result = 0;
out:
	avcodec_free_context(&in.decoder);
	av_packet_free(&in.packet);
	av_frame_free(&in.frame);
	avformat_close_input(&in.format);
	return result;
}

#define TEXT_OF(number) AV_STRINGIFY(number)
#define LIBRARY \
	"libavcodec " TEXT_OF(LIBAVCODEC_VERSION_MAJOR) "." TEXT_OF(LIBAVCODEC_VERSION_MINOR) "." TEXT_OF( \
	        LIBAVCODEC_VERSION_MICRO)
const char *rv_video_library(void)
{
	return avcodec_find_encoder_by_name("libx264") ? LIBRARY " with libx264" : LIBRARY;
}

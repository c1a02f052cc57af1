/* SPDX-License-Identifier: MIT */
/* Videos decoded to the end, and their frames counted: see video.h. */
#include <inttypes.h>
#include <strings.h>

#include "alloc.h"
#include "str.h"
#include "video_private.h"

#define DECODER_STRICTNESS (AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER)

struct decoding {
	AVFormatContext *format;
	AVCodecContext *decoder;
	AVStream *stream;
	AVPacket *packet;
	AVFrame *frame;
	rv_video_take_fn *take; /* NULL: nobody wants the frames */
	void *context;
	uint64_t n_frames;
	struct rv_err *err;
};

static int open_decoder(struct decoding *in, const char *path, const char *extension, struct rv_err *err)
{
	const AVCodec *codec = NULL;
	const bool is_matroska = strcasecmp(extension, "mkv") == 0 || strcasecmp(extension, "webm") == 0;
	const char *const container = is_matroska ? "matroska" : "mp4";
	in->format = rv_av.avformat_alloc_context();
	if (!in->format) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a decoder");
	}
	in->format->error_recognition = DECODER_STRICTNESS;
	/* Never guessed from the contents: a playlist in the place of a video could name other files and hosts. */
	char *url = rv_av_url(path);
	int code = rv_av.avformat_open_input(&in->format, url, rv_av.av_find_input_format(container), NULL);
	free(url);
	if (code >= 0) {
		code = rv_av.avformat_find_stream_info(in->format, NULL);
	}
	if (code >= 0) {
		code = rv_av.av_find_best_stream(in->format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
	}
	if (code < 0) {
		return rv_av_fail(err, code, RV_E_BAD_FILE, "decode", path);
	}
	in->stream = in->format->streams[code];
	in->packet = rv_av.av_packet_alloc();
	in->frame = rv_av.av_frame_alloc();
	in->decoder = rv_av.avcodec_alloc_context3(codec);
	if (!in->packet || !in->frame || !in->decoder) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a decoder");
	}
	in->decoder->thread_count = 0;
	in->decoder->err_recognition = DECODER_STRICTNESS;
	code = rv_av.avcodec_parameters_to_context(in->decoder, in->stream->codecpar);
	if (code >= 0) {
		code = rv_av.avcodec_open2(in->decoder, codec, NULL);
	}
	return code < 0 ? rv_av_fail(err, code, RV_E_BAD_FILE, "decode", path) : 0;
}

static void close_decoder(struct decoding *in)
{
	rv_av.avcodec_free_context(&in->decoder);
	rv_av.av_packet_free(&in->packet);
	rv_av.av_frame_free(&in->frame);
	rv_av.avformat_close_input(&in->format);
}

/* Decodes a packet (NULL: the end), counts the frames that come out and hands them out. A libav code; AVERROR_EXIT when
 * who takes them failed. */
static int decode(struct decoding *in, const AVPacket *packet)
{
	if (packet && (packet->flags & AV_PKT_FLAG_CORRUPT)) {
		return AVERROR_INVALIDDATA;
	}
	int code = rv_av.avcodec_send_packet(in->decoder, packet);
	while (code >= 0) {
		code = rv_av.avcodec_receive_frame(in->decoder, in->frame);
		if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
			return 0;
		}
		if (code < 0) {
			break;
		}
		if (in->frame->decode_error_flags || (in->frame->flags & AV_FRAME_FLAG_CORRUPT)) {
			return AVERROR_INVALIDDATA;
		}
		if (in->take && in->take(in->context, in->n_frames, in->frame, in->err) < 0) {
			return AVERROR_EXIT;
		}
		in->n_frames++;
	}
	return code;
}

int rv_video_decode(const char *path, const char *extension, rv_video_take_fn *take, void *context,
                    struct rv_video_info *info, struct rv_err *err)
{
	int result = -1;
	struct decoding in = { .take = take, .context = context, .err = err };
	if (rv_av_load(err) < 0) {
		return -1;
	}
	if (open_decoder(&in, path, extension, err) < 0) {
		goto out;
	}
	int code = 0;
	while (code >= 0) {
		code = rv_av.av_read_frame(in.format, in.packet);
		if (code == AVERROR_EOF) {
			code = decode(&in, NULL);
			break;
		}
		if (code >= 0 && in.packet->stream_index == in.stream->index) {
			code = decode(&in, in.packet);
		}
		rv_av.av_packet_unref(in.packet);
	}
	if (code == AVERROR_EXIT) {
		goto out;
	}
	if (code < 0) {
		struct rv_str what = RV_STR_INIT;
		rv_str_printf(&what, "decode the frame after %" PRIu64 " in", in.n_frames);
		rv_av_fail(err, code, RV_E_BAD_FILE, what.ptr, path);
		rv_str_release(&what);
		goto out;
	}
	if (in.stream->nb_frames > 0 && in.n_frames != (uint64_t)in.stream->nb_frames) {
		rv_fail(err, RV_E_BAD_FILE, "'%s' names %" PRId64 " frames, %" PRIu64 " decode", path,
		        in.stream->nb_frames, in.n_frames);
		goto out;
	}
	if (in.n_frames == 0) {
		rv_fail(err, RV_E_BAD_FILE, "'%s' has no frame", path);
		goto out;
	}
	const AVRational rate = in.stream->avg_frame_rate;
	*info = (struct rv_video_info) { .width = (uint32_t)in.decoder->width,
		                         .height = (uint32_t)in.decoder->height,
		                         .n_frames = in.n_frames,
		                         .fps = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0 };
	result = 0;
out:
	close_decoder(&in);
	return result;
}

/* ---- those who look at the frames ---- */

int rv_video_check(const char *path, const char *extension, uint32_t *width, uint32_t *height, uint64_t *n_frames,
                   struct rv_err *err)
{
	struct rv_video_info info;
	if (rv_video_decode(path, extension, NULL, NULL, &info, err) < 0) {
		return -1;
	}
	*width = info.width;
	*height = info.height;
	*n_frames = info.n_frames;
	return 0;
}

int rv_video_frames(const char *path, const char *extension, uint32_t *width, uint32_t *height, uint64_t *n_frames,
                    struct rv_err *err)
{
	struct decoding in = { .err = err };
	if (rv_av_load(err) < 0) {
		return -1;
	}
	int status = open_decoder(&in, path, extension, err);
	const bool is_told = status == 0 && in.stream->nb_frames > 0;
	if (is_told) {
		*width = (uint32_t)in.decoder->width;
		*height = (uint32_t)in.decoder->height;
		*n_frames = (uint64_t)in.stream->nb_frames;
	}
	close_decoder(&in);
	return status < 0 || is_told ? status : rv_video_check(path, extension, width, height, n_frames, err);
}

struct looking {
	rv_video_look_fn *look;
	void *context;
};

/* A rv_video_take_fn: hands out the frame's brightness, where a byte is that of a pixel. */
static int show(void *looking_, uint64_t number RV_UNUSED, const AVFrame *frame, struct rv_err *err RV_UNUSED)
{
	const struct looking *const looking = looking_;
	switch (frame->format) {
	case AV_PIX_FMT_GRAY8:
	case AV_PIX_FMT_YUV420P:
	case AV_PIX_FMT_YUV422P:
	case AV_PIX_FMT_YUV444P:
	case AV_PIX_FMT_YUVJ420P:
	case AV_PIX_FMT_YUVJ422P:
	case AV_PIX_FMT_YUVJ444P:
	case AV_PIX_FMT_NV12:
		break;
	default:
		return 0;
	}
	const bool is_full = frame->color_range == AVCOL_RANGE_JPEG || frame->format == AV_PIX_FMT_YUVJ420P ||
	                     frame->format == AV_PIX_FMT_YUVJ422P || frame->format == AV_PIX_FMT_YUVJ444P;
	if (frame->linesize[0] > 0) {
		looking->look(looking->context, frame->data[0], (size_t)frame->linesize[0], (uint32_t)frame->width,
		              (uint32_t)frame->height, !is_full);
	}
	return 0;
}

int rv_video_look(const char *path, const char *extension, rv_video_look_fn *look, void *context,
                  struct rv_video_info *info, struct rv_err *err)
{
	struct looking looking = { .look = look, .context = context };
	return rv_video_decode(path, extension, look ? show : NULL, &looking, info, err);
}

/* SPDX-License-Identifier: MIT */
/* JPEG files, by FFmpeg's encoder. */
#include "video.h"
#include "video_av.h"

#define CELLS 64    /* of a table */
#define SCALE_ONE 8 /* the encoder's scale by which tables are taken as they are */

/* Annex K of the JPEG standard, by rows. */
static const uint8_t luma[CELLS] = {
	16, 11,  10,  16, 24, 40, 51, 61, 12,  12,  14,  19,  26, 58, 60, 55,  14,  13,  16,  24, 40, 57,
	69, 56,  14,  17, 22, 29, 51, 87, 80,  62,  18,  22,  37, 56, 68, 109, 103, 77,  24,  35, 55, 64,
	81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98,  112, 100, 103, 99,
};
static const uint8_t chroma[CELLS] = {
	17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99,
	99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
};

/* What a quality makes of a table in all programs that have one; NULL without memory. */
static uint16_t *scaled(const uint8_t *table, int quality)
{
	const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
	uint16_t *const cells = rv_av.av_malloc(CELLS * sizeof(*cells));
	for (int i = 0; cells && i < CELLS; i++) {
		cells[i] = (uint16_t)RV_MIN(RV_MAX((table[i] * percent + 50) / 100, 1), 255);
	}
	return cells;
}

static void set_up(AVCodecContext *encoder, const struct rv_image *image, int quality)
{
	encoder->width = (int)image->width;
	encoder->height = (int)image->height;
	encoder->pix_fmt = AV_PIX_FMT_YUVJ444P;
	encoder->color_range = AVCOL_RANGE_JPEG;
	encoder->time_base = (AVRational) { 1, 1 };
	encoder->sample_aspect_ratio = (AVRational) { 1, 1 }; /* with it the file has a JFIF header */
	encoder->thread_count = 1;
	encoder->dct_algo = FF_DCT_INT; /* the same on every processor */
	encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
	encoder->global_quality = SCALE_ONE * FF_QP2LAMBDA;
	encoder->intra_matrix = scaled(luma, quality);
	encoder->chroma_intra_matrix = scaled(chroma, quality);
}

static int sample_of(const struct rv_image *image, size_t at)
{
	return image->pixel == RV_PIXEL_U16 ? (image->u16[at] + 128) / 257 : image->u8[at];
}

/* BT.601 in full range, as JFIF has it; a grey picture has colours that are grey. */
static void fill(AVFrame *frame, const struct rv_image *image)
{
	const int64_t one = 1 << 16, half = one / 2, middle = 128 * one + half - 1;
	for (uint32_t y = 0; y < image->height; y++) {
		uint8_t *rows[3];
		for (int i = 0; i < 3; i++) {
			rows[i] = frame->data[i] + (ptrdiff_t)y * frame->linesize[i];
		}
		for (uint32_t x = 0; x < image->width; x++) {
			const size_t at = ((size_t)y * image->width + x) * image->channels;
			const bool is_grey = image->channels < 3;
			const int r = sample_of(image, at), g = is_grey ? r : sample_of(image, at + 1),
			          b = is_grey ? r : sample_of(image, at + 2);
			rows[0][x] = (uint8_t)((19595 * r + 38470 * g + 7471 * b + half) >> 16);
			rows[1][x] = (uint8_t)((-11059 * r - 21709 * g + 32768 * b + middle) >> 16);
			rows[2][x] = (uint8_t)((32768 * r - 27439 * g - 5329 * b + middle) >> 16);
		}
	}
}

static int encode(AVCodecContext *encoder, AVFrame *frame, AVPacket *packet, const struct rv_image *image)
{
	frame->width = encoder->width;
	frame->height = encoder->height;
	frame->format = encoder->pix_fmt;
	frame->color_range = encoder->color_range;
	frame->quality = encoder->global_quality;
	int code = rv_av.av_frame_get_buffer(frame, 0);
	if (code < 0) {
		return code;
	}
	fill(frame, image);
	code = rv_av.avcodec_send_frame(encoder, frame);
	code = code < 0 ? code : rv_av.avcodec_send_frame(encoder, NULL);
	return code < 0 ? code : rv_av.avcodec_receive_packet(encoder, packet);
}

int rv_jpeg_encode(const struct rv_image *image, int quality, struct rv_str *jpeg, struct rv_err *err)
{
	if (rv_av_load(err) < 0) {
		return -1;
	}
	const AVCodec *const codec = rv_av.avcodec_find_encoder_by_name("mjpeg");
	if (!codec) {
		return rv_fail(err, RV_E_USAGE, "this build of FFmpeg has no encoder of JPEG files");
	}
	AVCodecContext *encoder = rv_av.avcodec_alloc_context3(codec);
	AVFrame *frame = rv_av.av_frame_alloc();
	AVPacket *packet = rv_av.av_packet_alloc();
	int code = AVERROR(ENOMEM);
	if (encoder && frame && packet) {
		set_up(encoder, image, quality);
		code = encoder->intra_matrix && encoder->chroma_intra_matrix ? rv_av.avcodec_open2(encoder, codec, NULL)
		                                                             : code;
		code = code < 0 ? code : encode(encoder, frame, packet, image);
	}
	if (code >= 0) {
		rv_str_append(jpeg, (const char *)packet->data, (size_t)packet->size);
	} else {
		rv_av_fail(err, code, RV_E_LIMIT, "encode", "a picture as JPEG");
	}
	rv_av.avcodec_free_context(&encoder);
	rv_av.av_frame_free(&frame);
	rv_av.av_packet_free(&packet);
	return code < 0 ? -1 : 0;
}

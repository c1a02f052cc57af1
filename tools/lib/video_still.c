/* SPDX-License-Identifier: MIT */
/* Single pictures in the formats that FFmpeg decodes. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "png.h"
#include "video.h"
#include "video_av.h"

#define BYTES_MAX ((size_t)1 << 30)
#define PIXELS_MAX ((int64_t)1 << 28)

/* By what a name ends in, never by the content; FFmpeg's own names of decoders, of which it may lack some. */
static const struct {
	const char *ending, *decoder;
} kinds[] = {
	{ ".jpg", "mjpeg" }, { ".jpeg", "mjpeg" }, { ".webp", "webp" }, { ".tif", "tiff" },
	{ ".tiff", "tiff" }, { ".bmp", "bmp" },    { ".tga", "targa" }, { ".jp2", "jpeg2000" },
	{ ".dpx", "dpx" },   { ".rgb", "sgi" },    { ".hdr", "hdr" },   { ".exr", "exr" },
};

struct decoding {
	AVCodecContext *decoder;
	AVPacket *packet;
	AVFrame *frame, *scaled;
	struct SwsContext *scaler;
	unsigned char *bytes; /* with the padding that decoders read into */
};

static bool ends_in(const char *name, const char *ending)
{
	const size_t len = strlen(name), ending_len = strlen(ending);
	return len > ending_len && strcasecmp(name + len - ending_len, ending) == 0;
}

static const AVCodec *codec_of(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		if (ends_in(name, kinds[i].ending)) {
			return rv_av_load(NULL) < 0 ? NULL : rv_av.avcodec_find_decoder_by_name(kinds[i].decoder);
		}
	}
	return NULL;
}

bool rv_still_is(const char *name)
{
	return ends_in(name, ".png") || codec_of(name);
}

static void release(struct decoding *in)
{
	if (in->scaler) {
		rv_av.sws_freeContext(in->scaler);
	}
	rv_av.av_frame_free(&in->frame);
	rv_av.av_frame_free(&in->scaled);
	rv_av.av_packet_free(&in->packet);
	rv_av.avcodec_free_context(&in->decoder);
	free(in->bytes);
}

static int load(struct decoding *in, const struct rv_source *source, struct rv_err *err)
{
	struct rv_str held = RV_STR_INIT;
	const unsigned char *const bytes = rv_source_bytes(source, BYTES_MAX, &held, err);
	if (bytes) {
		in->bytes = rv_alloc_zero(1, source->len + AV_INPUT_BUFFER_PADDING_SIZE);
		memcpy(in->bytes, bytes, source->len);
		in->packet->data = in->bytes;
		in->packet->size = (int)source->len;
	}
	rv_str_release(&held);
	return bytes ? 0 : -1;
}

/* The picture as its decoder gives it. */
static int decode(struct decoding *in, const struct rv_source *source, struct rv_err *err)
{
	const AVCodec *const codec = codec_of(source->name);
	if (!codec) {
		return rv_fail(err, RV_E_BAD_FILE, "this FFmpeg does not decode '%s'", source->name);
	}
	in->decoder = rv_av.avcodec_alloc_context3(codec);
	in->packet = rv_av.av_packet_alloc();
	in->frame = rv_av.av_frame_alloc();
	in->scaled = rv_av.av_frame_alloc();
	if (!in->decoder || !in->packet || !in->frame || !in->scaled) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a decoder");
	}
	in->decoder->thread_count = 1;
	in->decoder->max_pixels = PIXELS_MAX;
	in->decoder->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
	if (codec->id != AV_CODEC_ID_TIFF) { /* where a tag that it does not know counts as an error */
		in->decoder->err_recognition |= AV_EF_EXPLODE;
	}
	if (load(in, source, err) < 0) {
		return -1;
	}
	int code = rv_av.avcodec_open2(in->decoder, codec, NULL);
	code = code < 0 ? code : rv_av.avcodec_send_packet(in->decoder, in->packet);
	code = code < 0 ? code : rv_av.avcodec_send_packet(in->decoder, NULL);
	code = code < 0 ? code : rv_av.avcodec_receive_frame(in->decoder, in->frame);
	if (code >= 0 && (in->frame->decode_error_flags || (in->frame->flags & AV_FRAME_FLAG_CORRUPT))) {
		code = AVERROR_INVALIDDATA;
	}
	return code < 0 ? rv_av_fail(err, code, RV_E_BAD_FILE, "decode", source->name) : 0;
}

/* ---- to pixels ----------------------------------------------------------------------------------------------------
 */

/* Scene-linear light as a screen shows it. */
static uint8_t shade(float light)
{
	const float v = light > 0 ? RV_MIN(light, 1.0F) : 0;
	return (uint8_t)lrintf(255 * (v <= 0.0031308F ? 12.92F * v : 1.055F * powf(v, 1 / 2.4F) - 0.055F));
}

/* Of planes of floats: G, B, R and maybe A, or one of greys. */
static int take_floats(const AVFrame *frame, const AVPixFmtDescriptor *form, struct rv_image *image, struct rv_err *err)
{
	const uint32_t channels = form->nb_components == 2 ? 1 : form->nb_components;
	if (!(form->flags & AV_PIX_FMT_FLAG_PLANAR) && channels != 1) {
		return rv_fail(err, RV_E_BAD_FILE, "its pixels are of a form that is not known");
	}
	if (rv_image_init(image, (uint32_t)frame->width, (uint32_t)frame->height, channels, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (uint32_t y = 0; y < image->height; y++) {
		for (uint32_t c = 0; c < channels; c++) {
			const int plane = form->comp[c].plane;
			const float *const row = (const float *)(const void *)(frame->data[plane] +
			                                                       (ptrdiff_t)y * frame->linesize[plane]);
			uint8_t *const to = image->u8 + (size_t)y * image->width * channels + c;
			for (uint32_t x = 0; x < image->width; x++) {
				const float opaque = RV_MIN(RV_MAX(row[x], 0.0F), 1.0F);
				to[(size_t)x * channels] = c == 3 ? (uint8_t)lrintf(255 * opaque) : shade(row[x]);
			}
		}
	}
	return 0;
}

static int scale(struct decoding *in, enum AVPixelFormat format, struct rv_err *err)
{
	const AVFrame *const from = in->frame;
	const int flags = SWS_POINT | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
	const struct {
		const char *name;
		int64_t value;
	} options[] = {
		{ "srcw", from->width },        { "srch", from->height },
		{ "src_format", from->format }, { "dstw", from->width },
		{ "dsth", from->height },       { "dst_format", format },
		{ "sws_flags", flags },         { "src_range", from->color_range == AVCOL_RANGE_JPEG },
	};
	in->scaled->width = from->width;
	in->scaled->height = from->height;
	in->scaled->format = format;
	in->scaler = rv_av.sws_alloc_context();
	int code = in->scaler ? rv_av.av_frame_get_buffer(in->scaled, 0) : AVERROR(ENOMEM);
	for (size_t i = 0; code >= 0 && i < RV_COUNTOF(options); i++) {
		code = rv_av.av_opt_set_int(in->scaler, options[i].name, options[i].value, 0);
	}
	code = code < 0 ? code : rv_av.sws_init_context(in->scaler, NULL, NULL);
	if (code >= 0) {
		code = rv_av.sws_scale(in->scaler, (const uint8_t *const *)from->data, from->linesize, 0, from->height,
		                       in->scaled->data, in->scaled->linesize);
	}
	return code < 0 ? rv_fail(err, RV_E_MEMORY, "no memory for a converter") : 0;
}

static int take_integers(struct decoding *in, const AVPixFmtDescriptor *form, struct rv_image *image,
                         struct rv_err *err)
{
	static const enum AVPixelFormat formats[2][5] = {
		{ 0, AV_PIX_FMT_GRAY8, 0, AV_PIX_FMT_RGB24, AV_PIX_FMT_RGBA },
		{ 0, AV_PIX_FMT_GRAY16, 0, AV_PIX_FMT_RGB48, AV_PIX_FMT_RGBA64 },
	};
	const bool is_deep = form->comp[0].depth > 8;
	const bool is_grey = form->nb_components < 3 && !(form->flags & AV_PIX_FMT_FLAG_PAL);
	const uint32_t channels = is_grey                                                             ? 1
	                          : (form->flags & AV_PIX_FMT_FLAG_ALPHA) && form->nb_components == 4 ? 4
	                                                                                              : 3;
	if (scale(in, formats[is_deep][channels], err) < 0 ||
	    rv_image_init(image, (uint32_t)in->frame->width, (uint32_t)in->frame->height, channels,
	                  is_deep ? RV_PIXEL_U16 : RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const size_t row = rv_image_row_bytes(image);
	for (uint32_t y = 0; y < image->height; y++) {
		memcpy(image->u8 + y * row, in->scaled->data[0] + (ptrdiff_t)y * in->scaled->linesize[0], row);
	}
	return 0;
}

int rv_still_read_from(const struct rv_source *source, struct rv_image *image, struct rv_err *err)
{
	struct decoding in = { .decoder = NULL };
	if (ends_in(source->name, ".png")) {
		return rv_png_read_from(source, image, err);
	}
	if (rv_av_load(err) < 0) {
		return -1;
	}
	int status = decode(&in, source, err);
	if (status == 0) {
		const AVPixFmtDescriptor *const form = rv_av.av_pix_fmt_desc_get((enum AVPixelFormat)in.frame->format);
		const bool is_float = form && (form->flags & AV_PIX_FMT_FLAG_FLOAT);
		status = !form      ? rv_fail(err, RV_E_BAD_FILE, "its pixels are of a form that is not known")
		         : is_float ? take_floats(in.frame, form, image, err)
		                    : take_integers(&in, form, image, err);
		if (status < 0) {
			rv_fail_prefix(err, "'%s'", source->name);
		}
	}
	release(&in);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* The frames of a video as pictures: see video.h. */
#include <string.h>

#include "video_private.h"

struct reading {
	const struct rv_video_want *want;
	rv_video_read_fn *take;
	void *context;
	struct SwsContext *scaler; /* of frames like `form` */
	struct AVFrame *rgb;       /* swscale wants rows with room behind them */
	struct rv_image image;
	int form[5]; /* format, width, height, colour space, range */
};

static void drop_scaler(struct reading *in)
{
	if (in->scaler) {
		rv_av.sws_freeContext(in->scaler);
		in->scaler = NULL;
	}
	rv_av.av_frame_free(&in->rgb);
}

static struct SwsContext *new_scaler(const struct reading *in, const AVFrame *frame)
{
	const bool is_plain = in->want->colours == RV_VIDEO_PLAIN;
	const bool is_bt709 = frame->colorspace == AVCOL_SPC_BT709 && !is_plain;
	const int *const matrix = rv_av.sws_getCoefficients(is_bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
	const bool is_same = frame->width == in->rgb->width && frame->height == in->rgb->height;
	const int exact = SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT;
	const int flags = is_plain ? SWS_BICUBIC : (is_same ? SWS_BILINEAR : SWS_AREA) | exact;
	const struct {
		const char *name;
		int64_t value;
	} options[] = {
		{ "srcw", frame->width },   { "srch", frame->height },   { "src_format", frame->format },
		{ "dstw", in->rgb->width }, { "dsth", in->rgb->height }, { "dst_format", AV_PIX_FMT_RGB24 },
		{ "sws_flags", flags },
	};
	struct SwsContext *scaler = rv_av.sws_alloc_context();
	for (size_t i = 0; scaler && i < RV_COUNTOF(options); i++) {
		rv_av.av_opt_set_int(scaler, options[i].name, options[i].value, 0);
	}
	const int is_full = frame->color_range == AVCOL_RANGE_JPEG;
	if (scaler) {
		/* Of frames that are RGB already this fails, and there is nothing to tell. */
		(void)rv_av.sws_setColorspaceDetails(scaler, matrix, is_full, matrix, 1, 0, 1 << 16, 1 << 16);
		if (rv_av.sws_init_context(scaler, NULL, NULL) < 0) {
			rv_av.sws_freeContext(scaler);
			scaler = NULL;
		}
	}
	return scaler;
}

/* Of another form than the one before, or the first. */
static int prepare(struct reading *in, const AVFrame *frame, struct rv_err *err)
{
	const int form[5] = { frame->format, frame->width, frame->height, (int)frame->colorspace,
		              (int)frame->color_range };
	if (in->scaler && memcmp(form, in->form, sizeof(form)) == 0) {
		return 0;
	}
	drop_scaler(in);
	memcpy(in->form, form, sizeof(form));
	in->rgb = rv_av.av_frame_alloc();
	if (!in->rgb) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a frame");
	}
	in->rgb->format = AV_PIX_FMT_RGB24;
	in->rgb->width = in->want->width > 0 ? (int)in->want->width : frame->width;
	in->rgb->height = in->want->height > 0 ? (int)in->want->height : frame->height;
	if (rv_av.av_frame_get_buffer(in->rgb, 0) < 0) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a frame");
	}
	in->scaler = new_scaler(in, frame);
	return in->scaler ? 0 : rv_fail(err, RV_E_BAD_FILE, "its pixels are of a form that is not known");
}

/* A rv_video_take_fn. */
static int take_frame(void *reading_, uint64_t number, const AVFrame *frame, struct rv_err *err)
{
	struct reading *const in = reading_;
	if (prepare(in, frame, err) < 0 ||
	    rv_image_init(&in->image, (uint32_t)in->rgb->width, (uint32_t)in->rgb->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	if (rv_av.sws_scale(in->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height,
	                    in->rgb->data, in->rgb->linesize) != in->rgb->height) {
		return rv_fail(err, RV_E_BAD_FILE, "a frame cannot be converted");
	}
	const size_t row_bytes = rv_image_row_bytes(&in->image);
	for (uint32_t y = 0; y < in->image.height; y++) {
		memcpy(in->image.u8 + y * row_bytes, in->rgb->data[0] + (ptrdiff_t)y * in->rgb->linesize[0], row_bytes);
	}
	return in->take(in->context, number, &in->image, err);
}

int rv_video_read(const char *path, const char *extension, const struct rv_video_want *want, rv_video_read_fn *take,
                  void *context, struct rv_err *err)
{
	struct reading in = { .want = want, .take = take, .context = context, .image = RV_IMAGE_INIT };
	struct rv_video_info info;
	const int status = rv_video_decode(path, extension, take_frame, &in, &info, err);
	drop_scaler(&in);
	rv_image_release(&in.image);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* The codecs of videos: what they are called, and what their encoders are told. */
#include <inttypes.h>
#include <string.h>

#include "str.h"
#include "video_private.h"

/* x264's frame threads change the bytes of the stream, so their number may not come from the machine. */
#define ENCODER_THREADS 8
#define SPEED_MAX 8 /* of libaom and libvpx, which count it */

const struct rv_video_codec rv_video_codecs[RV_VIDEO_CODECS] = {
	{ "h264", "libx264", "mp4", 51, 1, { "yuv420p", "yuv422p", "yuv444p" }, false },
	{ "h265", "libx265", "mp4", 51, 64, { "yuv420p", "yuv422p", "yuv444p" }, false },
	{ "av1", "libaom-av1", "mp4", 63, 1, { "yuv420p", "yuv422p", "yuv444p" }, false },
	{ "vp9", "libvpx-vp9", "mp4", 63, 1, { "yuv420p", "yuv422p", "yuv444p" }, false },
	{ "ffv1", "ffv1", "mkv", 0, 1, { "bgr0", "yuv420p", "yuv422p", "yuv444p" }, false },
	{ "prores", "prores_ks", "mov", 0, 1, { "yuv422p10le" }, false },
	{ "h264_nvenc", "h264_nvenc", "mp4", 51, 160, { "yuv420p", "yuv444p" }, true },
	{ "hevc_nvenc", "hevc_nvenc", "mp4", 51, 160, { "yuv420p", "yuv444p" }, true },
	{ "av1_nvenc", "av1_nvenc", "mp4", 63, 192, { "yuv420p" }, true },
};
static const char *const presets[] = { "ultrafast", "superfast", "veryfast", "faster",  "fast",
	                               "medium",    "slow",      "slower",   "veryslow" };

static const struct rv_video_codec *find(const char *name)
{
	for (size_t i = 0; i < RV_VIDEO_CODECS; i++) {
		if (strcmp(rv_video_codecs[i].name, name) == 0) {
			return &rv_video_codecs[i];
		}
	}
	return NULL;
}

static bool has_pixels(const struct rv_video_codec *codec, const char *pixels)
{
	for (size_t i = 0; i < RV_VIDEO_PIXELS_MAX && codec->pixels[i]; i++) {
		if (strcmp(codec->pixels[i], pixels) == 0) {
			return true;
		}
	}
	return false;
}

int rv_video_check_settings(const struct rv_video_settings *settings, struct rv_err *err)
{
	const struct rv_video_codec *const codec = find(settings->codec);
	if (!codec) {
		struct rv_str known = RV_STR_INIT;
		for (size_t i = 0; i < RV_VIDEO_CODECS; i++) {
			rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", rv_video_codecs[i].name);
		}
		rv_fail(err, RV_E_USAGE, "unknown codec '%s', allowed: %s", settings->codec, known.ptr);
		rv_str_release(&known);
		return -1;
	}
	if (settings->pixels && !has_pixels(codec, settings->pixels)) {
		return rv_fail(err, RV_E_USAGE, "codec %s has no pixels '%s', its own are %s", codec->name,
		               settings->pixels, codec->pixels[0]);
	}
	if (codec->crf_max > 0 && settings->crf > codec->crf_max) {
		return rv_fail(err, RV_E_USAGE, "codec %s has a quality (crf) of 0..%d, not %d", codec->name,
		               codec->crf_max, settings->crf);
	}
	return 0;
}

/* ---- for the other files of video ---- */

enum AVPixelFormat rv_video_pixels(const struct rv_video_settings *settings)
{
	return rv_av.av_get_pix_fmt(settings->pixels ? settings->pixels : find(settings->codec)->pixels[0]);
}

const struct rv_video_codec *rv_video_codec(const struct rv_video_settings *settings)
{
	return find(settings->codec);
}

/* From 0, the best, to SPEED_MAX. */
static int speed_of(const char *preset)
{
	int place = 0;
	while (place < SPEED_MAX && strcmp(presets[place], preset) != 0) {
		place++;
	}
	return SPEED_MAX - place;
}

/* Of a card: presets p1, the fastest, to p7; a fixed quantizer, of AV1 in four times as many steps. A libav code. */
static int tune_nvenc(AVCodecContext *encoder, const struct rv_video_settings *settings)
{
	const bool is_av1 = strcmp(settings->codec, "av1_nvenc") == 0;
	char preset[] = "p1";
	preset[1] = (char)('1' + (SPEED_MAX - speed_of(settings->preset)) * 6 / SPEED_MAX);
	int code = rv_av.av_opt_set(encoder->priv_data, "preset", preset, 0);
	if (code >= 0) {
		code = rv_av.av_opt_set(encoder->priv_data, "rc", "constqp", 0);
	}
	return code < 0 ? code : rv_av.av_opt_set_int(encoder->priv_data, "qp", settings->crf * (is_av1 ? 4 : 1), 0);
}

/* A libav code. */
static int tune_x265(AVCodecContext *encoder, const struct rv_video_settings *settings)
{
	struct rv_str params = RV_STR_INIT;
	rv_str_puts(&params, "log-level=none:info=0:frame-threads=1:pools=none");
	if (settings->gop > 0) {
		rv_str_printf(&params, ":keyint=%" PRIu32 ":min-keyint=%" PRIu32, settings->gop, settings->gop);
	}
	if (settings->has_no_b_frames) {
		rv_str_puts(&params, ":bframes=0");
	}
	const int code = rv_av.av_opt_set(encoder->priv_data, "x265-params", params.ptr, 0);
	rv_str_release(&params);
	return code;
}

int rv_video_tune(AVCodecContext *encoder, const struct rv_video_settings *settings)
{
	const char *const name = settings->codec;
	const struct rv_video_codec *const codec = find(name);
	const bool is_x26 = strcmp(name, "h264") == 0 || strcmp(name, "h265") == 0,
	           counts_speed = strcmp(name, "av1") == 0 || strcmp(name, "vp9") == 0;
	int code = 0;
	encoder->thread_count = ENCODER_THREADS;
	if (settings->gop > 0) {
		encoder->gop_size = (int)settings->gop;
	}
	if (settings->has_no_b_frames) {
		encoder->max_b_frames = 0;
	}
	if (codec->is_nvenc) {
		return tune_nvenc(encoder, settings);
	}
	if (is_x26) {
		code = rv_av.av_opt_set(encoder->priv_data, "preset", settings->preset, 0);
	} else if (counts_speed) {
		code = rv_av.av_opt_set_int(encoder->priv_data, "cpu-used", speed_of(settings->preset), 0);
	}
	if (code >= 0 && codec->crf_max > 0) {
		code = is_x26 ? rv_av.av_opt_set_double(encoder->priv_data, "crf", settings->crf, 0)
		              : rv_av.av_opt_set_int(encoder->priv_data, "crf", settings->crf, 0);
	}
	if (code >= 0 && strcmp(name, "h264") == 0) {
		code = rv_av.av_opt_set(encoder->priv_data, "x264-params", "cpu-independent=1", 0);
	} else if (code >= 0 && strcmp(name, "h265") == 0) {
		code = tune_x265(encoder, settings);
	} else if (counts_speed && settings->has_no_b_frames) {
		code = code < 0 ? code : rv_av.av_opt_set_int(encoder->priv_data, "lag-in-frames", 0, 0);
	} else if (strcmp(name, "ffv1") == 0) {
		encoder->level = 3;
		encoder->slices = 4;
		encoder->gop_size = 1;
	}
	return code;
}

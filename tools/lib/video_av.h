/* SPDX-License-Identifier: MIT */
/*
 * FFmpeg's libraries, private to video. They are loaded when a video is first written or read: they bring a hundred
 * others along, and to load these takes longer than many a run of a tool that has no video to do with.
 *
 *	if (rv_av_load(err) < 0) ...
 *	AVFrame *frame = rv_av.av_frame_alloc();
 */
#ifndef RV_VIDEO_AV_H
#define RV_VIDEO_AV_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "err.h"

/* X(library, function) */
#define RV_AV_FUNCTIONS(X) \
	X(avutil, av_dict_free) \
	X(avutil, av_dict_set) \
	X(avutil, av_frame_alloc) \
	X(avutil, av_frame_free) \
	X(avutil, av_frame_get_buffer) \
	X(avutil, av_get_pix_fmt) \
	X(avutil, av_log_set_callback) \
	X(avutil, av_malloc) \
	X(avutil, av_opt_set) \
	X(avutil, av_opt_set_double) \
	X(avutil, av_opt_set_int) \
	X(avutil, av_pix_fmt_desc_get) \
	X(avutil, av_strerror) \
	X(avcodec, av_packet_alloc) \
	X(avcodec, av_packet_free) \
	X(avcodec, av_packet_rescale_ts) \
	X(avcodec, av_packet_unref) \
	X(avcodec, avcodec_alloc_context3) \
	X(avcodec, avcodec_find_decoder_by_name) \
	X(avcodec, avcodec_find_encoder_by_name) \
	X(avcodec, avcodec_free_context) \
	X(avcodec, avcodec_open2) \
	X(avcodec, avcodec_parameters_from_context) \
	X(avcodec, avcodec_parameters_to_context) \
	X(avcodec, avcodec_receive_frame) \
	X(avcodec, avcodec_receive_packet) \
	X(avcodec, avcodec_send_frame) \
	X(avcodec, avcodec_send_packet) \
	X(avformat, av_find_best_stream) \
	X(avformat, av_find_input_format) \
	X(avformat, av_interleaved_write_frame) \
	X(avformat, av_read_frame) \
	X(avformat, av_write_trailer) \
	X(avformat, avformat_alloc_context) \
	X(avformat, avformat_alloc_output_context2) \
	X(avformat, avformat_close_input) \
	X(avformat, avformat_find_stream_info) \
	X(avformat, avformat_free_context) \
	X(avformat, avformat_new_stream) \
	X(avformat, avformat_open_input) \
	X(avformat, avformat_write_header) \
	X(avformat, avio_closep) \
	X(avformat, avio_open) \
	X(swscale, sws_alloc_context) \
	X(swscale, sws_freeContext) \
	X(swscale, sws_getCoefficients) \
	X(swscale, sws_init_context) \
	X(swscale, sws_scale) \
	X(swscale, sws_setColorspaceDetails)

struct rv_av {
#define RV_AV_MEMBER(library, function) __typeof__(function) *function;
	RV_AV_FUNCTIONS(RV_AV_MEMBER)
#undef RV_AV_MEMBER
};
extern struct rv_av rv_av; /* as rv_av_load left it */

/* Any number of times, on any thread. */
int rv_av_load(struct rv_err *err) RV_MUST_USE;
/* rv_fail for a code that they return: system errors keep theirs, the rest is `otherwise`. */
int rv_av_fail(struct rv_err *err, int code, enum rv_err_code otherwise, const char *what, const char *path);
/* Keeps a path with a colon from being taken for a URL. Caller frees. */
char *rv_av_url(const char *path);

#endif

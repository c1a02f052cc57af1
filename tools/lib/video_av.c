/* SPDX-License-Identifier: MIT */
/* Loading FFmpeg's libraries. */
#include "video_av.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "str.h"

#define SONAME(name, version) "lib" name ".so." AV_STRINGIFY(version)

struct rv_av rv_av;
static struct rv_err load_error;

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

/* The library, which stays, or NULL with load_error. */
static void *open_library(const char *name)
{
	void *const library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		rv_fail(&load_error, RV_E_IO, "videos need FFmpeg: %s", dlerror());
	}
	return library;
}

/* False with load_error when it is not there. */
static bool find(void *library, const char *name, void *function)
{
	void *const found = library ? dlsym(library, name) : NULL;
	if (library && !found) {
		rv_fail(&load_error, RV_E_IO, "videos need another FFmpeg: %s", dlerror());
	}
	memcpy(function, &found, sizeof(found));
	return found;
}

static void load(void)
{
	void *const avutil = open_library(SONAME("avutil", LIBAVUTIL_VERSION_MAJOR));
	void *const avcodec = avutil ? open_library(SONAME("avcodec", LIBAVCODEC_VERSION_MAJOR)) : NULL;
	void *const avformat = avcodec ? open_library(SONAME("avformat", LIBAVFORMAT_VERSION_MAJOR)) : NULL;
	void *const swscale = avformat ? open_library(SONAME("swscale", LIBSWSCALE_VERSION_MAJOR)) : NULL;
#define FIND(library, function) &&find(library, #function, &rv_av.function)
	if (swscale RV_AV_FUNCTIONS(FIND)) {
		rv_av.av_log_set_callback(log_message);
	}
#undef FIND
}

int rv_av_load(struct rv_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	return load_error.code == RV_E_NONE ? 0 : rv_fail(err, load_error.code, "%s", load_error.text);
}

int rv_av_fail(struct rv_err *err, int code, enum rv_err_code otherwise, const char *what, const char *path)
{
	if (code == AVERROR(ENOSPC) || code == AVERROR(EDQUOT) || code == AVERROR(ENOENT)) {
		errno = AVUNERROR(code);
		return rv_fail_errno(err, "cannot %s '%s'", what, path);
	}
	char text[AV_ERROR_MAX_STRING_SIZE];
	rv_av.av_strerror(code, text, sizeof(text));
	return rv_fail(err, code == AVERROR(ENOMEM) ? RV_E_MEMORY : otherwise, "cannot %s '%s': %s", what, path, text);
}

char *rv_av_url(const char *path)
{
	struct rv_str url = RV_STR_INIT;
	rv_str_printf(&url, "file:%s", path);
	return rv_str_detach(&url);
}

/* SPDX-License-Identifier: MIT */
/* Any file decoded to its last byte: see decode.h. */
#include "verify/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exr.h"
#include "file.h"
#include "png.h"
#include "scan.h"
#include "video.h"

#define JSON_BYTES_MAX ((size_t)4 << 30)
#define READ_CHUNK_BYTES ((size_t)64 << 10)

enum verify_kind verify_decode_kind(const char *name)
{
	static const struct {
		const char *ending;
		enum verify_kind kind;
	} kinds[] = {
		{ ".png", VERIFY_KIND_PNG },   { ".exr", VERIFY_KIND_EXR },    { ".mp4", VERIFY_KIND_MP4 },
		{ ".json", VERIFY_KIND_JSON }, { ".jsonl", VERIFY_KIND_JSON },
	};
	size_t len = strlen(name);
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		size_t ending_len = strlen(kinds[i].ending);
		if (len > ending_len && strcasecmp(name + len - ending_len, kinds[i].ending) == 0) {
			return kinds[i].kind;
		}
	}
	return VERIFY_KIND_OTHER;
}

/* Every line of a .jsonl, the whole of a .json. */
static int check_json(const char *path, const char *name, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	size_t name_len = strlen(name);
	bool lines = name_len > 6 && strcasecmp(name + name_len - 6, ".jsonl") == 0;
	int result = rv_file_read(path, JSON_BYTES_MAX, &text, err);
	for (size_t at = 0; result == 0 && at < text.len;) {
		const char *newline = lines ? memchr(text.ptr + at, '\n', text.len - at) : NULL;
		size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
		result = rv_scan_value(text.ptr + at, end - at, err);
		at = end + (newline ? 1 : 0);
	}
	if (result == 0 && text.len == 0) {
		result = rv_fail(err, RV_E_BAD_FILE, "it is empty");
	}
	rv_str_release(&text);
	return result;
}

static int check_readable(const char *path, struct rv_err *err)
{
	char chunk[READ_CHUNK_BYTES];
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open");
	}
	while ((got = rv_read_all(fd, chunk, sizeof(chunk))) > 0) {
	}
	int result = got < 0 ? rv_fail_errno(err, "cannot read") : 0;
	close(fd);
	return result;
}

static int decode_exr(const struct rv_source *source, struct verify_decoded *decoded, struct rv_err *err)
{
	struct rv_exr *exr = NULL;
	if (rv_exr_open(source, RV_EXR_ALL_FORMS, &exr, err) < 0) {
		return -1;
	}
	decoded->width = rv_exr_width(exr);
	decoded->height = rv_exr_height(exr);
	const int result = rv_exr_check(exr, err);
	rv_exr_close(exr);
	return result;
}

static int decode_picture(const struct rv_source *source, struct verify_decoded *decoded, struct rv_err *err)
{
	if (decoded->kind == VERIFY_KIND_EXR) {
		return decode_exr(source, decoded, err);
	}
	if (rv_png_read_from(source, &decoded->image, err) < 0) {
		return -1;
	}
	decoded->width = decoded->image.width;
	decoded->height = decoded->image.height;
	return 0;
}

/* What is no picture: `path` is where the bytes are, `name` what they are. */
static int decode_other(const char *path, const char *name, struct verify_decoded *decoded, struct rv_err *err)
{
	switch (decoded->kind) {
	case VERIFY_KIND_MP4:
		return rv_video_check(path, &decoded->width, &decoded->height, &decoded->n_frames, err);
	case VERIFY_KIND_JSON:
		return check_json(path, name, err);
	default:
		return check_readable(path, err);
	}
}

/* True for a picture, which is read from a source. */
static bool begin(const char *name, struct verify_decoded *decoded)
{
	decoded->kind = verify_decode_kind(name);
	decoded->width = decoded->height = 0;
	decoded->n_frames = 0;
	return decoded->kind == VERIFY_KIND_PNG || decoded->kind == VERIFY_KIND_EXR;
}

int verify_decode_file(const char *path, struct verify_decoded *decoded, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	if (!begin(path, decoded)) {
		return decode_other(path, path, decoded, err);
	}
	if (rv_source_open(&source, path, err) < 0) {
		return -1;
	}
	const int result = decode_picture(&source, decoded, err);
	rv_source_close(&source);
	return result;
}

int verify_decode_bytes(const char *name, const void *bytes, size_t len, struct verify_decoded *decoded,
                        struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str path = RV_STR_INIT;
	int result;
	if (begin(name, decoded)) {
		rv_source_open_memory(&source, name, bytes, len);
		result = decode_picture(&source, decoded, err);
		rv_source_close(&source);
		return result;
	}
	/* The other decoders take paths: the bytes get one, without touching a disk. */
	int fd = memfd_create("member", MFD_CLOEXEC);
	if (fd < 0 || rv_write_all(fd, bytes, len) < 0) {
		result = rv_fail_errno(err, "cannot hold %zu bytes in memory", len);
	} else {
		rv_str_printf(&path, "/proc/self/fd/%d", fd);
		result = decode_other(path.ptr, name, decoded, err);
	}
	if (fd >= 0) {
		close(fd);
	}
	rv_str_release(&path);
	return result;
}

void verify_decode_size(const char *path, uint32_t *width, uint32_t *height)
{
	struct rv_exr *exr = NULL;
	uint32_t channels, bits;
	*width = *height = 0;
	switch (verify_decode_kind(path)) {
	case VERIFY_KIND_PNG:
		if (rv_png_info(path, width, height, &channels, &bits, NULL) < 0) {
			*width = *height = 0;
		}
		break;
	case VERIFY_KIND_EXR:
		if (rv_exr_open_path(path, RV_EXR_ALL_FORMS, &exr, NULL) == 0) {
			*width = rv_exr_width(exr);
			*height = rv_exr_height(exr);
		}
		rv_exr_close(exr);
		break;
	default:
		break;
	}
}

void verify_decoded_release(struct verify_decoded *decoded)
{
	rv_image_release(&decoded->image);
	*decoded = (struct verify_decoded)VERIFY_DECODED_INIT;
}

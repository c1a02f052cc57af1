/* SPDX-License-Identifier: MIT */
/* Any file decoded to its last byte: see decode.h. */
#include "verify/decode.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "png.h"
#include "scan.h"
#include "video.h"

#define JSON_BYTES_MAX ((size_t)1 << 30)
#define ARRAY_BYTES_MAX ((size_t)8 << 30) /* of a .flo or .npy */
#define FLO_HEAD 12                       /* bytes */
#define NPY_HEAD 10                       /* bytes: magic, version, length of the text that follows */

enum verify_kind verify_decode_kind(const char *name)
{
	static const struct {
		const char *ending;
		enum verify_kind kind;
	} kinds[] = {
		{ ".png", VERIFY_KIND_PNG },   { ".exr", VERIFY_KIND_EXR },   { ".mp4", VERIFY_KIND_VIDEO },
		{ ".mkv", VERIFY_KIND_VIDEO }, { ".mov", VERIFY_KIND_VIDEO }, { ".flo", VERIFY_KIND_FLO },
		{ ".npy", VERIFY_KIND_NPY },   { ".json", VERIFY_KIND_JSON }, { ".jsonl", VERIFY_KIND_JSON },
	};
	const size_t len = strlen(name);
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		const size_t ending_len = strlen(kinds[i].ending);
		if (len > ending_len && strcasecmp(name + len - ending_len, kinds[i].ending) == 0) {
			return kinds[i].kind;
		}
	}
	return rv_still_is(name) ? VERIFY_KIND_STILL : VERIFY_KIND_OTHER;
}

/* ---- videos, whose decoder takes a path ---------------------------------------------------------------------------
 */

static int write_fd(void *fd, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_write_all(*(const int *)fd, bytes, len) < 0 ? rv_fail_errno(err, "cannot hold it in memory") : 0;
}

/* Puts the source's name in the place of the path in a message. */
static void rename_in(struct rv_err *err, const char *path, const char *name)
{
	const char *const found = strstr(err->text, path);
	if (found) {
		rv_fail(err, err->code, "%.*s%s%s", (int)(found - err->text), err->text, name, found + strlen(path));
	}
}

/* The path is that of the source's descriptor, or of a copy in memory. */
static int check_video(const struct rv_source *source, const char *name, struct verify_decoded *decoded,
                       struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	int fd = -1, status = 0;
	if (source->bytes || source->is_window) {
		fd = memfd_create("video", MFD_CLOEXEC);
		status = fd < 0 ? rv_fail_errno(err, "cannot hold it in memory")
		                : rv_source_copy(source, write_fd, &fd, err);
	}
	if (status == 0) {
		rv_str_printf(&path, "/proc/self/fd/%d", fd < 0 ? source->fd : fd);
		struct rv_video_info info = { .n_frames = 0 };
		status = rv_video_look(path.ptr, strrchr(name, '.') + 1, decoded->look, decoded->look_context, &info,
		                       err);
		decoded->width = info.width;
		decoded->height = info.height;
		decoded->n_frames = info.n_frames;
		decoded->fps = info.fps;
	}
	if (status < 0) {
		rename_in(err, path.ptr, source->name);
	}
	if (fd >= 0) {
		close(fd);
	}
	rv_str_release(&path);
	return status;
}

/* ---- kinds ------------------------------------------------------------------------------------------------------- */

/* Reads all planes, which decodes all chunks. */
static int read_planes(struct verify_decoded *decoded, size_t n, struct rv_err *err)
{
	const char **const names = rv_alloc_zero(n, sizeof(*names));
	struct rv_image *const images = rv_alloc_zero(n, sizeof(*images));
	for (size_t i = 0; i < n; i++) {
		names[i] = rv_exr_channel_name(decoded->exr, i);
	}
	const int status = rv_exr_read(decoded->exr, names, n, images, err);
	decoded->planes = rv_alloc_zero(n, sizeof(*decoded->planes));
	decoded->n_planes = n;
	for (size_t i = 0; i < n; i++) {
		decoded->planes[i] = (struct verify_plane) { .name = names[i], .image = images[i] };
	}
	free(names);
	free(images);
	return status;
}

/* Of a file in one of Blender's forms, one part of scan lines, the planes are all that there is; another may have more
 * to it. */
static int decode_exr(const struct rv_source *source, bool wants_planes, struct verify_decoded *decoded,
                      struct rv_err *err)
{
	const bool is_blenders = rv_exr_open(source, RV_EXR_BLENDERS_FORMS, &decoded->exr, NULL) == 0;
	if (!is_blenders && rv_exr_open(source, RV_EXR_ALL_FORMS, &decoded->exr, err) < 0) {
		return -1;
	}
	const size_t n = rv_exr_channel_count(decoded->exr);
	const bool reads_planes = wants_planes && n > 0 && n <= VERIFY_PLANES_MAX;
	decoded->width = rv_exr_width(decoded->exr);
	decoded->height = rv_exr_height(decoded->exr);
	if (!(is_blenders && reads_planes) && rv_exr_check(decoded->exr, err) < 0) {
		return -1;
	}
	return reads_planes ? read_planes(decoded, n, err) : 0;
}

/* Middlebury's: "PIEH", width, height, then two floats a pixel, all little-endian. */
static int decode_flo(const struct rv_source *source, struct verify_decoded *decoded, struct rv_err *err)
{
	uint32_t head[FLO_HEAD / 4] = { 0 };
	if (rv_source_load(source, ARRAY_BYTES_MAX, &decoded->bytes, err) < 0) {
		return -1;
	}
	if (decoded->bytes.len >= FLO_HEAD) {
		memcpy(head, decoded->bytes.ptr, FLO_HEAD);
	}
	if (memcmp(head, "PIEH", 4) != 0 || head[1] == 0 || head[1] > RV_IMAGE_SIDE_MAX || head[2] == 0 ||
	    head[2] > RV_IMAGE_SIDE_MAX || decoded->bytes.len != FLO_HEAD + (size_t)8 * head[1] * head[2]) {
		return rv_fail(err, RV_E_BAD_FILE, "it is no .flo file, or cut");
	}
	decoded->width = head[1];
	decoded->height = head[2];
	decoded->vectors = (const float *)(const void *)(decoded->bytes.ptr + FLO_HEAD);
	return 0;
}

/* The text of the head of a .npy: a picture of floats in rows, as Python writes a dictionary. False for all else. */
static bool read_npy_head(const char *text, uint32_t *height, uint32_t *width)
{
	int used = 0;
	const int n =
	        sscanf(text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%5u, %5u), }%n", height, width, &used);
	return n == 2 && used > 0 && text[used + (int)strspn(text + used, " ")] == '\n' && *height > 0 && *width > 0;
}

/* NumPy's, version 1.0: magic, version, a head that ends at a multiple of 64 bytes, then the numbers. */
static int decode_npy(const struct rv_source *source, struct verify_decoded *decoded, struct rv_err *err)
{
	struct rv_str *const bytes = &decoded->bytes;
	uint32_t width = 0, height = 0;
	if (rv_source_load(source, ARRAY_BYTES_MAX, bytes, err) < 0) {
		return -1;
	}
	const unsigned char *const start = (const unsigned char *)bytes->ptr;
	const size_t head = bytes->len < NPY_HEAD ? 0 : NPY_HEAD + start[8] + ((size_t)start[9] << 8);
	if (head == 0 || memcmp(start, "\x93NUMPY\x01\0", 8) != 0 || head % 64 != 0 || bytes->len < head ||
	    memchr(start + NPY_HEAD, '\n', head - NPY_HEAD) != start + head - 1 ||
	    !read_npy_head(bytes->ptr + NPY_HEAD, &height, &width) || height > RV_IMAGE_SIDE_MAX ||
	    width > RV_IMAGE_SIDE_MAX || bytes->len != head + (size_t)4 * width * height) {
		return rv_fail(err, RV_E_BAD_FILE, "it is no .npy file of a picture of floats, or cut");
	}
	decoded->width = width;
	decoded->height = height;
	decoded->vectors = (const float *)(const void *)(bytes->ptr + head);
	return 0;
}

/* Every line of a .jsonl, the whole of a .json. */
static int check_json(const struct rv_source *source, const char *name, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	const size_t name_len = strlen(name);
	const bool is_lines = name_len > 6 && strcasecmp(name + name_len - 6, ".jsonl") == 0;
	int status = rv_source_load(source, JSON_BYTES_MAX, &text, err);
	for (size_t at = 0; status == 0 && at < text.len;) {
		const char *const newline = is_lines ? memchr(text.ptr + at, '\n', text.len - at) : NULL;
		const size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
		status = rv_scan_value(text.ptr + at, end - at, err);
		at = end + (newline ? 1 : 0);
	}
	if (status == 0 && text.len == 0) {
		status = rv_fail(err, RV_E_BAD_FILE, "it is empty");
	}
	rv_str_release(&text);
	return status;
}

static int ignore(void *to RV_UNUSED, const void *bytes RV_UNUSED, size_t len RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	return 0;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

void verify_decoded_clear(struct verify_decoded *decoded)
{
	for (size_t i = 0; i < decoded->n_planes; i++) {
		rv_image_release(&decoded->planes[i].image);
	}
	free(decoded->planes);
	rv_exr_close(decoded->exr);
	decoded->planes = NULL;
	decoded->exr = NULL;
	decoded->n_planes = 0;
	decoded->width = decoded->height = 0;
	decoded->n_frames = 0;
	decoded->fps = 0;
	decoded->vectors = NULL;
}

void verify_decoded_release(struct verify_decoded *decoded)
{
	verify_decoded_clear(decoded);
	rv_image_release(&decoded->image);
	rv_str_release(&decoded->bytes);
	*decoded = (struct verify_decoded)VERIFY_DECODED_INIT;
}

int verify_decode(const struct rv_source *source, const char *name, bool wants_pixels, struct verify_decoded *decoded,
                  struct rv_err *err)
{
	verify_decoded_clear(decoded);
	decoded->kind = verify_decode_kind(name);
	switch (decoded->kind) {
	case VERIFY_KIND_PNG:
		if ((wants_pixels ? rv_png_read_from : rv_png_check_from)(source, &decoded->image, err) < 0) {
			return -1;
		}
		decoded->width = decoded->image.width;
		decoded->height = decoded->image.height;
		return 0;
	case VERIFY_KIND_STILL:
		if (rv_still_read_from(source, &decoded->image, err) < 0) {
			return -1;
		}
		decoded->width = decoded->image.width;
		decoded->height = decoded->image.height;
		return 0;
	case VERIFY_KIND_EXR:
		return decode_exr(source, wants_pixels, decoded, err);
	case VERIFY_KIND_VIDEO:
		return check_video(source, name, decoded, err);
	case VERIFY_KIND_FLO:
		return decode_flo(source, decoded, err);
	case VERIFY_KIND_NPY:
		return decode_npy(source, decoded, err);
	case VERIFY_KIND_JSON:
		return check_json(source, name, err);
	case VERIFY_KIND_OTHER:
		break;
	}
	return rv_source_copy(source, ignore, NULL, err);
}

const float *verify_decoded_plane(const struct verify_decoded *decoded, const char *name)
{
	for (size_t i = 0; i < decoded->n_planes; i++) {
		if (strcmp(decoded->planes[i].name, name) == 0) {
			return decoded->planes[i].image.f32;
		}
	}
	return NULL;
}

int verify_decode_channel(const struct rv_source *source, const char *channel, struct rv_image *image,
                          struct rv_err *err)
{
	struct rv_exr *exr = NULL;
	const int status =
	        rv_exr_open(source, RV_EXR_ALL_FORMS, &exr, err) < 0 ? -1 : rv_exr_read(exr, &channel, 1, image, err);
	rv_exr_close(exr);
	return status;
}

void verify_decode_size(const struct rv_source *source, const char *name, uint32_t *width, uint32_t *height)
{
	struct rv_exr *exr = NULL;
	uint32_t channels, bits;
	*width = *height = 0;
	switch (verify_decode_kind(name)) {
	case VERIFY_KIND_PNG:
		if (rv_png_info_from(source, width, height, &channels, &bits, NULL) < 0) {
			*width = *height = 0;
		}
		break;
	case VERIFY_KIND_EXR:
		if (rv_exr_open(source, RV_EXR_ALL_FORMS, &exr, NULL) == 0) {
			*width = rv_exr_width(exr);
			*height = rv_exr_height(exr);
		}
		rv_exr_close(exr);
		break;
	default:
		break;
	}
}

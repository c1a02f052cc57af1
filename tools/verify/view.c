/* SPDX-License-Identifier: MIT */
/* One picture of a sample: see view.h. */
#include "verify/view.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "exr.h"
#include "file.h"
#include "png.h"

#define DEPTH_CHANNEL "V"
#define PLANES_MAX 256

void verify_view_release(struct verify_view *view)
{
	rv_image_release(&view->index);
	rv_image_release(&view->depth);
	verify_decoded_release(&view->decoded);
	rv_str_release(&view->path);
}

const char *verify_view_file(const struct verify_view *view, const char *role)
{
	const struct rv_json value = rv_json_get(rv_json_get(view->record, "files"), role);
	const bool is_ours = !view->is_sequence || rv_json_len(value) == view->n_frames;
	return is_ours ? rv_json_string(view->is_sequence ? rv_json_at(value, view->frame) : value, NULL) : NULL;
}

const char *verify_view_path(struct verify_view *view, const char *name)
{
	rv_str_clear(&view->path);
	rv_str_printf(&view->path, "%s/%s", view->dir, name);
	return view->path.ptr;
}

struct rv_json verify_view_state(const struct verify_view *view)
{
	return view->is_sequence ? rv_json_at(rv_json_get(view->record, "frames"), view->frame) : view->record;
}

bool verify_view_is_plain(struct verify_view *view, const char *name)
{
	struct stat st;
	struct rv_str prefix = RV_STR_INIT;
	bool ok = rv_path_is_inside(name);
	if (!ok) {
		verify_problems_add(view->problems, RV_E_BAD_RECORD, name, "the path leads out of the sample");
	}
	for (const char *slash = name; ok && slash;) {
		slash = strchr(slash + 1, '/');
		rv_str_clear(&prefix);
		rv_str_append(&prefix, name, slash ? (size_t)(slash - name) : strlen(name));
		if (fstatat(view->dir_fd, prefix.ptr, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			verify_problems_add(view->problems, RV_E_MISSING_FILE, name, "it is not there: %s",
			                    strerror(errno));
			ok = false;
		} else if (slash ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)) {
			verify_problems_add(view->problems, RV_E_BAD_FILE, name, "not a regular file below the sample");
			ok = false;
		}
	}
	rv_str_release(&prefix);
	return ok;
}

bool verify_view_has_size(struct verify_view *view, const char *name, uint32_t width, uint32_t height)
{
	if (view->width == 0) {
		view->width = width;
		view->height = height;
	}
	if (width != view->width || height != view->height) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name,
		                    "it is %" PRIu32 "x%" PRIu32 ", the sample is %" PRIu32 "x%" PRIu32, width, height,
		                    view->width, view->height);
		return false;
	}
	return true;
}

void verify_view_blame(struct verify_view *view, const char *name, size_t pixel, double value, const char *what)
{
	verify_problems_add(view->problems, RV_E_LABEL, name, "pixel (%zu,%zu) is %.9g, %s", pixel % view->width,
	                    pixel / view->width, value, what);
}

static void drop(struct rv_image *image)
{
	rv_image_release(image);
	image->width = 0;
}

bool verify_view_read(struct verify_view *view, const char *name, struct rv_image *image)
{
	uint32_t width, height;
	if (!rv_path_is_inside(name)) {
		return false;
	}
	const char *const path = verify_view_path(view, name);
	verify_decode_size(path, &width, &height);
	return (view->width == 0 || (width == view->width && height == view->height)) &&
	       rv_png_read(path, image, NULL) == 0;
}

static void load_depth(struct verify_view *view, const char *name)
{
	const char *channel = DEPTH_CHANNEL;
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	if (rv_exr_open_path(verify_view_path(view, name), RV_EXR_ALL_FORMS, &exr, &err) < 0) {
		return;
	}
	if (rv_exr_channel_count(exr) != 1 || !rv_exr_has_channel(exr, channel)) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name, "it does not have the one channel '%s'",
		                    channel);
	} else if (rv_exr_width(exr) != view->width || rv_exr_height(exr) != view->height ||
	           rv_exr_read(exr, &channel, 1, &view->depth, &err) < 0) {
		drop(&view->depth);
	}
	rv_exr_close(exr);
}

void verify_view_load(struct verify_view *view)
{
	const char *const index = verify_view_file(view, "index"), *const depth = verify_view_file(view, "depth");
	drop(&view->index);
	drop(&view->depth);
	if (index && !verify_view_read(view, index, &view->index)) {
		drop(&view->index);
	}
	if (view->index.width > 0 && view->width == 0) {
		view->width = view->index.width;
		view->height = view->index.height;
	}
	if (view->index.width > 0 && (view->index.channels != 1 || view->index.pixel != RV_PIXEL_U16 ||
	                              view->index.width != view->width || view->index.height != view->height)) {
		drop(&view->index);
	}
	if (depth && rv_path_is_inside(depth)) {
		load_depth(view, depth);
	}
}

int verify_planes_read(struct verify_view *view, const char *name, struct verify_planes *planes)
{
	struct rv_err err = RV_ERR_INIT;
	const char *names[PLANES_MAX];
	*planes = (struct verify_planes) { .images = NULL };
	if (!rv_path_is_inside(name) ||
	    rv_exr_open_path(verify_view_path(view, name), RV_EXR_ALL_FORMS, &planes->exr, &err) < 0 ||
	    rv_exr_channel_count(planes->exr) > PLANES_MAX) {
		return -1;
	}
	planes->len = rv_exr_channel_count(planes->exr);
	planes->images = rv_alloc_zero(planes->len, sizeof(*planes->images));
	planes->names = rv_alloc_zero(planes->len, sizeof(*planes->names));
	for (size_t i = 0; i < planes->len; i++) {
		rv_str_init(&planes->names[i]);
		names[i] = rv_exr_channel_name(planes->exr, i);
		rv_str_puts(&planes->names[i], names[i]);
	}
	return rv_exr_width(planes->exr) != view->width || rv_exr_height(planes->exr) != view->height ||
	                       rv_exr_read(planes->exr, names, planes->len, planes->images, &err) < 0
	               ? -1
	               : (int)planes->len;
}

const float *verify_planes_find(const struct verify_planes *planes, const char *name)
{
	for (size_t i = 0; i < planes->len; i++) {
		if (strcmp(planes->names[i].ptr, name) == 0) {
			return planes->images[i].f32;
		}
	}
	return NULL;
}

void verify_planes_release(struct verify_planes *planes)
{
	for (size_t i = 0; i < planes->len; i++) {
		rv_image_release(&planes->images[i]);
		rv_str_release(&planes->names[i]);
	}
	free(planes->images);
	free(planes->names);
	rv_exr_close(planes->exr);
	*planes = (struct verify_planes) { .images = NULL };
}

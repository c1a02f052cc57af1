/* SPDX-License-Identifier: MIT */
/* One file of a sample: that it is there and whole, and what its role asks of its pixels. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "verify/labels.h"
#include "verify/sample_private.h"

const char *rv_sample_path(struct rv_sample_check *s, const char *name)
{
	rv_str_clear(&s->path);
	rv_str_printf(&s->path, "%s/%s", s->dir.ptr, name);
	return s->path.ptr;
}

bool rv_sample_is_plain(struct rv_sample_check *s, const char *name)
{
	struct stat st;
	struct rv_str prefix = RV_STR_INIT;
	bool ok = rv_path_is_inside(name);
	if (!ok) {
		rv_problems_add(s->problems, RV_E_BAD_RECORD, name, "the path leads out of the sample");
	}
	for (const char *slash = name; ok && slash;) {
		slash = strchr(slash + 1, '/');
		rv_str_clear(&prefix);
		rv_str_append(&prefix, name, slash ? (size_t)(slash - name) : strlen(name));
		if (fstatat(s->dir_fd, prefix.ptr, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			rv_problems_add(s->problems, RV_E_MISSING_FILE, name, "it is not there: %s", strerror(errno));
			ok = false;
		} else if (slash ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)) {
			rv_problems_add(s->problems, RV_E_BAD_FILE, name, "not a regular file below the sample");
			ok = false;
		}
	}
	rv_str_release(&prefix);
	return ok;
}

bool rv_sample_has_size(struct rv_sample_check *s, const char *name, uint32_t width, uint32_t height)
{
	if (s->width == 0) {
		s->width = width;
		s->height = height;
	}
	if (width != s->width || height != s->height) {
		rv_problems_add(s->problems, RV_E_BAD_FILE, name,
		                "it is %" PRIu32 "x%" PRIu32 ", the sample is %" PRIu32 "x%" PRIu32, width, height,
		                s->width, s->height);
		return false;
	}
	return true;
}

static bool has_form(struct rv_sample_check *s, const char *name, const struct rv_image *image, uint32_t channels,
                     enum rv_pixel pixel)
{
	if (image->channels != channels || image->pixel != pixel) {
		rv_problems_add(s->problems, RV_E_BAD_FILE, name,
		                "%" PRIu32 " channels of %zu bits, but it has %" PRIu32 " of %zu", image->channels,
		                rv_pixel_size(image->pixel) * 8, channels, rv_pixel_size(pixel) * 8);
		return false;
	}
	return true;
}

void rv_sample_blame_pixel(struct rv_sample_check *s, const char *name, size_t pixel, double value, const char *what)
{
	rv_problems_add(s->problems, RV_E_LABEL, name, "pixel (%zu,%zu) is %.9g, %s", pixel % s->width,
	                pixel / s->width, value, what);
}

/* ---- what each role must hold ------------------------------------------------------------------------------------ */

static void check_semantic_mask(struct rv_sample_check *s, const char *name, const struct rv_image *image)
{
	size_t n = (size_t)image->width * image->height;
	for (size_t i = 0; i < n; i++) {
		if (image->u16[i] != 0 && image->u16[i] != 65535) {
			rv_sample_blame_pixel(s, name, i, image->u16[i], "but a mask is 0 or 65535");
			return;
		}
	}
}

/* instances/00002.png: 255 exactly where the index map is 2. */
static void check_instance(struct rv_sample_check *s, const char *name, const struct rv_image *image)
{
	unsigned int index;
	int used = 0;
	if (sscanf(rv_path_base(name), "%5u.png%n", &index, &used) != 1 || rv_path_base(name)[used] != '\0' ||
	    index == 0 || index > RV_INDEX_MAX) {
		rv_problems_add(s->problems, RV_E_LABEL, name, "its name is not that of an index in 1..%d",
		                RV_INDEX_MAX);
		return;
	}
	size_t n = s->index.width > 0 ? (size_t)image->width * image->height : 0;
	for (size_t i = 0; i < n; i++) {
		if (image->u8[i] != (s->index.u16[i] == index ? 255 : 0)) {
			rv_sample_blame_pixel(s, name, i, image->u8[i], "which disagrees with the index map");
			return;
		}
	}
}

static void check_depth_preview(struct rv_sample_check *s, const char *name, const struct rv_image *image)
{
	size_t n = s->depth.width > 0 ? (size_t)image->width * image->height : 0;
	for (size_t i = 0; i < n; i++) {
		if (s->depth.f32[i] >= RV_DEPTH_OBJECT_MAX && image->u16[i] != 0) {
			rv_sample_blame_pixel(s, name, i, image->u16[i], "but the background is 0");
			return;
		}
	}
}

/* Roles by name (a final '*' stands for any ending), what they are, and for a PNG its form and its pixels. */
static const struct role {
	const char *name;
	enum rv_kind kind;
	const char *ending; /* of that kind */
	uint32_t channels;
	enum rv_pixel pixel;
	void (*check)(struct rv_sample_check *s, const char *name, const struct rv_image *image);
} roles[] = {
	{ "depth", RV_KIND_EXR, ".exr", 0, RV_PIXEL_F32, NULL },
	{ "passes", RV_KIND_EXR, ".exr", 0, RV_PIXEL_F32, NULL },
	{ "index", RV_KIND_PNG, ".png", 1, RV_PIXEL_U16, NULL },
	{ "index_preview", RV_KIND_PNG, ".png", 3, RV_PIXEL_U8, NULL },
	{ "depth_preview", RV_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_depth_preview },
	{ "mask_*", RV_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_semantic_mask },
	{ "instances", RV_KIND_PNG, ".png", 1, RV_PIXEL_U8, check_instance },
};

static const struct role *find_role(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		size_t len = strlen(roles[i].name);
		bool open = roles[i].name[len - 1] == '*';
		if (open ? strncmp(name, roles[i].name, len - 1) == 0 : strcmp(name, roles[i].name) == 0) {
			return &roles[i];
		}
	}
	return NULL;
}

void rv_sample_file(struct rv_sample_check *s, const char *role_name, const char *name)
{
	struct rv_err err = RV_ERR_INIT;
	s->report->n_files++;
	if (!rv_sample_is_plain(s, name)) {
		return;
	}
	if (rv_decode_file(rv_sample_path(s, name), &s->decoded, &err) < 0) {
		rv_problems_add_err(s->problems, name, &err);
		return;
	}
	if (s->decoded.width > 0 && !rv_sample_has_size(s, name, s->decoded.width, s->decoded.height)) {
		return;
	}
	const struct role *role = find_role(role_name);
	if (!role) {
		return;
	}
	if (s->decoded.kind != role->kind) {
		rv_problems_add(s->problems, RV_E_BAD_FILE, name, "files of role '%s' end in %s", role_name,
		                role->ending);
	} else if (role->kind == RV_KIND_PNG && has_form(s, name, &s->decoded.image, role->channels, role->pixel) &&
	           role->check) {
		role->check(s, name, &s->decoded.image);
	}
}

/* SPDX-License-Identifier: MIT */
/* One picture of a sample, a still or a frame: its files, its size, and the maps that others are compared with. */
#ifndef RV_VERIFY_VIEW_H
#define RV_VERIFY_VIEW_H

#include "json.h"
#include "verify/decode.h"
#include "verify/problems.h"


struct verify_view {
	struct verify_problems *problems;
	struct rv_json record;
	const char *dir; /* of the sample; borrowed */
	int dir_fd;
	bool is_sequence;
	size_t frame, n_frames;
	uint32_t width, height;        /* the declared size, or that of the first picture; 0: not known yet */
	struct rv_image index, depth;  /* width 0: none */
	struct verify_decoded decoded; /* the file that is looked at */
	struct rv_str path;
};
void verify_view_release(struct verify_view *view);

/* The file of a role in this picture as the record has it, or NULL. Roles with several files a picture have none. */
const char *verify_view_file(const struct verify_view *view, const char *role);
/* "DIR/NAME". Borrowed until the next call. */
const char *verify_view_path(struct verify_view *view, const char *name);
/* What the record says of this picture: the record, or its element of `frames`. */
struct rv_json verify_view_state(const struct verify_view *view);
/* False, and a problem, unless it is a regular file below the sample with no link on the way. */
bool verify_view_is_plain(struct verify_view *view, const char *name);
/* False, and a problem, unless that is the size of the sample. */
bool verify_view_has_size(struct verify_view *view, const char *name, uint32_t width, uint32_t height);
/* A problem with one pixel. */
void verify_view_blame(struct verify_view *view, const char *name, size_t pixel, double value, const char *what);
/* Reads a PNG of the sample's size (any, where that is not known). False for all else: that is told where the file is
 * checked. */
bool verify_view_read(struct verify_view *view, const char *name, struct rv_image *image);
/* Reads index map and depth of this picture; problems with them are found and told where files are checked. */
void verify_view_load(struct verify_view *view);
/* All channels of an OpenEXR file, in its order, of the sample's size; problems with it are found elsewhere. The number
 * of planes, or -1. */
struct verify_planes {
	struct rv_image *images;
	struct rv_str *names;
	size_t len;
	struct rv_exr *exr; /* open */
};
int verify_planes_read(struct verify_view *view, const char *name, struct verify_planes *planes) RV_MUST_USE;
/* The channel of that name, or NULL. */
const float *verify_planes_find(const struct verify_planes *planes, const char *name);
void verify_planes_release(struct verify_planes *planes);

#endif

/* SPDX-License-Identifier: MIT */
/* What the parts of the check of a sample share: sample.c goes through the frames, sample_file.c looks at one file. */
#ifndef RV_VERIFY_SAMPLE_PRIVATE_H
#define RV_VERIFY_SAMPLE_PRIVATE_H

#include "image.h"
#include "json.h"
#include "verify/decode.h"
#include "verify/sample.h"

#define RV_DEPTH_BACKGROUND 1e10f /* what Blender writes where there is nothing */
#define RV_DEPTH_OBJECT_MAX 1e9f  /* an object's depth is below */

#define RV_FRAME_MAX 999999       /* a frame's number has six digits */

struct rv_sample_check {
	const struct rv_sample_rules *rules;
	struct rv_sample_report *report;
	struct rv_problems *problems;
	struct rv_json record;
	int dir_fd;
	struct rv_str dir, path;
	uint32_t width, height; /* the declared size, or that of the first picture; 0: not known yet */
	struct rv_decoded decoded;
	/* The frame at hand; a still is the only one. */
	bool is_sequence;
	size_t frame, n_frames;
	struct rv_json annotations;
	size_t masks_at, n_masks;     /* of its annotations, in files.instances */
	struct rv_image index, depth; /* width 0: none */
};

/* "DIR/NAME", until the next call. */
const char *rv_sample_path(struct rv_sample_check *s, const char *name);
/* A regular file below the directory, with no link on the way; else a problem. */
bool rv_sample_is_plain(struct rv_sample_check *s, const char *name);
/* The sample's size is that of the first picture, or what the record says; another one is a problem. */
bool rv_sample_has_size(struct rv_sample_check *s, const char *name, uint32_t width, uint32_t height);
/* Tells of a pixel, counted from the first. */
void rv_sample_blame_pixel(struct rv_sample_check *s, const char *name, size_t pixel, double value, const char *what);
/* Looks at one file of a role, its pixels against the maps of the frame. */
void rv_sample_file(struct rv_sample_check *s, const char *role, const char *name);

#endif

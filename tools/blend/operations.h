/* SPDX-License-Identifier: MIT */
/*
 * What is done to a scene before it is rendered, as options say it; a record says the same in its member `blend`, and
 * wins member by member. What each means, and in which order they are applied, is in rv-blend(1) and rv-record(5).
 */
#ifndef RV_BLEND_OPERATIONS_H
#define RV_BLEND_OPERATIONS_H

#include "json.h"
#include "options.h"

#define BLEND_OPERATIONS_UNSET (-1)

extern const char *const blend_operations_switch[]; /* off, on */
extern const char *const blend_operations_index[];  /* auto, names, file */

struct blend_operations {
	struct rv_option_list addons, keyframes;
	int animations, motion_blur; /* in blend_operations_switch, or unset */
	int index;                   /* in blend_operations_index, or unset */
	bool unbind_camera, composite, save;
	const char *camera, *trajectory, *image_format, *frames;
	const char *all;        /* the whole object; then nothing else may be given */
	double fps, percentage; /* NAN: not given */
};
#define BLEND_OPERATIONS_INIT \
	{ \
		.animations = BLEND_OPERATIONS_UNSET, .motion_blur = BLEND_OPERATIONS_UNSET, \
		.index = BLEND_OPERATIONS_UNSET, .fps = NAN, .percentage = NAN \
	}

/* Appends the member "blend" with what was given. RV_E_USAGE for a text that cannot be right; the rest is checked by
 * the worker. */
int blend_operations_put(struct rv_json_out *out, const struct blend_operations *operations,
                         struct rv_err *err) RV_MUST_USE;
/* Whether anything but `all` was given. */
bool blend_operations_any(const struct blend_operations *operations);
void blend_operations_release(struct blend_operations *operations);

#endif

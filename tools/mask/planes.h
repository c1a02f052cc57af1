/* SPDX-License-Identifier: MIT */
/*
 * Planes: the numbers that labels are made of, F32 images of one channel. The one place that knows where they come
 * from: the passes of the picture, and those of the side render for labels where it has one, read once for all; or,
 * where the passes are gone, the file of a role that holds the same numbers and whose label is valid (IndexOB.png,
 * Depth.exr, Normal.exr, FlowForward.exr, ...).
 */
#ifndef RV_MASK_PLANES_H
#define RV_MASK_PLANES_H

#include "exr.h"
#include "mask/state.h"

/* A pass, or a role that a label is made from in the place of its passes. */
struct mask_value {
	const char *role;
	const char *kept;            /* the role whose file it is read from; NULL: the passes */
	enum rv_role_id file;        /* which file of passes it is read from */
	const char *const *channels; /* in the passes, or in the kept EXR file; NULL: the kept file is a PNG */
	size_t n_channels;
	size_t first; /* the place of its first plane */
};

/* What is read of each picture of a view. In an arena. */
struct mask_values {
	struct mask_value *items;
	size_t len, n_planes;
	bool are_kept; /* they come from label files, each from its own; else all from the passes */
};

/* The values that the view's outputs which are to be made need, and, where `annotates`, those of annotations. -1 when
 * the passes are not there and kept files do not suffice; then *values is of no use. */
int mask_values_find(const struct mask_request *request, const struct mask_view *view, const struct mask_state *state,
                     bool has_passes, bool annotates, struct rv_arena *arena, struct mask_values *values) RV_MUST_USE;
/* The same that outputs of other pictures, in this view and in others, need of this view's. */
int mask_values_find_others(const struct mask_request *request, const struct mask_view *view,
                            const struct mask_state *state, bool has_passes, struct rv_arena *arena,
                            struct mask_values *values) RV_MUST_USE;
/* True when it is as it was rendered, false when a label's file holds it as that label made it. */
bool mask_value_is_raw(const struct mask_value *value);
/* The value of a role, or NULL. */
const struct mask_value *mask_value(const struct mask_values *values, const char *role);

/* Files of passes of a picture, in the order of rv_hand_overs; `exr` is NULL for one that is not read. */
struct mask_opened {
	struct {
		struct rv_source source;
		struct rv_exr *exr;
	} files[RV_HAND_OVERS];
};
/* Closes them; those of {0}, too. */
void mask_opened_close(struct mask_opened *opened);
/* The file that has a pass. */
const struct rv_exr *mask_opened_exr(const struct mask_opened *opened, const struct mask_pass *pass);

/* Reads them for a picture into planes[0..n_planes). *opened are the files of passes that were read for it: the caller
 * closes them in every case. */
int mask_values_read(const struct mask_values *values, const struct mask_request *request, const struct mask_view *view,
                     const struct rv_picture *picture, struct rv_image *planes, struct mask_opened *opened,
                     struct rv_err *err) RV_MUST_USE;

/* The name of a pass's channel in the file of its own: "V" for the only one, else the last part of its name; of a
 * Cryptomatte, whose channels have the same letters again and again, the last two. */
const char *mask_channel_name(const struct mask_pass *pass, size_t i);

#endif

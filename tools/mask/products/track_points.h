/* SPDX-License-Identifier: MIT */
/*
 * Points of surfaces that rv-blend has followed through the frames: what the record says of them, and the worker's file
 * (blender/PROTOCOL.md, "Tracks"). For products that write or draw where they are.
 */
#ifndef RV_MASK_PRODUCTS_TRACK_POINTS_H
#define RV_MASK_PRODUCTS_TRACK_POINTS_H

#include "mask/pixels/tracks.h"
#include "mask/products/arrays.h"

/* As a record has them. */
struct mask_track_source {
	size_t n;         /* points */
	const char *path; /* of the worker's file; NULL: there is none */
};

struct mask_track_file {
	struct mask_arrays arrays;
	struct mask_track_points points;
};

/* True when a record has points, and their file. */
bool mask_track_points_are_there(const struct rv_sample *sample);
/* For struct mask_product: those of a record, in the arena, and all that decides where they are seen. NULL with *err
 * where the record's numbers are wrong. */
const struct mask_track_source *mask_track_points_take(const struct mask_request *request, struct rv_arena *arena,
                                                       struct rv_err *err);
void mask_track_points_key(const struct mask_request *request, const struct mask_track_source *source,
                           struct rv_json_out *out);
/* For `survey` of struct mask_product: the file is read once for all pictures. */
int mask_track_points_survey(struct mask_job *job, const struct mask_track_source *source, void **found,
                             struct rv_err *err);
/* What the survey of the product at work has read; without one it is read now, into job->arena. NULL with *err where
 * the file is not what the record says. */
const struct mask_track_file *mask_track_points_file(const struct mask_job *job, const struct mask_track_source *source,
                                                     struct rv_err *err);

#endif

/* SPDX-License-Identifier: MIT */
/* Whether points of surfaces are seen in a picture, and where. */
#ifndef RV_MASK_PIXELS_TRACKS_H
#define RV_MASK_PIXELS_TRACKS_H

#include "camera.h"
#include "image.h"
#include "npy.h"

/* N points as the worker has followed them through T frames (blender/PROTOCOL.md, "Tracks"). */
struct mask_track_points {
	size_t n, n_frames;
	struct rv_array object; /* N, I32 */
	struct rv_array world;  /* T x N x 3, F64: metres; NaN where nothing is known */
	struct rv_array normal; /* T x N x 3, F32: outwards; 0 0 0: it has no back */
};

/* Of one frame, N each. */
struct mask_track {
	float *xy;        /* pixels, the first one's centre at 0.5 0.5; NaN where it is not before the camera */
	float *camera;    /* x to the right, y down, z away from the camera, metres; NaN where that is not known */
	uint8_t *is_seen; /* 1 or 0 */
};

/*
 * A point is seen where all of this is so: it is in the picture, its pixel shows its object, nothing of that is before
 * it (seen.h), and the surface faces the camera. `depth` (metres) and `index` are F32. A camera without pixels
 * (camera.h) sees none.
 */
void mask_tracks_see(const struct mask_track_points *points, size_t frame, const struct rv_camera *camera,
                     const struct rv_image *depth, const struct rv_image *index, const struct mask_track *track);

#endif

/* SPDX-License-Identifier: MIT */
/* TAPVid-3D: points that are tracked through a clip. */
#include "format/tracks.h"

#include "format/format.h"

struct format_tracks_options format_tracks_options = { .quality = 95 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_U64,
	  .name = "quality",
	  .value = &format_tracks_options.quality,
	  .argument = "N",
	  .help = "of the frames, which are JPEG; 4:4:4",
	  .min = 1,
	  .max = 100 },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "clip",
	  .layout = "tracks/{split}/{id}{.view}.npz",
	  .text = "images_jpeg_bytes, queries_xyt, tracks_XYZ, visibility, fx_fy_cx_cy; extrinsics_w2c where the "
	          "camera moves; rv_point, rv_object, rv_tracks_xy",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_tracks = {
	.name = "tracks",
	.title = "TAPVid-3D",
	.summary = "TAPVid-3D: points of surfaces through clips, with rv-blend --tracks",
	.readers = "TAPVid-3D's evaluation, NumPy",
	.checked = "NumPy, Pillow",
	.load = "numpy.load('dataset/tracks/train/a.npz')['tracks_XYZ']",
	.carries = "frames, points in metres as the camera sees them, and in pixels; whether they are visible; cameras",
	.loses = "points that are never visible, or not known in a frame; boxes, masks, depth",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_STILL | FORMAT_NEEDS_CAMERA | FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

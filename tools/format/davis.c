/* SPDX-License-Identifier: MIT */
/* DAVIS. */
#include "format/davis.h"

#include "format/format.h"

static struct format_encoding encoding = FORMAT_ENCODING_INIT;

static const struct rv_option options[] = {
	FORMAT_ENCODING_OPTIONS(encoding),
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = "davis/JPEGImages/480p/{id}{.view}/{count}.{ext}",
	  .text = "the frames, from 0",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "mask",
	  .layout = "davis/Annotations/480p/{id}{.view}/{count}.png",
	  .text = "a number for each object, the same over the clip; VOC's palette",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "list",
	  .layout = "davis/ImageSets/2017/{split}.txt",
	  .text = "a sequence a line",
	  .merge = FORMAT_MERGE_LINES },
	{ .name = NULL },
};

const struct format format_davis = {
	.name = "davis",
	.title = "DAVIS",
	.summary = "DAVIS video object segmentation: frames and masks with a palette",
	.readers = "davis2017-evaluation, TrackEval, XMem, SAM 2",
	.checked = "Pillow",
	.load = "PIL.Image.open('dataset/davis/Annotations/480p/a/00000.png')",
	.carries = "masks of objects with a number that lasts over the clip, splits",
	.loses = "categories, objects without one, which object of the record a number is, depth, cameras; without "
	         "image=jpg pictures for readers that look for .jpg alone",
	.lacks = FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.encoding = &encoding,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

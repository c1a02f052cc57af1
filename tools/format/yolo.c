/* SPDX-License-Identifier: MIT */
/* YOLO. */
#include "format/yolo.h"

#include "format/format.h"

const char *const format_yolo_tasks[] = { "detect", "segment", "obb", "pose", "semantic", NULL };

struct format_yolo_options format_yolo_options = { .task = FORMAT_YOLO_DETECT };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "task",
	  .value = &format_yolo_options.task,
	  .argument = "TASK",
	  .help = "what the rows of labels hold: boxes; outlines (rv-mask --polygons); turned rectangles (rv-mask "
	          "--shapes); boxes with keypoints; or masks of classes in place of rows",
	  .choices = format_yolo_tasks },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "data",
	  .layout = "yolo/data.yaml",
	  .text = "the folders of the splits, and the classes: places in categories.json, from 0",
	  .merge = FORMAT_MERGE_MADE },
	{ .name = "image",
	  .is_image = true,
	  .layout = "yolo/images/{split}/{id}{.view}{.frame}.{ext}",
	  .text = "the pictures",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "labels",
	  .layout = "yolo/labels/{split}/{id}{.view}{.frame}.txt",
	  .text = "a row for each object with a category",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "mask",
	  .layout = "yolo/" FORMAT_YOLO_MASKS "/{split}/{id}{.view}{.frame}.png",
	  .text = "of the task semantic: the class of each pixel, 0 the background",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "data", .layout = "data.yaml" },
	{ .name = "list", .layout = "train.txt" },
	{ .name = "list", .layout = "val.txt" },
	{ .name = "list", .layout = "test.txt" },
	{ .name = "image", .is_image = true, .layout = "images/{path}.{ext}" },
	{ .name = "image", .is_image = true, .layout = "{split}/images/{path}.{ext}" },
	{ .name = "labels", .layout = "labels/{path}.txt" },
	{ .name = "labels", .layout = "{split}/labels/{path}.txt" },
	{ .name = "mask", .layout = "masks/{path}.png" },
	{ .name = "mask", .layout = "{split}/masks/{path}.png" },
	{ .name = NULL },
};

/* Outlines of a mask are its, up to gaps between its parts. */
static unsigned int gains(void)
{
	const int task = format_yolo_options.task;
	return task == FORMAT_YOLO_SEGMENT || task == FORMAT_YOLO_SEMANTIC ? FORMAT_HAS_MASKS
	       : task == FORMAT_YOLO_POSE                                  ? FORMAT_HAS_KEYPOINTS
	                                                                   : 0;
}

const struct format format_yolo = {
	.name = "yolo",
	.title = "YOLO",
	.summary =
	        "YOLO boxes, outlines, turned rectangles, keypoints or masks of classes: data.yaml, images/, labels/",
	.readers = "Ultralytics, FiftyOne, supervision",
	.checked = "OpenCV, PyYAML",
	.load = "yolo detect train data=dataset/yolo/data.yaml (shell)",
	.carries = "one of boxes, outlines, turned rectangles, keypoints, masks of classes; classes, splits",
	.loses = "objects without a category, ids, overlaps, depth, cameras; that parts of an object are apart, since "
	         "its outline joins them; a turned rectangle that is wider than the picture is the box",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.gains = gains,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_COMMON | FORMAT_NEEDS_ANNOTATIONS,
	.has_splits = true,
	.has_categories = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.foreign = foreign,
	.options = options,
};

/* SPDX-License-Identifier: MIT */
/* COCO: detection and segmentation. */
#include "format/coco.h"

#include "format/format.h"

static const struct format_path paths[] = {
	{ .name = "annotations", .layout = "coco/annotations.json", .text = "images, annotations and categories" },
	{ .name = "split",
	  .layout = "coco/annotations/instances_{split}.json",
	  .text = "instead, where records have splits: the same for each" },
	{ .name = "image", .layout = FORMAT_COCO_IMAGES "{id}{/view}{/frame}.png", .text = "the pictures" },
	{ .name = NULL },
};

const struct format format_coco = {
	.name = "coco",
	.title = "COCO",
	.summary = "COCO detection and segmentation: annotations and pictures",
	.readers = "pycocotools, torchvision, Detectron2",
	.load = "pycocotools.coco.COCO('dataset/coco/annotations.json')",
	.carries = "boxes, areas, masks as run lengths, categories, splits",
	.loses = "objects without a category, depth, normals, flow, cameras, poses",
	.lacks = FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PNG | FORMAT_NEEDS_ANNOTATIONS,
	.has_splits = true,
	.has_categories = true,
	.by_default = FORMAT_WITH_ANNOTATIONS,
	.paths = paths,
};

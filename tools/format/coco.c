/* SPDX-License-Identifier: MIT */
/* COCO: detection and segmentation. */
#include "format/coco.h"

#include "format/format.h"

const char *const format_coco_layouts[] = { "coco", "roboflow", NULL };
const char *const format_coco_segmentations[] = { "rle", "polygon", NULL };

struct format_coco_options format_coco_options = { .base = UINT64_MAX };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "layout",
	  .value = &format_coco_options.layout,
	  .argument = "NAME",
	  .help = "where files are: documents apart from pictures; or Roboflow's folders, which RF-DETR reads, "
	          "with the document of a split beside its pictures",
	  .choices = format_coco_layouts },
	{ .kind = RV_OPT_CHOICE,
	  .name = "segmentation",
	  .value = &format_coco_options.segmentation,
	  .argument = "KIND",
	  .help = "how masks are written: run lengths, or the outlines that rv-mask --polygons edge makes",
	  .choices = format_coco_segmentations },
	{ .kind = RV_OPT_FLAG,
	  .name = "keypoints",
	  .value = &format_coco_options.keypoints,
	  .help = "the keypoints of objects, too; the centre of the first pixel is at 0.5, 0.5" },
	{ .kind = RV_OPT_FLAG,
	  .name = "panoptic",
	  .value = &format_coco_options.panoptic,
	  .help = "the segments that rv-mask --panoptic makes, too, in documents and pictures of their own" },
	{ .kind = RV_OPT_U64,
	  .name = "base",
	  .value = &format_coco_options.base,
	  .argument = "N",
	  .help = "the first category's id, 0 or 1, the others follow without a gap",
	  .max = FORMAT_COCO_BASE_MAX,
	  .unset = "the ids of categories.json" },
	{ .kind = RV_OPT_END },
};

static const struct format_list lists[] = {
	{ .name = "images", .number = "id" },
	{ .name = "annotations", .number = "id", .of = "image_id" },
	{ .name = NULL },
};

static const struct format_list panoptic_lists[] = {
	{ .name = "images", .number = "id" },
	{ .name = "annotations", .of = "image_id" },
	{ .name = NULL },
};

static const struct format_path paths[] = {
	{ .name = "annotations",
	  .layout = "coco/annotations.json",
	  .text = "images, annotations and categories",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = lists },
	{ .name = "split",
	  .layout = "coco/annotations/instances_{split}.json",
	  .text = "instead, where records have splits: the same for each",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = lists },
	{ .name = "image",
	  .is_image = true,
	  .layout = FORMAT_COCO_IMAGES "{id}{/view}{/frame}.{ext}",
	  .text = "the pictures",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "panoptic",
	  .layout = "coco/panoptic.json",
	  .text = "panoptic: of each image its segments; categories with isthing and color",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = panoptic_lists },
	{ .name = "panoptic-split",
	  .layout = "coco/annotations/panoptic_{split}.json",
	  .text = "instead, where records have splits: the same for each",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = panoptic_lists },
	{ .name = "panoptic-mask",
	  .layout = FORMAT_COCO_PANOPTIC "{id}{/view}{/frame}.png",
	  .text = "panoptic: the ids of segments, R + 256 G + 65536 B",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "roboflow",
	  .layout = "coco/{split}/_annotations.coco.json",
	  .text = "layout=roboflow: the same for each split, of which val is called valid",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = lists },
	{ .name = "image-of-split",
	  .is_image = true,
	  .layout = "coco/{split}/{id}{.view}{.frame}.{ext}",
	  .text = "layout=roboflow: its pictures",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "annotations", .layout = "annotations.json" },
	{ .name = "annotations", .layout = "labels.json" },
	{ .name = "annotations", .layout = "instances_{task}.json" },
	{ .name = "split", .layout = "annotations/instances_{task}.json" },
	{ .name = "split", .layout = "annotations/person_keypoints_{task}.json" },
	{ .name = "roboflow", .layout = "_annotations.coco.json" },
	{ .name = "roboflow", .layout = "{task}/_annotations.coco.json" },
	{ .name = "image", .is_image = true, .layout = "{path}.{ext}" },
	{ .name = NULL },
};

static unsigned int gains(void)
{
	return format_coco_options.keypoints ? FORMAT_HAS_KEYPOINTS : 0;
}

const struct format format_coco = {
	.name = "coco",
	.title = "COCO",
	.summary = "COCO detection and segmentation: annotations and pictures",
	.readers = "pycocotools, torchvision, Detectron2, RF-DETR, panopticapi",
	.checked = "json, own reader, Pillow",
	.load = "pycocotools.coco.COCO('dataset/coco/annotations.json')",
	.carries = "boxes, areas, masks as run lengths or outlines, keypoints, panoptic segments, categories with "
	           "their supercategories, splits",
	.loses = "objects without a category, depth, normals, flow, cameras, poses",
	.lacks = FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.gains = gains,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_COMMON | FORMAT_NEEDS_ANNOTATIONS,
	.has_splits = true,
	.has_categories = true,
	.by_default = FORMAT_WITH_ANNOTATIONS,
	.paths = paths,
	.foreign = foreign,
	.options = options,
};

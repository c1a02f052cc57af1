/* SPDX-License-Identifier: MIT */
/* Pascal VOC. */
#include "format/voc.h"

#include "format/format.h"

struct format_voc_options format_voc_options = { .base = 1 };

static struct format_encoding encoding = FORMAT_ENCODING_INIT;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_U64,
	  .name = "base",
	  .value = &format_voc_options.base,
	  .argument = "N",
	  .help = "number of the first pixel in boxes: 1 as in VOC itself (Detectron2, MMDetection), or 0 for readers "
	          "that take boxes as they are (torchvision, FiftyOne)",
	  .max = 1 },
	{ .kind = RV_OPT_FLAG,
	  .name = "masks",
	  .value = &format_voc_options.masks,
	  .help = "masks of classes and objects, too: at most 254 of each" },
	FORMAT_ENCODING_OPTIONS(encoding),
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = "voc/JPEGImages/{id}{.view}{.frame}.{ext}",
	  .text = "the pictures",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "annotation",
	  .layout = "voc/Annotations/{id}{.view}{.frame}.xml",
	  .text = "size and objects; boxes include their last pixels",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "class",
	  .layout = "voc/SegmentationClass/{id}{.view}{.frame}.png",
	  .text = "with masks: a class's place in categories.json, from 1; VOC's palette",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "object",
	  .layout = "voc/SegmentationObject/{id}{.view}{.frame}.png",
	  .text = "with masks: an object's place in the annotation, from 1",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "list",
	  .layout = "voc/ImageSets/Main/{split}.txt",
	  .text = "a picture a line, without extension",
	  .merge = FORMAT_MERGE_LINES },
	{ .name = "masked",
	  .layout = "voc/ImageSets/Segmentation/{split}.txt",
	  .text = "with masks: the same",
	  .merge = FORMAT_MERGE_LINES },
	{ .name = "labelmap",
	  .layout = "voc/labelmap.txt",
	  .text = "the classes and their colours in masks",
	  .merge = FORMAT_MERGE_SAME },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "image", .is_image = true, .layout = "JPEGImages/{path}.{ext}" },
	{ .name = "annotation", .layout = "Annotations/{path}.xml" },
	{ .name = "class", .layout = "SegmentationClass/{path}.png" },
	{ .name = "object", .layout = "SegmentationObject/{path}.png" },
	{ .name = "list", .layout = "ImageSets/Main/{path}.txt" },
	{ .name = "masked", .layout = "ImageSets/Segmentation/{path}.txt" },
	{ .name = "labelmap", .layout = "labelmap.txt" },
	{ .name = NULL },
};

static unsigned int gains(void)
{
	return format_voc_options.masks ? FORMAT_HAS_MASKS : 0;
}

const struct format format_voc = {
	.name = "voc",
	.title = "Pascal VOC",
	.summary = "Pascal VOC detection and segmentation: an XML file a picture, lists of splits, masks",
	.readers = "Detectron2, MMDetection, FiftyOne, Datumaro",
	.checked = "ElementTree, Pillow",
	.load = "datumaro.Dataset.import_from('dataset/voc', 'voc')",
	.carries = "boxes, categories, truncation, splits; masks of classes and objects",
	.loses =
	        "objects without a category, ids, depth, cameras; without image=jpg pictures for readers that look for "
	        ".jpg alone, such as torchvision",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.gains = gains,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS,
	.has_splits = true,
	.has_categories = true,
	.encoding = &encoding,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.foreign = foreign,
	.options = options,
};

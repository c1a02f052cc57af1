/* SPDX-License-Identifier: MIT */
/*
 * COCO: coco/annotations.json and coco/images/ID.png (of a sequence coco/images/ID/000001.png ..., as its frames
 * count).
 *
 * Ids of images, annotations and categories count from 1. Objects without a category (sink_sample_category) are
 * background and get no annotation. `rv_index` is the object's index in the record and in IndexOB.png. Memory does not
 * grow with the number of samples: both lists are written to temporary files and joined at the end.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "part.h"
#include "png.h"
#include "rle.h"
#include "sink.h"

#define CATEGORIES_MAX 100000

struct image {
	char *name; /* below coco/images/ */
	const char *path;
	uint32_t width, height;
};

struct annotation {
	size_t image;
	struct rv_str category;
	uint64_t index, area;
	uint64_t bbox[4];
	const char *counts; /* borrowed from the sample */
	size_t counts_len;
};

struct coco {
	struct sink_dataset *dataset;
	char **categories; /* id 1 is the first */
	size_t n_categories, cap_categories;
	bool fixed_categories;
	uint64_t n_images, n_annotations;
	struct sink_part images_part, annotations_part;
	/* The sample at hand. */
	struct image *images;
	size_t n_images_here, cap_images;
	struct annotation *annotations;
	size_t n_annotations_here, cap_annotations;
	struct rv_rle rle;
};

/* ---- categories ---- */

/* Its id, or 0. */
static uint64_t find_category(const struct coco *coco, const char *name)
{
	for (size_t i = 0; i < coco->n_categories; i++) {
		if (strcmp(coco->categories[i], name) == 0) {
			return i + 1;
		}
	}
	return 0;
}

static uint64_t add_category(struct coco *coco, const char *name, size_t len)
{
	RV_GROW(coco->categories, coco->n_categories, coco->cap_categories);
	coco->categories[coco->n_categories++] = rv_strndup(name, len);
	return coco->n_categories;
}

static int fix_categories(struct coco *coco, const char *list, struct rv_err *err)
{
	coco->fixed_categories = true;
	while (list) {
		size_t len = strcspn(list, ",");
		add_category(coco, list, len);
		const char *name = coco->categories[coco->n_categories - 1];
		if (len == 0 || find_category(coco, name) != coco->n_categories) {
			return rv_fail(err, RV_E_USAGE, "--categories: %s name '%s'", len == 0 ? "empty" : "repeated",
			               name);
		}
		list = list[len] ? list + len + 1 : NULL;
	}
	return 0;
}

/* ---- a sample ---- */

static void clear_sample(struct coco *coco)
{
	for (size_t i = 0; i < coco->n_images_here; i++) {
		free(coco->images[i].name);
	}
	for (size_t i = 0; i < coco->n_annotations_here; i++) {
		rv_str_release(&coco->annotations[i].category);
	}
	coco->n_images_here = coco->n_annotations_here = 0;
}

static int prepare_image(struct coco *coco, const char *path, char *name, struct rv_err *err)
{
	uint32_t channels, bits;
	struct image image = { .name = name, .path = path };
	RV_GROW(coco->images, coco->n_images_here, coco->cap_images);
	coco->images[coco->n_images_here++] = image;
	struct image *here = &coco->images[coco->n_images_here - 1];
	return rv_png_info(path, &here->width, &here->height, &channels, &bits, err);
}

/* Reads what an annotation says into *out; what names the wrong field is "" when nothing is wrong. */
static const char *read_annotation(struct rv_json json, const struct image *image, struct annotation *out)
{
	struct rv_json bbox = rv_json_get(json, "bbox");
	struct rv_json rle = rv_json_get(json, "rle");
	struct rv_json size = rv_json_get(rle, "size");
	uint64_t width, height;
	if (!rv_json_u64(rv_json_get(json, "index"), 1, UINT32_MAX, &out->index)) {
		return "index";
	}
	if (!rv_json_u64(rv_json_get(json, "area"), 0, UINT32_MAX, &out->area)) {
		return "area";
	}
	for (size_t i = 0; i < 4; i++) {
		if (!rv_json_u64(rv_json_at(bbox, i), 0, UINT32_MAX, &out->bbox[i])) {
			return "bbox";
		}
	}
	if (!rv_json_u64(rv_json_at(size, 0), 0, UINT32_MAX, &height) ||
	    !rv_json_u64(rv_json_at(size, 1), 0, UINT32_MAX, &width) || width != image->width ||
	    height != image->height) {
		return "rle.size";
	}
	out->counts = rv_json_string(rv_json_get(rle, "counts"), &out->counts_len);
	return out->counts ? "" : "rle.counts";
}

static int prepare_annotation(struct coco *coco, const struct sink_sample *sample, struct rv_json json, size_t i,
                              struct rv_err *err)
{
	const struct image *image = &coco->images[coco->n_images_here - 1];
	struct annotation annotation = { .image = coco->n_images_here - 1, .category = RV_STR_INIT };
	const char *wrong = read_annotation(json, image, &annotation);
	if (wrong[0]) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'annotations[%zu].%s' is wrong or missing in an image of "
		               "%" PRIu32 "x%" PRIu32,
		               i, wrong, image->width, image->height);
	}
	/* Readers written in C trust the runs to fill the image. */
	const char *counts = annotation.counts;
	if (rv_rle_decompress(&coco->rle, image->width, image->height, counts, annotation.counts_len, err) < 0) {
		return rv_fail_prefix(err, "field 'annotations[%zu].rle.counts'", i);
	}
	sink_sample_category(sample, json, &annotation.category);
	if (annotation.category.len == 0 || annotation.area == 0) {
		rv_str_release(&annotation.category);
		return 0;
	}
	RV_GROW(coco->annotations, coco->n_annotations_here, coco->cap_annotations);
	coco->annotations[coco->n_annotations_here++] = annotation;
	if (coco->fixed_categories && find_category(coco, annotation.category.ptr) == 0) {
		return rv_fail(err, RV_E_BAD_RECORD, "object %" PRIu64 ": category '%s' is not in --categories",
		               annotation.index, annotation.category.ptr);
	}
	return 0;
}

static int prepare_annotations(struct coco *coco, const struct sink_sample *sample, struct rv_json list,
                               struct rv_err *err)
{
	if (rv_json_type(list) != RV_JSON_ARRAY) {
		return rv_fail(
		        err, RV_E_BAD_RECORD,
		        "format coco needs field 'annotations', which the record does not have: rv-mask makes it");
	}
	for (size_t i = 0; i < rv_json_len(list); i++) {
		if (prepare_annotation(coco, sample, rv_json_at(list, i), i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int coco_prepare(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct coco *coco = sink;
	clear_sample(coco);
	const struct sink_role *role = sink_sample_need_png(sample, "image", "coco", err);
	struct rv_json frames = rv_json_get(sample->json, "frames");
	for (size_t i = 0; role && i < role->n_files; i++) {
		struct rv_str name = RV_STR_INIT;
		rv_str_puts(&name, sample->id.ptr);
		if (role->is_array) {
			rv_str_printf(&name, "/%06" PRIu64, sink_sample_frame(sample, i));
		}
		rv_str_puts(&name, ".png");
		struct rv_json holder = role->is_array ? rv_json_at(frames, i) : sample->json;
		if (prepare_image(coco, role->paths[i], rv_str_detach(&name), err) < 0 ||
		    prepare_annotations(coco, sample, rv_json_get(holder, "annotations"), err) < 0) {
			return SINK_REFUSED;
		}
	}
	return role ? 0 : SINK_REFUSED;
}

static void put_annotation(struct coco *coco, const struct annotation *annotation, uint64_t image_id)
{
	const struct image *image = &coco->images[annotation->image];
	uint64_t category = find_category(coco, annotation->category.ptr);
	if (category == 0) {
		category = add_category(coco, annotation->category.ptr, annotation->category.len);
	}
	struct rv_str *text = &coco->annotations_part.text;
	struct rv_json_out out;
	rv_str_puts(text, coco->n_annotations++ > 0 ? ",\n" : "\n");
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", coco->n_annotations);
	rv_json_put_u64(&out, "image_id", image_id);
	rv_json_put_u64(&out, "category_id", category);
	rv_json_open(&out, "bbox", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(&out, NULL, annotation->bbox[i]);
	}
	rv_json_close(&out, ']');
	rv_json_put_u64(&out, "area", annotation->area);
	rv_json_put_u64(&out, "iscrowd", 0);
	rv_json_open(&out, "segmentation", '{');
	rv_json_open(&out, "size", '[');
	rv_json_put_u64(&out, NULL, image->height);
	rv_json_put_u64(&out, NULL, image->width);
	rv_json_close(&out, ']');
	rv_json_put_bytes(&out, "counts", annotation->counts, annotation->counts_len);
	rv_json_close(&out, '}');
	rv_json_put_u64(&out, "rv_index", annotation->index);
	rv_json_close(&out, '}');
}

static void put_image(struct coco *coco, const struct image *image, uint64_t id)
{
	struct rv_json_out out;
	rv_str_puts(&coco->images_part.text, id > 1 ? ",\n" : "\n");
	rv_json_out_init(&out, &coco->images_part.text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", id);
	rv_json_put_string(&out, "file_name", image->name);
	rv_json_put_u64(&out, "width", image->width);
	rv_json_put_u64(&out, "height", image->height);
	rv_json_close(&out, '}');
}

static int copy_image(struct coco *coco, const struct image *image, struct rv_err *err)
{
	struct rv_str relative = RV_STR_INIT;
	rv_str_printf(&relative, "coco/images/%s", image->name);
	int result = sink_dataset_copy(coco->dataset, image->path, relative.ptr, err);
	rv_str_release(&relative);
	return result;
}

static int coco_add(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct coco *coco = sink;
	(void)sample;
	for (size_t i = 0; i < coco->n_images_here; i++) {
		if (copy_image(coco, &coco->images[i], err) < 0) {
			return -1;
		}
		put_image(coco, &coco->images[i], coco->n_images + 1 + i);
	}
	for (size_t i = 0; i < coco->n_annotations_here; i++) {
		put_annotation(coco, &coco->annotations[i], coco->n_images + 1 + coco->annotations[i].image);
	}
	coco->n_images += coco->n_images_here;
	if (coco->n_categories > CATEGORIES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "format coco: more than %d categories", CATEGORIES_MAX);
	}
	return sink_part_flush(&coco->images_part, err) < 0 || sink_part_flush(&coco->annotations_part, err) < 0 ? -1
	                                                                                                         : 0;
}

/* ---- the whole ---- */

static void coco_free(void *sink)
{
	struct coco *coco = sink;
	clear_sample(coco);
	for (size_t i = 0; i < coco->n_categories; i++) {
		free(coco->categories[i]);
	}
	free(coco->categories);
	free(coco->images);
	free(coco->annotations);
	sink_part_release(&coco->images_part);
	sink_part_release(&coco->annotations_part);
	rv_rle_release(&coco->rle);
	free(coco);
}

static void *coco_open(struct sink_dataset *dataset, const struct sink_settings *settings, struct rv_err *err)
{
	struct coco *coco = rv_alloc_zero(1, sizeof(*coco));
	coco->dataset = dataset;
	sink_part_init(&coco->images_part, dataset, "coco-images");
	sink_part_init(&coco->annotations_part, dataset, "coco-annotations");
	if (settings->categories && fix_categories(coco, settings->categories, err) < 0) {
		coco_free(coco);
		return NULL;
	}
	return coco;
}

static void put_categories(const struct coco *coco, struct rv_str *text)
{
	for (size_t i = 0; i < coco->n_categories; i++) {
		struct rv_json_out out;
		rv_str_puts(text, i > 0 ? ",\n" : "\n");
		rv_json_out_init(&out, text);
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "id", i + 1);
		rv_json_put_string(&out, "name", coco->categories[i]);
		rv_json_put_string(&out, "supercategory", "");
		rv_json_close(&out, '}');
	}
}

static int put_text(struct sink_output *output, const char *text, struct rv_err *err)
{
	return sink_output_write(output, text, strlen(text), err);
}

static int coco_finish(void *sink, struct rv_err *err)
{
	static const char head[] =
	        "{\"info\":{\"description\":\"synthetic images made with rv " RV_VERSION " and Blender\","
	        "\"version\":\"1.0\"},\n\"licenses\":[],\n\"images\":[";
	struct coco *coco = sink;
	struct sink_output *output = sink_output_open(coco->dataset, "coco/annotations.json", err);
	if (!output) {
		return -1;
	}
	struct rv_str categories = RV_STR_INIT;
	put_categories(coco, &categories);
	bool failed = put_text(output, head, err) < 0 || sink_part_copy(&coco->images_part, output, err) < 0 ||
	              put_text(output, "],\n\"annotations\":[", err) < 0 ||
	              sink_part_copy(&coco->annotations_part, output, err) < 0 ||
	              put_text(output, "],\n\"categories\":[", err) < 0 || put_text(output, categories.ptr, err) < 0 ||
	              put_text(output, "]}\n", err) < 0;
	rv_str_release(&categories);
	if (failed) {
		sink_output_abort(output);
		return -1;
	}
	return sink_output_close(output, err);
}

const struct sink_class sink_coco = {
	.name = "coco",
	.help = "COCO detection and segmentation: annotations.json and images/",
	.open = coco_open,
	.prepare = coco_prepare,
	.add = coco_add,
	.finish = coco_finish,
	.free = coco_free,
};

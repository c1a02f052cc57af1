/* SPDX-License-Identifier: MIT */
/*
 * COCO. Ids of images and annotations count from 1 in each document, those of categories are the dataset's, or count
 * from the base that was asked for. Objects without a category are background and get no annotation. `rv_index` is the
 * object's index in the record and in the index map. Memory does not grow with the number of samples: lists go through
 * temporary files.
 *
 * There is a document for each split that has samples; where no record says a split, one with a plain name.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "format/coco.h"
#include "format/layout.h"
#include "path.h"
#include "sink/coco_panoptic.h"
#include "sink/coco_points.h"
#include "sink/part.h"
#include "sink/sink.h"

/* What the document of a split has so far. */
struct document {
	struct sink_part images, annotations;
};

struct coco {
	const struct sink_target *target;
	struct document documents[RV_SPLITS];
	bool has_splits; /* a record says one */
	struct sink_coco_points points;
	struct sink_coco_panoptic panoptic;
	struct rv_str path;
};

static bool is_roboflow(void)
{
	return format_coco_options.layout == FORMAT_COCO_ROBOFLOW;
}

static int coco_open(void *state, const struct sink_target *target, struct rv_err *err)
{
	static const char *const names[RV_SPLITS][2] = { { "coco-images", "coco-annotations" },
		                                         { "coco-val-images", "coco-val-annotations" },
		                                         { "coco-test-images", "coco-test-annotations" } };
	struct coco *const coco = state;
	coco->target = target;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_init(&coco->documents[split].images, target->dataset, names[split][0]);
		sink_part_init(&coco->documents[split].annotations, target->dataset, names[split][1]);
	}
	sink_coco_panoptic_init(&coco->panoptic, target->dataset);
	rv_str_init(&coco->path);
	return is_roboflow() && format_coco_options.panoptic
	               ? rv_fail(err, RV_E_USAGE, "format coco: panoptic has no place in layout=roboflow")
	               : 0;
}

static void coco_release(void *state)
{
	struct coco *const coco = state;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_release(&coco->documents[split].images);
		sink_part_release(&coco->documents[split].annotations);
	}
	sink_coco_points_release(&coco->points);
	sink_coco_panoptic_release(&coco->panoptic);
	rv_str_release(&coco->path);
}

/* ---- what can be written ---- */

/* A list of outlines: three points or more each. */
static bool are_polygons(struct rv_json polygons)
{
	const size_t n = rv_json_len(polygons);
	for (size_t i = 0; i < n; i++) {
		const struct rv_json ring = rv_json_at(polygons, i);
		const size_t len = rv_json_len(ring);
		if (len < 6 || len % 2 != 0) {
			return false;
		}
		for (size_t k = 0; k < len; k++) {
			if (rv_json_type(rv_json_at(ring, k)) != RV_JSON_NUMBER) {
				return false;
			}
		}
	}
	return n > 0 && rv_json_type(polygons) == RV_JSON_ARRAY;
}

static struct rv_json polygons_of(const struct rv_annotation *annotation)
{
	return rv_json_get(rv_json_get(annotation->json, "polygons"), "edge");
}

static int check_polygons(const struct sink_picture *picture, struct rv_err *err)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		if (annotation->category && !are_polygons(polygons_of(annotation))) {
			return rv_fail(
			        err, RV_E_BAD_RECORD,
			        "format coco with segmentation=polygon needs 'polygons.edge' in the annotation of "
			        "object %" PRIu32 ": rv-mask --polygons edge writes it",
			        annotation->index);
		}
	}
	return 0;
}

static int coco_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct coco *const coco = state;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (sink_picture_check_labels(sample, &sample->pictures[i], err) < 0 ||
		    (format_coco_options.segmentation == FORMAT_COCO_POLYGON &&
		     check_polygons(&sample->pictures[i], err) < 0) ||
		    (format_coco_options.panoptic && sink_coco_panoptic_check(&sample->pictures[i], err) < 0)) {
			return SINK_REFUSED;
		}
	}
	return format_coco_options.keypoints && sink_coco_points_check(&coco->points, sample, err) < 0 ? SINK_REFUSED
	                                                                                               : 0;
}

/* ---- a sample ---- */

static void put_image(struct coco *coco, struct document *document, const struct sink_picture *picture)
{
	struct rv_json_out out;
	sink_part_item(&document->images, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", document->images.n_items);
	rv_json_put_string(&out, "file_name",
	                   is_roboflow() ? rv_path_base(coco->path.ptr) : coco->path.ptr + strlen(FORMAT_COCO_IMAGES));
	rv_json_put_u64(&out, "width", picture->width);
	rv_json_put_u64(&out, "height", picture->height);
	rv_json_close(&out, '}');
}

static void put_segmentation(const struct rv_annotation *annotation, struct rv_json_out *out)
{
	if (format_coco_options.segmentation == FORMAT_COCO_POLYGON) {
		const struct rv_span text = rv_json_text(polygons_of(annotation));
		const struct rv_json polygons = rv_json_get(annotation->json, "polygons");
		const double iou = rv_json_number(rv_json_get(rv_json_get(polygons, "iou"), "edge"), NAN);
		rv_json_put_raw(out, "segmentation", text.ptr, text.len);
		if (isfinite(iou)) { /* they are simplified: area and box are still the mask's */
			rv_json_put_double(out, FORMAT_COCO_IOU, iou);
		}
		return;
	}
	rv_json_open(out, "segmentation", '{');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, annotation->height);
	rv_json_put_u64(out, NULL, annotation->width);
	rv_json_close(out, ']');
	rv_json_put_bytes(out, "counts", annotation->counts, annotation->counts_len);
	rv_json_close(out, '}');
}

static uint64_t category_id(uint32_t id, uint64_t place)
{
	return format_coco_options.base == UINT64_MAX ? id : place + format_coco_options.base;
}

/* Of the image that was put last. */
static void put_annotation(struct document *document, const struct sink_label *label)
{
	const struct rv_annotation *const annotation = label->annotation;
	struct rv_json_out out;
	sink_part_item(&document->annotations, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", document->annotations.n_items);
	rv_json_put_u64(&out, "image_id", document->images.n_items);
	rv_json_put_u64(&out, "category_id", category_id(label->category, label->class));
	rv_json_open(&out, "bbox", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(&out, NULL, annotation->bbox[i]);
	}
	rv_json_close(&out, ']');
	rv_json_put_u64(&out, "area", annotation->area_px);
	rv_json_put_u64(&out, "iscrowd", 0);
	put_segmentation(annotation, &out);
	if (format_coco_options.keypoints) {
		sink_coco_points_put(annotation, &out);
	}
	rv_json_put_u64(&out, "rv_index", annotation->index);
	rv_json_close(&out, '}');
}

/* Roboflow calls the split val otherwise. */
static void set_path(struct coco *coco, const struct rv_picture *picture, enum rv_split split)
{
	sink_picture_path(picture, &format_coco, is_roboflow() ? "image-of-split" : "image", "", NULL, &coco->path);
	if (is_roboflow() && split == RV_SPLIT_VAL) {
		rv_str_splice(&coco->path, strlen("coco/"), strlen("val"), FORMAT_COCO_VALID,
		              strlen(FORMAT_COCO_VALID));
	}
}

static int coco_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct coco *const coco = state;
	struct document *const document = &coco->documents[sample->split];
	coco->has_splits = coco->has_splits || sample->sample->split;
	if (format_coco_options.keypoints) {
		sink_coco_points_take(&coco->points);
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct sink_picture *const picture = &sample->pictures[i];
		set_path(coco, picture->picture, sample->split);
		if (sink_store_file(coco->target->store, sample, rv_picture_file(picture->picture, RV_ROLE_IMAGE),
		                    coco->path.ptr, err) < 0) {
			return -1;
		}
		put_image(coco, document, picture);
		for (size_t k = 0; k < picture->n_labels; k++) {
			const bool is_out = format_coco_options.keypoints && coco->points.is_out[i][k];
			if (picture->labels[k].annotation->category && !is_out) {
				put_annotation(document, &picture->labels[k]);
			}
		}
		if (format_coco_options.panoptic &&
		    sink_coco_panoptic_add(&coco->panoptic, coco->target, sample, picture, document->images.n_items,
		                           category_id, err) < 0) {
			return -1;
		}
		if (sink_part_flush(&document->images, err) < 0 || sink_part_flush(&document->annotations, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- the whole ---- */

static int put_text(struct sink_output *output, const char *text, struct rv_err *err)
{
	return sink_output_write(output, text, strlen(text), err);
}

static int put_categories(const struct coco *coco, bool is_panoptic, struct sink_output *output, struct rv_err *err)
{
	const struct rv_categories *const categories = coco->target->categories;
	struct rv_str text = RV_STR_INIT;
	rv_str_putc(&text, '[');
	for (size_t i = 0; i < categories->len; i++) {
		const struct rv_category *const category = &categories->items[i];
		struct rv_json_out out;
		rv_str_puts(&text, i > 0 ? ",\n" : "\n");
		rv_json_out_init(&out, &text);
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "id", category_id(category->id, i));
		rv_json_put_string(&out, "name", category->name);
		rv_json_put_string(&out, "supercategory", category->supercategory);
		if (is_panoptic) {
			sink_coco_panoptic_put_kind(&coco->panoptic, i, &out);
		} else {
			sink_coco_points_put_kind(&coco->points, i, &out);
		}
		rv_json_close(&out, '}');
	}
	rv_str_putc(&text, ']');
	const int status = sink_output_write(output, text.ptr, text.len, err);
	rv_str_release(&text);
	return status;
}

/* The annotations of a split, with its images and all categories. */
static int write_document(struct coco *coco, enum rv_split split, const char *layout, struct sink_part *annotations,
                          struct rv_err *err)
{
	static const char head[] =
	        "{\"info\":{\"description\":\"synthetic images made with rv " RV_VERSION " and Blender\","
	        "\"version\":\"1.0\"},\n\"licenses\":[],\n\"images\":";
	const bool is_panoptic = annotations != &coco->documents[split].annotations;
	struct format_place place = { .id = "" };
	const bool is_valid = is_roboflow() && split == RV_SPLIT_VAL;
	snprintf(place.split, sizeof(place.split), "%s", is_valid ? FORMAT_COCO_VALID : rv_split_names[split]);
	rv_str_clear(&coco->path);
	format_expand(format_layout(&format_coco, layout), &place, &coco->path);
	struct sink_output *const output = sink_dataset_create(coco->target->dataset, coco->path.ptr, err);
	if (!output || put_text(output, head, err) < 0 ||
	    sink_part_copy(&coco->documents[split].images, output, err) < 0 ||
	    put_text(output, ",\n\"annotations\":", err) < 0 || sink_part_copy(annotations, output, err) < 0 ||
	    put_text(output, ",\n\"categories\":", err) < 0 || put_categories(coco, is_panoptic, output, err) < 0 ||
	    put_text(output, "}\n", err) < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(coco->target->dataset, output, err);
}

static int write_documents(struct coco *coco, enum rv_split split, struct rv_err *err)
{
	const char *const layout = is_roboflow() ? "roboflow" : coco->has_splits ? "split" : "annotations";
	if (write_document(coco, split, layout, &coco->documents[split].annotations, err) < 0) {
		return -1;
	}
	return format_coco_options.panoptic
	               ? write_document(coco, split, coco->has_splits ? "panoptic-split" : "panoptic",
	                                &coco->panoptic.annotations[split], err)
	               : 0;
}

static int coco_finish(void *state, struct rv_err *err)
{
	struct coco *const coco = state;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		const bool is_there = coco->documents[split].images.n_items > 0;
		if (is_there && write_documents(coco, split, err) < 0) {
			return -1;
		}
		if (!is_there && is_roboflow() && split != RV_SPLIT_TEST) {
			rv_warn("format coco: no sample is of split '%s', which trainers want: give records a 'split' "
			        "(rv-mux --set)",
			        rv_split_names[split]);
		}
	}
	return 0;
}

/* The documents have been joined; where they lie says whether records have splits. */
static int coco_merge(const struct sink_target *target RV_UNUSED, const struct sink_merged *merged, struct rv_err *err)
{
	const uint64_t *const by_split = sink_merged_counts(merged, "split");
	const bool has_splits = by_split[RV_SPLIT_TRAIN] + by_split[RV_SPLIT_VAL] + by_split[RV_SPLIT_TEST] > 0;
	return has_splits && sink_merged_counts(merged, "annotations")[RV_SPLITS] > 0
	               ? rv_fail(err, RV_E_USAGE, "format coco: samples of some parts have splits, of others not")
	               : 0;
}

const struct sink_class sink_coco = {
	.format = &format_coco,
	.state_bytes = sizeof(struct coco),
	.open = coco_open,
	.prepare = coco_prepare,
	.add = coco_add,
	.finish = coco_finish,
	.merge = coco_merge,
	.release = coco_release,
};

/* SPDX-License-Identifier: MIT */
/*
 * COCO. Ids of images and annotations count from 1 in each document, those of categories are the dataset's. Objects
 * without a category are background and get no annotation. `rv_index` is the object's index in the record and in the
 * index map. Memory does not grow with the number of samples: all lists go through temporary files.
 *
 * There is a document for each split that has samples; where no record says a split, one with a plain name.
 */
#include <stdio.h>
#include <string.h>

#include "format/coco.h"
#include "format/layout.h"
#include "sink/part.h"
#include "sink/sink.h"

struct document {
	struct sink_part images, annotations;
};

struct coco {
	const struct sink_target *target;
	struct document documents[RV_SPLITS];
	bool has_splits;
	struct rv_str path;
};

static int coco_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct coco *const coco = state;
	static const char *const names[RV_SPLITS][2] = { { "coco-images-train", "coco-annotations-train" },
		                                         { "coco-images-val", "coco-annotations-val" },
		                                         { "coco-images-test", "coco-annotations-test" } };
	coco->target = target;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_init(&coco->documents[split].images, target->dataset, names[split][0]);
		sink_part_init(&coco->documents[split].annotations, target->dataset, names[split][1]);
	}
	rv_str_init(&coco->path);
	return 0;
}

static void coco_release(void *state)
{
	struct coco *const coco = state;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_release(&coco->documents[split].images);
		sink_part_release(&coco->documents[split].annotations);
	}
	rv_str_release(&coco->path);
}

/* ---- a sample ---- */

static int coco_prepare(void *state RV_UNUSED, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (sink_picture_check_labels(sample, &sample->pictures[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

static void put_image(struct document *document, const char *name, const struct sink_picture *picture)
{
	struct rv_json_out out;
	sink_part_item(&document->images, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", document->images.n_items);
	rv_json_put_string(&out, "file_name", name);
	rv_json_put_u64(&out, "width", picture->width);
	rv_json_put_u64(&out, "height", picture->height);
	rv_json_close(&out, '}');
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
	rv_json_put_u64(&out, "category_id", label->category);
	rv_json_open(&out, "bbox", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(&out, NULL, annotation->bbox[i]);
	}
	rv_json_close(&out, ']');
	rv_json_put_u64(&out, "area", annotation->area_px);
	rv_json_put_u64(&out, "iscrowd", 0);
	rv_json_open(&out, "segmentation", '{');
	rv_json_open(&out, "size", '[');
	rv_json_put_u64(&out, NULL, annotation->height);
	rv_json_put_u64(&out, NULL, annotation->width);
	rv_json_close(&out, ']');
	rv_json_put_bytes(&out, "counts", annotation->counts, annotation->counts_len);
	rv_json_close(&out, '}');
	rv_json_put_u64(&out, "rv_index", annotation->index);
	rv_json_close(&out, '}');
}

static int coco_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct coco *const coco = state;
	struct document *const document = &coco->documents[sample->split];
	coco->has_splits = coco->has_splits || sample->sample->split;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct sink_picture *const picture = &sample->pictures[i];
		const char *const image = rv_picture_file(picture->picture, RV_ROLE_IMAGE);
		sink_picture_path(picture->picture, &format_coco, "image", "", "", &coco->path);
		if (sink_store_file(coco->target->store, sample, image, coco->path.ptr, err) < 0) {
			return -1;
		}
		put_image(document, coco->path.ptr + strlen(FORMAT_COCO_IMAGES), picture);
		for (size_t k = 0; k < picture->n_labels; k++) {
			if (picture->labels[k].annotation->category) {
				put_annotation(document, &picture->labels[k]);
			}
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

static int put_categories(const struct rv_categories *categories, struct sink_output *output, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	rv_categories_put(categories, &text);
	const int status = sink_output_write(output, text.ptr, text.len - 1, err); /* without its newline */
	rv_str_release(&text);
	return status;
}

static int write_document(struct coco *coco, struct document *document, const char *path, struct rv_err *err)
{
	static const char head[] =
	        "{\"info\":{\"description\":\"synthetic images made with rv " RV_VERSION " and Blender\","
	        "\"version\":\"1.0\"},\n\"licenses\":[],\n\"images\":";
	struct sink_output *const output = sink_dataset_create(coco->target->dataset, path, err);
	if (!output || put_text(output, head, err) < 0 || sink_part_copy(&document->images, output, err) < 0 ||
	    put_text(output, ",\n\"annotations\":", err) < 0 ||
	    sink_part_copy(&document->annotations, output, err) < 0 ||
	    put_text(output, ",\n\"categories\":", err) < 0 ||
	    put_categories(coco->target->categories, output, err) < 0 || put_text(output, "}\n", err) < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(coco->target->dataset, output, err);
}

static int coco_finish(void *state, struct rv_err *err)
{
	struct coco *const coco = state;
	int status = 0;
	for (enum rv_split split = 0; split < RV_SPLITS && status == 0; split++) {
		struct format_place place = { .id = "" };
		struct document *const document = &coco->documents[split];
		snprintf(place.split, sizeof(place.split), "%s", rv_split_names[split]);
		rv_str_clear(&coco->path);
		format_expand(format_layout(&format_coco, coco->has_splits ? "split" : "annotations"), &place,
		              &coco->path);
		if (document->images.n_items > 0) {
			status = write_document(coco, document, coco->path.ptr, err);
		}
	}
	return status;
}

const struct sink_class sink_coco = {
	.format = &format_coco,
	.state_bytes = sizeof(struct coco),
	.open = coco_open,
	.prepare = coco_prepare,
	.add = coco_add,
	.finish = coco_finish,
	.release = coco_release,
};

/* SPDX-License-Identifier: MIT */
/* Annotations and instance masks. */
#include "mask/annotate.h"

#include <stdatomic.h>

#include "diag.h"
#include "mask/pixels/masks.h"
#include "mask/role.h"

bool mask_annotate_has_masks(const struct mask_request *request)
{
	return request->settings->instances && mask_wants(request, MASK_INSTANCES_DIR);
}

static bool is_annotated(const struct mask_request *request, const struct mask_label *label)
{
	return label->area_px >= request->settings->min_area_px;
}

int mask_annotate_masks(const struct mask_labels *labels, struct mask_files *files, struct rv_image *mask,
                        struct rv_err *err)
{
	int status = mask_begin_instances(files, err);
	for (size_t i = 0; status == 0 && i < labels->len; i++) {
		if (is_annotated(files->request, &labels->items[i])) {
			status = mask_of_label(&labels->items[i], &labels->map, mask, err) < 0
			                 ? -1
			                 : mask_put_instance(files, labels->items[i].index, mask, err);
		}
	}
	return status;
}

/* The label is kept when nothing in the record has its index: the pixels are there, only their name is not known. */
static const struct mask_object *object_of(const struct mask_request *request, uint32_t index)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	const struct mask_object *const object = mask_object(request, index);
	if (!object && !atomic_flag_test_and_set(&warned)) {
		rv_warn("'%s': index %u belongs to none of the record's objects: its annotation has no name",
		        request->dir.ptr, index);
	}
	return object;
}

static void put_annotation(const struct mask_label *label, const struct mask_files *files, struct rv_json_out *out,
                           struct rv_str *text)
{
	const struct mask_object *const object = object_of(files->request, label->index);
	rv_json_open(out, NULL, '{');
	rv_json_put_u64(out, "index", label->index);
	rv_json_put_raw(out, "name", object ? object->name.ptr : "null", object ? object->name.len : 4);
	rv_json_put_raw(out, "tags", object ? object->tags.ptr : "[]", object ? object->tags.len : 2);
	rv_json_open(out, "bbox", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(out, NULL, label->bbox[i]);
	}
	rv_json_close(out, ']');
	rv_json_put_u64(out, "area", label->area_px);
	const double truncation = mask_bounds_truncation(mask_bounds(files->request, files->frame, label->index),
	                                                 label->rle.width, label->rle.height);
	if (truncation >= 0) {
		rv_json_put_double(out, "truncation", truncation);
	}
	rv_json_open(out, "rle", '{');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, label->rle.height);
	rv_json_put_u64(out, NULL, label->rle.width);
	rv_json_close(out, ']');
	rv_str_clear(text);
	rv_rle_compress(&label->rle, text);
	rv_json_put_bytes(out, "counts", text->ptr, text->len);
	rv_json_close(out, '}');
	if (mask_annotate_has_masks(files->request)) {
		rv_str_clear(text);
		mask_instance_path(files, label->index, text);
		rv_json_put_string(out, "mask", text->ptr);
	}
	rv_json_close(out, '}');
}

void mask_annotate(const struct mask_labels *labels, const struct mask_files *files, struct rv_str *annotations)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, annotations);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < labels->len; i++) {
		if (is_annotated(files->request, &labels->items[i])) {
			put_annotation(&labels->items[i], files, &out, &text);
		}
	}
	rv_json_close(&out, ']');
	rv_str_release(&text);
}

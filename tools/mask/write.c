/* SPDX-License-Identifier: MIT */
/* The label files of a sample. */
#include "mask/write.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "diag.h"
#include "exr.h"
#include "file.h"
#include "mask/preview.h"
#include "png.h"

enum { PLANE_INDEX, PLANE_DEPTH, PLANE_MATERIAL, PLANE_SEMANTIC }; /* the semantic channels follow */

/* What the functions below share. */
struct job {
	const struct rv_mask_request *request;
	struct rv_mask_scratch *scratch;
	struct rv_json_out files, sizes, annotations;
	struct rv_str path;
};

void rv_mask_scratch_release(struct rv_mask_scratch *scratch)
{
	for (size_t i = 0; i < scratch->n_planes; i++) {
		rv_image_release(&scratch->planes[i]);
	}
	free(scratch->planes);
	rv_image_release(&scratch->map);
	rv_image_release(&scratch->grey);
	rv_image_release(&scratch->mask);
	rv_image_release(&scratch->colour);
	rv_labels_release(&scratch->labels);
	rv_str_release(&scratch->file);
}

/* ---- files ----------------------------------------------------------------------------------------------------- */

static const char *path_of(struct job *job, const char *name)
{
	rv_str_clear(&job->path);
	rv_str_printf(&job->path, "%s/%s", job->request->dir.ptr, name);
	return job->path.ptr;
}

static void note_size(struct job *job, const char *name, uint64_t size)
{
	rv_json_open(&job->sizes, NULL, '[');
	rv_json_put_string(&job->sizes, NULL, name);
	rv_json_put_u64(&job->sizes, NULL, size);
	rv_json_close(&job->sizes, ']');
}

static int note_size_on_disk(struct job *job, const char *name, struct rv_err *err)
{
	struct stat stat;
	const char *const path = path_of(job, name);
	if (lstat(path, &stat) < 0) {
		return rv_fail_errno(err, "cannot read '%s'", path);
	}
	note_size(job, name, (uint64_t)stat.st_size);
	return 0;
}

/* `role` NULL: inside an array. */
static int put_png(struct job *job, const char *role, const char *name, const struct rv_image *image,
                   struct rv_err *err)
{
	struct rv_str *const file = &job->scratch->file;
	rv_str_clear(file);
	if (rv_png_encode(image, file, err) < 0 || rv_file_write(path_of(job, name), file->ptr, file->len, err) < 0) {
		return -1;
	}
	rv_json_put_string(&job->files, role, name);
	note_size(job, name, file->len);
	return 0;
}

/* ---- labels ---------------------------------------------------------------------------------------------------- */

static int put_preview(struct job *job, const char *role, const char *name, const struct rv_image *map,
                       struct rv_err *err)
{
	if (job->request->settings->no_preview) {
		return 0;
	}
	struct rv_image *const colour = &job->scratch->colour;
	return rv_preview_index(map, colour, err) < 0 ? -1 : put_png(job, role, name, colour, err);
}

static int put_material(struct job *job, const struct rv_image *plane, struct rv_err *err)
{
	struct rv_image *const map = &job->scratch->map;
	if (rv_index_map(plane, map, err) < 0) {
		return rv_fail_prefix(err, "channel '%s'", job->request->material.ptr);
	}
	if (put_png(job, "material_index", "IndexMA.png", map, err) < 0) {
		return -1;
	}
	return put_preview(job, "material_index_preview", "PreviewIndexMA.png", map, err);
}

static int put_depth(struct job *job, const struct rv_image *plane, struct rv_err *err)
{
	const struct rv_exr_plane value = { .name = "V", .image = plane };
	struct rv_image *const grey = &job->scratch->grey;
	if (rv_exr_write(path_of(job, "Depth.exr"), &value, 1, NULL, 0, err) < 0 ||
	    note_size_on_disk(job, "Depth.exr", err) < 0) {
		return -1;
	}
	rv_json_put_string(&job->files, "depth", "Depth.exr");
	if (job->request->settings->no_preview) {
		return 0;
	}
	return rv_preview_depth(plane, grey, err) < 0 ? -1
	                                              : put_png(job, "depth_preview", "DepthPreview.png", grey, err);
}

/* 65535 where the channel is above the threshold. */
static int put_semantic(struct job *job, const struct rv_mask_semantic *semantic, const struct rv_image *plane,
                        struct rv_err *err)
{
	struct rv_image *const grey = &job->scratch->grey;
	if (rv_image_init(grey, plane->width, plane->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)plane->width * plane->height;
	const double threshold = job->request->threshold;
	const float *const restrict from = plane->f32;
	uint16_t *const restrict to = grey->u16;
	for (size_t i = 0; i < n; i++) {
		to[i] = (double)from[i] > threshold ? 65535 : 0;
	}
	struct rv_str role = RV_STR_INIT, name = RV_STR_INIT;
	rv_str_printf(&role, "mask_%s", semantic->name);
	rv_str_printf(&name, "Mask_%s.png", semantic->name);
	const int status = put_png(job, role.ptr, name.ptr, grey, err);
	rv_str_release(&role);
	rv_str_release(&name);
	return status;
}

/* ---- objects --------------------------------------------------------------------------------------------------- */

static bool is_annotated(const struct job *job, const struct rv_label *label)
{
	return label->area_px >= job->request->settings->min_area_px;
}

static void instance_name(const struct rv_label *label, struct rv_str *name)
{
	rv_str_clear(name);
	rv_str_printf(name, RV_INSTANCE_FORMAT, label->index);
}

static int put_instance(struct job *job, const struct rv_label *label, struct rv_str *name, struct rv_err *err)
{
	const struct rv_image *const map = &job->scratch->labels.map;
	struct rv_image *const mask = &job->scratch->mask;
	if (rv_image_init(mask, map->width, map->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const uint16_t index = (uint16_t)label->index;
	const uint32_t *const bbox = label->bbox;
	memset(mask->u8, 0, (size_t)map->width * map->height);
	for (uint32_t y = bbox[1]; y < bbox[1] + bbox[3]; y++) {
		const size_t at = (size_t)y * map->width + bbox[0];
		const uint16_t *const restrict from = map->u16 + at;
		uint8_t *const restrict to = mask->u8 + at;
		for (uint32_t x = 0; x < bbox[2]; x++) {
			to[x] = from[x] == index ? 255 : 0;
		}
	}
	instance_name(label, name);
	return put_png(job, NULL, name->ptr, mask, err);
}

static int put_instances(struct job *job, struct rv_err *err)
{
	if (rv_mkdirs(path_of(job, RV_INSTANCES_DIR), err) < 0) {
		return -1;
	}
	struct rv_str name = RV_STR_INIT;
	int status = 0;
	rv_json_open(&job->files, "instances", '[');
	for (size_t i = 0; status == 0 && i < job->scratch->labels.len; i++) {
		const struct rv_label *const label = &job->scratch->labels.items[i];
		if (is_annotated(job, label)) {
			status = put_instance(job, label, &name, err);
		}
	}
	rv_json_close(&job->files, ']');
	rv_str_release(&name);
	return status;
}

/* The label is kept when nothing in the record has its index: the pixels are there, only their name is not known. */
static const struct rv_mask_object *object_of(const struct rv_mask_request *request, uint32_t index)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	const struct rv_mask_object *const object = rv_mask_object(request, index);
	if (!object && !atomic_flag_test_and_set(&warned)) {
		rv_warn("'%s': index %u belongs to none of the record's objects: its annotation has no name",
		        request->dir.ptr, index);
	}
	return object;
}

static void put_annotation(struct job *job, const struct rv_label *label, struct rv_str *text)
{
	struct rv_json_out *const out = &job->annotations;
	const struct rv_mask_object *const object = object_of(job->request, label->index);
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
	rv_json_open(out, "rle", '{');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, label->rle.height);
	rv_json_put_u64(out, NULL, label->rle.width);
	rv_json_close(out, ']');
	rv_str_clear(text);
	rv_rle_compress(&label->rle, text);
	rv_json_put_bytes(out, "counts", text->ptr, text->len);
	rv_json_close(out, '}');
	if (job->request->settings->instances) {
		instance_name(label, text);
		rv_json_put_string(out, "mask", text->ptr);
	}
	rv_json_close(out, '}');
}

static void put_annotations(struct job *job)
{
	struct rv_str text = RV_STR_INIT;
	rv_json_open(&job->annotations, NULL, '[');
	for (size_t i = 0; i < job->scratch->labels.len; i++) {
		const struct rv_label *const label = &job->scratch->labels.items[i];
		if (is_annotated(job, label)) {
			put_annotation(job, label, &text);
		}
	}
	rv_json_close(&job->annotations, ']');
	rv_str_release(&text);
}

/* ---- everything ------------------------------------------------------------------------------------------------ */

/* Reads all channels that are needed in one pass over the file. */
static int read_planes(const struct rv_mask_request *request, struct rv_mask_scratch *scratch, struct rv_err *err)
{
	const size_t n_planes = PLANE_SEMANTIC + request->n_semantic;
	if (scratch->n_planes < n_planes) {
		scratch->planes = rv_realloc(scratch->planes, n_planes, sizeof(*scratch->planes));
		for (; scratch->n_planes < n_planes; scratch->n_planes++) {
			scratch->planes[scratch->n_planes] = (struct rv_image)RV_IMAGE_INIT;
		}
	}
	const char *names[PLANE_SEMANTIC + RV_MASK_CHANNELS_MAX];
	names[PLANE_INDEX] = request->index.ptr; /* also in the place of channels that were not rendered */
	names[PLANE_DEPTH] = request->depth.len ? request->depth.ptr : request->index.ptr;
	names[PLANE_MATERIAL] = request->material.len ? request->material.ptr : request->index.ptr;
	for (size_t i = 0; i < request->n_semantic; i++) {
		names[PLANE_SEMANTIC + i] = request->semantic[i].channel;
	}
	struct rv_exr *exr = NULL;
	if (rv_exr_open(request->passes.ptr, &exr, err) < 0) {
		return -1;
	}
	const int status = rv_exr_read(exr, names, n_planes, scratch->planes, err);
	rv_exr_close(exr);
	return status;
}

static int write_all(struct job *job, struct rv_err *err)
{
	const struct rv_mask_request *const request = job->request;
	struct rv_mask_scratch *const scratch = job->scratch;
	if (read_planes(request, scratch, err) < 0) {
		return -1;
	}
	if (rv_labels_from(&scratch->planes[PLANE_INDEX], &scratch->labels, err) < 0) {
		return rv_fail_prefix(err, "'%s': channel '%s'", request->passes.ptr, request->index.ptr);
	}
	if (put_png(job, "index", "IndexOB.png", &scratch->labels.map, err) < 0 ||
	    put_preview(job, "index_preview", "PreviewIndexOB.png", &scratch->labels.map, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < request->n_semantic; i++) {
		if (put_semantic(job, &request->semantic[i], &scratch->planes[PLANE_SEMANTIC + i], err) < 0) {
			return -1;
		}
	}
	if ((request->material.len && put_material(job, &scratch->planes[PLANE_MATERIAL], err) < 0) ||
	    (request->depth.len && put_depth(job, &scratch->planes[PLANE_DEPTH], err) < 0) ||
	    (request->settings->instances && put_instances(job, err) < 0)) {
		return -1;
	}
	put_annotations(job);
	return request->settings->keep_passes ? note_size_on_disk(job, request->passes.ptr + request->dir.len + 1, err)
	                                      : 0;
}

int rv_mask_write(const struct rv_mask_request *request, struct rv_mask_scratch *scratch, struct rv_mask_added *added,
                  struct rv_err *err)
{
	struct job job = { .request = request, .scratch = scratch, .path = RV_STR_INIT };
	rv_json_out_init(&job.files, &added->files);
	rv_json_out_init(&job.sizes, &added->sizes);
	rv_json_out_init(&job.annotations, &added->annotations);
	rv_json_open(&job.files, NULL, '{');
	rv_json_open(&job.sizes, NULL, '[');
	const int status = write_all(&job, err);
	rv_json_close(&job.sizes, ']');
	rv_json_close(&job.files, '}');
	rv_str_release(&job.path);
	return status;
}

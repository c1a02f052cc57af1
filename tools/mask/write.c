/* SPDX-License-Identifier: MIT */
/* The label files of a sample. */
#include "mask/write.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "exr.h"
#include "mask/annotate.h"
#include "mask/files.h"
#include "mask/numeric.h"
#include "mask/preview.h"
#include "mask/role.h"
#include "png.h"

#define NOT_READ SIZE_MAX

/* What the functions below share. */
struct job {
	const struct rv_mask_request *request;
	struct rv_mask_scratch *scratch;
	struct rv_mask_files files;
	struct rv_exr *exr; /* of the present frame */
	/* the channels that are read, and which of them is what (NOT_READ: is not needed) */
	const char **channels;
	size_t n_channels, cap_channels;
	size_t index, depth, material;
	size_t *semantic, *passes; /* per semantic channel; the first channel of each pass */
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
	rv_image_release(&scratch->picture);
	for (size_t i = 0; i < RV_COUNTOF(scratch->vectors); i++) {
		rv_image_release(&scratch->vectors[i]);
	}
	rv_labels_release(&scratch->labels);
}

/* ---- labels ---------------------------------------------------------------------------------------------------- */

/* An index map and its preview. */
static int put_map(struct job *job, const char *role, const char *preview, const struct rv_image *map,
                   struct rv_err *err)
{
	struct rv_image *const colour = &job->scratch->colour;
	if (rv_mask_wants(job->request, role) && rv_mask_put_png(&job->files, role, map, err) < 0) {
		return -1;
	}
	if (!rv_mask_wants(job->request, preview)) {
		return 0;
	}
	return rv_preview_index(map, colour, err) < 0 ? -1 : rv_mask_put_png(&job->files, preview, colour, err);
}

static int put_material(struct job *job, const struct rv_image *plane, struct rv_err *err)
{
	struct rv_image *const map = &job->scratch->map;
	if (rv_index_map(plane, map, err) < 0) {
		return rv_fail_prefix(err, "channel '%s'", job->request->material.ptr);
	}
	return put_map(job, "material_index", "material_index_preview", map, err);
}

static int put_depth(struct job *job, const struct rv_image *plane, struct rv_err *err)
{
	const struct rv_exr_plane value = { .name = "V", .image = plane };
	struct rv_image *const grey = &job->scratch->grey;
	if (rv_mask_wants(job->request, "depth") &&
	    rv_mask_put_exr(&job->files, "depth", &value, 1, NULL, 0, err) < 0) {
		return -1;
	}
	if (!rv_mask_wants(job->request, "depth_preview")) {
		return 0;
	}
	return rv_preview_depth(plane, grey, err) < 0 ? -1 : rv_mask_put_png(&job->files, "depth_preview", grey, err);
}

static void semantic_role(const struct rv_mask_semantic *semantic, struct rv_str *role)
{
	rv_str_clear(role);
	rv_str_printf(role, RV_ROLE_MASK "%s", semantic->name);
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
	struct rv_str role = RV_STR_INIT;
	semantic_role(semantic, &role);
	const int status = rv_mask_put_png(&job->files, role.ptr, grey, err);
	rv_str_release(&role);
	return status;
}

/* The picture's last channel; a picture without it is opaque. */
static int put_alpha(struct job *job, struct rv_err *err)
{
	struct rv_image *const picture = &job->scratch->picture, *const grey = &job->scratch->grey;
	const char *const path = job->files.frame->image;
	if (!path || !rv_mask_wants(job->request, "alpha")) {
		return 0;
	}
	if (rv_png_read(path, picture, err) < 0 ||
	    rv_image_init(grey, picture->width, picture->height, 1, picture->pixel, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)picture->width * picture->height, step = picture->channels;
	const bool has_alpha = step == 2 || step == 4;
	if (!has_alpha) {
		memset(grey->bytes, 255, rv_image_row_bytes(grey) * grey->height);
	} else if (picture->pixel == RV_PIXEL_U8) {
		for (size_t i = 0; i < n; i++) {
			grey->u8[i] = picture->u8[i * step + step - 1];
		}
	} else {
		for (size_t i = 0; i < n; i++) {
			grey->u16[i] = picture->u16[i * step + step - 1];
		}
	}
	return rv_mask_put_png(&job->files, "alpha", grey, err);
}

/* Where a pixel shows something: by its depth, or else by its index. */
static int find_objects(struct job *job, struct rv_err *err)
{
	const struct rv_image *const map = &job->scratch->labels.map;
	struct rv_image *const mask = &job->scratch->mask;
	if (rv_image_init(mask, map->width, map->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)map->width * map->height;
	const float *const depth = job->depth == NOT_READ ? NULL : job->scratch->planes[job->depth].f32;
	for (size_t i = 0; i < n; i++) {
		mask->u8[i] = depth ? depth[i] < RV_DEPTH_BACKGROUND_M : map->u16[i] != 0;
	}
	return 0;
}

static int put_passes(struct job *job, struct rv_err *err)
{
	const struct rv_mask_request *const request = job->request;
	struct rv_mask_scratch *const scratch = job->scratch;
	const struct rv_numeric numeric = { .files = &job->files,
		                            .exr = job->exr,
		                            .is_object = &scratch->mask,
		                            .vectors = scratch->vectors,
		                            .colour = &scratch->colour };
	if (rv_numeric_needs_flow(request) && find_objects(job, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < request->n_passes; i++) {
		if (job->passes[i] != NOT_READ &&
		    rv_numeric_put(&numeric, &request->passes[i], &scratch->planes[job->passes[i]], err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- channels -------------------------------------------------------------------------------------------------- */

/* Its number among the channels that are read. */
static size_t want(struct job *job, const char *channel)
{
	RV_GROW(job->channels, job->n_channels, job->cap_channels);
	job->channels[job->n_channels] = channel;
	return job->n_channels++;
}

/* Chooses the channels, for all frames. */
static void choose_channels(struct job *job)
{
	const struct rv_mask_request *const request = job->request;
	struct rv_str role = RV_STR_INIT;
	const bool needs_depth = rv_mask_wants(request, "depth") || rv_mask_wants(request, "depth_preview") ||
	                         rv_numeric_needs_flow(request);
	const bool needs_material =
	        rv_mask_wants(request, "material_index") || rv_mask_wants(request, "material_index_preview");
	job->semantic = rv_alloc_zero(request->n_semantic + 1, sizeof(*job->semantic));
	job->passes = rv_alloc_zero(request->n_passes + 1, sizeof(*job->passes));
	job->index = want(job, request->index.ptr);
	job->depth = request->depth.len && needs_depth ? want(job, request->depth.ptr) : NOT_READ;
	job->material = request->material.len && needs_material ? want(job, request->material.ptr) : NOT_READ;
	for (size_t i = 0; i < request->n_semantic; i++) {
		semantic_role(&request->semantic[i], &role);
		job->semantic[i] =
		        rv_mask_wants(request, role.ptr) ? want(job, request->semantic[i].channel) : NOT_READ;
	}
	for (size_t i = 0; i < request->n_passes; i++) {
		const struct rv_mask_pass *const pass = &request->passes[i];
		job->passes[i] = rv_numeric_needs(request, pass) ? job->n_channels : NOT_READ;
		for (size_t k = 0; job->passes[i] != NOT_READ && k < pass->n_channels; k++) {
			want(job, pass->channels[k]);
		}
	}
	rv_str_release(&role);
}

/* Opens the frame's passes and reads all channels in one pass over the file. */
static int read_planes(struct job *job, struct rv_err *err)
{
	struct rv_mask_scratch *const scratch = job->scratch;
	if (scratch->n_planes < job->n_channels) {
		scratch->planes = rv_realloc(scratch->planes, job->n_channels, sizeof(*scratch->planes));
		for (; scratch->n_planes < job->n_channels; scratch->n_planes++) {
			scratch->planes[scratch->n_planes] = (struct rv_image)RV_IMAGE_INIT;
		}
	}
	return rv_exr_open(job->files.frame->passes, &job->exr, err) < 0
	               ? -1
	               : rv_exr_read(job->exr, job->channels, job->n_channels, scratch->planes, err);
}

/* ---- everything ------------------------------------------------------------------------------------------------ */

static int put_labels(struct job *job, struct rv_err *err)
{
	const struct rv_mask_request *const request = job->request;
	struct rv_mask_scratch *const scratch = job->scratch;
	if (rv_labels_from(&scratch->planes[job->index], &scratch->labels, err) < 0) {
		return rv_fail_prefix(err, "'%s': channel '%s'", job->files.frame->passes, request->index.ptr);
	}
	if (put_map(job, "index", "index_preview", &scratch->labels.map, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < request->n_semantic; i++) {
		if (job->semantic[i] != NOT_READ &&
		    put_semantic(job, &request->semantic[i], &scratch->planes[job->semantic[i]], err) < 0) {
			return -1;
		}
	}
	if ((job->material != NOT_READ && put_material(job, &scratch->planes[job->material], err) < 0) ||
	    (job->depth != NOT_READ && put_depth(job, &scratch->planes[job->depth], err) < 0) ||
	    put_alpha(job, err) < 0 || put_passes(job, err) < 0) {
		return -1;
	}
	return rv_annotate_has_masks(request) ? rv_annotate_masks(&scratch->labels, &job->files, &scratch->mask, err)
	                                      : 0;
}

static int put_frame(struct job *job, const struct rv_mask_frame *frame, struct rv_str *annotations, struct rv_err *err)
{
	job->files.frame = frame;
	int status = read_planes(job, err);
	if (status == 0) {
		status = put_labels(job, err);
	}
	rv_exr_close(job->exr);
	job->exr = NULL;
	if (status == 0) {
		rv_annotate(&job->scratch->labels, &job->files, annotations);
	}
	if (status == 0 && job->request->settings->keep_passes) {
		status = rv_mask_note_file(&job->files, frame->passes + job->request->dir.len + 1, err);
	}
	return status;
}

int rv_mask_write(const struct rv_mask_request *request, struct rv_mask_scratch *scratch, struct rv_mask_added *added,
                  struct rv_err *err)
{
	struct job job = { .request = request, .scratch = scratch };
	int status = 0;
	rv_mask_files_init(&job.files, request);
	choose_channels(&job);
	rv_str_puts(&added->annotations, request->is_sequence ? "[" : "");
	for (size_t i = 0; status == 0 && i < request->n_frames; i++) {
		rv_str_puts(&added->annotations, i > 0 ? "," : "");
		status = put_frame(&job, &request->frames[i], &added->annotations, err);
	}
	rv_str_puts(&added->annotations, request->is_sequence ? "]" : "");
	rv_mask_files_put(&job.files, &added->files, &added->sizes);
	rv_mask_files_release(&job.files);
	free(job.channels);
	free(job.semantic);
	free(job.passes);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* The labels of one picture. */
#include "mask/picture.h"

#include "exr.h"
#include "mask/annotate.h"
#include "mask/numeric.h"
#include "mask/pixels/masks.h"
#include "mask/pixels/preview.h"
#include "png.h"
#include "vocabulary.h"

/* What the functions below share. */
struct job {
	const struct mask_request *request;
	const struct mask_channels *channels;
	struct mask_scratch *scratch;
	struct mask_files *files;
	struct rv_exr *exr;
};

/* ---- labels ---------------------------------------------------------------------------------------------------- */

/* An index map and its preview. */
static int put_map(struct job *job, const char *role, const char *preview, const struct rv_image *map,
                   struct rv_err *err)
{
	struct rv_image *const colour = &job->scratch->colour;
	if (mask_wants(job->request, role) && mask_put_png(job->files, role, map, err) < 0) {
		return -1;
	}
	if (!mask_wants(job->request, preview)) {
		return 0;
	}
	return mask_preview_index(map, colour, err) < 0 ? -1 : mask_put_png(job->files, preview, colour, err);
}

static int put_material(struct job *job, const struct rv_image *plane, struct rv_err *err)
{
	struct rv_image *const map = &job->scratch->map;
	if (mask_index_map(plane, map, err) < 0) {
		return rv_fail_prefix(err, "channel '%s'", job->request->material.ptr);
	}
	return put_map(job, "material_index", "material_index_preview", map, err);
}

static int put_depth(struct job *job, const struct rv_image *plane, struct rv_err *err)
{
	const struct rv_exr_plane value = { .name = "V", .image = plane };
	struct rv_image *const grey = &job->scratch->grey;
	if (mask_wants(job->request, "depth") && mask_put_exr(job->files, "depth", &value, 1, NULL, 0, err) < 0) {
		return -1;
	}
	if (!mask_wants(job->request, "depth_preview")) {
		return 0;
	}
	return mask_preview_depth(plane, grey, err) < 0 ? -1 : mask_put_png(job->files, "depth_preview", grey, err);
}

/* 65535 where the channel is above the threshold. */
static int put_semantic(struct job *job, const struct mask_semantic *semantic, const struct rv_image *plane,
                        struct rv_err *err)
{
	struct rv_image *const grey = &job->scratch->grey;
	if (mask_above(plane, job->request->threshold, grey, err) < 0) {
		return -1;
	}
	return mask_put_png(job->files, semantic->role, grey, err);
}

/* The picture's last channel; a picture without it is opaque. */
static int put_alpha(struct job *job, struct rv_err *err)
{
	struct rv_image *const picture = &job->scratch->picture, *const grey = &job->scratch->grey;
	const char *const path = job->files->frame->image;
	if (!path || !mask_wants(job->request, "alpha")) {
		return 0;
	}
	if (rv_png_read(path, picture, err) < 0 || mask_of_alpha(picture, grey, err) < 0) {
		return -1;
	}
	return mask_put_png(job->files, "alpha", grey, err);
}

/* Where a pixel shows something: by its depth, or else by its index. */
static int find_objects(struct job *job, struct rv_err *err)
{
	const struct mask_channels *const channels = job->channels;
	const struct rv_image *const planes = job->scratch->planes;
	return mask_of_seen(channels->depth == MASK_NOT_READ ? NULL : &planes[channels->depth],
	                    &planes[channels->index], &job->scratch->mask, err);
}

static int put_passes(struct job *job, struct rv_err *err)
{
	const struct mask_request *const request = job->request;
	struct mask_scratch *const scratch = job->scratch;
	const struct mask_numeric numeric = { .files = job->files,
		                              .exr = job->exr,
		                              .is_object = &scratch->mask,
		                              .vectors = scratch->vectors,
		                              .colour = &scratch->colour };
	if (mask_numeric_needs_flow(request) && find_objects(job, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < request->n_passes; i++) {
		if (job->channels->passes[i] != MASK_NOT_READ &&
		    mask_numeric_put(&numeric, &request->passes[i], &scratch->planes[job->channels->passes[i]], err) <
		            0) {
			return -1;
		}
	}
	return 0;
}

/* ---- everything ------------------------------------------------------------------------------------------------ */

/* Opens the passes and reads all channels in one pass over the file. */
static int read_planes(struct job *job, struct rv_err *err)
{
	const struct mask_channels *const channels = job->channels;
	const enum rv_exr_forms forms = job->request->settings->foreign_exr ? RV_EXR_ALL_FORMS : RV_EXR_BLENDERS_FORMS;
	mask_scratch_planes(job->scratch, channels->len);
	return rv_exr_open_path(job->files->frame->passes, forms, &job->exr, err) < 0
	               ? -1
	               : rv_exr_read(job->exr, channels->names, channels->len, job->scratch->planes, err);
}

static int put_labels(struct job *job, struct rv_err *err)
{
	const struct mask_request *const request = job->request;
	struct mask_scratch *const scratch = job->scratch;
	if (mask_labels_from(&scratch->planes[job->channels->index], &scratch->labels, err) < 0) {
		return rv_fail_prefix(err, "'%s': channel '%s'", job->files->frame->passes, request->index.ptr);
	}
	if (put_map(job, "index", "index_preview", &scratch->labels.map, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < request->n_semantic; i++) {
		if (job->channels->semantic[i] != MASK_NOT_READ &&
		    put_semantic(job, &request->semantic[i], &scratch->planes[job->channels->semantic[i]], err) < 0) {
			return -1;
		}
	}
	if ((job->channels->material != MASK_NOT_READ &&
	     put_material(job, &scratch->planes[job->channels->material], err) < 0) ||
	    (job->channels->depth != MASK_NOT_READ &&
	     put_depth(job, &scratch->planes[job->channels->depth], err) < 0) ||
	    put_alpha(job, err) < 0 || put_passes(job, err) < 0) {
		return -1;
	}
	return mask_annotate_has_masks(request) ? mask_annotate_masks(&scratch->labels, job->files, &scratch->mask, err)
	                                        : 0;
}

int mask_picture(const struct mask_channels *channels, struct mask_scratch *scratch, struct mask_files *files,
                 struct rv_str *annotations, struct rv_err *err)
{
	const struct mask_request *const request = files->request;
	struct job job = { .request = request, .channels = channels, .scratch = scratch, .files = files };
	int status = read_planes(&job, err);
	if (status == 0) {
		status = put_labels(&job, err);
	}
	rv_exr_close(job.exr);
	if (status == 0) {
		mask_annotate(&scratch->labels, files, annotations);
	}
	if (status == 0 && request->settings->keep_passes) {
		status = mask_note_file(files, files->frame->passes + request->dir.len + 1, err);
	}
	return status;
}

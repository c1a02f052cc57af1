/* SPDX-License-Identifier: MIT */
/* What products work with. */
#include "mask/job.h"

#include <string.h>

const void *mask_data(const struct mask_job *job)
{
	return job->request->data[job->product];
}

const void *mask_found(const struct mask_job *job)
{
	return job->found[job->product];
}

const char *mask_next_role(const struct mask_job *job, size_t *at)
{
	while (*at < job->view->n_outputs) {
		const struct mask_output *const output = &job->view->outputs[(*at)++];
		if (output->product == job->product && output->is_made) {
			return output->role;
		}
	}
	return NULL;
}

const void *mask_surveyed(const struct mask_job *job)
{
	return job->surveyed[job->product];
}

void *mask_collected(const struct mask_job *job, const struct rv_picture *picture)
{
	const size_t bytes = mask_products[job->product]->collects(mask_data(job));
	return (unsigned char *)job->collected[job->product] + picture->frame_number * bytes;
}

#define TEXT_PX 12.0 /* high, on a picture of this width */
#define TEXT_WIDTH_PX 640
#define TEXT_MIN_PX 8.0

struct rv_draw *mask_draw(struct mask_job *job)
{
	if (!job->scratch->draw) {
		job->scratch->draw = rv_draw_new();
	}
	return job->scratch->draw;
}

double mask_text_size(const struct rv_image *image)
{
	return RV_MAX(TEXT_PX * image->width / TEXT_WIDTH_PX, TEXT_MIN_PX);
}

bool mask_makes(const struct mask_job *job, const char *role)
{
	size_t at = 0;
	const char *made;
	while ((made = mask_next_role(job, &at)) && strcmp(made, role) != 0) {
	}
	return made;
}

struct rv_image *mask_planes(const struct mask_job *job, const char *role)
{
	const struct mask_value *const value = mask_value(job->values, role);
	return value ? &job->scratch->planes[value->first] : NULL;
}

/* The place of the view that has a picture. */
static size_t view_of(const struct mask_request *request, const struct rv_picture *picture)
{
	size_t i = 0;
	while (picture < request->views[i].pictures ||
	       picture >= request->views[i].pictures + request->views[i].n_pictures) {
		i++;
	}
	return i;
}

int mask_read_other(struct mask_job *job, const struct rv_picture *other, struct rv_err *err)
{
	struct mask_opened opened;
	if (job->other == other) {
		return 0;
	}
	job->other = NULL;
	job->other_view = view_of(job->request, other);
	const struct mask_values *const values = &job->others[job->other_view];
	const struct mask_view *const view = &job->request->views[job->other_view];
	mask_scratch_others(job->scratch, values->n_planes);
	const int status = mask_values_read(values, job->request, view, other, job->scratch->others, &opened, err);
	mask_opened_close(&opened);
	job->other = status < 0 ? NULL : other;
	return status;
}

const struct rv_image *mask_other_planes(const struct mask_job *job, const char *role)
{
	const struct mask_value *const value = mask_value(&job->others[job->other_view], role);
	return value ? &job->scratch->others[value->first] : NULL;
}

bool mask_are_raw(const struct mask_job *job, const char *role)
{
	return mask_value_is_raw(mask_value(job->values, role));
}

int mask_fail_pass(const struct mask_job *job, const char *role, struct rv_err *err)
{
	const struct mask_value *const value = mask_value(job->values, role);
	struct rv_str path = RV_STR_INIT;
	if (value && value->channels) {
		rv_fail_prefix(err, "channel '%s'", value->channels[0]);
	}
	if (value && value->kept) {
		mask_path(job->view, job->picture, value->kept, &path);
	} else {
		mask_passes_path(job->request, job->picture, value ? value->file : RV_ROLE_PASSES, &path);
	}
	rv_fail_prefix(err, "'%s'", path.ptr);
	rv_str_release(&path);
	return -1;
}

const struct mask_labels *mask_labels(struct mask_job *job, struct rv_err *err)
{
	struct mask_labels *const labels = &job->scratch->labels;
	if (!job->has_labels && mask_labels_from(mask_planes(job, MASK_ROLE(INDEX)), labels, err) < 0) {
		mask_fail_pass(job, MASK_ROLE(INDEX), err);
		return NULL;
	}
	job->has_labels = true;
	return labels;
}

bool mask_is_annotated(const struct mask_label *label)
{
	bool is_left_out = false;
	for (size_t i = 0; !is_left_out && i < mask_product_count; i++) {
		is_left_out = mask_products[i]->leaves_out && mask_products[i]->leaves_out(label);
	}
	return !is_left_out;
}

/* ---- files ----------------------------------------------------------------------------------------------------- */

int mask_put_png(struct mask_job *job, const char *role, const struct rv_image *image, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	mask_path(job->view, job->picture, role, &path);
	const int status = mask_files_png(job->files, job->product, path.ptr, image, err);
	rv_str_release(&path);
	return status;
}

int mask_put_exr(struct mask_job *job, const char *role, const struct rv_exr_plane *planes, size_t n,
                 const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	mask_path(job->view, job->picture, role, &path);
	const int status = mask_files_exr(job->files, job->product, path.ptr, planes, n, texts, n_texts, err);
	rv_str_release(&path);
	return status;
}

int mask_put_bytes(struct mask_job *job, const char *role, const struct rv_str *bytes, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	mask_path(job->view, job->picture, role, &path);
	const int status = mask_files_bytes(job->files, job->product, path.ptr, bytes, err);
	rv_str_release(&path);
	return status;
}

void mask_object_path(const struct mask_job *job, const char *role, uint32_t index, struct rv_str *path)
{
	mask_path(job->view, job->picture, role, path);
	rv_str_printf(path, "%05u.png", index);
}

int mask_put_object(struct mask_job *job, const char *role, uint32_t index, const struct rv_image *image,
                    struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	mask_object_path(job, role, index, &path);
	const int status = mask_files_png(job->files, job->product, path.ptr, image, err);
	rv_str_release(&path);
	return status;
}

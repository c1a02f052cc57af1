/* SPDX-License-Identifier: MIT */
/* The labels of one picture. */
#include "mask/picture.h"

#include "mask/job.h"

static int make_files(struct mask_job *job, struct rv_err *err)
{
	for (job->product = 0; job->product < mask_product_count; job->product++) {
		size_t at = 0;
		if (mask_next_role(job, &at) && mask_products[job->product]->make(job, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int measure(struct mask_job *job, const struct mask_labels *labels, struct rv_err *err)
{
	job->found = rv_arena_alloc(job->arena, mask_product_count, sizeof(*job->found));
	for (job->product = 0; job->product < mask_product_count; job->product++) {
		const struct mask_product *const product = mask_products[job->product];
		if (product->measure && mask_annotates(job->request, job->view, job->product) &&
		    product->measure(job, labels, &job->found[job->product], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static void put_annotation(struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	for (job->product = 0; job->product < mask_product_count; job->product++) {
		if (mask_annotates(job->request, job->view, job->product)) {
			mask_products[job->product]->annotate(job, label, out);
		}
	}
	rv_json_close(out, '}');
}

static int put_annotations(struct mask_job *job, struct rv_str *annotations, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_json_out out;
	if (!labels || measure(job, labels, err) < 0) {
		return -1;
	}
	rv_json_out_init(&out, annotations);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < labels->len; i++) {
		if (mask_is_annotated(&labels->items[i])) {
			put_annotation(job, &labels->items[i], &out);
		}
	}
	rv_json_close(&out, ']');
	return 0;
}

int mask_picture(const struct mask_plan *plan, size_t view, const struct rv_picture *picture,
                 struct mask_scratch *scratch, struct mask_files *files, struct rv_str *annotations, struct rv_err *err)
{
	const struct mask_values *const values = &plan->values[view];
	struct rv_exr *exr = NULL;
	struct rv_arena arena = RV_ARENA_INIT;
	mask_scratch_planes(scratch, values->n_planes);
	int status = mask_values_read(values, plan->request, &plan->request->views[view], picture, scratch->planes,
	                              &exr, err);
	struct mask_job job = { .request = plan->request,
		                .view = &plan->request->views[view],
		                .picture = picture,
		                .values = values,
		                .exr = exr,
		                .scratch = scratch,
		                .files = files,
		                .arena = &arena };
	if (status == 0) {
		status = make_files(&job, err);
	}
	if (status == 0 && plan->makes_annotations) {
		status = put_annotations(&job, annotations, err);
	}
	rv_exr_close(exr);
	rv_arena_release(&arena);
	return status;
}

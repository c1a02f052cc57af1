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

/* True when files of this product are to be made of the view. */
static bool is_made(const struct mask_view *view, size_t product)
{
	bool made = false;
	for (size_t i = 0; !made && i < view->n_outputs; i++) {
		made = view->outputs[i].product == product && view->outputs[i].is_made;
	}
	return made;
}

/* True when a product has to find something out first. */
static bool surveys(const struct mask_request *request, const struct mask_view *view, size_t product)
{
	const struct mask_product *const what = mask_products[product];
	return what->survey && is_made(view, product) && (!what->surveys || what->surveys(request->data[product]));
}

bool mask_picture_wants_survey(const struct mask_request *request, const struct mask_view *view)
{
	bool wants = false;
	for (size_t i = 0; !wants && i < mask_product_count; i++) {
		wants = surveys(request, view, i);
	}
	return wants;
}

static int survey(struct mask_job *job, struct rv_err *err)
{
	for (job->product = 0; job->product < mask_product_count; job->product++) {
		const struct mask_product *const product = mask_products[job->product];
		if (surveys(job->request, job->view, job->product) &&
		    product->survey(job, &job->surveyed[job->product], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static struct mask_job begin(const struct mask_plan *plan, const struct rv_picture *picture, size_t view,
                             struct mask_scratch *scratch, struct rv_arena *arena)
{
	mask_scratch_planes(scratch, plan->values[view].n_planes);
	return (struct mask_job) { .request = plan->request,
		                   .view = &plan->request->views[view],
		                   .picture = picture,
		                   .values = &plan->values[view],
		                   .others = plan->others,
		                   .scratch = scratch,
		                   .arena = arena };
}

static int read_values(struct mask_job *job, struct rv_err *err)
{
	return mask_values_read(job->values, job->request, job->view, job->picture, job->scratch->planes, &job->opened,
	                        err);
}

int mask_picture_survey(const struct mask_plan *plan, size_t view, const struct rv_picture *picture,
                        struct mask_scratch *scratch, void **surveyed, struct rv_arena *arena, struct rv_err *err)
{
	struct mask_job job = begin(plan, picture, view, scratch, arena);
	job.surveyed = surveyed;
	const int status = read_values(&job, err) < 0 ? -1 : survey(&job, err);
	mask_opened_close(&job.opened);
	return status;
}

void **mask_picture_collect(const struct mask_plan *plan, size_t view, struct rv_arena *arena)
{
	const struct mask_view *const v = &plan->request->views[view];
	void **const collected = rv_arena_alloc(arena, mask_product_count, sizeof(*collected));
	for (size_t i = 0; i < mask_product_count; i++) {
		if (mask_products[i]->collects && is_made(v, i)) {
			const size_t bytes = mask_products[i]->collects(plan->request->data[i]);
			collected[i] = rv_arena_alloc(arena, v->n_pictures, bytes);
		}
	}
	return collected;
}

int mask_picture_finish(const struct mask_plan *plan, size_t view, void **surveyed, void **collected,
                        struct mask_scratch *scratch, struct mask_files *files, struct rv_err *err)
{
	struct rv_arena arena = RV_ARENA_INIT;
	struct mask_job job = begin(plan, plan->request->views[view].pictures, view, scratch, &arena);
	int status = 0;
	job.files = files;
	job.surveyed = surveyed;
	job.collected = collected;
	for (job.product = 0; status == 0 && job.product < mask_product_count; job.product++) {
		const struct mask_product *const product = mask_products[job.product];
		if (product->finish && is_made(job.view, job.product)) {
			status = product->finish(&job, err);
		}
	}
	rv_arena_release(&arena);
	return status;
}

int mask_picture(const struct mask_plan *plan, size_t view, const struct rv_picture *picture, void **surveyed,
                 void **collected, struct mask_scratch *scratch, struct mask_files *files, struct rv_str *annotations,
                 struct rv_err *err)
{
	struct rv_arena arena = RV_ARENA_INIT;
	struct mask_job job = begin(plan, picture, view, scratch, &arena);
	int status = read_values(&job, err);
	job.files = files;
	job.surveyed = surveyed;
	job.collected = collected;
	if (!surveyed) {
		job.surveyed = rv_arena_alloc(&arena, mask_product_count, sizeof(*job.surveyed));
		status = status < 0 ? -1 : survey(&job, err);
	}
	if (status == 0) {
		status = make_files(&job, err);
	}
	if (status == 0 && plan->makes_annotations) {
		status = put_annotations(&job, annotations, err);
	}
	mask_opened_close(&job.opened);
	rv_arena_release(&arena);
	return status;
}

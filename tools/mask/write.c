/* SPDX-License-Identifier: MIT */
/*
 * What is made for a sample. Pictures are begun in order and finished in any; what each adds is taken in when all
 * before it are. When one fails, all before it have been begun and are finished, so that the first one to fail is
 * found, whatever the threads do.
 */
#include "mask/write.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "dir.h"
#include "mask/picture.h"
#include "taskq.h"

/* What a picture adds, until it is its turn. */
struct result {
	bool is_done;
	struct mask_files files;
	struct rv_str annotations;
};

struct job {
	const struct mask_plan *plan;
	struct mask_pool *pool;
	const char *root;
	size_t n;
	void ***surveyed;  /* of each view, of each product; NULL: pictures find out for themselves */
	void ***collected; /* of each view, of each product */
	struct rv_arena arena;

	pthread_mutex_t lock; /* of everything below */
	struct result *results;
	size_t n_taken; /* results that are in the next two */
	struct mask_files *files;
	struct rv_str *annotations;
	size_t failed; /* the first picture that did, or n */
	struct rv_err *err;
};

static void release_result(struct result *result)
{
	mask_files_release(&result->files);
	rv_str_release(&result->annotations);
	result->is_done = false;
}

/* With the lock held. */
static void take_results(struct job *job)
{
	while (job->n_taken < job->n && job->results[job->n_taken].is_done) {
		struct result *const result = &job->results[job->n_taken];
		mask_files_append(job->files, &result->files);
		rv_str_puts(job->annotations, job->n_taken > 0 ? "," : "");
		rv_str_append(job->annotations, result->annotations.ptr, result->annotations.len);
		release_result(result);
		job->n_taken++;
	}
}

static bool is_before_failure(struct job *job, size_t number)
{
	pthread_mutex_lock(&job->lock);
	const bool is_before = number < job->failed;
	pthread_mutex_unlock(&job->lock);
	return is_before;
}

static void write_picture(size_t number, void *context)
{
	struct job *const job = context;
	const struct mask_request *const request = job->plan->request;
	const size_t view = number / request->sample.n_frames;
	struct result result = { .annotations = RV_STR_INIT };
	struct rv_err err = RV_ERR_INIT;
	if (!is_before_failure(job, number)) {
		return;
	}
	mask_files_init(&result.files, job->root);
	struct mask_scratch *const scratch = mask_scratch_take(job->pool);
	const int status = mask_picture(job->plan, view, &request->sample.pictures[number], job->surveyed[view],
	                                job->collected[view], scratch, &result.files, &result.annotations, &err);
	mask_scratch_give(job->pool, scratch);
	result.is_done = status == 0;
	pthread_mutex_lock(&job->lock);
	job->results[number] = result;
	if (status == 0) {
		take_results(job);
	} else if (number < job->failed) {
		job->failed = number;
		*job->err = err;
	}
	pthread_mutex_unlock(&job->lock);
}

/* Looks at the first, the middle and the last picture of a view. One that cannot be read is told of when it is its
 * turn. */
static void survey_view(struct job *job, size_t view, struct mask_scratch *scratch)
{
	const struct mask_view *const v = &job->plan->request->views[view];
	const size_t numbers[] = { 0, v->n_pictures / 2, v->n_pictures - 1 };
	job->surveyed[view] = rv_arena_alloc(&job->arena, mask_product_count, sizeof(**job->surveyed));
	for (size_t i = 0; i < RV_COUNTOF(numbers); i++) {
		struct rv_err err = RV_ERR_INIT;
		if (i == 0 || numbers[i] != numbers[i - 1]) {
			(void)!mask_picture_survey(job->plan, view, &v->pictures[numbers[i]], scratch,
			                           job->surveyed[view], &job->arena, &err);
		}
	}
}

static void prepare(struct job *job)
{
	const struct mask_request *const request = job->plan->request;
	struct mask_scratch *const scratch = mask_scratch_take(job->pool);
	job->surveyed = rv_arena_alloc(&job->arena, request->n_views, sizeof(*job->surveyed));
	job->collected = rv_arena_alloc(&job->arena, request->n_views, sizeof(*job->collected));
	for (size_t i = 0; i < request->n_views; i++) {
		job->collected[i] = mask_picture_collect(job->plan, i, &job->arena);
		if (request->views[i].n_pictures > 1 && mask_picture_wants_survey(request, &request->views[i])) {
			survey_view(job, i, scratch);
		}
	}
	mask_scratch_give(job->pool, scratch);
}

/* What is made of all pictures of a view together. */
static int finish_views(struct job *job)
{
	struct mask_scratch *const scratch = mask_scratch_take(job->pool);
	int status = 0;
	for (size_t i = 0; status == 0 && i < job->plan->request->n_views; i++) {
		status = mask_picture_finish(job->plan, i, job->surveyed[i], job->collected[i], scratch, job->files,
		                             job->err);
	}
	mask_scratch_give(job->pool, scratch);
	return status;
}

/* The folders that files go to, so that pictures need not look for them. */
static int make_folders(const struct mask_plan *plan, const char *root, struct rv_err *err)
{
	struct rv_str folder = RV_STR_INIT, last = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; status == 0 && i < plan->n_places; i++) {
		const char *const slash = strrchr(plan->places[i].path, '/');
		if (!plan->places[i].output->is_made || !slash) {
			continue;
		}
		rv_str_clear(&folder);
		rv_str_printf(&folder, "%s/%.*s", root, (int)(slash - plan->places[i].path), plan->places[i].path);
		if (strcmp(folder.ptr, last.ptr) != 0) {
			status = rv_mkdirs(folder.ptr, err);
			rv_str_clear(&last);
			rv_str_append(&last, folder.ptr, folder.len);
		}
	}
	rv_str_release(&folder);
	rv_str_release(&last);
	return status;
}

int mask_write(const struct mask_plan *plan, struct mask_pool *pool, const char *root, struct mask_files *files,
               struct rv_str *annotations, struct rv_err *err)
{
	const size_t n = plan->request->sample.n_pictures;
	if (plan->makes_files && make_folders(plan, root, err) < 0) {
		return -1;
	}
	struct job job = { .plan = plan,
		           .pool = pool,
		           .root = root,
		           .n = n,
		           .arena = RV_ARENA_INIT,
		           .lock = PTHREAD_MUTEX_INITIALIZER,
		           .results = rv_alloc_zero(n, sizeof(*job.results)),
		           .files = files,
		           .annotations = annotations,
		           .failed = n,
		           .err = err };
	prepare(&job);
	rv_str_putc(annotations, '[');
	rv_taskq_share(n, write_picture, &job);
	rv_str_putc(annotations, ']');
	const int status = job.failed == n ? finish_views(&job) : -1;
	for (size_t i = job.n_taken; i < n; i++) {
		release_result(&job.results[i]);
	}
	free(job.results);
	rv_arena_release(&job.arena);
	mask_files_sort(files);
	return status;
}

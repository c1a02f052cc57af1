/* SPDX-License-Identifier: MIT */
/*
 * The label files of a sample. Frames are begun in order and finished in any; what each adds is taken in when all
 * before it are. When one fails, all before it have been begun and are finished, so that the first one to fail is
 * found, whatever the threads do.
 */
#include "mask/write.h"

#include <stdlib.h>

#include "alloc.h"
#include "diag.h"
#include "mask/files.h"
#include "mask/picture.h"
#include "taskq.h"

/* What a frame adds, until it is its turn. */
struct result {
	bool is_done;
	struct mask_files files;
	struct rv_str annotations;
};

struct job {
	const struct mask_request *request;
	struct mask_channels channels;
	struct mask_pool *pool;

	pthread_mutex_t lock; /* of everything below */
	struct result *results;
	size_t n_taken; /* results that are in the next two */
	struct mask_files files;
	struct rv_str *annotations;
	size_t failed; /* the first frame that did, or n_frames */
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
	while (job->n_taken < job->request->n_frames && job->results[job->n_taken].is_done) {
		struct result *const result = &job->results[job->n_taken];
		mask_files_append(&job->files, &result->files);
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

static void write_frame(size_t number, void *context)
{
	struct job *const job = context;
	struct result result = { .annotations = RV_STR_INIT };
	struct rv_err err = RV_ERR_INIT;
	if (!is_before_failure(job, number)) {
		return;
	}
	mask_files_init(&result.files, job->request, &job->request->frames[number]);
	struct mask_scratch *const scratch = mask_scratch_take(job->pool);
	const int status = mask_picture(&job->channels, scratch, &result.files, &result.annotations, &err);
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

int mask_write(const struct mask_request *request, struct mask_pool *pool, struct mask_added *added, struct rv_err *err)
{
	const size_t n = request->n_frames;
	if (mask_clear(request, err) < 0) {
		return -1;
	}
	struct job job = { .request = request,
		           .pool = pool,
		           .lock = PTHREAD_MUTEX_INITIALIZER,
		           .results = rv_alloc_zero(n, sizeof(*job.results)),
		           .annotations = &added->annotations,
		           .failed = n,
		           .err = err };
	mask_channels_init(&job.channels, request);
	mask_files_init(&job.files, request, NULL);
	rv_str_puts(&added->annotations, request->is_sequence ? "[" : "");
	rv_taskq_share(n, write_frame, &job);
	rv_str_puts(&added->annotations, request->is_sequence ? "]" : "");
	mask_files_put(&job.files, &added->files, &added->sizes);
	for (size_t i = job.n_taken; i < n; i++) {
		release_result(&job.results[i]);
	}
	free(job.results);
	mask_files_release(&job.files);
	mask_channels_release(&job.channels);
	if (job.failed == n) {
		return 0;
	}
	struct rv_err left;
	if (mask_clear(request, &left) < 0) {
		rv_warn("%s", left.text); /* the next run tries again */
	}
	return -1;
}

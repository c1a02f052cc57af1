/* SPDX-License-Identifier: MIT */
/* The arithmetic of -j and --gpus. */
#include "jobs.h"

#include <inttypes.h>
#include <string.h>

#include "diag.h"
#include "machine.h"
#include "parse.h"
#include "str.h"

#define WORKER_BYTES ((uint64_t)1 << 30) /* what a worker is reckoned to take before one was measured */
#define MEMORY_SHARE 0.9                 /* of memory, and of a card's, that workers may have together */
#define CORES_PER_WORKER 2

static uint64_t share(uint64_t bytes)
{
	return (uint64_t)((double)bytes * MEMORY_SHARE);
}

/* How many fit when each takes `each` bytes. */
static size_t fit(uint64_t bytes, uint64_t each)
{
	return (size_t)RV_MIN(share(bytes) / RV_MAX(each, UINT64_C(1)), (uint64_t)RV_JOBS_MAX);
}

static void set_now(struct blend_jobs *jobs, size_t now)
{
	jobs->now = RV_MAX(RV_MIN(now, jobs->max), (size_t)1);
}

/* Without cards: processors and memory. */
static size_t by_processors(const struct blend_jobs *jobs, uint64_t worker_bytes)
{
	return RV_MIN(jobs->cores / CORES_PER_WORKER, fit(jobs->memory_bytes, worker_bytes));
}

static void plan_automatic(struct blend_jobs *jobs)
{
	if (jobs->gpus.len > 0) {
		/* A card is fed by one processor at least; how many workers one can hold is seen later. */
		jobs->max = RV_MAX(jobs->cores, jobs->gpus.len);
		set_now(jobs, jobs->gpus.len);
		jobs->threads = (unsigned int)RV_MAX(jobs->cores / jobs->gpus.len, (size_t)1);
	} else {
		jobs->max = RV_MAX(jobs->cores / CORES_PER_WORKER, (size_t)1);
		set_now(jobs, by_processors(jobs, WORKER_BYTES));
		jobs->threads = (unsigned int)RV_MAX(jobs->cores / jobs->max, (size_t)1);
	}
	jobs->max = RV_MIN(jobs->max, (size_t)RV_JOBS_MAX);
	set_now(jobs, jobs->now);
}

int blend_jobs_plan(struct blend_jobs *jobs, size_t asked, const char *gpus_text, bool may_use_gpus, struct rv_err *err)
{
	*jobs = (struct blend_jobs) { .automatic = asked == 0,
		                      .max = RV_MAX(asked, (size_t)1),
		                      .cores = rv_machine_cores(),
		                      .memory_bytes = rv_machine_memory() };
	if (may_use_gpus) {
		blend_gpus_open(&jobs->gpus);
	} else if (gpus_text && strcmp(gpus_text, "none") != 0) {
		return rv_fail(err, RV_E_USAGE, "--gpus: '%s' with --device cpu", gpus_text);
	}
	if (gpus_text && may_use_gpus && blend_gpus_choose(&jobs->gpus, gpus_text, err) < 0) {
		return -1;
	}
	if (!gpus_text && !jobs->automatic && jobs->max == 1) {
		jobs->gpus.len = 0; /* a single worker may have them all */
	}
	if (jobs->automatic) {
		plan_automatic(jobs);
	} else {
		jobs->now = jobs->max;
		jobs->threads = (unsigned int)RV_MAX(jobs->cores / jobs->max, (size_t)1);
	}
	rv_detail("%zu workers of %u threads, %zu GPUs; at most %zu", jobs->now, jobs->threads, jobs->gpus.len,
	          jobs->max);
	return 0;
}

void blend_jobs_release(struct blend_jobs *jobs)
{
	blend_gpus_close(&jobs->gpus);
}

void blend_jobs_forget_gpus(struct blend_jobs *jobs)
{
	const size_t max = jobs->max;
	if (jobs->gpus.len == 0) {
		return;
	}
	jobs->gpus.len = 0;
	if (jobs->automatic) {
		plan_automatic(jobs);
		jobs->max = RV_MIN(jobs->max, max); /* there are no more places */
		set_now(jobs, jobs->now);
	}
}

size_t blend_jobs_drop_gpu(struct blend_jobs *jobs, size_t i)
{
	size_t left = 0;
	const bool is_new = !jobs->gpus.items[i].is_out;
	jobs->gpus.items[i].is_out = true;
	for (size_t k = 0; k < jobs->gpus.len; k++) {
		left += !jobs->gpus.items[k].is_out;
	}
	if (jobs->automatic && is_new && left > 0) {
		set_now(jobs, jobs->now * left / (left + 1));
	}
	return left;
}

void blend_jobs_take_gpus(struct blend_jobs *jobs)
{
	for (size_t i = 0; i < jobs->gpus.len; i++) {
		jobs->gpus.items[i].is_out = false;
	}
	if (jobs->automatic && jobs->gpus.len > 0) {
		const size_t max = jobs->max;
		plan_automatic(jobs);
		jobs->max = RV_MIN(jobs->max, max); /* there are no more places */
		set_now(jobs, jobs->now);
	}
}

void blend_jobs_measure(struct blend_jobs *jobs, uint64_t rss_bytes, size_t gpu)
{
	jobs->measured = true;
	const size_t before = jobs->now;
	const size_t by_memory = fit(jobs->memory_bytes, rss_bytes);
	if (!jobs->automatic) {
		if (by_memory < jobs->now) {
			rv_warn("%zu worker%s of %" PRIu64 " MiB: more memory than there is", jobs->now,
			        RV_PLURAL(jobs->now), rss_bytes >> 20);
		}
		return;
	}
	if (gpu < jobs->gpus.len && jobs->gpus.items[gpu].is_known) {
		const uint64_t free_bytes = jobs->gpus.items[gpu].free_bytes;
		blend_gpus_refresh(&jobs->gpus);
		const uint64_t left = jobs->gpus.items[gpu].free_bytes;
		/* Measured with one worker per card; what others did meanwhile counts as this one's. */
		const size_t each = left < free_bytes ? fit(free_bytes, free_bytes - left) : 1;
		set_now(jobs, RV_MIN(RV_MAX(each, (size_t)1) * jobs->gpus.len, RV_MAX(by_memory, (size_t)1)));
	} else if (jobs->gpus.len > 0) {
		set_now(jobs, RV_MIN(jobs->now, by_memory));
	} else {
		set_now(jobs, by_processors(jobs, rss_bytes));
	}
	if (jobs->now != before) {
		rv_info("-j auto: %zu worker%s, one takes %" PRIu64 " MiB of memory", jobs->now, RV_PLURAL(jobs->now),
		        rss_bytes >> 20);
	}
}

const struct blend_gpu *blend_jobs_gpu(const struct blend_jobs *jobs, const size_t n_on[BLEND_GPUS_MAX])
{
	const struct blend_gpu *best = NULL;
	for (size_t i = 0; i < jobs->gpus.len; i++) {
		const struct blend_gpu *const gpu = &jobs->gpus.items[i];
		if (!gpu->is_out && (!best || n_on[i] < n_on[best - jobs->gpus.items])) {
			best = gpu;
		}
	}
	return best;
}

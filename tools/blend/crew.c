/* SPDX-License-Identifier: MIT */
/* Who works: starting, replacing and ending workers. */
#include "crew.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "sample.h"

#define START_FAILURES_MAX 3
#define STOP_S 1.0 /* how long an end by signal waits for SIGTERM to work */

void blend_crew_open(struct blend_crew *crew, const struct blend_worker_setup *setup, struct blend_jobs *jobs)
{
	const size_t n_seats = jobs->max * 2;
	*crew = (struct blend_crew) {
		.setup = setup,
		.jobs = jobs,
		.seats = rv_alloc_zero(n_seats, sizeof(*crew->seats)),
		.n_seats = n_seats,
	};
	for (size_t i = 0; i < n_seats; i++) {
		crew->seats[i].worker = (struct blend_worker)BLEND_WORKER_INIT;
	}
}

void blend_crew_close(struct blend_crew *crew)
{
	free(crew->seats);
}

static bool is_up(const struct blend_seat *seat)
{
	return seat->worker.state == BLEND_WORKER_IDLE || seat->worker.state == BLEND_WORKER_BUSY;
}

/* The card for the next worker, as its place in the list; BLEND_GPUS_MAX: none. */
static size_t choose_gpu(const struct blend_crew *crew)
{
	size_t n_on[BLEND_GPUS_MAX] = { 0 };
	for (size_t i = 0; i < crew->n_seats; i++) {
		const struct blend_worker *worker = &crew->seats[i].worker;
		if (worker->state != BLEND_WORKER_NONE && worker->gpu < BLEND_GPUS_MAX) {
			n_on[worker->gpu]++;
		}
	}
	const struct blend_gpu *gpu = blend_jobs_gpu(crew->jobs, n_on);
	return gpu ? (size_t)(gpu - crew->jobs->gpus.items) : BLEND_GPUS_MAX;
}

static int start_one(struct blend_crew *crew, bool warm, struct rv_err *err)
{
	for (size_t i = 0; i < crew->n_seats; i++) {
		struct blend_seat *seat = &crew->seats[i];
		if (seat->worker.state == BLEND_WORKER_NONE) {
			size_t gpu = choose_gpu(crew);
			const char *name = gpu < BLEND_GPUS_MAX ? crew->jobs->gpus.items[gpu].name : NULL;
			seat->due = false;
			int result = blend_worker_start(&seat->worker, crew->setup, name, warm, ++crew->n_workers, err);
			seat->worker.gpu = gpu;
			return result;
		}
	}
	return 0; /* all places are taken by workers that are ending: later */
}

void blend_crew_failed(struct blend_crew *crew, uint64_t serial, const struct rv_err *err)
{
	rv_warn("worker %" PRIu64 " did not start: %.*s", serial, (int)strcspn(err->text, "\n"), err->text);
	crew->start_err = *err;
	crew->start_failures++;
}

int blend_crew_staff(struct blend_crew *crew, size_t demand, struct rv_err *err)
{
	struct rv_err start_err = RV_ERR_INIT;
	size_t fresh = 0, ready = 0, alive = 0;
	for (size_t i = 0; i < crew->n_seats; i++) {
		const struct blend_seat *seat = &crew->seats[i];
		bool starting = seat->worker.state == BLEND_WORKER_STARTING;
		alive += starting || is_up(seat);
		fresh += !seat->due && (starting || is_up(seat));
		ready += !seat->due && (starting || seat->worker.state == BLEND_WORKER_IDLE);
	}
	while (fresh < crew->jobs->now && ready < demand && crew->start_failures < START_FAILURES_MAX) {
		bool succeeds = alive >= crew->jobs->now; /* another works in its place until it is up */
		if (start_one(crew, succeeds, &start_err) < 0) {
			blend_crew_failed(crew, crew->n_workers, &start_err);
			continue; /* at once, as nothing will happen that could call for it later */
		}
		alive++, fresh++, ready++;
	}
	if (demand > 0 && alive == 0 && crew->start_failures >= START_FAILURES_MAX) {
		return rv_fail(err, RV_E_NO_BLENDER, "'%s' did not start %u times in a row: %s", crew->setup->blender,
		               crew->start_failures, crew->start_err.text);
	}
	return 0;
}

void blend_crew_retire(struct blend_crew *crew)
{
	size_t up = 0, wanted = 0;
	for (size_t i = 0; i < crew->n_seats; i++) {
		up += is_up(&crew->seats[i]);
		wanted += is_up(&crew->seats[i]) && !crew->seats[i].due;
	}
	for (size_t i = crew->n_seats; i-- > 0 && wanted > crew->jobs->now;) {
		if (is_up(&crew->seats[i]) && !crew->seats[i].due) {
			crew->seats[i].due = true;
			wanted--;
		}
	}
	for (size_t i = 0; i < crew->n_seats && up > crew->jobs->now; i++) {
		struct blend_seat *seat = &crew->seats[i];
		if (seat->due && seat->worker.state == BLEND_WORKER_IDLE) {
			blend_worker_end(&seat->worker);
			up--;
		}
	}
}

void blend_crew_dismiss(struct blend_crew *crew, bool at_once)
{
	for (size_t i = 0; i < crew->n_seats; i++) {
		struct blend_worker *worker = &crew->seats[i].worker;
		if (at_once || crew->seats[i].helps || worker->state == BLEND_WORKER_STARTING) {
			blend_worker_kill(worker);
		} else {
			blend_worker_end(worker);
		}
	}
	double deadline = rv_clock_s() + STOP_S;
	for (size_t i = 0; i < crew->n_seats; i++) {
		struct blend_seat *seat = &crew->seats[i];
		if (!blend_worker_reap(&seat->worker, RV_MAX(deadline - rv_clock_s(), 0))) {
			rv_child_kill(&seat->worker.child, SIGKILL);
			blend_worker_reap(&seat->worker, -1);
		}
		blend_sample_drop(&seat->work_dir);
	}
}

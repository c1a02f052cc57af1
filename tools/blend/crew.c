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

void rv_crew_open(struct rv_crew *crew, const struct rv_worker_setup *setup, struct rv_jobs *jobs)
{
	const size_t n_seats = jobs->max * 2;
	*crew = (struct rv_crew) {
		.setup = setup,
		.jobs = jobs,
		.seats = rv_alloc_zero(n_seats, sizeof(*crew->seats)),
		.n_seats = n_seats,
	};
	for (size_t i = 0; i < n_seats; i++) {
		crew->seats[i].worker = (struct rv_worker)RV_WORKER_INIT;
	}
}

void rv_crew_close(struct rv_crew *crew)
{
	free(crew->seats);
}

static bool is_up(const struct rv_seat *seat)
{
	return seat->worker.state == RV_WORKER_IDLE || seat->worker.state == RV_WORKER_BUSY;
}

/* The card for the next worker, as its place in the list; RV_GPUS_MAX: none. */
static size_t choose_gpu(const struct rv_crew *crew)
{
	size_t n_on[RV_GPUS_MAX] = { 0 };
	for (size_t i = 0; i < crew->n_seats; i++) {
		const struct rv_worker *worker = &crew->seats[i].worker;
		if (worker->state != RV_WORKER_NONE && worker->gpu < RV_GPUS_MAX) {
			n_on[worker->gpu]++;
		}
	}
	const struct rv_gpu *gpu = rv_jobs_gpu(crew->jobs, n_on);
	return gpu ? (size_t)(gpu - crew->jobs->gpus.items) : RV_GPUS_MAX;
}

static int start_one(struct rv_crew *crew, bool warm, struct rv_err *err)
{
	for (size_t i = 0; i < crew->n_seats; i++) {
		struct rv_seat *seat = &crew->seats[i];
		if (seat->worker.state == RV_WORKER_NONE) {
			size_t gpu = choose_gpu(crew);
			const char *name = gpu < RV_GPUS_MAX ? crew->jobs->gpus.items[gpu].name : NULL;
			seat->due = false;
			int result = rv_worker_start(&seat->worker, crew->setup, name, warm, ++crew->n_workers, err);
			seat->worker.gpu = gpu;
			return result;
		}
	}
	return 0; /* all places are taken by workers that are ending: later */
}

void rv_crew_failed(struct rv_crew *crew, uint64_t serial, const struct rv_err *err)
{
	rv_warn("worker %" PRIu64 " did not start: %.*s", serial, (int)strcspn(err->text, "\n"), err->text);
	crew->start_err = *err;
	crew->start_failures++;
}

int rv_crew_staff(struct rv_crew *crew, size_t demand, struct rv_err *err)
{
	struct rv_err start_err = RV_ERR_INIT;
	size_t fresh = 0, ready = 0, alive = 0;
	for (size_t i = 0; i < crew->n_seats; i++) {
		const struct rv_seat *seat = &crew->seats[i];
		bool starting = seat->worker.state == RV_WORKER_STARTING;
		alive += starting || is_up(seat);
		fresh += !seat->due && (starting || is_up(seat));
		ready += !seat->due && (starting || seat->worker.state == RV_WORKER_IDLE);
	}
	for (; fresh < crew->jobs->now && ready < demand && crew->start_failures < START_FAILURES_MAX;
	     alive++, fresh++, ready++) {
		bool succeeds = alive >= crew->jobs->now; /* another works in its place until it is up */
		if (start_one(crew, succeeds, &start_err) < 0) {
			rv_crew_failed(crew, crew->n_workers, &start_err);
		}
	}
	if (demand > 0 && alive == 0 && crew->start_failures >= START_FAILURES_MAX) {
		return rv_fail(err, RV_E_NO_BLENDER, "'%s' did not start %u times in a row: %s", crew->setup->blender,
		               crew->start_failures, crew->start_err.text);
	}
	return 0;
}

void rv_crew_retire(struct rv_crew *crew)
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
		struct rv_seat *seat = &crew->seats[i];
		if (seat->due && seat->worker.state == RV_WORKER_IDLE) {
			rv_worker_end(&seat->worker);
			up--;
		}
	}
}

void rv_crew_dismiss(struct rv_crew *crew, bool at_once)
{
	for (size_t i = 0; i < crew->n_seats; i++) {
		struct rv_worker *worker = &crew->seats[i].worker;
		if (at_once || crew->seats[i].helps || worker->state == RV_WORKER_STARTING) {
			rv_worker_kill(worker);
		} else {
			rv_worker_end(worker);
		}
	}
	double deadline = rv_clock_s() + STOP_S;
	for (size_t i = 0; i < crew->n_seats; i++) {
		struct rv_seat *seat = &crew->seats[i];
		if (!rv_worker_reap(&seat->worker, RV_MAX(deadline - rv_clock_s(), 0))) {
			rv_child_kill(&seat->worker.child, SIGKILL);
			rv_worker_reap(&seat->worker, -1);
		}
		rv_sample_drop(&seat->work_dir);
	}
}

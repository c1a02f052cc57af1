/* SPDX-License-Identifier: MIT */
/* taskq: order, bound, and no item lost or done twice, whatever the threads do. */
#include "taskq.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "check.h"

struct job {
	unsigned int number;
	unsigned int pause_us;
	unsigned int worked;
	bool by_hand; /* pushed as done */
};

struct state {
	unsigned int emitted; /* in order so far */
	unsigned int wrong;
	atomic_uint working, most_working;
	atomic_flag in_emit;
};

static void raise_to(atomic_uint *most, unsigned int value)
{
	unsigned int old = atomic_load(most);
	while (old < value && !atomic_compare_exchange_weak(most, &old, value)) {
	}
}

static void work(void *item, void *context)
{
	struct job *job = item;
	struct state *state = context;
	raise_to(&state->most_working, atomic_fetch_add(&state->working, 1) + 1);
	if (job->pause_us) {
		nanosleep(&(struct timespec) { .tv_nsec = job->pause_us * 1000L }, NULL);
	}
	job->worked++;
	atomic_fetch_sub(&state->working, 1);
}

static void emit(void *item, void *context)
{
	struct job *job = item;
	struct state *state = context;
	state->wrong += atomic_flag_test_and_set(&state->in_emit); /* two at a time */
	state->wrong += job->number != state->emitted;
	state->wrong += job->worked != (job->by_hand ? 0 : 1);
	state->emitted++;
	atomic_flag_clear(&state->in_emit);
}

static struct job jobs[5000];

static void run_jobs(size_t threads, size_t bound, size_t n, unsigned int pause_every, unsigned int by_hand_every)
{
	struct state state = { .in_emit = ATOMIC_FLAG_INIT };
	struct rv_taskq *queue = rv_taskq_new(threads, bound, work, emit, &state);
	for (size_t i = 0; i < n; i++) {
		jobs[i] = (struct job) { .number = (unsigned int)i };
		jobs[i].pause_us = pause_every && i % pause_every == 0 ? 2000 : 0;
		jobs[i].by_hand = by_hand_every && i % by_hand_every == 0;
		if (jobs[i].by_hand) {
			rv_taskq_push_done(queue, &jobs[i]);
		} else {
			rv_taskq_push(queue, &jobs[i]);
		}
	}
	rv_taskq_finish(queue);
	CHECK_U64(state.emitted, n);
	CHECK_U64(state.wrong, 0);
	CHECK(state.most_working <= threads);
}

static void order(void)
{
	static const struct {
		size_t threads, bound;
		unsigned int pause_every, by_hand_every;
	} cases[] = { { 1, 1, 0, 0 }, { 1, 8, 0, 0 },   { 4, 1, 0, 0 }, { 4, 4, 50, 0 },    { 4, 64, 50, 0 },
		      { 8, 3, 0, 2 }, { 3, 16, 40, 3 }, { 2, 2, 0, 1 }, { 16, 200, 100, 7 } };
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		run_jobs(cases[i].threads, cases[i].bound, RV_COUNTOF(jobs), cases[i].pause_every,
		         cases[i].by_hand_every);
	}
}

static void nothing(void)
{
	run_jobs(4, 4, 0, 0, 0);
	run_jobs(4, 4, 1, 0, 0);
	run_jobs(4, 4, 1, 0, 1);
}

/* One slow item at the head: pushing must stop after `bound` items, all threads but its own having worked. */
struct gate {
	atomic_bool open;
	atomic_uint emitted;
};

static void wait_at_gate(void *item, void *context)
{
	struct gate *gate = context;
	while (*(int *)item == 0 && !atomic_load(&gate->open)) {
		nanosleep(&(struct timespec) { .tv_nsec = 100000 }, NULL);
	}
}

static void count(void *item RV_UNUSED, void *context)
{
	struct gate *gate = context;
	atomic_fetch_add(&gate->emitted, 1);
}

static atomic_uint n_pushed;

static void *push_ten(void *queue)
{
	static int numbers[10];
	for (int i = 0; i < 10; i++) {
		numbers[i] = i;
		rv_taskq_push(queue, &numbers[i]);
		atomic_fetch_add(&n_pushed, 1);
	}
	return NULL;
}

static void bounded(void)
{
	struct gate gate = { .open = false };
	struct rv_taskq *queue = rv_taskq_new(2, 4, wait_at_gate, count, &gate);
	atomic_store(&n_pushed, 0);
	pthread_t pusher;
	if (!CHECK(pthread_create(&pusher, NULL, push_ten, queue) == 0)) {
		return;
	}
	while (atomic_load(&n_pushed) < 4) {
		nanosleep(&(struct timespec) { .tv_nsec = 100000 }, NULL);
	}
	nanosleep(&(struct timespec) { .tv_nsec = 50000000 }, NULL);
	CHECK_U64(atomic_load(&n_pushed), 4);
	CHECK_U64(atomic_load(&gate.emitted), 0);
	atomic_store(&gate.open, true);
	pthread_join(pusher, NULL);
	rv_taskq_finish(queue);
	CHECK_U64(atomic_load(&gate.emitted), 10);
}

CHECK_MODULE(taskq)
{
	check_case("every item once and in order", order);
	check_case("no item, one item", nothing);
	check_case("no more items inside than its bound", bounded);
}

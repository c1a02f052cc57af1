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

/* ---- parts ------------------------------------------------------------------------------------------------------ */

#define PARTS 200
#define PATIENCE 600000 /* waits of 0.1 ms: a failure, not a hang, when nobody comes */

struct parts {
	atomic_uint done[PARTS], in_order, started, meeting;
	atomic_uint working, most_working;
	unsigned int emitted;
	atomic_uint started_before_item; /* parts */
	atomic_uint lonely;              /* that waited in vain */
};

static void wait_for(struct parts *parts, const atomic_uint *value, unsigned int least)
{
	for (unsigned int i = 0; i < PATIENCE && atomic_load(&parts->lonely) == 0; i++) {
		if (atomic_load(value) >= least) {
			return;
		}
		nanosleep(&(struct timespec) { .tv_nsec = 100000 }, NULL);
	}
	atomic_fetch_add(&parts->lonely, 1);
}

static void do_part(size_t number, void *context)
{
	struct parts *parts = context;
	raise_to(&parts->most_working, atomic_fetch_add(&parts->working, 1) + 1);
	atomic_fetch_add(&parts->done[number], 1);
	atomic_fetch_sub(&parts->working, 1);
}

static void share_parts(void *item RV_UNUSED, void *context)
{
	struct parts *parts = context;
	for (size_t n = 0; n <= PARTS; n += PARTS / 2) {
		rv_taskq_share(n, do_part, parts);
	}
}

static void count_parts(void *item RV_UNUSED, void *context)
{
	((struct parts *)context)->emitted++;
}

static void all_parts(void)
{
	for (size_t threads = 1; threads <= 8; threads *= 2) {
		static struct parts parts;
		parts = (struct parts) { 0 };
		struct rv_taskq *queue = rv_taskq_new(threads, 16, share_parts, count_parts, &parts);
		for (size_t i = 0; i < 50; i++) {
			rv_taskq_push(queue, &parts);
		}
		rv_taskq_finish(queue);
		CHECK_U64(parts.emitted, 50);
		CHECK(parts.most_working <= threads);
		for (size_t i = 0; i < PARTS; i++) {
			CHECK_U64(parts.done[i], i < PARTS / 2 ? 100 : 50);
		}
	}
}

static void note_order(size_t number, void *context)
{
	struct parts *parts = context;
	atomic_fetch_add(&parts->in_order, atomic_fetch_add(&parts->started, 1) == number);
}

static void without_queue(void)
{
	struct parts parts = { 0 };
	rv_taskq_share(PARTS, note_order, &parts);
	CHECK_U64(parts.in_order, PARTS);
}

/* Both threads have to be in it at the same time. */
static void meet(size_t number RV_UNUSED, void *context)
{
	struct parts *parts = context;
	atomic_fetch_add(&parts->meeting, 1);
	wait_for(parts, &parts->meeting, 2);
}

static void share_meeting(void *item RV_UNUSED, void *context)
{
	rv_taskq_share(2, meet, context);
}

static void idle_thread_helps(void)
{
	struct parts parts = { 0 };
	struct rv_taskq *queue = rv_taskq_new(2, 4, share_meeting, count_parts, &parts);
	rv_taskq_push(queue, &parts);
	rv_taskq_finish(queue);
	CHECK_U64(parts.meeting, 2);
	CHECK_U64(parts.lonely, 0);
}

/* Item 0 is shared, item 1 keeps the other thread from it until a part has begun; then that one comes too. */
static void share_or_leave(void *item, void *context)
{
	struct parts *parts = context;
	if (*(int *)item == 0) {
		rv_taskq_share(2, meet, parts);
	} else {
		wait_for(parts, &parts->meeting, 1);
	}
}

static void later_thread_helps(void)
{
	struct parts parts = { 0 };
	int numbers[] = { 0, 1 };
	struct rv_taskq *queue = rv_taskq_new(2, 4, share_or_leave, count_parts, &parts);
	rv_taskq_push(queue, &numbers[0]);
	rv_taskq_push(queue, &numbers[1]);
	rv_taskq_finish(queue);
	CHECK_U64(parts.meeting, 2);
	CHECK_U64(parts.lonely, 0);
	CHECK_U64(parts.emitted, 2);
}

/* While two threads are at the parts of item 0, item 1 is pushed: whoever is done with a part takes it first. */
static void part_before_item(size_t number, void *context)
{
	struct parts *parts = context;
	atomic_fetch_add(&parts->started, 1);
	wait_for(parts, number < 2 ? &parts->meeting : &parts->started_before_item, 1);
}

static void share_or_note(void *item, void *context)
{
	struct parts *parts = context;
	if (*(int *)item == 0) {
		rv_taskq_share(PARTS, part_before_item, parts);
	} else {
		atomic_store(&parts->started_before_item, atomic_load(&parts->started));
	}
}

static void items_first(void)
{
	struct parts parts = { 0 };
	int numbers[] = { 0, 1 };
	struct rv_taskq *queue = rv_taskq_new(2, 4, share_or_note, count_parts, &parts);
	rv_taskq_push(queue, &numbers[0]);
	wait_for(&parts, &parts.started, 2);
	rv_taskq_push(queue, &numbers[1]);
	atomic_store(&parts.meeting, 1);
	rv_taskq_finish(queue);
	/* the owner may have begun one more */
	CHECK(parts.started_before_item == 2 || parts.started_before_item == 3);
	CHECK_U64(parts.lonely, 0);
	CHECK_U64(parts.started, PARTS);
	CHECK_U64(parts.emitted, 2);
}

CHECK_MODULE(taskq)
{
	check_case("every item once and in order", order);
	check_case("no item, one item", nothing);
	check_case("no more items inside than its bound", bounded);
	check_case("every part once, on no more threads", all_parts);
	check_case("parts without a queue", without_queue);
	check_case("an idle thread helps", idle_thread_helps);
	check_case("a thread that is idle later helps", later_thread_helps);
	check_case("items before parts", items_first);
}

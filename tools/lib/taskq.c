/* SPDX-License-Identifier: MIT */
/* Bounded, ordered parallelism: a ring of items between three counters, emitted <= started <= pushed; and
 * the parts of items that are worked on. */
#include "taskq.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"

struct slot {
	void *item;
	bool done;
};

/* An item's parts: on its thread's stack. */
struct share {
	rv_taskq_part_fn *part;
	void *context;
	size_t n, started, done;
	struct share *next;
};

struct rv_taskq {
	rv_taskq_fn *work;
	rv_taskq_fn *emit;
	void *context;
	struct slot *ring;
	size_t bound;
	pthread_t *threads;
	size_t n_threads;

	pthread_mutex_t lock;
	pthread_cond_t has_work;   /* something to start, or finishing */
	pthread_cond_t has_place;  /* something was emitted */
	pthread_cond_t parts_done; /* all of a share */
	uint64_t pushed, started, emitted;
	struct share *shares; /* those with parts left to start, the oldest first */
	bool emitting;        /* a thread is inside emit */
	bool finishing;
};

static _Thread_local struct rv_taskq *own_queue; /* the one that this thread works for */

/* With the lock held: hands out everything that is done and next in order. Whoever finds another thread at it leaves
 * the rest to that one, which looks again before it stops. */
static void emit_ready(struct rv_taskq *queue)
{
	if (queue->emitting) {
		return;
	}
	queue->emitting = true;
	while (queue->emitted < queue->pushed) {
		struct slot *slot = &queue->ring[queue->emitted % queue->bound];
		if (!slot->done) {
			break;
		}
		void *item = slot->item;
		pthread_mutex_unlock(&queue->lock);
		queue->emit(item, queue->context);
		pthread_mutex_lock(&queue->lock);
		queue->emitted++;
		/* Its place may now be taken anew: an item that was pushed as done is not to be looked for there. */
		queue->started = RV_MAX(queue->started, queue->emitted);
		pthread_cond_signal(&queue->has_place);
	}
	queue->emitting = false;
}

/* With the lock held: the next part of a share that has one. */
static void do_part(struct rv_taskq *queue, struct share *share)
{
	const size_t number = share->started++;
	if (share->started == share->n) {
		struct share **at = &queue->shares;
		while (*at != share) {
			at = &(*at)->next;
		}
		*at = share->next;
	}
	pthread_mutex_unlock(&queue->lock);
	share->part(number, share->context);
	pthread_mutex_lock(&queue->lock);
	if (++share->done == share->n) {
		pthread_cond_broadcast(&queue->parts_done);
	}
}

void rv_taskq_share(size_t n, rv_taskq_part_fn *part, void *context)
{
	struct rv_taskq *const queue = own_queue;
	if (!queue || n < 2) {
		for (size_t i = 0; i < n; i++) {
			part(i, context);
		}
		return;
	}
	struct share share = { .part = part, .context = context, .n = n };
	pthread_mutex_lock(&queue->lock);
	struct share **end = &queue->shares;
	while (*end) {
		end = &(*end)->next;
	}
	*end = &share;
	pthread_cond_broadcast(&queue->has_work);
	while (share.started < n) {
		do_part(queue, &share);
	}
	while (share.done < n) {
		pthread_cond_wait(&queue->parts_done, &queue->lock);
	}
	pthread_mutex_unlock(&queue->lock);
}

static void *worker(void *argument)
{
	struct rv_taskq *queue = argument;
	own_queue = queue;
	pthread_mutex_lock(&queue->lock);
	for (;;) {
		/* Items that were pushed as done need no thread. */
		while (queue->started < queue->pushed && queue->ring[queue->started % queue->bound].done) {
			queue->started++;
		}
		if (queue->started < queue->pushed) {
			struct slot *slot = &queue->ring[queue->started++ % queue->bound];
			pthread_mutex_unlock(&queue->lock);
			queue->work(slot->item, queue->context);
			pthread_mutex_lock(&queue->lock);
			slot->done = true;
			emit_ready(queue);
		} else if (queue->shares) {
			do_part(queue, queue->shares);
		} else if (queue->finishing) {
			break;
		} else {
			pthread_cond_wait(&queue->has_work, &queue->lock);
		}
	}
	pthread_mutex_unlock(&queue->lock);
	return NULL;
}

struct rv_taskq *rv_taskq_new(size_t threads, size_t bound, rv_taskq_fn *work, rv_taskq_fn *emit, void *context)
{
	if (!threads || !bound) {
		rv_bug("a task queue of %zu threads and %zu places", threads, bound);
	}
	struct rv_taskq *queue = rv_alloc_zero(1, sizeof(*queue));
	queue->work = work;
	queue->emit = emit;
	queue->context = context;
	queue->bound = bound;
	queue->ring = rv_alloc_zero(bound, sizeof(*queue->ring));
	queue->threads = rv_alloc_zero(threads, sizeof(*queue->threads));
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->has_work, NULL);
	pthread_cond_init(&queue->has_place, NULL);
	pthread_cond_init(&queue->parts_done, NULL);

	/* Signals belong to the thread that reads the input: only there does EINTR tell anybody anything. */
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (queue->n_threads < threads) {
		int number = pthread_create(&queue->threads[queue->n_threads], NULL, worker, queue);
		if (number) {
			if (!queue->n_threads) {
				rv_error("cannot start a thread: %s", strerror(number));
				exit(3);
			}
			rv_warn("only %zu of %zu threads: %s", queue->n_threads, threads, strerror(number));
			break;
		}
		queue->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return queue;
}

static void push(struct rv_taskq *queue, void *item, bool done)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->pushed - queue->emitted >= queue->bound) {
		pthread_cond_wait(&queue->has_place, &queue->lock);
	}
	queue->ring[queue->pushed++ % queue->bound] = (struct slot) { .item = item, .done = done };
	if (done) {
		emit_ready(queue);
	} else {
		pthread_cond_signal(&queue->has_work);
	}
	pthread_mutex_unlock(&queue->lock);
}

void rv_taskq_push(struct rv_taskq *queue, void *item)
{
	push(queue, item, false);
}

void rv_taskq_push_done(struct rv_taskq *queue, void *item)
{
	push(queue, item, true);
}

void rv_taskq_finish(struct rv_taskq *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->emitted < queue->pushed) {
		pthread_cond_wait(&queue->has_place, &queue->lock);
	}
	queue->finishing = true;
	pthread_cond_broadcast(&queue->has_work);
	pthread_mutex_unlock(&queue->lock);
	for (size_t i = 0; i < queue->n_threads; i++) {
		pthread_join(queue->threads[i], NULL);
	}
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->has_work);
	pthread_cond_destroy(&queue->has_place);
	pthread_cond_destroy(&queue->parts_done);
	free(queue->threads);
	free(queue->ring);
	free(queue);
}

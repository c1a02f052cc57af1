/* SPDX-License-Identifier: MIT */
/*
 * Bounded, ordered parallelism: items go in, are worked on by n threads, and come out in the order in which they went
 * in. At most `bound` items are inside at a time: rv_taskq_push blocks when it is full, so memory stays flat however
 * slow the consumer is.
 *
 *	queue = rv_taskq_new(threads, bound, work, emit, context);
 *	while (...) rv_taskq_push(queue, item);
 *	rv_taskq_finish(queue);             waits for everything, frees the queue
 *
 * `work(item, context)` runs on any of the threads, several at a time. `emit(item, context)` runs once per item, in
 * order, never two at a time, as soon as the item and all before it are done (on whichever thread finished last).
 */
#ifndef RV_TASKQ_H
#define RV_TASKQ_H

typedef void rv_taskq_fn(void *item, void *context);
struct rv_taskq;

struct rv_taskq *rv_taskq_new(size_t threads, size_t bound, rv_taskq_fn *work, rv_taskq_fn *emit, void *context);
void rv_taskq_push(struct rv_taskq *queue, void *item);
/* Like push, but the item needs no work: it only takes its place in the order. */
void rv_taskq_push_done(struct rv_taskq *queue, void *item);
void rv_taskq_finish(struct rv_taskq *queue);

#endif

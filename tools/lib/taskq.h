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
 *
 * Work that falls into parts can give them to threads that have nothing to do:
 *
 *	rv_taskq_share(n, part, context);   within `work`: part(0, context) .. part(n - 1, context)
 *
 * The parts are begun in this order, on the thread that works on the item and on every other of the queue that finds no
 * item waiting, now or later: items go before parts, and the queue never has more than its threads.
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

typedef void rv_taskq_part_fn(size_t number, void *context);
/* Returns when all parts are done. On a thread that is none of a queue's it does them one after the other. */
void rv_taskq_share(size_t n, rv_taskq_part_fn *part, void *context);

#endif

/* SPDX-License-Identifier: MIT */
/* Batches of records, between the thread that reads and the one that writes. */
#include "sink/ahead.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "alloc.h"
#include "sig.h"
#include "taskq.h"

#define BATCH_RECORDS 32
#define BATCH_BYTES ((size_t)256 << 10) /* of records; one may have more */
#define WAITING_BATCHES 2

struct item {
	struct rv_record record;
	struct rv_sample sample;
	bool is_ours;        /* else it is passed on as it is */
	bool is_wrong;       /* there is no sample, */
	struct rv_err wrong; /* which this tells */
};

struct batch {
	struct item items[BATCH_RECORDS];
	size_t n_items, n_bytes;
};

struct ahead {
	struct rv_stream *stream;
	sink_take_fn *take;
	void *to;
	atomic_bool has_ended;                     /* `take` has */
	struct batch batches[WAITING_BATCHES + 1]; /* used in turn */
};

static bool is_over(struct ahead *ahead)
{
	return atomic_load(&ahead->has_ended) || rv_sig_stop() || rv_output_is_broken(&ahead->stream->output);
}

/* ---- reading ---- */

/* The next record of the stream; false: there is none. */
static bool read_item(struct ahead *ahead, struct item *item)
{
	const int taken = is_over(ahead) ? 0 : rv_stream_take(ahead->stream, &item->record);
	item->is_ours = taken == 1;
	item->is_wrong = item->is_ours && rv_sample_load(&item->sample, &item->record, &item->wrong) < 0;
	return taken > 0;
}

/* Fills a batch; false: these are the last. */
static bool read_batch(struct ahead *ahead, struct batch *batch)
{
	bool is_there = true, is_full = false;
	batch->n_items = batch->n_bytes = 0;
	while (!is_full && (is_there = read_item(ahead, &batch->items[batch->n_items]))) {
		batch->n_bytes += batch->items[batch->n_items++].record.text.len;
		is_full = batch->n_items == BATCH_RECORDS || batch->n_bytes >= BATCH_BYTES ||
		          rv_input_would_block(ahead->stream->input);
	}
	return is_there;
}

/* ---- writing ---- */

/* An rv_taskq_fn. */
static void write_batch(void *batch_, void *ahead_)
{
	struct batch *const batch = batch_;
	struct ahead *const ahead = ahead_;
	for (size_t i = 0; i < batch->n_items && !is_over(ahead); i++) {
		struct item *const item = &batch->items[i];
		if (item->is_ours &&
		    !ahead->take(ahead->to, &item->record, &item->sample, item->is_wrong ? &item->wrong : NULL)) {
			atomic_store(&ahead->has_ended, true);
			return;
		}
		rv_output_put(&ahead->stream->output, &item->record);
	}
}

static void forget_batch(void *batch RV_UNUSED, void *ahead RV_UNUSED)
{
}

static struct ahead *prepare(struct rv_stream *stream, sink_take_fn *take, void *to)
{
	struct ahead *const ahead = rv_alloc_zero(1, sizeof(*ahead));
	ahead->stream = stream;
	ahead->take = take;
	ahead->to = to;
	for (size_t i = 0; i < RV_COUNTOF(ahead->batches); i++) {
		for (size_t k = 0; k < BATCH_RECORDS; k++) {
			struct item *const item = &ahead->batches[i].items[k];
			item->record = (struct rv_record)RV_RECORD_INIT;
			item->sample = (struct rv_sample)RV_SAMPLE_INIT;
		}
	}
	return ahead;
}

static void release(struct ahead *ahead)
{
	for (size_t i = 0; i < RV_COUNTOF(ahead->batches); i++) {
		for (size_t k = 0; k < BATCH_RECORDS; k++) {
			struct item *const item = &ahead->batches[i].items[k];
			rv_sample_release(&item->sample);
			rv_record_release(&item->record);
		}
	}
	free(ahead);
}

void sink_ahead(struct rv_stream *stream, bool has_thread, sink_take_fn *take, void *to)
{
	struct ahead *const ahead = prepare(stream, take, to);
	struct rv_taskq *const queue =
	        has_thread ? rv_taskq_new(1, WAITING_BATCHES, write_batch, forget_batch, ahead) : NULL;
	bool is_last = false;
	for (size_t at = 0; !is_last; at = (at + 1) % RV_COUNTOF(ahead->batches)) {
		struct batch *const batch = &ahead->batches[at];
		is_last = !read_batch(ahead, batch);
		if (queue) {
			rv_taskq_push(queue, batch);
		} else {
			write_batch(batch, ahead);
		}
	}
	if (queue) {
		rv_taskq_finish(queue);
	}
	release(ahead);
}

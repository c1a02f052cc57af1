/* SPDX-License-Identifier: MIT */
/* The records on their way, in order. */
#include "window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "resume.h"
#include "sig.h"

void blend_window_open(struct blend_window *window, size_t size, const struct blend_sample_run *run,
                       struct rv_stream *stream, unsigned int retries)
{
	*window = (struct blend_window) {
		.run = run,
		.stream = stream,
		.retries = retries,
		.slots = rv_alloc_zero(size, sizeof(*window->slots)),
		.size = size,
		.first_failure = RV_STR_INIT,
	};
	for (size_t i = 0; i < size; i++) {
		window->slots[i].record = (struct rv_record)RV_RECORD_INIT;
		rv_str_init(&window->slots[i].id);
		rv_str_init(&window->slots[i].reply);
		window->slots[i].place = (struct blend_sample_place)BLEND_SAMPLE_PLACE_INIT;
	}
}

void blend_window_close(struct blend_window *window)
{
	for (size_t i = 0; i < window->size; i++) {
		rv_record_release(&window->slots[i].record);
		rv_str_release(&window->slots[i].id);
		rv_str_release(&window->slots[i].reply);
		blend_sample_drop(&window->slots[i].work_dir);
		blend_sample_unclaim(&window->slots[i].place);
	}
	free(window->slots);
	rv_str_release(&window->first_failure);
}

bool blend_window_is_full(const struct blend_window *window)
{
	return window->len == window->size;
}

struct blend_slot *blend_window_at(const struct blend_window *window, size_t i)
{
	return &window->slots[(window->head + i) % window->size];
}

struct blend_slot *blend_window_waiting(const struct blend_window *window, size_t *i)
{
	for (; *i < window->len; ++*i) {
		struct blend_slot *slot = blend_window_at(window, *i);
		if (slot->state == BLEND_SLOT_WAITING) {
			return slot;
		}
	}
	return NULL;
}

void blend_window_fail(struct blend_window *window, struct blend_slot *slot, const struct rv_err *err)
{
	struct rv_output *const output = &window->stream->output;
	struct rv_err shown = *err;
	if (shown.code == RV_E_SCENE) {
		shown.text[strcspn(shown.text, "\n")] = '\0'; /* where and what; the record has the traceback */
	}
	rv_output_say_failed(output, &slot->record, shown.text);
	rv_output_mark_failed(output, &slot->record, err);
	if (slot->attempts > 0) {
		rv_record_set_error(&slot->record, err, slot->attempts);
	}
	slot->state = BLEND_SLOT_DONE;
	window->counts.failed++;
	if (window->first_failure.len == 0) {
		rv_str_printf(&window->first_failure, "%s: %.*s", slot->id.ptr, (int)strcspn(err->text, "\n"),
		              err->text);
	}
}

void blend_window_lose(struct blend_window *window, struct blend_slot *slot, const struct rv_err *err)
{
	slot->was_lost = true;
	if (slot->attempts <= window->retries && err->code != RV_E_NO_SPACE) {
		rv_warn("%s: attempt %u of %u failed: %.*s", slot->id.ptr, slot->attempts, window->retries + 1,
		        (int)strcspn(err->text, "\n"), err->text);
		slot->state = BLEND_SLOT_WAITING;
	} else {
		blend_window_fail(window, slot, err);
	}
}

/* Nobody's rendering is replaced by that of another scene, unless --replace says so, nor by other settings without a
 * word. RV_E_TAKEN. */
static int check_replaced(struct blend_window *window, const struct blend_slot *slot, struct rv_err *err)
{
	const struct blend_sample_run *const run = window->run;
	struct rv_str other = RV_STR_INIT;
	const enum blend_difference difference = blend_sample_differs(run, &slot->place, &slot->record, &other);
	int result = 0;
	if (difference == BLEND_DIFFERS_IN_SCENE && !run->keeps) {
		result = rv_fail(
		        err, RV_E_TAKEN,
		        "%s is a sample of another scene, '%s': give another -o, or --replace to render it anew",
		        slot->place.shown.ptr, other.ptr);
	} else if (difference != BLEND_DIFFERS_NOT && !window->has_told) {
		window->has_told = true;
		rv_warn("'%s' has samples of %s: they are rendered anew, and replaced", run->out_dir,
		        difference == BLEND_DIFFERS_IN_SCENE ? "another scene" : "other settings");
	}
	rv_str_release(&other);
	return result;
}

/* Decides whether there is anything to render, and whether it may be put where it belongs. */
static void decide(struct blend_window *window, struct blend_slot *slot)
{
	struct rv_err err = RV_ERR_INIT;
	blend_sample_key(window->run, &slot->record, slot->key);
	slot->state = BLEND_SLOT_WAITING;
	if (blend_sample_reuse(window->run, slot->id.ptr, slot->key, &slot->record)) {
		slot->state = BLEND_SLOT_DONE;
		window->counts.reused++;
		blend_resume_drop(window->run, slot->id.ptr);
	} else if (blend_sample_claim(window->run, slot->id.ptr, &slot->record, &slot->place, &err) < 0 ||
	           check_replaced(window, slot, &err) < 0) {
		blend_window_fail(window, slot, &err);
	}
}

/* Whether the slot, `at` records after the oldest one, comes again while the one before is still on its way. */
static bool is_held(const struct blend_window *window, size_t at)
{
	const struct blend_slot *slot = blend_window_at(window, at);
	for (size_t i = 0; window->run->again && i < at; i++) {
		const struct blend_slot *before = blend_window_at(window, i);
		if (before->state != BLEND_SLOT_DONE && !strcmp(before->id.ptr, slot->id.ptr)) {
			return true;
		}
	}
	return false;
}

void blend_window_decide(struct blend_window *window)
{
	for (size_t i = 0; window->run->fingerprint && i < window->len; i++) {
		struct blend_slot *slot = blend_window_at(window, i);
		if (slot->state == BLEND_SLOT_NEW && !is_held(window, i)) {
			decide(window, slot);
		}
	}
}

size_t blend_window_demand(const struct blend_window *window)
{
	size_t demand = 0;
	for (size_t i = 0; i < window->len; i++) {
		const struct blend_slot *slot = blend_window_at(window, i);
		demand += slot->state == BLEND_SLOT_WAITING ||
		          (slot->state == BLEND_SLOT_NEW && !is_held(window, i) &&
		           !blend_sample_may_be_there(window->run, slot->id.ptr, &slot->record));
	}
	return demand;
}

/* Checks a new record. */
static void enter(struct blend_window *window, struct blend_slot *slot)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str scene = RV_STR_INIT;
	uint64_t seed;
	if (rv_record_id(&slot->record, &slot->id, &err) < 0 || rv_record_seed(&slot->record, &seed, &err) < 0 ||
	    blend_script_of(window->run->script, &slot->record, &scene, &err) < 0) {
		blend_window_fail(window, slot, &err);
	}
	rv_str_release(&scene);
}

bool blend_window_admit(struct blend_window *window, size_t max)
{
	for (size_t n = 0; n < max; n++) {
		if (window->input_ended || blend_window_is_full(window) ||
		    rv_input_would_block(window->stream->input)) {
			return false;
		}
		struct blend_slot *slot = blend_window_at(window, window->len);
		slot->state = BLEND_SLOT_NEW;
		slot->attempts = 0;
		slot->was_lost = false;
		slot->share = (struct blend_share) { 0 };
		rv_str_clear(&slot->id);
		int taken = rv_stream_take(window->stream, &slot->record);
		if (taken == 0) {
			window->input_ended = true;
			return false;
		}
		window->len++;
		if (taken == 1) {
			enter(window, slot);
		} else {
			slot->state = BLEND_SLOT_DONE;
			window->counts.failed += rv_record_has_error(&slot->record);
		}
	}
	return true;
}

bool blend_window_emit(struct blend_window *window)
{
	bool any = false;
	while (window->len > 0 && blend_window_at(window, 0)->state == BLEND_SLOT_DONE) {
		struct blend_slot *slot = blend_window_at(window, 0);
		rv_output_put(&window->stream->output, &slot->record);
		rv_record_clear(&slot->record);
		window->head = (window->head + 1) % window->size;
		window->len--;
		any = true;
	}
	return any;
}

int blend_window_settle(struct blend_window *window, struct blend_slot *slot, struct rv_err *err)
{
	struct rv_err left = RV_ERR_INIT;
	int result = 0;
	if (blend_sample_commit(window->run, slot->id.ptr, slot->key, slot->work_dir, &slot->reply, &slot->place,
	                        &slot->record, err) == 0) {
		slot->state = BLEND_SLOT_DONE;
		window->counts.rendered++;
		if (slot->attempts > 1) {
			char attempts[16];
			int len = snprintf(attempts, sizeof(attempts), "%u", slot->attempts);
			rv_record_set_in(&slot->record, "run", "attempts", attempts, (size_t)len);
		}
		if (slot->was_lost) {
			blend_resume_drop(window->run, slot->id.ptr); /* a worker not to be trusted may have kept it */
		}
	} else if (err->code == RV_E_CRASH) {
		blend_window_lose(window, slot, err);
		result = -1;
	} else if (err->code == RV_E_USAGE) {
		result = -1;
	} else {
		blend_window_fail(window, slot, err);
	}
	blend_sample_drop(&slot->work_dir);
	if (!window->run->gen_keeps && blend_sample_clear_generated(window->run, slot->id.ptr, &left) < 0) {
		rv_warn("%s", left.text);
	}
	rv_str_clear(&slot->reply);
	return result;
}

void blend_window_conclude(const struct blend_window *window, bool is_part)
{
	const struct blend_window_counts *const counts = &window->counts;
	const uint64_t n_there = counts->rendered + counts->reused;
	const char *const out = window->run->out_dir;
	if (n_there == 0) {
		if (!rv_sig_stop() && counts->failed > 1 && window->first_failure.len > 0) {
			rv_error("every sample failed, the first with: %s", window->first_failure.ptr);
		}
	} else if (rv_sig_stop() && !is_part) {
		rv_note("stopped: %" PRIu64 " sample%s in '%s', which the same command goes on from", n_there,
		        n_there == 1 ? " is" : "s are", out);
	} else if (!rv_sig_stop() && rv_output_is_last() && !window->run->dry_run) {
		rv_note("'%s': %" PRIu64 " sample%s", out, n_there, RV_PLURAL(n_there));
	}
}

/* SPDX-License-Identifier: MIT */
/* Progress on stderr, as a line for people or as objects for programs. */
#include "progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "file.h"
#include "json.h"
#include "str.h"

#define LINE_INTERVAL_S (1.0 / 6)
#define JSON_INTERVAL_S 1.0
static const char erase[] = "\r\033[K";

static struct {
	pthread_mutex_t lock;
	enum rv_progress_mode mode;
	double started_s, drawn_s;
	bool visible;
	struct rv_progress_counts counts;
} progress = { .lock = PTHREAD_MUTEX_INITIALIZER, .mode = RV_PROGRESS_NONE };

/* Nothing can be done about a stderr that does not take it. */
static void write_text(const char *text, size_t len)
{
	if (rv_write_all(STDERR_FILENO, text, len) < 0) {
		progress.mode = RV_PROGRESS_NONE;
	}
}

static void draw_line(void)
{
	const struct rv_progress_counts *const counts = &progress.counts;
	const uint64_t elapsed_s = (uint64_t)(rv_clock_s() - progress.started_s);
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "%s%s: %" PRIu64, erase, rv_diag_tool(), counts->done);
	if (counts->of > 0) {
		rv_str_printf(&line, " of %" PRIu64, counts->of);
	}
	rv_str_puts(&line, " done");
	if (counts->reused > 0) {
		rv_str_printf(&line, ", %" PRIu64 " reused", counts->reused);
	}
	if (counts->failed > 0) {
		rv_str_printf(&line, ", %" PRIu64 " failed", counts->failed);
	}
	if (counts->in_flight > 0) {
		rv_str_printf(&line, ", %" PRIu64 " in work", counts->in_flight);
	}
	rv_str_printf(&line, ", %" PRIu64 ":%02" PRIu64, elapsed_s / 60, elapsed_s % 60);
	write_text(line.ptr, line.len);
	progress.visible = true;
	rv_str_release(&line);
}

static void put_object(void)
{
	struct rv_str line = RV_STR_INIT;
	struct rv_json_out out;
	const double elapsed_s = rv_clock_s() - progress.started_s;
	rv_json_out_init(&out, &line);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "done", progress.counts.done);
	if (progress.counts.of > 0) {
		rv_json_put_u64(&out, "of", progress.counts.of);
	}
	rv_json_put_u64(&out, "failed", progress.counts.failed);
	rv_json_put_u64(&out, "reused", progress.counts.reused);
	rv_json_put_u64(&out, "in_flight", progress.counts.in_flight);
	rv_json_put_u64(&out, "frames", progress.counts.frames);
	rv_json_put_double(&out, "elapsed_s", (double)(uint64_t)(elapsed_s * 1000) / 1000);
	rv_json_close(&out, '}');
	rv_str_putc(&line, '\n');
	write_text(line.ptr, line.len);
	rv_str_release(&line);
}

void rv_progress_hide(void)
{
	pthread_mutex_lock(&progress.lock);
	if (progress.visible) {
		write_text(erase, sizeof(erase) - 1);
	}
}

void rv_progress_show(void)
{
	if (progress.visible) {
		draw_line();
	}
	pthread_mutex_unlock(&progress.lock);
}

void rv_progress_start(enum rv_progress_mode mode)
{
	if (mode == RV_PROGRESS_AUTO) {
		mode = isatty(STDERR_FILENO) && rv_diag_level() > 0 ? RV_PROGRESS_LINE : RV_PROGRESS_NONE;
	}
	progress.mode = mode;
	progress.started_s = rv_clock_s();
	progress.drawn_s = 0;
	progress.visible = false;
	progress.counts = (struct rv_progress_counts) { 0 };
	if (mode == RV_PROGRESS_LINE) {
		rv_diag_set_progress_hooks(rv_progress_hide, rv_progress_show);
	}
}

void rv_progress_update(const struct rv_progress_counts *counts)
{
	if (progress.mode == RV_PROGRESS_NONE) {
		return;
	}
	const double now_s = rv_clock_s();
	pthread_mutex_lock(&progress.lock);
	progress.counts = *counts;
	if (now_s - progress.drawn_s >= (progress.mode == RV_PROGRESS_JSON ? JSON_INTERVAL_S : LINE_INTERVAL_S)) {
		progress.drawn_s = now_s;
		if (progress.mode == RV_PROGRESS_JSON) {
			put_object();
		} else {
			draw_line();
		}
	}
	pthread_mutex_unlock(&progress.lock);
}

void rv_progress_end(const struct rv_progress_counts *counts)
{
	if (progress.mode == RV_PROGRESS_NONE) {
		return;
	}
	rv_diag_set_progress_hooks(NULL, NULL);
	pthread_mutex_lock(&progress.lock);
	progress.counts = *counts;
	if (progress.mode == RV_PROGRESS_JSON) {
		put_object();
	} else {
		draw_line();
		write_text("\n", 1);
		progress.visible = false;
	}
	progress.mode = RV_PROGRESS_NONE;
	pthread_mutex_unlock(&progress.lock);
}

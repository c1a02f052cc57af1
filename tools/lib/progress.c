/* SPDX-License-Identifier: MIT */
/* Progress on stderr, as a line for people or as objects for programs. */
#include "progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "file.h"
#include "json.h"
#include "str.h"

#define LINE_INTERVAL_S (1.0 / 6)
#define PLAIN_INTERVAL_S 60.0
#define JSON_INTERVAL_S 1.0
#define PACE_SECONDS 60 /* the rate is that of so many seconds */

/* What was made when a second began. */
struct moment {
	double at_s;
	uint64_t made;
};

static struct {
	pthread_mutex_t lock;
	enum rv_progress_mode mode;
	double started_s, drawn_s;
	bool visible;
	struct rv_progress_counts counts;
	struct moment moments[PACE_SECONDS]; /* the last ones, in a circle */
	size_t n_moments;                    /* noted so far */
} progress = { .lock = PTHREAD_MUTEX_INITIALIZER, .mode = RV_PROGRESS_NONE };

/* Nothing can be done about a stderr that does not take it. */
static void write_text(const char *text, size_t len)
{
	if (rv_write_all(STDERR_FILENO, text, len) < 0) {
		progress.mode = RV_PROGRESS_NONE;
	}
}

/* ---- the rate ---- */

/* Those that took work: what is reused comes at once. */
static uint64_t made(void)
{
	return progress.counts.done - RV_MIN(progress.counts.reused, progress.counts.done);
}

/* Each second one, from the first on at which a Blender was up. */
static void note_moment(double now_s)
{
	const struct moment *const last = &progress.moments[(progress.n_moments + PACE_SECONDS - 1) % PACE_SECONDS];
	const bool is_starting = progress.counts.starting > 0 && progress.counts.blenders == 0;
	if (!is_starting && (progress.n_moments == 0 || now_s - last->at_s >= 1)) {
		progress.moments[progress.n_moments++ % PACE_SECONDS] =
		        (struct moment) { .at_s = now_s, .made = made() };
	}
}

/* Made in a second; 0: not known yet. */
static double pace(double now_s)
{
	if (progress.n_moments == 0) {
		return 0;
	}
	const size_t first = progress.n_moments < PACE_SECONDS ? 0 : progress.n_moments % PACE_SECONDS;
	const struct moment *const since = &progress.moments[first];
	return now_s > since->at_s ? (double)(made() - RV_MIN(since->made, made())) / (now_s - since->at_s) : 0;
}

/* ---- the line ---- */

static void put_time(struct rv_str *line, double seconds)
{
	const uint64_t s = (uint64_t)seconds;
	if (s >= 3600) {
		rv_str_printf(line, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60, s % 60);
	} else {
		rv_str_printf(line, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
	}
}

/* How fast it goes, and how long it takes. */
static void put_pace(struct rv_str *line, double now_s)
{
	const struct rv_progress_counts *const counts = &progress.counts;
	const double per_second = pace(now_s);
	if (per_second <= 0) {
		return;
	}
	if (per_second >= 1) {
		rv_str_printf(line, ", %.1f/s", per_second);
	} else {
		rv_str_printf(line, ", %.1f/min", per_second * 60);
	}
	if (counts->of > counts->done) {
		rv_str_puts(line, ", ");
		put_time(line, (double)(counts->of - counts->done) / per_second);
		rv_str_puts(line, " left");
	}
}

static void put_counts(struct rv_str *line, bool is_end)
{
	const struct rv_progress_counts *const counts = &progress.counts;
	rv_str_put_u64(line, counts->done);
	if (counts->of > 0) {
		rv_str_printf(line, " of %" PRIu64, counts->of);
	}
	if (counts->of > 0 && !is_end) {
		rv_str_printf(line, " (%" PRIu64 "%%)", (uint64_t)(100.0 * (double)counts->done / (double)counts->of));
	} else {
		rv_str_puts(line, " done");
	}
	if (counts->reused > 0) {
		rv_str_printf(line, ", %" PRIu64 " reused", counts->reused);
	}
	if (counts->failed > 0) {
		rv_str_printf(line, ", %" PRIu64 " failed", counts->failed);
	}
}

static void put_blenders(struct rv_str *line, const char *before, uint64_t n)
{
	rv_str_printf(line, "%s%" PRIu64 " Blender%s", before, n, RV_PLURAL(n));
}

static void put_line(struct rv_str *line, bool is_end)
{
	const struct rv_progress_counts *const counts = &progress.counts;
	const double now_s = rv_clock_s();
	rv_str_printf(line, "%s: ", rv_diag_tool());
	if (!is_end && counts->done == 0 && counts->blenders == 0 && counts->starting > 0) {
		put_blenders(line, "starting ", counts->starting);
		rv_str_puts(line, ", ");
		put_time(line, now_s - progress.started_s);
		return;
	}
	put_counts(line, is_end);
	if (is_end) {
		rv_str_puts(line, ", in ");
		put_time(line, now_s - progress.started_s);
		return;
	}
	if (counts->blenders > 0) {
		put_blenders(line, ", ", counts->blenders);
	}
	put_pace(line, now_s);
}

/* A line that wraps could not be erased. */
static void cut_to_terminal(struct rv_str *line)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && line->len >= size.ws_col) {
		rv_str_truncate(line, size.ws_col - 1u);
	}
}

static void draw_line(bool is_end)
{
	struct rv_str line = RV_STR_INIT, text = RV_STR_INIT;
	put_line(&text, is_end);
	if (progress.mode == RV_PROGRESS_LINE) {
		cut_to_terminal(&text);
		rv_str_puts(&line, RV_DIAG_ERASE);
	}
	progress.visible = progress.mode == RV_PROGRESS_LINE && !is_end;
	rv_str_append(&line, text.ptr, text.len);
	if (!progress.visible) {
		rv_str_putc(&line, '\n');
	}
	write_text(line.ptr, line.len);
	rv_str_release(&line);
	rv_str_release(&text);
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
		write_text(RV_DIAG_ERASE, sizeof(RV_DIAG_ERASE) - 1);
	}
}

void rv_progress_show(void)
{
	if (progress.visible) {
		draw_line(false);
	}
	pthread_mutex_unlock(&progress.lock);
}

void rv_progress_start(enum rv_progress_mode mode)
{
	if (mode == RV_PROGRESS_AUTO) {
		mode = rv_diag_level() == 0    ? RV_PROGRESS_NONE
		       : isatty(STDERR_FILENO) ? RV_PROGRESS_LINE
		                               : RV_PROGRESS_PLAIN;
	}
	progress.mode = mode;
	progress.started_s = rv_clock_s();
	progress.drawn_s = mode == RV_PROGRESS_PLAIN ? progress.started_s : 0;
	progress.visible = false;
	progress.counts = (struct rv_progress_counts) { 0 };
	progress.n_moments = 0;
	if (mode == RV_PROGRESS_LINE) {
		rv_diag_set_progress_hooks(rv_progress_hide, rv_progress_show);
	}
}

static double interval_s(void)
{
	return progress.mode == RV_PROGRESS_JSON    ? JSON_INTERVAL_S
	       : progress.mode == RV_PROGRESS_PLAIN ? PLAIN_INTERVAL_S
	                                            : LINE_INTERVAL_S;
}

void rv_progress_update(const struct rv_progress_counts *counts)
{
	if (progress.mode == RV_PROGRESS_NONE) {
		return;
	}
	const double now_s = rv_clock_s();
	pthread_mutex_lock(&progress.lock);
	progress.counts = *counts;
	note_moment(now_s);
	if (now_s - progress.drawn_s >= interval_s()) {
		progress.drawn_s = now_s;
		if (progress.mode == RV_PROGRESS_JSON) {
			put_object();
		} else {
			draw_line(false);
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
		draw_line(true);
	}
	progress.mode = RV_PROGRESS_NONE;
	pthread_mutex_unlock(&progress.lock);
}

void rv_progress_drop(void)
{
	if (progress.mode == RV_PROGRESS_NONE) {
		return;
	}
	rv_diag_set_progress_hooks(NULL, NULL);
	pthread_mutex_lock(&progress.lock);
	if (progress.visible) {
		write_text(RV_DIAG_ERASE, sizeof(RV_DIAG_ERASE) - 1);
	}
	progress.mode = RV_PROGRESS_NONE;
	pthread_mutex_unlock(&progress.lock);
}

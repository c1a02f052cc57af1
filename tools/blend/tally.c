/* SPDX-License-Identifier: MIT */
/* Sums over a run. */
#include "tally.h"

#include <inttypes.h>
#include <math.h>

#include "clock.h"
#include "diag.h"
#include "file.h"
#include "json.h"

static const char *summary;
static double price = NAN;

const struct rv_option blend_tally_options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "summary",
	  .value = &summary,
	  .argument = "FILE",
	  .help = "write there what the run cost, as JSON, and say it in a line" },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "price",
	  .value = &price,
	  .argument = "P",
	  .help = "of an hour of this machine, for --summary",
	  .min = 0,
	  .max = 1e9 },
	{ .kind = RV_OPT_END },
};

void blend_tally_begin(struct blend_tally *tally)
{
	*tally = (struct blend_tally) { .began_s = rv_clock_s() };
}

static double number(struct rv_json run, const char *key)
{
	return rv_json_number(rv_json_get(run, key), 0);
}

void blend_tally_counts(struct blend_tally *tally, const struct blend_window_counts *counts, uint64_t n_workers,
                        size_t n_places)
{
	tally->counts = *counts;
	tally->n_workers = n_workers;
	tally->n_places = n_places;
}

void blend_tally_reply(struct blend_tally *tally, const struct rv_str *reply)
{
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(reply->ptr, reply->len, &json, NULL) == 0) {
		const struct rv_json run = rv_json_get(json, "run");
		tally->build_s += number(run, "build_s");
		tally->render_s += number(run, "render_s");
		tally->peak_rss = RV_MAX(tally->peak_rss, (uint64_t)number(run, "rss"));
	}
	rv_json_release(&json);
}

/* What is told, worked out. */
struct figures {
	double seconds, per_hour, share, cost;
};

static struct figures work_out(const struct blend_tally *tally)
{
	const double seconds = RV_MAX(rv_clock_s() - tally->began_s, 1e-6);
	const double per_hour = (double)tally->counts.rendered / seconds * 3600;
	return (struct figures) {
		.seconds = seconds,
		.per_hour = per_hour,
		.share = tally->render_s / (seconds * (double)RV_MAX(tally->n_places, (size_t)1)),
		.cost = price / per_hour * 1000,
	};
}

static double rounded(double value)
{
	return round(value * 1000) / 1000;
}

static void put(const struct blend_tally *tally, struct rv_str *out)
{
	const struct figures figures = work_out(tally);
	const bool has_price = !isnan(price);
	struct rv_json_out json;
	rv_json_out_init(&json, out);
	rv_json_open(&json, NULL, '{');
	rv_json_put_u64(&json, "rendered", tally->counts.rendered);
	rv_json_put_u64(&json, "reused", tally->counts.reused);
	rv_json_put_u64(&json, "failed", tally->counts.failed);
	rv_json_put_double(&json, "seconds", rounded(figures.seconds));
	rv_json_put_double(&json, "samples_per_hour", rounded(figures.per_hour));
	rv_json_put_u64(&json, "workers", tally->n_places);
	rv_json_put_u64(&json, "started", tally->n_workers);
	rv_json_put_double(&json, "start_s", rounded(tally->start_s));
	rv_json_put_double(&json, "build_s", rounded(tally->build_s));
	rv_json_put_double(&json, "render_s", rounded(tally->render_s));
	if (tally->counts.rendered > 0) {
		rv_json_put_double(&json, "render_share", rounded(figures.share));
	}
	rv_json_put_u64(&json, "lost", tally->n_lost);
	rv_json_put_u64(&json, "peak_rss", tally->peak_rss);
	if (has_price) {
		rv_json_put_double(&json, "price", price);
	}
	if (has_price && tally->counts.rendered > 0) {
		rv_json_put_double(&json, "cost_per_1000", rounded(figures.cost));
	}
	rv_json_close(&json, '}');
	rv_str_putc(out, '\n');
}

static void say(const struct blend_tally *tally)
{
	const struct figures figures = work_out(tally);
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "%" PRIu64 " rendered in %.1f s", tally->counts.rendered, figures.seconds);
	if (tally->counts.rendered > 0) {
		rv_str_printf(&line, ": %.0f an hour, %.0f%% of it rendering, %.1f s for %" PRIu64 " start%s",
		              figures.per_hour, figures.share * 100, tally->start_s, tally->n_workers,
		              RV_PLURAL(tally->n_workers));
	}
	if (tally->n_lost > 0) {
		rv_str_printf(&line, ", %" PRIu64 " attempt%s lost", tally->n_lost, RV_PLURAL(tally->n_lost));
	}
	if (!isnan(price) && tally->counts.rendered > 0) {
		rv_str_printf(&line, "; 1,000 cost %.2f at %g an hour", figures.cost, price);
	}
	rv_note("%s", line.ptr);
	rv_str_release(&line);
}

int blend_tally_end(const struct blend_tally *tally, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	if (!summary) {
		return 0;
	}
	put(tally, &text);
	say(tally);
	const int status = rv_file_write(summary, text.ptr, text.len, err);
	rv_str_release(&text);
	return status;
}

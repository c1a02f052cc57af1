/* SPDX-License-Identifier: MIT */
/* Noise floors: see floor.h. */
#include "verify/score/floor.h"

#include <math.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "format/vbvr.h"
#include "video.h"
#include "verify/score/meta.h"
#include "verify/score/truth.h"

#define LOW_CRF 35
#define WANTED 0.99 /* of a truth with other noise */
#define MARGIN 1.25
#define HALVINGS 30
#define BYTES_MAX ((size_t)1 << 20)

/* ---- measuring ---- */

/* A rv_video_read_fn. */
static int encode_frame(void *video, uint64_t number RV_UNUSED, const struct rv_image *rgb, struct rv_err *err)
{
	return rv_video_add(video, rgb, err);
}

static int encode_low(const char *from, const char *to, struct rv_err *err)
{
	const struct rv_video_settings settings = {
		.fps_num = 30, .fps_den = 1, .codec = "h264", .preset = "medium", .crf = LOW_CRF
	};
	const struct rv_video_want want = { .width = 0 };
	struct rv_video *video;
	if (rv_video_open(&video, to, &settings, err) < 0) {
		return -1;
	}
	if (rv_video_read(from, strrchr(from, '.') + 1, &want, encode_frame, video, err) < 0) {
		rv_video_abort(video);
		return -1;
	}
	return rv_video_close(video, err);
}

/* Raises each floor to what the candidate needs. */
static void raise_floors(const struct verify_score_pair *pair, double floors[VERIFY_SCORE_DIMENSIONS])
{
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		const struct verify_score_dimension_row *const row = &verify_score_dimensions[i];
		double low = 0, high = row->floor_most;
		for (size_t k = 0; k < HALVINGS && row->score(pair, low) < WANTED; k++) {
			const double middle = (low + high) / 2;
			*(row->score(pair, middle) < WANTED ? &low : &high) = middle;
		}
		floors[i] = fmax(floors[i], low > 0 ? fmin(high * MARGIN, row->floor_most) : 0);
	}
}

/* Of one task, against the truth rendered again and its low-rate encode, which goes to `low_path`. */
static int measure_one(const struct verify_score_task *task, const struct verify_score_truth *truth,
                       const char *low_path, double floors[VERIFY_SCORE_DIMENSIONS], struct rv_err *err)
{
	const char *const others[] = { task->candidates[0], low_path };
	struct verify_score_clip other;
	int status = encode_low(task->video, low_path, err);
	for (size_t i = 0; i < RV_COUNTOF(others) && status == 0; i++) {
		status = verify_score_clip_read(&other, others[i], &truth->clip, &truth->rule, err);
		if (status == 0) {
			const struct verify_score_pair pair = { .truth = &truth->clip,
				                                .candidate = &other,
				                                .rule = &truth->rule };
			raise_floors(&pair, floors);
			verify_score_clip_release(&other);
		}
	}
	return status;
}

static int read_and_measure(const struct verify_score_task *task, const char *low_path,
                            double floors[VERIFY_SCORE_DIMENSIONS], struct rv_err *err)
{
	struct verify_score_meta meta;
	struct verify_score_truth truth;
	int status = verify_score_meta_read(&meta, task->folder, err);
	if (status == 0) {
		status = verify_score_truth_read(&truth, task->video, meta.parameters, err);
	}
	if (status == 0) {
		status = measure_one(task, &truth, low_path, floors, err);
		verify_score_truth_release(&truth);
	}
	verify_score_meta_release(&meta);
	return status < 0 ? rv_fail_prefix(err, "%s", task->key) : 0;
}

static void warn_of_limits(const double floors[VERIFY_SCORE_DIMENSIONS])
{
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		const struct verify_score_dimension_row *const row = &verify_score_dimensions[i];
		if (row->floor_most > 0 && floors[i] >= row->floor_most) {
			rv_warn("the floor of '%s' is at its limit, %g, and the dimension tells little: are the "
			        "candidates the truths rendered again, with enough samples and pixels?",
			        row->name, row->floor_most);
		}
	}
}

static void put_floors(const double floors[VERIFY_SCORE_DIMENSIONS], size_t n_tasks, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_open(&out, "floor", '{');
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		rv_json_put_double(&out, verify_score_dimensions[i].name, floors[i]);
	}
	rv_json_close(&out, '}');
	rv_json_put_u64(&out, "tasks", n_tasks);
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

int verify_score_floor_measure(const struct verify_score_tasks *tasks, const char *path, struct rv_err *err)
{
	double floors[VERIFY_SCORE_DIMENSIONS] = { 0 };
	struct rv_workdir dir = RV_WORKDIR_INIT;
	struct rv_str low_path = RV_STR_INIT, text = RV_STR_INIT;
	char *const parent = rv_strndup(path, (size_t)(rv_path_base(path) - path));
	size_t n_tasks = 0;
	int status = rv_workdir_open(&dir, parent[0] ? parent : ".", "floor", err);
	if (status == 0) {
		rv_str_printf(&low_path, "%s/low.mp4", dir.path);
	}
	for (size_t i = 0; i < tasks->len && status == 0; i++) {
		if (tasks->items[i].n_candidates > 0) {
			status = read_and_measure(&tasks->items[i], low_path.ptr, floors, err);
			n_tasks++;
		}
	}
	if (status == 0 && n_tasks == 0) {
		status = rv_fail(err, RV_E_USAGE, "no task of the truth is among those that were rendered again");
	}
	if (status == 0) {
		warn_of_limits(floors);
		put_floors(floors, n_tasks, &text);
		status = rv_file_write(path, text.ptr, text.len, err);
	}
	rv_workdir_close(&dir);
	free(parent);
	rv_str_release(&low_path);
	rv_str_release(&text);
	return status;
}

/* ---- reading ---- */

int verify_score_floor_parse(const struct rv_str *text, double floors[VERIFY_SCORE_DIMENSIONS], struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	int status = rv_json_parse(text->ptr, text->len, &json, err);
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS && status == 0; i++) {
		const struct verify_score_dimension_row *const row = &verify_score_dimensions[i];
		floors[i] = rv_json_number(rv_json_get(rv_json_get(json, "floor"), row->name), NAN);
		if (!(floors[i] >= 0 && floors[i] <= row->floor_most)) {
			status = rv_fail(err, RV_E_BAD_FILE, "member 'floor.%s' must be a number in 0..%g", row->name,
			                 row->floor_most);
		}
	}
	rv_json_release(&json);
	return status;
}

int verify_score_floor_read(const char *path, const char *dataset, double floors[VERIFY_SCORE_DIMENSIONS],
                            struct rv_err *err)
{
	struct rv_str own = RV_STR_INIT, text = RV_STR_INIT;
	int status = 0;
	rv_str_printf(&own, "%s/" FORMAT_VBVR_FLOOR, dataset);
	const char *const from = path ? path : own.ptr;
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		floors[i] = verify_score_dimensions[i].floor;
	}
	if (path || rv_file_exists(own.ptr)) {
		status = rv_file_read(from, BYTES_MAX, &text, err) < 0 ? -1 : 1;
	}
	if (status > 0 && verify_score_floor_parse(&text, floors, err) < 0) {
		status = rv_fail_prefix(err, "%s", from);
		err->code = RV_E_USAGE;
	}
	rv_str_release(&own);
	rv_str_release(&text);
	return status;
}

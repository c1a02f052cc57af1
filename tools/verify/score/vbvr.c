/* SPDX-License-Identifier: MIT */
/* The profile `vbvr`: see vbvr.h. */
#include "verify/score/vbvr.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "file.h"
#include "format/vbvr.h"
#include "png.h"
#include "ssim.h"
#include "verify/score/flow.h"
#include "verify/score/frames.h"

enum { FIRST, FINAL, SMOOTH, QUALITY, TASK, PARTS };
static const char *const parts[] = { "first_frame_consistency", "final_frame_accuracy", "temporal_smoothness",
	                             "visual_quality",          "task_specific",        NULL };
static const double weights[PARTS] = { 0.15, 0.35, 0.15, 0.10, 0.25 };
_Static_assert(PARTS <= VERIFY_SCORE_PARTS_MAX, "an attempt has room for all parts");

struct truth {
	struct verify_score_flow *flow;
	struct rv_image first, final; /* of first_frame.png and final_frame.png; without pixels: it is not there */
	struct verify_score_frames frames;
	double late_flow; /* mean over its second half; NAN: it has fewer than 2 frames */
};

/* ---- pictures ---- */

static double ssim_of(const struct rv_image *a, const struct rv_image *b)
{
	const size_t n = (size_t)a->width * a->height;
	uint8_t *const grey = rv_alloc(2 * n);
	verify_score_frame_grey(a, grey);
	verify_score_frame_grey(b, grey + n);
	const double ssim = rv_ssim(grey, grey + n, a->width, a->height);
	free(grey);
	return ssim;
}

static double first_score(double s)
{
	return s >= 0.95   ? 1
	       : s >= 0.85 ? 0.8 + (s - 0.85) / 0.10 * 0.2
	       : s >= 0.70 ? 0.5 + (s - 0.70) / 0.15 * 0.3
	                   : fmax(0, s / 0.70 * 0.5);
}

static double final_score(const struct rv_image *last, const struct rv_image *wanted)
{
	const double psnr = rv_psnr(last->u8, wanted->u8, rv_image_row_bytes(last) * last->height);
	return fmax(0, 0.7 * ssim_of(last, wanted) + 0.3 * fmin(fmax((psnr - 20) / 20, 0), 1));
}

/* As OpenCV reads a picture: the upper 8 of 16 bits, grey thrice, without alpha. */
static int to_rgb(const struct rv_image *image, struct rv_image *rgb, struct rv_err *err)
{
	const size_t n = (size_t)image->width * image->height;
	const size_t step = image->channels < 3 ? 0 : 1;
	if (rv_image_init(rgb, image->width, image->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 3; k++) {
			const size_t at = i * image->channels + k * step;
			rgb->u8[3 * i + k] =
			        image->pixel == RV_PIXEL_U16 ? (uint8_t)(image->u16[at] >> 8) : image->u8[at];
		}
	}
	return 0;
}

/* A picture of the task in RGB; without pixels where there is none. */
static int read_still(const char *folder, const char *name, struct rv_image *still, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_image image = RV_IMAGE_INIT;
	int status = 0;
	rv_str_printf(&path, "%s/%s.png", folder, name);
	if (rv_file_exists(path.ptr)) {
		status = rv_png_read(path.ptr, &image, err) < 0 || to_rgb(&image, still, err) < 0
		                 ? rv_fail_prefix(err, "%s", path.ptr)
		                 : 0;
	}
	rv_image_release(&image);
	rv_str_release(&path);
	return status;
}

/* ---- frames ---- */

static double smooth_score(const struct verify_score_frames *frames)
{
	double sum = 0, squares = 0, most = 0;
	const size_t n = frames->n - 1;
	for (size_t i = 0; i < n; i++) {
		sum += frames->steps[i];
		most = fmax(most, frames->steps[i]);
	}
	for (size_t i = 0; i < n; i++) {
		squares += (frames->steps[i] - sum / (double)n) * (frames->steps[i] - sum / (double)n);
	}
	return n == 0 ? 1 : 0.6 * (1 - fmin(1, sqrt(squares / (double)n) / 0.1)) + 0.4 * (1 - fmin(1, most / 0.3));
}

/* Beyond the border the picture mirrored at its outermost pixels. */
static size_t mirror(ptrdiff_t at, size_t n)
{
	if (n == 1) {
		return 0;
	}
	const ptrdiff_t inside = at < 0 ? -at : at;
	return (size_t)(inside < (ptrdiff_t)n ? inside : 2 * (ptrdiff_t)n - 2 - inside);
}

static double sharp_and_clean(const uint8_t *plane, size_t width, size_t height)
{
	static const int weight[5] = { 1, 4, 6, 4, 1 };
	const double n = (double)width * (double)height;
	double sum = 0, squares = 0, noise = 0;
	for (size_t y = 0; y < height; y++) {
		for (size_t x = 0; x < width; x++) {
			const ptrdiff_t at_x = (ptrdiff_t)x, at_y = (ptrdiff_t)y;
			const int centre = plane[y * width + x];
			int blurred = 0;
			for (ptrdiff_t v = -2; v <= 2; v++) {
				const uint8_t *const row = plane + mirror(at_y + v, height) * width;
				for (ptrdiff_t u = -2; u <= 2; u++) {
					blurred += weight[v + 2] * weight[u + 2] * row[mirror(at_x + u, width)];
				}
			}
			const double laplacian = plane[mirror(at_y - 1, height) * width + x] +
			                         plane[mirror(at_y + 1, height) * width + x] +
			                         plane[y * width + mirror(at_x - 1, width)] +
			                         plane[y * width + mirror(at_x + 1, width)] - 4 * centre;
			sum += laplacian;
			squares += laplacian * laplacian;
			noise += abs(centre - ((blurred + 128) >> 8));
		}
	}
	const double variance = squares / n - sum / n * (sum / n);
	return 0.6 * fmin(1, variance / 1000) + 0.4 * (1 - fmin(1, noise / n / 30));
}

static double quality_score(const struct verify_score_frames *frames)
{
	const size_t by = RV_MAX(frames->n / 10, (size_t)1);
	double sum = 0;
	size_t n = 0;
	for (size_t i = 0; i < frames->n; i += by, n++) {
		sum += sharp_and_clean(verify_score_frames_grey(frames, i), frames->width, frames->height);
	}
	return sum / (double)n;
}

static double integrity_score(const struct verify_score_frames *frames)
{
	const size_t gap = RV_MAX(frames->n / 10, (size_t)1);
	double sum = 0, least = 1;
	size_t n = 0;
	for (size_t i = 0; i + gap < frames->n; i += gap, n++) {
		const double ssim = rv_ssim(verify_score_frames_grey(frames, i),
		                            verify_score_frames_grey(frames, i + gap), frames->width, frames->height);
		sum += ssim;
		least = fmin(least, ssim);
	}
	return n == 0 ? 1 : 0.5 * fmin(1, fmax(0, least) / 0.5) + 0.5 * fmin(1, fmax(0, sum / (double)n) / 0.7);
}

/* ---- flow ---- */

/* The flow from each of the frames `from`, `from` + by ... to the one after it; returns how many there are. */
static int flows_of(struct verify_score_flow *flow, const struct verify_score_frames *frames, size_t from, size_t by,
                    double *lengths, size_t *n, struct rv_err *err)
{
	size_t pairs[2 * VERIFY_SCORE_FRAMES_MOST];
	*n = 0;
	for (size_t i = from; i + 1 < frames->n; i += by, ++*n) {
		pairs[2 * *n] = i;
		pairs[2 * *n + 1] = i + 1;
	}
	return *n > 0 ? verify_score_flow_ask(flow, frames, pairs, *n, lengths, err) : 0;
}

static double mean(const double *values, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += values[i];
	}
	return sum / (double)n;
}

/* The mean over the second half; NAN of fewer than 2 frames in it. */
static int late_flow(struct verify_score_flow *flow, const struct verify_score_frames *frames, double *late,
                     struct rv_err *err)
{
	double lengths[VERIFY_SCORE_FRAMES_MOST];
	size_t n;
	const int status = flows_of(flow, frames, frames->n / 2, 1, lengths, &n, err);
	*late = n > 0 ? mean(lengths, n) : NAN;
	return status;
}

static double collision_score(double late, double wanted)
{
	if (isnan(late) || isnan(wanted)) {
		return 0.5;
	}
	if (wanted <= 0) {
		return late < 0.5 ? 1 : 0.5;
	}
	return fmax(0, 1 - fabs(1 - late / wanted));
}

static double physics_score(const double *lengths, size_t n)
{
	double jump = 0;
	const double middle = mean(lengths, n);
	for (size_t i = 1; i < n; i++) {
		jump = fmax(jump, fabs(lengths[i] - lengths[i - 1]));
	}
	return 0.5 * (1 - fmin(1, jump / fmax(3 * middle, 1))) + 0.5 * (middle > 0.1 ? fmin(1, middle / 2) : 0.3);
}

static int task_score(const struct truth *truth, const struct verify_score_frames *frames, double *score,
                      struct rv_err *err)
{
	double lengths[VERIFY_SCORE_FRAMES_MOST], late;
	size_t n;
	if (late_flow(truth->flow, frames, &late, err) < 0 ||
	    flows_of(truth->flow, frames, 0, RV_MAX(frames->n / 20, (size_t)1), lengths, &n, err) < 0) {
		return -1;
	}
	const double physics = frames->n < 3 ? 0.5 : physics_score(lengths, n);
	*score = 0.40 * collision_score(late, truth->late_flow) + 0.35 * physics + 0.25 * integrity_score(frames);
	return 0;
}

/* ---- the profile ---- */

static void close_truth(void *state)
{
	struct truth *const truth = state;
	if (truth) {
		rv_image_release(&truth->first);
		rv_image_release(&truth->final);
		verify_score_frames_release(&truth->frames);
		free(truth);
	}
}

static int open_truth(const struct verify_score_setup *setup, const struct verify_score_task *task,
                      const struct verify_score_meta *meta RV_UNUSED, void **state, struct rv_err *err)
{
	struct truth *const truth = rv_alloc_zero(1, sizeof(*truth));
	truth->flow = setup->flow;
	if (read_still(task->folder, FORMAT_VBVR_FIRST, &truth->first, err) < 0 ||
	    read_still(task->folder, FORMAT_VBVR_FINAL, &truth->final, err) < 0 ||
	    verify_score_frames_read(&truth->frames, task->video, truth->first.width, truth->first.height, err) < 0 ||
	    late_flow(truth->flow, &truth->frames, &truth->late_flow, err) < 0) {
		close_truth(truth);
		return -1;
	}
	*state = truth;
	return 0;
}

static int score_frames(const struct truth *truth, const struct verify_score_frames *frames,
                        struct verify_score_attempt *attempt, struct rv_err *err)
{
	struct rv_image fitted = RV_IMAGE_INIT;
	const struct rv_image *const wanted = truth->final.u8 ? &truth->final : &truth->frames.last;
	if (verify_score_frame_fit(wanted, frames->width, frames->height, &fitted, err) < 0 ||
	    task_score(truth, frames, &attempt->of[TASK], err) < 0) {
		rv_image_release(&fitted);
		return -1;
	}
	attempt->of[FIRST] = truth->first.u8 ? first_score(ssim_of(&frames->first, &truth->first)) : 0.5;
	attempt->of[FINAL] = final_score(&frames->last, &fitted);
	attempt->of[SMOOTH] = smooth_score(frames);
	attempt->of[QUALITY] = quality_score(frames);
	for (size_t i = 0; i < PARTS; i++) {
		attempt->total += weights[i] * attempt->of[i];
	}
	rv_image_release(&fitted);
	return 0;
}

static int score_candidate(void *state, struct verify_score_attempt *attempt, struct rv_json_out *out RV_UNUSED,
                           struct rv_err *err)
{
	const struct truth *const truth = state;
	struct verify_score_frames frames;
	if (verify_score_frames_read(&frames, attempt->path, truth->frames.width, truth->frames.height, err) < 0) {
		return -1;
	}
	const int status = score_frames(truth, &frames, attempt, err);
	verify_score_frames_release(&frames);
	return status;
}

const struct verify_score_profile verify_score_profile_vbvr = {
	.name = "vbvr", .parts = parts, .open = open_truth, .score = score_candidate, .close = close_truth
};

/* SPDX-License-Identifier: MIT */
/* Clips as they are scored: see clip.h. */
#include "verify/score/clip.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "verify/luma.h"
#include "verify/score/borders.h"
#include "video.h"

#define COLUMNS_MAX 128

struct reading {
	struct verify_score_clip *clip;
	struct verify_luma luma;
	struct rv_image part; /* of a frame with borders */
};

static const char *extension_of(const char *path)
{
	const char *const dot = strrchr(path, '.');
	return dot ? dot + 1 : "";
}

bool verify_score_clip_is(const char *path)
{
	static const char *const extensions[] = { "mp4", "mov", "mkv", "webm" };
	for (size_t i = 0; i < RV_COUNTOF(extensions); i++) {
		if (strcasecmp(extension_of(path), extensions[i]) == 0) {
			return true;
		}
	}
	return false;
}

void verify_score_clip_release(struct verify_score_clip *clip)
{
	free(clip->cells);
	for (size_t i = 0; i < VERIFY_SCORE_KEYS; i++) {
		free(clip->keys[i]);
	}
	verify_score_sights_free(clip->sights);
	*clip = (struct verify_score_clip)VERIFY_SCORE_CLIP_INIT;
}

/* Frame `number` of `of`, in a clip of `n`. */
static size_t nearest(size_t number, size_t of, size_t n)
{
	return of > 1 ? (size_t)lround((double)number / (double)(of - 1) * (double)(n - 1)) : 0;
}

/* The sums of the rows of a band, by columns of the grid; then their means. */
static void take_cells(struct verify_score_clip *clip, size_t number, const struct rv_image *rgb)
{
	float *cell = &clip->cells[number * clip->n_values];
	for (size_t row = 0; row < VERIFY_SCORE_ROWS; row++) {
		const size_t top = row * rgb->height / VERIFY_SCORE_ROWS;
		const size_t bottom = RV_MAX(top + 1, (row + 1) * rgb->height / VERIFY_SCORE_ROWS);
		for (size_t column = 0; column < clip->n_columns; column++, cell += 3) {
			const size_t left = column * rgb->width / clip->n_columns;
			const size_t right = RV_MAX(left + 1, (column + 1) * rgb->width / clip->n_columns);
			uint32_t sums[3] = { 0 };
			for (size_t y = top; y < bottom; y++) {
				const uint8_t *pixel = rgb->u8 + (y * rgb->width + left) * 3;
				for (size_t x = left; x < right; x++, pixel += 3) {
					sums[0] += pixel[0];
					sums[1] += pixel[1];
					sums[2] += pixel[2];
				}
			}
			for (size_t k = 0; k < 3; k++) {
				cell[k] = (float)sums[k] / (255.0F * (float)((right - left) * (bottom - top)));
			}
		}
	}
}

static void take_keys(struct reading *in, size_t number, const struct rv_image *rgb)
{
	const size_t n_bytes = (size_t)rgb->width * rgb->height;
	bool is_taken = false;
	for (size_t i = 0; i < VERIFY_SCORE_KEYS; i++) {
		if (nearest(i, VERIFY_SCORE_KEYS, in->clip->n_frames) != number) {
			continue;
		}
		if (!is_taken) {
			verify_luma_take(&in->luma, rgb);
			is_taken = true;
		}
		in->clip->keys[i] = rv_alloc(n_bytes);
		memcpy(in->clip->keys[i], in->luma.pixels, n_bytes);
	}
}

/* The middle of a frame, of the clip's size. */
static int cut_borders(struct reading *in, const struct rv_image *rgb, struct rv_err *err)
{
	const uint32_t left = (rgb->width - in->clip->width) / 2, top = (rgb->height - in->clip->height) / 2;
	if (rv_image_init(&in->part, in->clip->width, in->clip->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const size_t row_bytes = rv_image_row_bytes(&in->part);
	for (size_t y = 0; y < in->part.height; y++) {
		memcpy(in->part.u8 + y * row_bytes, rgb->u8 + ((top + y) * rgb->width + left) * 3, row_bytes);
	}
	return 0;
}

/* A rv_video_read_fn. */
static int take_frame(void *reading_, uint64_t number, const struct rv_image *rgb, struct rv_err *err)
{
	struct reading *const in = reading_;
	struct verify_score_clip *const clip = in->clip;
	if (rgb->width > clip->width || rgb->height > clip->height) {
		if (cut_borders(in, rgb, err) < 0) {
			return -1;
		}
		rgb = &in->part;
	}
	if (number >= clip->n_frames) {
		return rv_fail(err, RV_E_BAD_FILE, "it has more frames than the %zu that it names", clip->n_frames);
	}
	take_cells(clip, number, rgb);
	take_keys(in, number, rgb);
	if (clip->sights) {
		verify_score_sights_add(clip->sights, number, rgb);
	}
	return 0;
}

static int make_room(struct verify_score_clip *clip, uint64_t n_frames, const struct verify_score_rule *rule,
                     struct rv_err *err)
{
	const double columns = round((double)VERIFY_SCORE_ROWS * clip->width / clip->height);
	if (n_frames > VERIFY_SCORE_FRAMES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "it has %" PRIu64 " frames, the most is %d", n_frames,
		               VERIFY_SCORE_FRAMES_MAX);
	}
	clip->n_frames = (size_t)n_frames;
	clip->n_columns = (size_t)fmin(fmax(columns, 1), COLUMNS_MAX);
	clip->n_values = VERIFY_SCORE_ROWS * clip->n_columns * 3;
	clip->cells = rv_alloc_zero(clip->n_frames * clip->n_values, sizeof(*clip->cells));
	clip->sights = rule->n_clauses > 0 ? verify_score_sights_new(rule, clip->n_frames) : NULL;
	return 0;
}

/* The cells at the times of `n_frames` frames, straight between those that are there. */
static void resample(struct verify_score_clip *clip, size_t n_frames)
{
	float *const cells = rv_alloc(n_frames * clip->n_values * sizeof(*cells));
	for (size_t i = 0; i < n_frames; i++) {
		const size_t last = clip->n_frames - 1, span = RV_MAX(n_frames - 1, (size_t)1);
		const float *const a = verify_score_clip_cells(clip, i * last / span);
		const float *const b = verify_score_clip_cells(clip, RV_MIN(i * last / span + 1, last));
		const float w = (float)(i * last % span) / (float)span;
		for (size_t k = 0; k < clip->n_values; k++) {
			cells[i * clip->n_values + k] = a[k] + w * (b[k] - a[k]);
		}
	}
	free(clip->cells);
	clip->cells = cells;
}

int verify_score_clip_read(struct verify_score_clip *clip, const char *path, const struct verify_score_clip *like,
                           const struct verify_score_rule *rule, struct rv_err *err)
{
	struct reading in = { .clip = clip, .luma = VERIFY_LUMA_INIT, .part = RV_IMAGE_INIT };
	uint64_t n_frames;
	*clip = (struct verify_score_clip)VERIFY_SCORE_CLIP_INIT;
	if (rv_video_frames(path, extension_of(path), &clip->width, &clip->height, &n_frames, err) < 0) {
		return -1;
	}
	struct rv_video_want want = { .width = clip->width, .height = clip->height };
	int status = like ? verify_score_borders_want(path, extension_of(path), like, &want, err) : 0;
	if (status == 0) {
		clip->width = like ? like->width : clip->width;
		clip->height = like ? like->height : clip->height;
		status = make_room(clip, n_frames, rule, err);
	}
	if (status == 0) {
		status = rv_video_read(path, extension_of(path), &want, take_frame, &in, err);
	}
	if (status == 0 && like) {
		resample(clip, like->n_frames);
	}
	verify_luma_release(&in.luma);
	rv_image_release(&in.part);
	if (status < 0) {
		verify_score_clip_release(clip);
	}
	return status;
}

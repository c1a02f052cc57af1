/* SPDX-License-Identifier: MIT */
/* Frames of a video: see frames.h. */
#include "verify/score/frames.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "video.h"

#define BORDER_TOLERANCE 20
#define BORDER_MARGIN 2
#define CROP_LEAST 0.2
#define ASPECT_NEAR 0.05

/* ---- sizes ---- */

struct crop {
	uint32_t left, top, right, bottom; /* right and bottom are beyond it */
};

static double area_of(const struct crop *crop)
{
	return crop->right > crop->left ? (double)(crop->right - crop->left) * (crop->bottom - crop->top) : 0;
}

/* What is left without a border of that level. */
static struct crop find_content(const struct rv_image *image, int level)
{
	struct crop crop = { .left = image->width, .top = image->height };
	const uint8_t *pixel = image->u8;
	for (uint32_t y = 0; y < image->height; y++) {
		for (uint32_t x = 0; x < image->width; x++, pixel += 3) {
			if (abs(pixel[0] - level) > BORDER_TOLERANCE || abs(pixel[1] - level) > BORDER_TOLERANCE ||
			    abs(pixel[2] - level) > BORDER_TOLERANCE) {
				crop.left = RV_MIN(crop.left, x);
				crop.top = RV_MIN(crop.top, y);
				crop.right = RV_MAX(crop.right, x + 1);
				crop.bottom = RV_MAX(crop.bottom, y + 1);
			}
		}
	}
	crop.left = crop.left > BORDER_MARGIN ? crop.left - BORDER_MARGIN : 0;
	crop.top = crop.top > BORDER_MARGIN ? crop.top - BORDER_MARGIN : 0;
	crop.right = RV_MIN(crop.right + BORDER_MARGIN, image->width);
	crop.bottom = RV_MIN(crop.bottom + BORDER_MARGIN, image->height);
	return crop;
}

static struct crop find_crop(const struct rv_image *image, uint32_t width, uint32_t height)
{
	static const int levels[] = { 128, 255, 0 };
	const double aspect = (double)image->width / image->height, wanted = (double)width / height;
	struct crop best = { .right = image->width, .bottom = image->height };
	const double whole = area_of(&best);
	if (fabs(aspect - wanted) / wanted < ASPECT_NEAR) {
		return best;
	}
	for (size_t i = 0; i < RV_COUNTOF(levels); i++) {
		const struct crop crop = find_content(image, levels[i]);
		if (area_of(&crop) > CROP_LEAST * whole && area_of(&crop) < area_of(&best)) {
			best = crop;
		}
	}
	return best;
}

/* Where a pixel of the result lies between two of `n` of the source: the first, and the share of the second. */
static size_t between(uint32_t at, uint32_t of, uint32_t n, double *share)
{
	const double place = ((double)at + 0.5) * n / of - 0.5;
	const double first = fmin(fmax(floor(place), 0), n - 1);
	*share = place < 0 || first >= n - 1 ? 0 : place - first;
	return (size_t)first;
}

static void scale(const struct rv_image *from, const struct crop *crop, struct rv_image *to)
{
	const uint32_t width = crop->right - crop->left, height = crop->bottom - crop->top;
	const size_t row_bytes = rv_image_row_bytes(from);
	uint8_t *pixel = to->u8;
	for (uint32_t y = 0; y < to->height; y++) {
		double v, u;
		const size_t top = between(y, to->height, height, &v);
		const uint8_t *const row = from->u8 + (crop->top + top) * row_bytes + 3 * (size_t)crop->left;
		const uint8_t *const below = row + (top + 1 < height ? row_bytes : 0);
		for (uint32_t x = 0; x < to->width; x++) {
			const size_t left = 3 * between(x, to->width, width, &u);
			const size_t right = left + (left + 3 < 3 * (size_t)width ? 3 : 0);
			for (size_t k = 0; k < 3; k++) {
				const double upper = row[left + k] * (1 - u) + row[right + k] * u;
				const double lower = below[left + k] * (1 - u) + below[right + k] * u;
				*pixel++ = (uint8_t)(upper * (1 - v) + lower * v + 0.5);
			}
		}
	}
}

int verify_score_frame_fit(const struct rv_image *from, uint32_t width, uint32_t height, struct rv_image *to,
                           struct rv_err *err)
{
	if (rv_image_init(to, width, height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	if (from->width == width && from->height == height) {
		memcpy(to->u8, from->u8, rv_image_row_bytes(from) * height);
	} else {
		const struct crop crop = find_crop(from, width, height);
		scale(from, &crop, to);
	}
	return 0;
}

void verify_score_frame_grey(const struct rv_image *rgb, uint8_t *grey)
{
	const size_t n = (size_t)rgb->width * rgb->height;
	const uint8_t *pixel = rgb->u8;
	for (size_t i = 0; i < n; i++, pixel += 3) {
		grey[i] = (uint8_t)((pixel[0] * 9798U + pixel[1] * 19235U + pixel[2] * 3735U + 16384U) >> 15);
	}
}

/* ---- reading ---- */

struct reading {
	struct verify_score_frames *frames;
	uint64_t n_all;
	size_t n_taken;
	uint32_t width, height; /* wanted */
	struct rv_image image;  /* the one before, then this one */
};

static double mean_difference(const struct rv_image *a, const struct rv_image *b)
{
	const size_t n = rv_image_row_bytes(a) * a->height;
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += (uint64_t)abs(a->u8[i] - b->u8[i]);
	}
	return (double)sum / (255.0 * (double)n);
}

/* The frame of the video that is taken as number `at` of `n`, as NumPy's linspace has it, cut to a whole number. */
static uint64_t number_of(size_t at, size_t n, uint64_t n_all)
{
	return n > 1 ? (uint64_t)((double)at * ((double)(n_all - 1) / (double)(n - 1))) : 0;
}

/* A rv_video_read_fn. */
static int take_frame(void *reading_, uint64_t number, const struct rv_image *rgb, struct rv_err *err)
{
	struct reading *const in = reading_;
	struct verify_score_frames *const frames = in->frames;
	if (in->n_taken == frames->n || number != number_of(in->n_taken, frames->n, in->n_all)) {
		return 0;
	}
	const struct rv_image before = frames->last;
	frames->last = in->image;
	in->image = before;
	if (verify_score_frame_fit(rgb, frames->width, frames->height, &frames->last, err) < 0) {
		return -1;
	}
	if (in->n_taken == 0) {
		if (verify_score_frame_fit(rgb, frames->width, frames->height, &frames->first, err) < 0) {
			return -1;
		}
	} else {
		frames->steps[in->n_taken - 1] = mean_difference(&frames->last, &in->image);
	}
	verify_score_frame_grey(&frames->last, frames->grey + in->n_taken * (size_t)frames->width * frames->height);
	in->n_taken++;
	return 0;
}

int verify_score_frames_read(struct verify_score_frames *frames, const char *path, uint32_t width, uint32_t height,
                             struct rv_err *err)
{
	const char *const dot = strrchr(path, '.');
	const char *const extension = dot ? dot + 1 : "";
	const struct rv_video_want want = { .colours = RV_VIDEO_PLAIN };
	struct reading in = { .frames = frames, .image = RV_IMAGE_INIT };
	*frames = (struct verify_score_frames)VERIFY_SCORE_FRAMES_INIT;
	if (rv_video_frames(path, extension, &frames->width, &frames->height, &in.n_all, err) < 0) {
		return -1;
	}
	frames->width = width > 0 ? width : frames->width;
	frames->height = height > 0 ? height : frames->height;
	frames->n = (size_t)RV_MIN(in.n_all, (uint64_t)VERIFY_SCORE_FRAMES_MOST);
	frames->grey = rv_alloc(frames->n * frames->width * frames->height);
	frames->steps = rv_alloc_zero(frames->n, sizeof(*frames->steps));
	int status = rv_video_read(path, extension, &want, take_frame, &in, err);
	if (status == 0 && in.n_taken < frames->n) {
		status =
		        rv_fail(err, RV_E_BAD_FILE, "it has fewer frames than the %" PRIu64 " that it names", in.n_all);
	}
	rv_image_release(&in.image);
	if (status < 0) {
		verify_score_frames_release(frames);
	}
	return status;
}

void verify_score_frames_release(struct verify_score_frames *frames)
{
	free(frames->grey);
	free(frames->steps);
	rv_image_release(&frames->first);
	rv_image_release(&frames->last);
	*frames = (struct verify_score_frames)VERIFY_SCORE_FRAMES_INIT;
}

/* SPDX-License-Identifier: MIT */
/* Clips against their sequences: see frames.h. */
#include "verify/frames.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/groups.h"

#define SIDE 16
#define CELLS ((size_t)SIDE * SIDE)
#define NUMBER_DIGITS 20 /* before the cells, so that frames sort by number */
#define FRAME_NEARER 1.0 /* levels by which another picture must be nearer */
#define CLIP_NEARER 0.25 /* on average over a clip */
#define STRANGE_MIN 20.0 /* levels from its own picture */

struct verify_frames {
	struct verify_groups *groups; /* by sequence */
	pthread_mutex_t lock;         /* over what follows */
	bool has_failed;
	struct rv_err err;
};

/* Kinds of parts: "NUMBER CELLS" of a picture and of a clip's frame, by its clip's path; of an end of a clip
 * "CLIP\tWHICH CELLS". */
enum { CLIP = 'c', END = 'e', PICTURE = 'p' };

struct verify_frames *verify_frames_new(void)
{
	struct verify_frames *const frames = rv_alloc_zero(1, sizeof(*frames));
	frames->groups = verify_groups_new();
	pthread_mutex_init(&frames->lock, NULL);
	return frames;
}

void verify_frames_free(struct verify_frames *frames)
{
	if (frames) {
		verify_groups_free(frames->groups);
		pthread_mutex_destroy(&frames->lock);
		free(frames);
	}
}

/* ---- what is told ------------------------------------------------------------------------------------------------ */

/* Appends the mean of each cell in hex; one without a pixel, in a small picture, is 0. */
static void put_cells(struct rv_str *text, const struct verify_luma *luma)
{
	uint64_t sums[CELLS] = { 0 }, counts[CELLS] = { 0 };
	for (size_t y = 0; y < luma->height; y++) {
		for (size_t x = 0; x < luma->width; x++) {
			const size_t cell = y * SIDE / luma->height * SIDE + x * SIDE / luma->width;
			sums[cell] += luma->pixels[y * luma->width + x];
			counts[cell]++;
		}
	}
	for (size_t i = 0; i < CELLS; i++) {
		rv_str_printf(text, "%02x", counts[i] > 0 ? (unsigned int)(sums[i] / counts[i]) : 0);
	}
}

static void add(struct verify_frames *frames, const char *sequence, char kind, const char *path, struct rv_str *text,
                const struct verify_luma *luma)
{
	struct rv_err err = RV_ERR_INIT;
	put_cells(text, luma);
	if (verify_groups_add(frames->groups, sequence, kind, path, text->ptr, &err) < 0) {
		pthread_mutex_lock(&frames->lock);
		frames->has_failed = true;
		frames->err = err;
		pthread_mutex_unlock(&frames->lock);
	}
	rv_str_release(text);
}

static void add_number(struct verify_frames *frames, const char *sequence, char kind, const char *path, uint64_t number,
                       const struct verify_luma *luma)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%0*" PRIu64 " ", NUMBER_DIGITS, number);
	add(frames, sequence, kind, path, &text, luma);
}

void verify_frames_picture(struct verify_frames *frames, const char *sequence, const char *path, uint64_t number,
                           const struct verify_luma *luma)
{
	add_number(frames, sequence, PICTURE, path, number, luma);
}

void verify_frames_clip(struct verify_frames *frames, const char *sequence, const char *path, uint64_t number,
                        const struct verify_luma *luma)
{
	add_number(frames, sequence, CLIP, path, number, luma);
}

void verify_frames_end_of(struct verify_frames *frames, const char *sequence, const char *path, const char *clip,
                          bool is_last, const struct verify_luma *luma)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%s\t%c ", clip, is_last ? 'l' : 'f');
	add(frames, sequence, END, path, &text, luma);
}

/* ---- a clip ------------------------------------------------------------------------------------------------------ */

struct frame {
	const char *path;
	uint64_t number;
	uint8_t cells[CELLS];
};

static unsigned int digit(char c)
{
	return c <= '9' ? (unsigned int)(c - '0') : (unsigned int)(c - 'a') + 10;
}

static void read_cells(const char *hex, uint8_t cells[CELLS])
{
	for (size_t i = 0; i < CELLS; i++) {
		cells[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
	}
}

static double distance(const struct frame *a, const struct frame *b)
{
	unsigned int sum = 0;
	for (size_t i = 0; i < CELLS; i++) {
		sum += (unsigned int)abs(a->cells[i] - b->cells[i]);
	}
	return (double)sum / (double)CELLS;
}

/* The same of what the two show, however much brighter one of them is as a whole. */
static double distance_of_shapes(const struct frame *a, const struct frame *b)
{
	int brighter = 0;
	double sum = 0;
	for (size_t i = 0; i < CELLS; i++) {
		brighter += a->cells[i] - b->cells[i];
	}
	for (size_t i = 0; i < CELLS; i++) {
		sum += fabs(a->cells[i] - b->cells[i] - (double)brighter / (double)CELLS);
	}
	return sum / (double)CELLS;
}

static bool is_nearer(double other, double own, double by)
{
	return other + by < own && 2 * other < own;
}

/* The clip's frames beside the pictures that they are to be. */
static void check_clip(const struct frame *clip, size_t n, const struct frame *pictures, size_t n_pictures,
                       struct verify_problems *problems)
{
	size_t n_strange = 0, n_others = 0, first = 0, n_inner = 0;
	double sums[3] = { 0, 0, 0 }; /* to the picture before, its own, the one after, where there are all */
	for (size_t i = 0; i < n && clip[i].number < n_pictures; i++) {
		const size_t at = (size_t)clip[i].number;
		const double own = distance_of_shapes(&clip[i], &pictures[at]);
		const double before = at > 0 ? distance_of_shapes(&clip[i], &pictures[at - 1]) : INFINITY;
		const double after = at + 1 < n_pictures ? distance_of_shapes(&clip[i], &pictures[at + 1]) : INFINITY;
		n_strange += distance(&clip[i], &pictures[at]) > STRANGE_MIN;
		if (is_nearer(fmin(before, after), own, FRAME_NEARER)) {
			first = n_others++ == 0 ? i : first;
		}
		if (isfinite(before + after)) {
			n_inner++;
			sums[0] += before;
			sums[1] += own;
			sums[2] += after;
		}
	}
	if (n_others > 0) {
		verify_problems_add(
		        problems, VERIFY_FRAMES_STEP, clip[0].path,
		        "%zu of its frames show the picture before or after theirs, the first is number %zu", n_others,
		        first + 1);
	} else if (is_nearer(fmin(sums[0], sums[2]), sums[1], CLIP_NEARER * (double)n_inner)) {
		verify_problems_add(problems, VERIFY_FRAMES_STEP, clip[0].path, "it is a frame too %s",
		                    sums[0] < sums[2] ? "late" : "early");
	} else if (2 * n_strange > n) {
		verify_problems_add(problems, VERIFY_FRAMES_CLIP, clip[0].path,
		                    "%zu of its %zu frames are not like the pictures of its sequence", n_strange, n);
	}
}

static bool is_of_clip(const struct frame *frame, const char *clip, size_t len)
{
	const char *const rest = strncmp(frame->path, clip, len) == 0 ? frame->path + len : "";
	return (*rest == '.' || *rest == '/') && strchr(rest, '.') == strrchr(rest, '.');
}

/* A picture that is to be the first or the last frame of a clip, where there is one. */
static void check_end(const struct verify_part *end, const struct frame *clips, size_t n,
                      struct verify_problems *problems)
{
	const size_t stem = strcspn(end->text, "\t");
	const bool is_last = end->text[stem + 1] == 'l';
	struct frame shown = { .path = end->path };
	const struct frame *first = NULL, *last = NULL;
	read_cells(end->text + stem + 3, shown.cells);
	for (size_t i = 0; i < n; i++) {
		last = is_of_clip(&clips[i], end->text, stem) ? &clips[i] : last;
		first = first ? first : last;
	}
	if (!first) {
		return;
	}
	const struct frame *const its = is_last ? last : first, *const other = is_last ? first : last;
	const bool is_other =
	        is_nearer(distance_of_shapes(&shown, other), distance_of_shapes(&shown, its), FRAME_NEARER);
	if (distance(&shown, its) > STRANGE_MIN || is_other) {
		verify_problems_add(problems, VERIFY_FRAMES_END, end->path, "it is not the %s frame of '%s'",
		                    is_last ? "last" : "first", first->path);
	}
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

/* The parts of a kind, which follow each other, as frames. */
static struct frame *read_frames(const struct verify_part *parts, size_t n, char kind, size_t *len)
{
	struct frame *frames = NULL;
	size_t cap = 0;
	*len = 0;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].kind == kind) {
			RV_GROW(frames, *len, cap);
			struct frame *const frame = &frames[(*len)++];
			frame->path = parts[i].path;
			frame->number = strtoull(parts[i].text, NULL, 10);
			read_cells(parts[i].text + NUMBER_DIGITS + 1, frame->cells);
		}
	}
	return frames;
}

/* Whether a picture of each number is there, once. */
static int by_number(const void *a, const void *b)
{
	const uint64_t left = ((const struct frame *)a)->number, right = ((const struct frame *)b)->number;
	return (left > right) - (left < right);
}

static bool is_whole(struct frame *pictures, size_t n)
{
	bool is = n > 0;
	if (is) {
		qsort(pictures, n, sizeof(*pictures), by_number);
	}
	for (size_t i = 0; i < n; i++) {
		is = is && pictures[i].number == i;
	}
	return is;
}

/* A verify_group_fn. */
static int visit(void *problems, const char *key RV_UNUSED, const struct verify_part *parts, size_t n,
                 struct rv_err *err RV_UNUSED)
{
	size_t n_clips, n_pictures, start = 0;
	struct frame *const clips = read_frames(parts, n, CLIP, &n_clips);
	struct frame *const pictures = read_frames(parts, n, PICTURE, &n_pictures);
	const bool has_pictures = is_whole(pictures, n_pictures);
	for (size_t i = 1; i <= n_clips && has_pictures; i++) {
		if (i == n_clips || strcmp(clips[i].path, clips[start].path) != 0) {
			check_clip(&clips[start], i - start, pictures, n_pictures, problems);
			start = i;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (parts[i].kind == END) {
			check_end(&parts[i], clips, n_clips, problems);
		}
	}
	free(clips);
	free(pictures);
	return 0;
}

int verify_frames_compare(struct verify_frames *frames, struct verify_problems *problems, struct rv_err *err)
{
	if (frames->has_failed) {
		*err = frames->err;
		return -1;
	}
	return verify_groups_end(frames->groups, visit, problems, err);
}

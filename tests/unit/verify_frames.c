/* SPDX-License-Identifier: MIT */
/* verify/frames.h: clips that are in step with their pictures, and others, however little moves. */
#include "verify/frames.h"

#include <string.h>

#include "check.h"

#define SIDE 64
#define N_FRAMES 8

static struct verify_frames *frames;

/* A disc that moves by `speed` pixels a frame over a slope; `loss`: as a codec leaves it, darker and with errors. */
static void draw(uint8_t *pixels, size_t number, double speed, bool loss)
{
	for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
		const double x = (double)(i % SIDE) - 12 - speed * (double)number, y = (double)(i / SIDE) - 30;
		const int value = x * x + y * y < 100 ? 220 : 40 + (int)(i % SIDE);
		pixels[i] = (uint8_t)(loss ? value - 2 + (int)(i * 7919 % 7) - 3 : value);
	}
}

static struct verify_luma luma_of(uint8_t *pixels)
{
	return (struct verify_luma) { .width = SIDE, .height = SIDE, .pixels = pixels };
}

static void has_pictures(const char *sequence, double speed)
{
	uint8_t pixels[SIDE * SIDE];
	frames = frames ? frames : verify_frames_new();
	for (size_t i = 0; i < N_FRAMES; i++) {
		const struct verify_luma luma = luma_of(pixels);
		draw(pixels, i, speed, false);
		verify_frames_picture(frames, sequence, "frames.png", i, &luma);
	}
}

/* Its frame k is told as that of picture `first` + k, and shows picture order[k]. */
static void has_clip(const char *sequence, const char *path, double speed, const char *order, size_t first)
{
	uint8_t pixels[SIDE * SIDE];
	for (size_t i = 0; order[i]; i++) {
		const struct verify_luma luma = luma_of(pixels);
		draw(pixels, (size_t)(order[i] - '0'), speed, true);
		verify_frames_clip(frames, sequence, path, first + i, &luma);
	}
}

static void has_end(const char *sequence, const char *path, const char *clip, double speed, size_t number, bool is_last)
{
	uint8_t pixels[SIDE * SIDE];
	const struct verify_luma luma = luma_of(pixels);
	draw(pixels, number, speed, false);
	verify_frames_end_of(frames, sequence, path, clip, is_last, &luma);
}

/* Compares; `wanted` has what is found, "frames.step a.mp4, ...". */
static void end(const char *wanted)
{
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str found = RV_STR_INIT;
	CHECK_OK(verify_frames_compare(frames, &problems, &err), &err);
	for (size_t i = 0; i < problems.len; i++) {
		rv_str_printf(&found, "%s%s %s", i > 0 ? ", " : "", verify_checks[problems.items[i].check].id,
		              problems.items[i].path);
	}
	CHECK_TEXT(found, wanted);
	rv_str_release(&found);
	verify_problems_release(&problems);
	verify_frames_free(frames);
	frames = NULL;
}

static void in_step(void)
{
	const double speeds[] = { 0, 0.05, 0.5, 1, 3 };
	for (size_t i = 0; i < RV_COUNTOF(speeds); i++) {
		has_pictures("a ", speeds[i]);
		has_clip("a ", "a.mp4", speeds[i], "01234567", 0);
		has_clip("a ", "a.000004.mp4", speeds[i], "3456", 3);
		has_end("a ", "a.first.png", "a", speeds[i], 0, false);
		has_end("a ", "a.last.png", "a", speeds[i], 7, true);
		has_end("a ", "a.000004.last.png", "a.000004", speeds[i], 6, true);
		end("");
	}
}

static void out_of_step(void)
{
	const double speeds[] = { 1, 3 };
	for (size_t i = 0; i < RV_COUNTOF(speeds); i++) {
		has_pictures("a ", speeds[i]);
		has_pictures("b left", speeds[i]);
		has_clip("a ", "late.mp4", speeds[i], "00123456", 0);
		has_clip("a ", "early.mp4", speeds[i], "12345677", 0);
		has_clip("b left", "segment.000003.mp4", speeds[i], "345", 2);
		end("frames.step early.mp4, frames.step late.mp4, frames.step segment.000003.mp4");
	}
	has_pictures("a ", 3);
	has_clip("a ", "a.mp4", 3, "01324567", 0);
	end("frames.step a.mp4");
}

static void another(void)
{
	uint8_t pixels[SIDE * SIDE];
	memset(pixels, 200, sizeof(pixels));
	has_pictures("a ", 1);
	for (uint64_t i = 0; i < N_FRAMES; i++) {
		const struct verify_luma luma = luma_of(pixels);
		verify_frames_clip(frames, "a ", "a.mp4", i, &luma);
	}
	end("frames.clip a.mp4");
}

static void ends(void)
{
	has_pictures("a ", 1);
	has_clip("a ", "a.mp4", 1, "01234567", 0);
	has_clip("a ", "task/video.mp4", 1, "01234567", 0);
	has_end("a ", "a.first.png", "a", 1, 7, false);
	has_end("a ", "task/final.png", "task", 1, 0, true);
	has_end("a ", "alone.first.png", "alone", 1, 7, false);
	end("frames.end a.first.png, frames.end task/final.png");
}

/* What is not there cannot be compared. */
static void parts(void)
{
	frames = verify_frames_new();
	has_clip("a ", "a.mp4", 3, "76543210", 0);
	has_pictures("b ", 3);
	has_clip("b ", "longer.mp4", 3, "0123456777", 0);
	end("");
}

CHECK_MODULE(verify_frames)
{
	check_case("in step, however little moves, whatever the codec loses", in_step);
	check_case("a frame late or early, frames exchanged", out_of_step);
	check_case("another clip", another);
	check_case("first and last frames", ends);
	check_case("what is not there is not compared", parts);
}

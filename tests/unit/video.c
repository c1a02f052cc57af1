/* SPDX-License-Identifier: MIT */
#include "video.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "file.h"

static const struct rv_video_settings settings = {
	.fps_num = 24, .fps_den = 1, .codec = "h264", .preset = "veryfast", .crf = 18
};

/* A pattern that moves with `step`. */
static void draw(struct rv_image *image, uint32_t width, uint32_t height, uint32_t channels, enum rv_pixel pixel,
                 unsigned int step)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(image, width, height, channels, pixel, &err), &err);
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			for (uint32_t c = 0; c < channels; c++) {
				size_t at = ((size_t)y * width + x) * channels + c;
				uint8_t value = (uint8_t)(c == 3 ? 77 : c == 0 ? x * 4 + step * 9 : y * 4 + step);
				if (channels == 1) {
					value = (uint8_t)(x * y + step);
				}
				if (pixel == RV_PIXEL_U8) {
					image->u8[at] = value;
				} else if (pixel == RV_PIXEL_U16) {
					image->u16[at] = (uint16_t)(value * 257);
				}
			}
		}
	}
}

static int encode(const char *path, uint32_t width, uint32_t height, uint32_t channels, enum rv_pixel pixel,
                  unsigned int n_frames, struct rv_err *err)
{
	struct rv_video *video;
	struct rv_image image = RV_IMAGE_INIT;
	if (rv_video_open(&video, path, &settings, err) < 0) {
		return -1;
	}
	int result = 0;
	for (unsigned int i = 0; i < n_frames && result == 0; i++) {
		draw(&image, width, height, channels, pixel, i);
		result = rv_video_add(video, &image, err);
	}
	rv_image_release(&image);
	if (result < 0) {
		rv_video_abort(video);
		return -1;
	}
	return rv_video_close(video, err);
}

static void counts(uint32_t width, uint32_t height, unsigned int n)
{
	struct rv_err err = RV_ERR_INIT;
	const char *path = check_path("a.mp4");
	uint32_t got_width, got_height;
	uint64_t n_frames;
	if (CHECK_OK(encode(path, width, height, 3, RV_PIXEL_U8, n, &err), &err) &&
	    CHECK_OK(rv_video_check(path, "mp4", &got_width, &got_height, &n_frames, &err), &err)) {
		CHECK_U64(got_width, width + width % 2);
		CHECK_U64(got_height, height + height % 2);
		CHECK_U64(n_frames, n);
	}
}

static void frame_counts(void)
{
	counts(64, 48, 1);
	counts(64, 48, 2);
	counts(64, 48, 61);
	counts(33, 17, 5);
	counts(1, 1, 3);
	counts(640, 2, 3);
}

/* The mean brightness of what is read, and how far it is from what was drawn at the most. */
struct read_back {
	uint32_t width, height;
	uint64_t n;
	double worst; /* of the mean of a frame, in steps of 8 bits */
};

/* A rv_video_read_fn. */
static int compare(void *context, uint64_t number, const struct rv_image *rgb, struct rv_err *err RV_UNUSED)
{
	struct read_back *const back = context;
	struct rv_image drawn = RV_IMAGE_INIT;
	double sum = 0, wanted = 0;
	draw(&drawn, rgb->width, rgb->height, 3, RV_PIXEL_U8, (unsigned int)number);
	for (size_t i = 0; i < (size_t)rgb->width * rgb->height * 3; i++) {
		sum += rgb->u8[i];
		wanted += drawn.u8[i];
	}
	back->worst = fmax(back->worst, fabs(sum - wanted) / (rgb->width * rgb->height * 3.0));
	back->width = rgb->width;
	back->height = rgb->height;
	back->n += number == back->n;
	rv_image_release(&drawn);
	return 0;
}

static int refuse(void *context RV_UNUSED, uint64_t number, const struct rv_image *rgb RV_UNUSED, struct rv_err *err)
{
	return number < 2 ? 0 : rv_fail(err, RV_E_CANCELLED, "enough");
}

static void frames_read_back(void)
{
	struct rv_err err = RV_ERR_INIT;
	const char *const path = check_path("read.mp4");
	struct read_back back = { .n = 0 };
	struct rv_video_want want = { .colours = RV_VIDEO_TAGGED };
	uint32_t width, height;
	uint64_t n_frames;
	if (!CHECK_OK(encode(path, 64, 48, 3, RV_PIXEL_U8, 7, &err), &err) ||
	    !CHECK_OK(rv_video_read(path, "mp4", &want, compare, &back, &err), &err) ||
	    !CHECK_OK(rv_video_frames(path, "mp4", &width, &height, &n_frames, &err), &err)) {
		return;
	}
	CHECK_U64(back.n, 7);
	CHECK_U64(n_frames, 7);
	CHECK_U64(width, 64);
	CHECK_U64(height, 48);
	CHECK(back.worst < 2);
	want.width = 32;
	want.height = 24;
	back = (struct read_back) { .n = 0 };
	CHECK_OK(rv_video_read(path, "mp4", &want, compare, &back, &err), &err);
	CHECK_U64(back.width, 32);
	CHECK_U64(back.height, 24);
	CHECK(rv_video_read(path, "mp4", &want, refuse, NULL, &err) < 0);
	CHECK_STR(err.text, "enough");
}

static bool same_files(const char *a, const char *b)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str left = RV_STR_INIT, right = RV_STR_INIT;
	CHECK_OK(rv_file_read(a, 1 << 24, &left, &err), &err);
	CHECK_OK(rv_file_read(b, 1 << 24, &right, &err), &err);
	bool same = left.len == right.len && memcmp(left.ptr, right.ptr, left.len) == 0;
	rv_str_release(&left);
	rv_str_release(&right);
	return same;
}

/* Frames high enough for x264 to take all its threads. */
static void same_bytes_on_one_core(void)
{
	struct rv_err err = RV_ERR_INIT;
	cpu_set_t all, one;
	const char *a = check_path("a.mp4"), *b = check_path("b.mp4");
	CHECK_OK(encode(a, 96, 320, 3, RV_PIXEL_U8, 40, &err), &err);
	if (!CHECK(sched_getaffinity(0, sizeof(all), &all) == 0)) {
		return;
	}
	CPU_ZERO(&one);
	for (int i = 0; CPU_COUNT(&one) == 0; i++) {
		if (CPU_ISSET(i, &all)) {
			CPU_SET(i, &one);
		}
	}
	CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
	CHECK_OK(encode(b, 96, 320, 3, RV_PIXEL_U8, 40, &err), &err);
	CHECK(sched_setaffinity(0, sizeof(all), &all) == 0);
	CHECK(same_files(a, b));
	CHECK_OK(encode(b, 96, 320, 3, RV_PIXEL_U8, 39, &err), &err);
	CHECK(!same_files(a, b));
}

/* Colours come back, whatever the channels and bits; bytes are the same every time; a quality tells. */
static void jpeg_files(void)
{
	const struct {
		uint32_t width, height, channels;
		enum rv_pixel pixel;
	} kinds[] = { { 61, 43, 3, RV_PIXEL_U8 },
		      { 1, 1, 4, RV_PIXEL_U8 },
		      { 17, 16, 1, RV_PIXEL_U8 },
		      { 40, 30, 3, RV_PIXEL_U16 },
		      { 9, 200, 1, RV_PIXEL_U16 } };
	struct rv_err err = RV_ERR_INIT;
	struct rv_image image = RV_IMAGE_INIT, back = RV_IMAGE_INIT;
	struct rv_str jpeg = RV_STR_INIT, again = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		struct rv_source source = RV_SOURCE_INIT;
		draw(&image, kinds[i].width, kinds[i].height, kinds[i].channels, kinds[i].pixel, 3);
		rv_str_clear(&jpeg);
		rv_str_clear(&again);
		CHECK_OK(rv_jpeg_encode(&image, 100, &jpeg, &err), &err);
		CHECK_OK(rv_jpeg_encode(&image, 100, &again, &err), &err);
		CHECK(jpeg.len == again.len && memcmp(jpeg.ptr, again.ptr, jpeg.len) == 0);
		rv_source_open_memory(&source, "a.jpg", jpeg.ptr, jpeg.len);
		CHECK_OK(rv_still_read_from(&source, &back, &err), &err);
		rv_source_close(&source);
		CHECK_U64(back.width, image.width);
		CHECK_U64(back.height, image.height);
		CHECK_U64(back.channels, 3);
		int worst = 0;
		for (size_t at = 0; at < (size_t)back.width * back.height * 3; at++) {
			const size_t from = at / 3 * image.channels + (image.channels < 3 ? 0 : at % 3);
			const int wanted = image.pixel == RV_PIXEL_U16 ? image.u16[from] / 257 : image.u8[from];
			worst = RV_MAX(worst, abs(back.u8[at] - wanted));
		}
		CHECK(worst <= 6);
	}
	draw(&image, 64, 48, 3, RV_PIXEL_U8, 3);
	rv_str_clear(&jpeg);
	rv_str_clear(&again);
	CHECK_OK(rv_jpeg_encode(&image, 95, &jpeg, &err), &err);
	CHECK_OK(rv_jpeg_encode(&image, 30, &again, &err), &err);
	CHECK(again.len < jpeg.len);
	rv_str_release(&jpeg);
	rv_str_release(&again);
	rv_image_release(&image);
	rv_image_release(&back);
}

#define MADE_AHEAD 6

struct ahead {
	struct rv_video *video;
	unsigned int number;
	struct rv_video_frame *frame;
};

static void *make_frame(void *argument)
{
	struct ahead *const ahead = argument;
	struct rv_err err = RV_ERR_INIT;
	struct rv_image image = RV_IMAGE_INIT;
	draw(&image, 40, 30, 3, RV_PIXEL_U8, ahead->number);
	ahead->frame = rv_video_frame_new(ahead->video, &image, &err);
	rv_image_release(&image);
	return NULL;
}

/* Frames made on threads of their own, put in order; the last is not put. */
static void frames_made_ahead(void)
{
	struct rv_err err = RV_ERR_INIT;
	const char *a = check_path("a.mp4"), *b = check_path("b.mp4");
	struct rv_video *video;
	struct ahead ahead[MADE_AHEAD];
	pthread_t threads[MADE_AHEAD];
	CHECK_OK(encode(a, 40, 30, 3, RV_PIXEL_U8, MADE_AHEAD - 1, &err), &err);
	if (!CHECK_OK(rv_video_open(&video, b, &settings, &err), &err)) {
		return;
	}
	for (unsigned int i = 0; i < MADE_AHEAD; i++) {
		ahead[i] = (struct ahead) { .video = video, .number = i };
		CHECK(pthread_create(&threads[i], NULL, make_frame, &ahead[i]) == 0);
	}
	for (unsigned int i = 0; i < MADE_AHEAD; i++) {
		CHECK(pthread_join(threads[i], NULL) == 0);
		CHECK(ahead[i].frame != NULL);
	}
	for (unsigned int i = 0; i + 1 < MADE_AHEAD; i++) {
		CHECK_OK(rv_video_put(video, ahead[i].frame, &err), &err);
	}
	rv_video_frame_free(ahead[MADE_AHEAD - 1].frame);
	CHECK_OK(rv_video_close(video, &err), &err);
	CHECK(same_files(a, b));
}

static void pixel_types(void)
{
	struct rv_err err = RV_ERR_INIT;
	const char *rgb = check_path("rgb.mp4"), *other = check_path("other.mp4"), *grey = check_path("grey.mp4");
	CHECK_OK(encode(rgb, 32, 32, 3, RV_PIXEL_U8, 3, &err), &err);
	CHECK_OK(encode(other, 32, 32, 4, RV_PIXEL_U8, 3, &err), &err);
	CHECK(same_files(rgb, other));
	CHECK_OK(encode(other, 32, 32, 3, RV_PIXEL_U16, 3, &err), &err);
	CHECK(same_files(rgb, other));
	CHECK_OK(encode(grey, 32, 32, 1, RV_PIXEL_U8, 3, &err), &err);
	CHECK_OK(encode(other, 32, 32, 1, RV_PIXEL_U16, 3, &err), &err);
	CHECK(same_files(grey, other));
	CHECK(!same_files(rgb, grey));
	CHECK_FAILS(encode(other, 32, 32, 2, RV_PIXEL_U8, 1, &err), &err, RV_E_BAD_FILE, "2 channels");
	CHECK_FAILS(encode(other, 32, 32, 1, RV_PIXEL_F32, 1, &err), &err, RV_E_BAD_FILE, "8 or 16 bit");
}

static void wrong_frames(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_video *video;
	struct rv_image image = RV_IMAGE_INIT;
	CHECK_FAILS(encode(check_path("a.mp4"), 32, 32, 3, RV_PIXEL_U8, 0, &err), &err, RV_E_BAD_FILE, "no frame");
	if (CHECK_OK(rv_video_open(&video, check_path("b.mp4"), &settings, &err), &err)) {
		draw(&image, 32, 32, 3, RV_PIXEL_U8, 0);
		CHECK_OK(rv_video_add(video, &image, &err), &err);
		draw(&image, 32, 31, 3, RV_PIXEL_U8, 0);
		CHECK_FAILS(rv_video_add(video, &image, &err), &err, RV_E_BAD_FILE, "32x31 in a video of 32x32");
		rv_video_abort(video);
	}
	rv_image_release(&image);
}

static void wrong_settings(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_video *video;
	struct rv_video_settings wrong = settings;
	wrong.codec = "mpeg2";
	CHECK_FAILS(rv_video_open(&video, check_path("a.mp4"), &wrong, &err), &err, RV_E_USAGE, "allowed: h264");
	wrong = settings;
	wrong.fps_num = 0;
	CHECK_FAILS(rv_video_open(&video, check_path("a.mp4"), &wrong, &err), &err, RV_E_USAGE, "0/1");
	CHECK_FAILS(rv_video_open(&video, check_path("none/a.mp4"), &settings, &err), &err, RV_E_MISSING_FILE,
	            "cannot create");
}

static void damaged_videos(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str bytes = RV_STR_INIT;
	const char *path = check_path("a.mp4");
	uint32_t width, height;
	uint64_t n;
	CHECK_OK(encode(path, 64, 64, 3, RV_PIXEL_U8, 30, &err), &err);
	CHECK_OK(rv_file_read(path, 1 << 24, &bytes, &err), &err);
	CHECK_OK(rv_file_write(path, bytes.ptr, bytes.len - bytes.len / 4, &err), &err);
	CHECK_FAILS(rv_video_check(path, "mp4", &width, &height, &n, &err), &err, RV_E_BAD_FILE, "a.mp4");
	for (size_t i = bytes.len / 2; i < bytes.len / 2 + 64; i++) {
		bytes.ptr[i] ^= 0x5a;
	}
	CHECK_OK(rv_file_write(path, bytes.ptr, bytes.len, &err), &err);
	CHECK_FAILS(rv_video_check(path, "mp4", &width, &height, &n, &err), &err, RV_E_BAD_FILE, "a.mp4");
	CHECK_OK(rv_file_write(path, "", 0, &err), &err);
	CHECK_FAILS(rv_video_check(path, "mp4", &width, &height, &n, &err), &err, RV_E_BAD_FILE, "a.mp4");
	CHECK_FAILS(rv_video_check(check_path("none"), "mp4", &width, &height, &n, &err), &err, RV_E_MISSING_FILE,
	            "none");
	rv_str_release(&bytes);
}

/* FFmpeg would guess a playlist from its contents and open what it names. */
static void no_playlists(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str list = RV_STR_INIT;
	uint32_t width, height;
	uint64_t n;
	const char *video = check_path("a.mp4"), *path = check_path("list.mp4");
	CHECK_OK(encode(video, 64, 64, 3, RV_PIXEL_U8, 3, &err), &err);
	rv_str_printf(&list, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n%s\n#EXT-X-ENDLIST\n", video);
	CHECK_OK(rv_file_write(path, list.ptr, list.len, &err), &err);
	CHECK_FAILS(rv_video_check(path, "mp4", &width, &height, &n, &err), &err, RV_E_BAD_FILE, "list.mp4");
	rv_str_clear(&list);
	rv_str_printf(&list, "ffconcat version 1.0\nfile a.mp4\n");
	CHECK_OK(rv_file_write(path, list.ptr, list.len, &err), &err);
	CHECK_FAILS(rv_video_check(path, "mp4", &width, &height, &n, &err), &err, RV_E_BAD_FILE, "list.mp4");
	rv_str_release(&list);
}

CHECK_MODULE(video)
{
	check_case("frames are made ahead on several threads", frames_made_ahead);
	check_case("JPEG files hold the colours that went in, and their bytes are the same every time", jpeg_files);
	check_case("frames and sizes are those that went in", frame_counts);
	check_case("frames read back are those that went in", frames_read_back);
	check_case("one core and all give the same bytes", same_bytes_on_one_core);
	check_case("alpha is dropped, 16 bit scaled, grey allowed", pixel_types);
	check_case("no frame, or one of another size, is an error", wrong_frames);
	check_case("wrong settings and paths are refused", wrong_settings);
	check_case("damaged videos are found out", damaged_videos);
	check_case("a playlist in the place of a video is refused", no_playlists);
}

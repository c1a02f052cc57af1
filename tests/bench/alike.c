/* SPDX-License-Identifier: MIT */
/*
 * The mean SSIM and PSNR of the frames of two raw videos in 8 bits of grey, as ffmpeg -pix_fmt gray -f rawvideo writes
 * them: bench-alike THREADS WIDTHxHEIGHT A B
 */
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "source.h"
#include "ssim.h"
#include "taskq.h"

struct videos {
	struct rv_source a, b;
	size_t width, height;
	double ssim, psnr; /* sums of all frames */
};

struct frame {
	uint64_t at; /* its first byte */
	double ssim, psnr;
};

static void compare(void *frame_, void *videos_)
{
	struct frame *const frame = frame_;
	const struct videos *const videos = videos_;
	const size_t n = videos->width * videos->height;
	unsigned char *const pixels = rv_alloc(2 * n);
	struct rv_err err = RV_ERR_INIT;
	if (rv_source_read(&videos->a, frame->at, pixels, n, &err) < 0 ||
	    rv_source_read(&videos->b, frame->at, pixels + n, n, &err) < 0) {
		fprintf(stderr, "bench-alike: %s\n", err.text);
		exit(3);
	}
	frame->ssim = rv_ssim(pixels, pixels + n, videos->width, videos->height);
	frame->psnr = rv_psnr(pixels, pixels + n, n);
	free(pixels);
}

static void add(void *frame_, void *videos_)
{
	struct frame *const frame = frame_;
	struct videos *const videos = videos_;
	videos->ssim += frame->ssim;
	videos->psnr += frame->psnr;
	free(frame);
}

int main(int argc, char **argv)
{
	struct videos videos = { .a = RV_SOURCE_INIT, .b = RV_SOURCE_INIT };
	struct rv_err err = RV_ERR_INIT;
	size_t threads = 0;
	if (argc != 5 || sscanf(argv[1], "%zu", &threads) != 1 || threads < 1 ||
	    sscanf(argv[2], "%zux%zu", &videos.width, &videos.height) != 2 || videos.width < 1 || videos.height < 1) {
		fprintf(stderr, "usage: bench-alike THREADS WIDTHxHEIGHT A B\n");
		return 2;
	}
	if (rv_source_open(&videos.a, argv[3], &err) < 0 || rv_source_open(&videos.b, argv[4], &err) < 0) {
		fprintf(stderr, "bench-alike: %s\n", err.text);
		return 3;
	}
	const size_t n = videos.width * videos.height, n_frames = (size_t)(videos.a.len / n);
	struct rv_taskq *const queue = rv_taskq_new(threads, 2 * threads, compare, add, &videos);
	for (size_t i = 0; i < n_frames; i++) {
		struct frame *const frame = rv_alloc_zero(1, sizeof(*frame));
		frame->at = i * n;
		rv_taskq_push(queue, frame);
	}
	rv_taskq_finish(queue);
	printf("%.6f %.6f\n", videos.ssim / (double)n_frames, videos.psnr / (double)n_frames);
	rv_source_close(&videos.a);
	rv_source_close(&videos.b);
	return 0;
}

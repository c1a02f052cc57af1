/* SPDX-License-Identifier: MIT */
/* image.h: limits and reuse of memory. */
#include "image.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void limits(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_image image = RV_IMAGE_INIT;
	CHECK_FAILS(rv_image_init(&image, 0, 4, 1, RV_PIXEL_U8, &err), &err, RV_E_LIMIT, "0 x 4");
	CHECK_FAILS(rv_image_init(&image, 4, 65536, 1, RV_PIXEL_U8, &err), &err, RV_E_LIMIT, "1..65535");
	CHECK_FAILS(rv_image_init(&image, 4, 4, 0, RV_PIXEL_U8, &err), &err, RV_E_LIMIT, "0 channels");
	CHECK_FAILS(rv_image_init(&image, 4, 4, 5, RV_PIXEL_U8, &err), &err, RV_E_LIMIT, "1..4");
	CHECK_FAILS(rv_image_init(&image, 65535, 65535, 4, RV_PIXEL_F32, &err), &err, RV_E_LIMIT, "bytes");
	CHECK(image.bytes == NULL);
}

static void memory(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_image image = RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(&image, 8, 2, 2, RV_PIXEL_U16, &err), &err);
	CHECK_U64(rv_image_row_bytes(&image), 32);
	void *const block = image.bytes;
	CHECK_OK(rv_image_init(&image, 4, 4, 1, RV_PIXEL_F32, &err), &err);
	CHECK(image.bytes == block); /* 64 bytes both */
	CHECK_U64(rv_image_row_bytes(&image), 16);
	CHECK_OK(rv_image_init(&image, 65535, 1, 1, RV_PIXEL_U8, &err), &err);
	image.u8[65534] = 1;
	rv_image_release(&image);
	CHECK(image.bytes == NULL && image.width == 0);
	rv_image_release(&image);
}

/* As in a small container: the sizes that files name must not end the program. */
static void no_memory(void)
{
	enum { DONE, FAILED };
	const struct rlimit limit = { (rlim_t)1 << 31, (rlim_t)1 << 31 };
	fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0) {
		struct rv_err err = RV_ERR_INIT;
		struct rv_image image = RV_IMAGE_INIT;
		bool ok = setrlimit(RLIMIT_AS, &limit) == 0 &&
		          CHECK_OK(rv_image_init(&image, 5, 4, 1, RV_PIXEL_U8, &err), &err) &&
		          CHECK_FAILS(rv_image_init(&image, 30000, 30000, 4, RV_PIXEL_U8, &err), &err, RV_E_MEMORY,
		                      "no memory for an image of 30000 x 30000 pixels, 3600000000 bytes");
		ok = ok && CHECK(image.bytes == NULL && image.width == 0) &&
		     CHECK_OK(rv_image_init(&image, 5, 4, 1, RV_PIXEL_U8, &err), &err);
		fflush(stdout);
		_exit(ok ? DONE : FAILED);
	}
	int status = 0;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK_I64(WEXITSTATUS(status), DONE);
}

CHECK_MODULE(image)
{
	check_case("sides, channels and bytes are limited", limits);
	check_case("memory of the same size is kept", memory);
	check_case("no memory is an error of that image", no_memory);
}

/* SPDX-License-Identifier: MIT */
/* Fuzzes the check of a video: it ends, and what it takes has frames of a size. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "file.h"
#include "str.h"
#include "video.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint32_t width = 0, height = 0;
	uint64_t n_frames = 0;
	const int fd = memfd_create("video", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0 && rv_write_all(fd, data, len) == 0);
	rv_str_printf(&path, "/proc/self/fd/%d", fd);
	if (rv_video_check(path.ptr, "mp4", &width, &height, &n_frames, &err) == 0) {
		FUZZ_CHECK(width > 0 && height > 0 && n_frames > 0);
	} else {
		FUZZ_CHECK(err.text[0]);
	}
	close(fd);
	rv_str_release(&path);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Depth maps of samples. */
#include "sink/depth.h"

#include <inttypes.h>

#include "exr.h"

int sink_depth_read(struct sink_sample *sample, const struct rv_picture *picture, uint32_t width, uint32_t height,
                    struct rv_image *depth, struct rv_err *err)
{
	static const char *const channel = "V";
	struct rv_source source;
	struct rv_exr *exr = NULL;
	if (sink_sample_open(sample, rv_picture_file(picture, RV_ROLE_DEPTH), &source, err) < 0) {
		return -1;
	}
	int status =
	        rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, err) < 0 ? -1 : rv_exr_read(exr, &channel, 1, depth, err);
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", source.name);
	} else if (depth->width != width || depth->height != height) {
		status = rv_fail(err, RV_E_BAD_FILE,
		                 "'%s' has %" PRIu32 "x%" PRIu32 " pixels, but '%s' has %" PRIu32 "x%" PRIu32,
		                 rv_picture_file(picture, RV_ROLE_DEPTH), depth->width, depth->height,
		                 rv_picture_file(picture, RV_ROLE_IMAGE), width, height);
	}
	rv_exr_close(exr);
	rv_source_close(&source);
	return status;
}

/* SPDX-License-Identifier: MIT */
/*
 * Any file of a sample or a dataset, decoded to its last byte, by what its name ends in: .png (all checksums and
 * pixels), .exr (every chunk), .mp4 (every frame), .json and .jsonl (every token). A file of another kind is only read.
 */
#ifndef RV_VERIFY_DECODE_H
#define RV_VERIFY_DECODE_H

#include "image.h"

enum rv_kind { RV_KIND_OTHER, RV_KIND_PNG, RV_KIND_EXR, RV_KIND_MP4, RV_KIND_JSON };

struct rv_decoded {
	enum rv_kind kind;
	uint32_t width, height; /* 0 where there is no picture */
	uint64_t n_frames;      /* of an MP4 */
	struct rv_image image;  /* of a PNG; the memory is used again by the next call */
};
#define RV_DECODED_INIT \
	{ \
		.kind = RV_KIND_OTHER \
	}

enum rv_kind rv_decode_kind(const char *name);
int rv_decode_file(const char *path, struct rv_decoded *decoded, struct rv_err *err) RV_MUST_USE;
/* The same for bytes in memory: `name` tells the kind. */
int rv_decode_bytes(const char *name, const void *bytes, size_t len, struct rv_decoded *decoded,
                    struct rv_err *err) RV_MUST_USE;
void rv_decoded_release(struct rv_decoded *decoded);

#endif

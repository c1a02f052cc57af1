/* SPDX-License-Identifier: MIT */
/*
 * Any file of a sample or a dataset, decoded to its last byte, by what its name ends in: .png (all checksums and
 * pixels), .exr (every chunk), .mp4 (every frame), .json and .jsonl (every token). A file of another kind is only read.
 */
#ifndef RV_VERIFY_DECODE_H
#define RV_VERIFY_DECODE_H

#include "image.h"

enum verify_kind { VERIFY_KIND_OTHER, VERIFY_KIND_PNG, VERIFY_KIND_EXR, VERIFY_KIND_MP4, VERIFY_KIND_JSON };

struct verify_decoded {
	enum verify_kind kind;
	uint32_t width, height; /* 0 where there is no picture */
	uint64_t n_frames;      /* of an MP4 */
	struct rv_image image;  /* of a PNG; the memory is used again by the next call */
};
#define VERIFY_DECODED_INIT \
	{ \
		.kind = VERIFY_KIND_OTHER \
	}

enum verify_kind verify_decode_kind(const char *name);
int verify_decode_file(const char *path, struct verify_decoded *decoded, struct rv_err *err) RV_MUST_USE;
/* The same for bytes in memory: `name` tells the kind. */
int verify_decode_bytes(const char *name, const void *bytes, size_t len, struct verify_decoded *decoded,
                        struct rv_err *err) RV_MUST_USE;
/* The sides of a PNG or EXR file by its header alone; 0 for all else, and where it cannot be read. */
void verify_decode_size(const char *path, uint32_t *width, uint32_t *height);
void verify_decoded_release(struct verify_decoded *decoded);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Private to exr*.c: the header of an OpenEXR file as a list of attributes. OpenEXR's core says what they mean; here
 * they are counted and measured before the core sees them, since it takes time and memory as a header asks for it, and
 * put together again without what pixels do not need.
 */
#ifndef RV_EXR_HEADER_H
#define RV_EXR_HEADER_H

#include "exr.h"
#include "str.h"

#define RV_EXR_PARTS_MAX 1024
#define RV_EXR_CHANNELS_MAX 1024 /* of a part */
#define RV_EXR_NAME_MAX 255
#define RV_EXR_HEADER_BYTES_MAX ((size_t)64 << 20) /* cryptomatte's manifests are the largest attributes */

enum rv_exr_type { RV_EXR_UINT, RV_EXR_HALF, RV_EXR_FLOAT }; /* the numbers of the file format, as below */
enum rv_exr_codec {
	RV_EXR_NONE,
	RV_EXR_RLE,
	RV_EXR_ZIPS,
	RV_EXR_ZIP,
	RV_EXR_PIZ,
	RV_EXR_PXR24,
	RV_EXR_B44,
	RV_EXR_B44A,
	RV_EXR_DWAA,
	RV_EXR_DWAB,
};

struct rv_exr_header {
	bool is_plain; /* one part of scan lines, by the flags */
	size_t bytes;  /* of the whole header: the tables of chunk offsets begin there */
	struct rv_str
	        bare; /* is_plain: the header with only the attributes that pixels and cryptomatte need, by name */
};
#define RV_EXR_HEADER_INIT \
	{ \
		.bare = RV_STR_INIT \
	}

void rv_exr_header_release(struct rv_exr_header *header);
/* Walks over the beginning of a file. 0: done. 1: the header goes on behind `len`, come back with more bytes. -1. */
int rv_exr_header_scan(struct rv_exr_header *header, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;

/* Appends a bare header for these channels, which are in ascending order, and the texts after it. */
void rv_exr_header_put(struct rv_str *out, enum rv_exr_codec codec, const struct rv_exr_plane *planes, size_t n,
                       const struct rv_exr_text *texts, size_t n_texts);

/* Little-endian numbers of the format. */
static inline uint32_t rv_exr_get_u32(const unsigned char *p) /* one load where the machine is little-endian too */
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
void rv_exr_put_u32(struct rv_str *out, uint32_t value);
void rv_exr_put_u64(struct rv_str *out, uint64_t value);

#endif

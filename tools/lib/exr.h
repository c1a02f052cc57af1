/* SPDX-License-Identifier: MIT */
/*
 * Single-part scan-line OpenEXR files, as Blender writes them. The header is our own, since stripping needs it down to
 * the byte; so are the codecs NONE, ZIP and ZIPS, inflated by libdeflate several times faster than OpenEXR does it, and
 * unpacked only for the channels that are wanted. Every other codec goes through OpenEXR's C core, which exr_core.c
 * alone knows.
 */
#ifndef RV_EXR_H
#define RV_EXR_H

#include "image.h"

struct rv_exr; /* an open file */

int rv_exr_open(const char *path, struct rv_exr **exr, struct rv_err *err) RV_MUST_USE;
void rv_exr_close(struct rv_exr *exr);
uint32_t rv_exr_width(const struct rv_exr *exr);
uint32_t rv_exr_height(const struct rv_exr *exr);
size_t rv_exr_channel_count(const struct rv_exr *exr);
const char *rv_exr_channel_name(const struct rv_exr *exr, size_t index);
bool rv_exr_has_channel(const struct rv_exr *exr, const char *name);
/* True when the channel is there and holds 16-bit floats. */
bool rv_exr_is_half(const struct rv_exr *exr, const char *name);
/* Reads `n` named channels in one pass over the file, each into an F32 image of one channel (half and uint are
 * converted). images[i] is replaced. A name that is not there is RV_E_BAD_FILE and lists those that are. */
int rv_exr_read(struct rv_exr *exr, const char *const *names, size_t n, struct rv_image *images,
                struct rv_err *err) RV_MUST_USE;
/* Reads everything and throws it away: a full check. */
int rv_exr_check(const char *path, uint32_t *width, uint32_t *height, struct rv_err *err) RV_MUST_USE;

/* An attribute of type string. */
struct rv_exr_text {
	const char *name;
	const char *text; /* borrowed, not ended by NUL */
	size_t len;
};
/* The attributes of type string that are named cryptomatte/..., in ascending order; *at is 0 before the first. False
 * after the last. Borrowed until the file is closed. */
bool rv_exr_next_text(const struct rv_exr *exr, size_t *at, struct rv_exr_text *text);

/* A channel to write: an F32 image of one channel. */
struct rv_exr_plane {
	const char *name;
	const struct rv_image *image;
	bool is_half; /* stored as 16-bit floats, rounded to the nearest */
};
/* Writes `n` planes of one size atomically, ZIP. No attribute but the required ones and `texts`: the bytes depend on
 * these arguments alone. */
int rv_exr_write(const char *path, const struct rv_exr_plane *planes, size_t n, const struct rv_exr_text *texts,
                 size_t n_texts, struct rv_err *err) RV_MUST_USE;
/* Rewrites the header with only the attributes that pixels need (and cryptomatte's), the chunk offsets moved, the
 * chunks themselves as they are. In place, where everything moves to the front: not atomic. */
int rv_exr_strip(const char *path, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * OpenEXR files as planes of floats. OpenEXR's C core (exr_core.c alone knows it) reads headers and chunks and decodes
 * every codec, always all channels of a chunk. Only NONE, ZIP and ZIPS go from a chunk's bytes to the wanted planes by
 * our own code, with libdeflate nearly twice as fast. Writing and stripping are our own, down to the byte.
 *
 *	struct rv_exr *exr = NULL;
 *	if (rv_exr_open_path("passes.exr", RV_EXR_BLENDERS_FORMS, &exr, err) < 0) return -1;
 *	int status = rv_exr_read(exr, names, n, images, err);
 *	rv_exr_close(exr);
 *
 * The picture is the data window, wherever it lies in the display window, its rows from the top for every line order.
 * Of tiles it is the largest level. In a file of several parts a channel is named PART.CHANNEL, or as it is where its
 * name begins so anyway; parts of another data window than the first part's have no channels here. Not read, and
 * refused by name: deep pixels, and sub-sampled channels (those of luminance and chroma are). DWAA and DWAB are decoded
 * from OpenEXR 3.2 on.
 *
 * Memory is taken as the file proves it. A header has at most 64 MiB, 1024 parts, 4096 attributes a part and 1024
 * channels, a chunk at most 1 GiB. A file that is too short for the table of its chunks, or for its pixels by the most
 * that the codec makes of a byte (NONE 1, RLE 64, ZIP 1032, PXR24 1376), is refused before anything of the picture's
 * size is allocated. What remains: PIZ, B44 and DWA have no such bound, so a small file may ask for what image.h allows
 * for each plane. That memory is touched only as chunks decode; where there is none, that is RV_E_MEMORY.
 */
#ifndef RV_EXR_H
#define RV_EXR_H

#include "image.h"
#include "source.h"
#include "str.h"

enum rv_exr_forms {
	RV_EXR_BLENDERS_FORMS, /* what Blender writes for rv-blend: one part of scan lines, NONE RLE ZIPS ZIP or PIZ */
	RV_EXR_ALL_FORMS,      /* and tiles, several parts, and every codec that OpenEXR's core knows */
};

struct rv_exr; /* an open file, for one thread at a time */

/* Reads the header. The source is borrowed until rv_exr_close. */
int rv_exr_open(const struct rv_source *source, enum rv_exr_forms forms, struct rv_exr **exr,
                struct rv_err *err) RV_MUST_USE;
int rv_exr_open_path(const char *path, enum rv_exr_forms forms, struct rv_exr **exr, struct rv_err *err) RV_MUST_USE;
void rv_exr_close(struct rv_exr *exr);
uint32_t rv_exr_width(const struct rv_exr *exr);
uint32_t rv_exr_height(const struct rv_exr *exr);
/* In the order of the parts, and in ascending order within one. */
size_t rv_exr_channel_count(const struct rv_exr *exr);
const char *rv_exr_channel_name(const struct rv_exr *exr, size_t index);
bool rv_exr_has_channel(const struct rv_exr *exr, const char *name);
/* True when the channel is there and holds 16-bit floats. */
bool rv_exr_is_half(const struct rv_exr *exr, const char *name);
/* Reads `n` named channels in one pass over the file, each into an F32 image of one channel (half and uint are
 * converted). images[i] is replaced. A name that is not there is RV_E_BAD_FILE and lists those that are. */
int rv_exr_read(struct rv_exr *exr, const char *const *names, size_t n, struct rv_image *images,
                struct rv_err *err) RV_MUST_USE;
/* Decodes every chunk once, of all parts and levels, and throws it away: a full check. Of ripmaps, which the core
 * cannot walk over, only the largest level. */
int rv_exr_check(struct rv_exr *exr, struct rv_err *err) RV_MUST_USE;

/* An attribute of type string. */
struct rv_exr_text {
	const char *name;
	const char *text; /* borrowed, not ended by NUL */
	size_t len;
};
/* The attributes of type string that are named cryptomatte/..., in ascending order, part after part; *at is 0 before
 * the first. False after the last. Borrowed until the file is closed. */
bool rv_exr_next_text(const struct rv_exr *exr, size_t *at, struct rv_exr_text *text);

/* A channel to write: an F32 image of one channel. */
struct rv_exr_plane {
	const char *name;
	const struct rv_image *image;
	bool is_half; /* stored as 16-bit floats, rounded to the nearest */
};
/* Encodes `n` planes of one size, ZIP; *out is replaced. No attribute but the required ones and `texts`: the bytes
 * depend on these arguments alone. */
int rv_exr_encode(const struct rv_exr_plane *planes, size_t n, const struct rv_exr_text *texts, size_t n_texts,
                  struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* Rewrites the header of one part of scan lines with only the attributes that pixels need (and cryptomatte's), the
 * chunk offsets moved, the chunks themselves as they are. In place, where everything moves to the front: not atomic. */
int rv_exr_strip(const char *path, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Clips in which several sequences lie side by side, and the table that says where. A sequence is one of a camera of a
 * sample, in files of one role: they follow each other by sample, camera and role, and fill a clip row after row. All
 * in a clip have one size and one rate; where the next has others, the clip ends. Sides of a tile are even, as those of
 * videos are; where there is no tile, or it has ended, the clip is black.
 *
 *	struct sink_tiles *tiles = sink_tiles_new(target, err);           as the options of the format video say
 *	sink_tiles_prepare(tiles, sample, &settings, err);                0, SINK_REFUSED or SINK_BROKEN
 *	sink_tiles_add(tiles, err);                                       the sample that was prepared last
 *	sink_tiles_finish(tiles, err);
 *	sink_tiles_free(tiles);
 *
 * Until its clip is full, a sequence waits as its pictures' files are, in a temporary file.
 */
#ifndef RV_SINK_TILES_H
#define RV_SINK_TILES_H

#include "sink/sink.h"
#include "video.h"

struct sink_tiles;

/* The target is borrowed. Fails with RV_E_USAGE when the options do not fit. Makes no file yet. */
struct sink_tiles *sink_tiles_new(const struct sink_target *target, struct rv_err *err);
void sink_tiles_free(struct sink_tiles *tiles); /* NULL is allowed */
/* Looks at all frames of the sample. `settings` hold its rate. */
int sink_tiles_prepare(struct sink_tiles *tiles, struct sink_sample *sample, const struct rv_video_settings *settings,
                       struct rv_err *err) RV_MUST_USE;
int sink_tiles_add(struct sink_tiles *tiles, struct rv_err *err) RV_MUST_USE;
/* Writes the clip that is not full, and the table. */
int sink_tiles_finish(struct sink_tiles *tiles, struct rv_err *err) RV_MUST_USE;

#endif

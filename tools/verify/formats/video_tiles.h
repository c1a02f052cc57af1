/* SPDX-License-Identifier: MIT */
/*
 * Clips of tiles and their table, for the checker of videos: each clip has rows and each row a clip, the tiles are of
 * one size and fill the clip row after row, it is as long as the longest, and the channels of a sequence are each there
 * once, of one length.
 */
#ifndef RV_VERIFY_FORMATS_VIDEO_TILES_H
#define RV_VERIFY_FORMATS_VIDEO_TILES_H

#include "verify/format.h"
#include "verify/groups.h"

/* Reads the table: adds each row to the group of its clip's path, and to that of its sequence, "ID VIEW". Rows that are
 * none are problems of the item. */
int verify_video_read_tiles(const struct verify_item *item, struct verify_groups *clips,
                            struct verify_groups *sequences, struct rv_err *err) RV_MUST_USE;
/* Adds a clip that was decoded, to the group of its path. */
int verify_video_add_tiled(const struct verify_item *item, struct verify_census *census, struct verify_groups *clips,
                           struct rv_err *err) RV_MUST_USE;
/* Checks the group of a clip's path; false: it is none of these. */
bool verify_video_check_tiles(const char *key, const struct verify_part *parts, size_t n,
                              struct verify_problems *problems);
/* Checks the group of a sequence; how many frames it has. */
uint64_t verify_video_check_channels(const char *key, const struct verify_part *parts, size_t n,
                                     struct verify_problems *problems);

#endif

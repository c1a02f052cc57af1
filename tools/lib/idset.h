/* SPDX-License-Identifier: MIT */
/*
 * The ids seen in a stream, to find one that comes twice. Ids that are zero-padded counters ("00000041") are kept as
 * intervals, so a stream numbered in order costs constant memory; others cost 16 bytes each (a 128-bit hash).
 */
#ifndef RV_IDSET_H
#define RV_IDSET_H

struct rv_idset;
struct rv_idset *rv_idset_new(void);
void rv_idset_free(struct rv_idset *set);
/* False when it was there before. */
bool rv_idset_add(struct rv_idset *set, const char *id, size_t len);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Shards of BOP: a scene as a tar archive, each picture's members side by side under its key, "000000_000001"; and of
 * each split the list that says which shard has a key.
 *
 *	struct sink_bop_shard shard = SINK_BOP_SHARD_INIT;                            one for each split
 *	sink_bop_shard_begin(&shard, dataset, "train", 0, 1, err)                     a picture
 *	sink_bop_shard_put(&shard, "gt.json", text.ptr, text.len, err) ...            its members
 *	sink_bop_shard_close(&shard, dataset, err)                                    the scene is whole
 *	sink_bop_shard_finish(&shard, dataset, err)                                   so is the split
 *	sink_bop_shard_abort(&shard)
 */
#ifndef RV_SINK_BOP_SHARD_H
#define RV_SINK_BOP_SHARD_H

#include "sink/dataset.h"
#include "source.h"

struct sink_bop_shard {
	struct sink_output *tar, *keys; /* NULL: not begun */
	char key[16];                   /* of the picture at hand */
	bool has_keys;
};
#define SINK_BOP_SHARD_INIT \
	{ \
		.tar = NULL \
	}

/* Begins a picture of a scene; makes the files that are not there yet. */
int sink_bop_shard_begin(struct sink_bop_shard *shard, struct sink_dataset *dataset, const char *split, uint64_t scene,
                         size_t picture, struct rv_err *err) RV_MUST_USE;
int sink_bop_shard_put(struct sink_bop_shard *shard, const char *field, const void *bytes, size_t len,
                       struct rv_err *err) RV_MUST_USE;
/* The same of a source. */
int sink_bop_shard_put_source(struct sink_bop_shard *shard, const char *field, const struct rv_source *source,
                              struct rv_err *err) RV_MUST_USE;
int sink_bop_shard_close(struct sink_bop_shard *shard, struct sink_dataset *dataset, struct rv_err *err) RV_MUST_USE;
int sink_bop_shard_finish(struct sink_bop_shard *shard, struct sink_dataset *dataset, struct rv_err *err) RV_MUST_USE;
void sink_bop_shard_abort(struct sink_bop_shard *shard);

#endif

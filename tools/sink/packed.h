/* SPDX-License-Identifier: MIT */
/*
 * Which samples are in finished shards and need not be anywhere else (--consume), by a line for each shard in the
 * journal of shards.h:
 *
 *	{"packed":"webdataset/shard-000000.tar","bytes":1024,"sha256":"…","samples":[["a","…"],["b","…"]]}
 *
 * The second text of a sample is the SHA-256 of its record as the dataset holds it.
 */
#ifndef RV_SINK_PACKED_H
#define RV_SINK_PACKED_H

#include "hash.h"
#include "json.h"
#include "sample.h"

struct sink_packed_shard {
	char *path, sha256[RV_HASH_HEX_LEN + 1];
	uint64_t n_bytes, n_samples;
};

struct sink_packed {
	struct sink_packed_shard *shards; /* of the journal */
	size_t n_shards, cap_shards;
	struct rv_idset *ids, *records; /* private, as is what follows: of their samples; ids with digests */
	struct open_shard *open;        /* not finished */
	size_t n_open, cap_open;
};

void sink_packed_init(struct sink_packed *packed);
void sink_packed_release(struct sink_packed *packed);
/* Takes a line of the journal; NULL when it is none of a shard. */
const struct sink_packed_shard *sink_packed_read(struct sink_packed *packed, struct rv_json line);
/* Whether a sample is in one of these shards. 1: it is. 0: it is not. -1 with RV_E_BAD_RECORD: its id is there, with
 * another record. Each sample is asked for once. */
int sink_packed_has(struct sink_packed *packed, const struct rv_sample *sample, struct rv_err *err) RV_MUST_USE;
bool sink_packed_has_shard(const struct sink_packed *packed, const char *path);

/* The sample is in a shard that is not finished. */
void sink_packed_add(struct sink_packed *packed, const char *path, const struct rv_sample *sample);
/* The shard is finished: appends its line. Then the directories of its samples are removed, each when its markers prove
 * that it and all that is in it is ours (marked.h); one that stays is warned of. */
void sink_packed_put(struct sink_packed *packed, const char *path, uint64_t n_bytes, const char *sha256,
                     struct rv_str *line);
void sink_packed_remove_samples(struct sink_packed *packed, const char *path);
/* The same for a sample that is in a shard of the journal. */
void sink_packed_remove_sample(const char *dir);

#endif

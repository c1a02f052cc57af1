/* SPDX-License-Identifier: MIT */
/*
 * Finished shards of a dataset in the making. They are kept in a hidden directory beside its place,
 * .NAME.rv-mux.shards, until the dataset is there: a run that was killed, or could not post one, is gone on with.
 *
 *	struct sink_shards *shards = sink_shards_open(place, &options, err);
 *	like = sink_shards_like(shards, relative, &path);              a file that may hold what is going to be written
 *	sink_shards_finish(shards, made, &file, &is_posted, err); ...  the shard is kept, and posted
 *	sink_shards_put(shards, tree, err);                            links those of this run into the dataset
 *	sink_shards_remove(shards);                                    the dataset is in its place
 *	sink_shards_close(shards);
 *
 * What was posted stands in a journal there, journal.jsonl, a line for each, on the disk before anything depends on it;
 * and in the manifest of a dataset that is there. A shard whose bytes have not changed is not posted again.
 *
 * With `consumes` the journal also says which samples are in which shards (packed.h), and stays when the dataset is
 * there: these shards are all that is left of their samples. They are part of every later dataset of the place.
 */
#ifndef RV_SINK_SHARDS_H
#define RV_SINK_SHARDS_H

#include "hash.h"
#include "sink/packed.h"
#include "sink/post.h"
#include "str.h"

struct sink_shards_options {
	const char *post, *post_check; /* commands (post.h); NULL: none */
	bool syncs;                    /* a shard is on the disk before anything depends on it */
	bool consumes;                 /* directories of samples go when a shard that has them is finished */
};

struct sink_shards;
/* `place` is where the dataset is going to be. The options are borrowed. RV_E_USAGE on a wrong one, where something
 * else is in the way, and without `consumes` where there are shards whose samples were removed. For one who holds the
 * lock on the place. */
struct sink_shards *sink_shards_open(const char *place, const struct sink_shards_options *options, struct rv_err *err);
/* Keeps what is finished where a run that goes on could use it: it was stopped by a signal, or could not post. Else
 * removes the directory. NULL is allowed. */
void sink_shards_close(struct sink_shards *shards);

/* The path of a shard that an earlier run, finished or not, has left under this name, in *path; NULL: there is none. */
const char *sink_shards_like(const struct sink_shards *shards, const char *relative, struct rv_str *path);
/* Takes a shard that was made at `made`, or, where nothing is there, was the same as sink_shards_like. `posted->file`
 * is set here. *is_posted says that it has been posted; the command may have taken it away. Fails with RV_E_IO when the
 * command does. */
int sink_shards_finish(struct sink_shards *shards, const char *made, struct sink_posted *posted, bool *is_posted,
                       struct rv_err *err) RV_MUST_USE;
/* With `consumes`: a sample is in the shard of that name, which is not finished. */
void sink_shards_pack(struct sink_shards *shards, const char *relative, const struct rv_sample *sample);
/* The shards of earlier runs whose samples were removed. */
const struct sink_packed *sink_shards_packed(const struct sink_shards *shards);
/* Whether a sample is in one of them (sink_packed_has); its directory then goes, should it be there again. */
int sink_shards_has_sample(struct sink_shards *shards, const struct rv_sample *sample, struct rv_err *err) RV_MUST_USE;
/* Such a shard was posted. */
bool sink_shards_is_posted(const struct sink_shards *shards, const struct sink_packed_shard *shard);

/* Puts the shards of this run, but those that were taken away, into the directory `tree`. */
int sink_shards_put(struct sink_shards *shards, const char *tree, struct rv_err *err) RV_MUST_USE;
/* The dataset has them: they go, and the directory, but for what `consumes` needs of it. */
void sink_shards_remove(struct sink_shards *shards);

#endif

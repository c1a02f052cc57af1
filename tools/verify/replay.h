/* SPDX-License-Identifier: MIT */
/*
 * Samples that are rendered again (--replay): N of those that are looked at, which the SHA-256 of a seed and their ids
 * chooses, so that it is the same ones in any order and by any number of threads. At the end 'rv replay' renders each
 * and compares it: files are the same, or within the tolerance that porcelain/compare.h states where another build of
 * Blender or another kind of processor made the sample.
 *
 * A sample of a directory is compared with all its files. Of a dataset, what a sample has there is copied to a working
 * directory while it is one of the chosen; the script and the settings, which no dataset carries, are those of
 * --replay-from, the directory that the dataset was made from.
 *
 *	struct verify_replay *replay = verify_replay_new();
 *	verify_replay_sample(replay, &sample, &files); ...      from any thread
 *	verify_replay_end(replay, NULL, NULL, &problems, err);
 *	verify_replay_free(replay);
 *
 * A failure of the environment on the way is kept for the end.
 */
#ifndef RV_VERIFY_REPLAY_H
#define RV_VERIFY_REPLAY_H

#include "options.h"
#include "verify/picture.h"

extern const struct rv_option verify_replay_options[];
/* Whether they ask for it, and what is given without. */
bool verify_replay_is_asked(void);
/* Whether they are as a dataset needs them, or samples alone: else RV_E_USAGE. */
int verify_replay_must_fit(bool has_datasets, struct rv_err *err) RV_MUST_USE;

struct verify_replay;
/* As the options say; NULL: nothing is to be rendered. */
struct verify_replay *verify_replay_new(void);
void verify_replay_free(struct verify_replay *replay); /* NULL is allowed */

/* Chooses a sample, or not. `files` are those of one that lies in a dataset, and has no directory. */
void verify_replay_sample(struct verify_replay *replay, const struct rv_sample *sample, struct verify_files *files);

/* A sample that is not what its rendering gives. */
typedef void verify_replay_bad_fn(void *context, const char *dir, const char *id);
/* Renders the chosen ones, in the order of their ids, and tells what differs, and how many do not; `bad` may be NULL.
 * To be called once. */
int verify_replay_end(struct verify_replay *replay, verify_replay_bad_fn *bad, void *context,
                      struct verify_problems *problems, struct rv_err *err) RV_MUST_USE;

#endif

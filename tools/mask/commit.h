/* SPDX-License-Identifier: MIT */
/*
 * How labels get into a sample's directory, so that rv-mask may be killed at any instant and the next run ends as if it
 * had not been. Nothing is removed but what the marker lists, and nothing is written through a link. The order of
 * things:
 *
 *	the new files are made in a hidden directory of this run; a failure up to here has changed nothing
 *	a marker that lists them, and what of the old ones stays valid
 *	each file appears in its place by rename
 *	where old ones are to go: a marker of what is valid now that lists them; they are removed
 *	_meta.json
 *	the marker of the finished sample
 *	the passes are removed, unless they are to be kept
 */
#ifndef RV_MASK_COMMIT_H
#define RV_MASK_COMMIT_H

#include "dir.h"
#include "mask/files.h"
#include "mask/plan.h"

/* What a run makes of a sample. */
struct mask_commit {
	const struct mask_plan *plan;      /* borrowed */
	int dir_fd;                        /* the sample's directory, where something is to be done; private */
	struct rv_workdir work;            /* open where files are made */
	struct mask_files files;           /* for mask_write */
	struct rv_str made;                /* ... its annotations */
	const struct rv_span *annotations; /* private, as is what follows: of each picture */
	struct mask_listed *labels;        /* all files in the end, sorted by path */
	size_t n_labels;
	struct rv_arena arena;
};

/* Makes the place for new files. Release it in every case. */
int mask_commit_begin(struct mask_commit *commit, const struct mask_plan *plan, struct rv_err *err) RV_MUST_USE;
/* After mask_write, or where there is nothing to make: puts the labels into the record, and then into the sample. */
int mask_commit_end(struct mask_commit *commit, struct rv_record *record, struct rv_err *err) RV_MUST_USE;
void mask_commit_release(struct mask_commit *commit);

/* Leaves .rv-again.json in the sample: rv-blend is to render it again. False when it cannot be written, which is told.
 */
bool mask_commit_ask_again(const struct mask_request *request);

#endif

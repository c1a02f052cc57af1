/* SPDX-License-Identifier: MIT */
/*
 * A sample on disk: OUT/ID/, put there by one rename, with a marker that says what it was made from (marker.h). One
 * whose marker still fits is not rendered again, and its record is passed on exactly as the first time; unless rv-mask
 * has left .rv-again.json in it, as it needs passes that are gone.
 */
#ifndef RV_BLEND_SAMPLE_H
#define RV_BLEND_SAMPLE_H

#include "deps.h"
#include "lock.h"
#include "place.h"
#include "record.h"
#include "script.h"

/* What all samples of a run have in common. Borrowed. */
struct blend_sample_run {
	const char *out_dir;     /* as the user gave it */
	const char *settings;    /* JSON: what was asked for on the command line */
	const char *fingerprint; /* what decides pictures and labels besides record and files; NULL: not known yet */
	struct blend_deps *deps;
	const struct blend_script *script; /* the scene of records that name none */
	const struct rv_lock *lock;        /* on OUT; NULL: none, as nothing is put there */
	const char *shown;                 /* OUT, as messages call it */
	bool keeps;                        /* files of others in a sample that is replaced go into the new one */
	bool trusts_sizes;                 /* a file that has its size is as it was */
	bool again;                        /* a record may come again: it is then answered after the first */
	bool dry_run;                      /* nothing is committed, or used again; a record may say so, too */
	const char *gen_dir;               /* absolute; generators of a sample work in GEN_DIR/ID */
	bool gen_keeps;                    /* and leave their files there */
};

/* The digest that stands for the record (without run, dir and error) under this run's fingerprint. */
void blend_sample_key(const struct blend_sample_run *run, const struct rv_record *record,
                      char key[RV_HASH_HEX_LEN + 1]);

/* False when there is certainly no sample of that id that could be used again for the record. */
bool blend_sample_may_be_there(const struct blend_sample_run *run, const char *id, const struct rv_record *record);

/* True when OUT/ID is there, whole, and made from the same things: the record then has its members. */
bool blend_sample_reuse(const struct blend_sample_run *run, const char *id, const char *key, struct rv_record *record);

/* Where a sample goes. */
struct blend_sample_place {
	struct rv_str path, shown; /* private */
	struct rv_place place;
};
#define BLEND_SAMPLE_PLACE_INIT \
	{ \
		.path = RV_STR_INIT, .shown = RV_STR_INIT, .place = {.path = NULL } \
	}
/* Before it is rendered. Fails with RV_E_TAKEN when OUT/ID is there and is not ours to replace (place.h). Unclaim it in
 * every case. */
int blend_sample_claim(const struct blend_sample_run *run, const char *id, const struct rv_record *record,
                       struct blend_sample_place *place, struct rv_err *err) RV_MUST_USE;
void blend_sample_unclaim(struct blend_sample_place *place);
/* On purpose otherwise: not in what a scene reads, which changes while one works. */
enum blend_difference { BLEND_DIFFERS_NOT, BLEND_DIFFERS_IN_SETTINGS, BLEND_DIFFERS_IN_SCENE };
/* How the sample that is there, and would be replaced, was made otherwise; *other is its scene where that differs. */
enum blend_difference blend_sample_differs(const struct blend_sample_run *run, const struct blend_sample_place *place,
                                           const struct rv_record *record, struct rv_str *other);

/*
 * Takes a worker's reply for the sample whose files lie in `work_dir`. 0: OUT/ID is there, by this run or by another
 * that was faster, and the record has its members. -1: *err is the sample's error; RV_E_CRASH when the reply breaks the
 * protocol, which is the worker's fault.
 */
int blend_sample_commit(const struct blend_sample_run *run, const char *id, const char *key, const char *work_dir,
                        const struct rv_str *reply, struct blend_sample_place *place, struct rv_record *record,
                        struct rv_err *err) RV_MUST_USE;

/* Removes what generators have left of the sample. */
int blend_sample_clear_generated(const struct blend_sample_run *run, const char *id, struct rv_err *err) RV_MUST_USE;

/* Removes the directory of an attempt, and frees and forgets its name; NULL is fine. */
void blend_sample_drop(char **work_dir);

/* Makes RV_E_NO_SPACE of an error that came while the file system of the samples was full: whatever failed, failed for
 * that reason. */
void blend_sample_blame_space(const struct blend_sample_run *run, struct rv_err *err);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Which format holds which pictures. Each tells what it has, picture by picture, in any order and from any thread; at
 * the end all are compared as sets, with each other and with what the manifest says, and the first difference is named.
 * So are facts that several formats know of one picture. Sorted through files: memory does not grow with the dataset.
 */
#ifndef RV_VERIFY_CENSUS_H
#define RV_VERIFY_CENSUS_H

#include "verify/frames.h"
#include "verify/manifest.h"
#include "verify/problems.h"

/* A picture by name; "" for what it has not. */
struct verify_key {
	const char *id, *view, *frame; /* frame: six digits */
};

/* What a format can tell of its pictures. */
enum verify_tells {
	VERIFY_TELLS_NOTHING,  /* it holds a choice of them */
	VERIFY_TELLS_PICTURES, /* their keys */
	VERIFY_TELLS_NUMBERS,  /* sequences by name with their number of frames, and a number of stills */
};

/* What several formats may know of one picture. */
enum verify_fact {
	VERIFY_FACT_IMAGE,  /* the digest of its image */
	VERIFY_FACT_CAMERA, /* numbers: "fl_x=50 fl_y=50 ..." */
	VERIFY_FACTS
};

struct verify_census;
/* The functions that tell it something do nothing with NULL. */
/* `has_clips`: of sequences, whose frames are to be compared (frames.h). */
struct verify_census *verify_census_new(bool has_clips);
void verify_census_free(struct verify_census *census);

int verify_census_picture(struct verify_census *census, enum format_id format, const struct verify_key *key,
                          struct rv_err *err) RV_MUST_USE;
int verify_census_fact(struct verify_census *census, enum format_id format, const struct verify_key *key,
                       enum verify_fact fact, const char *text, struct rv_err *err) RV_MUST_USE;
/* A sequence, of a view or of the record's own camera: key->frame does not count. */
int verify_census_sequence(struct verify_census *census, enum format_id format, const struct verify_key *key,
                           uint64_t n_frames, struct rv_err *err) RV_MUST_USE;
void verify_census_stills(struct verify_census *census, enum format_id format, uint64_t n);
/* What clips and pictures are told to; NULL: nobody asks. */
struct verify_frames *verify_census_frames(const struct verify_census *census);
/* A part of what the format holds could not be read, which was told: what it lacks is not told as well. */
void verify_census_unread(struct verify_census *census, enum format_id format);

/* Compares all. To be called once. */
int verify_census_compare(struct verify_census *census, const struct verify_manifest_head *head,
                          const enum verify_tells tell_what[FORMAT_IDS], struct verify_problems *problems,
                          struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Which pictures are another's double: with the same pixels, or near it, when verify_luma_hash differs in `near`
 * bits or fewer (limits.def). Each is told once, with the nearest of those before it in the order of the paths, as a
 * duplicate within its split, as a leak from another split, or as both. Pictures of one group, the frames and views of
 * a sample, are not compared with each other.
 *
 * All pairs are found, and few compared: the hash is cut into `near` + 1 bands, of which near pictures have one in
 * common. Takes 48 bytes of memory for a picture, and temporary files.
 *
 *	struct verify_likeness *likeness = verify_likeness_new();
 *	verify_likeness_add(likeness, "images/a.png", &mark, err); ...      from any thread, in any order
 *	verify_likeness_end(likeness, problems, err);
 *	verify_likeness_free(likeness);
 */
#ifndef RV_VERIFY_LIKENESS_H
#define RV_VERIFY_LIKENESS_H

#include "verify/problems.h"
#include "vocabulary.h"

/* What a picture is compared by. */
struct verify_mark {
	uint64_t digest; /* of its pixels */
	uint64_t hash;   /* verify_luma_hash */
	const char *group;
	enum rv_split split; /* RV_SPLITS: not known, which leaks nothing */
};

struct verify_likeness;
struct verify_likeness *verify_likeness_new(void);
void verify_likeness_free(struct verify_likeness *likeness);
int verify_likeness_add(struct verify_likeness *likeness, const char *path, const struct verify_mark *mark,
                        struct rv_err *err) RV_MUST_USE;
/* To be called once. */
int verify_likeness_end(struct verify_likeness *likeness, struct verify_problems *problems,
                        struct rv_err *err) RV_MUST_USE;

#endif

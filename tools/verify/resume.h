/* SPDX-License-Identifier: MIT */
/*
 * How far a check of a dataset has come, in a file that the user names (--resume), so that a run that was ended goes on
 * where it was: the files up to the last one that it names were looked at, and nothing was found in any of them but
 * those that it lists, which are looked at again, to be told again.
 *
 *	struct verify_resume *resume = verify_resume_open("state.json", &manifest, is_deep, min_area_px, err);
 *	if (verify_resume_knows(resume, path)) ...                  from any thread
 *	verify_resume_pass(resume, path, is_clean, &objects, err);  of each file, in the order of their paths
 *	verify_resume_end(resume, err);                             all is told: the file is removed
 *	verify_resume_free(resume);
 *
 * The key is a digest of all that the answer depends on: the manifest, the program, the checks that are on. What a run
 * with another key left is not used.
 * The file is {"rv_verify":1,"key":...,"last":...,"again":[...],"objects":{...}}; it is replaced once a second, and
 * appears whole. Functions but the first do nothing with NULL.
 */
#ifndef RV_VERIFY_RESUME_H
#define RV_VERIFY_RESUME_H

#include "source.h"
#include "verify/presence.h"

struct verify_resume;

/* NULL with *err: RV_E_USAGE where there is a file that no such run left, which stays as it is. `path` is borrowed. */
struct verify_resume *verify_resume_open(const char *path, const struct rv_source *manifest, bool is_deep,
                                         uint64_t min_area_px, struct rv_err *err);
void verify_resume_free(struct verify_resume *resume);
/* True when the file was looked at in a run before, and nothing was found in it. */
bool verify_resume_knows(const struct verify_resume *resume, const char *path);
/* The file has been looked at, or is known, which adds nothing; `objects`: what it added to those that were counted. */
int verify_resume_pass(struct verify_resume *resume, const char *path, bool is_clean,
                       const struct verify_presence *objects, struct rv_err *err) RV_MUST_USE;
/* The objects of the files that are known. */
struct verify_presence verify_resume_objects(const struct verify_resume *resume);
/* Writes how far it has come. */
int verify_resume_save(struct verify_resume *resume, struct rv_err *err) RV_MUST_USE;
int verify_resume_end(struct verify_resume *resume, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What generators have answered, kept by content: DIR/KEY/ holds the answer and the files that the program left in its
 * work directory. KEY is a digest of the command, of the files that it names, of those that are declared, and of the
 * request but for its directories: what is found was made by the same program from the same. An entry appears by a
 * rename, whole; files are held against their digests before they are used. Failures are not kept, nor answers that
 * name the work directory itself.
 */
#ifndef GEN_CACHE_H
#define GEN_CACHE_H

#include "err.h"
#include "hash.h"
#include "str.h"

struct gen_cache {
	char *dir;
	struct rv_str program; /* the command and digests of its files */
};
#define GEN_CACHE_INIT \
	{ \
		.program = RV_STR_INIT \
	}

/* Makes the directory. `argv` is the command, `text` the same when it is one for the shell, else NULL: its words may
 * name files, too. A declared file that cannot be read is an error. */
int gen_cache_open(struct gen_cache *cache, const char *dir, const char *const *argv, const char *text,
                   const char *const *files, size_t n_files, struct rv_err *err) RV_MUST_USE;
void gen_cache_close(struct gen_cache *cache);

void gen_cache_key(const struct gen_cache *cache, const struct rv_str *request, char key[RV_HASH_HEX_LEN + 1]);
/* 1: *answer is there, and its files lie in `work_dir`, which was empty. 0: nothing is known. */
int gen_cache_take(const struct gen_cache *cache, const char *key, const char *work_dir, struct rv_str *answer,
                   struct rv_err *err) RV_MUST_USE;
/* Keeps an answer, and copies of the files in `work_dir`. Another who was first is no error. */
int gen_cache_put(const struct gen_cache *cache, const char *key, const char *work_dir, const struct rv_str *answer,
                  struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Noise floors: how far from a truth is still the truth. Measured on some tasks of a dataset, against the same tasks
 * rendered again with another noise (rv-blend --seed-cycles) and a low-rate encode of each truth (H.264, crf 35): of
 * each dimension the least floor with which all of these score 0.99, and a quarter more, at most that of
 * dimensions.def; one that comes to that is warned of.
 *
 * A dataset carries its floors as vbvr/floor.json: {"floor":{"first":0.02,...},"tasks":8}. Where it has none, those of
 * dimensions.def hold.
 */
#ifndef RV_VERIFY_SCORE_FLOOR_H
#define RV_VERIFY_SCORE_FLOOR_H

#include "verify/score/dimensions.h"
#include "verify/score/tasks.h"

/* Measures on those tasks whose first candidate is the truth rendered again, and writes the file. RV_E_USAGE where
 * there is none of these. */
int verify_score_floor_measure(const struct verify_score_tasks *tasks, const char *path,
                               struct rv_err *err) RV_MUST_USE;
/* Those of `path`, or (NULL) of the dataset. 1: they are measured; 0: nobody has, and these are the default ones.
 * RV_E_USAGE for a file that has none. */
int verify_score_floor_read(const char *path, const char *dataset, double floors[VERIFY_SCORE_DIMENSIONS],
                            struct rv_err *err) RV_MUST_USE;

/* Those in a text. RV_E_BAD_FILE where it has none. */
int verify_score_floor_parse(const struct rv_str *text, double floors[VERIFY_SCORE_DIMENSIONS],
                             struct rv_err *err) RV_MUST_USE;

#endif

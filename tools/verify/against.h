/* SPDX-License-Identifier: MIT */
/* --against: the portrait of a reference set, and how far a set is from it (drift.h). */
#ifndef RV_VERIFY_AGAINST_H
#define RV_VERIFY_AGAINST_H

#include "options.h"
#include "portrait.h"

/*
 * Looks at the reference: a tree of the format `as`; without one a dataset, or samples in folders. What is wrong with
 * it is not told: what can be read counts. Then writes each of the files, a page for .html and figures for .json; lines
 * to stderr where there are none. RV_E_USAGE for a format that is none, another ending, a reference with nothing in it.
 */
int verify_against(const struct rv_portrait *set, const char *name, const char *reference, const char *as,
                   const struct rv_option_list *files, size_t n_threads, struct rv_err *err) RV_MUST_USE;

#endif

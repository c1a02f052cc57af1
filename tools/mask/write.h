/* SPDX-License-Identifier: MIT */
/* What is made for a sample: the files and annotations of all its pictures. */
#ifndef RV_MASK_WRITE_H
#define RV_MASK_WRITE_H

#include "mask/files.h"
#include "mask/plan.h"
#include "mask/scratch.h"

/*
 * Makes what the plan says. Files are written below `root`, a directory for them alone, and noted in *files, sorted by
 * path; *annotations becomes a JSON array with the array of each picture, where they are to be made.
 *
 * Pictures are shared with the threads of the queue that have no record to work on (rv_taskq_share); what is written
 * and *err do not depend on how many there are: the first picture that cannot be labelled is the one that *err is
 * about.
 */
int mask_write(const struct mask_plan *plan, struct mask_pool *pool, const char *root, struct mask_files *files,
               struct rv_str *annotations, struct rv_err *err) RV_MUST_USE;

#endif

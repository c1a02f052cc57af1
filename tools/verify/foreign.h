/* SPDX-License-Identifier: MIT */
/*
 * A tree of one format that anybody made, without a manifest: what the format's readers would drop, truncate or
 * misread. It is looked at by the checker of the format (format.h), and files are its own by format->foreign; what
 * readers do without is not asked for. A file that readers do not look at is told (DATASET_UNCLAIMED), and is no error.
 * Memory does not grow with the number of files.
 */
#ifndef RV_VERIFY_FOREIGN_H
#define RV_VERIFY_FOREIGN_H

#include "format/format.h"
#include "verify/dataset.h"

/* The format of that name; FORMAT_IDS, with RV_E_USAGE, where no such tree can be looked at. */
enum format_id verify_foreign_find(const char *name, struct rv_err *err);
/* Looks at everything, whatever it finds; `tell` gets the first VERIFY_PROBLEMS_FEW problems of each check, and
 * report->n_of counts all. Fails only when the environment does. `rules->is_deep` does not count: it is. */
int verify_foreign_check(const char *dir, enum format_id format, const struct verify_dataset_rules *rules,
                         verify_dataset_tell_fn *tell, void *context, struct verify_dataset_report *report,
                         struct rv_err *err) RV_MUST_USE;

#endif

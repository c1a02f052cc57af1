/* SPDX-License-Identifier: MIT */
/* Between the files of place. */
#ifndef RV_PLACE_PRIVATE_H
#define RV_PLACE_PRIVATE_H

#include "place.h"

/* A file below the directory; what is not regular is not ours. More than 0 ends the walk. */
typedef int rv_place_visit_fn(void *context, const char *path, bool is_ours, struct rv_err *err);

/* Visits all files in the order of their bytes. 1: the directory is ours. 0: it is not. -1: *err. */
int rv_place_walk(const struct rv_place_owner *owner, int dir_fd, const char *scratch, rv_place_visit_fn *visit,
                  void *context, struct rv_err *err) RV_MUST_USE;

/* The first file that is not ours into *path, which is empty when there is none; those are passed over that are the
 * same in `new_fd` (-1: none are). As rv_place_walk. */
int rv_place_find_foreign(const struct rv_place_owner *owner, int dir_fd, int new_fd, const char *scratch,
                          struct rv_str *path, struct rv_err *err) RV_MUST_USE;
/* Gives all files that are not ours a second name, in `new_fd`. RV_E_TAKEN when there is one. */
int rv_place_link_foreign(const struct rv_place_owner *owner, int dir_fd, int new_fd, const char *scratch,
                          struct rv_err *err) RV_MUST_USE;
/* Removes what is ours or linked from `new_fd` (-1: nothing is), and folders that are empty then, but not the proofs.
 */
int rv_place_remove_ours(const struct rv_place_owner *owner, int dir_fd, int new_fd, const char *scratch,
                         struct rv_err *err) RV_MUST_USE;
bool rv_place_is_proof(const struct rv_place_owner *owner, const char *path);
/* Removes these, when nothing else is left to be proved: -1 with errno. */
int rv_place_remove_proofs(const struct rv_place_owner *owner, int dir_fd);

#endif

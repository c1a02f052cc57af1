/* SPDX-License-Identifier: MIT */
/*
 * croissant.json of a dataset: its form, and that the files and patterns which it lists are those that are there, each
 * file in exactly one of them, and with the digest that it has.
 *
 *	struct verify_croissant *croissant = verify_croissant_open(dir_fd, problems);      NULL: there is none
 *	verify_croissant_take(croissant, "coco/annotations.json", sha256); ...             in any order
 *	verify_croissant_end(croissant, problems);
 *	verify_croissant_free(croissant);
 */
#ifndef RV_VERIFY_CROISSANT_H
#define RV_VERIFY_CROISSANT_H

#include "verify/problems.h"

struct verify_croissant;
/* Reads it whole. */
struct verify_croissant *verify_croissant_open(int dir_fd, struct verify_problems *problems);
/* A file that is there, with the digest that the manifest has. These three do nothing for NULL. */
void verify_croissant_take(struct verify_croissant *croissant, const char *path, const char *sha256,
                           struct verify_problems *problems);
/* After the last one. */
void verify_croissant_end(struct verify_croissant *croissant, struct verify_problems *problems);
void verify_croissant_free(struct verify_croissant *croissant);

#endif

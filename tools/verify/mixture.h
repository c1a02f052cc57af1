/* SPDX-License-Identifier: MIT */
/*
 * Whether the samples that lie in one directory were made of one scene with one set of options, as rv-blend's markers
 * tell: a scene that was rendered over a part of another one's samples leaves a mixture in which each sample is right.
 * Samples whose records name their scene are meant to differ. All of it is safe to call from several threads.
 */
#ifndef RV_VERIFY_MIXTURE_H
#define RV_VERIFY_MIXTURE_H

#include "record.h"

struct verify_mixture;
struct verify_mixture *verify_mixture_new(void);
void verify_mixture_free(struct verify_mixture *mixture);
/* Takes a sample of a stream down; one without a marker tells nothing. */
void verify_mixture_take(struct verify_mixture *mixture, const struct rv_record *record);
/* Warns of each directory that is a mixture. */
void verify_mixture_tell(const struct verify_mixture *mixture);

#endif

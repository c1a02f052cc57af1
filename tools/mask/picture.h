/* SPDX-License-Identifier: MIT */
/* The labels of one picture, a still or a frame of a sequence, from its passes. */
#ifndef RV_MASK_PICTURE_H
#define RV_MASK_PICTURE_H

#include "mask/channels.h"
#include "mask/files.h"
#include "mask/scratch.h"

/* Reads the passes of files->frame once and writes every label file, each atomically; appends the annotations, a JSON
 * array. */
int mask_picture(const struct mask_channels *channels, struct mask_scratch *scratch, struct mask_files *files,
                 struct rv_str *annotations, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Annotations and instance masks: what is said about each object that can be seen. */
#ifndef RV_MASK_ANNOTATE_H
#define RV_MASK_ANNOTATE_H

#include "mask/files.h"
#include "mask/pixels/labels.h"

/* True when masks are asked for. */
bool mask_annotate_has_masks(const struct mask_request *request);
/* Writes a mask for each annotated object; `mask` is scratch memory. */
int mask_annotate_masks(const struct mask_labels *labels, struct mask_files *files, struct rv_image *mask,
                        struct rv_err *err) RV_MUST_USE;
/* Appends the annotations of the present frame, a JSON array. */
void mask_annotate(const struct mask_labels *labels, const struct mask_files *files, struct rv_str *out);

#endif

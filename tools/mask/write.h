/* SPDX-License-Identifier: MIT */
/* The label files of a sample, from its passes. */
#ifndef RV_MASK_WRITE_H
#define RV_MASK_WRITE_H

#include "mask/labels.h"
#include "mask/request.h"
#include "mask/sample.h"

/* Memory that one picture after the other uses. */
struct rv_mask_scratch {
	struct rv_image *planes; /* F32, one per channel that is read */
	size_t n_planes;
	struct rv_image map, grey, mask, colour, picture;
	struct rv_image vectors[3]; /* flows, normals: F32 */
	struct rv_labels labels;
};
#define RV_MASK_SCRATCH_INIT \
	{ \
		.labels = RV_LABELS_INIT \
	}
void rv_mask_scratch_release(struct rv_mask_scratch *scratch);

/* Reads the passes once and writes every label file, each atomically; fills *added. Of a sequence, one frame after the
 * other. */
int rv_mask_write(const struct rv_mask_request *request, struct rv_mask_scratch *scratch, struct rv_mask_added *added,
                  struct rv_err *err) RV_MUST_USE;

#endif

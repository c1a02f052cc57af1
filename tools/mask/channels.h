/* SPDX-License-Identifier: MIT */
/* Which channels are read from the passes of a sample, the same ones for all its pictures, and what each is for. */
#ifndef RV_MASK_CHANNELS_H
#define RV_MASK_CHANNELS_H

#include "mask/request.h"

#define RV_MASK_NOT_READ SIZE_MAX

struct rv_mask_channels {
	const char **names; /* borrowed from the request */
	size_t len, cap;
	/* Places among these, or RV_MASK_NOT_READ where nothing needs them. */
	size_t index, depth, material;
	size_t *semantic; /* per semantic channel */
	size_t *passes;   /* of each pass its first channel; the others follow */
};

void rv_mask_channels_init(struct rv_mask_channels *channels, const struct rv_mask_request *request);
void rv_mask_channels_release(struct rv_mask_channels *channels);

#endif

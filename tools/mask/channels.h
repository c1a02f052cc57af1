/* SPDX-License-Identifier: MIT */
/* Which channels are read from the passes of a sample, the same ones for all its pictures, and what each is for. */
#ifndef RV_MASK_CHANNELS_H
#define RV_MASK_CHANNELS_H

#include "mask/request.h"

#define MASK_NOT_READ SIZE_MAX

struct mask_channels {
	const char **names; /* borrowed from the request */
	size_t len, cap;
	/* Places among these, or MASK_NOT_READ where nothing needs them. */
	size_t index, depth, material;
	size_t *semantic; /* per semantic channel */
	size_t *passes;   /* of each pass its first channel; the others follow */
};

void mask_channels_init(struct mask_channels *channels, const struct mask_request *request);
void mask_channels_release(struct mask_channels *channels);

#endif

/* SPDX-License-Identifier: MIT */
/* Which channels are read. */
#include "mask/channels.h"

#include <stdlib.h>

#include "alloc.h"
#include "mask/numeric.h"

static size_t want(struct mask_channels *channels, const char *name)
{
	RV_GROW(channels->names, channels->len, channels->cap);
	channels->names[channels->len] = name;
	return channels->len++;
}

static size_t want_if(struct mask_channels *channels, bool is_needed, const char *name)
{
	return is_needed ? want(channels, name) : MASK_NOT_READ;
}

void mask_channels_init(struct mask_channels *channels, const struct mask_request *request)
{
	const bool needs_depth = mask_wants(request, "depth") || mask_wants(request, "depth_preview") ||
	                         mask_numeric_needs_flow(request);
	const bool needs_material =
	        mask_wants(request, "material_index") || mask_wants(request, "material_index_preview");
	*channels = (struct mask_channels) {
		.semantic = rv_alloc_zero(request->n_semantic + 1, sizeof(*channels->semantic)),
		.passes = rv_alloc_zero(request->n_passes + 1, sizeof(*channels->passes)),
	};
	channels->index = want(channels, request->index.ptr);
	channels->depth = want_if(channels, request->depth.len && needs_depth, request->depth.ptr);
	channels->material = want_if(channels, request->material.len && needs_material, request->material.ptr);
	for (size_t i = 0; i < request->n_semantic; i++) {
		const struct mask_semantic *const semantic = &request->semantic[i];
		channels->semantic[i] = want_if(channels, mask_wants(request, semantic->role), semantic->channel);
	}
	for (size_t i = 0; i < request->n_passes; i++) {
		const struct mask_pass *const pass = &request->passes[i];
		channels->passes[i] = mask_numeric_needs(request, pass) ? channels->len : MASK_NOT_READ;
		for (size_t k = 0; channels->passes[i] != MASK_NOT_READ && k < pass->n_channels; k++) {
			want(channels, pass->channels[k]);
		}
	}
}

void mask_channels_release(struct mask_channels *channels)
{
	free(channels->names);
	free(channels->semantic);
	free(channels->passes);
}

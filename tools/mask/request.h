/* SPDX-License-Identifier: MIT */
/* What a record asks rv-mask for: where its passes are, which channels hold what, whom an index belongs to. */
#ifndef RV_MASK_REQUEST_H
#define RV_MASK_REQUEST_H

#include "hash.h"
#include "record.h"

#define RV_MASK_THRESHOLD 0.5 /* of semantic channels, when the record gives none */
#define RV_MASK_NAME_MAX 128  /* bytes of a semantic channel's name, which becomes part of a file's */
#define RV_MASK_CHANNELS_MAX 256

struct rv_mask_settings {
	bool instances; /* a mask file per object */
	bool no_preview;
	bool keep_passes;
	uint64_t min_area_px; /* smaller visible objects get no annotation */
};

struct rv_mask_semantic {
	char *name;    /* "shiny" of the role "mask_shiny" */
	char *channel; /* in passes.exr */
};

struct rv_mask_object {
	uint32_t index;
	struct rv_str name, tags; /* ready JSON: a string, an array */
};

struct rv_mask_request {
	const struct rv_mask_settings *settings; /* borrowed */
	struct rv_str dir;                       /* of the sample */
	struct rv_str passes;                    /* its path, with `dir` */
	struct rv_str index, depth, material;    /* channel names; empty: not rendered */
	struct rv_mask_semantic *semantic;       /* sorted by name */
	size_t n_semantic, cap_semantic;
	double threshold;
	struct rv_mask_object *objects; /* sorted by index */
	size_t n_objects, cap_objects;
	bool is_blend_known;           /* rv-blend's marker is there: the key tells one rendering from another */
	char key[RV_HASH_HEX_LEN + 1]; /* digest of all that the labels depend on */
};

/* Fills *request from a record and the sample's directory; release it in every case. */
int rv_mask_request_init(struct rv_mask_request *request, const struct rv_mask_settings *settings,
                         const struct rv_record *record, struct rv_err *err) RV_MUST_USE;
void rv_mask_request_release(struct rv_mask_request *request);
/* The object with this index, or NULL. */
const struct rv_mask_object *rv_mask_object(const struct rv_mask_request *request, uint32_t index);

#endif

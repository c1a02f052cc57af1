/* SPDX-License-Identifier: MIT */
/* What a record asks rv-mask for: where its passes are, which channels hold what, whom an index belongs to. */
#ifndef RV_MASK_REQUEST_H
#define RV_MASK_REQUEST_H

#include "hash.h"
#include "mask/bounds.h"
#include "options.h"
#include "record.h"

#define MASK_THRESHOLD 0.5 /* of semantic channels, when the record gives none */
#define MASK_CHANNELS_MAX 256

struct mask_settings {
	bool instances; /* a mask file per object */
	bool no_preview;
	bool keep_passes;
	bool foreign_exr;              /* passes of every form, not only those that Blender writes for rv-blend */
	bool normals_camera;           /* also in camera space */
	bool normals_unit;             /* of length 1 */
	bool flow_flo, flow_kitti;     /* flow in these formats too */
	uint64_t min_area_px;          /* smaller visible objects get no annotation */
	struct rv_option_list outputs; /* roles to write; none: all */
};

struct mask_semantic {
	char *role;       /* "mask_shiny" */
	const char *name; /* "shiny": its end */
	char *channel;    /* in passes.exr */
};

/* A pass that is kept as it is. */
struct mask_pass {
	char *role;
	char **channels;
	size_t n_channels;
};

struct mask_object {
	uint32_t index;
	struct rv_str name, tags; /* ready JSON: a string, an array */
};

/* A picture: the only one of a still, or one of a sequence. */
struct mask_frame {
	char *name;   /* "000001" of passes/000001.exr; in a still "" */
	char *passes; /* path, with the sample's directory */
	char *image;  /* likewise; NULL: none that could be read */
	bool has_camera;
	double camera[3][3];            /* its axes in the world, as columns */
	bool has_own_camera;            /* not that of the record, which the record's bounds are seen with */
	struct mask_bounds_list bounds; /* of objects that are not where the record has them */
};

struct mask_request {
	const struct mask_settings *settings; /* borrowed */
	struct rv_str dir;                    /* of the sample */
	bool is_sequence;
	struct mask_frame *frames; /* one in a still */
	size_t n_frames;
	struct rv_str index, depth, material; /* channel names; empty: not rendered */
	struct mask_semantic *semantic;       /* sorted by name */
	size_t n_semantic, cap_semantic;
	struct mask_pass *passes; /* sorted by role */
	size_t n_passes, cap_passes;
	double threshold;
	struct mask_object *objects; /* sorted by index */
	size_t n_objects, cap_objects;
	struct mask_bounds_list bounds; /* of those with a box */
	char **names;                   /* of objects, lights and materials: what Cryptomatte may have seen */
	size_t n_names, cap_names;
	bool is_blend_known;           /* rv-blend's marker is there: the key tells one rendering from another */
	char key[RV_HASH_HEX_LEN + 1]; /* digest of all that the labels depend on */
};

/* Writes the member "settings". */
void mask_put_settings(const struct mask_settings *settings, struct rv_json_out *out);
/* Fills *request from a record and the sample's directory; release it in every case. */
int mask_request_init(struct mask_request *request, const struct mask_settings *settings,
                      const struct rv_record *record, struct rv_err *err) RV_MUST_USE;
void mask_request_release(struct mask_request *request);
/* The object with this index, or NULL. */
const struct mask_object *mask_object(const struct mask_request *request, uint32_t index);
/* Where an object is in a frame, or NULL where that is not known. */
const struct mask_bounds *mask_bounds(const struct mask_request *request, const struct mask_frame *frame,
                                      uint32_t index);
/* The pass with this role and exactly so many channels, or NULL. */
const struct mask_pass *mask_pass(const struct mask_request *request, const char *role, size_t n_channels);
bool mask_is_crypto(const struct mask_pass *pass);
/* True when a role's file is to be written. */
bool mask_wants(const struct mask_request *request, const char *role);

/* Private to request*.c. */
int mask_request_frames(struct mask_request *request, struct rv_json record, struct rv_err *err) RV_MUST_USE;
/* Needs everything else; `blend_key` is that of rv-blend's marker, or "". */
void mask_request_key(struct mask_request *request, const char *blend_key);

#endif

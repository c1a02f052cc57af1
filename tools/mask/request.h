/* SPDX-License-Identifier: MIT */
/*
 * What a record asks rv-mask for: its sample, which passes the pictures of each view have, which labels are wanted of
 * them, and the key of each label. Looks at no file but markers and _meta.json.
 */
#ifndef RV_MASK_REQUEST_H
#define RV_MASK_REQUEST_H

#include "hash.h"
#include "lock.h"
#include "mask/pixels/coverage.h"
#include "mask/product.h"
#include "mask/settings.h"
#include "sample.h"

/* A pass that was rendered. */
struct mask_pass {
	const char *role;
	enum rv_role_id file; /* which of a picture's files has it: one of rv_hand_overs; else no file has it, and
	                       * it is made of RV_ROLE_CRYPTO_OBJECT */
	const char *const *channels; /* in that */
	size_t n_channels;
};

/* The files of a role, wanted of all pictures of a view. */
struct mask_output {
	size_t product; /* its place in mask_products */
	const char *role;
	const struct mask_role *kind; /* NULL: a pass that is kept as it is, without a row */
	bool is_folder;
	bool is_of_view; /* one file for all pictures of the view */
	bool is_made;    /* by this run: set by mask_plan */
};

/* The pictures that one camera takes: one of a still, the frames of a sequence. */
struct mask_view {
	const char *name;   /* NULL: the record's own camera */
	const char *prefix; /* of its files: "" or "views/NAME/" */
	const struct rv_picture *pictures;
	size_t n_pictures;
	const struct mask_pass *passes; /* sorted by role */
	size_t n_passes;
	struct mask_output *outputs; /* in the order of the products */
	size_t n_outputs;
};

struct mask_request {
	const struct mask_settings *settings; /* borrowed */
	struct rv_sample sample;
	struct rv_lock lock; /* on the sample's directory; not held where that cannot be written to */
	struct rv_arena arena;
	struct mask_view *views;
	size_t n_views;
	const struct mask_named
	        *named; /* where the index comes from Cryptomatte: the objects, by its numbers; else NULL */
	size_t n_named;
	const char *blend_key;              /* of rv-blend's marker; "" without one */
	bool is_blend_known;                /* it is there: its key tells one rendering from another */
	double unit_scale;                  /* metres per unit of the passes */
	char pictures[RV_HASH_HEX_LEN + 1]; /* digest of what all keys depend on */
	/* Of each product: */
	const void **data;
	char (*keys)[RV_HASH_HEX_LEN + 1];
	bool *is_wanted; /* it writes a file or a member of annotations */
};

/* Fills *request from a record, which is borrowed; release it in every case. Fails with RV_E_BAD_RECORD, and with
 * RV_E_LIMIT; the directory must be that of a sample of rv. */
int mask_request_init(struct mask_request *request, const struct mask_settings *settings,
                      const struct rv_record *record, struct rv_err *err) RV_MUST_USE;
/* Before anything else is read or written there. RV_E_BUSY when another works on the sample. */
int mask_request_lock(struct mask_request *request, struct rv_err *err) RV_MUST_USE;
void mask_request_release(struct mask_request *request);

/* The pass with this role, or NULL. */
const struct mask_pass *mask_pass(const struct mask_view *view, const char *role);
/* True when annotations of the view have members of this product. */
bool mask_annotates(const struct mask_request *request, const struct mask_view *view, size_t product);
/* Appends the path, below the sample's directory, of a role's file for a picture; of a role that is a folder, that of
 * the folder with a '/' at its end; of one with a file for the whole view, that. */
void mask_path(const struct mask_view *view, const struct rv_picture *picture, const char *role, struct rv_str *path);
/* Appends the path of a picture's file of passes, the sample's directory in front. */
void mask_passes_path(const struct mask_request *request, const struct rv_picture *picture, enum rv_role_id file,
                      struct rv_str *path);
/* Opens a file below the sample's directory, which no link may lead to; the source has its whole path for a name. */
int mask_open(const struct mask_request *request, const char *relative, struct rv_source *source,
              struct rv_err *err) RV_MUST_USE;
/* Reads DIR/NAME into *marker. 1: it is there. 0: it is not. -1: it cannot be read, or is no object. */
int mask_read_marker(const char *dir, const char *name, struct rv_record *marker, struct rv_err *err) RV_MUST_USE;

#endif

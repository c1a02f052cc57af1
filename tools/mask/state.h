/* SPDX-License-Identifier: MIT */
/*
 * What earlier runs left in a sample's directory, as .rv-mask.json tells it:
 *
 *	{"version":2,"blend":"…",
 *	 "products":{"depth":{"key":"…","files":[["Depth.exr",6544,"…"],["DepthPreview.png",310,"…"]]},…},
 *	 "files":[],
 *	 "options":["--min-area=20"],
 *	 "add":{"annotations":[[…],…]}}
 *
 * `blend` is the key of rv-blend's marker. `products` has those whose files and annotations are there, with the
 * key that they were made for; files are sorted by path, with their sizes and SHA-256. `files` lists what else
 * rv-mask wrote or was about to write: it may be there or not, and may be removed. A marker without `add` stands
 * while files are put in their places (commit.h). `annotations` has the list of each picture, in the order of the
 * sample's. `options` are those of rv-mask that make the same labels again. More members, and more elements of a
 * file, are left for later versions.
 *
 * Of a marker of version 1 only its `files` count.
 */
#ifndef RV_MASK_STATE_H
#define RV_MASK_STATE_H

#include "mask/request.h"

/* A file that the marker lists. */
struct mask_listed {
	const char *path; /* below the sample's directory */
	uint64_t bytes;
	const char *sha256; /* NULL: not told, as by earlier versions */
	size_t product;     /* MASK_NO_PRODUCT: of none whose key still fits */
	bool is_there;      /* a regular file of that size and digest */
};

struct mask_state {
	bool has_marker;
	struct mask_listed *files; /* sorted by path */
	size_t n_files;
	bool *is_valid;                    /* of each product: the marker has its key */
	bool *is_known;                    /* of each product: the marker has it, with whatever key */
	const struct rv_span *annotations; /* of each picture; NULL: not told */
	struct rv_arena arena;             /* private, as is what follows */
	struct rv_record add;
};

/* Release it in every case. Of a marker that is none only that it is there counts. */
void mask_state_read(struct mask_state *state, const struct mask_request *request);
void mask_state_release(struct mask_state *state);

/* What the marker lists under this path, or NULL. */
const struct mask_listed *mask_state_find(const struct mask_state *state, const char *path);
/* True when the passes of all pictures are there; else appends the path of the first file that is not. */
bool mask_state_has_passes(const struct mask_request *request, struct rv_str *missing);

/* A marker to write. */
struct mask_marker {
	const bool *has_product;          /* of each product */
	const struct mask_listed *labels; /* files of products, sorted by path */
	size_t n_labels;
	const struct mask_listed *others; /* `files` */
	size_t n_others;
	const struct rv_span *annotations; /* of each picture; NULL: no `add` */
};
/* Writes DIR/.rv-mask.json. */
int mask_marker_write(const struct mask_marker *marker, const struct mask_request *request,
                      struct rv_err *err) RV_MUST_USE;

#endif

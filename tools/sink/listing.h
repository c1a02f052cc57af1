/* SPDX-License-Identifier: MIT */
/*
 * A dataset that was made before, by its manifest: what it is, and all of its files, in flat memory.
 *
 *	struct sink_listing *listing = sink_listing_open("part-0", err);
 *	while ((got = sink_listing_next(listing, &file, err)) > 0) ...
 *	sink_listing_close(listing);
 *
 * Errors name the dataset; what is no dataset, or a damaged one, is RV_E_USAGE.
 */
#ifndef RV_SINK_LISTING_H
#define RV_SINK_LISTING_H

#include "hash.h"
#include "sink/head.h"

/* A file as the manifest lists it. */
struct sink_listed {
	const char *path; /* below the dataset; borrowed until the next one */
	uint64_t n_bytes;
	char sha256[RV_HASH_HEX_LEN + 1];
	bool is_posted; /* it need not be there */
};

struct sink_listing;
/* Reads the manifest to its end, whose digest must be right, then stands before the first file. */
struct sink_listing *sink_listing_open(const char *dir, struct rv_err *err);
void sink_listing_close(struct sink_listing *listing); /* NULL is allowed */
const struct sink_head *sink_listing_head(const struct sink_listing *listing);
/* The dataset's directory, open as long as the listing is; and as it was given. */
int sink_listing_fd(const struct sink_listing *listing);
const char *sink_listing_name(const struct sink_listing *listing);
/* 1: the next file. 0: that was the last. */
int sink_listing_next(struct sink_listing *listing, struct sink_listed *file, struct rv_err *err) RV_MUST_USE;
/* Opens a file of the dataset, which must have the bytes that the manifest says. */
int sink_listing_source(const struct sink_listing *listing, const struct sink_listed *file, struct rv_source *source,
                        struct rv_err *err) RV_MUST_USE;
/* Hands the contents of such a file to `write`; fails when their digest is not that of the manifest. */
int sink_listing_read(const struct sink_listing *listing, const struct sink_listed *file, rv_write_fn *write, void *to,
                      struct rv_err *err) RV_MUST_USE;

#endif

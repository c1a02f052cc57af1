/* SPDX-License-Identifier: MIT */
/*
 * The files that a run makes: each is written whole below a directory that nobody looks into (commit.h puts them in
 * their places), and remembered with its size and digest.
 */
#ifndef RV_MASK_FILES_H
#define RV_MASK_FILES_H

#include "exr.h"
#include "hash.h"
#include "image.h"
#include "str.h"

struct mask_file {
	char *path; /* below the directory, as it will be below the sample's */
	uint64_t bytes;
	char sha256[RV_HASH_HEX_LEN + 1];
	size_t product;
};

struct mask_files {
	const char *root; /* the directory; borrowed */
	struct mask_file *items;
	size_t len, cap;
	struct rv_str bytes, path; /* private */
};
void mask_files_init(struct mask_files *files, const char *root);
void mask_files_release(struct mask_files *files);

/* Write a file of a product. Its folder is there. */
int mask_files_png(struct mask_files *files, size_t product, const char *path, const struct rv_image *image,
                   struct rv_err *err) RV_MUST_USE;
int mask_files_exr(struct mask_files *files, size_t product, const char *path, const struct rv_exr_plane *planes,
                   size_t n, const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err) RV_MUST_USE;
int mask_files_bytes(struct mask_files *files, size_t product, const char *path, const struct rv_str *bytes,
                     struct rv_err *err) RV_MUST_USE;

/* Takes in what another has, which is left without any. */
void mask_files_append(struct mask_files *files, struct mask_files *more);
void mask_files_sort(struct mask_files *files); /* by path */

#endif

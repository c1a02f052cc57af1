/* SPDX-License-Identifier: MIT */
/*
 * The files that a run adds to a sample: each is written whole, under the name of its role, and remembered with its
 * size.
 */
#ifndef RV_MASK_FILES_H
#define RV_MASK_FILES_H

#include "exr.h"
#include "image.h"
#include "json.h"
#include "mask/request.h"

struct rv_mask_role_files; /* private */

struct rv_mask_files {
	const struct rv_mask_request *request; /* borrowed */
	const struct rv_mask_frame *frame;     /* the one whose files are written; borrowed */
	struct rv_mask_role_files *roles;      /* in the order of their first file */
	size_t len, cap;
	struct rv_str sizes; /* elements of a JSON array, [path, bytes] */
	struct rv_str bytes, name, path;
};
/* `frame` NULL: to take in those of others. */
void rv_mask_files_init(struct rv_mask_files *files, const struct rv_mask_request *request,
                        const struct rv_mask_frame *frame);
void rv_mask_files_release(struct rv_mask_files *files);

/* Write the file of a role for the present frame. */
int rv_mask_put_png(struct rv_mask_files *files, const char *role, const struct rv_image *image,
                    struct rv_err *err) RV_MUST_USE;
int rv_mask_put_exr(struct rv_mask_files *files, const char *role, const struct rv_exr_plane *planes, size_t n,
                    const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err) RV_MUST_USE;
int rv_mask_put_bytes(struct rv_mask_files *files, const char *role, const struct rv_str *bytes,
                      struct rv_err *err) RV_MUST_USE;

/* The masks of objects. Begin says that the role is there, even if it stays empty. */
int rv_mask_begin_instances(struct rv_mask_files *files, struct rv_err *err) RV_MUST_USE;
/* Appends the path of an object's mask in the present frame. */
void rv_mask_instance_path(const struct rv_mask_files *files, uint32_t index, struct rv_str *path);
int rv_mask_put_instance(struct rv_mask_files *files, uint32_t index, const struct rv_image *image,
                         struct rv_err *err) RV_MUST_USE;

/* Remembers a file that is there already. */
int rv_mask_note_file(struct rv_mask_files *files, const char *name, struct rv_err *err) RV_MUST_USE;

/* Takes the files of the next frame in behind those that are there. */
void rv_mask_files_append(struct rv_mask_files *files, const struct rv_mask_files *more);
/* Appends an object, role to path, or to an array of paths in a sequence; and an array of [path, bytes]. */
void rv_mask_files_put(const struct rv_mask_files *files, struct rv_str *roles, struct rv_str *sizes);

#endif

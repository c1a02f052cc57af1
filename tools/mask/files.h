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

struct mask_role_files; /* private */

struct mask_files {
	const struct mask_request *request; /* borrowed */
	const struct mask_frame *frame;     /* the one whose files are written; borrowed */
	struct mask_role_files *roles;      /* in the order of their first file */
	size_t len, cap;
	struct rv_str sizes; /* elements of a JSON array, [path, bytes] */
	struct rv_str bytes, name, path;
};
/* `frame` NULL: to take in those of others. */
void mask_files_init(struct mask_files *files, const struct mask_request *request, const struct mask_frame *frame);
void mask_files_release(struct mask_files *files);

/* Write the file of a role for the present frame. */
int mask_put_png(struct mask_files *files, const char *role, const struct rv_image *image,
                 struct rv_err *err) RV_MUST_USE;
int mask_put_exr(struct mask_files *files, const char *role, const struct rv_exr_plane *planes, size_t n,
                 const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err) RV_MUST_USE;
int mask_put_bytes(struct mask_files *files, const char *role, const struct rv_str *bytes,
                   struct rv_err *err) RV_MUST_USE;

/* The masks of objects. Begin says that the role is there, even if it stays empty. */
int mask_begin_instances(struct mask_files *files, struct rv_err *err) RV_MUST_USE;
/* Appends the path of an object's mask in the present frame. */
void mask_instance_path(const struct mask_files *files, uint32_t index, struct rv_str *path);
int mask_put_instance(struct mask_files *files, uint32_t index, const struct rv_image *image,
                      struct rv_err *err) RV_MUST_USE;

/* Remembers a file that is there already. */
int mask_note_file(struct mask_files *files, const char *name, struct rv_err *err) RV_MUST_USE;

/* Takes the files of the next frame in behind those that are there. */
void mask_files_append(struct mask_files *files, const struct mask_files *more);
/* Appends an object, role to path, or to an array of paths in a sequence; and an array of [path, bytes]. */
void mask_files_put(const struct mask_files *files, struct rv_str *roles, struct rv_str *sizes);

#endif

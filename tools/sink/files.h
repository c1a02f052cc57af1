/* SPDX-License-Identifier: MIT */
/*
 * Small files of a dataset, and files that are equal to another one of the dataset: made many at a time, on threads of
 * their own, since what costs is not what they hold.
 *
 *	struct sink_files *files = sink_files_new(tree, true);
 *	sink_files_write(files, "yolo/labels/train/00000000.txt", bytes, len, err);
 *	sink_files_link(files, "coco/images/00000000.png", "yolo/images/train/00000000.png", err); ...
 *	status = sink_files_finish(files, err);
 *	sink_files_free(files);
 *
 * Paths are below the tree; their directories are there. An error is told by one of the next calls, by
 * sink_files_finish at the latest; files that were asked for later may be there or not.
 */
#ifndef RV_SINK_FILES_H
#define RV_SINK_FILES_H

#include "err.h"

#define SINK_FILES_BYTES_MAX ((size_t)64 << 10) /* of what is written */

struct sink_files;

/* Without threads, the calling one makes the files. Threads are started when there is work for them. */
struct sink_files *sink_files_new(const char *tree, bool has_threads);
/* What is waiting may be lost. NULL is allowed. */
void sink_files_free(struct sink_files *files);

/* A new file of these bytes, SINK_FILES_BYTES_MAX at most; fails where there is one. */
int sink_files_write(struct sink_files *files, const char *relative, const void *bytes, size_t len,
                     struct rv_err *err) RV_MUST_USE;
/* A new name of a file that is there, which nobody writes to any more: a hard link, or a copy where the file system has
 * no links. */
int sink_files_link(struct sink_files *files, const char *from, const char *relative, struct rv_err *err) RV_MUST_USE;
/* Returns when all are made. More may be asked for. */
int sink_files_finish(struct sink_files *files, struct rv_err *err) RV_MUST_USE;

#endif

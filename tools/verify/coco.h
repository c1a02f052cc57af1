/* SPDX-License-Identifier: MIT */
/*
 * A COCO annotation file: ids unique and resolved, run lengths that decode to the claimed area and bbox in an image of
 * the claimed size, image files that are there with that size, masks of one image that do not overlap
 * where they follow each other.
 *
 * The document is scanned once and then read element by element, so that memory grows with the text and a few bytes per
 * element, not with a tree of everything.
 */
#ifndef RV_VERIFY_COCO_H
#define RV_VERIFY_COCO_H

#include "verify/problems.h"

#define VERIFY_COCO_BYTES_MAX ((size_t)4 << 30)

/* Tells the size of an image by its `file_name`; false when the dataset does not have it. */
typedef bool verify_coco_size_fn(void *context, const char *file_name, uint32_t *width, uint32_t *height);

struct verify_coco_counts {
	uint64_t n_images, n_annotations;
};

/* `subject` names the file in problems. */
void verify_coco_check(const char *path, const char *subject, verify_coco_size_fn *size_of, void *context,
                       struct verify_coco_counts *counts, struct verify_problems *problems);

#endif

/* SPDX-License-Identifier: MIT */
/* A document of COCO, element by element: what can be said of each alone, and what it refers to. */
#ifndef RV_VERIFY_FORMATS_COCO_DOCUMENT_H
#define RV_VERIFY_FORMATS_COCO_DOCUMENT_H

#include "verify/format.h"

struct verify_coco_annotation {
	uint64_t id, image_id, position;
	uint32_t width, height; /* of its run lengths; 0: it has none of use, or outlines */
	uint64_t right, bottom; /* where its box ends; 0: it is not to be compared */
	uint64_t category;      /* its id; 0: it has none of use */
	double box[4];          /* x, y, width, height, NAN for what is no number */
};

/* Called with what is to be compared with other elements and with files; -1 with *err ends the reading. */
struct verify_coco_takes {
	/* An element of images. */
	int (*image)(void *context, const char *name, size_t len, uint64_t id, uint32_t width, uint32_t height,
	             uint64_t position, struct rv_err *err);
	/* An element of annotations. */
	int (*annotation)(void *context, const struct verify_coco_annotation *annotation, struct rv_err *err);
	void *context;
};

/* `path` is what problems call the document, `categories` that of the dataset, or NULL. Of a foreign tree it may have
 * what readers take (coco_loose.h): annotations with a box alone, crowds, areas of their own. What is wrong with the
 * document is a problem; -1 is `takes`' or the environment's. */
int verify_coco_read(const struct rv_source *source, const char *path, const struct verify_coco_takes *takes,
                     const struct rv_categories *categories, bool is_foreign, struct verify_problems *problems,
                     struct rv_err *err) RV_MUST_USE;

#endif

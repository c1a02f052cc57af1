/* SPDX-License-Identifier: MIT */
/*
 * Annotations against the index map that they were made from.
 *
 * The path is another one than the labeller's: that one walks the map and writes runs; here the map's pixels are
 * counted per value, and each run of an annotation must lie on pixels of its value. Runs that touch no other pixel and
 * whose lengths add up to the count are exactly the object's pixels, so no mask needs to be built.
 */
#ifndef RV_VERIFY_LABELS_H
#define RV_VERIFY_LABELS_H

#include "image.h"
#include "json.h"
#include "verify/problems.h"
#include "vocabulary.h"


/* What a value of the map covers. */
struct verify_extent {
	uint64_t area_px;
	uint32_t left, top, right, bottom; /* inclusive */
};

/* Counts a grey 16-bit image into a table of RV_INDEX_MAX + 1 extents. */
void verify_labels_measure(const struct rv_image *index, struct verify_extent *extents);

/*
 * Checks `annotations` (of a record) against the map: indices known, sorted and distinct; name and tags those of the
 * object; size, pixels, area and bbox those of the map; every value of the map belongs to `objects`; every object of
 * at least min_area_px pixels has an annotation. Returns how many annotations it looked at.
 */
uint64_t verify_labels_check(const struct rv_image *index, struct rv_json objects, struct rv_json annotations,
                             uint64_t min_area_px, const char *subject, struct verify_problems *problems);

/* An RLE `{"size":[h,w],"counts":"…"}` with the area and bbox that are claimed for it, on their own: everything that
 * can be said without the map. False (and a problem is added) when it is wrong. *rle is replaced. */
struct rv_rle;
bool verify_labels_check_rle(struct rv_json rle, struct rv_json area, struct rv_json bbox, uint32_t width,
                             uint32_t height, const char *subject, const char *who, struct rv_rle *out,
                             struct verify_problems *problems);

#endif

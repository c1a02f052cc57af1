/* SPDX-License-Identifier: MIT */
/*
 * Whole objects: what is seen of an object is of its whole mask, box and area are those of the mask where nothing is
 * beyond the border, the share is that of the areas, and what hides it is what the index map has in its place, the
 * nearest first by the depth map. Files of masks are the run lengths.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "file.h"
#include "verify/picture.h"
#include "verify/rle.h"

#define SHARE_NEAR 1e-6 /* shares are rounded to that */

struct check {
	struct verify_picture *picture;
	const char *path; /* for problems */
	const struct rv_annotation *annotation;
	struct verify_rle seen, whole;
	double bbox[4], area_px;
};

#define BLAME(c, check, format, ...) \
	verify_problems_add((c)->picture->problems, check, (c)->path, "annotation of index %" PRIu32 ": " format, \
	                    (c)->annotation->index, __VA_ARGS__)

/* ---- run lengths ---- */

static int read_whole(const struct verify_picture *picture, const struct rv_annotation *annotation,
                      struct verify_rle *whole, struct rv_err *err)
{
	const struct rv_json rle = rv_json_get(annotation->json, "amodal"), size = rv_json_get(rle, "size");
	size_t len;
	const char *const counts = rv_json_string(rv_json_get(rle, "counts"), &len);
	const double height = rv_json_number(rv_json_at(size, 0), 0), width = rv_json_number(rv_json_at(size, 1), 0);
	if (!counts || width != picture->width || height != picture->height) {
		return rv_fail(err, RV_E_LABEL, "amodal has no run lengths of the picture's size");
	}
	return verify_rle_read(whole, picture->width, picture->height, counts, len, err);
}

/* True when the run before `end` of the one is in a run of the other; *at goes on through that. */
static bool is_within(const struct verify_rle *rle, uint32_t begin, uint32_t end, size_t *at)
{
	while (*at < rle->len && rle->ends[*at] < end) {
		*at += 2;
	}
	return *at<rle->len && * at> 0 && rle->ends[*at - 1] <= begin;
}

static void check_seen(struct check *c)
{
	size_t at = 1;
	for (size_t i = 1; i < c->seen.len; i += 2) {
		if (!is_within(&c->whole, c->seen.ends[i - 1], c->seen.ends[i], &at)) {
			const uint32_t pixel = c->seen.ends[i - 1], height = c->picture->height;
			BLAME(c, VERIFY_AMODAL_MASK, "amodal has not all that is seen from pixel (%u,%u) on",
			      pixel / height, pixel % height);
			return;
		}
	}
}

/* ---- numbers ---- */

static bool take_numbers(struct check *c)
{
	const struct rv_json json = c->annotation->json, bbox = rv_json_get(json, "amodal_bbox");
	c->area_px = rv_json_number(rv_json_get(json, "amodal_area"), NAN);
	bool are_whole = rv_json_len(bbox) == 4 && floor(c->area_px) == c->area_px;
	for (size_t i = 0; i < 4; i++) {
		c->bbox[i] = rv_json_number(rv_json_at(bbox, i), NAN);
		are_whole = are_whole && floor(c->bbox[i]) == c->bbox[i];
	}
	return are_whole;
}

static void check_box(struct check *c)
{
	bool is_around = true, is_same = true, is_near = true;
	for (size_t i = 0; i < 2; i++) {
		const double size = i == 0 ? c->picture->width : c->picture->height, begin = c->whole.bbox[i],
		             end = begin + c->whole.bbox[i + 2], left = c->bbox[i], right = left + c->bbox[i + 2];
		is_around &= left <= begin && right >= end;
		is_same &= left == begin && right == end;
		is_near &= left >= -size && right <= 2 * size;
	}
	if (!is_around || !is_near || (c->area_px == (double)c->whole.area_px && !is_same)) {
		BLAME(c, VERIFY_AMODAL_BOX, "amodal_bbox is [%.9g,%.9g,%.9g,%.9g], that of the mask is [%u,%u,%u,%u]%s",
		      c->bbox[0], c->bbox[1], c->bbox[2], c->bbox[3], c->whole.bbox[0], c->whole.bbox[1],
		      c->whole.bbox[2], c->whole.bbox[3], is_near ? "" : ": more than a picture beyond the border");
	}
}

static void check_area(struct check *c)
{
	const double *const bbox = c->bbox, inside_px = (double)c->whole.area_px;
	const bool is_in_picture = bbox[0] >= 0 && bbox[1] >= 0 && bbox[0] + bbox[2] <= c->picture->width &&
	                           bbox[1] + bbox[3] <= c->picture->height;
	const double share = rv_json_number(rv_json_get(c->annotation->json, "visib_fract"), NAN);
	if (is_in_picture ? c->area_px != inside_px : !(c->area_px > inside_px && c->area_px <= bbox[2] * bbox[3])) {
		BLAME(c, VERIFY_AMODAL_AREA, "amodal_area is %.9g, the mask has %.9g pixels%s", c->area_px, inside_px,
		      is_in_picture ? "" : ", and some are beyond the border");
	}
	if (!(fabs(share - (double)c->seen.area_px / c->area_px) <= SHARE_NEAR)) {
		BLAME(c, VERIFY_AMODAL_SHARE, "visib_fract is %.9g, but %.9g of %.9g pixels are seen", share,
		      (double)c->seen.area_px, c->area_px);
	}
}

/* ---- what hides it ---- */

struct cover {
	uint64_t area_px;
	float depth_m;
};

/* Of each index, as the maps have it; the caller frees it. */
static struct cover *find_covers(struct check *c, size_t *n)
{
	struct cover *const covers = rv_alloc_zero((size_t)RV_INDEX_MAX + 1, sizeof(*covers));
	const uint32_t width = c->picture->width, height = c->picture->height;
	*n = 0;
	for (size_t i = 1; i < c->whole.len; i += 2) {
		for (uint32_t at = c->whole.ends[i - 1]; at < c->whole.ends[i]; at++) {
			const size_t pixel = (size_t)(at % height) * width + at / height;
			struct cover *const cover = &covers[c->picture->index->u16[pixel]];
			const float depth_m = c->picture->depth ? c->picture->depth->f32[pixel] : 0;
			if (c->picture->index->u16[pixel] != c->annotation->index) {
				*n += cover->area_px == 0;
				cover->depth_m = cover->area_px == 0 ? depth_m : RV_MIN(cover->depth_m, depth_m);
				cover->area_px++;
			}
		}
	}
	return covers;
}

static void compare_covers(struct check *c, struct rv_json list, const struct cover *covers, size_t n)
{
	const size_t n_said = rv_json_len(list);
	float depth_m = 0;
	if (rv_json_type(list) != RV_JSON_ARRAY || n_said != n) {
		BLAME(c, VERIFY_AMODAL_COVERS, "occluded_by names %zu, but %zu are seen in its place", n_said, n);
		return;
	}
	for (size_t i = 0; i < n_said; i++) {
		const struct rv_json said = rv_json_at(list, i);
		uint64_t index = 0, area_px = 0;
		if (!rv_json_u64(rv_json_get(said, "index"), 0, RV_INDEX_MAX, &index) ||
		    !rv_json_u64(rv_json_get(said, "area"), 1, UINT32_MAX, &area_px) ||
		    covers[index].area_px != area_px || covers[index].depth_m < depth_m) {
			BLAME(c, VERIFY_AMODAL_COVERS,
			      "occluded_by[%zu] is index %" PRIu64 " with %" PRIu64 " pixels; the maps have %" PRIu64
			      " from %.9g m on, those before are from %.9g m on",
			      i, index, area_px, covers[index].area_px, (double)covers[index].depth_m, (double)depth_m);
			return;
		}
		depth_m = covers[index].depth_m;
	}
}

static void check_covers(struct check *c)
{
	size_t n;
	struct cover *const covers = find_covers(c, &n);
	compare_covers(c, rv_json_get(c->annotation->json, "occluded_by"), covers, n);
	free(covers);
}

/* ---- all of it ---- */

static void check_annotation(struct check *c)
{
	const struct rv_annotation *const annotation = c->annotation;
	struct rv_err err = RV_ERR_INIT;
	if (read_whole(c->picture, annotation, &c->whole, &err) < 0) {
		BLAME(c, VERIFY_AMODAL_RLE, "%s", err.text);
		return;
	}
	if (!take_numbers(c)) {
		BLAME(c, VERIFY_AMODAL_BOX, "amodal_bbox or amodal_area are not %s", "whole numbers");
		return;
	}
	check_seen(c);
	check_box(c);
	check_area(c);
	if (c->picture->index) {
		check_covers(c);
	}
}

static bool has_any(struct rv_json annotation)
{
	static const char *const members[] = { "amodal", "amodal_bbox", "amodal_area", "visib_fract", "occluded_by" };
	bool has = false;
	for (size_t i = 0; i < RV_COUNTOF(members); i++) {
		has |= rv_json_type(rv_json_get(annotation, members[i])) != RV_JSON_NONE;
	}
	return has;
}

static void check_all(struct verify_picture *picture)
{
	struct check c = { .picture = picture,
		           .path = verify_picture_subject(picture),
		           .seen = VERIFY_RLE_INIT,
		           .whole = VERIFY_RLE_INIT };
	for (size_t i = 0; i < picture->picture->n_annotations && picture->width > 0; i++) {
		const struct rv_annotation *const annotation = &picture->picture->annotations[i];
		c.annotation = annotation;
		if (!annotation->wrong && has_any(annotation->json) && annotation->width == picture->width &&
		    annotation->height == picture->height &&
		    verify_rle_read(&c.seen, annotation->width, annotation->height, annotation->counts,
		                    annotation->counts_len, NULL) == 0) {
			check_annotation(&c);
		}
	}
	verify_rle_release(&c.seen);
	verify_rle_release(&c.whole);
}

/* ---- files ---- */

static const struct rv_annotation *find_annotation(const struct rv_picture *picture, const char *path)
{
	const char *const base = rv_path_base(path);
	unsigned int index;
	int used = 0;
	const bool is_name = sscanf(base, "%5u.png%n", &index, &used) == 1 && used > 0 && base[used] == '\0';
	for (size_t i = 0; is_name && i < picture->n_annotations; i++) {
		if (picture->annotations[i].index == index) {
			return &picture->annotations[i];
		}
	}
	return NULL;
}

/* amodal/00002.png: 255 exactly where the run lengths are. */
static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_annotation *const annotation = find_annotation(picture->picture, file->file->paths[file->k]);
	struct verify_rle whole = VERIFY_RLE_INIT;
	const uint32_t width = picture->width, height = picture->height;
	uint32_t at = 0;
	if (!annotation || read_whole(picture, annotation, &whole, NULL) < 0) {
		verify_problems_add(picture->problems, VERIFY_AMODAL_FILE, file->name.ptr,
		                    "no annotation of its index has such run lengths");
	}
	for (size_t i = 0; i < whole.len; i++) {
		for (; at < whole.ends[i]; at++) {
			const size_t pixel = (size_t)(at % height) * width + at / height;
			if (file->decoded.image.u8[pixel] != (i % 2 == 1 ? UINT8_MAX : 0)) {
				verify_picture_blame(picture, VERIFY_AMODAL_FILE, file->name.ptr, pixel,
				                     file->decoded.image.u8[pixel], "but the run lengths say another");
				i = whole.len - 1;
				break;
			}
		}
	}
	verify_rle_release(&whole);
}

static const enum rv_role_id roles[] = { RV_ROLE_AMODAL, RV_ROLES };

const struct verify_label verify_picture_amodal = { .roles = roles, .file = check_file, .whole = check_all };

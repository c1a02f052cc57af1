/* SPDX-License-Identifier: MIT */
/* The panoptic map: the pixels of an annotation have its segment's id, no other pixel has one, and a segment is that of
 * an object, of the annotation's own or, where all objects of a category are one, of another one of this category. */
#include <inttypes.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/rle.h"

#define ID_MAX 0xFFFFFF

static uint32_t id_at(const uint8_t *rgb)
{
	return rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
}

/* 0: it has none. */
static uint32_t segment_of(const struct rv_annotation *annotation)
{
	uint64_t id = 0;
	return rv_json_u64(rv_json_get(annotation->json, "segment"), 1, ID_MAX, &id) ? (uint32_t)id : 0;
}

/* The pixels of an annotation; false, and a problem, where one has another id. */
static bool check_runs(struct verify_picture *picture, const struct verify_file *file,
                       const struct rv_annotation *annotation, struct verify_rle *rle)
{
	const struct rv_image *const image = &file->decoded.image;
	const uint32_t segment = segment_of(annotation), height = image->height;
	for (size_t i = 1; i < rle->len; i += 2) {
		for (uint32_t at = rle->ends[i - 1]; at < rle->ends[i]; at++) {
			const size_t pixel = (size_t)(at % height) * image->width + at / height;
			const uint32_t id = id_at(&image->u8[3 * pixel]);
			if (id != segment) {
				verify_problems_add(
				        picture->problems, VERIFY_PANOPTIC_SEGMENT, file->name.ptr,
				        "pixel (%zu,%zu) is of segment %" PRIu32
				        ", but the annotation of index %" PRIu32 ", which has it, is of %" PRIu32,
				        pixel % image->width, pixel / image->width, id, annotation->index, segment);
				return false;
			}
		}
	}
	return true;
}

static void check_rest(struct verify_picture *picture, const struct verify_file *file, uint64_t area_px)
{
	const size_t n = verify_picture_pixels(picture);
	uint64_t found_px = 0;
	for (size_t i = 0; i < n; i++) {
		found_px += id_at(&file->decoded.image.u8[3 * i]) != 0;
	}
	if (found_px != area_px) {
		verify_problems_add(picture->problems, VERIFY_PANOPTIC_AREA, file->name.ptr,
		                    "%" PRIu64 " pixels are of a segment, but the annotations have %" PRIu64, found_px,
		                    area_px);
	}
}

static void check_map(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_picture *const what = picture->picture;
	const struct rv_image *const image = &file->decoded.image;
	struct verify_rle rle = VERIFY_RLE_INIT;
	uint64_t area_px = 0;
	bool is_right = true;
	for (size_t i = 0; is_right && i < what->n_annotations; i++) {
		const struct rv_annotation *const annotation = &what->annotations[i];
		is_right = !annotation->wrong && verify_rle_read(&rle, image->width, image->height, annotation->counts,
		                                                 annotation->counts_len, NULL) == 0;
		area_px += is_right && segment_of(annotation) > 0 ? rle.area_px : 0;
		is_right = is_right && check_runs(picture, file, annotation, &rle);
	}
	if (is_right) {
		check_rest(picture, file, area_px);
	}
	verify_rle_release(&rle);
}

/* Of a segment that is the index of another object, all annotations are compared once: its category is theirs. */
static const char *wrong_segment(const struct verify_picture *picture, const struct rv_annotation *annotation,
                                 bool *is_compared)
{
	const struct rv_picture *const what = picture->picture;
	const uint32_t segment = segment_of(annotation);
	if (rv_json_type(rv_json_get(annotation->json, "category")) == RV_JSON_NONE) {
		return NULL;
	}
	if ((segment > 0) != (annotation->category != NULL)) {
		return segment > 0 ? "it has a segment, but no category" : "it has a category, but no segment";
	}
	if (segment == 0 || segment == annotation->index) {
		return NULL;
	}
	if (!rv_sample_object(what->sample, segment)) {
		return "its segment is no object's index";
	}
	for (size_t i = 0; !is_compared[segment] && i < what->n_annotations; i++) {
		const struct rv_annotation *const other = &what->annotations[i];
		const bool is_alike = other->category && strcmp(other->category, annotation->category) == 0;
		if (is_alike != (segment_of(other) == segment)) {
			return is_alike ? "its segment is not that of all of its category"
			                : "its segment is that of another category, too";
		}
	}
	is_compared[segment] = true;
	return rv_json_type(rv_json_get(annotation->json, "stuff")) == RV_JSON_TRUE
	               ? NULL
	               : "its segment is another object's, but it is no stuff";
}

static void check_segments(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	if (!rv_picture_file(what, RV_ROLE_PANOPTIC)) {
		return;
	}
	bool *const is_compared = rv_arena_alloc(&picture->arena, RV_INDEX_MAX + 1, sizeof(*is_compared));
	for (size_t i = 0; i < what->n_annotations; i++) {
		const char *const wrong = wrong_segment(picture, &what->annotations[i], is_compared);
		if (wrong) {
			verify_problems_add(picture->problems, VERIFY_PANOPTIC_ID, verify_picture_subject(picture),
			                    "annotation of index %" PRIu32 ": %s", what->annotations[i].index, wrong);
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_PANOPTIC, RV_ROLES };

const struct verify_label verify_picture_panoptic = { .roles = roles, .file = check_map, .whole = check_segments };

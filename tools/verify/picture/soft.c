/* SPDX-License-Identifier: MIT */
/*
 * Soft masks: those that the annotations name, with the areas that these tell; together they cover no pixel more than
 * once; and they are what Cryptomatte says, where that is kept.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "murmur.h"
#include "verify/picture.h"
#include "verify/ranks.h"

#define FULL 65535.0
#define AREA_STEP 1e-4    /* area_soft is rounded to */
#define NEAR (1.0 / FULL) /* that a coverage may be off: half a step, and the rounding of sums of floats */

struct notes {
	uint64_t *sums; /* of each pixel over all masks */
	uint64_t n;     /* masks */
	uint32_t *ids;  /* of their objects, in Cryptomatte */
	size_t n_ids;
};

static struct notes *take_notes(struct verify_picture *picture)
{
	struct notes *notes = *picture->notes;
	if (!notes) {
		notes = rv_arena_alloc(&picture->arena, 1, sizeof(*notes));
		notes->sums = rv_arena_alloc(&picture->arena, verify_picture_pixels(picture), sizeof(*notes->sums));
		notes->ids = rv_arena_alloc(&picture->arena, picture->picture->n_annotations + 1, sizeof(*notes->ids));
		*picture->notes = notes;
	}
	return notes;
}

/* The path of its soft mask, or NULL. */
static const char *soft_of(const struct rv_annotation *annotation)
{
	return rv_json_string(rv_json_get(annotation->json, "soft"), NULL);
}

/* The annotation that names a mask; its files are in the order of annotations, so it is at that place or after it. */
static const struct rv_annotation *find_annotation(const struct verify_picture *picture, size_t from, const char *path)
{
	const struct rv_picture *const what = picture->picture;
	for (size_t i = from; i < what->n_annotations; i++) {
		const char *const own = soft_of(&what->annotations[i]);
		if (own && strcmp(own, path) == 0) {
			return &what->annotations[i];
		}
	}
	return NULL;
}

static void check_area(struct verify_picture *picture, const struct verify_file *file,
                       const struct rv_annotation *annotation, uint64_t *sums)
{
	const uint16_t *const values = file->decoded.image.u16;
	const double area_px = rv_json_number(rv_json_get(annotation->json, "area_soft"), NAN);
	const size_t n = verify_picture_pixels(picture);
	uint64_t sum = 0, n_covered = 0;
	for (size_t i = 0; i < n; i++) {
		sum += values[i];
		n_covered += values[i] > 0;
		sums[i] += values[i];
	}
	if (!(fabs(area_px - (double)sum / FULL) <= AREA_STEP + (double)n_covered * NEAR)) {
		verify_problems_add(picture->problems, VERIFY_SOFT_AREA, file->name.ptr,
		                    "it covers %.4f pixels, but area_soft of index %u is %.9g", (double)sum / FULL,
		                    annotation->index, area_px);
	}
}

/* Where the mask is not 0; that it is nowhere else is seen at the end, from all masks together. */
static void check_ranks(struct verify_picture *picture, const struct verify_file *file, uint32_t id)
{
	const struct verify_decoded *const ranks = verify_picture_partner(picture, RV_ROLE_CRYPTO_OBJECT);
	const uint16_t *const values = file->decoded.image.u16;
	const size_t n = ranks ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++) {
		const double found = values[i] / FULL, wanted = values[i] > 0 ? verify_ranks_share(ranks, id, i) : 0;
		if (!(fabs(found - wanted) <= NEAR)) {
			verify_problems_add(picture->problems, VERIFY_SOFT_RANKS, file->name.ptr,
			                    "pixel (%zu,%zu) is covered by %.6f, but Cryptomatte says %.6f",
			                    i % picture->width, i / picture->width, found, wanted);
			return;
		}
	}
}

static void check_soft(struct verify_picture *picture, const struct verify_file *file)
{
	struct notes *const notes = take_notes(picture);
	const struct rv_annotation *const annotation = find_annotation(picture, file->k, file->file->paths[file->k]);
	notes->n++;
	if (!annotation) {
		verify_problems_add(picture->problems, VERIFY_SOFT_LIST, file->name.ptr,
		                    "no annotation names it, or not in the order of the files");
		return;
	}
	check_area(picture, file, annotation, notes->sums);
	if (annotation->object && notes->n_ids < picture->picture->n_annotations) {
		const char *const name = annotation->object->name;
		notes->ids[notes->n_ids] = rv_cryptomatte_id(name, strlen(name));
		check_ranks(picture, file, notes->ids[notes->n_ids++]);
	}
}

static int by_number(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

/* How much of a pixel the objects cover that have masks. */
static double covered_at(const struct notes *notes, const struct verify_decoded *ranks, size_t pixel)
{
	double covered = 0, sum = 0;
	for (size_t i = 0; i + 1 < ranks->n_planes; i += 2) {
		const double share = (double)ranks->planes[i].image.f32[pixel];
		uint32_t id;
		memcpy(&id, &ranks->planes[i + 1].image.f32[pixel], sizeof(id));
		sum += share;
		covered += share > 0 && bsearch(&id, notes->ids, notes->n_ids, sizeof(id), by_number) ? share : 0;
	}
	return covered / fmax(sum, 1);
}

static void check_sums(struct verify_picture *picture)
{
	struct notes *const notes = *picture->notes;
	const struct verify_decoded *const ranks =
	        notes ? verify_picture_partner(picture, RV_ROLE_CRYPTO_OBJECT) : NULL;
	const size_t n = notes ? verify_picture_pixels(picture) : 0;
	const bool has_all = notes && notes->n_ids == notes->n && notes->n > 0;
	if (has_all) {
		qsort(notes->ids, notes->n_ids, sizeof(*notes->ids), by_number);
	}
	for (size_t i = 0; i < n; i++) {
		const double found = (double)notes->sums[i] / FULL;
		if (found > 1 + (double)notes->n * NEAR) {
			verify_problems_add(picture->problems, VERIFY_SOFT_SUM, verify_picture_subject(picture),
			                    "pixel (%zu,%zu) is covered by soft masks %.6f times", i % picture->width,
			                    i / picture->width, found);
			return;
		}
		if (ranks && has_all && covered_at(notes, ranks, i) > found + (double)notes->n * NEAR) {
			verify_problems_add(picture->problems, VERIFY_SOFT_RANKS, verify_picture_subject(picture),
			                    "pixel (%zu,%zu) is covered by soft masks by %.6f, Cryptomatte says more",
			                    i % picture->width, i / picture->width, found);
			return;
		}
	}
}

static void check_all(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	const struct rv_file *const files = rv_picture_files(what, rv_roles[RV_ROLE_SOFT].name);
	size_t n = 0;
	for (size_t i = 0; i < what->n_annotations; i++) {
		n += soft_of(&what->annotations[i]) != NULL;
	}
	if (n != (files ? files->n_paths : 0)) {
		verify_problems_add(picture->problems, VERIFY_SOFT_LIST, verify_picture_subject(picture),
		                    "%zu annotations name a soft mask, but the picture has %zu", n,
		                    files ? files->n_paths : 0);
	}
	check_sums(picture);
}

static const enum rv_role_id roles[] = { RV_ROLE_SOFT, RV_ROLES };

const struct verify_label verify_picture_soft = { .roles = roles, .file = check_soft, .whole = check_all };

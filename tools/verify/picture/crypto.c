/* SPDX-License-Identifier: MIT */
/* A Cryptomatte file: attributes, hashes, ids, coverage. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "murmur.h"
#include "verify/picture.h"
#include "verify/ranks.h"

#define COVERAGE_MAX 1.001f
#define HEX_DIGITS 8
#define SEEN_MIN 16 /* pixels of an object of which some are surely covered, however it is seen through or blurred */

static int by_value(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

/* The text of the attribute "cryptomatte/KEY/<ending>" of the layer that the channels belong to. */
static bool find_text(const struct verify_decoded *decoded, const char *ending, struct rv_exr_text *found)
{
	const char *const first = decoded->n_planes > 0 ? decoded->planes[0].name : "";
	size_t len = strcspn(first, ".");
	while (len > 0 && first[len - 1] >= '0' && first[len - 1] <= '9') {
		len--;
	}
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "cryptomatte/%07x/%s", rv_cryptomatte_id(first, len) >> 4, ending);
	size_t at = 0;
	bool is_found = false;
	while (!is_found && rv_exr_next_text(decoded->exr, &at, found)) {
		is_found = strcmp(found->name, name.ptr) == 0;
	}
	rv_str_release(&name);
	return is_found;
}

static bool has_text(const struct verify_decoded *decoded, const char *ending, const char *wanted)
{
	struct rv_exr_text text;
	return find_text(decoded, ending, &text) && text.len == strlen(wanted) &&
	       memcmp(text.text, wanted, text.len) == 0;
}

/* The ids of the manifest, sorted. NULL when it is wrong, which is then told. */
static uint32_t *read_manifest(struct verify_picture *picture, const struct verify_file *file, size_t *n)
{
	struct rv_exr_text text;
	struct rv_json manifest = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (!find_text(&file->decoded, "manifest", &text) || rv_json_parse(text.text, text.len, &manifest, &err) < 0 ||
	    rv_json_type(manifest) != RV_JSON_OBJECT) {
		verify_problems_add(picture->problems, VERIFY_CRYPTO_MANIFEST, file->name.ptr,
		                    "it has no manifest, or one that is no object");
		rv_json_release(&manifest);
		return NULL;
	}
	uint32_t *ids = rv_alloc_zero(rv_json_len(manifest) + 1, sizeof(*ids));
	*n = 0;
	for (int i = rv_json_iter(manifest); ids && rv_json_iter_ok(manifest, i); i = rv_json_next(manifest, i)) {
		const char *const key = rv_json_iter_key(manifest, i);
		const char *const hex = rv_json_string(rv_json_iter_value(manifest, i), NULL);
		const uint32_t id = rv_cryptomatte_id(key, strlen(key));
		char *end = NULL;
		if (!hex || strlen(hex) != HEX_DIGITS || strtoul(hex, &end, 16) != id || *end) {
			verify_problems_add(picture->problems, VERIFY_CRYPTO_MANIFEST, file->name.ptr,
			                    "'%s' is not the hash of '%s', %08x", hex ? hex : "?", key, id);
			free(ids);
			ids = NULL;
		} else {
			ids[(*n)++] = id;
		}
	}
	if (ids && *n > 1) {
		qsort(ids, *n, sizeof(*ids), by_value);
	}
	rv_json_release(&manifest);
	return ids;
}

/* A rank: the planes of an id and of its coverage. */
static void check_rank(struct verify_picture *picture, const char *name, const float *values, const float *coverage,
                       const uint32_t *ids, size_t n_ids)
{
	const size_t n = verify_picture_pixels(picture);
	uint32_t last = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t id;
		memcpy(&id, &values[i], sizeof(id));
		if (!(coverage[i] >= 0 && coverage[i] <= COVERAGE_MAX)) {
			verify_picture_blame(picture, VERIFY_CRYPTO_COVERAGE, name, i, (double)coverage[i],
			                     "but coverage is in 0..1");
			return;
		}
		if (coverage[i] > 0 && id != 0 && id != last) {
			if (n_ids == 0 || !bsearch(&id, ids, n_ids, sizeof(id), by_value)) {
				verify_picture_blame(picture, VERIFY_CRYPTO_ID, name, i, (double)values[i],
				                     "which is no id of the manifest");
				return;
			}
			last = id;
		}
	}
}

/* "CryptoObject00.r" is an id, ".g" its coverage; ".b" and ".a" likewise. */
static void check_ranks(struct verify_picture *picture, const struct verify_file *file, const uint32_t *ids,
                        size_t n_ids)
{
	struct rv_str partner = RV_STR_INIT;
	for (size_t i = 0; i < file->decoded.n_planes; i++) {
		const char *const id = file->decoded.planes[i].name;
		const size_t len = strlen(id);
		const char last = len > 0 ? id[len - 1] : '\0';
		if (last != 'r' && last != 'b') {
			continue;
		}
		rv_str_clear(&partner);
		rv_str_append(&partner, id, len - 1);
		rv_str_putc(&partner, last == 'r' ? 'g' : 'a');
		const float *const coverage = verify_decoded_plane(&file->decoded, partner.ptr);
		if (coverage) {
			check_rank(picture, file->name.ptr, file->decoded.planes[i].image.f32, coverage, ids, n_ids);
		} else {
			verify_problems_add(picture->problems, VERIFY_CRYPTO_HEAD, file->name.ptr,
			                    "'%s' is without its coverage", id);
		}
	}
	rv_str_release(&partner);
}

struct seen {
	uint32_t id; /* of the object with this index; 0: it has none in the manifest */
	uint32_t n_pixels;
	bool is_covered; /* at one of its pixels */
};

/* Of each index the object's id. */
static struct seen *list_objects(struct verify_picture *picture, const uint32_t *ids, size_t n_ids)
{
	const struct rv_sample *const sample = picture->picture->sample;
	struct seen *const seen = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*seen));
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_object *const object = &sample->objects[i];
		const uint32_t id = rv_cryptomatte_id(object->name, strlen(object->name));
		if (n_ids > 0 && bsearch(&id, ids, n_ids, sizeof(id), by_value)) {
			seen[object->index].id = id;
		}
	}
	return seen;
}

/* Pixels of an object in the index map are covered by it, and not all of them by others. */
static void check_index(struct verify_picture *picture, const struct verify_file *file, const uint32_t *ids,
                        size_t n_ids)
{
	const struct rv_sample *const sample = picture->picture->sample;
	struct seen *const seen = list_objects(picture, ids, n_ids);
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		struct seen *const here = &seen[picture->index->u16[i]];
		here->n_pixels++;
		here->is_covered = here->is_covered || verify_ranks_share(&file->decoded, here->id, i) > 0;
	}
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_object *const object = &sample->objects[i];
		const struct seen *const found = &seen[object->index];
		if (object->index > 0 && found->id != 0 && found->n_pixels >= SEEN_MIN && !found->is_covered) {
			verify_problems_add(picture->problems, VERIFY_CRYPTO_INDEX, file->name.ptr,
			                    "'%s' covers none of the %u pixels that the index map has of it",
			                    object->name, found->n_pixels);
		}
	}
}

static void check_crypto(struct verify_picture *picture, const struct verify_file *file)
{
	const uint64_t n_before = picture->problems->n_found;
	size_t n_ids = 0;
	if (!has_text(&file->decoded, "hash", RV_CRYPTOMATTE_HASH) ||
	    !has_text(&file->decoded, "conversion", RV_CRYPTOMATTE_CONVERSION)) {
		verify_problems_add(picture->problems, VERIFY_CRYPTO_HEAD, file->name.ptr,
		                    "its hash and conversion are not " RV_CRYPTOMATTE_HASH
		                    " and " RV_CRYPTOMATTE_CONVERSION);
		return;
	}
	uint32_t *const ids = read_manifest(picture, file, &n_ids);
	if (ids) {
		check_ranks(picture, file, ids, n_ids);
	}
	if (ids && picture->index && picture->problems->n_found == n_before &&
	    file->file->row == &rv_roles[RV_ROLE_CRYPTO_OBJECT]) {
		check_index(picture, file, ids, n_ids);
	}
	free(ids);
}

static const enum rv_role_id roles[] = { RV_ROLE_CRYPTO_OBJECT, RV_ROLE_CRYPTO_MATERIAL, RV_ROLE_CRYPTO_ASSET,
	                                 RV_ROLES };

const struct verify_label verify_picture_crypto = { .roles = roles, .file = check_crypto };

/* SPDX-License-Identifier: MIT */
/* A Cryptomatte file: see crypto.h. */
#include "verify/crypto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "exr.h"
#include "murmur.h"

#define COVERAGE_MAX 1.001f
#define HEX_DIGITS 8

static int by_value(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

/* The text of the attribute "cryptomatte/KEY/<ending>" of the layer that `planes` belong to. */
static bool find_text(const struct verify_planes *planes, const char *ending, struct rv_exr_text *found)
{
	const char *const first = planes->names[0].ptr;
	size_t len = strcspn(first, ".");
	while (len > 0 && first[len - 1] >= '0' && first[len - 1] <= '9') {
		len--;
	}
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "cryptomatte/%07x/%s", rv_cryptomatte_id(first, len) >> 4, ending);
	size_t at = 0;
	bool is_found = false;
	while (!is_found && rv_exr_next_text(planes->exr, &at, found)) {
		is_found = strcmp(found->name, name.ptr) == 0;
	}
	rv_str_release(&name);
	return is_found;
}

/* The ids of the manifest, sorted. NULL when it is wrong, which is then told. */
static uint32_t *read_manifest(struct verify_view *view, const char *name, const struct verify_planes *planes,
                               size_t *n)
{
	struct rv_exr_text text;
	struct rv_json manifest = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (!find_text(planes, "manifest", &text) || rv_json_parse(text.text, text.len, &manifest, &err) < 0 ||
	    rv_json_type(manifest) != RV_JSON_OBJECT) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name,
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
			verify_problems_add(view->problems, RV_E_LABEL, name, "'%s' is not the hash of '%s', %08x",
			                    hex ? hex : "?", key, id);
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
static void check_rank(struct verify_view *view, const char *name, const float *values, const float *coverage,
                       const uint32_t *ids, size_t n_ids)
{
	const size_t n = (size_t)view->width * view->height;
	uint32_t last = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t id;
		memcpy(&id, &values[i], sizeof(id));
		if (!(coverage[i] >= 0 && coverage[i] <= COVERAGE_MAX)) {
			verify_view_blame(view, name, i, (double)coverage[i], "but coverage is in 0..1");
			return;
		}
		if (coverage[i] > 0 && id != 0 && id != last && n_ids > 0 &&
		    bsearch(&id, ids, n_ids, sizeof(id), by_value)) {
			last = id;
		} else if (coverage[i] > 0 && id != 0 && id != last) {
			verify_view_blame(view, name, i, (double)values[i], "which is no id of the manifest");
			return;
		}
	}
}

void verify_crypto_check(struct verify_view *view, const char *name, const struct verify_planes *planes)
{
	size_t n_ids = 0;
	struct rv_exr_text hash, conversion;
	if (!find_text(planes, "hash", &hash) || !find_text(planes, "conversion", &conversion) ||
	    hash.len != strlen(RV_CRYPTOMATTE_HASH) || memcmp(hash.text, RV_CRYPTOMATTE_HASH, hash.len) != 0 ||
	    conversion.len != strlen(RV_CRYPTOMATTE_CONVERSION) ||
	    memcmp(conversion.text, RV_CRYPTOMATTE_CONVERSION, conversion.len) != 0) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name,
		                    "its hash and conversion are not " RV_CRYPTOMATTE_HASH
		                    " and " RV_CRYPTOMATTE_CONVERSION);
		return;
	}
	uint32_t *const ids = read_manifest(view, name, planes, &n_ids);
	struct rv_str partner = RV_STR_INIT;
	for (size_t i = 0; ids && i < planes->len; i++) {
		const struct rv_str *const id = &planes->names[i];
		const char last = id->len > 0 ? id->ptr[id->len - 1] : '\0';
		if (last != 'r' && last != 'b') {
			continue;
		}
		rv_str_clear(&partner);
		rv_str_append(&partner, id->ptr, id->len - 1);
		rv_str_putc(&partner, last == 'r' ? 'g' : 'a');
		const float *const coverage = verify_planes_find(planes, partner.ptr);
		if (coverage) {
			check_rank(view, name, planes->images[i].f32, coverage, ids, n_ids);
		} else {
			verify_problems_add(view->problems, RV_E_BAD_FILE, name, "'%s' is without its coverage",
			                    id->ptr);
		}
	}
	rv_str_release(&partner);
	free(ids);
}

/* SPDX-License-Identifier: MIT */
/* Cryptomatte's attributes. */
#include "mask/crypto.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "json.h"
#include "mask/pixels/ids.h"
#include "murmur.h"

enum { CONVERSION, HASH, MANIFEST, NAME }; /* in ascending order */

static const char *const endings[MASK_CRYPTO_TEXTS] = { "conversion", "hash", "manifest", "name" };

void mask_crypto_init(struct mask_crypto *crypto)
{
	for (size_t i = 0; i < MASK_CRYPTO_TEXTS; i++) {
		rv_str_init(&crypto->names[i]);
		rv_str_init(&crypto->values[i]);
	}
}

void mask_crypto_release(struct mask_crypto *crypto)
{
	for (size_t i = 0; i < MASK_CRYPTO_TEXTS; i++) {
		rv_str_release(&crypto->names[i]);
		rv_str_release(&crypto->values[i]);
	}
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

struct name_list {
	const char **items;
	size_t len, cap;
};

static void add_name(struct name_list *list, const struct mask_ids *ids, const char *name)
{
	if (mask_ids_has(ids, rv_cryptomatte_id(name, strlen(name)))) {
		RV_GROW(list->items, list->len, list->cap);
		list->items[list->len++] = name;
	}
}

static bool ends_with(const char *text, const char *ending)
{
	const size_t len = strlen(text), ending_len = strlen(ending);
	return len >= ending_len && strcmp(text + len - ending_len, ending) == 0;
}

/* The rendered file's manifest of a layer: the one whose key is that of the attribute that holds the layer's name. */
static bool find_manifest(const struct rv_exr *rendered, const char *layer, struct rv_exr_text *manifest)
{
	struct rv_exr_text name, text;
	size_t at = 0;
	while (rv_exr_next_text(rendered, &at, &name)) {
		if (!ends_with(name.name, "/name") || name.len != strlen(layer) ||
		    memcmp(name.text, layer, name.len) != 0) {
			continue;
		}
		const size_t key_len = strlen(name.name) - strlen("name");
		size_t other = 0;
		while (rv_exr_next_text(rendered, &other, &text)) {
			if (strncmp(text.name, name.name, key_len) == 0 &&
			    strcmp(text.name + key_len, "manifest") == 0) {
				*manifest = text;
				return true;
			}
		}
	}
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_manifest(struct name_list *list, struct rv_str *text)
{
	struct rv_json_out out;
	char digits[9] = "";
	if (list->len > 1) {
		qsort(list->items, list->len, sizeof(*list->items), by_bytes);
	}
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	for (size_t i = 0; i < list->len; i++) {
		const char *const name = list->items[i];
		if (i > 0 && strcmp(name, list->items[i - 1]) == 0) {
			continue;
		}
		const uint32_t id = rv_cryptomatte_id(name, strlen(name));
		for (int k = 0; k < 8; k++) {
			digits[k] = "0123456789abcdef"[id >> (28 - 4 * k) & 15];
		}
		rv_json_put_string(&out, name, digits);
	}
	rv_json_close(&out, '}');
}

void mask_crypto_make(struct mask_crypto *crypto, const char *layer, const struct rv_exr *rendered,
                      const char *rendered_layer, const struct rv_image *planes, size_t n_planes,
                      const char *const *names, size_t n_names)
{
	struct mask_ids ids = MASK_IDS_INIT;
	struct name_list list = { .items = NULL };
	struct rv_json manifest = RV_JSON_INIT;
	struct rv_exr_text text;
	mask_ids_collect(&ids, planes, n_planes);
	for (size_t i = 0; i < n_names; i++) {
		add_name(&list, &ids, names[i]);
	}
	if (find_manifest(rendered, rendered_layer, &text) && rv_json_parse(text.text, text.len, &manifest, NULL) < 0) {
		rv_detail("manifest of '%s' is no JSON: names come from the record alone", rendered_layer);
	}
	for (int i = rv_json_iter(manifest); rv_json_iter_ok(manifest, i); i = rv_json_next(manifest, i)) {
		add_name(&list, &ids, rv_json_iter_key(manifest, i));
	}
	rv_str_puts(&crypto->values[CONVERSION], RV_CRYPTOMATTE_CONVERSION);
	rv_str_puts(&crypto->values[HASH], RV_CRYPTOMATTE_HASH);
	put_manifest(&list, &crypto->values[MANIFEST]);
	rv_str_puts(&crypto->values[NAME], layer);
	for (size_t i = 0; i < MASK_CRYPTO_TEXTS; i++) {
		rv_str_printf(&crypto->names[i], "cryptomatte/%07x/%s", rv_cryptomatte_id(layer, strlen(layer)) >> 4,
		              endings[i]);
		crypto->texts[i] = (struct rv_exr_text) { .name = crypto->names[i].ptr,
			                                  .text = crypto->values[i].ptr,
			                                  .len = crypto->values[i].len };
	}
	rv_json_release(&manifest);
	free(list.items);
	mask_ids_release(&ids);
}

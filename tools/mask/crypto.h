/* SPDX-License-Identifier: MIT */
/*
 * Cryptomatte: the attributes that make channels of ids and coverages readable to other tools.
 *
 * The manifest names every id that is in the pixels, sorted by name, and nothing else, so that it depends on the
 * picture alone. Names come from the manifest in the rendered file and from the record; a name counts when its hash is
 * one of the ids.
 */
#ifndef RV_MASK_CRYPTO_H
#define RV_MASK_CRYPTO_H

#include "exr.h"
#include "str.h"

#define MASK_CRYPTO_TEXTS 4

struct mask_crypto {
	struct rv_exr_text texts[MASK_CRYPTO_TEXTS]; /* borrow from the strings */
	struct rv_str names[MASK_CRYPTO_TEXTS], values[MASK_CRYPTO_TEXTS];
};
void mask_crypto_init(struct mask_crypto *crypto);
void mask_crypto_release(struct mask_crypto *crypto);

/*
 * Attributes of the layer called `layer` ("CryptoObject"), which in the rendered file is called `rendered_layer`
 * ("ViewLayer.CryptoObject"). Planes alternate id, coverage; `names` are n_names more that may be in the picture. A
 * rendered manifest that is no JSON (Blender does not escape names) is passed over.
 */
void mask_crypto_make(struct mask_crypto *crypto, const char *layer, const struct rv_exr *rendered,
                      const char *rendered_layer, const struct rv_image *planes, size_t n_planes,
                      const char *const *names, size_t n_names);

#endif

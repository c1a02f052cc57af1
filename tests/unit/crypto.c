/* SPDX-License-Identifier: MIT */
/* mask/crypto.h: what the manifest names, where the names come from. */
#include "mask/crypto.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "murmur.h"

#define LAYER "ViewLayer.CryptoObject"

static float id_of(const char *name)
{
	return rv_cryptomatte_float(rv_cryptomatte_id(name, strlen(name)));
}

/* Planes of one rank: Cube, Floor, and one without coverage. */
static void make_planes(struct rv_image planes[2])
{
	struct rv_err err = RV_ERR_INIT;
	for (size_t k = 0; k < 2; k++) {
		planes[k] = (struct rv_image)RV_IMAGE_INIT;
		CHECK_OK(rv_image_init(&planes[k], 4, 1, 1, RV_PIXEL_F32, &err), &err);
	}
	const float ids[] = { id_of("Floor"), id_of("Cube"), id_of("Hidden"), 0 };
	const float coverage[] = { 1, 0.5f, 0, 0 };
	memcpy(planes[0].f32, ids, sizeof(ids));
	memcpy(planes[1].f32, coverage, sizeof(coverage));
}

/* Attributes for a rendered file with this manifest (NULL: none) and these names of the record. */
static void check_manifest(const char *manifest, const char *const *names, size_t n_names, const char *wanted)
{
	struct rv_image planes[2];
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct mask_crypto crypto;
	make_planes(planes);
	const struct rv_exr_plane channel = { "a", &planes[0], false };
	const struct rv_exr_text texts[] = {
		{ "cryptomatte/0000000/manifest", "{\"Hidden\":\"0\",\"Floor\":\"0\"}", 26 },
		{ "cryptomatte/0000000/name", "ViewLayer.CryptoAsset", 21 },
		{ "cryptomatte/542cafa/name", LAYER, strlen(LAYER) },
		{ "cryptomatte/542cafa/manifest", manifest, manifest ? strlen(manifest) : 0 },
	};
	struct rv_str bytes = RV_STR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	CHECK_OK(rv_exr_encode(&channel, 1, texts, manifest ? 4 : 3, &bytes, &err), &err);
	rv_source_open_memory(&source, "a.exr", bytes.ptr, bytes.len);
	CHECK_OK(rv_exr_open(&source, RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
	mask_crypto_init(&crypto);
	mask_crypto_make(&crypto, "CryptoObject", exr, LAYER, planes, 2, names, n_names);
	CHECK_STR(crypto.texts[0].name, "cryptomatte/3ae39a5/conversion");
	CHECK_STR(crypto.texts[0].text, "uint32_to_float32");
	CHECK_STR(crypto.texts[1].text, "MurmurHash3_32");
	CHECK_STR(crypto.texts[2].name, "cryptomatte/3ae39a5/manifest");
	CHECK_STR(crypto.texts[2].text, wanted);
	CHECK_STR(crypto.texts[3].text, "CryptoObject");
	mask_crypto_release(&crypto);
	rv_exr_close(exr);
	rv_source_close(&source);
	rv_str_release(&bytes);
	rv_image_release(&planes[0]);
	rv_image_release(&planes[1]);
}

static void manifests(void)
{
	static const char *const names[] = { "Cube", "Other", "Floor", "Cube" };
	const char *const both = "{\"Cube\":\"a8fce865\",\"Floor\":\"6a2fb16e\"}";
	check_manifest("{\"Sun\":\"1\",\"Floor\":\"6a2fb16e\",\"Hidden\":\"2\",\"Cube\":\"a8fce865\"}", NULL, 0, both);
	check_manifest(NULL, names, RV_COUNTOF(names), both);
	check_manifest("{\"Floor\":\"6a2fb16e\"}", names, 2, both);
	check_manifest("{\"no \"JSON\":\"1\"}", names, 1, "{\"Cube\":\"a8fce865\"}");
	check_manifest(NULL, NULL, 0, "{}");
}

/* Many ids, so that the set of them grows. */
static void many(void)
{
	enum { COUNT = 3000 };
	struct rv_image planes[2] = { RV_IMAGE_INIT, RV_IMAGE_INIT };
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct mask_crypto crypto;
	static char names[COUNT][16];
	const char *pointers[COUNT];
	for (size_t k = 0; k < 2; k++) {
		CHECK_OK(rv_image_init(&planes[k], COUNT, 1, 1, RV_PIXEL_F32, &err), &err);
	}
	for (size_t i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "Object.%04zu", i);
		pointers[i] = names[i];
		planes[0].f32[i] = id_of(names[i]);
		planes[1].f32[i] = 1;
	}
	const struct rv_exr_plane channel = { "a", &planes[0], false };
	struct rv_str bytes = RV_STR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	CHECK_OK(rv_exr_encode(&channel, 1, NULL, 0, &bytes, &err), &err);
	rv_source_open_memory(&source, "a.exr", bytes.ptr, bytes.len);
	CHECK_OK(rv_exr_open(&source, RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
	mask_crypto_init(&crypto);
	mask_crypto_make(&crypto, "CryptoObject", exr, LAYER, planes, 2, pointers, COUNT);
	CHECK_U64(crypto.texts[2].len, 1 + COUNT * strlen("\"Object.0000\":\"01234567\","));
	mask_crypto_release(&crypto);
	rv_exr_close(exr);
	rv_source_close(&source);
	rv_str_release(&bytes);
	rv_image_release(&planes[0]);
	rv_image_release(&planes[1]);
}

CHECK_MODULE(crypto)
{
	check_case("the names that are in the picture, sorted", manifests);
	check_case("thousands of names", many);
}

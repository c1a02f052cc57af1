/* SPDX-License-Identifier: MIT */
/* murmur.h against published values of the hash, and against what Blender writes. */
#include "murmur.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

static void published(void)
{
	static const struct {
		const char *text;
		uint32_t seed, hash;
	} cases[] = {
		{ "", 0, 0 },
		{ "", 1, 0x514e28b7 },
		{ "", 0xffffffff, 0x81f16f39 },
		{ "a", 0x9747b28c, 0x7fa09ea6 },
		{ "aa", 0x9747b28c, 0x5d211726 },
		{ "aaa", 0x9747b28c, 0x283e0130 },
		{ "aaaa", 0x9747b28c, 0x5a97808a },
		{ "abc", 0, 0xb3dd93fa },
		{ "Hello, world!", 0x9747b28c, 0x24884cba },
		{ "The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723 },
		{ "The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		CHECK_U64(rv_murmur3(cases[i].text, strlen(cases[i].text), cases[i].seed), cases[i].hash);
	}
}

static void of_blender(void)
{
	static const struct {
		const char *name;
		uint32_t id;
	} cases[] = {
		{ "Cube", 0xa8fce865 },
		{ "Floor", 0x6a2fb16e },
		{ "matA", 0x7a06f95d },
	};
	static const struct {
		const char *name;
		uint32_t key; /* 7 of its hex digits */
	} layers[] = {
		{ "ViewLayer.CryptoObject", 0x542cafa },
		{ "ViewLayer.CryptoMaterial", 0xc7dbf5e },
		{ "ViewLayer.CryptoAsset", 0xaa21542 },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		CHECK_U64(rv_cryptomatte_id(cases[i].name, strlen(cases[i].name)), cases[i].id);
	}
	for (size_t i = 0; i < RV_COUNTOF(layers); i++) {
		CHECK_U64(rv_cryptomatte_id(layers[i].name, strlen(layers[i].name)) >> 4, layers[i].key);
	}
}

/* Whatever the name: a normal number, and the hash but for the one bit. */
static void normal_floats(void)
{
	size_t n_changed = 0;
	for (int i = 0; i < 20000; i++) {
		char name[16];
		const size_t len = (size_t)snprintf(name, sizeof(name), "Object.%d", i);
		const uint32_t id = rv_cryptomatte_id(name, len), hash = rv_murmur3(name, len, 0);
		CHECK(isnormal(rv_cryptomatte_float(id)));
		CHECK(id == hash || id == (hash ^ 0x800000));
		n_changed += id != hash;
	}
	CHECK(n_changed > 50 && n_changed < 400); /* 2 of 256 */
}

CHECK_MODULE(murmur)
{
	check_case("published values", published);
	check_case("the numbers that Blender writes", of_blender);
	check_case("every number is a normal float", normal_floats);
}

/* SPDX-License-Identifier: MIT */
/* rng: the published vectors, and those shared with the Python half. */
#include "rng.h"

#include <math.h>
#include <string.h>

#include "check.h"
#include "file.h"
#include "json.h"
#include "parse.h"

/* "philox4x32 10" of kat_vectors in Random123 (Salmon, Moraes, Dror, Shaw). */
static void published(void)
{
	static const struct {
		uint32_t counter[4], key[2], out[4];
	} vectors[] = {
		{ { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
		{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		  { 0xffffffff, 0xffffffff },
		  { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
		{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
		  { 0xa4093822, 0x299f31d0 },
		  { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
	};
	for (size_t i = 0; i < RV_COUNTOF(vectors); i++) {
		uint32_t out[4];
		rv_philox(vectors[i].counter, vectors[i].key, out);
		CHECK_BYTES(out, sizeof(out), vectors[i].out, sizeof(out));
	}
}

/* From the authors' page of FNV test values. */
static void fnv(void)
{
	CHECK_U64(rv_fnv1a("", 0), UINT64_C(0xcbf29ce484222325));
	CHECK_U64(rv_fnv1a("a", 1), UINT64_C(0xaf63dc4c8601ec8c));
	CHECK_U64(rv_fnv1a("foobar", 6), UINT64_C(0x85944171f73967e8));
}

static uint64_t member_u64(struct rv_json object, const char *key)
{
	struct rv_err err;
	uint64_t value = 0;
	const char *text = rv_json_string(rv_json_get(object, key), NULL);
	CHECK(text && rv_parse_u64(text, key, 0, UINT64_MAX, &value, &err) == 0);
	return value;
}

static void shared(void)
{
	struct rv_err err;
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	if (CHECK_OK(rv_file_read(check_data("data/rng.json"), 1 << 20, &text, &err), &err) &&
	    CHECK_OK(rv_json_parse(text.ptr, text.len, &json, &err), &err)) {
		struct rv_json vectors = rv_json_get(json, "vectors");
		CHECK(rv_json_len(vectors) >= 100);
		for (size_t i = 0; i < rv_json_len(vectors); i++) {
			struct rv_json vector = rv_json_at(vectors, i);
			struct rv_rng start, rng;
			rv_rng_init(&start, member_u64(vector, "seed"),
			            rv_json_string(rv_json_get(vector, "stream"), NULL));
			start.position = member_u64(vector, "position");
			rng = start;
			CHECK_U64(rv_rng_u64(&rng), member_u64(vector, "u64"));
			CHECK_U64(rng.position, start.position + 1);
			rng = start;
			CHECK_NEAR(rv_rng_unit(&rng), rv_json_number(rv_json_get(vector, "unit"), NAN), 0);
			rng = start;
			CHECK_U64(rv_rng_below(&rng, member_u64(vector, "n")), member_u64(vector, "below"));
			CHECK_U64(rng.position, member_u64(vector, "next"));
			rng = start;
			CHECK_NEAR(rv_rng_normal(&rng), rv_json_number(rv_json_get(vector, "normal"), NAN), 1e-14);
			CHECK_U64(rng.position, start.position + 1);
		}
	}
	rv_json_release(&json);
	rv_str_release(&text);
}

static void streams_differ(void)
{
	struct rv_rng a, b, c;
	rv_rng_init(&a, 1, "a");
	rv_rng_init(&b, 1, "b");
	rv_rng_init(&c, 2, "a");
	uint64_t first = rv_rng_u64(&a);
	CHECK(first != rv_rng_u64(&b));
	CHECK(first != rv_rng_u64(&c));
	CHECK(first != rv_rng_u64(&a));
}

/* Mean and variance over 100,000 draws lie within 5 standard errors of what they should be. */
static void moments(void)
{
	enum { DRAWS = 100000 };
	struct rv_rng rng;
	rv_rng_init(&rng, 7, "moments");
	double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0;
	unsigned int counts[6] = { 0 };
	for (int i = 0; i < DRAWS; i++) {
		double u = rv_rng_unit(&rng);
		CHECK(u >= 0 && u < 1) ? (void)0 : (void)(i = DRAWS);
		sum += u;
		squares += u * u;
		double z = rv_rng_normal(&rng);
		normal_sum += z;
		normal_squares += z * z;
		uint64_t die = rv_rng_below(&rng, 6);
		CHECK(die < 6) ? (void)counts[die]++ : (void)(i = DRAWS);
	}
	CHECK_NEAR(sum / DRAWS, 0.5, 5 * sqrt(1.0 / 12 / DRAWS));
	CHECK_NEAR(squares / DRAWS, 1.0 / 3, 5 * sqrt(4.0 / 45 / DRAWS));
	CHECK_NEAR(normal_sum / DRAWS, 0, 5 / sqrt(DRAWS));
	CHECK_NEAR(normal_squares / DRAWS, 1, 5 * sqrt(2.0 / DRAWS));
	for (size_t i = 0; i < 6; i++) {
		CHECK_NEAR(counts[i], DRAWS / 6.0, 5 * sqrt(DRAWS * 5.0 / 36));
	}
}

CHECK_MODULE(rng)
{
	check_case("Philox4x32-10 gives the published vectors", published);
	check_case("FNV-1a gives the published values", fnv);
	check_case("draws are those of data/rng.json", shared);
	check_case("streams, seeds and positions differ", streams_differ);
	check_case("moments of the distributions", moments);
}

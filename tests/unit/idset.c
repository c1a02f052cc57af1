/* SPDX-License-Identifier: MIT */
/* idset: finds what comes twice, and nothing else, in order and out of order, in constant memory where promised. */
#include "idset.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "rng.h"

static bool add(struct rv_idset *set, const char *id)
{
	return rv_idset_add(set, id, strlen(id));
}

static void few(void)
{
	static const char *const ids[] = { "0",
		                           "00",
		                           "000",
		                           "1",
		                           "01",
		                           "a1",
		                           "b1",
		                           "a01",
		                           "a",
		                           "",
		                           "-",
		                           "x-1",
		                           "x_1",
		                           "9999999999999999999",
		                           "99999999999999999999",
		                           "00000000000000000000",
		                           "18446744073709551615",
		                           "18446744073709551616",
		                           "scene0001b",
		                           "scene0001" };
	struct rv_idset *set = rv_idset_new();
	for (size_t i = 0; i < RV_COUNTOF(ids); i++) {
		CHECK(add(set, ids[i]));
	}
	for (size_t i = 0; i < RV_COUNTOF(ids); i++) {
		CHECK(!add(set, ids[i]));
	}
	rv_idset_free(set);
	rv_idset_free(NULL);
}

/* Intervals meet, and both of their ends are looked at. */
static void intervals(void)
{
	struct rv_idset *set = rv_idset_new();
	static const char *const order[] = { "05", "03", "04", "00", "99", "01", "98", "02" };
	for (size_t i = 0; i < RV_COUNTOF(order); i++) {
		CHECK(add(set, order[i]));
	}
	for (int i = 0; i < 100; i++) {
		char id[16];
		snprintf(id, sizeof(id), "%02d", i);
		bool fresh = (i > 5 && i < 98);
		CHECK(add(set, id) == fresh);
		CHECK(!add(set, id));
	}
	rv_idset_free(set);
}

/* A permutation of 0..N-1 that leaves every counter alone for long: more intervals than are kept. Then all
 * once more. */
static void shuffled(void)
{
	enum { N = 1 << 16 };
	struct rv_idset *set = rv_idset_new();
	unsigned int wrong = 0;
	for (uint32_t turn = 0; turn < 2; turn++) {
		for (uint32_t i = 0; i < N; i++) {
			char id[16];
			snprintf(id, sizeof(id), "s%08u", i * 40503u % N);
			wrong += add(set, id) != (turn == 0);
		}
	}
	CHECK_U64(wrong, 0);
	rv_idset_free(set);
}

static void many_forms(void)
{
	struct rv_idset *set = rv_idset_new();
	struct rv_rng rng;
	unsigned int wrong = 0;
	for (int turn = 0; turn < 2; turn++) {
		rv_rng_init(&rng, 3, "ids");
		for (int i = 0; i < 20000; i++) {
			char id[32];
			snprintf(id, sizeof(id), "%016llx", (unsigned long long)rv_rng_u64(&rng));
			wrong += add(set, id) != (turn == 0);
		}
	}
	CHECK_U64(wrong, 0);
	rv_idset_free(set);
}

static void constant_memory(void)
{
	struct rv_idset *set = rv_idset_new();
	CHECK(add(set, "00000000"));
	size_t before = mallinfo2().uordblks;
	unsigned int wrong = 0;
	for (unsigned int i = 1; i < 1000000; i++) {
		char id[16];
		snprintf(id, sizeof(id), "%08u", i);
		wrong += !add(set, id);
	}
	CHECK_U64(wrong, 0);
	CHECK(mallinfo2().uordblks <= before + 1024);
	rv_idset_free(set);
}

CHECK_MODULE(idset)
{
	check_case("ids of many forms are told apart", few);
	check_case("intervals grow and meet", intervals);
	check_case("a shuffled stream", shuffled);
	check_case("more forms than series", many_forms);
	check_case("a stream in order costs constant memory", constant_memory);
}

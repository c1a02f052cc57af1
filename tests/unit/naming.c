/* SPDX-License-Identifier: MIT */
/* naming: formats of ids, good and bad, and what they give. */
#include "seed/naming.h"

#include <string.h>

#include "check.h"
#include "record.h"

static void check_id(const char *format, uint64_t index, uint64_t seed, const char *wanted)
{
	struct rv_err err;
	struct seed_naming naming;
	char id[RV_ID_MAX];
	if (CHECK_OK(seed_naming_parse(&naming, format, &err), &err)) {
		size_t len = seed_naming_put(&naming, index, seed, id);
		CHECK_BYTES(id, len, wanted, strlen(wanted));
	}
}

static void good(void)
{
	check_id("%d", 0, 5, "0");
	check_id("%d", 9007199254740991, 5, "9007199254740991");
	check_id("%08d", 12, 5, "00000012");
	check_id("%08d", 123456789, 5, "123456789");
	check_id("%0d", 7, 5, "7");
	check_id("{index}", 12, 5, "12");
	check_id("{seed}", 12, 9007199254740991, "9007199254740991");
	check_id("A-z_9", 12, 5, "A-z_9");
	check_id("a%03db{seed}c{index}-%d", 12, 5, "a012b5c12-12");
	check_id("%d%d", 12, 5, "1212");
}

static void what_they_hold(void)
{
	struct rv_err err;
	struct seed_naming naming;
	CHECK_OK(seed_naming_parse(&naming, "plain", &err), &err);
	CHECK(!naming.has_index && !naming.has_seed);
	CHECK_OK(seed_naming_parse(&naming, "s{seed}", &err), &err);
	CHECK(!naming.has_index && naming.has_seed);
	CHECK_OK(seed_naming_parse(&naming, "s{index}", &err), &err);
	CHECK(naming.has_index && !naming.has_seed);
	CHECK_OK(seed_naming_parse(&naming, "{seed}%04d", &err), &err);
	CHECK(naming.has_index && naming.has_seed);
}

static void bad(void)
{
	static const char *const formats[] = { "a.b", "a/%d", "..",  "a b", "%",   "%%",    "%5d",      "%s",   "%-d",
		                               "%0x", "{",    "{x}", "{}",  "%d}", "{seed", "\303\251", "a%d\n" };
	struct rv_err err;
	struct seed_naming naming;
	for (size_t i = 0; i < RV_COUNTOF(formats); i++) {
		CHECK_FAILS(seed_naming_parse(&naming, formats[i], &err), &err, RV_E_USAGE, "is none of");
	}
}

static void limits(void)
{
	struct rv_err err;
	struct seed_naming naming;
	char id[RV_ID_MAX], text[RV_ID_MAX + 2];
	CHECK_FAILS(seed_naming_parse(&naming, "", &err), &err, RV_E_USAGE, "1 to 100");
	CHECK_FAILS(seed_naming_parse(&naming, "%0101d", &err), &err, RV_E_USAGE, "101 characters");
	CHECK_FAILS(seed_naming_parse(&naming, "%099999999999999999999999d", &err), &err, RV_E_USAGE, "");
	CHECK_OK(seed_naming_parse(&naming, "%0100d", &err), &err);
	CHECK_U64(seed_naming_put(&naming, 1, 0, id), 100);
	CHECK(id[0] == '0' && id[98] == '0' && id[99] == '1');
	memset(text, 'x', sizeof(text));
	text[RV_ID_MAX + 1] = '\0';
	CHECK_FAILS(seed_naming_parse(&naming, text, &err), &err, RV_E_USAGE, "");
	text[RV_ID_MAX] = '\0';
	CHECK_OK(seed_naming_parse(&naming, text, &err), &err);
	CHECK_U64(seed_naming_put(&naming, 1, 0, id), RV_ID_MAX);
	/* A number counts with the most digits that it can have. */
	memcpy(text + RV_ID_MAX - 16, "%d", 3);
	CHECK_OK(seed_naming_parse(&naming, text, &err), &err);
	CHECK_U64(seed_naming_put(&naming, 9007199254740991, 0, id), RV_ID_MAX);
	memcpy(text + RV_ID_MAX - 16, "x%d", 4);
	CHECK_FAILS(seed_naming_parse(&naming, text, &err), &err, RV_E_USAGE, "101 characters");
	CHECK_OK(seed_naming_parse(&naming, "%d%d%d%da-b{seed}", &err), &err);
	CHECK_FAILS(seed_naming_parse(&naming, "%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", &err), &err, RV_E_USAGE,
	            "more than 16 parts");
}

static void digits(void)
{
	char to[32];
	CHECK_BYTES(to, seed_put_digits(to, 0, 0), "0", 1);
	CHECK_BYTES(to, seed_put_digits(to, 0, 3), "000", 3);
	CHECK_BYTES(to, seed_put_digits(to, UINT64_MAX, 0), "18446744073709551615", 20);
	CHECK_BYTES(to, seed_put_digits(to, 1234, 2), "1234", 4);
}

CHECK_MODULE(naming)
{
	check_case("formats give their ids", good);
	check_case("a format knows what it holds", what_they_hold);
	check_case("what is no format", bad);
	check_case("ids have 1 to 100 characters", limits);
	check_case("digits", digits);
}

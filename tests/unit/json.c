/* SPDX-License-Identifier: MIT */
/* json: what the getters give and refuse, text that reads back as it was. */
#include "json.h"

#include <float.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static struct rv_json parse(const char *text)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	CHECK_OK(rv_json_parse(text, strlen(text), &json, &err), &err);
	return json;
}

static void types(void)
{
	static const struct {
		const char *text;
		enum rv_json_type type;
		size_t len;
	} cases[] = {
		{ "null", RV_JSON_NULL, 0 },         { "false", RV_JSON_FALSE, 0 },
		{ " true ", RV_JSON_TRUE, 0 },       { "-1.5e3", RV_JSON_NUMBER, 0 },
		{ "\"abc\"", RV_JSON_STRING, 0 },    { "[]", RV_JSON_ARRAY, 0 },
		{ "[1,[2,3]]", RV_JSON_ARRAY, 2 },   { "{}", RV_JSON_OBJECT, 0 },
		{ "{\"a\":{}}", RV_JSON_OBJECT, 1 },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_json json = parse(cases[i].text);
		CHECK_U64(rv_json_type(json), cases[i].type);
		CHECK_U64(rv_json_len(json), cases[i].len);
		CHECK(rv_json_true(json) == (cases[i].type == RV_JSON_TRUE));
		rv_json_release(&json);
		CHECK_U64(rv_json_type(json), RV_JSON_NONE);
		rv_json_release(&json); /* once more does no harm */
	}
}

static void refused(void)
{
	static const char *const texts[] = { "", " ", "{", "nan", "[1,]", "{\"a\":1,}", "\"\xff\"", "1 2" };
	for (size_t i = 0; i < RV_COUNTOF(texts); i++) {
		struct rv_json json;
		struct rv_err err;
		CHECK_FAILS(rv_json_parse(texts[i], strlen(texts[i]), &json, &err), &err, RV_E_BAD_JSON, "column");
		CHECK_U64(rv_json_type(json), RV_JSON_NONE);
	}
}

static void members(void)
{
	struct rv_json json = parse("{\"s\":\"a\\u0000b\",\"n\":-2.5,\"l\":[10,\"x\"],\"o\":{\"k\":{\"deep\":true}}}");
	size_t len = 0;
	const char *const string = rv_json_string(rv_json_get(json, "s"), &len);
	CHECK_BYTES(string, len, "a\0b", 3);
	CHECK(rv_json_number(rv_json_get(json, "n"), 7) == -2.5);
	CHECK(rv_json_true(rv_json_get(rv_json_get(rv_json_get(json, "o"), "k"), "deep")));
	CHECK_STR(rv_json_string(rv_json_at(rv_json_get(json, "l"), 1), NULL), "x");
	/* What is not there, or of another type, is nothing at every step. */
	CHECK_U64(rv_json_type(rv_json_get(json, "none")), RV_JSON_NONE);
	CHECK_U64(rv_json_type(rv_json_get(rv_json_get(json, "none"), "a")), RV_JSON_NONE);
	CHECK_U64(rv_json_type(rv_json_get(rv_json_get(json, "n"), "a")), RV_JSON_NONE);
	CHECK_U64(rv_json_type(rv_json_get(rv_json_get(json, "l"), "a")), RV_JSON_NONE);
	CHECK_U64(rv_json_type(rv_json_at(rv_json_get(json, "l"), 2)), RV_JSON_NONE);
	CHECK_U64(rv_json_type(rv_json_at(json, 0)), RV_JSON_NONE);
	CHECK(!rv_json_string(rv_json_get(json, "n"), NULL));
	CHECK(rv_json_number(rv_json_get(json, "s"), 7) == 7);
	CHECK(rv_json_number(rv_json_get(json, "none"), 7) == 7);
	CHECK(!rv_json_iter_ok(rv_json_get(json, "l"), rv_json_iter(rv_json_get(json, "l"))));
	rv_json_release(&json);
}

static void iteration(void)
{
	static const char *const keys[] = { "b", "a", "", "\xc3\xa9" };
	struct rv_json json = parse("{\"b\":1,\"a\":2,\"\":4,\"\\u00e9\":8}");
	double sum = 0;
	size_t n = 0;
	for (int i = rv_json_iter(json); rv_json_iter_ok(json, i) && n < RV_COUNTOF(keys); i = rv_json_next(json, i)) {
		const struct rv_json value = rv_json_iter_value(json, i);
		CHECK_STR(rv_json_iter_key(json, i), keys[n]);
		CHECK(rv_json_equal(value, rv_json_get(json, keys[n])));
		sum += rv_json_number(value, 100);
		n++;
	}
	CHECK_U64(n, 4);
	CHECK(sum == 15);
	rv_json_release(&json);
	json = parse("{}");
	CHECK(!rv_json_iter_ok(json, rv_json_iter(json)));
	rv_json_release(&json);
}

/* {"k0":0,"k1":1,...}, every seventh key with an escape, and those from `again` on once more with their number + 0.5.
 */
static struct rv_json many_members(size_t n, size_t again)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_putc(&text, '{');
	for (size_t i = 0; i < n + (n - again); i++) {
		const size_t number = i < n ? i : again + i - n;
		rv_str_printf(&text, "%s\"%s%zu\":%zu%s", i > 0 ? "," : "", i % 7 == 0 ? "\\u006b" : "k", number,
		              number, i < n ? "" : ".5");
	}
	rv_str_putc(&text, '}');
	struct rv_json json = parse(text.ptr);
	rv_str_release(&text);
	return json;
}

/* Lookups in objects of every size around where they change their way, and a large one. */
static void lookups(void)
{
	static const size_t sizes[] = { 1, 2, 15, 16, 17, 18, 33, 4400 };
	char key[32];
	for (size_t k = 0; k < RV_COUNTOF(sizes); k++) {
		const size_t n = sizes[k], again = n - n / 3;
		struct rv_json json = many_members(n, again);
		CHECK_U64(rv_json_len(json), n);
		for (size_t i = 0; i < n; i++) {
			const double wanted = i < again ? (double)i : (double)i + 0.5;
			snprintf(key, sizeof(key), "k%zu", i);
			if (!CHECK(rv_json_number(rv_json_get(json, key), -1) == wanted) ||
			    !CHECK_STR(rv_json_iter_key(json, (int)i), key)) {
				break;
			}
		}
		CHECK_U64(rv_json_type(rv_json_get(json, "k")), RV_JSON_NONE);
		CHECK_U64(rv_json_type(rv_json_get(json, "k99999")), RV_JSON_NONE);
		CHECK_U64(rv_json_type(rv_json_get(json, "")), RV_JSON_NONE);
		rv_json_release(&json);
	}
}

static void same_key(void)
{
	struct rv_json json = parse("{\"o\":{\"a\":1,\"b\":[2],\"\\u0061\":{\"x\":3},\"b\":4,\"a\":5}}");
	struct rv_json object = rv_json_get(json, "o");
	CHECK_U64(rv_json_len(object), 2);
	CHECK_STR(rv_json_iter_key(object, 0), "a");
	CHECK(rv_json_number(rv_json_iter_value(object, 0), 0) == 5);
	CHECK(rv_json_number(rv_json_get(object, "b"), 0) == 4);
	rv_json_release(&json);
	/* One key alone, so often that its object would be a large one. */
	json = parse("{\"a\":1,\"a\":2,\"a\":3,\"a\":4,\"a\":5,\"a\":6,\"a\":7,\"a\":8,\"a\":9,\"a\":10,\"a\":11,"
	             "\"a\":12,\"a\":13,\"a\":14,\"a\":15,\"a\":16,\"a\":17,\"a\":18}");
	CHECK_U64(rv_json_len(json), 1);
	CHECK(rv_json_number(rv_json_get(json, "a"), 0) == 18);
	rv_json_release(&json);
}

static void texts(void)
{
	static const struct {
		const char *key, *wanted;
	} cases[] = {
		{ "n", "1.10" }, { "s", "\"\\u0061\\/\"" }, { "l", "[ 1 , {\"k\" : 2.0 } ]" }, { "e", "{ }" },
		{ "none", "" },
	};
	struct rv_json json =
	        parse(" { \"n\" : 1.10 ,\"s\":\"\\u0061\\/\", \"l\": [ 1 , {\"k\" : 2.0 } ] , \"e\":{ } }\n");
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		const struct rv_span text = rv_json_text(rv_json_get(json, cases[i].key));
		CHECK_BYTES(text.ptr, text.len, cases[i].wanted, strlen(cases[i].wanted));
	}
	const struct rv_span inner = rv_json_text(rv_json_get(rv_json_at(rv_json_get(json, "l"), 1), "k"));
	CHECK_BYTES(inner.ptr, inner.len, "2.0", 3);
	rv_json_release(&json);
}

#define READERS 4

static void *sum_of(void *json)
{
	double sum = 0;
	for (size_t i = 0; i < rv_json_len(*(struct rv_json *)json); i++) {
		const struct rv_json element = rv_json_at(*(struct rv_json *)json, i);
		sum += rv_json_number(rv_json_get(element, "n"), 1e6);
		sum += rv_json_string(rv_json_get(element, "s"), NULL)[0] == 'x' ? 0 : 1e6;
	}
	return (void *)(uintptr_t)sum;
}

/* A document is not written to once it is there: several threads may read it. */
static void threads(void)
{
	struct rv_str text = RV_STR_INIT;
	pthread_t readers[READERS];
	rv_str_puts(&text, "[");
	for (size_t i = 0; i < 1000; i++) {
		rv_str_printf(&text, "%s{\"s\":\"x\",\"n\":%zu}", i > 0 ? "," : "", i);
	}
	rv_str_puts(&text, "]");
	struct rv_json json = parse(text.ptr);
	for (size_t i = 0; i < READERS; i++) {
		CHECK(pthread_create(&readers[i], NULL, sum_of, &json) == 0);
	}
	for (size_t i = 0; i < READERS; i++) {
		void *sum;
		CHECK(pthread_join(readers[i], &sum) == 0);
		CHECK_U64((uintptr_t)sum, 499500);
	}
	rv_json_release(&json);
	rv_str_release(&text);
}

static void equality(void)
{
	static const struct {
		const char *left, *right;
		bool equal;
	} cases[] = {
		{ "1", "1.0", true },
		{ "1", "\"1\"", false },
		{ "null", "false", false },
		{ "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1e0}", true },
		{ "[1,2]", "[2,1]", false },
		{ "{\"a\":null}", "{}", false },
		{ "\"\\u0061\"", "\"a\"", true },
		{ "9007199254740993", "9007199254740992", true },
		{ "1e999", "-1e999", false },
		{ "-0", "0", true },
		{ "[[1],{}]", "[[1.00],{}]", true },
		{ "[1]", "[1,1]", false },
		{ "{\"a\":1,\"a\":2}", "{\"a\":2}", true },
		{ "{\"a\":1,\"b\":1}", "{\"a\":1,\"c\":1}", false },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_json left = parse(cases[i].left), right = parse(cases[i].right);
		CHECK(rv_json_equal(left, right) == cases[i].equal);
		CHECK(rv_json_equal(right, left) == cases[i].equal);
		rv_json_release(&left);
		rv_json_release(&right);
	}
}

static void whole_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t min, max;
		bool good;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0, true, 0 },
		{ "-0", 0, 9, true, 0 },
		{ "5", 5, 5, true, 5 },
		{ "4", 5, 9, false, 0 },
		{ "10", 5, 9, false, 0 },
		{ "3.0", 0, 9, true, 3 },
		{ "1e3", 0, 1000, true, 1000 },
		{ "1.5", 0, 9, false, 0 },
		{ "-1", 0, UINT64_MAX, false, 0 },
		{ "-1e-300", 0, UINT64_MAX, false, 0 },
		{ "9007199254740991", 0, UINT64_MAX, true, UINT64_C(9007199254740991) },
		{ "9223372036854775808", 0, UINT64_MAX, true, UINT64_C(1) << 63 },
		{ "18446744073709551616", 0, UINT64_MAX, false, 0 },
		{ "1e999", 0, UINT64_MAX, false, 0 },
		{ "\"1\"", 0, 9, false, 0 },
		{ "true", 0, 9, false, 0 },
		{ "null", 0, 9, false, 0 },
		{ "[1]", 0, 9, false, 0 },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_json json = parse(cases[i].text);
		uint64_t value = 77;
		CHECK(rv_json_u64(json, cases[i].min, cases[i].max, &value) == cases[i].good);
		CHECK_U64(value, cases[i].good ? cases[i].value : 77);
		rv_json_release(&json);
	}
}

static void doubles(void)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "-0" },
		{ 0.1, "0.1" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e10, "10000000000" },
		{ 100, "100" },
		{ -2.5, "-2.5" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 5e-324, "4.94065645841247e-324" },
		{ DBL_MAX, "1.7976931348623157e+308" },
		{ 9007199254740993.0, "9007199254740992" },
	};
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&text);
		rv_str_double(&text, cases[i].value);
		CHECK_TEXT(text, cases[i].text);
	}
	/* Any bit pattern reads back as itself. */
	uint64_t bits = 1;
	for (int i = 0; i < 20000; i++) {
		double value;
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		memcpy(&value, &bits, sizeof(value));
		if (!__builtin_isfinite(value)) {
			continue;
		}
		rv_str_clear(&text);
		rv_str_double(&text, value);
		const double back = strtod(text.ptr, NULL);
		if (memcmp(&back, &value, sizeof(value)) != 0) {
			CHECK_STR(text.ptr, "a text that reads back");
			break;
		}
	}
	rv_str_release(&text);
}

static void writing(void)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "s\"", "a\\\n\t\x01\x7f/\xc3\xa9\xff");
	rv_json_put_bytes(&out, "b", "x\0y", 3);
	rv_json_open(&out, "l", '[');
	rv_json_put_u64(&out, NULL, UINT64_MAX);
	rv_json_put_i64(&out, NULL, INT64_MIN);
	rv_json_open(&out, NULL, '[');
	rv_json_close(&out, ']');
	rv_json_put_bool(&out, NULL, false);
	rv_json_close(&out, ']');
	rv_json_open(&out, "o", '{');
	rv_json_close(&out, '}');
	rv_json_put_double(&out, "d", 0.5);
	rv_json_put_raw(&out, "r", "1.10", 4);
	rv_json_close(&out, '}');
	CHECK_TEXT(text, "{\"s\\\"\":\"a\\\\\\n\\t\\u0001\\u007f/\xc3\xa9\xef\xbf\xbd\",\"b\":\"x\\u0000y\","
	                 "\"l\":[18446744073709551615,-9223372036854775808,[],false],\"o\":{},\"d\":0.5,\"r\":1.10}");
	struct rv_json json = parse(text.ptr);
	CHECK_STR(rv_json_string(rv_json_get(json, "s\""), NULL), "a\\\n\t\x01\x7f/\xc3\xa9\xef\xbf\xbd");
	rv_json_release(&json);
	json = parse(" { \"a\" : [ 1 , \"\\u0062\" ] } ");
	rv_str_clear(&text);
	rv_str_json_value(&text, json);
	CHECK_TEXT(text, "{\"a\":[1,\"\\u0062\"]}");
	rv_json_release(&json);
	rv_str_release(&text);
}

static void half_pairs(void)
{
	static const struct {
		const char *json, *wanted;
	} cases[] = {
		{ "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
		{ "\"\\ud83d\"", "\xef\xbf\xbd" },
		{ "\"\\uDE00\\uD83D!\"", "\xef\xbf\xbd\xef\xbf\xbd!" },
		{ "\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
		                        "A" },
		{ "\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
		{ "\"\\ud83d \\\\ud83d\\n\"", "\xef\xbf\xbd \\ud83d\n" },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_err err = RV_ERR_INIT;
		struct rv_json json;
		if (CHECK_OK(rv_json_parse(cases[i].json, strlen(cases[i].json), &json, &err), &err)) {
			CHECK_STR(rv_json_string(json, NULL), cases[i].wanted);
			rv_json_release(&json);
		}
	}
}

/* What a byte becomes does not depend on where it stands: eight plain ones are taken at a time. */
static void odd_bytes(void)
{
	static const char odd[] = "\x01\t\"\\\x7f\xff ~";
	for (size_t i = 0; i < sizeof(odd); i++) {
		for (size_t at = 0; at < 17; at++) {
			char bytes[] = "abcdefghijklmnopq";
			struct rv_str whole = RV_STR_INIT, parts = RV_STR_INIT;
			bytes[at] = odd[i];
			rv_str_json(&whole, bytes, 17);
			rv_str_putc(&parts, '"');
			for (size_t k = 0; k < 17; k++) {
				struct rv_str one = RV_STR_INIT;
				rv_str_json(&one, &bytes[k], 1);
				rv_str_append(&parts, one.ptr + 1, one.len - 2);
				rv_str_release(&one);
			}
			rv_str_putc(&parts, '"');
			CHECK_TEXT(whole, parts.ptr);
			rv_str_release(&whole);
			rv_str_release(&parts);
		}
	}
}

CHECK_MODULE(json)
{
	check_case("types and lengths", types);
	check_case("what is no JSON is refused", refused);
	check_case("halves of surrogate pairs", half_pairs);
	check_case("members, elements, and what is not there", members);
	check_case("members in turn, as the text has them", iteration);
	check_case("lookups in objects small and large", lookups);
	check_case("a key that comes twice", same_key);
	check_case("values as they stand in the text", texts);
	check_case("several threads read one document", threads);
	check_case("equality", equality);
	check_case("whole numbers in their range", whole_numbers);
	check_case("doubles read back as they were", doubles);
	check_case("the writer's commas and escapes", writing);
	check_case("odd bytes are written as such at every offset", odd_bytes);
}

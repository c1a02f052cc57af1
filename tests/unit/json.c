/* SPDX-License-Identifier: MIT */
/* json: what the getters give and refuse, text that reads back as it was, filters. */
#include "json.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

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
	struct rv_json json = parse("{\"a\":1,\"bb\":2,\"\":4,\"\xc3\xa9\":8}");
	double sum = 0;
	size_t n = 0;
	for (int i = rv_json_iter(json); rv_json_iter_ok(json, i); i = rv_json_next(json, i)) {
		const struct rv_json value = rv_json_iter_value(json, i);
		CHECK(rv_json_equal(value, rv_json_get(json, rv_json_iter_key(json, i))));
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
	CHECK_TEXT(text, "{\"a\":[1,\"b\"]}");
	rv_json_release(&json);
	rv_str_release(&text);
}

static void truth(void)
{
	static const struct {
		const char *program;
		int truth; /* -1: an error */
	} cases[] = {
		{ "true", 1 },   { "false", 0 },       { "null", 0 },  { "0", 1 },
		{ "\"\"", 1 },   { "empty", 0 },       { ".a", 1 },    { ".a == 2", 0 },
		{ ".none", 0 },  { "false, true", 0 }, { ".a.b", -1 }, { "error(\"no\")", -1 },
		{ "error", -1 }, { ".b | not", 1 },
	};
	static const char text[] = "{\"a\":1,\"b\":null}";
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_err err;
		bool is_true = cases[i].truth <= 0;
		struct rv_filter *const filter = rv_filter_new(cases[i].program, &err);
		if (!CHECK(filter)) {
			continue;
		}
		for (int turn = 0; turn < 2; turn++) { /* a filter that failed can be used again */
			const int result = rv_filter_truth(filter, text, strlen(text), &is_true, &err);
			if (cases[i].truth < 0) {
				CHECK_FAILS(result, &err, RV_E_FILTER, "");
			} else if (CHECK_OK(result, &err)) {
				CHECK_U64(is_true, cases[i].truth);
			}
		}
		rv_filter_free(filter);
	}
}

static void results(void)
{
	static const struct {
		const char *program, *wanted; /* NULL: an error */
	} cases[] = {
		{ ".", "{\"a\":[1,2],\"s\":\"x\"}" },
		{ ".a[1]", "2" },
		{ "[.a[] + 1]", "[2,3]" },
		{ ".a[]", "1" },
		{ "empty", NULL },
		{ ".s.t", NULL },
		{ "{ \"k\" : 1 }", "{\"k\":1}" },
	};
	static const char text[] = "{\"a\":[1,2],\"s\":\"x\"}";
	struct rv_str out = RV_STR_INIT;
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_filter *const filter = rv_filter_new(cases[i].program, &err);
		if (!CHECK(filter)) {
			continue;
		}
		const int result = rv_filter_apply(filter, text, strlen(text), &out, &err);
		if (cases[i].wanted) {
			CHECK_OK(result, &err);
			CHECK_TEXT(out, cases[i].wanted);
		} else {
			CHECK_FAILS(result, &err, RV_E_FILTER, "");
		}
		rv_filter_free(filter);
	}
	struct rv_filter *const filter = rv_filter_new(".a |= map(. * 2)", &err);
	struct rv_json before, after;
	if (CHECK(filter) && CHECK_OK(rv_filter_values(filter, text, strlen(text), &before, &after, &err), &err)) {
		CHECK(rv_json_number(rv_json_at(rv_json_get(before, "a"), 1), 0) == 2);
		CHECK(rv_json_number(rv_json_at(rv_json_get(after, "a"), 1), 0) == 4);
		CHECK(rv_json_equal(rv_json_get(before, "s"), rv_json_get(after, "s")));
		rv_json_release(&before);
		rv_json_release(&after);
	}
	rv_filter_free(filter);
	rv_str_release(&out);
}

static void ignore_leaks(bool ignore)
{
#ifdef __SANITIZE_ADDRESS__
	(ignore ? __lsan_disable : __lsan_enable)();
#else
	(void)ignore;
#endif
}

static void programs(void)
{
	static const char *const bad[] = { ".a |", "nosuch", "$x", "{", "\"", "include \"x\"; .", ")" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		struct rv_err err = RV_ERR_INIT;
		ignore_leaks(true); /* of libjq's parser, which forgets a token where it finds a mistake */
		struct rv_filter *const filter = rv_filter_new(bad[i], &err);
		ignore_leaks(false);
		CHECK(!filter);
		CHECK_U64(err.code, RV_E_USAGE);
		CHECK(strstr(err.text, "is not a jq program: ") && !strchr(err.text, '\n'));
		rv_filter_free(filter);
	}
	rv_filter_free(NULL);
}

/* libjq 1.6 refuses the first half of a pair alone, the scanner and later libjqs do not. */
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

CHECK_MODULE(json)
{
	check_case("types and lengths", types);
	check_case("what is no JSON is refused", refused);
	check_case("halves of surrogate pairs", half_pairs);
	check_case("members, elements, and what is not there", members);
	check_case("members in turn", iteration);
	check_case("equality", equality);
	check_case("whole numbers in their range", whole_numbers);
	check_case("doubles read back as they were", doubles);
	check_case("the writer's commas and escapes", writing);
	check_case("what a filter calls true", truth);
	check_case("what a filter gives", results);
	check_case("programs that do not compile", programs);
}

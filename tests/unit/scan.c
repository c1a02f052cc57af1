/* SPDX-License-Identifier: MIT */
/* scan: what is JSON and what is not, where members lie, what a message points at. */
#include "scan.h"

#include <string.h>

#include "check.h"

/* A literal with its length, so that NUL bytes count. */
#define TEXT(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}

static void values(void)
{
	static const struct rv_span good[] = {
		TEXT("0"),
		TEXT("-0"),
		TEXT("10"),
		TEXT("-1.50"),
		TEXT("1e5"),
		TEXT("1E+5"),
		TEXT("1.0e-05"),
		TEXT("0e0"),
		TEXT("123456789012345678901234567890"),
		TEXT("1e999"),
		TEXT("null"),
		TEXT("true"),
		TEXT(" false\r\n\t"),
		TEXT("\"\""),
		TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\\ud800\""),
		TEXT("\"\x7f\""),
		TEXT("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
		TEXT("[]"),
		TEXT("[ ]"),
		TEXT("[1 , [2] ,{}]"),
		TEXT("{}"),
		TEXT("{\"a\":{\"b\":[]} }"),
	};
	static const struct rv_span bad[] = {
		TEXT(""),
		TEXT(" "),
		TEXT("01"),
		TEXT("-01"),
		TEXT("1."),
		TEXT(".5"),
		TEXT("+1"),
		TEXT("-"),
		TEXT("1e"),
		TEXT("1E+"),
		TEXT("1.e5"),
		TEXT("0x1"),
		TEXT("NaN"),
		TEXT("Infinity"),
		TEXT("-Infinity"),
		TEXT("nul"),
		TEXT("nulll"),
		TEXT("True"),
		TEXT("1 2"),
		TEXT("1,"),
		TEXT("'a'"),
		TEXT("\""),
		TEXT("\"abc"),
		TEXT("\"\\\""),
		TEXT("\"\\x\""),
		TEXT("\"\\u12\""),
		TEXT("\"\\u123g\""),
		TEXT("\"\\"),
		TEXT("\"a\tb\""),
		TEXT("\"a\nb\""),
		TEXT("\"abcdefg\x1f\""),
		TEXT("\"a\0b\""),
		TEXT("\"\\\0\""),
		TEXT("1\0"),
		TEXT("\0"),
		TEXT("{\"a\":1}\0"),
		TEXT("\xef\xbb\xbf{}"),
		TEXT("\v1"),
		TEXT("\f1"),
		TEXT("\xc2\xa0"
		     "1"),
		TEXT("[1,]"),
		TEXT("[,1]"),
		TEXT("[1"),
		TEXT("[1 2]"),
		TEXT("{\"a\"}"),
		TEXT("{\"a\":}"),
		TEXT("{\"a\":1,}"),
		TEXT("{,}"),
		TEXT("{a:1}"),
		TEXT("{\"a\" 1}"),
		TEXT("{\"a\":1"),
		TEXT("{1:2}"),
		TEXT("[}"),
		TEXT("{]"),
		TEXT("[1]]"),
		TEXT("// a\n1"),
		/* UTF-8: stray, cut, overlong, surrogates, above U+10FFFF. */
		TEXT("\"\x80\""),
		TEXT("\"\xbf\""),
		TEXT("\"\xc2\""),
		TEXT("\"\xc2"),
		TEXT("\"\xe2\x82\""),
		TEXT("\"\xf0\x9f\x98\""),
		TEXT("\"\xc0\x80\""),
		TEXT("\"\xc1\xbf\""),
		TEXT("\"\xe0\x9f\xbf\""),
		TEXT("\"\xf0\x8f\xbf\xbf\""),
		TEXT("\"\xed\xa0\x80\""),
		TEXT("\"\xed\xbf\xbf\""),
		TEXT("\"\xf4\x90\x80\x80\""),
		TEXT("\"\xf5\x80\x80\x80\""),
		TEXT("\"\xff\""),
		TEXT("\"\xc2 \""),
	};
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(good); i++) {
		if (!CHECK_OK(rv_scan_value(good[i].ptr, good[i].len, &err), &err)) {
			CHECK_STR("refused", good[i].ptr);
		}
	}
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		if (!CHECK_FAILS(rv_scan_value(bad[i].ptr, bad[i].len, &err), &err, RV_E_BAD_JSON, "column ")) {
			CHECK_STR("accepted", bad[i].ptr);
		}
	}
	CHECK_FAILS(rv_scan_value(NULL, 0, &err), &err, RV_E_BAD_JSON, "found the end");
}

/* A byte that is not plain is seen wherever it stands in the words of eight that are looked at together. */
static void every_offset(void)
{
	static const unsigned char odd[] = { 0x00, 0x1f, 0x80, 0xff, '"', '\\' };
	struct rv_err err;
	for (size_t at = 1; at <= 24; at++) {
		for (size_t i = 0; i < RV_COUNTOF(odd); i++) {
			char text[26];
			memset(text, 'a', sizeof(text));
			text[0] = text[sizeof(text) - 1] = '"';
			text[at] = (char)odd[i];
			CHECK(rv_scan_value(text, sizeof(text), &err) < 0);
			text[at] = 0x20;
			CHECK_OK(rv_scan_value(text, sizeof(text), &err), &err);
		}
	}
}

static void messages(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "column 1: expected a value, found the end" },
		{ "[1, 2", "column 6: expected ',' or ']', found the end" },
		{ "{\"a\":01}", "column 6: a number with a leading zero" },
		{ "{\"a\" 1}", "column 6: expected ':', found '1'" },
		{ "{\"a\":\"\x80\"}", "column 7: invalid UTF-8" },
		{ "{} x", "column 4: expected nothing after the value, found 'x'" },
		{ "\xef\xbb\xbf{}", "column 1: expected a value, found byte 0xef" },
		{ "[1]", "expected an object, found an array" },
		{ "\"a\"", "expected an object, found a string" },
		{ "-1", "expected an object, found a number" },
		{ "null", "expected an object, found null" },
		{ "true", "expected an object, found a boolean" },
		{ "{\"a\":1,\"a\":2}", "column 8: the key 'a' comes twice" },
		{ "{\"a\":1,\"\\u0061\":2}", "column 8: the key 'a' comes twice" },
		{ "{\"\":1,\"\":2}", "column 7: the key '' comes twice" },
	};
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		if (CHECK(rv_scan_object(cases[i].text, strlen(cases[i].text), &members, &err) < 0)) {
			CHECK_U64(err.code, RV_E_BAD_JSON);
			CHECK_STR(err.text, cases[i].message);
		}
	}
	/* Keys of inner objects are the filter's affair. */
	CHECK_OK(rv_scan_object("{\"a\":{\"b\":1,\"b\":2}}", 19, &members, &err), &err);
	rv_members_release(&members);
}

static void check_member(const char *text, const struct rv_member *member, const char *key, const char *value)
{
	CHECK_BYTES(text + member->key_at, member->key_len, key, strlen(key));
	CHECK_BYTES(text + member->value_at, member->value_len, value, strlen(value));
}

static void spans(void)
{
	static const char text[] = " { \"id\" : \"a\\\"}\" ,\t\"n\":-1.50e+3, \"\\u0061\":[1, {\"x\":2}] ,\"\":{ } } ";
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_err err;
	if (CHECK_OK(rv_scan_object(text, strlen(text), &members, &err), &err) && CHECK_U64(members.len, 4)) {
		check_member(text, &members.items[0], "id", "\"a\\\"}\"");
		check_member(text, &members.items[1], "n", "-1.50e+3");
		check_member(text, &members.items[2], "\\u0061", "[1, {\"x\":2}]");
		check_member(text, &members.items[3], "", "{ }");
		CHECK_U64(members.close_at, strlen(text) - 2);
	}
	CHECK_OK(rv_scan_object(" {  }", 5, &members, &err), &err);
	CHECK_U64(members.len, 0);
	CHECK_U64(members.close_at, 4);
	rv_members_release(&members);
}

static int scan_nested(size_t depth, struct rv_err *err)
{
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_str text = RV_STR_INIT;
	rv_str_puts(&text, "{\"a\":");
	for (size_t i = 1; i < depth; i++) {
		rv_str_putc(&text, '[');
	}
	for (size_t i = 1; i < depth; i++) {
		rv_str_putc(&text, ']');
	}
	rv_str_puts(&text, depth == 1 ? "1}" : "}");
	int result = rv_scan_object(text.ptr, text.len, &members, err);
	rv_str_release(&text);
	rv_members_release(&members);
	return result;
}

static int scan_wide(size_t n, bool twice, struct rv_err *err)
{
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < n; i++) {
		rv_str_printf(&text, "%s\"k%zu\":1", i > 0 ? "," : "{", twice && i == n - 1 ? 0 : i);
	}
	rv_str_putc(&text, '}');
	int result = rv_scan_object(text.ptr, text.len, &members, err);
	rv_str_release(&text);
	rv_members_release(&members);
	return result;
}

static void limits(void)
{
	struct rv_err err;
	CHECK_OK(scan_nested(1, &err), &err);
	CHECK_OK(scan_nested(RV_JSON_DEPTH_MAX, &err), &err);
	CHECK_FAILS(scan_nested(RV_JSON_DEPTH_MAX + 1, &err), &err, RV_E_LIMIT, "nested deeper than 250 levels");
	CHECK_FAILS(scan_nested(1000000, &err), &err, RV_E_LIMIT, "nested deeper");
	CHECK_OK(scan_wide(RV_RECORD_MEMBERS_MAX, false, &err), &err);
	CHECK_FAILS(scan_wide(RV_RECORD_MEMBERS_MAX + 1, false, &err), &err, RV_E_LIMIT, "more than 4096 members");
	static const size_t twice[] = { 2, 32, 33, 4096 }; /* both ways of comparing keys */
	for (size_t i = 0; i < RV_COUNTOF(twice); i++) {
		CHECK_FAILS(scan_wide(twice[i], true, &err), &err, RV_E_BAD_JSON, "the key 'k0' comes twice");
	}
}

static void strings(void)
{
	static const struct rv_span tokens[] = {
		TEXT("\"\""),
		TEXT("\"a\\n\\t\\\"\\\\\\/\""),
		TEXT("\"\\u00e9\\u20AC\""),
		TEXT("\"\\ud83d\\ude00\""),
		TEXT("\"\\ud83dx\""),
		TEXT("\"\\ude00\\ud83d\""),
		TEXT("\"\\ud83d\\u0041\""),
	};
	static const char *const wanted[] = { "",
		                              "a\n\t\"\\/",
		                              "\xc3\xa9\xe2\x82\xac",
		                              "\xf0\x9f\x98\x80",
		                              "\xef\xbf\xbdx",
		                              "\xef\xbf\xbd\xef\xbf\xbd",
		                              ("\xef\xbf\xbd"
		                               "A") };
	struct rv_str out = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(tokens); i++) {
		rv_str_clear(&out);
		CHECK(rv_scan_string(tokens[i], &out));
		CHECK_TEXT(out, wanted[i]);
	}
	rv_str_clear(&out);
	CHECK(rv_scan_string((struct rv_span)TEXT("\"a\\u0000b\""), &out));
	CHECK_BYTES(out.ptr, out.len, "a\0b", 3);
	CHECK(!rv_scan_string((struct rv_span)TEXT("12"), &out));
	rv_str_clear(&out);
	static const char spaced[] = " { \"a b\" : [ 1 , \" \\\" \" ] }\r\n";
	rv_scan_compact(spaced, strlen(spaced), &out);
	CHECK_TEXT(out, "{\"a b\":[1,\" \\\" \"]}");
	rv_str_clear(&out);
	static const char nested[] = "{\"a\":[1,{\"}\":\"\\\"{,\"}],\"b\":{ }, \"c\" : [ ]}";
	rv_scan_indent(nested, strlen(nested), 2, &out);
	CHECK_TEXT(out,
	           "{\n  \"a\": [\n    1,\n    {\n      \"}\": \"\\\"{,\"\n    }\n  ],\n  \"b\": {},\n  \"c\": []\n}");
	rv_str_release(&out);
}

static void elements(void)
{
	static const struct {
		const char *text;
		const char *wanted[4];
	} cases[] = {
		{ "[]", { NULL } },
		{ " [ ] ", { NULL } },
		{ "[1]", { "1" } },
		{ "\t[ -1.50 ,\n\"a,]\\\"[\" , null ]", { "-1.50", "\"a,]\\\"[\"", "null" } },
		{ "[[1,[2]],{\"a\":[\"}\",{}]},[]]", { "[1,[2]]", "{\"a\":[\"}\",{}]}", "[]" } },
		{ "[[],[[]],\"\\\\\"]", { "[]", "[[]]", "\"\\\\\"" } },
	};
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		const char *const text = cases[i].text;
		const size_t len = strlen(text);
		struct rv_span element;
		size_t at = 0, n = 0;
		CHECK_OK(rv_scan_value(text, len, &err), &err);
		while (cases[i].wanted[n] && CHECK(rv_scan_next_element(text, len, &at, &element))) {
			CHECK_BYTES(element.ptr, element.len, cases[i].wanted[n], strlen(cases[i].wanted[n]));
			n++;
		}
		CHECK(!rv_scan_next_element(text, len, &at, &element));
		CHECK(!rv_scan_next_element(text, len, &at, &element));
	}
}

CHECK_MODULE(scan)
{
	check_case("values are those of RFC 8259 and RFC 3629", values);
	check_case("an odd byte is seen at every offset", every_offset);
	check_case("messages name the column and what was found", messages);
	check_case("members lie where they are said to", spans);
	check_case("depth, number of members and twofold keys", limits);
	check_case("elements of an array", elements);
	check_case("escapes are resolved, blanks are left out", strings);
}

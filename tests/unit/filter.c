/* SPDX-License-Identifier: MIT */
/* filter: what a program calls true, what it changes in a record and what it leaves alone. */
#include "filter.h"

#include <string.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "check.h"

static void parse(struct rv_record *record, const char *text)
{
	struct rv_err err;
	CHECK_OK(rv_record_parse(record, text, strlen(text), &err), &err);
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
		{ "error", -1 }, { ".b | not", 1 },    { ".h", 1 },
	};
	struct rv_record record = RV_RECORD_INIT;
	parse(&record,
	      "{\"a\":1,\"b\":null,\"h\":\"\\ud83d\"}"); /* libjq 1.6 refuses half a pair, the scanner does not */
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_err err;
		bool is_true = cases[i].truth <= 0;
		struct rv_filter *const filter = rv_filter_new(cases[i].program, &err);
		if (!CHECK(filter)) {
			continue;
		}
		for (int turn = 0; turn < 2; turn++) { /* a filter that failed can be used again */
			const int result = rv_filter_truth(filter, &record, &is_true, &err);
			if (cases[i].truth < 0) {
				CHECK_FAILS(result, &err, RV_E_FILTER, "");
			} else if (CHECK_OK(result, &err)) {
				CHECK_U64(is_true, cases[i].truth);
			}
		}
		rv_filter_free(filter);
	}
	rv_record_release(&record);
}

static void edits(void)
{
	static const char before[] = "{ \"n\": 123456789012345678901, \"o\": { \"x\": 1.0, \"y\": 2 }, \"l\":[1.0] }";
	static const struct {
		const char *program, *wanted; /* NULL: an error */
	} cases[] = {
		{ ".", before },
		{ ".o.y = 3", "{ \"n\": 123456789012345678901, \"o\": { \"x\": 1.0, \"y\": 3 }, \"l\":[1.0] }" },
		{ ".new = \"a\"",
		  "{ \"n\": 123456789012345678901, \"o\": { \"x\": 1.0, \"y\": 2 }, \"l\":[1.0],\"new\":\"a\" }" },
		{ "del(.o)", "{ \"n\": 123456789012345678901, \"l\":[1.0] }" },
		{ "del(.o.x)", "{ \"n\": 123456789012345678901, \"o\": { \"y\": 2 }, \"l\":[1.0] }" },
		{ ".o = [.l[0] + 1]", "{ \"n\": 123456789012345678901, \"o\": [2], \"l\":[1.0] }" },
		{ "{ \"k\" : 1 }", "{ \"k\":1 }" },
		{ "., 1", before },
		{ ".l", NULL },
		{ "empty", NULL },
		{ "error(\"no\")", NULL },
		{ "1", NULL },
	};
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_filter *const filter = rv_filter_new(cases[i].program, &err);
		if (!CHECK(filter)) {
			continue;
		}
		parse(&record, before);
		const int result = rv_filter_edit(filter, &record, &err);
		if (cases[i].wanted) {
			CHECK_OK(result, &err);
			CHECK_TEXT(record.text, cases[i].wanted);
		} else {
			CHECK_FAILS(result, &err, RV_E_FILTER, "");
		}
		rv_filter_free(filter);
	}
	rv_record_release(&record);
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

CHECK_MODULE(filter)
{
	check_case("what a program calls true", truth);
	check_case("a program changes only what it changes", edits);
	check_case("programs that do not compile", programs);
}

/* SPDX-License-Identifier: MIT */
/* filter: what a program calls true, what it changes in a record and what it leaves alone. */
#include "filter.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "check.h"
#include "sig.h"

static void parse(struct rv_record *record, const char *text)
{
	struct rv_err err;
	CHECK_OK(rv_record_parse(record, text, strlen(text), &err), &err);
}

/* The program as one option, on one record; NULL when it does not compile. */
static struct rv_filters *compile(const char *set, const char *where)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_filters *const filters = rv_filters_new(set, where, &err);
	return CHECK_STR(err.text, "") && CHECK(filters) ? filters : NULL;
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
		{ "error", -1 }, { ".b | not", 1 },    { ".h", 1 },    { "", 1 },
	};
	/* libjq 1.6 refuses half a pair, the scanner does not. */
	static const char text[] = "{ \"a\":1 ,\"b\":null,\"h\":\"\\ud83d\"}";
	struct rv_record record = RV_RECORD_INIT;
	parse(&record, text);
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_err err;
		struct rv_filters *const filters = compile(NULL, cases[i].program);
		for (int turn = 0; filters && turn < 2; turn++) { /* a filter that failed can be used again */
			const int result = rv_filters_apply(filters, &record, &err);
			if (cases[i].truth < 0) {
				CHECK_FAILS(result, &err, RV_E_FILTER, "--where: ");
			} else {
				CHECK_I64(result, cases[i].truth);
			}
			CHECK_TEXT(record.text, text);
		}
		rv_filters_free(filters);
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
		struct rv_filters *const filters = compile(cases[i].program, NULL);
		if (!filters) {
			continue;
		}
		parse(&record, before);
		const int result = rv_filters_apply(filters, &record, &err);
		if (cases[i].wanted) {
			CHECK_I64(result, 1);
			CHECK_TEXT(record.text, cases[i].wanted);
		} else {
			CHECK_FAILS(result, &err, RV_E_FILTER, "--set: ");
			CHECK_TEXT(record.text, before);
		}
		rv_filters_free(filters);
	}
	rv_record_release(&record);
}

/* --where sees what --set makes; what is left out has not changed. */
static void both(void)
{
	static const char text[] = "{ \"k\": 1.0 }";
	static const struct {
		const char *set, *where;
		int taken;
		const char *wanted;
	} cases[] = {
		{ ".n = 2", ".n == 2", 1, "{ \"k\": 1.0,\"n\":2 }" },
		{ ".n = 2", ".n == 3", 0, text },
		{ "del(.k)", "has(\"k\")", 0, text },
		{ ".k = 5", ".k | error", -1, text },
		{ "error", "true", -1, text },
		{ NULL, NULL, 1, text },
	};
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_filters *const filters = compile(cases[i].set, cases[i].where);
		if (filters) {
			parse(&record, text);
			record.line = 7;
			CHECK_I64(rv_filters_apply(filters, &record, &err), cases[i].taken);
			CHECK_TEXT(record.text, cases[i].wanted);
			CHECK_U64(record.line, 7);
			CHECK_U64(record.members.close_at, record.text.len - 1);
		}
		rv_filters_free(filters);
	}
	rv_record_release(&record);
}

/* What no line may hold is not made. */
static void limits(void)
{
	static const struct {
		const char *program, *problem; /* NULL: it is fine */
	} cases[] = {
		{ ".x = reduce range(248) as $i (1; [.])", NULL },
		{ ".x = reduce range(250) as $i (1; [.])", "deeper than 250" },
		{ ".x = reduce range(300) as $i (1; [.])", "--set: the record becomes one that no line may hold: " },
		{ ".a.b = reduce range(249) as $i (1; {k: .})", "deeper than 250" },
		{ "reduce range(5000) as $i (.; .[\"k\\($i)\"] = $i)", "more than 4096 members" },
		{ ".x = (reduce range(27) as $i (\"a\"; . + .))", "longer than 67108864 bytes" },
		{ ".[\"a\\u0000b\"] = 1", "a key with a NUL character" },
	};
	static const char text[] = "{\"a\":{\"b\":1}}";
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_filters *const filters = compile(cases[i].program, NULL);
		if (!filters) {
			continue;
		}
		parse(&record, text);
		const int result = rv_filters_apply(filters, &record, &err);
		if (cases[i].problem) {
			CHECK_FAILS(result, &err, RV_E_LIMIT, cases[i].problem);
			CHECK_TEXT(record.text, text);
		} else {
			CHECK_OK(result, &err);
			CHECK_OK(rv_scan_value(record.text.ptr, record.text.len, &err), &err);
		}
		rv_filters_free(filters);
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

static void check_refused(const char *program, const char *problem)
{
	for (int where = 0; where < 2; where++) {
		struct rv_err err = RV_ERR_INIT;
		ignore_leaks(true); /* of libjq's parser, which forgets a token where it finds a mistake */
		struct rv_filters *const filters = rv_filters_new(where ? NULL : program, where ? program : NULL, &err);
		ignore_leaks(false);
		CHECK(!filters);
		CHECK_U64(err.code, RV_E_USAGE);
		CHECK(!strchr(err.text, '\n') || strchr(program, '\n'));
		if (!strstr(err.text, problem) || strncmp(err.text, where ? "--where: '" : "--set: '", 7) != 0) {
			CHECK_STR(err.text, problem);
		}
		rv_filters_free(filters);
	}
}

static void programs(void)
{
	static const char *const bad[] = { ".a |", "nosuch", "$x", "{", "\"", ")", "$__prog_args" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		check_refused(bad[i], "is not a jq program: ");
	}
	rv_filters_free(NULL);
}

/* What a program gives depends on the record alone. */
static void alone(void)
{
	static const char *const refused[] = { "now",
		                               ".t = (1 | localtime)",
		                               "1 | strflocaltime(\"%H\")",
		                               "1 | strftime(\"%Z\")",
		                               "[1,2] | mktime",
		                               "\"2020-01-01T00:00:00Z\" | fromdate",
		                               "input",
		                               "[inputs]",
		                               "input_filename",
		                               "input_line_number",
		                               "\"a\" | modulemeta",
		                               "get_search_list",
		                               "halt",
		                               "halt_error",
		                               "halt_error(3)" };
	static const char *const modules[] = { "import \"m\" as m; m::f", " include \"m\"; f", "module {}; 1",
		                               "import \"m\" as m {search: \"/\"}; m::f" };
	static const struct {
		const char *program, *wanted;
	} cases[] = {
		{ ".x = env", "{\"x\":{}}" },
		{ ".x = $ENV", "{\"x\":{}}" },
		{ ".x = env.HOME", "{\"x\":null}" },
		{ ".x = (.now, .input)", "{\"x\":null}" },
		{ "def now: 5; .x = now", "{\"x\":5}" },
		{ ".x = (0 | todate)", "{\"x\":\"1970-01-01T00:00:00Z\"}" },
		{ ".x = (3 | debug | stderr)", "{\"x\":3}" },
		{ ".x = $__loc__.line", "{\"x\":1}" },
	};
	for (size_t i = 0; i < RV_COUNTOF(refused); i++) {
		check_refused(refused[i], "in filters, their results depend on the record alone");
	}
	for (size_t i = 0; i < RV_COUNTOF(modules); i++) {
		check_refused(modules[i], "no modules in filters");
	}
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_filters *const filters = compile(cases[i].program, NULL);
		parse(&record, "{}");
		if (filters && CHECK_OK(rv_filters_apply(filters, &record, &err), &err)) {
			CHECK_TEXT(record.text, cases[i].wanted);
		}
		rv_filters_free(filters);
	}
	rv_record_release(&record);
}

/* In a process of its own: a filter that does not end is ended by the first signal. 0 when it said so. */
static int end_endless(void)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_filters *const filters = compile("def f: f; f", NULL);
	const pid_t parent = getpid();
	parse(&record, "{}");
	rv_sig_catch();
	if (fork() == 0) {
		usleep(20000);
		kill(parent, SIGTERM);
		_exit(0);
	}
	const int first = rv_filters_apply(filters, &record, &err);
	const bool told = first < 0 && err.code == RV_E_CANCELLED;
	const int second = rv_filters_apply(filters, &record, &err);
	rv_filters_free(filters);
	rv_record_release(&record);
	return told && second < 0 && err.code == RV_E_CANCELLED ? 0 : 1;
}

static void signals(void)
{
	const pid_t pid = fork();
	if (pid == 0) {
		_exit(end_endless());
	}
	int status = -1;
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_I64(status, 0);
}

/* What an expression says of a record, or why it says nothing. */
static void expressions(void)
{
	static const struct {
		const char *program, *value, *wrong;
	} cases[] = {
		{ ".a", "2", "" },
		{ "{z: .a, a: .b}", "{\"a\":null,\"z\":2}", "" },
		{ ".a, .b", "2", "" },
		{ "\"x\"", "\"x\"", "" },
		{ "empty", "", "--split-by gives no result" },
		{ "error(\"no\")", "", "--split-by: no" },
	};
	struct rv_record record = RV_RECORD_INIT;
	parse(&record, "{\"a\":2}");
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_err err = RV_ERR_INIT;
		struct rv_str value = RV_STR_INIT;
		struct rv_expression *const expression = rv_expression_new("--split-by", cases[i].program, &err);
		if (CHECK(expression)) {
			const int status = rv_expression_value(expression, &record, &value, &err);
			CHECK_I64(status, cases[i].wrong[0] ? -1 : 0);
			CHECK_STR(value.ptr, cases[i].value);
			CHECK_STR(err.text, cases[i].wrong);
		}
		rv_expression_free(expression);
		rv_str_release(&value);
	}
	rv_record_release(&record);
}

CHECK_MODULE(filter)
{
	check_case("what a program calls true", truth);
	check_case("a program changes only what it changes", edits);
	check_case("--where sees what --set makes, and leaves no trace", both);
	check_case("what no line may hold is not made", limits);
	check_case("programs that do not compile", programs);
	check_case("no clock, no environment, no file, no other record", alone);
	check_case("an expression says something of a record", expressions);
	check_case("a signal ends a program that does not end", signals);
}

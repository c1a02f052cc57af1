/* SPDX-License-Identifier: MIT */
/* options: how words become values, what is told of wrong ones, the listings. */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

#define WORDS_MAX 12

static const char *const colours[] = { "red", "green", NULL };

static struct {
	bool flag, on;
	int count, colour, internal, power;
	unsigned int tints;
	const char *text;
	struct rv_option_list list;
	uint64_t whole, any, size;
	double real, time_s;
	struct rv_ratio ratio;
	size_t jobs;
	struct rv_common common;
} got;

static const struct rv_option table[] = {
	{ .kind = RV_OPT_FLAG, .letter = 'f', .name = "flag", .value = &got.flag, .help = "a flag" },
	{ .kind = RV_OPT_NO_FLAG, .name = "no-on", .value = &got.on, .help = "not on" },
	{ .kind = RV_OPT_COUNT, .letter = 'c', .name = "count", .value = &got.count, .help = "one more" },
	{ .kind = RV_OPT_GROUP, .name = "Values" },
	{ .kind = RV_OPT_STRING,
	  .letter = 't',
	  .name = "text",
	  .value = &got.text,
	  .argument = "TEXT",
	  .help = "a text" },
	{ .kind = RV_OPT_STRING, .name = "text-file", .value = &got.text, .argument = "FILE", .help = "a file" },
	{ .kind = RV_OPT_LIST,
	  .letter = 'l',
	  .name = "list",
	  .value = &got.list,
	  .argument = "X",
	  .help = "one of many" },
	{ .kind = RV_OPT_U64,
	  .letter = 'w',
	  .name = "whole",
	  .value = &got.whole,
	  .argument = "N",
	  .help = "a number",
	  .min = 2,
	  .max = 10 },
	{ .kind = RV_OPT_U64, .name = "any", .value = &got.any, .argument = "N", .help = "any number" },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "real",
	  .value = &got.real,
	  .argument = "X",
	  .help = "a number",
	  .min = -1,
	  .max = 0.5 },
	{ .kind = RV_OPT_SIZE, .name = "size", .value = &got.size, .argument = "BYTES", .help = "a size" },
	{ .kind = RV_OPT_SECONDS, .name = "time", .value = &got.time_s, .argument = "S", .help = "a time" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "colour",
	  .value = &got.colour,
	  .argument = "NAME",
	  .help = "a colour",
	  .choices = colours },
	{ .kind = RV_OPT_CHOICES,
	  .name = "tints",
	  .value = &got.tints,
	  .argument = "NAME,...",
	  .help = "some colours",
	  .choices = colours },
	{ .kind = RV_OPT_RATIO, .name = "ratio", .value = &got.ratio, .argument = "N[/M]", .help = "a ratio" },
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &got.jobs,
	  .argument = "N|auto",
	  .help = "jobs" },
	{ .kind = RV_OPT_SWITCH, .name = "power", .value = &got.power, .help = "on or off" },
	{ .kind = RV_OPT_COUNT, .name = "internal", .value = &got.internal },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "prog",
	.usage = "[OPTION]... A\n[OPTION]... B",
	.purpose = "Test the options.",
	.options = table,
	.examples = "prog --flag",
};

/* Parses the words of a line, parted by one blank each; "''" is an empty one. The operands come back joined by '|'. */
static int parse(const char *line, struct rv_str *operands, struct rv_err *err)
{
	static char copy[200]; /* values point into it until the next call */
	char *argv[WORDS_MAX + 2] = { (char[]) { "prog" } };
	int argc = 1;
	bool done = true;
	rv_option_list_release(&got.list);
	memset(&got, 0, sizeof(got));
	got.on = true;
	got.colour = got.power = -1;
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *at = copy, *word; argc <= WORDS_MAX && at && (word = strsep(&at, " "));) {
		argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
	}
	*err = (struct rv_err)RV_ERR_INIT;
	const int result = rv_options_parse(&program, &argc, argv, &got.common, &done, err);
	CHECK(!done);
	if (result == 0) {
		rv_str_clear(operands);
		for (int i = 0; i < argc; i++) {
			rv_str_printf(operands, "%s%s", i > 0 ? "|" : "", argv[i]);
		}
		CHECK(!argv[argc]);
	}
	return result;
}

/* Parses; the operands must be these. */
static bool takes(const char *line, const char *operands)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	rv_str_puts(&text, "");
	const bool held = CHECK_OK(parse(line, &text, &err), &err) && CHECK_STR(text.ptr ? text.ptr : "", operands);
	rv_str_release(&text);
	return held;
}

static void refuses(const char *line, const char *part)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	CHECK_FAILS(parse(line, &text, &err), &err, RV_E_USAGE, part);
	rv_str_release(&text);
}

static void long_options(void)
{
	takes("--flag a --no-on", "a");
	CHECK(got.flag && !got.on);
	takes("--text=a=b c", "c");
	CHECK_STR(got.text, "a=b");
	takes("--text=--flag", "");
	CHECK_STR(got.text, "--flag");
	CHECK(!got.flag);
	takes("--text= a", "a");
	CHECK_STR(got.text, "");
	takes("--text a --text b", "");
	CHECK_STR(got.text, "b");
	takes("--where .a --set=.b --json --quiet -v --verbose", "");
	CHECK_STR(got.common.where, ".a");
	CHECK_STR(got.common.set, ".b");
	CHECK(got.common.json && got.common.quiet);
	CHECK_I64(got.common.verbose, 2);
	takes("--power=false a", "a");
	CHECK_I64(got.power, 0);
	takes("--power a", "a");
	CHECK_I64(got.power, 1);
	takes("--power=0 --power=True", "");
	CHECK_I64(got.power, 1);
	refuses("--power=maybe", "--power: 'maybe' is neither true nor false");
	refuses("--power=", "--power: '' is neither");
	refuses("--flag=1", "--flag takes no value");
	refuses("--count=", "--count takes no value");
	refuses("a --text", "--text needs a value (TEXT)");
	refuses("--text --flag", "--text needs a value (TEXT), not the option '--flag'");
	refuses("-w --flag", "-w needs a value (N), not the option '--flag'");
	refuses("--=a", "no option '--");
}

static void abbreviations(void)
{
	takes("--fl --coun --verb", "");
	CHECK(got.flag);
	CHECK_I64(got.count, 1);
	CHECK_I64(got.common.verbose, 1);
	takes("--text a", ""); /* whole, though the beginning of another */
	CHECK_STR(got.text, "a");
	takes("--text-f=b", "");
	CHECK_STR(got.text, "b");
	takes("--who 3 --whe x", "");
	CHECK_U64(got.whole, 3);
	CHECK_STR(got.common.where, "x");
	refuses("--tex a", "'--tex' is short for both '--text' and '--text-file'");
	refuses("--wh=3", "'--wh' is short for both '--whole' and '--where'");
	refuses("--co", "'--co' is short for both '--count' and '--colour'");
}

static void hidden(void)
{
	takes("--internal", "");
	CHECK_I64(got.internal, 1);
	refuses("--interna", "no option '--interna'");
	struct rv_str text = RV_STR_INIT;
	rv_options_help(&program, 80, &text);
	CHECK(!strstr(text.ptr, "internal") && !strstr(text.ptr, "--completions"));
	rv_str_release(&text);
}

static void hints(void)
{
	refuses("--flga", "no option '--flga', did you mean '--flag'?");
	refuses("--color=red", "no option '--color', did you mean '--colour'?");
	refuses("--verboes", "did you mean '--verbose'?");
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	CHECK_FAILS(parse("--xyzzy", &text, &err), &err, RV_E_USAGE, "no option '--xyzzy'");
	CHECK(!strstr(err.text, "did you mean"));
	CHECK_FAILS(parse("--intrenal", &text, &err), &err, RV_E_USAGE, "no option '--intrenal'");
	CHECK(!strstr(err.text, "did you mean")); /* a hidden one is not told */
	rv_str_release(&text);
}

static void letters(void)
{
	takes("-fcqc a", "a");
	CHECK(got.flag && got.common.quiet);
	CHECK_I64(got.count, 2);
	takes("-cw4 a", "a");
	CHECK_U64(got.whole, 4);
	CHECK_I64(got.count, 1);
	takes("-fw 5 a", "a");
	CHECK_U64(got.whole, 5);
	takes("-t=x -tfc", ""); /* the rest is the value, as it stands */
	CHECK_STR(got.text, "fc");
	CHECK(!got.flag);
	takes("-t -f", "");
	CHECK_STR(got.text, "-f");
	refuses("-fx", "no option '-x'");
	refuses("-fw", "-w needs a value (N)");
	refuses("-w11", "-w: '11' is not a whole number from 2 to 10");
}

static void operands(void)
{
	takes("a -f b --text x c", "a|b|c");
	CHECK(got.flag);
	takes("a -- -f --text -- b", "a|-f|--text|--|b");
	CHECK(!got.flag && !got.text);
	takes("--text -- -", "-");
	CHECK_STR(got.text, "--");
	takes("'' -f", "");
	CHECK(got.flag);
}

static void values(void)
{
	takes("-w2 --any 18446744073709551615 --real=-1 --size 64M --time 1.5m --colour green", "");
	CHECK_U64(got.whole, 2);
	CHECK_U64(got.any, UINT64_MAX);
	CHECK(got.real == -1 && got.time_s == 90);
	CHECK_U64(got.size, 64 << 20);
	CHECK_I64(got.colour, 1);
	takes("--whole 10 --real 0.5 --any 0 --colour RED", "");
	CHECK_U64(got.whole, 10);
	CHECK(got.real == 0.5);
	CHECK_I64(got.colour, 0);
	takes("--tints green", "");
	CHECK_U64(got.tints, 2);
	takes("--tints Green,red --tints=green", "");
	CHECK_U64(got.tints, 3);
	takes("--ratio 24", "");
	CHECK_U64(got.ratio.num, 24);
	CHECK_U64(got.ratio.den, 1);
	takes("--ratio 30000/1001", "");
	CHECK_U64(got.ratio.num, 30000);
	CHECK_U64(got.ratio.den, 1001);
	takes("-j7", "");
	CHECK_U64(got.jobs, 7);
	takes("-j7 --jobs=auto", "");
	CHECK_U64(got.jobs, 0);
	takes("-l a --list=b -lc", "");
	if (CHECK_U64(got.list.len, 3)) {
		CHECK_STR(got.list.items[0], "a");
		CHECK_STR(got.list.items[1], "b");
		CHECK_STR(got.list.items[2], "c");
	}
	rv_option_list_release(&got.list);
	CHECK_U64(got.list.len, 0);
	refuses("--whole 1", "--whole: '1' is not a whole number from 2 to 10");
	refuses("--whole 11", "2 to 10");
	refuses("--whole=", "--whole: ''");
	refuses("--whole 3x", "3x");
	refuses("--whole -3", "-3");
	refuses("--any 18446744073709551616", "--any: '18446744073709551616'");
	refuses("--real 0.51", "--real: '0.51' is not a number from -1 to 0.5");
	refuses("--real nan", "nan");
	refuses("--size 1X", "--size: '1X'");
	refuses("--time -1", "--time: '-1'");
	refuses("--colour blue", "'blue': expected one of red, green");
	refuses("--colour geren", "expected one of red, green; did you mean 'green'?");
	refuses("--tints red,gren", "--tints 'gren': expected one of red, green; did you mean 'green'?");
	refuses("--ratio 1/0", "--ratio: '1/0' is not N or N/M");
	refuses("--ratio 24.5", "--ratio: '24.5'");
	refuses("--ratio 1/2/3", "--ratio: '1/2/3'");
	refuses("--ratio /2", "--ratio: '/2'");
	refuses("--ratio 1000001", "each from 1 to 1000000");
	refuses("-j0", "-j: '0' is neither 'auto' nor a whole number from 1 to 1024");
	refuses("--tints red,blue", "--tints 'blue': expected one of red, green");
	refuses("--tints red,", "--tints '': expected one of red, green");
	refuses("--colour gre", "expected one of red, green"); /* values are not abbreviated */
}

/* What an option has now, as its text. */
static void texts(void)
{
	struct rv_str operands = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_err err;
	CHECK_OK(parse("--flag --text=a,b -lc,d -l e --whole 3 --colour green --tints green,red", &operands, &err),
	         &err);
	for (const struct rv_option *o = table; o->kind != RV_OPT_END; o++) {
		const size_t len = text.len;
		if (o->kind != RV_OPT_GROUP) {
			rv_option_put(o, &text);
		}
		rv_str_puts(&text, text.len > len ? " " : "");
	}
	CHECK_STR(text.ptr, "true a,b a,b c,d,e 3 0 0 0 0s green red,green auto ");
	rv_str_release(&operands);
	rv_str_release(&text);
}

static void listings(void)
{
	struct rv_str text = RV_STR_INIT;
	rv_options_completions(&program, &text);
	CHECK(strstr(text.ptr, "-f\t\t\ta flag\n--flag\t\t\ta flag\n--no-on\t\t\tnot on\n") == text.ptr);
	CHECK(strstr(text.ptr, "\n-w\tN\t\ta number\n--whole\tN\t\ta number\n"));
	CHECK(strstr(text.ptr, "\n--colour\tNAME\tred green\ta colour\n"));
	CHECK(strstr(text.ptr, "\n--tints\tNAME,...\tred green\tsome colours\n"));
	CHECK(strstr(text.ptr, "\n--help\t\t\t"));
	CHECK(!strstr(text.ptr, "internal") && !strstr(text.ptr, "--completions") && !strstr(text.ptr, "Values"));
	rv_str_clear(&text);
	rv_options_help(&program, 80, &text);
	CHECK(strstr(text.ptr, "Usage: prog [OPTION]... A\n       prog [OPTION]... B\nTest the options.\n") ==
	      text.ptr);
	CHECK(strstr(text.ptr, "\nOptions:\n  -f, --flag "));
	CHECK(strstr(text.ptr, "\nValues:\n  -t, --text TEXT "));
	CHECK(strstr(text.ptr, "\nEvery tool:\n"));
	CHECK(strstr(text.ptr, "\nExamples:\nprog --flag\n"));
	rv_str_release(&text);
}

/* A program with commands and without a stream of records. */
static void commands(void)
{
	static const struct rv_option words[] = {
		{ .kind = RV_OPT_COMMAND, .name = "run", .help = "run it" },
		{ .kind = RV_OPT_END },
	};
	struct rv_program bare = { .name = "p", .usage = "COMMAND", .purpose = "Run.", .options = words };
	char *argv[] = { (char[]) { "p" }, (char[]) { "--run" }, NULL };
	struct rv_str text = RV_STR_INIT;
	struct rv_common common = { 0 };
	struct rv_err err = RV_ERR_INIT;
	bool done;
	int argc = 2;
	rv_options_completions(&bare, &text);
	CHECK(strstr(text.ptr, "run\t\t\trun it\n--expect\t") == text.ptr);
	CHECK_FAILS(rv_options_parse(&bare, &argc, argv, &common, &done, &err), &err, RV_E_USAGE, "no option '--run'");
	for (int i = RV_COMMON_STREAM; i <= RV_COMMON_MINIMUM; i++) {
		bare.common = (enum rv_common_options)i;
		rv_str_clear(&text);
		rv_options_help(&bare, 80, &text);
		CHECK(strstr(text.ptr, "\n  run    "));
		CHECK(!!strstr(text.ptr, "--expect") == (i == RV_COMMON_STREAM));
		CHECK(!!strstr(text.ptr, "--where") == (i <= RV_COMMON_SOURCE));
		CHECK(!!strstr(text.ptr, "--set") == (i <= RV_COMMON_SOURCE));
		CHECK(!!strstr(text.ptr, "--grace") == (i <= RV_COMMON_SOURCE));
		CHECK(!!strstr(text.ptr, "--json") == (i != RV_COMMON_MINIMUM));
		CHECK(strstr(text.ptr, "--quiet") && strstr(text.ptr, "--version"));
	}
	rv_str_release(&text);
}

CHECK_MODULE(options)
{
	check_case("long options and their values", long_options);
	check_case("abbreviations", abbreviations);
	check_case("hidden options", hidden);
	check_case("the nearest name is told", hints);
	check_case("values as texts", texts);
	check_case("letters, bundled and with values", letters);
	check_case("operands and --", operands);
	check_case("values and their ranges", values);
	check_case("--help and the list for completions", listings);
	check_case("commands, and which common options there are", commands);
	rv_option_list_release(&got.list);
}

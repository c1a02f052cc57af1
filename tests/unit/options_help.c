/* SPDX-License-Identifier: MIT */
/* options: how --help is laid out, and what it says holds without the options. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "options.h"

static const char *const colours[] = { "red", "green", NULL };

/* One that says in --help what holds without its options, in two tables. */
static struct {
	const char *dir, *log;
	uint64_t n, none, bytes, any;
	double time_s, real, nothing;
	int colour, index;
	unsigned int tints;
	size_t jobs;
	struct rv_ratio fps, rate;
	bool flag;
} held = { .dir = "out",
	   .n = 18,
	   .none = UINT64_MAX,
	   .bytes = 3 << 20,
	   .time_s = 90,
	   .real = 0.5,
	   .nothing = NAN,
	   .index = -1,
	   .tints = 3,
	   .jobs = 2,
	   .rate = { 24, 1 } };

static const struct rv_option first_rows[] = {
	{ .kind = RV_OPT_STRING,
	  .letter = 'o',
	  .name = "output",
	  .value = &held.dir,
	  .argument = "DIR",
	  .help = "put it here, and nowhere else" },
	{ .kind = RV_OPT_FLAG, .name = "flag", .value = &held.flag, .help = "a flag" },
	{ .kind = RV_OPT_END },
};

static const struct rv_option second_rows[] = {
	{ .kind = RV_OPT_U64, .name = "n", .value = &held.n, .argument = "N", .help = "a number" },
	{ .kind = RV_OPT_U64, .name = "none", .value = &held.none, .argument = "N", .help = "none" },
	{ .kind = RV_OPT_U64, .name = "any", .value = &held.any, .argument = "N", .help = "any", .unset = "no limit" },
	{ .kind = RV_OPT_STRING, .name = "log", .value = &held.log, .argument = "FILE", .help = "a log" },
	{ .kind = RV_OPT_SIZE, .name = "bytes", .value = &held.bytes, .argument = "SIZE", .help = "a size" },
	{ .kind = RV_OPT_SECONDS, .name = "time", .value = &held.time_s, .argument = "S", .help = "a time" },
	{ .kind = RV_OPT_DOUBLE, .name = "real", .value = &held.real, .argument = "X", .help = "real" },
	{ .kind = RV_OPT_DOUBLE, .name = "nothing", .value = &held.nothing, .argument = "X", .help = "nothing" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "colour",
	  .value = &held.colour,
	  .argument = "NAME",
	  .help = "a colour",
	  .choices = colours },
	{ .kind = RV_OPT_CHOICE,
	  .name = "index",
	  .value = &held.index,
	  .argument = "NAME",
	  .help = "no colour",
	  .choices = colours },
	{ .kind = RV_OPT_CHOICES,
	  .name = "the-colours-of-the-rainbow",
	  .value = &held.tints,
	  .argument = "NAME,...",
	  .help = "some",
	  .choices = colours },
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &held.jobs,
	  .argument = "N|auto",
	  .help = "jobs" },
	{ .kind = RV_OPT_RATIO, .name = "fps", .value = &held.fps, .argument = "N[/M]", .help = "speed" },
	{ .kind = RV_OPT_RATIO, .name = "rate", .value = &held.rate, .argument = "N[/M]", .help = "rate" },
	{ .kind = RV_OPT_END },
};

static void defaults(void)
{
	static const struct rv_option_group groups[] = {
		{ .title = "More", .options = second_rows },
		{ .title = NULL },
	};
	static const struct rv_program grouped = {
		.name = "prog",
		.usage = "A",
		.purpose = "Say what holds without the options.",
		.options = first_rows,
		.groups = groups,
		.common = RV_COMMON_MINIMUM,
	};
	static const char wanted[] = "Usage: prog A\n"
	                             "Say what holds without the options.\n"
	                             "\n"
	                             "Options:\n"
	                             "  -o, --output DIR   put it here, and nowhere\n"
	                             "                     else (default: out)\n"
	                             "      --flag         a flag\n"
	                             "\n"
	                             "More:\n"
	                             "      --n N          a number (default: 18)\n"
	                             "      --none N       none\n"
	                             "      --any N        any (default: no limit)\n"
	                             "      --log FILE     a log\n"
	                             "      --bytes SIZE   a size (default: 3M)\n"
	                             "      --time S       a time (default: 90s)\n"
	                             "      --real X       real (default: 0.5)\n"
	                             "      --nothing X    nothing\n"
	                             "      --colour NAME  a colour (default: red)\n"
	                             "      --index NAME   no colour\n"
	                             "      --the-colours-of-the-rainbow NAME,...\n"
	                             "                     some (default: red,green)\n"
	                             "  -j, --jobs N|auto  jobs (default: 2)\n"
	                             "      --fps N[/M]    speed\n"
	                             "      --rate N[/M]   rate (default: 24)\n"
	                             "\n"
	                             "Every tool:\n";
	char *argv[] = { (char[]) { "prog" }, (char[]) { "--n=5" }, (char[]) { "-j3" }, (char[]) { "--rate=30/4" },
		         NULL };
	struct rv_str text = RV_STR_INIT;
	struct rv_common common = { 0 };
	struct rv_err err = RV_ERR_INIT;
	bool done;
	int argc = 4;
	rv_options_help(&grouped, 46, &text);
	CHECK_BYTES(text.ptr, RV_MIN(text.len, sizeof(wanted) - 1), wanted, sizeof(wanted) - 1);
	CHECK_OK(rv_options_parse(&grouped, &argc, argv, &common, &done, &err), &err);
	CHECK_U64(held.n, 5);
	CHECK_U64(held.jobs, 3);
	CHECK_U64(held.rate.den, 4);
	CHECK(common.grace_s == 10);
	rv_str_release(&text);
}

CHECK_MODULE(options_help)
{
	check_case("it tells what holds without the options, in columns of the width", defaults);
}

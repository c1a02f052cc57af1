/* SPDX-License-Identifier: MIT */
/* The rows of a program's options, and those that every program has. */
#include <stdlib.h>

#include "alloc.h"
#include "options_private.h"

#define GRACE_S 10 /* between a signal and the end */

static void add(struct rv_option_table *table, struct rv_option row)
{
	RV_GROW(table->rows, table->len, table->cap);
	table->rows[table->len++] = row;
}

static void add_rows(struct rv_option_table *table, const struct rv_option *rows)
{
	for (; rows && rows->kind != RV_OPT_END; rows++) {
		add(table, *rows);
	}
}

static void add_heading(struct rv_option_table *table, const char *title)
{
	add(table, (struct rv_option) { .kind = RV_OPT_GROUP, .name = title });
}

static void add_filters(struct rv_option_table *table, struct rv_common *common)
{
	const struct rv_option rows[] = {
		{ .kind = RV_OPT_STRING,
		  .name = "where",
		  .value = &common->where,
		  .argument = "JQ",
		  .help = "work only on records for which this jq filter is neither false nor null; the others pass "
		          "through as they came" },
		{ .kind = RV_OPT_STRING,
		  .name = "set",
		  .value = &common->set,
		  .argument = "JQ",
		  .help = "work on what this jq filter makes of each record; --where sees that" },
		{ .kind = RV_OPT_SECONDS,
		  .name = "grace",
		  .value = &common->grace_s,
		  .argument = "S",
		  .help = "be over that long after a signal, whatever is in work" },
		{ .kind = RV_OPT_END },
	};
	add_rows(table, rows);
}

static void add_common(struct rv_option_table *table, enum rv_common_options which, struct rv_common *common)
{
	const struct rv_option stream[] = {
		{ .kind = RV_OPT_STRING,
		  .name = "expect",
		  .value = &common->expect,
		  .argument = "N|all",
		  .help = "end with status 3 when fewer records come; all: as many as run.of of the records says" },
		{ .kind = RV_OPT_STRING,
		  .name = "ok-errors",
		  .value = &common->ok_errors,
		  .argument = "N|PCT%",
		  .help = "status 0, not 1, while no more records than that carry an error" },
		{ .kind = RV_OPT_END },
	};
	const struct rv_option json = {
		.kind = RV_OPT_FLAG,
		.name = "json",
		.value = &common->json,
		.help = "write records even to a terminal",
	};
	const struct rv_option every[] = {
		{ .kind = RV_OPT_FLAG, .letter = 'q', .name = "quiet", .value = &common->quiet, .help = "errors only" },
		{ .kind = RV_OPT_COUNT,
		  .letter = 'v',
		  .name = "verbose",
		  .value = &common->verbose,
		  .help = "say more; twice: even more" },
		{ .kind = RV_OPT_FLAG,
		  .letter = 'h',
		  .name = "help",
		  .value = &table->help,
		  .help = "print this help and exit" },
		{ .kind = RV_OPT_FLAG, .name = "version", .value = &table->version, .help = "print versions and exit" },
		{ .kind = RV_OPT_FLAG, .name = "completions", .value = &table->completions }, /* no help: hidden */
		{ .kind = RV_OPT_END },
	};
	add_heading(table, "Every tool");
	if (which == RV_COMMON_STREAM) {
		add_rows(table, stream);
	}
	if (which == RV_COMMON_STREAM || which == RV_COMMON_SOURCE) {
		add_filters(table, common);
	}
	if (which != RV_COMMON_MINIMUM) {
		add(table, json);
	}
	add_rows(table, every);
}

void rv_option_table_init(struct rv_option_table *table, const struct rv_program *program, struct rv_common *common)
{
	*table = (struct rv_option_table) { .rows = NULL };
	if (!common) {
		common = &table->unused;
	}
	common->grace_s = GRACE_S;
	add_rows(table, program->options);
	for (const struct rv_option_group *group = program->groups; group && group->title; group++) {
		add_heading(table, group->title);
		add_rows(table, group->options);
	}
	add_common(table, program->common, common);
}

void rv_option_table_release(struct rv_option_table *table)
{
	free(table->rows);
	table->rows = NULL;
}

/* SPDX-License-Identifier: MIT */
/* Private to options*.c. */
#ifndef RV_OPTIONS_PRIVATE_H
#define RV_OPTIONS_PRIVATE_H

#include "options.h"

/* All rows of a program one after the other: its own, those of its groups with their titles as headings, the common
 * ones. Must not move: rows of the common options point into it. */
struct rv_option_table {
	struct rv_option *rows;
	size_t len, cap;
	struct rv_common unused; /* for a listing, which has nobody to tell */
	bool help, version, completions;
};
void rv_option_table_init(struct rv_option_table *table, const struct rv_program *program, struct rv_common *common);
void rv_option_table_release(struct rv_option_table *table);

/* A row that is given as "--name". */
static inline bool rv_option_is_option(const struct rv_option *option)
{
	return option->kind != RV_OPT_GROUP && option->kind != RV_OPT_COMMAND && option->kind != RV_OPT_TOPIC;
}

/* One that is followed by a value. */
static inline bool rv_option_takes_value(const struct rv_option *option)
{
	return option->kind != RV_OPT_FLAG && option->kind != RV_OPT_NO_FLAG && option->kind != RV_OPT_SWITCH &&
	       option->kind != RV_OPT_COUNT && rv_option_is_option(option);
}

/* Fails unless `word`, the next one or NULL, can be the value of the option `what` ("--name", "-x"): one that begins
 * with "--" is an option, and a value only as in "--name=--word". */
int rv_option_check_next(const char *what, const char *argument, const char *word, struct rv_err *err) RV_MUST_USE;

/* Appends --help, laid out in lines of `width` columns; and --completions. */
void rv_option_table_help(const struct rv_option_table *table, const struct rv_program *program, size_t width,
                          struct rv_str *out);
void rv_option_table_completions(const struct rv_option_table *table, const struct rv_program *program,
                                 struct rv_str *out);

#endif

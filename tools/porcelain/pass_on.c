/* SPDX-License-Identifier: MIT */
/* Options of a command line, each to the tool that has it. */
#include "porcelain/pass_on.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "options_private.h"
#include "parse.h"
#include "spawn.h"

#define TABLE_MAX ((size_t)1 << 20)
#define TABLE_TIMEOUT_S 60

static const char *const tools[] = { "rv-blend", "rv-mask", "rv-mux", "rv-seed" };

/* What the tools have: lines "--name<TAB>ARGUMENT<TAB>...". */
struct tables {
	struct rv_str texts[PORCELAIN_PASS_ON_TOOLS];
	bool are_there;
};

static int read_tables(struct tables *tables, struct rv_err *err)
{
	int result = 0;
	for (size_t i = 0; i < RV_COUNTOF(tools) && result == 0 && !tables->are_there; i++) {
		char *const path = rv_find_tool(tools[i]);
		const char *const argv[] = { path, "--completions", NULL };
		const struct rv_spawn how = { .argv = argv };
		struct rv_str nothing = RV_STR_INIT, errors = RV_STR_INIT;
		int status = 0;
		rv_str_init(&tables->texts[i]);
		result = rv_run(&how, &nothing, TABLE_MAX, TABLE_TIMEOUT_S, &tables->texts[i], &errors, &status, err);
		rv_str_release(&errors);
		free(path);
	}
	tables->are_there = true;
	return result;
}

static void release_tables(struct tables *tables)
{
	for (size_t i = 0; i < RV_COUNTOF(tools) && tables->are_there; i++) {
		rv_str_release(&tables->texts[i]);
	}
}

/* The line of an option of the tool; `name` as it is typed, with its dashes. */
static const char *find_line(const struct tables *tables, size_t tool, const char *name, size_t len)
{
	const char *line = tables->texts[tool].ptr;
	while (*line && !(strncmp(line, name, len) == 0 && line[len] == '\t')) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return *line ? line : NULL;
}

/* ---- the command's own ---- */

/* Of the command, or NULL: one of that name, else one that begins so. */
static const struct rv_option *find_own(const struct rv_option_table *table, const char *name, size_t len, bool whole)
{
	for (size_t i = 0; i < table->len; i++) {
		const struct rv_option *const row = &table->rows[i];
		if (rv_option_is_option(row) && row->name && strncmp(row->name, name, len) == 0 &&
		    (row->name[len] == '\0' || (!whole && row->help))) {
			return row;
		}
	}
	return NULL;
}

static const struct rv_option *find_letter(const struct rv_option_table *table, char letter)
{
	for (size_t i = 0; i < table->len; i++) {
		if (rv_option_is_option(&table->rows[i]) && table->rows[i].letter == letter) {
			return &table->rows[i];
		}
	}
	return NULL;
}

/* Whether the next word is the value of the last of these letters. */
static bool letters_want_value(const struct rv_option_table *table, const char *letters)
{
	for (const struct rv_option *row; *letters && (row = find_letter(table, *letters)); letters++) {
		if (rv_option_takes_value(row)) {
			return !letters[1];
		}
	}
	return false;
}

/* ---- words ---- */

struct passing {
	struct rv_option_table own;
	struct tables tables;
	struct porcelain_passed *passed;
	struct porcelain_words kept;
	char **words; /* what is left of the command line */
};

static void keep(struct passing *passing)
{
	porcelain_words_add(&passing->kept, "%s", *passing->words++);
}

/* The present word is an option of a tool, its name `len` bytes long: it goes there, with the next word where that is
 * its value. */
static int pass(struct passing *passing, size_t tool, const char *line, size_t len, struct rv_err *err)
{
	struct porcelain_words *const words = &passing->passed->words[tool];
	const char *const word = *passing->words;
	const bool takes_value = line[len + 1] != '\t';
	const bool has_value = word[1] == '-' ? word[len] == '=' : word[len] != '\0';
	porcelain_words_add(words, "%s", *passing->words++);
	if (!takes_value || has_value) {
		return 0;
	}
	char *const argument = rv_strndup(line + len + 1, strcspn(line + len + 1, "\t"));
	const int result = rv_option_check_next(word, argument, *passing->words, err);
	if (result == 0) {
		porcelain_words_add(words, "%s", *passing->words++);
	}
	free(argument);
	return result;
}

/* A listing is no option of a run. */
static int check_listing(const char *word, size_t len, size_t tool, struct rv_err *err)
{
	static const char *const listings[] = { "--formats", "--explain", "--labels", "--settings" };
	for (size_t i = 0; i < RV_COUNTOF(listings); i++) {
		if (strlen(listings[i]) == len && strncmp(listings[i], word, len) == 0) {
			return rv_fail(err, RV_E_USAGE, "'%s' makes no samples: see '%s %s'%s", listings[i],
			               tools[tool], listings[i], i == 0 ? ", or did you mean '--format'?" : "");
		}
	}
	return 0;
}

/* Nobody has it. */
static int fail_unknown(const struct passing *passing, const char *name, size_t len, struct rv_err *err)
{
	struct porcelain_words names = PORCELAIN_WORDS_INIT;
	char *const word = rv_strndup(name, len);
	for (size_t i = 0; i < passing->own.len; i++) {
		if (rv_option_is_option(&passing->own.rows[i]) && passing->own.rows[i].help) {
			porcelain_words_add(&names, "--%s", passing->own.rows[i].name);
		}
	}
	for (size_t i = 0; i < RV_COUNTOF(tools); i++) {
		for (const char *line = passing->tables.texts[i].ptr; *line; line += strcspn(line, "\n") + 1) {
			porcelain_words_add(&names, "%.*s", (int)strcspn(line, "\t"), line);
		}
	}
	const char *const near = rv_nearest_name(word, (const char *const *)names.items);
	rv_fail(err, RV_E_USAGE, "no option '%s'%s%s%s", word, near ? ", did you mean '" : "", near ? near : "",
	        near ? "'?" : "");
	porcelain_words_release(&names);
	free(word);
	return -1;
}

/* An option that the command has no row of exactly that name for. */
static int look_for(struct passing *passing, size_t len, struct rv_err *err)
{
	const char *const word = *passing->words;
	if (read_tables(&passing->tables, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < RV_COUNTOF(tools); i++) {
		const char *const line = find_line(&passing->tables, i, word, len);
		if (line && check_listing(word, len, i, err) < 0) {
			return -1;
		}
		if (line) {
			return pass(passing, i, line, len, err);
		}
	}
	if (word[1] == '-' && find_own(&passing->own, word + 2, len - 2, false)) {
		keep(passing);
		return 0;
	}
	return fail_unknown(passing, word, len, err);
}

/* Moves one word, with the value that follows it. */
static int take(struct passing *passing, struct rv_err *err)
{
	const char *const word = *passing->words;
	const bool is_long = strncmp(word, "--", 2) == 0;
	if (is_long) {
		const size_t len = strcspn(word, "=");
		const struct rv_option *const own = find_own(&passing->own, word + 2, len - 2, true);
		if (!own) {
			return look_for(passing, len, err);
		}
		keep(passing);
		if (rv_option_takes_value(own) && !word[len] && *passing->words) {
			keep(passing);
		}
		return 0;
	}
	if (word[0] == '-' && word[1] && !find_letter(&passing->own, word[1])) {
		return look_for(passing, 2, err);
	}
	keep(passing);
	if (word[0] == '-' && letters_want_value(&passing->own, word + 1) && *passing->words) {
		keep(passing);
	}
	return 0;
}

int porcelain_pass_on(const struct rv_program *own, struct porcelain_words *words, struct porcelain_passed *passed,
                      struct rv_err *err)
{
	struct passing passing = { .passed = passed, .words = words->items };
	int result = 0;
	rv_option_table_init(&passing.own, own, NULL);
	keep(&passing); /* the command */
	while (result == 0 && *passing.words && strcmp(*passing.words, "--") != 0) {
		result = take(&passing, err);
	}
	porcelain_words_add_all(&passing.kept, passing.words);
	porcelain_words_release(words);
	*words = passing.kept;
	rv_option_table_release(&passing.own);
	release_tables(&passing.tables);
	return result;
}

void porcelain_passed_release(struct porcelain_passed *passed)
{
	for (size_t i = 0; i < PORCELAIN_PASS_ON_TOOLS; i++) {
		porcelain_words_release(&passed->words[i]);
	}
}

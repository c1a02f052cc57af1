/* SPDX-License-Identifier: MIT */
/* The option parser: words find their rows first, then the rows get their values. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "options_private.h"
#include "parse.h"

#define WIDTH_ELSEWHERE 80
#define WIDTH_MIN 40

/* An option as it was given: `text` NULL for a flag that stands alone. */
struct given {
	const struct rv_option *option;
	const char *text;
	char letter; /* 0: by its name */
};

struct parser {
	struct rv_option_table table;
	char **argv;
	int argc;
	int next; /* of argv, to look at */
	struct given *given;
	size_t n_given, cap_given;
};

/* ---- finding an option ---- */

static int fail_unknown(const struct rv_option_table *table, const char *name, struct rv_err *err)
{
	const char **const names = rv_alloc_zero(table->len + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; i < table->len; i++) {
		if (rv_option_is_option(&table->rows[i]) && table->rows[i].help) {
			names[n++] = table->rows[i].name;
		}
	}
	const char *const nearest = rv_nearest_name(name, names);
	free(names);
	if (nearest) {
		return rv_fail(err, RV_E_USAGE, "no option '--%s', did you mean '--%s'?", name, nearest);
	}
	return rv_fail(err, RV_E_USAGE, "no option '--%s'", name);
}

/* The row of a name or of an unambiguous beginning; hidden ones are not abbreviated. */
static const struct rv_option *find_name(const struct rv_option_table *table, const char *name, size_t len,
                                         struct rv_err *err)
{
	const struct rv_option *found = NULL, *other = NULL;
	for (size_t i = 0; i < table->len && len > 0; i++) {
		const struct rv_option *const row = &table->rows[i];
		if (!rv_option_is_option(row) || strncmp(row->name, name, len) != 0) {
			continue;
		}
		if (row->name[len] == '\0') {
			return row;
		}
		if (row->help) {
			*(found ? &other : &found) = row;
		}
	}
	if (other) {
		rv_fail(err, RV_E_USAGE, "'--%.*s' is short for both '--%s' and '--%s'", (int)len, name, found->name,
		        other->name);
		return NULL;
	}
	if (!found) {
		char *const word = rv_strndup(name, len);
		fail_unknown(table, word, err);
		free(word);
	}
	return found;
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

/* ---- words ---- */

/* "--name", "-x" */
static void put_what(const struct rv_option *option, char letter, struct rv_str *what)
{
	if (letter) {
		rv_str_printf(what, "-%c", letter);
	} else {
		rv_str_printf(what, "--%s", option->name);
	}
}

int rv_option_check_next(const char *what, const char *argument, const char *word, struct rv_err *err)
{
	if (!word) {
		return rv_fail(err, RV_E_USAGE, "%s needs a value (%s)", what, argument);
	}
	return strncmp(word, "--", 2) != 0 || !word[2]
	               ? 0
	               : rv_fail(err, RV_E_USAGE, "%s needs a value (%s), not the option '%s'", what, argument, word);
}

/* Notes an option with the text that stands with it, or the next word where it needs one. */
static int take(struct parser *parser, const struct rv_option *option, char letter, const char *text,
                struct rv_err *err)
{
	struct rv_str what = RV_STR_INIT;
	int result = 0;
	put_what(option, letter, &what);
	if (text && !rv_option_takes_value(option) && option->kind != RV_OPT_SWITCH) {
		result = rv_fail(err, RV_E_USAGE, "%s takes no value", what.ptr);
	} else if (!text && rv_option_takes_value(option)) {
		text = parser->next < parser->argc ? parser->argv[parser->next++] : NULL;
		result = rv_option_check_next(what.ptr, option->argument, text, err);
	}
	rv_str_release(&what);
	RV_GROW(parser->given, parser->n_given, parser->cap_given);
	parser->given[parser->n_given++] = (struct given) { .option = option, .text = text, .letter = letter };
	return result;
}

static int take_name(struct parser *parser, const char *word, struct rv_err *err)
{
	const size_t len = strcspn(word, "=");
	const struct rv_option *const option = find_name(&parser->table, word, len, err);
	return option ? take(parser, option, 0, word[len] ? word + len + 1 : NULL, err) : -1;
}

static int take_letters(struct parser *parser, const char *letters, struct rv_err *err)
{
	for (const char *p = letters; *p; p++) {
		const struct rv_option *const option = find_letter(&parser->table, *p);
		if (!option) {
			return rv_fail(err, RV_E_USAGE, "no option '-%c'", *p);
		}
		if (rv_option_takes_value(option)) {
			return take(parser, option, *p, p[1] ? p + 1 : NULL, err);
		}
		if (take(parser, option, *p, NULL, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* All words up to one that asks for a listing; operands move to the front. Returns how many those are. */
static int take_words(struct parser *parser, struct rv_err *err)
{
	int n_operands = 0;
	bool only_operands = false;
	while (parser->next < parser->argc) {
		char *const word = parser->argv[parser->next++];
		int result = 0;
		if (only_operands || word[0] != '-' || word[1] == '\0') {
			parser->argv[n_operands++] = word; /* never ahead of parser->next */
		} else if (strcmp(word, "--") == 0) {
			only_operands = true;
		} else if (word[1] == '-') {
			result = take_name(parser, word + 2, err);
		} else {
			result = take_letters(parser, word + 1, err);
		}
		if (result < 0) {
			return -1;
		}
	}
	return n_operands;
}

/* ---- listings ---- */

/* Of the terminal that stdout is. */
static size_t terminal_width(void)
{
	const char *const columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t width = 0;
	if (!isatty(STDOUT_FILENO)) {
		return WIDTH_ELSEWHERE;
	}
	if (!columns || rv_parse_u64(columns, "", 1, 10000, &width, NULL) < 0) {
		width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
	}
	return width == 0 ? WIDTH_ELSEWHERE : RV_MAX((size_t)width, (size_t)WIDTH_MIN);
}

static void put_version(const struct rv_program *program, struct rv_str *out)
{
	rv_str_printf(out, "%s %s\n", program->name, RV_VERSION);
#ifdef __clang__
	rv_str_printf(out, "compiler: %s\n", __VERSION__);
#else
	rv_str_printf(out, "compiler: GCC %s\n", __VERSION__);
#endif
	if (program->libraries) {
		rv_str_puts(out, "libraries: ");
		program->libraries(out);
		rv_str_putc(out, '\n');
	}
}

/* What one of the options asks to print, if any: before values are set, so that --help tells the defaults. */
static bool put_listing(struct parser *parser, const struct rv_program *program, struct rv_str *out)
{
	for (size_t i = 0; i < parser->n_given; i++) {
		const void *const value = parser->given[i].option->value;
		if (value == &parser->table.help) {
			rv_option_table_help(&parser->table, program, terminal_width(), out);
		} else if (value == &parser->table.version) {
			put_version(program, out);
		} else if (value == &parser->table.completions) {
			rv_option_table_completions(&parser->table, program, out);
		}
		if (out->len > 0) {
			return true;
		}
	}
	return false;
}

static int print(const struct rv_str *text, struct rv_err *err)
{
	if (rv_write_all(STDOUT_FILENO, text->ptr, text->len) < 0) {
		return rv_fail_errno(err, "cannot write the output");
	}
	return 0;
}

void rv_options_help(const struct rv_program *program, size_t width, struct rv_str *out)
{
	struct rv_option_table table;
	rv_option_table_init(&table, program, NULL);
	rv_option_table_help(&table, program, width, out);
	rv_option_table_release(&table);
}

void rv_options_completions(const struct rv_program *program, struct rv_str *out)
{
	struct rv_option_table table;
	rv_option_table_init(&table, program, NULL);
	rv_option_table_completions(&table, program, out);
	rv_option_table_release(&table);
}

/* ---- all of it ---- */

static int set_values(const struct parser *parser, struct rv_err *err)
{
	struct rv_str what = RV_STR_INIT;
	int result = 0;
	for (size_t i = 0; i < parser->n_given && result == 0; i++) {
		const struct given *const given = &parser->given[i];
		rv_str_clear(&what);
		put_what(given->option, given->letter, &what);
		result = rv_option_set(given->option, what.ptr, given->text, err);
	}
	rv_str_release(&what);
	return result;
}

int rv_options_parse(const struct rv_program *program, int *argc, char **argv, struct rv_common *common, bool *done,
                     struct rv_err *err)
{
	struct parser parser = { .argv = argv, .argc = *argc, .next = 1 };
	struct rv_str listing = RV_STR_INIT;
	int result = -1;
	rv_option_table_init(&parser.table, program, common);
	const int n_operands = take_words(&parser, err);
	*done = put_listing(&parser, program, &listing);
	if (*done) {
		result = print(&listing, err);
	} else if (n_operands >= 0) {
		result = set_values(&parser, err);
		argv[n_operands] = NULL;
		*argc = n_operands;
	}
	rv_str_release(&listing);
	rv_option_table_release(&parser.table);
	free(parser.given);
	return result;
}

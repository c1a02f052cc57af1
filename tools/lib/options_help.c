/* SPDX-License-Identifier: MIT */
/* What a table of options says of itself: --help and the listing for completions. */
#include <string.h>

#include "options_private.h"

#define LABEL_MAX 28 /* columns of "  -j, --jobs N|auto"; the text of a longer one begins on the next line */

static size_t line_length(const struct rv_str *s)
{
	size_t len = 0;
	while (len < s->len && s->ptr[s->len - len - 1] != '\n') {
		len++;
	}
	return len;
}

/* Words filled into the lines, the later ones indented. */
static void put_filled(struct rv_str *out, const char *text, size_t indent, size_t width)
{
	const char *word = text;
	while (*word) {
		const size_t len = strcspn(word, " ");
		const size_t at = line_length(out);
		if (at > indent && at + 1 + len > width) {
			rv_str_printf(out, "\n%*s", (int)indent, "");
		} else if (at > indent) {
			rv_str_putc(out, ' ');
		}
		rv_str_append(out, word, len);
		word += len;
		word += strspn(word, " ");
	}
}

/* "  -j, --jobs N|auto" */
static void put_label(struct rv_str *out, const struct rv_option *option)
{
	if (option->kind == RV_OPT_COMMAND || option->kind == RV_OPT_TOPIC) {
		rv_str_printf(out, "  %s", option->name);
	} else if (option->letter) {
		rv_str_printf(out, "  -%c, --%s", option->letter, option->name);
	} else {
		rv_str_printf(out, "      --%s", option->name);
	}
	if (rv_option_takes_value(option)) {
		rv_str_printf(out, " %s", option->argument ? option->argument : "VALUE");
	} else if (option->kind == RV_OPT_SWITCH) {
		rv_str_puts(out, "[=false]");
	}
}

/* Where the texts begin: behind the longest label that is not too long. */
static size_t text_column(const struct rv_option_table *table, size_t label_max)
{
	struct rv_str label = RV_STR_INIT;
	size_t longest = 0;
	for (size_t i = 0; i < table->len; i++) {
		if (table->rows[i].kind != RV_OPT_GROUP && table->rows[i].help) {
			rv_str_clear(&label);
			put_label(&label, &table->rows[i]);
			longest = label.len <= label_max ? RV_MAX(longest, label.len) : longest;
		}
	}
	rv_str_release(&label);
	return longest + 2;
}

static void put_option(struct rv_str *out, const struct rv_option *option, size_t column, size_t width)
{
	struct rv_str text = RV_STR_INIT;
	put_label(out, option);
	const size_t at = line_length(out);
	if (at + 2 > column) {
		rv_str_printf(out, "\n%*s", (int)column, "");
	} else {
		rv_str_printf(out, "%*s", (int)(column - at), "");
	}
	rv_option_text(option, &text);
	put_filled(out, text.ptr, column, width);
	rv_str_putc(out, '\n');
	rv_str_release(&text);
}

static void put_usage(struct rv_str *out, const struct rv_program *program)
{
	const char *usage = program->usage;
	const char *lead = "Usage:";
	while (usage && *usage) {
		const size_t len = strcspn(usage, "\n");
		rv_str_printf(out, "%-6s %s %.*s\n", lead, program->name, (int)len, usage);
		usage += len + (usage[len] == '\n');
		lead = "";
	}
}

void rv_option_table_help(const struct rv_option_table *table, const struct rv_program *program, size_t width,
                          struct rv_str *out)
{
	const size_t column = text_column(table, RV_MIN((size_t)LABEL_MAX, width / 2));
	put_usage(out, program);
	put_filled(out, program->purpose, 0, width);
	rv_str_putc(out, '\n');
	if (table->rows[0].kind != RV_OPT_GROUP && table->rows[0].help) {
		rv_str_puts(out, "\nOptions:\n");
	}
	for (size_t i = 0; i < table->len; i++) {
		const struct rv_option *const row = &table->rows[i];
		if (row->kind == RV_OPT_GROUP) {
			rv_str_putc(out, '\n');
			put_filled(out, row->name, 0, width);
			rv_str_puts(out, ":\n");
		} else if (row->help) {
			put_option(out, row, column, width);
		}
	}
	if (program->examples) {
		rv_str_printf(out, "\nExamples:\n%s", program->examples);
		if (out->ptr[out->len - 1] != '\n') {
			rv_str_putc(out, '\n');
		}
	}
}

static void put_completion(struct rv_str *out, const struct rv_option *option, const char *dashes, const char *name)
{
	rv_str_printf(out, "%s%s\t%s\t", dashes, name, rv_option_takes_value(option) ? option->argument : "");
	for (size_t i = 0; option->choices && option->choices[i]; i++) {
		rv_str_printf(out, "%s%s", i > 0 ? " " : "", option->choices[i]);
	}
	rv_str_printf(out, "\t%s\n", option->help);
}

void rv_option_table_completions(const struct rv_option_table *table, const struct rv_program *program,
                                 struct rv_str *out)
{
	if (program->operands) {
		rv_str_printf(out, ":\t%s\t\t\n", program->operands);
	}
	for (size_t i = 0; i < table->len; i++) {
		const struct rv_option *const row = &table->rows[i];
		if (row->kind == RV_OPT_GROUP || row->kind == RV_OPT_TOPIC || !row->help) {
			continue;
		}
		if (row->letter) {
			const char letter[] = { row->letter, '\0' };
			put_completion(out, row, "-", letter);
		}
		put_completion(out, row, row->kind == RV_OPT_COMMAND ? "" : "--", row->name);
	}
}

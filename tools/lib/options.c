/* SPDX-License-Identifier: MIT */
/* The option parser, --help and the listing for completions, all from one table. */
#include "options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "parse.h"

#define HELP_COLUMN 28
#define HELP_WIDTH 96
#define GRACE_S 10 /* between a signal and the end */
#define COMMON_OPTIONS 13

/* Found while parsing; the value pointers of the common options. */
struct state {
	struct rv_common *common;
	bool help, version, completions;
	struct rv_option common_options[COMMON_OPTIONS];
};

static void fill_common(struct state *state, const struct rv_program *program)
{
	static struct rv_common unused;
	struct rv_common *const common = state->common ? state->common : &unused;
	common->grace_s = GRACE_S;
	const struct rv_option group = { .kind = RV_OPT_GROUP, .name = "Every tool" };
	const struct rv_option options[] = {
		{ .kind = RV_OPT_STRING,
		  .name = "expect",
		  .value = &common->expect,
		  .argument = "N|all",
		  .help = "end with status 3 when fewer records come; all: as many as run.of of the records says" },
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
		  .help = "be over that long after a signal, whatever is in work (10)" },
		{ .kind = RV_OPT_FLAG,
		  .name = "json",
		  .value = &common->json,
		  .help = "write records even to a terminal" },
		{ .kind = RV_OPT_FLAG, .letter = 'q', .name = "quiet", .value = &common->quiet, .help = "errors only" },
		{ .kind = RV_OPT_COUNT,
		  .letter = 'v',
		  .name = "verbose",
		  .value = &common->verbose,
		  .help = "say more; twice: even more" },
		{ .kind = RV_OPT_FLAG,
		  .letter = 'h',
		  .name = "help",
		  .value = &state->help,
		  .help = "print this help and exit" },
		{ .kind = RV_OPT_FLAG, .name = "version", .value = &state->version, .help = "print versions and exit" },
		{ .kind = RV_OPT_FLAG, .name = "completions", .value = &state->completions }, /* no help: hidden */
		{ .kind = RV_OPT_END },
	};
	static const size_t left_out_of[] = {
		[RV_COMMON_STREAM] = 0, [RV_COMMON_SOURCE] = 1, [RV_COMMON_JSON] = 4, [RV_COMMON_MINIMUM] = 5
	};
	const size_t left_out = left_out_of[program->common];
	state->common_options[0] = group;
	memcpy(&state->common_options[1], &options[left_out], sizeof(options) - left_out * sizeof(options[0]));
}

static bool is_option(const struct rv_option *option)
{
	return option->kind != RV_OPT_GROUP && option->kind != RV_OPT_COMMAND;
}

static bool takes_argument(const struct rv_option *option)
{
	return option->kind != RV_OPT_FLAG && option->kind != RV_OPT_NO_FLAG && option->kind != RV_OPT_SWITCH &&
	       option->kind != RV_OPT_COUNT && option->kind != RV_OPT_COMMAND;
}

/* Calls `visit` for every option of the program and the common ones until it returns false. */
typedef bool visit_fn(const struct rv_option *option, void *context);

static void for_each(const struct rv_program *program, const struct state *state, visit_fn *visit, void *context)
{
	const struct rv_option *const tables[] = { program->options, state->common_options };
	for (size_t i = 0; i < RV_COUNTOF(tables); i++) {
		for (const struct rv_option *o = tables[i]; o && o->kind != RV_OPT_END; o++) {
			if (!visit(o, context)) {
				return;
			}
		}
	}
}

/* ---- finding an option ---- */

struct search {
	const char *name;
	size_t len;
	char letter;
	const struct rv_option *found;
	const struct rv_option *other; /* a second one that the abbreviation fits */
};

static bool match_long(const struct rv_option *option, void *context)
{
	struct search *const search = context;
	if (!is_option(option) || strncmp(option->name, search->name, search->len) != 0) {
		return true;
	}
	if (option->name[search->len] == '\0') {
		search->found = option;
		search->other = NULL;
		return false;
	}
	if (option->help) { /* hidden ones are not abbreviated */
		if (search->found) {
			search->other = option;
		} else {
			search->found = option;
		}
	}
	return true;
}

static bool match_letter(const struct rv_option *option, void *context)
{
	struct search *const search = context;
	if (is_option(option) && option->letter == search->letter) {
		search->found = option;
	}
	return !search->found;
}

struct names {
	const char **items;
	size_t len, cap;
};

static bool collect_name(const struct rv_option *option, void *context)
{
	struct names *const names = context;
	if (is_option(option) && option->help) {
		RV_GROW(names->items, names->len, names->cap);
		names->items[names->len++] = option->name;
	}
	return true;
}

static int fail_unknown(const struct rv_program *program, const struct state *state, const char *name,
                        struct rv_err *err)
{
	struct names names = { NULL, 0, 0 };
	for_each(program, state, collect_name, &names);
	RV_GROW(names.items, names.len, names.cap);
	names.items[names.len] = NULL;
	const char *const nearest = rv_nearest_name(name, names.items);
	free(names.items);
	if (nearest) {
		return rv_fail(err, RV_E_USAGE, "no option '--%s', did you mean '--%s'?", name, nearest);
	}
	return rv_fail(err, RV_E_USAGE, "no option '--%s'", name);
}

/* ---- parsing ---- */

struct words {
	char **argv;
	int argc;
	int next; /* the next to look at */
};

static int parse_long(const struct rv_program *program, const struct state *state, struct words *words, char *word,
                      struct rv_err *err)
{
	char *const equals = strchr(word, '=');
	struct search search = { .name = word, .len = equals ? (size_t)(equals - word) : strlen(word) };
	if (search.len > 0) {
		for_each(program, state, match_long, &search);
	}
	if (search.other) {
		return rv_fail(err, RV_E_USAGE, "'--%.*s' is short for both '--%s' and '--%s'", (int)search.len, word,
		               search.found->name, search.other->name);
	}
	if (!search.found) {
		if (equals) {
			*equals = '\0';
		}
		return fail_unknown(program, state, word, err);
	}
	struct rv_str what = RV_STR_INIT;
	const char *text = equals ? equals + 1 : NULL;
	int result = -1;
	rv_str_printf(&what, "--%s", search.found->name);
	if (text && !takes_argument(search.found) && search.found->kind != RV_OPT_SWITCH) {
		rv_fail(err, RV_E_USAGE, "%s takes no value", what.ptr);
	} else if (!text && takes_argument(search.found) && words->next == words->argc) {
		rv_fail(err, RV_E_USAGE, "%s needs a value (%s)", what.ptr, search.found->argument);
	} else {
		if (!text && takes_argument(search.found)) {
			text = words->argv[words->next++];
		}
		result = rv_option_set(search.found, what.ptr, text, err);
	}
	rv_str_release(&what);
	return result;
}

static int parse_letters(const struct rv_program *program, const struct state *state, struct words *words,
                         char *letters, struct rv_err *err)
{
	for (char *p = letters; *p; p++) {
		struct search search = { .letter = *p };
		const char what[] = { '-', *p, '\0' };
		for_each(program, state, match_letter, &search);
		if (!search.found) {
			return rv_fail(err, RV_E_USAGE, "no option '%s'", what);
		}
		if (!takes_argument(search.found)) {
			if (rv_option_set(search.found, what, NULL, err) < 0) {
				return -1;
			}
			continue;
		}
		if (p[1] == '\0' && words->next == words->argc) {
			return rv_fail(err, RV_E_USAGE, "%s needs a value (%s)", what, search.found->argument);
		}
		return rv_option_set(search.found, what, p[1] ? p + 1 : words->argv[words->next++], err);
	}
	return 0;
}

static int print(const struct rv_str *text, struct rv_err *err)
{
	if (rv_write_all(STDOUT_FILENO, text->ptr, text->len) < 0) {
		return rv_fail_errno(err, "cannot write the output");
	}
	return 0;
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
		rv_str_printf(out, "libraries: %s\n", program->libraries);
	}
}

int rv_options_parse(const struct rv_program *program, int *argc, char **argv, struct rv_common *common, bool *done,
                     struct rv_err *err)
{
	struct state state = { .common = common };
	struct words words = { .argv = argv, .argc = *argc, .next = 1 };
	int n_operands = 0;
	bool only_operands = false;
	*done = false;
	fill_common(&state, program);
	while (words.next < words.argc) {
		char *const word = argv[words.next++];
		int result = 0;
		if (only_operands || word[0] != '-' || word[1] == '\0') {
			argv[n_operands++] = word; /* never ahead of words.next */
		} else if (strcmp(word, "--") == 0) {
			only_operands = true;
		} else if (word[1] == '-') {
			result = parse_long(program, &state, &words, word + 2, err);
		} else {
			result = parse_letters(program, &state, &words, word + 1, err);
		}
		if (result < 0) {
			return -1;
		}
		if (state.help || state.version || state.completions) {
			struct rv_str text = RV_STR_INIT;
			if (state.help) {
				rv_options_help(program, &text);
			} else if (state.version) {
				put_version(program, &text);
			} else {
				rv_options_completions(program, &text);
			}
			result = print(&text, err);
			rv_str_release(&text);
			*done = true;
			return result;
		}
	}
	argv[n_operands] = NULL;
	*argc = n_operands;
	return 0;
}

void rv_option_list_release(struct rv_option_list *list)
{
	free(list->items);
	*list = (struct rv_option_list) { NULL, 0, 0 };
}

/* ---- help ---- */

static size_t line_length(const struct rv_str *s)
{
	size_t len = 0;
	while (len < s->len && s->ptr[s->len - len - 1] != '\n') {
		len++;
	}
	return len;
}

/* Words filled into the lines, the later ones indented. */
static void put_filled(struct rv_str *out, const char *text, size_t indent)
{
	const char *word = text;
	while (*word) {
		const size_t len = strcspn(word, " ");
		const size_t at = line_length(out);
		if (at > indent && at + 1 + len > HELP_WIDTH) {
			rv_str_printf(out, "\n%*s", (int)indent, "");
		} else if (at > indent) {
			rv_str_putc(out, ' ');
		}
		rv_str_append(out, word, len);
		word += len;
		word += strspn(word, " ");
	}
}

static bool put_option(const struct rv_option *option, void *context)
{
	struct rv_str *const out = context;
	if (option->kind == RV_OPT_GROUP) {
		rv_str_printf(out, "\n%s:\n", option->name);
		return true;
	}
	if (!option->help) {
		return true;
	}
	if (option->kind == RV_OPT_COMMAND) {
		rv_str_printf(out, "  %s", option->name);
	} else if (option->letter) {
		rv_str_printf(out, "  -%c, --%s", option->letter, option->name);
	} else {
		rv_str_printf(out, "      --%s", option->name);
	}
	if (takes_argument(option)) {
		rv_str_printf(out, " %s", option->argument ? option->argument : "VALUE");
	} else if (option->kind == RV_OPT_SWITCH) {
		rv_str_puts(out, "[=false]");
	}
	const size_t at = line_length(out);
	if (at + 2 > HELP_COLUMN) {
		rv_str_printf(out, "\n%*s", HELP_COLUMN, "");
	} else {
		rv_str_printf(out, "%*s", (int)(HELP_COLUMN - at), "");
	}
	put_filled(out, option->help, HELP_COLUMN);
	rv_str_putc(out, '\n');
	return true;
}

void rv_options_help(const struct rv_program *program, struct rv_str *out)
{
	struct state state = { .common = NULL };
	fill_common(&state, program);
	const char *usage = program->usage;
	const char *lead = "Usage:";
	while (usage && *usage) {
		const size_t len = strcspn(usage, "\n");
		rv_str_printf(out, "%-6s %s %.*s\n", lead, program->name, (int)len, usage);
		usage += len + (usage[len] == '\n');
		lead = "";
	}
	put_filled(out, program->purpose, 0);
	rv_str_putc(out, '\n');
	if (program->options && program->options->kind != RV_OPT_GROUP && program->options->help) {
		rv_str_puts(out, "\nOptions:\n");
	}
	for_each(program, &state, put_option, out);
	if (program->examples) {
		rv_str_printf(out, "\nExamples:\n%s", program->examples);
		if (out->ptr[out->len - 1] != '\n') {
			rv_str_putc(out, '\n');
		}
	}
}

static void put_completion(struct rv_str *out, const struct rv_option *option, const char *dashes, const char *name)
{
	rv_str_printf(out, "%s%s\t%s\t", dashes, name, takes_argument(option) ? option->argument : "");
	for (size_t i = 0; option->choices && option->choices[i]; i++) {
		rv_str_printf(out, "%s%s", i > 0 ? " " : "", option->choices[i]);
	}
	rv_str_printf(out, "\t%s\n", option->help);
}

static bool put_completions(const struct rv_option *option, void *context)
{
	if (option->kind != RV_OPT_GROUP && option->help) {
		if (option->letter) {
			const char letter[] = { option->letter, '\0' };
			put_completion(context, option, "-", letter);
		}
		put_completion(context, option, option->kind == RV_OPT_COMMAND ? "" : "--", option->name);
	}
	return true;
}

void rv_options_completions(const struct rv_program *program, struct rv_str *out)
{
	struct state state = { .common = NULL };
	fill_common(&state, program);
	for_each(program, &state, put_completions, out);
}

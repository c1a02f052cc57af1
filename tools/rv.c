/* SPDX-License-Identifier: MIT */
/* rv: one name for everything. `rv seed ...` runs the tool `rv-seed ...`, the one beside this program before one in
 * PATH; the commands that are no tools are in porcelain/. */
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "parse.h"
#include "porcelain/command.h"
#include "spawn.h"
#include "tool.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* NULL: the tool rv-NAME */
	const char *help;
} commands[] = {
	{ "render", porcelain_command_render, "render labelled samples with a scene script" },
	{ "preview", porcelain_command_preview, "show a scene while it is written" },
	{ "export", porcelain_command_export, "write the scene of a script to a .blend file" },
	{ "python", porcelain_command_python, "teach editors what a scene script can use" },
	{ "doctor", porcelain_command_doctor, "tell whether this machine can render, and what to do" },
	{ "view", porcelain_command_view, "look at a dataset in a browser" },
	{ "new", porcelain_command_new, "make a small project that runs at once" },
	{ "replay", porcelain_command_replay, "render one sample again and compare" },
	{ "worker", porcelain_command_worker, "say which standard queues do its work" },
	{ "seed", NULL, "emit records: seeds and parameters" },
	{ "gen", NULL, "run a generator program for each record" },
	{ "blend", NULL, "render records in a pool of Blenders" },
	{ "mask", NULL, "make labels from what was rendered" },
	{ "mux", NULL, "write labelled samples as datasets and videos" },
	{ "verify", NULL, "check records, files and datasets" },
};

/* What `rv help TOPIC` runs: pages, and what tools tell of their own tables. */
static const struct topic {
	const char *name;
	const char *words[4]; /* of a command line, NULL-ended */
	const char *help;
} topics[] = {
	{ "formats", { "rv-mux", "--formats" }, "what datasets of each format hold, need and lose" },
	{ "labels", { "rv-mask", "--labels" }, "which labels there are, and what they are made of" },
	{ "settings", { "rv-blend", "--settings" }, "what a record may say of its render" },
	{ "checks", { "rv-verify", "--list-checks" }, "what rv-verify finds" },
	{ "templates", { "rv", "new", "--list" }, "what rv new begins with" },
	{ "record", { "man", "5", "rv-record" }, "what is in a record, and in a sample's directory" },
	{ "pipeline", { "man", "7", "rv-pipeline" }, "pipes, machines, resuming, exit statuses" },
};

/* Formats are topics, too. Their names, but for '_' in the place of '-'. */
static const char *const formats[] = {
#define FORMAT(name) #name,
#include "format/list.def"
#undef FORMAT
};

/* The commands for --help and completions, a heading before each part. */
static struct rv_option options[RV_COUNTOF(commands) + RV_COUNTOF(topics) + 4];

static const struct rv_program program = {
	.name = "rv",
	.usage = "COMMAND [ARG]...\nTOOL [ARG]...\nhelp [COMMAND|TOOL|TOPIC|FORMAT]",
	.purpose = "Make labelled synthetic datasets with Blender.",
	.options = options,
	.examples = "rv seed seq 100 | rv blend scene.py | rv mask | rv mux\n"
	            "rv help blend\n",
	.common = RV_COMMON_MINIMUM,
};

static void fill_options(void)
{
	struct rv_option *option = options;
	*option++ = (struct rv_option) { .kind = RV_OPT_GROUP, .name = "Commands" };
	for (size_t i = 0; i < RV_COUNTOF(commands); i++) {
		if (!commands[i].run && commands[i - 1].run) {
			*option++ = (struct rv_option) { .kind = RV_OPT_GROUP, .name = "Tools (rv TOOL is rv-TOOL)" };
		}
		*option++ = (struct rv_option) { .kind = RV_OPT_COMMAND,
			                         .name = commands[i].name,
			                         .help = commands[i].help };
	}
	*option++ = (struct rv_option) { .kind = RV_OPT_GROUP, .name = "Topics (rv help TOPIC)" };
	for (size_t i = 0; i < RV_COUNTOF(topics); i++) {
		*option++ = (struct rv_option) { .kind = RV_OPT_TOPIC, .name = topics[i].name, .help = topics[i].help };
	}
	option->kind = RV_OPT_END;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(commands); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

static const struct topic *find_topic(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(topics); i++) {
		if (strcmp(topics[i].name, name) == 0) {
			return &topics[i];
		}
	}
	return NULL;
}

static bool is_format(const char *name)
{
	char *const plain = rv_strdup(name);
	bool found = false;
	for (char *c = plain; *c; c++) {
		*c = *c == '-' ? '_' : *c;
	}
	for (size_t i = 0; i < RV_COUNTOF(formats) && !found; i++) {
		found = strcmp(plain, formats[i]) == 0;
	}
	free(plain);
	return found;
}

/* Of the commands, and with help of the topics and formats, too. */
static const char *nearest(const char *name, bool asks_help)
{
	const char *names[RV_COUNTOF(commands) + RV_COUNTOF(topics) + RV_COUNTOF(formats) + 1] = { NULL };
	size_t len = 0;
	for (size_t i = 0; i < RV_COUNTOF(commands); i++) {
		names[len++] = commands[i].name;
	}
	for (size_t i = 0; i < RV_COUNTOF(topics) && asks_help; i++) {
		names[len++] = topics[i].name;
	}
	for (size_t i = 0; i < RV_COUNTOF(formats) && asks_help; i++) {
		names[len++] = formats[i];
	}
	return rv_nearest_name(name, names);
}

/* Becomes rv-NAME; argv[0] is replaced. Comes back only when that fails. Called before anything is set up, so that the
 * tool finds its signals and descriptors as they were given to us. */
static int become(const char *name, char **argv)
{
	struct rv_str tool = RV_STR_INIT;
	rv_str_printf(&tool, "rv-%s", name);
	char *const path = rv_find_tool(tool.ptr);
	argv[0] = tool.ptr;
	execvp(path, argv);
	rv_diag_init(program.name);
	rv_error("cannot run '%s': %s", tool.ptr, strerror(errno));
	rv_str_release(&tool);
	free(path);
	return 3;
}

/* Becomes the program that tells of a topic, ours beside this one. Comes back only when that fails. */
static int show_topic(const char *const *words)
{
	const char *const name = words[0];
	char *const path = strncmp(name, "rv", 2) == 0 ? rv_find_tool(name) : rv_strdup(name);
	execvp(path, (char *const *)(uintptr_t)words);
	rv_error("cannot run '%s': %s", name, strerror(errno));
	free(path);
	return 3;
}

/* argv[0] is the name. */
static int run(const struct command *command, int argc, char **argv)
{
	return command->run ? command->run(argc, argv) : become(command->name, argv);
}

/* Words that may follow "rv help", for completions. */
static int list_help_words(void)
{
	for (size_t i = 0; i < RV_COUNTOF(commands); i++) {
		printf("%s\t\t\t%s\n", commands[i].name, commands[i].help);
	}
	for (size_t i = 0; i < RV_COUNTOF(topics); i++) {
		printf("%s\t\t\t%s\n", topics[i].name, topics[i].help);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char help[] = "--help";
	const bool asks_help = argc > 1 && strcmp(argv[1], "help") == 0;
	const char *const word = argc > 2 && asks_help ? argv[2] : argc > 1 ? argv[1] : "";
	const struct command *const command = find(word);
	if (command && asks_help) {
		char *help_argv[] = { argv[2], help, NULL };
		return run(command, 2, help_argv);
	}
	if (command) {
		return run(command, argc - 1, argv + 1);
	}
	if (asks_help && strcmp(word, "--completions") == 0) {
		return list_help_words();
	}
	if (asks_help && find_topic(word)) {
		rv_diag_init(program.name);
		return show_topic(find_topic(word)->words);
	}
	if (asks_help && is_format(word)) {
		rv_diag_init(program.name);
		return show_topic((const char *[]) { "rv-mux", "--formats", "--format", word, NULL });
	}
	if (asks_help && (argc == 2 || strcmp(word, "help") == 0)) {
		argv[1] = help;
	}
	fill_options();
	struct rv_tool tool;
	int n = argc;
	const int status = rv_tool_start(&tool, &program, &n, argv);
	if (status >= 0) {
		return status;
	}
	const char *const unknown = n == 0 ? NULL : asks_help ? argv[1] : argv[0];
	if (!unknown) {
		return rv_tool_usage(&tool, "which command?");
	}
	if (!asks_help && (find_topic(unknown) || is_format(unknown))) {
		return rv_tool_usage(&tool, "no command '%s': did you mean 'rv help %s'?", unknown, unknown);
	}
	const char *const likely = nearest(unknown, asks_help);
	return likely ? rv_tool_usage(&tool, "no command '%s': did you mean '%s'?", unknown, likely)
	              : rv_tool_usage(&tool, "no command '%s'", unknown);
}

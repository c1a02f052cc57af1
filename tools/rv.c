/* SPDX-License-Identifier: MIT */
/* rv: one name for the tools. `rv seed ...` runs `rv-seed ...`, the one beside this program before one in PATH. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "parse.h"
#include "tool.h"

static const char *const tools[] = { "seed", "gen", "blend", "mask", "mux", "verify", NULL };

static const struct rv_option options[] = {
	{ RV_OPT_END, 0, NULL, NULL, NULL, NULL, 0, 0, NULL },
};

static const struct rv_program program = {
	.name = "rv",
	.usage = "TOOL [ARG]...\nhelp [TOOL]",
	.purpose =
	        "Run a tool: seed emits records, gen runs generators, blend renders, mask labels, mux writes datasets, "
	        "verify checks them.",
	.options = options,
	.examples = "rv seed seq 100 | rv blend scene.py | rv mask | rv mux\n"
	            "rv help blend\n",
};

static bool is_tool(const char *name)
{
	for (size_t i = 0; tools[i]; i++) {
		if (strcmp(tools[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* The directory of this program with a slash, or "" when the system does not say. */
static void own_directory(struct rv_str *out)
{
	char *const path = realpath("/proc/self/exe", NULL);
	if (path) {
		rv_str_append(out, path, (size_t)(strrchr(path, '/') + 1 - path));
		free(path);
	}
}

/* Becomes rv-NAME; argv[0] is replaced. Comes back only when that fails. Called before anything is set up, so that the
 * tool finds its signals and descriptors as they were given to us. */
static int become(const char *name, char **argv)
{
	struct rv_str path = RV_STR_INIT;
	own_directory(&path);
	const size_t directory_len = path.len;
	rv_str_printf(&path, "rv-%s", name);
	argv[0] = path.ptr + directory_len;
	if (directory_len > 0) {
		execv(path.ptr, argv);
	}
	if (directory_len == 0 || errno == ENOENT) {
		execvp(argv[0], argv);
	}
	rv_diag_init(program.name);
	rv_error("cannot run '%s': %s", argv[0], strerror(errno));
	rv_str_release(&path);
	return 3;
}

int main(int argc, char **argv)
{
	static char help[] = "--help";
	const bool asks_help = argc > 1 && strcmp(argv[1], "help") == 0;
	if (argc > 1 && is_tool(argv[1])) {
		return become(argv[1], argv + 1);
	}
	if (asks_help && argc > 2 && is_tool(argv[2])) {
		char *help_argv[] = { NULL, help, NULL };
		return become(argv[2], help_argv);
	}
	if (asks_help && argc == 2) {
		argv[1] = help;
	}
	struct rv_tool tool;
	int n = argc;
	const int status = rv_tool_start(&tool, &program, &n, argv);
	if (status >= 0) {
		return status;
	}
	const char *const unknown = n == 0 ? NULL : asks_help ? argv[1] : argv[0];
	if (!unknown) {
		return rv_tool_usage(&tool, "which tool?");
	}
	const char *const likely = rv_nearest_name(unknown, tools);
	return likely ? rv_tool_usage(&tool, "no tool '%s': did you mean '%s'?", unknown, likely)
	              : rv_tool_usage(&tool, "no tool '%s'", unknown);
}

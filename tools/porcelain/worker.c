/* SPDX-License-Identifier: MIT */
/* rv worker: says that there is none, because standard queues do its work, and where to read. */
#include "porcelain/command.h"

#include <stdlib.h>

#include "blend/locate.h"
#include "diag.h"
#include "str.h"
#include "tool.h"

/* Options that the command of that name is known to have elsewhere: whoever gives them gets the same answer. */
static const char *config;
static bool once;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING, .name = "config", .value = &config, .argument = "FILE" },
	{ .kind = RV_OPT_FLAG, .name = "once", .value = &once },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv worker",
	.usage = "[ARG]...",
	.purpose = "There is no worker: standard queues (GNU parallel, Slurm, Kubernetes) spread the work. See "
	           "rv-pipeline(7), and docs/worker.md for which of them does what.",
	.options = options,
	.examples = "rv-seed seq 100000 --shard 3/16 | rv-blend scene.py -o out | rv-mask",
	.common = RV_COMMON_MINIMUM,
};

/* The files lie beside the part for Blender. */
static void hint_at_files(void)
{
	struct rv_str path = RV_STR_INIT;
	char *const home = blend_locate_home(NULL);
	if (home) {
		rv_str_printf(&path, "%s/../pipelines", home);
	}
	char *const real = home ? realpath(path.ptr, NULL) : NULL;
	if (real) {
		rv_hint("ready files are in %s: README.md there, and rv-pipeline(7), say which engine takes which",
		        real);
	} else {
		rv_hint("see rv-pipeline(7); each machine makes a part of 'rv-seed --shard I/N'");
	}
	free(real);
	free(home);
	rv_str_release(&path);
}

int porcelain_command_worker(int argc, char **argv)
{
	struct rv_tool tool;
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	rv_error("there is no worker: standard queues spread the work over machines (GNU parallel, Slurm, Kubernetes)");
	hint_at_files();
	return 2;
}

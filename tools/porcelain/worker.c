/* SPDX-License-Identifier: MIT */
/* rv worker: says that there is none, because standard queues do its work, and where to read. */
#include "porcelain/command.h"

#include "diag.h"
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
	           "pipelines/README.md and rv-pipeline(7).",
	.options = options,
	.examples = "rv-seed seq 100000 --shard 3/16 | rv-blend scene.py -o out | rv-mask",
	.common = RV_COMMON_MINIMUM,
};

int porcelain_command_worker(int argc, char **argv)
{
	struct rv_tool tool;
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	rv_error("there is no worker: standard queues spread the work over machines (GNU parallel, Slurm, Kubernetes)");
	rv_hint("see pipelines/README.md and rv-pipeline(7) for ready files, each built on 'rv-seed --shard I/N'");
	return 2;
}

/* SPDX-License-Identifier: MIT */
/*
 * What every tool's main does first and last:
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct rv_tool tool;
 *		int status = rv_tool_start(&tool, &program, &argc, argv);
 *		if (status >= 0) {
 *			return status;
 *		}
 *		...
 *		return rv_tool_end(&tool);
 *	}
 *
 * The exit status is kept in the tool: 0 done, 1 some records carry an error or the answer is no, 2 wrong usage, 3 the
 * environment failed. Who works on a stream of records goes on with stream.h.
 */
#ifndef RV_TOOL_H
#define RV_TOOL_H

#include "err.h"
#include "options.h"

struct rv_tool {
	const struct rv_program *program;
	struct rv_common common;
	int status; /* the highest so far */
	int signal; /* not 0: end by this signal */
};

/* Opens closed standard descriptors on /dev/null (a write to a closed stdout still fails, as it should), ignores
 * SIGPIPE, parses options. -1: go on; >= 0: exit with it at once. Leaves the operands in argv[0..*argc). */
int rv_tool_start(struct rv_tool *tool, const struct rv_program *program, int *argc, char **argv);
/* Raises the status. */
void rv_tool_status(struct rv_tool *tool, int status);
/* Prints *err, raises the status to what it means, returns that status. */
int rv_tool_fail(struct rv_tool *tool, const struct rv_err *err);
/* For a wrong operand: prints, adds the hint to --help, returns 2. */
int rv_tool_usage(struct rv_tool *tool, const char *format, ...) RV_PRINTF(2, 3);
/* What main returns (or the end by a signal). */
int rv_tool_end(struct rv_tool *tool);

#endif

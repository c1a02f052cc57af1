/* SPDX-License-Identifier: MIT */
/* The frame of a tool's main. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "sig.h"

/* A closed standard descriptor would be given to the next file that is opened. The null device takes its place the
 * wrong way round, so that reading from stdin and writing to stdout still fail. */
static void open_closed_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_WRONLY };
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", flags[fd]) != fd) {
			_exit(3);
		}
	}
}

int rv_tool_start(struct rv_tool *tool, const struct rv_program *program, int *argc, char **argv)
{
	struct rv_err err = RV_ERR_INIT;
	bool done;
	*tool = (struct rv_tool) { .program = program };
	rv_alloc_keep();
	open_closed_descriptors();
	signal(SIGPIPE, SIG_IGN);
	rv_diag_init(program->name);
	if (rv_options_parse(program, argc, argv, &tool->common, &done, &err) < 0) {
		rv_report(&err);
		if (err.code == RV_E_USAGE) {
			rv_hint("see '%s --help'", program->name);
		}
		return rv_err_exit_status(err.code);
	}
	rv_diag_set_level(tool->common.quiet ? 0 : 1 + tool->common.verbose);
	return done ? 0 : -1;
}

void rv_tool_status(struct rv_tool *tool, int status)
{
	int now = __atomic_load_n(&tool->status, __ATOMIC_RELAXED);
	while (now < status &&
	       !__atomic_compare_exchange_n(&tool->status, &now, status, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
	}
}

int rv_tool_fail(struct rv_tool *tool, const struct rv_err *err)
{
	const int status = rv_err_exit_status(err->code);
	rv_report(err);
	rv_tool_status(tool, status);
	return status;
}

int rv_tool_usage(struct rv_tool *tool, const char *format, ...)
{
	struct rv_str text = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&text, format, args);
	va_end(args);
	rv_error("%s", text.ptr);
	rv_hint("see '%s --help'", tool->program->name);
	rv_str_release(&text);
	rv_tool_status(tool, 2);
	return 2;
}

int rv_tool_end(struct rv_tool *tool)
{
	/* One that came after the last record was read counts as well: work was cut short. */
	const int signal_number = tool->signal ? tool->signal : rv_sig_stop();
	if (signal_number) {
		rv_sig_die(signal_number);
	}
	return tool->status;
}

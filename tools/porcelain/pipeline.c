/* SPDX-License-Identifier: MIT */
/* A pipe of rv's tools: descriptors, processes, their end. */
#include "porcelain/pipeline.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "sig.h"

#define STOP_S 10.0 /* how long stages may take to end by a signal */
#define LOOK_S 0.1  /* how often we look for a signal while we wait */

struct porcelain_words *porcelain_pipeline_stage(struct porcelain_pipeline *pipeline, const char *name)
{
	if (pipeline->len == PORCELAIN_PIPELINE_STAGES_MAX) {
		rv_bug("more than %d stages", PORCELAIN_PIPELINE_STAGES_MAX);
	}
	struct porcelain_pipeline_stage *const stage = &pipeline->stages[pipeline->len++];
	*stage = (struct porcelain_pipeline_stage) { .name = name, .child = RV_CHILD_INIT };
	char *const path = rv_find_tool(name);
	porcelain_words_add(&stage->argv, "%s", path);
	free(path);
	return &stage->argv;
}

int porcelain_pipeline_start(struct porcelain_pipeline *pipeline, int in_fd, struct rv_err *err)
{
	int from = in_fd;
	for (size_t i = 0; i < pipeline->len; i++) {
		struct porcelain_pipeline_stage *const stage = &pipeline->stages[i];
		int fds[2];
		int result = -1;
		if (pipe2(fds, O_CLOEXEC) < 0) {
			rv_fail_errno(err, "cannot make a pipe");
		} else {
			const struct rv_fd_map map[] = { { from, 0 }, { fds[1], 1 }, { 2, 2 } };
			const struct rv_spawn how = { .argv = (const char *const *)stage->argv.items,
				                      .fds = map,
				                      .n_fds = RV_COUNTOF(map) };
			result = rv_spawn(&stage->child, &how, err);
			close(fds[1]);
		}
		if (i > 0) {
			close(from);
		}
		if (result < 0) {
			return -1;
		}
		from = fds[0];
	}
	pipeline->out_fd = from;
	return 0;
}

static void send_all(const struct porcelain_pipeline *pipeline, int signal_number)
{
	for (size_t i = 0; i < pipeline->len; i++) {
		rv_child_kill(&pipeline->stages[i].child, signal_number);
	}
}

/* What one stage's end means for ours. */
static int judge(const struct porcelain_pipeline_stage *stage, int status)
{
	/* By SIGPIPE: its reader was gone, and it is the reader that tells why. */
	if (rv_sig_stop() || (WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE)) {
		return 0;
	}
	if (!WIFSIGNALED(status)) {
		return WEXITSTATUS(status);
	}
	struct rv_str how = RV_STR_INIT;
	rv_child_describe(status, &how);
	rv_error("'%s' was ended by %s", stage->name, how.ptr);
	rv_str_release(&how);
	return 3;
}

/* Waits for one stage; a signal meanwhile goes to all of them. *deadline_s is when patience ends, < 0: none came yet.
 */
static int await(const struct porcelain_pipeline *pipeline, struct rv_child *child, double *deadline_s)
{
	int status = 0;
	while (!rv_child_wait(child, LOOK_S, &status)) {
		if (rv_sig_stop() && *deadline_s < 0) {
			send_all(pipeline, rv_sig_stop());
			*deadline_s = rv_clock_s() + STOP_S;
		} else if (*deadline_s >= 0 && rv_clock_s() > *deadline_s) {
			send_all(pipeline, SIGKILL);
		}
	}
	return status;
}

int porcelain_pipeline_end(struct porcelain_pipeline *pipeline)
{
	double deadline_s = -1;
	int worst = 0;
	if (rv_sig_stop()) {
		send_all(pipeline, rv_sig_stop());
		deadline_s = rv_clock_s() + STOP_S;
	}
	if (pipeline->out_fd >= 0) {
		close(pipeline->out_fd);
		pipeline->out_fd = -1;
	}
	for (size_t i = 0; i < pipeline->len; i++) {
		struct porcelain_pipeline_stage *const stage = &pipeline->stages[i];
		if (stage->child.pid > 0) {
			const int status = judge(stage, await(pipeline, &stage->child, &deadline_s));
			worst = worst >= 2 ? worst : RV_MAX(worst, status); /* what comes behind it follows from it */
		}
		porcelain_words_release(&stage->argv);
	}
	pipeline->len = 0;
	return worst;
}

void porcelain_pipeline_kill(struct porcelain_pipeline *pipeline)
{
	send_all(pipeline, SIGKILL);
	for (size_t i = 0; i < pipeline->len; i++) {
		int status;
		if (pipeline->stages[i].child.pid > 0) {
			rv_child_wait(&pipeline->stages[i].child, -1, &status);
		}
	}
	porcelain_pipeline_end(pipeline);
}

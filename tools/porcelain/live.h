/* SPDX-License-Identifier: MIT */
/*
 * The two things that `rv preview` keeps running: the pipe `rv-blend | rv-mask`, which renders a record that is written
 * into it, and a Blender with a window, which shows the scene of a request. Both work on one rerun at a time and
 * neither blocks.
 */
#ifndef RV_PORCELAIN_LIVE_H
#define RV_PORCELAIN_LIVE_H

#include "blend/worker.h"
#include "lines.h"
#include "porcelain/pipeline.h"

struct rv_live {
	/* files */
	struct rv_pipeline pipe;
	int in_fd; /* records go in here; -1: no pipe */
	struct rv_reader *reader;
	bool rendering;
	/* window */
	struct rv_worker worker;
	struct rv_worker_setup setup; /* blender NULL: no window */
	struct rv_str request;        /* waits for the window to be ready */
	bool showing;
};
#define RV_LIVE_INIT \
	{ \
		.pipe = RV_PIPELINE_INIT, .in_fd = -1, .worker = RV_WORKER_INIT, .request = RV_STR_INIT \
	}

/* Starts the pipe whose stages stand in live->pipe. */
int rv_live_open_pipe(struct rv_live *live, struct rv_err *err) RV_MUST_USE;
/* Starts Blender; `work_dir` (borrowed) is absolute. */
int rv_live_open_window(struct rv_live *live, const char *work_dir, struct rv_err *err) RV_MUST_USE;
/* Ends both: at once, or when a signal came. */
void rv_live_close(struct rv_live *live);

int rv_live_render(struct rv_live *live, const char *record, size_t len, struct rv_err *err) RV_MUST_USE;
/* Takes the request over; a window that was lost is opened anew. */
int rv_live_show(struct rv_live *live, struct rv_str *request, struct rv_err *err) RV_MUST_USE;

#define RV_LIVE_POLL_MAX (RV_WORKER_POLL_MAX + 1)
void rv_live_poll(const struct rv_live *live, struct pollfd fds[RV_LIVE_POLL_MAX]);
double rv_live_next_s(const struct rv_live *live); /* as of rv_worker_next_s */

/* Each is called until it says that there is nothing. */
enum rv_live_news {
	RV_LIVE_NOTHING,
	RV_LIVE_DONE,   /* *record is the answer */
	RV_LIVE_CLOSED, /* the window was closed; the pipe has ended: its status is told by rv_live_close */
	RV_LIVE_LOST,   /* the window's Blender died, *err tells how */
	RV_LIVE_BROKEN, /* it cannot be had at all, *err tells why */
};
enum rv_live_news rv_live_read_pipe(struct rv_live *live, struct rv_record *record, struct rv_err *err);
enum rv_live_news rv_live_read_window(struct rv_live *live, struct rv_record *record, struct rv_err *err);

#endif

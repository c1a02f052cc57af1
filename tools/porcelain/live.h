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

struct porcelain_live {
	/* files */
	struct porcelain_pipeline pipe;
	int in_fd; /* records go in here; -1: no pipe */
	struct rv_reader *reader;
	bool rendering;
	/* window */
	struct blend_worker worker;
	struct blend_worker_setup setup; /* blender NULL: no window */
	struct rv_str request;           /* waits for the window to be ready */
	bool showing;
};
#define PORCELAIN_LIVE_INIT \
	{ \
		.pipe = PORCELAIN_PIPELINE_INIT, .in_fd = -1, .worker = BLEND_WORKER_INIT, .request = RV_STR_INIT \
	}

/* Starts the pipe whose stages stand in live->pipe. */
int porcelain_live_open_pipe(struct porcelain_live *live, struct rv_err *err) RV_MUST_USE;
/* Starts Blender; `work_dir` and `site` (the packages for scenes, NULL: none) are absolute and borrowed. */
int porcelain_live_open_window(struct porcelain_live *live, const char *work_dir, const char *site,
                               struct rv_err *err) RV_MUST_USE;
/* Ends both: at once, or when a signal came. */
void porcelain_live_close(struct porcelain_live *live);

int porcelain_live_render(struct porcelain_live *live, const char *record, size_t len, struct rv_err *err) RV_MUST_USE;
/* Takes the request over; a window that was lost is opened anew. */
int porcelain_live_show(struct porcelain_live *live, struct rv_str *request, struct rv_err *err) RV_MUST_USE;

#define PORCELAIN_LIVE_POLL_MAX (BLEND_WORKER_POLL_MAX + 1)
void porcelain_live_poll(const struct porcelain_live *live, struct pollfd fds[PORCELAIN_LIVE_POLL_MAX]);
double porcelain_live_next_s(const struct porcelain_live *live); /* as of blend_worker_next_s */

/* Each is called until it says that there is nothing. */
enum porcelain_live_news {
	PORCELAIN_LIVE_NOTHING,
	PORCELAIN_LIVE_DONE,   /* *record is the answer */
	PORCELAIN_LIVE_CLOSED, /* the window was closed; the pipe has ended: its status is told by porcelain_live_close
	                        */
	PORCELAIN_LIVE_LOST,   /* the window's Blender died, *err tells how */
	PORCELAIN_LIVE_BROKEN, /* it cannot be had at all, *err tells why */
};
enum porcelain_live_news porcelain_live_read_pipe(struct porcelain_live *live, struct rv_record *record,
                                                  struct rv_err *err);
enum porcelain_live_news porcelain_live_read_window(struct porcelain_live *live, struct rv_record *record,
                                                    struct rv_err *err);

#endif

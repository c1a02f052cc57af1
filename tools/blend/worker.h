/* SPDX-License-Identifier: MIT */
/*
 * One warm Blender: a process that takes requests on descriptor 3 and gives replies on descriptor 4 (see
 * blender/PROTOCOL.md), one at a time. Nothing here blocks, so that one poll loop (pool.h) can watch many:
 *
 *	blend_worker_start -> STARTING -> hello -> IDLE -> blend_worker_send -> BUSY -> a reply -> IDLE ...
 *	blend_worker_end / blend_worker_kill -> ENDING -> its pid_fd becomes readable -> blend_worker_reap -> NONE
 *
 * After each poll(2), blend_worker_handle is called until it is quiet.
 */
#ifndef RV_BLEND_WORKER_H
#define RV_BLEND_WORKER_H

#include <poll.h>

#include "spawn.h"
#include "str.h"

/* How every worker of a run is started. All borrowed; outlives the workers. */
struct blend_worker_setup {
	const char *blender;
	const char *home;     /* where worker.py lies */
	const char *site;     /* absolute: a directory of packages for scenes (site.h); NULL: none */
	const char *work_dir; /* absolute; scratch of the workers is made in it */
	const char *log_dir;  /* logs are kept here; NULL: in work_dir, and short */
	unsigned int threads;
	double start_timeout_s;
	uint64_t max_rss_bytes; /* 0: any */
	bool window;            /* it shows scenes in a window instead of rendering them */
	const char *device;     /* that is tried or warmed up on, as --device says; NULL: none is */
	const char *without;    /* kinds of devices that are passed over, "OPTIX,CUDA"; NULL: none */
};

enum blend_worker_state {
	BLEND_WORKER_NONE,
	BLEND_WORKER_STARTING,
	BLEND_WORKER_IDLE,
	BLEND_WORKER_BUSY,
	BLEND_WORKER_ENDING
};

struct blend_worker {
	enum blend_worker_state state;
	const struct blend_worker_setup *setup;
	uint64_t serial; /* 1 for the first of the run: its name in logs */
	struct rv_child child;
	int requests_fd, replies_fd;
	struct rv_str request; /* what is being sent, from request_at on */
	size_t request_at;
	struct rv_str reply;
	size_t gpu; /* place of its card in the list; BLEND_GPUS_MAX: none */
	char *tmp_dir, *log_path;
	int64_t log_start; /* where in the log the present request begins */
	double started_s;
	double timeout_s;  /* of the present request */
	bool is_starting;  /* it has told that an engine is made ready, which takes start_timeout_s more */
	double deadline_s; /* of the hello or the present request; 0: none */
	double check_s;    /* when its size is looked at next */
	double kill_s;     /* while ENDING: when the next signal is due */
	int kill_signal;   /* which that is; 0: none left */
	uint64_t served;   /* replies so far */
	char trying[16];   /* while STARTING: the kind of device on which its trial is; "": none */
	/* What it told of a sequence; whoever takes note sets them to 0. */
	uint64_t frames;  /* that it has done */
	bool frames_told; /* ... how many there are to do: */
	uint64_t frames_total;
	bool ended_well; /* after BLEND_WORKER_DIED, with exit status 0: its window was closed */
};
#define BLEND_WORKER_INIT \
	{ \
		.state = BLEND_WORKER_NONE, .child = RV_CHILD_INIT, .requests_fd = -1, .replies_fd = -1, \
		.request = RV_STR_INIT, .reply = RV_STR_INIT \
	}

/* Starts Blender, which sees the card `gpu` alone (NULL: all there are). `warm`: it renders a picture for nobody before
 * it says hello, so that its first sample takes no longer than others. On failure the worker stays NONE. */
int blend_worker_start(struct blend_worker *worker, const struct blend_worker_setup *setup, const char *gpu, bool warm,
                       uint64_t serial, struct rv_err *err) RV_MUST_USE;
/* Bytes of memory that it took at its peak; 0 when that cannot be told. */
uint64_t blend_worker_peak_rss(const struct blend_worker *worker);

/* Sends one request (a line without its newline) to an idle worker; timeout_s 0: none.
 * What it tells of a sequence before its reply starts that time anew. */
void blend_worker_send(struct blend_worker *worker, const char *text, size_t len, double timeout_s);

/* Gives a busy worker the whole time again. */
void blend_worker_more_time(struct blend_worker *worker);

/* Fills the entries for poll; always BLEND_WORKER_POLL_MAX, unused ones have fd -1. */
#define BLEND_WORKER_POLL_MAX 3
void blend_worker_poll(const struct blend_worker *worker, struct pollfd fds[BLEND_WORKER_POLL_MAX]);
/* The time (clock.h) at which blend_worker_handle wants to be called even if nothing happened; 0: no need. */
double blend_worker_next_s(const struct blend_worker *worker);

enum blend_worker_event {
	BLEND_WORKER_QUIET, /* nothing to tell */
	BLEND_WORKER_READY, /* it said hello and is idle; its words are in reply */
	BLEND_WORKER_REPLY, /* the answer to the request is in reply, without its newline; blend_worker_take it */
	BLEND_WORKER_DIED,  /* it ended by itself, *err tells how; reap it */
	BLEND_WORKER_ILL,   /* too slow, too big or talking nonsense, as *err tells; kill it */
};
enum blend_worker_event blend_worker_handle(struct blend_worker *worker, struct rv_err *err);
/* Drops the reply that was told of; the worker is idle again. */
void blend_worker_take(struct blend_worker *worker);

/* Asks it to end (it sees the end of its requests), with SIGTERM and SIGKILL to follow. */
void blend_worker_end(struct blend_worker *worker);
/* SIGTERM now, SIGKILL two seconds later, to its whole process group. */
void blend_worker_kill(struct blend_worker *worker);
/* Waits up to `seconds`; true when it is gone and all that it had is removed (state NONE). */
bool blend_worker_reap(struct blend_worker *worker, double seconds);

/* Appends the last lines of its log since the present request, made printable: "" when it said nothing. */
void blend_worker_log_tail(const struct blend_worker *worker, struct rv_str *out);

#endif

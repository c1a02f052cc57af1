/* SPDX-License-Identifier: MIT */
/*
 * A Blender for a few requests, one after the other, that are waited for (rv-blend has a pool of them, see
 * blend/pool.h):
 *
 *	struct porcelain_session session = PORCELAIN_SESSION_INIT;
 *	if (porcelain_session_start(&session, work_dir, NULL, err) == 0 &&
 *	    porcelain_session_ask(&session, &request, &reply, err) == 0) {
 *		...
 *	}
 *	porcelain_session_end(&session);
 */
#ifndef RV_PORCELAIN_SESSION_H
#define RV_PORCELAIN_SESSION_H

#include "blend/worker.h"
#include "record.h"

struct porcelain_session {
	const char *device;  /* that is tried at the start, "auto"; NULL: none. Borrowed, as `without`: set before
	                        starting */
	const char *without; /* kinds of devices that are passed over, "OPTIX,CUDA"; NULL: none */
	char *blender, *home, *site;
	struct blend_worker_setup setup;
	struct blend_worker worker;
	struct rv_str hello; /* what it said when it was ready, JSON */
	bool failed;
};
#define PORCELAIN_SESSION_INIT \
	{ \
		.worker = BLEND_WORKER_INIT, .hello = RV_STR_INIT \
	}

/* Finds Blender, starts it and waits until it is ready; `work_dir` is absolute and borrowed, `site` a directory of
 * packages for scenes (blend/site.h), or NULL. Fails with RV_E_NO_BLENDER and Blender's last words (worker.trying is
 * then the kind of device whose trial failed, if it was that), with RV_E_USAGE for a `site` that is not there, or with
 * RV_E_CANCELLED when a signal asks us to stop. */
int porcelain_session_start(struct porcelain_session *session, const char *work_dir, const char *site,
                            struct rv_err *err) RV_MUST_USE;
/* Sends a request (see blender/PROTOCOL.md) and waits for its reply. -1 also when the reply tells of an error. */
int porcelain_session_ask(struct porcelain_session *session, const struct rv_str *request, struct rv_record *reply,
                          struct rv_err *err) RV_MUST_USE;
/* Ends Blender, at once when something failed. Due in every case. */
void porcelain_session_end(struct porcelain_session *session);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Watches files for changes, however an editor makes them: written in place, or replaced by a rename.
 *
 *	struct rv_watch watch = RV_WATCH_INIT;
 *	rv_watch_open(&watch, err);
 *	rv_watch_add(&watch, path) ...            absolute paths; they need not be there, their directories do
 *	poll watch.fd, then rv_watch_read(&watch)
 */
#ifndef RV_PORCELAIN_WATCH_H
#define RV_PORCELAIN_WATCH_H

#include "err.h"

enum rv_watch_news {
	RV_WATCH_NOTHING,
	RV_WATCH_FILE,   /* a watched file that is no Python */
	RV_WATCH_PYTHON, /* a watched .py */
};

struct rv_watch {
	int fd;
	bool any_python; /* every .py in the directories counts as watched */
	struct rv_watch_file {
		int directory; /* inotify's number */
		char *path;
	} * files;
	size_t len, cap;
};
#define RV_WATCH_INIT \
	{ \
		.fd = -1 \
	}

int rv_watch_open(struct rv_watch *watch, struct rv_err *err) RV_MUST_USE;
void rv_watch_close(struct rv_watch *watch);
/* Adds a file; fine when it is watched already. */
void rv_watch_add(struct rv_watch *watch, const char *path);
/* Forgets all files. */
void rv_watch_clear(struct rv_watch *watch);
/* What has happened since the last call; the greatest news. Does not wait. */
enum rv_watch_news rv_watch_read(struct rv_watch *watch);

#endif

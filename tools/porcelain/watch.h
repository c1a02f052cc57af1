/* SPDX-License-Identifier: MIT */
/*
 * Watches files for changes, however an editor makes them: written in place, or replaced by a rename.
 *
 *	struct porcelain_watch watch = PORCELAIN_WATCH_INIT;
 *	porcelain_watch_open(&watch, err);
 *	porcelain_watch_add(&watch, path) ...            absolute paths; they need not be there, their directories do
 *	poll watch.fd, then porcelain_watch_read(&watch)
 */
#ifndef RV_PORCELAIN_WATCH_H
#define RV_PORCELAIN_WATCH_H

#include "err.h"

enum porcelain_watch_news {
	PORCELAIN_WATCH_NOTHING,
	PORCELAIN_WATCH_FILE,   /* a watched file that is no Python */
	PORCELAIN_WATCH_PYTHON, /* a watched .py */
};

struct porcelain_watch {
	int fd;
	bool any_python; /* every .py in the directories counts as watched */
	struct porcelain_watch_file {
		int directory; /* inotify's number */
		char *path;
	} * files;
	size_t len, cap;
};
#define PORCELAIN_WATCH_INIT \
	{ \
		.fd = -1 \
	}

int porcelain_watch_open(struct porcelain_watch *watch, struct rv_err *err) RV_MUST_USE;
void porcelain_watch_close(struct porcelain_watch *watch);
/* Adds a file; fine when it is watched already. */
void porcelain_watch_add(struct porcelain_watch *watch, const char *path);
/* Forgets all files. */
void porcelain_watch_clear(struct porcelain_watch *watch);
/* What has happened since the last call; the greatest news. Does not wait. */
enum porcelain_watch_news porcelain_watch_read(struct porcelain_watch *watch);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A file of JSON lines that is only appended to, for what must not be forgotten when a run is killed. Its first line
 * proves that it is ours. A line that a kill has cut says nothing, and costs no other.
 *
 *	struct sink_journal journal = SINK_JOURNAL_INIT;
 *	switch (sink_journal_open(&journal, path, syncs, take_line, context, err)) ...        1: one that was there
 *	if (sink_journal_create(&journal, path, syncs, err) < 0) ...                          where there was none
 *	sink_journal_append(&journal, line, len, err); ...
 *	sink_journal_close(&journal);
 */
#ifndef RV_SINK_JOURNAL_H
#define RV_SINK_JOURNAL_H

#include "err.h"

struct sink_journal {
	int fd; /* -1: not open */
	char *path;
	bool syncs; /* a line is on the disk when sink_journal_append returns */
};
#define SINK_JOURNAL_INIT \
	{ \
		.fd = -1 \
	}

/* Takes a line without its newline. */
typedef void sink_journal_line_fn(void *context, const char *line, size_t len);
/* Hands out all lines and opens the file for more. 1: done. 0: there is no journal of ours. */
int sink_journal_open(struct sink_journal *journal, const char *path, bool syncs, sink_journal_line_fn *take,
                      void *context, struct rv_err *err) RV_MUST_USE;
int sink_journal_create(struct sink_journal *journal, const char *path, bool syncs, struct rv_err *err) RV_MUST_USE;
/* A line with its newline. */
int sink_journal_append(struct sink_journal *journal, const char *text, size_t len, struct rv_err *err) RV_MUST_USE;
void sink_journal_close(struct sink_journal *journal); /* fine when it is not open */

#endif

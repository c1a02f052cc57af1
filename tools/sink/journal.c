/* SPDX-License-Identifier: MIT */
/* Lines that outlive a kill. */
#include "sink/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

#define START "{\"rv_shards\":1}\n"

static int open_end(struct sink_journal *journal, const char *path, bool syncs, int flags, struct rv_err *err)
{
	const int fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | flags, 0666);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", path);
	}
	*journal = (struct sink_journal) { .fd = fd, .path = rv_strdup(path), .syncs = syncs };
	return 0;
}

int sink_journal_create(struct sink_journal *journal, const char *path, bool syncs, struct rv_err *err)
{
	return open_end(journal, path, syncs, O_CREAT, err) < 0
	               ? -1
	               : sink_journal_append(journal, START, strlen(START), err);
}

/* *rest is what a kill has cut from the last line. False: it is none of ours. */
static bool read_lines(FILE *file, sink_journal_line_fn *take, void *context, const char **rest)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len = getline(&line, &cap, file);
	const size_t start_len = (size_t)RV_MAX(len, 0);
	const bool is_ours = start_len <= strlen(START) && (start_len == 0 || strncmp(line, START, start_len) == 0);
	*rest = is_ours ? &START[start_len] : "";
	while (is_ours && (len = getline(&line, &cap, file)) > 0) {
		if (line[len - 1] == '\n') {
			take(context, line, (size_t)len - 1);
		} else {
			*rest = "\n";
		}
	}
	free(line);
	return is_ours;
}

int sink_journal_open(struct sink_journal *journal, const char *path, bool syncs, sink_journal_line_fn *take,
                      void *context, struct rv_err *err)
{
	const char *rest = "";
	const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *const file = fd < 0 ? NULL : fdopen(fd, "r");
	const bool is_ours = file && read_lines(file, take, context, &rest);
	if (file) {
		fclose(file);
	} else if (fd >= 0) {
		close(fd);
	}
	if (!is_ours) {
		return 0;
	}
	return open_end(journal, path, syncs, 0, err) < 0 || sink_journal_append(journal, rest, strlen(rest), err) < 0
	               ? -1
	               : 1;
}

int sink_journal_append(struct sink_journal *journal, const char *text, size_t len, struct rv_err *err)
{
	return rv_write_all(journal->fd, text, len) < 0 || (journal->syncs && fsync(journal->fd) < 0)
	               ? rv_fail_errno(err, "cannot write '%s'", journal->path)
	               : 0;
}

void sink_journal_close(struct sink_journal *journal)
{
	if (journal->fd >= 0) {
		close(journal->fd);
		journal->fd = -1;
	}
	free(journal->path);
	journal->path = NULL;
}

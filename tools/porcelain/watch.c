/* SPDX-License-Identifier: MIT */
/* Watches files through their directories, with inotify. */
#include "porcelain/watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"

#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO)
#define READ_BYTES 65536

int porcelain_watch_open(struct porcelain_watch *watch, struct rv_err *err)
{
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return watch->fd < 0 ? rv_fail_errno(err, "cannot watch files") : 0;
}

void porcelain_watch_clear(struct porcelain_watch *watch)
{
	for (size_t i = 0; i < watch->len; i++) {
		free(watch->files[i].path);
	}
	watch->len = 0;
}

void porcelain_watch_close(struct porcelain_watch *watch)
{
	porcelain_watch_clear(watch);
	free(watch->files);
	if (watch->fd >= 0) {
		close(watch->fd);
	}
	*watch = (struct porcelain_watch)PORCELAIN_WATCH_INIT;
}

void porcelain_watch_add(struct porcelain_watch *watch, const char *path)
{
	for (size_t i = 0; i < watch->len; i++) {
		if (!strcmp(watch->files[i].path, path)) {
			return;
		}
	}
	char *const directory = rv_strndup(path, (size_t)(rv_path_base(path) - path));
	const int number = inotify_add_watch(watch->fd, directory, EVENTS | IN_ONLYDIR);
	if (number < 0) {
		rv_detail("cannot watch '%s'", directory);
	} else {
		RV_GROW(watch->files, watch->len, watch->cap);
		watch->files[watch->len++] =
		        (struct porcelain_watch_file) { .directory = number, .path = rv_strndup(path, strlen(path)) };
	}
	free(directory);
}

static bool is_python(const char *name)
{
	const size_t len = strlen(name);
	return len > 3 && name[0] != '.' && !strcmp(name + len - 3, ".py");
}

static enum porcelain_watch_news judge(const struct porcelain_watch *watch, const struct inotify_event *event)
{
	enum porcelain_watch_news news = PORCELAIN_WATCH_NOTHING;
	if (event->mask & IN_Q_OVERFLOW) {
		return PORCELAIN_WATCH_PYTHON; /* something was lost: better once too often */
	}
	for (size_t i = 0; event->len > 0 && i < watch->len; i++) {
		const struct porcelain_watch_file *const file = &watch->files[i];
		if (file->directory != event->wd) {
			continue;
		}
		const bool python = is_python(event->name);
		if (!strcmp(rv_path_base(file->path), event->name) || (python && watch->any_python)) {
			news = RV_MAX(news, python ? PORCELAIN_WATCH_PYTHON : PORCELAIN_WATCH_FILE);
		}
	}
	return news;
}

enum porcelain_watch_news porcelain_watch_read(struct porcelain_watch *watch)
{
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[READ_BYTES];
	} buffer;
	enum porcelain_watch_news news = PORCELAIN_WATCH_NOTHING;
	ssize_t len;
	while ((len = read(watch->fd, buffer.bytes, sizeof(buffer.bytes))) > 0) {
		for (const char *at = buffer.bytes; at < buffer.bytes + len;) {
			const struct inotify_event *const event = (const void *)at;
			const enum porcelain_watch_news one = judge(watch, event);
			news = RV_MAX(news, one);
			at += sizeof(*event) + event->len;
		}
	}
	return news;
}

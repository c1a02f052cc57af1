/* SPDX-License-Identifier: MIT */
/* Asks Blender for its version without waiting. */
#include "version.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "diag.h"

#define LIMIT_S 30.0 /* it needs one, on a busy machine a few */
#define TRIES_MAX 3  /* for one that is killed, or does not answer */
#define OUTPUT_MAX 65536
#define QUOTE_MAX 500 /* of an answer that is none, in the message */

static int start(struct blend_version *version, struct rv_err *err)
{
	int fds[2];
	version->tries++;
	version->deadline_s = rv_clock_s() + LIMIT_S;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) {
		return rv_fail_errno(err, "cannot make a pipe to Blender");
	}
	/* O_NONBLOCK belongs to the open end, not to the descriptor: the child's is made anew. */
	int flags = fcntl(fds[1], F_GETFL);
	fcntl(fds[1], F_SETFL, flags & ~O_NONBLOCK);
	struct blend_command command = BLEND_COMMAND_INIT;
	int result = blend_command_parse(&command, version->blender, err);
	blend_command_add(&command, "--version");
	const struct rv_fd_map map[] = { { fds[1], 1 }, { fds[1], 2 } };
	const struct rv_spawn how = { .argv = command.argv, .fds = map, .n_fds = RV_COUNTOF(map) };
	result = result < 0 ? result : rv_spawn(&version->child, &how, err);
	blend_command_release(&command);
	close(fds[1]);
	if (result < 0) {
		close(fds[0]);
		err->code = RV_E_NO_BLENDER;
	} else {
		version->fd = fds[0];
	}
	return result;
}

int blend_version_ask(struct blend_version *version, const char *blender, struct rv_err *err)
{
	*version = (struct blend_version)BLEND_VERSION_INIT;
	version->blender = blender;
	return start(version, err);
}

/* Ends the process; what it has said is forgotten. */
static void end(struct blend_version *version)
{
	int status;
	if (version->child.pid > 0) {
		rv_child_kill(&version->child, SIGKILL);
		rv_child_wait(&version->child, -1, &status);
	}
	if (version->fd >= 0) {
		close(version->fd);
		version->fd = -1;
	}
	rv_str_clear(&version->output);
}

static int not_blender(const struct blend_version *version, const char *how, struct rv_err *err)
{
	return rv_fail(err, RV_E_NO_BLENDER, "'%s --version' does not answer like Blender (%s): %.*s", version->blender,
	               how, (int)RV_MIN(version->output.len, (size_t)QUOTE_MAX), version->output.ptr);
}

/* Asks once more, unless it was often enough: then -1 with *err as it is. */
static int try_again(struct blend_version *version, struct rv_err *err)
{
	if (version->tries >= TRIES_MAX) {
		return -1;
	}
	rv_detail("%s", err->text);
	end(version);
	return start(version, err);
}

/* The whole answer is there, the process has ended. Libraries may chat before the line that counts. */
static int parse(const struct blend_version *version, int status, struct rv_str *number, struct rv_err *err)
{
	const char *at = version->output.ptr;
	while (at && strncmp(at, "Blender ", 8) != 0) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	if (status != 0 || !at) {
		struct rv_str how = RV_STR_INIT;
		rv_child_describe(status, &how);
		not_blender(version, how.ptr, err);
		rv_str_release(&how);
		return -1;
	}
	at += strlen("Blender ");
	rv_str_append(number, at, strcspn(at, " \r\n"));
	return 1;
}

int blend_version_hear(struct blend_version *version, struct rv_str *number, struct rv_err *err)
{
	while (version->fd >= 0) {
		char bytes[4096];
		ssize_t n = read(version->fd, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			break;
		}
		if (n == 0) {
			close(version->fd);
			version->fd = -1;
		}
		rv_str_append(&version->output, bytes, (size_t)n);
		if (version->output.len > OUTPUT_MAX) {
			return not_blender(version, "too much", err);
		}
	}
	int status;
	/* At the end of its output it is about to end. */
	if (version->fd < 0 && rv_child_wait(&version->child, 1.0, &status) > 0) {
		int result = parse(version, status, number, err);
		return result < 0 && WIFSIGNALED(status) ? try_again(version, err) : result;
	}
	if (version->fd < 0 || rv_clock_s() > version->deadline_s) {
		not_blender(version, "no answer", err);
		return try_again(version, err);
	}
	return 0;
}

void blend_version_stop(struct blend_version *version)
{
	end(version);
	rv_str_release(&version->output);
	*version = (struct blend_version)BLEND_VERSION_INIT;
}

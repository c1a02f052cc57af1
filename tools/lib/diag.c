/* SPDX-License-Identifier: MIT */
/* Messages on stderr, one write each. */
#include "diag.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MESSAGE_MAX (RV_ERR_TEXT_MAX + 512)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *tool_name = "rv";
static int current_level = 1;
static bool shares_terminal;
static void (*hide_progress)(void);
static void (*show_progress)(void);

static bool is_pipe(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

void rv_diag_init(const char *tool)
{
	const int saved = errno;
	tool_name = tool;
	shares_terminal = isatty(STDERR_FILENO) && (is_pipe(STDIN_FILENO) || is_pipe(STDOUT_FILENO));
	errno = saved;
}

bool rv_diag_shares_terminal(void)
{
	return shares_terminal || hide_progress;
}

const char *rv_diag_tool(void)
{
	return tool_name;
}

void rv_diag_set_level(int level)
{
	current_level = level;
}

int rv_diag_level(void)
{
	return current_level;
}

void rv_diag_set_progress_hooks(void (*hide)(void), void (*show)(void))
{
	pthread_mutex_lock(&lock);
	hide_progress = hide;
	show_progress = show;
	pthread_mutex_unlock(&lock);
}

/* Text from data must not steer the terminal nor look like a message of its own: C0 and C1 controls and DEL go. */
static void disarm(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '\n' || c == '\t') {
			text[i] = ' ';
		} else if (c < 0x20 || c == 0x7F) {
			text[i] = '?';
		} else if (c == 0xC2 && i + 1 < len && ((unsigned char)text[i + 1] & 0xE0) == 0x80) {
			text[i] = '?';
			text[i + 1] = '?';
		}
	}
}

static void RV_PRINTF(2, 0) say(const char *kind, const char *format, va_list args)
{
	char text[MESSAGE_MAX];
	int saved = errno;
	const char *const before = shares_terminal ? RV_DIAG_ERASE : "";
	int wanted = snprintf(text, sizeof(text), "%s%s: %s", before, tool_name, kind);
	size_t len = RV_MIN((size_t)RV_MAX(wanted, 0), sizeof(text) - 1);
	wanted = vsnprintf(text + len, sizeof(text) - len, format, args);
	len = RV_MIN(len + (size_t)RV_MAX(wanted, 0), sizeof(text) - 1);
	disarm(text + strlen(before), len - strlen(before));
	text[len++] = '\n'; /* in the NUL's place */

	pthread_mutex_lock(&lock);
	if (hide_progress) {
		hide_progress();
	}
	for (size_t done = 0; done < len;) {
		ssize_t n = write(STDERR_FILENO, text + done, len - done);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			break; /* nobody left to tell */
		}
		done += (size_t)n;
	}
	if (show_progress) {
		show_progress();
	}
	pthread_mutex_unlock(&lock);
	errno = saved;
}

#define SAY(minimum_level, kind) \
	do { \
		if (current_level >= (minimum_level)) { \
			va_list args; \
			va_start(args, format); \
			say((kind), format, args); \
			va_end(args); \
		} \
	} while (0)

void rv_error(const char *format, ...)
{
	SAY(0, "error: ");
}

void rv_warn(const char *format, ...)
{
	SAY(1, "warning: ");
}

void rv_note(const char *format, ...)
{
	SAY(1, "");
}

void rv_info(const char *format, ...)
{
	SAY(2, "");
}

void rv_detail(const char *format, ...)
{
	SAY(3, "");
}

void rv_hint(const char *format, ...)
{
	SAY(0, "hint: ");
}

void rv_report(const struct rv_err *err)
{
	rv_error("%s", err->text);
}

void rv_bug_at(const char *file, int line, const char *format, ...)
{
	char kind[512];
	snprintf(kind, sizeof(kind), "bug: %s:%d: ", file, line);
	SAY(0, kind);
	abort();
}

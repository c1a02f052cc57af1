/* SPDX-License-Identifier: MIT */
/* The log of a worker. */
#include "log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define TAIL_BYTES 2000
#define TAIL_LINES 20

off_t blend_log_trim(const char *path, off_t limit)
{
	struct stat st;
	if (stat(path, &st) < 0 || (st.st_size > limit && truncate(path, 0) == 0)) {
		return 0;
	}
	return st.st_size;
}

/* Where the last TAIL_LINES lines of the text begin. */
static const char *last_lines(const char *text, size_t len)
{
	const char *at = text + len;
	for (int lines = 0; at > text; at--) {
		if (at[-1] == '\n' && ++lines == TAIL_LINES) {
			break;
		}
	}
	return at;
}

void blend_log_tail(const char *path, off_t start, struct rv_str *out)
{
	char text[TAIL_BYTES];
	struct stat st;
	ssize_t len = -1;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return;
	}
	if (fstat(fd, &st) == 0 && st.st_size > start &&
	    lseek(fd, RV_MAX(start, st.st_size - TAIL_BYTES), SEEK_SET) >= 0) {
		len = rv_read_all(fd, text, sizeof(text));
	}
	close(fd);
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r')) {
		len--;
	}
	if (len <= 0) {
		return;
	}
	for (const char *c = last_lines(text, (size_t)len); c < text + len; c++) {
		bool control = (unsigned char)*c < 0x20 || *c == 0x7f;
		rv_str_putc(out, control && *c != '\n' ? '?' : *c);
	}
}

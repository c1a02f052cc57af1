/* SPDX-License-Identifier: MIT */
/*
 * The one writer to stderr (with progress.h, which it keeps out of the way).
 *
 * A message is "TOOL: error: TEXT\n", assembled in one buffer, control characters replaced by ? (newlines and tabs by
 * blanks), and written with one write(2), so that lines of parallel tools do not mix. Thread-safe.
 *
 * Levels: 0 (-q) errors; 1 warnings too (default); 2 (-v) summary; 3 (-vv) detail.
 */
#ifndef RV_DIAG_H
#define RV_DIAG_H

#include "err.h"

/* Called first in main. `tool` is borrowed for good. */
void rv_diag_init(const char *tool);
const char *rv_diag_tool(void);
void rv_diag_set_level(int level);
int rv_diag_level(void);

void rv_error(const char *format, ...) RV_PRINTF(1, 2);
void rv_warn(const char *format, ...) RV_PRINTF(1, 2);
/* What a tool has to say at its end; level 1. */
void rv_note(const char *format, ...) RV_PRINTF(1, 2);
void rv_info(const char *format, ...) RV_PRINTF(1, 2);   /* level 2 */
void rv_detail(const char *format, ...) RV_PRINTF(1, 2); /* level 3 */
/* A line that starts "TOOL: hint: ", after an error. */
void rv_hint(const char *format, ...) RV_PRINTF(1, 2);
/* Prints what *err holds as an error. */
void rv_report(const struct rv_err *err);

/* A mistake of ours: prints file and line and aborts. */
#define rv_bug(...) rv_bug_at(__FILE__, __LINE__, __VA_ARGS__)
RV_NORETURN void rv_bug_at(const char *file, int line, const char *format, ...) RV_PRINTF(3, 4);

/* Takes away what stands in the present line of a terminal. */
#define RV_DIAG_ERASE "\r\033[K"
/* Whether a line of progress may stand on the terminal, ours or that of another tool of the pipe: it is to be erased
 * before anything else is written there. Messages do so. */
bool rv_diag_shares_terminal(void);

/* Called around each message when a progress line is on the terminal: hide it, then draw it again. NULL: none. */
void rv_diag_set_progress_hooks(void (*hide)(void), void (*show)(void));

#endif

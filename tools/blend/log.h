/* SPDX-License-Identifier: MIT */
/* What a worker and all that it runs say: a file that grows, and is looked at when something went wrong. */
#ifndef RV_BLEND_LOG_H
#define RV_BLEND_LOG_H

#include <stdint.h>
#include <sys/types.h>

#include "str.h"

#define BLEND_LOG_UNLIMITED INT64_MAX

/* Starts the log anew when it is above `limit` bytes; returns its size. */
off_t blend_log_trim(const char *path, off_t limit);
/* Appends the last lines after the first `start` bytes, made printable: "" when there are none. */
void blend_log_tail(const char *path, off_t start, struct rv_str *out);

#endif

/* SPDX-License-Identifier: MIT */
/* Seconds of the monotonic clock, for timeouts and progress. Nothing else reads a clock. */
#ifndef RV_CLOCK_H
#define RV_CLOCK_H

#include <time.h>

static inline double rv_clock_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Milliseconds for poll until the clock shows `deadline_s` (< 0: never), rounded up; at most 1000 s at a time. */
static inline int rv_clock_poll_ms(double deadline_s)
{
	if (deadline_s < 0) {
		return -1;
	}
	double left = (deadline_s - rv_clock_s()) * 1e3;
	return left <= 0 ? 0 : left > 1e6 ? 1000000 : (int)left + 1;
}

#endif

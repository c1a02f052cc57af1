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

#endif

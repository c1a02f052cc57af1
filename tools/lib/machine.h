/* SPDX-License-Identifier: MIT */
/* What of this machine is ours: in a container above all, a process may be held to some processors and memory. */
#ifndef RV_MACHINE_H
#define RV_MACHINE_H

/* Processors that we may keep busy: those that we may run on, bounded by the quota of our control group. At least 1. */
size_t rv_machine_cores(void);

/* How many jobs -j asks for: `jobs`, or for 0 (RV_OPT_JOBS: "auto") as many as there are cores. */
size_t rv_machine_jobs(size_t jobs);

/* Bytes of memory that can still be had: what the system has left, bounded by what the limits of our control group
 * leave; caches count as free. UINT64_MAX when nobody tells. */
uint64_t rv_machine_memory(void);

#endif

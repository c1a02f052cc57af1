/* SPDX-License-Identifier: MIT */
/* What of the machine is ours. */
#include "machine.h"

#include <sched.h>

#include "check.h"

static void cores(void)
{
	cpu_set_t all, one;
	const size_t cores = rv_machine_cores();
	CHECK(cores >= 1 && cores < 100000);
	CHECK(sched_getaffinity(0, sizeof(all), &all) == 0);
	CHECK(cores <= (size_t)CPU_COUNT(&all));
	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++) {
		if (CPU_ISSET(i, &all)) {
			CPU_SET(i, &one);
		}
	}
	CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
	CHECK_U64(rv_machine_cores(), 1);
	CHECK(sched_setaffinity(0, sizeof(all), &all) == 0);
}

static void memory(void)
{
	const uint64_t bytes = rv_machine_memory();
	CHECK(bytes > (uint64_t)16 << 20); /* what this program takes, at least */
	CHECK(bytes < (uint64_t)1 << 50);
}

CHECK_MODULE(machine)
{
	check_case("processors", cores);
	check_case("memory", memory);
}

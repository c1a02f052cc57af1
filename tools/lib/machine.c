/* SPDX-License-Identifier: MIT */
/* Processors and memory, from the scheduler, /proc/meminfo and the files of control groups (version 2, and version 1's
 * memory), as in https://docs.kernel.org/admin-guide/cgroup-v2.html. */
#include "machine.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "parse.h"
#include "str.h"

#define CGROUP_ROOT "/sys/fs/cgroup"
#define FILE_MAX ((size_t)1 << 20)

/* Our group below `controller` ("" is version 2), such as "/user.slice"; false when there is none. */
static bool group_of(const char *controller, struct rv_str *group)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	bool found = false;
	if (rv_file_read("/proc/self/cgroup", FILE_MAX, &text, &err) == 0) {
		for (const char *line = text.ptr; *line && !found;) {
			const size_t len = strcspn(line, "\n");
			const char *const names = memchr(line, ':', len);
			const char *const path =
			        names ? memchr(names + 1, ':', len - (size_t)(names + 1 - line)) : NULL;
			if (path && (size_t)(path - names - 1) == strlen(controller) &&
			    strncmp(names + 1, controller, strlen(controller)) == 0) {
				rv_str_append(group, path + 1, len - (size_t)(path + 1 - line));
				found = true;
			}
			line += len + (line[len] == '\n');
		}
	}
	rv_str_release(&text);
	return found;
}

/* A file of a group; false when it is not there, which it never is for the group at the root. */
static bool read_file(const char *base, const char *group, const char *name, struct rv_str *text)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&path, "%s%s/%s", base, group, name);
	const bool read = rv_file_read(path.ptr, FILE_MAX, text, &err) == 0 && text->len > 0;
	rv_str_release(&path);
	return read;
}

/* A number at the start of a file; false also for "max". */
static bool read_number(const char *base, const char *group, const char *name, uint64_t *value)
{
	struct rv_str text = RV_STR_INIT;
	char *end = NULL;
	if (read_file(base, group, name, &text)) {
		*value = strtoull(text.ptr, &end, 10);
	}
	const bool is_number = end && end != text.ptr;
	rv_str_release(&text);
	return is_number;
}

/* The number behind a word at the start of a line, such as "inactive_file 4096"; 0 when there is none. */
static uint64_t number_behind(const struct rv_str *text, const char *word)
{
	for (const char *at = text->ptr; at && *at; at = strchr(at, '\n'), at += at != NULL) {
		if (strncmp(at, word, strlen(word)) == 0) {
			return strtoull(at + strlen(word), NULL, 10);
		}
	}
	return 0;
}

/* Cuts the last name off a group's path: "/a/b", "/a", "" (the root, where a container sees itself), then false. */
static bool parent(struct rv_str *group)
{
	if (group->len == 0) {
		return false;
	}
	const char *const slash = strrchr(group->ptr, '/');
	rv_str_truncate(group, slash ? (size_t)(slash - group->ptr) : 0);
	return true;
}

/* The least that the groups above us leave. */
static uint64_t left_in_groups(const char *base, const char *controller, const char *limit_name, const char *used_name,
                               const char *cache_word)
{
	struct rv_str group = RV_STR_INIT, stat = RV_STR_INIT;
	uint64_t least = UINT64_MAX, limit, used;
	if (group_of(controller, &group)) {
		do {
			if (read_number(base, group.ptr, limit_name, &limit) &&
			    read_number(base, group.ptr, used_name, &used)) {
				const uint64_t cache = read_file(base, group.ptr, "memory.stat", &stat)
				                               ? number_behind(&stat, cache_word)
				                               : 0;
				used -= RV_MIN(used, cache);
				least = RV_MIN(least, limit - RV_MIN(limit, used));
			}
		} while (parent(&group));
	}
	rv_str_release(&group);
	rv_str_release(&stat);
	return least;
}

size_t rv_machine_cores(void)
{
	struct rv_str group = RV_STR_INIT, text = RV_STR_INIT;
	cpu_set_t set;
	const long online = sysconf(_SC_NPROCESSORS_ONLN);
	size_t cores = online > 0 ? (size_t)online : 1;
	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0) {
		cores = (size_t)CPU_COUNT(&set);
	}
	if (group_of("", &group)) {
		do {
			if (read_file(CGROUP_ROOT, group.ptr, "cpu.max", &text)) { /* "QUOTA PERIOD" or "max PERIOD" */
				char *end;
				const uint64_t quota = strtoull(text.ptr, &end, 10);
				const uint64_t period = end != text.ptr ? strtoull(end, NULL, 10) : 0;
				if (period > 0) {
					const uint64_t allowed = (quota + period - 1) / period;
					cores = (size_t)RV_MIN((uint64_t)cores, RV_MAX(allowed, UINT64_C(1)));
				}
			}
		} while (parent(&group));
	}
	rv_str_release(&group);
	rv_str_release(&text);
	return cores;
}

size_t rv_machine_jobs(size_t jobs)
{
	return jobs > 0 ? jobs : RV_MIN(rv_machine_cores(), (size_t)RV_JOBS_MAX);
}

uint64_t rv_machine_memory(void)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint64_t bytes = UINT64_MAX;
	if (rv_file_read("/proc/meminfo", FILE_MAX, &text, &err) == 0) {
		const uint64_t kib = number_behind(&text, "MemAvailable:");
		bytes = kib > 0 ? kib * 1024 : bytes;
	}
	rv_str_release(&text);
	const uint64_t v2 = left_in_groups(CGROUP_ROOT, "", "memory.max", "memory.current", "inactive_file ");
	const uint64_t v1 = left_in_groups(CGROUP_ROOT "/memory", "memory", "memory.limit_in_bytes",
	                                   "memory.usage_in_bytes", "total_inactive_file ");
	return RV_MIN(bytes, RV_MIN(v1, v2));
}

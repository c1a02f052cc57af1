/* SPDX-License-Identifier: MIT */
/* Ends what a guard that was killed leaves behind. */
#include "strays.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "alloc.h"
#include "file.h"

#define CHILDREN_MAX ((size_t)1 << 20) /* bytes of a list */

struct pids {
	pid_t *items;
	size_t len, cap;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct pids known; /* guards, and who was there before us */
static bool is_next_parent;

static void add(struct pids *pids, pid_t pid)
{
	RV_GROW(pids->items, pids->len, pids->cap);
	pids->items[pids->len++] = pid;
}

static size_t find(const struct pids *pids, pid_t pid)
{
	size_t i = 0;
	while (i < pids->len && pids->items[i] != pid) {
		i++;
	}
	return i;
}

/* Our children, of all threads. None where the kernel keeps no lists of them. */
static void list_children(struct pids *children)
{
	static const char tasks[] = "/proc/self/task";
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	char **names = NULL;
	size_t n_names = 0;
	if (rv_dir_names(tasks, &names, &n_names, NULL) < 0) {
		return;
	}
	for (size_t i = 0; i < n_names; i++) {
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s/children", tasks, names[i]);
		if (rv_file_read(path.ptr, CHILDREN_MAX, &text, NULL) < 0) {
			continue;
		}
		char *end = text.ptr;
		for (long pid; (pid = strtol(end, &end, 10)) > 0;) {
			add(children, (pid_t)pid);
		}
	}
	rv_names_free(names, n_names);
	rv_str_release(&path);
	rv_str_release(&text);
}

static void wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0 && errno == EINTR) {
	}
}

/* What a stray leaves behind comes to us in turn: until there are none. */
static void kill_strays(void)
{
	struct pids children = { 0 };
	size_t n_killed;
	do {
		n_killed = 0;
		children.len = 0;
		list_children(&children);
		for (size_t i = 0; i < children.len; i++) {
			pid_t pid = children.items[i];
			if (find(&known, pid) == known.len && kill(pid, SIGKILL) == 0) {
				wait_for(pid, NULL);
				n_killed++;
			}
		}
	} while (n_killed > 0);
	free(children.items);
}

void rv_strays_guard_begin(void)
{
	pthread_mutex_lock(&mutex);
	if (!is_next_parent) {
		list_children(&known);
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		is_next_parent = true;
	}
}

void rv_strays_guard_made(pid_t guard)
{
	if (guard > 0) {
		add(&known, guard);
	}
	pthread_mutex_unlock(&mutex);
}

void rv_strays_guard_reap(pid_t guard, int *status)
{
	int how = 0;
	pthread_mutex_lock(&mutex);
	wait_for(guard, &how);
	size_t at = find(&known, guard);
	if (at < known.len) {
		known.items[at] = known.items[--known.len];
	}
	if (WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL) {
		kill_strays();
	}
	pthread_mutex_unlock(&mutex);
	if (status) {
		*status = how;
	}
}

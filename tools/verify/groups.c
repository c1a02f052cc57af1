/* SPDX-License-Identifier: MIT */
/* What belongs together in a dataset: see groups.h. */
#include "verify/groups.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "arena.h"
#include "scan.h"
#include "verify/sort.h"

/* A line of the sorter is the key, the kind, the path and the text, tabs between; all but the kind as JSON, which has
 * neither tabs nor newlines. */
struct verify_groups {
	pthread_mutex_t lock;
	struct rv_sorter *sorter;
};

struct verify_groups *verify_groups_new(void)
{
	struct verify_groups *const groups = rv_alloc_zero(1, sizeof(*groups));
	pthread_mutex_init(&groups->lock, NULL);
	groups->sorter = verify_sorter_new();
	return groups;
}

void verify_groups_free(struct verify_groups *groups)
{
	if (groups) {
		rv_sorter_free(groups->sorter);
		pthread_mutex_destroy(&groups->lock);
		free(groups);
	}
}

int verify_groups_add(struct verify_groups *groups, const char *key, char kind, const char *path, const char *text,
                      struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	rv_str_json(&line, key, strlen(key));
	rv_str_printf(&line, "\t%c\t", kind);
	rv_str_json(&line, path, strlen(path));
	rv_str_putc(&line, '\t');
	rv_str_json(&line, text, strlen(text));
	pthread_mutex_lock(&groups->lock);
	const int status = rv_sorter_add(groups->sorter, line.ptr, line.len, err);
	pthread_mutex_unlock(&groups->lock);
	rv_str_release(&line);
	return status;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

struct group {
	verify_group_fn *visit;
	void *context;
	struct rv_str token; /* the key as lines have it */
	struct verify_part *parts;
	size_t n, cap;
	struct rv_arena arena; /* the parts' texts */
};

/* The value of a line's field, which begins at *at. */
static const char *field(struct group *group, const char **at, const char *end)
{
	struct rv_str value = RV_STR_INIT;
	const char *const tab = memchr(*at, '\t', (size_t)(end - *at)), *const stop = tab ? tab : end;
	rv_scan_string((struct rv_span) { *at, (size_t)(stop - *at) }, &value);
	const char *const kept = rv_arena_strndup(&group->arena, value.ptr, value.len);
	rv_str_release(&value);
	*at = tab ? tab + 1 : end;
	return kept;
}

static int end_group(struct group *group, struct rv_err *err)
{
	const char *at = group->token.ptr;
	if (group->n == 0) {
		return 0;
	}
	const int status =
	        group->visit(group->context, field(group, &at, at + group->token.len), group->parts, group->n, err);
	rv_arena_clear(&group->arena);
	group->n = 0;
	return status;
}

/* An rv_sorter_fn. */
static int take_line(void *context, const void *bytes, size_t len, struct rv_err *err)
{
	struct group *const group = context;
	const char *at = bytes;
	const char *const end = at + len - 1; /* without its newline */
	const size_t token_len = strcspn(at, "\t");
	if (group->token.len != token_len || memcmp(group->token.ptr, at, token_len) != 0) {
		if (end_group(group, err) < 0) {
			return -1;
		}
		rv_str_clear(&group->token);
		rv_str_append(&group->token, at, token_len);
	}
	at += token_len + 1;
	struct verify_part part = { .kind = *at };
	at += 2;
	part.path = field(group, &at, end);
	part.text = field(group, &at, end);
	RV_GROW(group->parts, group->n, group->cap);
	group->parts[group->n++] = part;
	return 0;
}

int verify_groups_end(struct verify_groups *groups, verify_group_fn *visit, void *context, struct rv_err *err)
{
	struct group group = { .visit = visit, .context = context, .token = RV_STR_INIT, .arena = RV_ARENA_INIT };
	int status = rv_sorter_merge(groups->sorter, take_line, &group, err);
	if (status == 0) {
		status = end_group(&group, err);
	}
	rv_str_release(&group.token);
	rv_arena_release(&group.arena);
	free(group.parts);
	return status;
}

/* ---- for those who visit ----------------------------------------------------------------------------------------- */

const struct verify_part *verify_group_find(const struct verify_part *parts, size_t n, char kind)
{
	for (size_t i = 0; i < n; i++) {
		if (parts[i].kind == kind) {
			return &parts[i];
		}
	}
	return NULL;
}

bool verify_group_is_whole(const struct verify_part *parts, size_t n, const struct verify_group_kind *kinds,
                           enum verify_check check, struct verify_problems *problems)
{
	bool is_whole = true;
	for (const struct verify_group_kind *wanted = kinds; wanted->name; wanted++) {
		size_t n_found = 0;
		const char *path = parts[0].path;
		for (size_t i = 0; i < n; i++) {
			path = parts[i].kind == wanted->kind ? parts[i].path : path;
			n_found += parts[i].kind == wanted->kind;
		}
		if (n_found != 1) {
			verify_problems_add(problems, check, path, "there is %s %s for it",
			                    n_found == 0 ? "no" : "more than one", wanted->name);
			is_whole = false;
		}
	}
	return is_whole;
}

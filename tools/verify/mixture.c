/* SPDX-License-Identifier: MIT */
/* Samples of several scenes in one directory: see mixture.h. */
#include "verify/mixture.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "path.h"
#include "verify/blend_marker.h"

#define KINDS_MAX 64 /* so many of a run that is told of; further ones change nothing of what is told */

/* What samples of a directory were made of. */
struct kind {
	char *parent, *scene, *settings;
	uint64_t n;
};

struct verify_mixture {
	pthread_mutex_t lock;
	struct kind *kinds;
	size_t len, cap;
};

struct verify_mixture *verify_mixture_new(void)
{
	struct verify_mixture *const mixture = rv_alloc_zero(1, sizeof(*mixture));
	pthread_mutex_init(&mixture->lock, NULL);
	return mixture;
}

void verify_mixture_free(struct verify_mixture *mixture)
{
	for (size_t i = 0; i < mixture->len; i++) {
		free(mixture->kinds[i].parent);
		free(mixture->kinds[i].scene);
		free(mixture->kinds[i].settings);
	}
	free(mixture->kinds);
	pthread_mutex_destroy(&mixture->lock);
	free(mixture);
}

static void add(struct verify_mixture *mixture, const char *dir, const char *scene, struct rv_span settings)
{
	const size_t len = (size_t)(rv_path_base(dir) - dir);
	char *const parent = len > 1 ? rv_strndup(dir, len - 1) : rv_strdup(len > 0 ? "/" : ".");
	pthread_mutex_lock(&mixture->lock);
	size_t i = 0;
	while (i < mixture->len &&
	       (strcmp(mixture->kinds[i].parent, parent) != 0 || strcmp(mixture->kinds[i].scene, scene) != 0 ||
	        strlen(mixture->kinds[i].settings) != settings.len ||
	        memcmp(mixture->kinds[i].settings, settings.ptr, settings.len) != 0)) {
		i++;
	}
	if (i == mixture->len && i < KINDS_MAX) {
		RV_GROW(mixture->kinds, mixture->len, mixture->cap);
		mixture->kinds[mixture->len++] = (struct kind) { .parent = rv_strdup(parent),
			                                         .scene = rv_strdup(scene),
			                                         .settings = rv_strndup(settings.ptr, settings.len) };
	}
	if (i < mixture->len) {
		mixture->kinds[i].n++;
	}
	pthread_mutex_unlock(&mixture->lock);
	free(parent);
}

void verify_mixture_take(struct verify_mixture *mixture, const struct rv_record *record)
{
	struct rv_str dir = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_span scene;
	int dir_fd = -1;
	if (!rv_record_get(record, "scene", &scene) && rv_record_string(record, "dir", &dir, NULL) == 0 &&
	    (dir_fd = open(dir.ptr, O_DIRECTORY | O_CLOEXEC)) >= 0 && verify_blend_marker_read(dir_fd, &text, &json)) {
		const char *const name = rv_json_string(rv_json_get(json, "scene"), NULL);
		const struct rv_span settings = rv_json_text(rv_json_get(json, "settings"));
		if (name && settings.ptr) {
			add(mixture, dir.ptr, name, settings);
		}
	}
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	rv_json_release(&json);
	rv_str_release(&dir);
	rv_str_release(&text);
}

static int by_name(const void *a, const void *b)
{
	const struct kind *const x = a, *const y = b;
	const int parents = strcmp(x->parent, y->parent), scenes = strcmp(x->scene, y->scene);
	return parents ? parents : scenes ? scenes : strcmp(x->settings, y->settings);
}

/* The sorted kinds from `kinds` on that lie in the same directory; tells of them. */
static size_t tell_directory(const struct kind *kinds, size_t len)
{
	struct rv_str list = RV_STR_INIT;
	size_t n = 0, n_scenes = 0;
	while (n < len && strcmp(kinds[n].parent, kinds->parent) == 0) {
		const struct kind *const first = &kinds[n];
		uint64_t n_samples = 0;
		while (n < len && strcmp(kinds[n].parent, first->parent) == 0 &&
		       strcmp(kinds[n].scene, first->scene) == 0) {
			n_samples += kinds[n++].n;
		}
		rv_str_printf(&list, "%s%s (%" PRIu64 ")", n_scenes++ > 0 ? ", " : "", first->scene, n_samples);
	}
	if (n_scenes > 1) {
		rv_warn("'%s' holds samples of several scenes: %s", kinds->parent, list.ptr);
	} else if (n > 1) {
		rv_warn("'%s' holds samples that were rendered with different options: %zu kinds", kinds->parent, n);
	}
	rv_str_release(&list);
	return n;
}

void verify_mixture_tell(const struct verify_mixture *mixture)
{
	struct kind *const sorted = rv_alloc_zero(mixture->len + 1, sizeof(*sorted));
	if (mixture->len > 0) {
		memcpy(sorted, mixture->kinds, mixture->len * sizeof(*sorted));
		qsort(sorted, mixture->len, sizeof(*sorted), by_name);
	}
	for (size_t i = 0; i < mixture->len;) {
		i += tell_directory(sorted + i, mixture->len - i);
	}
	free(sorted);
}

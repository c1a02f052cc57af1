/* SPDX-License-Identifier: MIT */
/* A dataset against its manifest: see dataset.h. */
#include "verify/dataset.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "hash.h"
#include "taskq.h"
#include "verify/deep.h"
#include "verify/manifest.h"
#include "vocabulary.h"

#define ITEMS_PER_THREAD 4

struct check {
	const char *dir;
	int dir_fd;
	struct verify_manifest manifest;
	struct verify_deep *deep; /* NULL: sizes and digests only */
	verify_dataset_tell_fn *tell;
	void *context;
	struct verify_dataset_report *report;
};

struct item {
	size_t file; /* of the manifest */
	uint64_t n_bytes;
	struct verify_problems problems;
};

static void tell_all(struct check *check, struct verify_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++) {
		check->tell(&problems->items[i], check->context);
	}
	check->report->n_problems += problems->n_found;
	verify_problems_release(problems);
}

/* On any thread. */
static void work(void *item_, void *context)
{
	struct item *item = item_;
	struct check *check = context;
	const struct verify_manifest_file *file = &check->manifest.files[item->file];
	struct rv_err err = RV_ERR_INIT;
	char hex[RV_HASH_HEX_LEN + 1];

	if (rv_hash_file(check->dir_fd, file->path, hex, &item->n_bytes, &err) < 0) {
		verify_problems_add_err(&item->problems, file->path, &err);
	} else if (item->n_bytes != file->bytes) {
		verify_problems_add(&item->problems, RV_E_DIGEST, file->path,
		                    "it has %" PRIu64 " bytes, the manifest says %" PRIu64, item->n_bytes, file->bytes);
	} else if (strcmp(hex, file->sha256) != 0) {
		verify_problems_add(&item->problems, RV_E_DIGEST, file->path, "its SHA-256 is %s, the manifest says %s",
		                    hex, file->sha256);
	}
	if (check->deep) {
		verify_deep_file(check->deep, item->file, &item->problems);
	}
}

/* In order, one at a time. */
static void emit(void *item_, void *context)
{
	struct item *item = item_;
	struct check *check = context;
	check->report->n_files++;
	check->report->n_bytes += item->n_bytes;
	tell_all(check, &item->problems);
	free(item);
}

/* Both lists are sorted: what is only on disk is too much, what is only in the manifest is missing. Marks those that
 * are there. */
static void compare_names(struct check *check, bool *is_there, struct verify_problems *problems)
{
	char **names = NULL;
	size_t n = 0, file = 0;
	struct rv_err err = RV_ERR_INIT;
	if (rv_tree_files(check->dir, &names, &n, &err) < 0) {
		verify_problems_add_err(problems, check->dir, &err);
		return;
	}
	for (size_t i = 0; i < n || file < check->manifest.len;) {
		if (i < n && strcmp(names[i], RV_MANIFEST_NAME) == 0) {
			i++;
			continue;
		}
		int order = i == n                        ? 1
		            : file == check->manifest.len ? -1
		                                          : strcmp(names[i], check->manifest.files[file].path);
		if (order < 0) {
			verify_problems_add(problems, RV_E_BAD_FILE, names[i], "it is not in the manifest");
			i++;
		} else if (order > 0) {
			verify_problems_add(problems, RV_E_MISSING_FILE, check->manifest.files[file].path,
			                    "it is not there");
			file++;
		} else {
			is_there[file++] = true;
			i++;
		}
	}
	rv_names_free(names, n);
}

static void check_files(struct check *check, const bool *is_there, size_t n_threads)
{
	struct rv_taskq *queue = rv_taskq_new(n_threads, n_threads * ITEMS_PER_THREAD, work, emit, check);
	for (size_t i = 0; i < check->manifest.len; i++) {
		if (is_there[i]) {
			struct item *item = rv_alloc_zero(1, sizeof(*item));
			item->file = i;
			rv_taskq_push(queue, item);
		}
	}
	rv_taskq_finish(queue);
}

bool verify_dataset_is(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, RV_MANIFEST_NAME);
	bool there = rv_file_exists(path.ptr);
	rv_str_release(&path);
	return there;
}

void verify_dataset_check(const char *dir, const struct verify_dataset_rules *rules, verify_dataset_tell_fn *tell,
                          void *context, struct verify_dataset_report *report)
{
	struct check check = {
		.dir = dir, .manifest = VERIFY_MANIFEST_INIT, .tell = tell, .context = context, .report = report
	};
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct rv_str path = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	bool *is_there = NULL;

	*report = (struct verify_dataset_report) { .n_files = 0 };
	rv_str_printf(&path, "%s/%s", dir, RV_MANIFEST_NAME);
	check.dir_fd = open(dir, O_DIRECTORY | O_CLOEXEC);
	if (check.dir_fd < 0) {
		rv_fail_errno(&err, "cannot open '%s'", dir);
		verify_problems_add_err(&problems, dir, &err);
		goto out;
	}
	if (verify_manifest_read(path.ptr, &check.manifest, &err) < 0) {
		verify_problems_add_err(&problems, RV_MANIFEST_NAME, &err);
		goto out;
	}
	report->n_samples = check.manifest.n_samples;
	is_there = rv_alloc_zero(check.manifest.len + 1, sizeof(*is_there));
	compare_names(&check, is_there, &problems);
	tell_all(&check, &problems);
	if (rules->deep) {
		check.deep = verify_deep_new(dir, &check.manifest, rules->min_area_px, &problems);
	}
	check_files(&check, is_there, rules->n_threads);
	if (check.deep) {
		verify_deep_agree(check.deep, &problems);
	}
out:
	tell_all(&check, &problems);
	verify_deep_free(check.deep);
	if (check.dir_fd >= 0) {
		close(check.dir_fd);
	}
	free(is_there);
	verify_manifest_release(&check.manifest);
	rv_str_release(&path);
}

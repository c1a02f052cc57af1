/* SPDX-License-Identifier: MIT */
/* Samples as they lie in a directory of samples: their files by the names that the record has for them. */
#include <stdio.h>
#include <string.h>

#include "format/layout.h"
#include "sink/sink.h"

struct dir {
	const struct sink_target *target;
	struct rv_str path, text;
};

static int dir_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct dir *const dir = state;
	dir->target = target;
	rv_str_init(&dir->path);
	rv_str_init(&dir->text);
	return 0;
}

static void dir_release(void *state)
{
	struct dir *const dir = state;
	rv_str_release(&dir->path);
	rv_str_release(&dir->text);
}

typedef int visit_fn(struct dir *dir, struct sink_sample *sample, const char *file, struct rv_err *err);

static int visit_files(struct dir *dir, struct sink_sample *sample, const struct rv_file *files, size_t n,
                       visit_fn *visit, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < n; i++) {
		const bool is_passes = rv_role_is_hand_over(files[i].role);
		for (size_t k = 0; k < files[i].n_paths && !is_passes && status == 0; k++) {
			status = visit(dir, sample, files[i].paths[k], err);
		}
	}
	return status;
}

/* All files of the sample but those that labels were made from. */
static int visit_all(struct dir *dir, struct sink_sample *sample, visit_fn *visit, struct rv_err *err)
{
	const struct rv_sample *const of = sample->sample;
	int status = visit_files(dir, sample, of->files, of->n_files, visit, err);
	for (size_t i = 0; i < of->n_pictures && status == 0; i++) {
		status = visit_files(dir, sample, of->pictures[i].files, of->pictures[i].n_files, visit, err);
	}
	return status;
}

static int check_file(struct dir *dir RV_UNUSED, struct sink_sample *sample, const char *file, struct rv_err *err)
{
	if (strlen(file) > FORMAT_PATH_MAX) {
		return rv_fail(err, RV_E_LIMIT, "'%s' has more than %d bytes, which format dir takes", file,
		               FORMAT_PATH_MAX);
	}
	return sink_sample_has(sample, file, err);
}

static int dir_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	return visit_all(state, sample, check_file, err) < 0 ? SINK_REFUSED : 0;
}

static const char *set_path(struct dir *dir, const struct sink_sample *sample, const char *layout, const char *file)
{
	struct format_place place = { .id = "" };
	snprintf(place.id, sizeof(place.id), "%s", sample->sample->id);
	snprintf(place.path, sizeof(place.path), "%s", file);
	rv_str_clear(&dir->path);
	format_expand(format_layout(&format_dir, layout), &place, &dir->path);
	return dir->path.ptr;
}

static int store_file(struct dir *dir, struct sink_sample *sample, const char *file, struct rv_err *err)
{
	return sink_store_file(dir->target->store, sample, file, set_path(dir, sample, "file", file), err);
}

static int dir_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct dir *const dir = state;
	if (visit_all(dir, sample, store_file, err) < 0) {
		return -1;
	}
	rv_str_clear(&dir->text);
	rv_record_packed(sample->sample->record, &dir->text);
	return sink_dataset_write(dir->target->dataset, set_path(dir, sample, "record", ""), dir->text.ptr,
	                          dir->text.len, err);
}

static int dir_finish(void *state RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	return 0;
}

const struct sink_class sink_dir = {
	.format = &format_dir,
	.state_bytes = sizeof(struct dir),
	.open = dir_open,
	.prepare = dir_prepare,
	.add = dir_add,
	.finish = dir_finish,
	.release = dir_release,
};

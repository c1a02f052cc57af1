/* SPDX-License-Identifier: MIT */
/*
 * Samples in directories: each has a record of its id, whose files are there, but for what labels were made from, and
 * no others are; what they hold is checked as of any sample.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/groups.h"
#include "verify/inspect.h"

#define RECORD_BYTES_MAX ((size_t)64 << 20)

struct samples {
	const struct verify_context *context;
	struct verify_groups *groups;
	atomic_bool is_unread; /* a record, which was told: that nothing names its files is not told as well */
	struct verify_problems *problems;
};

/* Kinds of parts, by the path below dir/: a file, with its digest, and what a record says of it: an image with "VIEW
 * FRAME", anything else with "". */
enum { FILE_THERE = 'f', FILE_NAMED = 'n' };

static void *open_samples(const struct verify_context *context)
{
	struct samples *const samples = rv_alloc_zero(1, sizeof(*samples));
	samples->context = context;
	samples->groups = verify_groups_new();
	return samples;
}

static void free_samples(void *state)
{
	struct samples *const samples = state;
	verify_groups_free(samples->groups);
	free(samples);
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

static int add_named(struct samples *samples, const struct verify_item *item, const struct rv_file *files, size_t n,
                     const struct rv_picture *picture, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT, text = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; i < n; i++) {
		const bool is_passes = rv_role_is_hand_over(files[i].role);
		rv_str_clear(&text);
		if (picture && rv_role_is(files[i].role, RV_ROLE_IMAGE)) {
			rv_str_printf(&text, "%s %s", picture->view ? picture->view : "",
			              picture->frame_name ? picture->frame_name : "");
		}
		for (size_t k = 0; k < files[i].n_paths && !is_passes && status == 0; k++) {
			rv_str_clear(&key);
			rv_str_printf(&key, "%s/%s", item->place.id, files[i].paths[k]);
			status = verify_groups_add(samples->groups, key.ptr, FILE_NAMED, item->path,
			                           text.len > 0 ? text.ptr : "", err);
		}
	}
	rv_str_release(&key);
	rv_str_release(&text);
	return status;
}

static void note_unread(struct samples *samples)
{
	samples->is_unread = true;
	verify_census_unread(samples->context->census, FORMAT_ID_dir);
}

/* The files of a sample, where it lies in the dataset. */
struct sample_files {
	struct verify_files files; /* first: it is one */
	int dir_fd;
	const char *id;
};

static void name_file(const struct verify_files *files, const struct rv_file *file, size_t k, struct rv_str *name)
{
	rv_str_printf(name, "dir/%s/%s", ((const struct sample_files *)files)->id, file->paths[k]);
}

static int open_file(struct verify_files *files, const struct rv_file *file, size_t k, struct rv_source *source,
                     struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	name_file(files, file, k, &path);
	const int status = rv_source_open_beneath(source, ((struct sample_files *)files)->dir_fd, path.ptr, err);
	rv_str_release(&path);
	return status;
}

static bool has_file(const struct verify_files *files RV_UNUSED, const struct rv_file *file)
{
	return !rv_role_is_hand_over(file->role);
}

static void check_labels(const struct samples *samples, struct verify_item *item, const struct rv_sample *sample)
{
	struct sample_files files = {
		.files = { .open = open_file, .name = name_file, .has = has_file, .record = item->path },
		.dir_fd = samples->context->dir_fd,
		.id = item->place.id
	};
	const struct verify_rules rules = verify_rules_of(samples->context, FORMAT_ID_dir, item);
	struct verify_counts counts = { 0 };
	verify_inspect(sample, &files.files, &rules, &counts, item->problems);
}

static int take_sample(struct samples *samples, struct verify_item *item, const struct rv_sample *sample,
                       struct rv_err *err)
{
	if (strcmp(sample->id, item->place.id) != 0) {
		verify_problems_add(item->problems, VERIFY_DIR_RECORD, item->path, "it is the record of '%s'",
		                    sample->id);
		note_unread(samples);
		return 0;
	}
	check_labels(samples, item, sample);
	int status = add_named(samples, item, sample->files, sample->n_files, NULL, err);
	for (size_t i = 0; i < sample->n_pictures && status == 0; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		const struct verify_key key = { item->place.id, picture->view ? picture->view : "",
			                        picture->frame_name ? picture->frame_name : "" };
		status = !rv_picture_is_layer(picture) &&
		                         verify_census_picture(samples->context->census, FORMAT_ID_dir, &key, err) < 0
		                 ? -1
		                 : add_named(samples, item, picture->files, picture->n_files, picture, err);
	}
	return status;
}

static int read_record(struct samples *samples, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_record record = RV_RECORD_INIT;
	struct rv_sample sample = RV_SAMPLE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	int status = 0;
	if (!verify_item_load(item, RECORD_BYTES_MAX, &text)) {
		note_unread(samples);
	} else if (rv_record_parse(&record, text.ptr, text.len, &wrong) < 0 ||
	           rv_sample_load_stored(&sample, &record, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_DIR_RECORD, item->path, &wrong);
		note_unread(samples);
	} else {
		status = take_sample(samples, item, &sample, err);
	}
	rv_sample_release(&sample);
	rv_record_release(&record);
	rv_str_release(&text);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	/* Files are decoded with the record that names them. */
	return verify_item_is(item, "record") ? read_record(state, item, err) : 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct samples *const samples = state;
	return verify_item_is(item, "record") ? 0
	                                      : verify_groups_add(samples->groups, item->path + strlen("dir/"),
	                                                          FILE_THERE, item->path, item->sha256, err);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* The digest of an image, whose record says "VIEW FRAME" of it, for formats that hold it, too. */
static int tell_image(struct samples *samples, const char *path, const char *said, const char *sha256,
                      struct rv_err *err)
{
	const size_t id_len = strcspn(path, "/"), view_len = strcspn(said, " ");
	char *const id = rv_strndup(path, id_len), *const view = rv_strndup(said, view_len);
	const struct verify_key key = { id, view, said + view_len + 1 };
	const int status =
	        verify_census_fact(samples->context->census, FORMAT_ID_dir, &key, VERIFY_FACT_IMAGE, sha256, err);
	free(id);
	free(view);
	return status;
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = { { FILE_THERE, "file" },
		                                          { FILE_NAMED, "record" },
		                                          { 0, NULL } };
	struct samples *const samples = state;
	if (!verify_group_is_whole(parts, n, kinds, VERIFY_DIR_FILE, samples->problems) || !parts[1].text[0] ||
	    !samples->context->compares_pictures) {
		return 0;
	}
	return tell_image(samples, key, parts[1].text, parts[0].text, err);
}

static int end_samples(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct samples *const samples = state;
	samples->problems = problems;
	return samples->is_unread ? 0 : verify_groups_end(samples->groups, visit, samples, err);
}

const struct verify_class verify_dir = {
	.format = &format_dir,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_samples,
	.file = look_at_file,
	.take = take_file,
	.end = end_samples,
	.free = free_samples,
};

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
#include "progress.h"
#include "taskq.h"
#include "tree.h"
#include "verify/category_table.h"
#include "verify/croissant.h"
#include "verify/format.h"
#include "verify/manifest.h"
#include "verify/quality.h"
#include "verify/replay.h"
#include "verify/resume.h"
#include "verify/sums.h"

#define ITEMS_PER_THREAD 4
#define LOAD_MAX ((size_t)16 << 20) /* a larger file is read in portions, once for its digest and once to decode it */

struct check {
	int dir_fd;
	const struct verify_dataset_rules *rules;
	verify_dataset_tell_fn *tell;
	void *tell_context;
	struct verify_dataset_report *report;
	/* The manifest, which is read twice: to see that it is right, and to be compared with what is there. */
	struct rv_source manifest_source;
	struct verify_manifest_head head;
	struct verify_manifest *manifest;
	struct verify_manifest_file entry; /* the next one */
	bool has_entry, is_over;           /* it is there; the manifest is not what it was */
	uint64_t n_listed;                 /* files in it */
	struct rv_taskq *queue;
	/* With is_deep. */
	struct verify_context context;
	struct rv_categories categories;
	struct verify_croissant *croissant; /* NULL: there is none */
	void *states[FORMAT_IDS];
	bool is_there[FORMAT_IDS]; /* any file of the format */
	bool has_failed;           /* the environment */
	struct rv_err err;         /* why */
};

/* Something of the dataset, on its way through the queue. */
struct item {
	char *path;
	uint64_t bytes, n_bytes; /* as the manifest says; as found */
	char sha256[RV_HASH_HEX_LEN + 1];
	bool is_file;  /* to be looked at; else there are only problems, or it is elsewhere */
	size_t format; /* FORMAT_IDS: none */
	struct verify_item item;
	struct verify_problems problems;
	int status;
	struct rv_err err;
};

static void tell_all(struct check *check, struct verify_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++) {
		check->tell(&problems->items[i], check->tell_context);
	}
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		check->report->n_of[i] += problems->n_of[i];
	}
	check->report->n_problems += problems->n_found;
	check->report->n_bad += problems->n_bad;
	verify_problems_release(problems);
}

/* What is of no one file. */
static void tell_whole(struct check *check, struct verify_problems *problems)
{
	check->report->n_bad_files += problems->n_bad;
	tell_all(check, problems);
}

/* The first failure counts. */
static void fail(struct check *check, const struct rv_err *err)
{
	if (!check->has_failed) {
		check->has_failed = true;
		check->err = *err;
	}
}

/* ---- a file ------------------------------------------------------------------------------------------------------ */

static void check_digest(struct item *item, const struct rv_source *source)
{
	char hex[RV_HASH_HEX_LEN + 1];
	struct rv_err err = RV_ERR_INIT;
	if (rv_hash_source(source, hex, &err) < 0) {
		verify_problems_add_err(&item->problems, VERIFY_FILE_UNREAD, item->path, &err);
	} else if (source->len != item->bytes) {
		verify_problems_add(&item->problems, VERIFY_DATASET_DIGEST, item->path,
		                    "it has %" PRIu64 " bytes, the manifest says %" PRIu64, source->len, item->bytes);
	} else if (strcmp(hex, item->sha256) != 0) {
		verify_problems_add(&item->problems, VERIFY_DATASET_DIGEST, item->path,
		                    "its SHA-256 is %s, the manifest says %s", hex, item->sha256);
	}
}

static void look_into(struct check *check, struct item *item, const struct rv_source *source)
{
	item->item.path = item->path;
	item->item.sha256 = item->sha256;
	item->item.source = source;
	item->item.problems = &item->problems;
	if (verify_item_is_around(item->path)) {
		return;
	}
	if (!verify_item_claim(&item->item, item->path, check->head.has, &item->format)) {
		verify_problems_add(&item->problems, VERIFY_DATASET_UNCLAIMED, item->path,
		                    "no format that the manifest names has such a file");
		return;
	}
	verify_item_ask(&item->item, &check->context, (enum format_id)item->format);
	if (verify_classes[item->format]->file) {
		item->status = verify_classes[item->format]->file(check->states[item->format], &item->item, &item->err);
	} else {
		verify_item_decode(&item->item);
	}
}

/* Pixels of all files are wanted, whatever is known of them: by --quality and its like, or to compare clips with. */
static bool asks_for_pixels(const struct check *check)
{
	const struct verify_rules *const rules = &check->rules->sample;
	return rules->quality || rules->portrait || rules->replay || verify_census_frames(check->context.census);
}

/* On any thread. */
static void work(void *item_, void *check_)
{
	struct item *const item = item_;
	struct check *const check = check_;
	struct rv_source file = RV_SOURCE_INIT, memory = RV_SOURCE_INIT;
	struct rv_str held = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	const struct rv_source *source = &file;
	item->item.is_known = verify_resume_knows(check->report->resume, item->path) && !asks_for_pixels(check);
	if (item->item.is_known && !check->rules->is_deep) {
		item->n_bytes = item->bytes;
		return;
	}
	if (rv_source_open_beneath(&file, check->dir_fd, item->path, &err) < 0) {
		verify_problems_add_unopened(&item->problems, item->path, &err);
		return;
	}
	if (check->rules->is_deep && file.len <= LOAD_MAX && rv_source_load(&file, LOAD_MAX, &held, &err) == 0) {
		rv_source_open_memory(&memory, item->path, held.ptr, held.len);
		source = &memory;
	}
	if (!item->item.is_known) {
		check_digest(item, source);
	}
	item->n_bytes = source->len;
	if (check->rules->is_deep) {
		look_into(check, item, source);
	}
	rv_source_close(&memory);
	rv_source_close(&file);
	rv_str_release(&held);
}

/* In order, one at a time. */
static void emit(void *item_, void *check_)
{
	struct item *const item = item_;
	struct check *const check = check_;
	check->report->n_files += item->is_file;
	check->report->n_bytes += item->n_bytes;
	if (item->is_file) {
		verify_croissant_take(check->croissant, item->path, item->sha256, &item->problems);
	}
	if (item->format < FORMAT_IDS && !item->is_file) {
		check->is_there[item->format] = true;
		verify_census_unread(check->context.census, (enum format_id)item->format);
	} else if (item->format < FORMAT_IDS) {
		const struct verify_class *const class = verify_classes[item->format];
		check->is_there[item->format] = true;
		if (item->status == 0 && class->take) {
			item->status = class->take(check->states[item->format], &item->item, &item->err);
		}
	}
	if (item->status < 0) {
		fail(check, &item->err);
	}
	check->report->n_bad_files += item->problems.n_bad > 0;
	verify_presence_add(&check->report->objects, &item->item.objects);
	const bool is_clean = item->problems.n_found == 0;
	tell_all(check, &item->problems);
	if (item->is_file && !check->has_failed &&
	    verify_resume_pass(check->report->resume, item->path, is_clean, &item->item.objects, &item->err) < 0) {
		fail(check, &item->err);
	}
	rv_progress_update(&(const struct rv_progress_counts) {
	        .done = check->report->n_files, .of = check->n_listed, .failed = check->report->n_bad_files });
	free(item->path);
	free(item);
}

/* ---- manifest against tree --------------------------------------------------------------------------------------- */

static struct item *new_item(const char *path)
{
	struct item *const item = rv_alloc_zero(1, sizeof(*item));
	item->path = rv_strdup(path);
	item->format = FORMAT_IDS;
	return item;
}

static void push_problem(struct check *check, const char *path, enum verify_check what, const char *message)
{
	struct item *const item = new_item(path);
	verify_problems_add(&item->problems, what, path, "%s", message);
	rv_taskq_push_done(check->queue, item);
}

static void push_file(struct check *check)
{
	struct item *const item = new_item(check->entry.path);
	item->is_file = true;
	item->bytes = check->entry.bytes;
	memcpy(item->sha256, check->entry.sha256, sizeof(item->sha256));
	rv_taskq_push(check->queue, item);
}

static void blame_manifest(struct verify_problems *problems, const struct rv_err *err)
{
	verify_problems_add_err(problems, err->code == RV_E_DIGEST ? VERIFY_MANIFEST_DIGEST : VERIFY_MANIFEST_FORM,
	                        RV_MANIFEST_NAME, err);
}

/* Goes to the manifest's next file. */
static void next_entry(struct check *check)
{
	struct rv_err err = RV_ERR_INIT;
	const int got = verify_manifest_next(check->manifest, &check->entry, &err);
	check->has_entry = got > 0;
	if (got < 0) { /* it was right a moment ago */
		check->is_over = true;
		push_problem(check, RV_MANIFEST_NAME, VERIFY_MANIFEST_FORM, "it was changed while it was read");
	}
}

/* It was posted and taken away: what is in it is not known. */
static void push_elsewhere(struct check *check)
{
	struct item *const item = new_item(check->entry.path);
	if (check->rules->is_deep) {
		(void)verify_item_claim(&item->item, item->path, check->head.has, &item->format);
	}
	rv_taskq_push_done(check->queue, item);
}

static void skip_missing(struct check *check, const char *before)
{
	while (check->has_entry && (!before || strcmp(check->entry.path, before) < 0)) {
		if (check->entry.is_posted) {
			push_elsewhere(check);
		} else {
			push_problem(check, check->entry.path, VERIFY_FILE_MISSING, "it is not there");
		}
		next_entry(check);
	}
}

/* What is there, in order, against the manifest's lines. */
static void meet(struct check *check, const struct rv_tree_entry *found)
{
	if (check->is_over || strcmp(found->path, RV_MANIFEST_NAME) == 0) {
		return;
	}
	skip_missing(check, found->path);
	const bool is_listed = check->has_entry && strcmp(check->entry.path, found->path) == 0;
	if (!found->is_file) {
		push_problem(check, found->path, VERIFY_FILE_SPECIAL, "it is no regular file");
	} else if (is_listed) {
		push_file(check);
	} else {
		push_problem(check, found->path, VERIFY_DATASET_EXTRA, "it is not in the manifest");
	}
	if (is_listed) {
		next_entry(check);
	}
}

static int meet_all(struct check *check, struct rv_err *err)
{
	struct rv_tree *const tree = rv_tree_open(check->dir_fd, NULL, err);
	struct rv_tree_entry found;
	int got = tree ? 1 : -1;
	while (got > 0 && (got = rv_tree_next(tree, &found, err)) > 0) {
		meet(check, &found);
	}
	rv_tree_close(tree);
	return got;
}

static int check_files(struct check *check, struct rv_err *err)
{
	check->manifest = verify_manifest_open(&check->manifest_source, &check->head, err);
	if (!check->manifest) {
		return -1;
	}
	check->queue =
	        rv_taskq_new(check->rules->n_threads, check->rules->n_threads * ITEMS_PER_THREAD, work, emit, check);
	next_entry(check);
	const int status = meet_all(check, err);
	if (status == 0) {
		skip_missing(check, NULL);
	}
	rv_taskq_finish(check->queue);
	verify_manifest_close(check->manifest);
	return status;
}

/* The manifest alone, all of it: nothing else is looked at where it is not right. */
static bool read_manifest(struct check *check, struct verify_problems *problems)
{
	struct verify_manifest_file file;
	struct rv_err err = RV_ERR_INIT;
	int got = 1;
	if (rv_source_open_beneath(&check->manifest_source, check->dir_fd, RV_MANIFEST_NAME, &err) < 0) {
		blame_manifest(problems, &err);
		return false;
	}
	struct verify_manifest *const manifest = verify_manifest_open(&check->manifest_source, &check->head, &err);
	struct verify_sums *const sums = verify_sums_new();
	while (manifest && got > 0) {
		got = verify_manifest_next(manifest, &file, &err);
		if (got > 0) {
			verify_sums_add(sums, &file);
			check->n_listed++;
		}
	}
	if (!manifest || got < 0) {
		blame_manifest(problems, &err);
	} else if (check->rules->is_deep) {
		verify_sums_end(sums, problems);
	}
	verify_sums_free(sums);
	verify_manifest_close(manifest);
	return manifest && got == 0;
}

/* ---- what is in the files ---------------------------------------------------------------------------------------- */

static void open_formats(struct check *check, struct verify_problems *problems)
{
	check->context.dir_fd = check->dir_fd;
	check->context.pictured = verify_pictured(check->head.has);
	check->context.rules = &check->rules->sample;
	check->context.census = verify_census_new(verify_has_clips(check->head.has));
	if (verify_category_table_read(check->dir_fd, &check->categories, problems)) {
		check->context.categories = &check->categories;
	}
	check->croissant = verify_croissant_open(check->dir_fd, problems);
	if (check->context.rules->replay && !check->head.has[FORMAT_ID_webdataset] && !check->head.has[FORMAT_ID_dir]) {
		verify_problems_add(problems, VERIFY_REPLAY_RENDER, RV_MANIFEST_NAME,
		                    "it names neither webdataset nor dir: other formats do not hold whole samples");
	}
	if (check->head.unknown[0]) {
		verify_problems_add(problems, VERIFY_DATASET_FORMAT, RV_MANIFEST_NAME,
		                    "this rv does not know the format '%s'", check->head.unknown);
	}
	size_t n_tellers = 0;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		n_tellers += check->head.has[i] && verify_classes[i]->tells == VERIFY_TELLS_PICTURES;
	}
	check->context.encodes = check->head.encodes;
	check->context.shows_other = check->head.shows_other;
	check->context.compares_pictures = n_tellers > 1;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		const struct verify_class *const class = verify_classes[i];
		check->states[i] = class->open ? class->open(&check->context) : &check->context;
	}
}

static int end_formats(struct check *check, struct verify_problems *problems, struct rv_err *err)
{
	enum verify_tells tell_what[FORMAT_IDS];
	int status = 0;
	verify_croissant_end(check->croissant, problems);
	for (size_t i = 0; i < FORMAT_IDS && status == 0; i++) {
		const struct verify_class *const class = verify_classes[i];
		tell_what[i] = class->tells;
		if (!check->head.has[i]) {
			continue;
		}
		if (!check->is_there[i] && check->head.n_samples > check->head.left_out[i]) {
			verify_problems_add(problems, VERIFY_DATASET_FORMAT, RV_MANIFEST_NAME,
			                    "it names the format '%s', of which no file is there", class->format->name);
		}
		status = class->end ? class->end(check->states[i], problems, err) : 0;
	}
	return status < 0 ? -1 : verify_census_compare(check->context.census, &check->head, tell_what, problems, err);
}

static void free_formats(struct check *check)
{
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (check->states[i] && verify_classes[i]->free) {
			verify_classes[i]->free(check->states[i]);
		}
	}
	verify_croissant_free(check->croissant);
	verify_census_free(check->context.census);
	rv_categories_release(&check->categories);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

bool verify_dataset_is(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, RV_MANIFEST_NAME);
	const bool is_there = rv_file_exists(path.ptr);
	rv_str_release(&path);
	return is_there;
}

static int open_resume(struct check *check, struct rv_err *err)
{
	const struct verify_dataset_rules *const rules = check->rules;
	struct verify_resume **const resume = &check->report->resume;
	if (rules->resume) {
		*resume = verify_resume_open(rules->resume, &check->manifest_source, rules->is_deep,
		                             rules->sample.min_area_px, err);
		check->report->objects = verify_resume_objects(*resume);
	}
	return rules->resume && !*resume ? -1 : 0;
}

static int check_all(struct check *check, struct rv_err *err)
{
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	int status = 0;
	if (read_manifest(check, &problems)) {
		if (open_resume(check, err) < 0) {
			verify_problems_release(&problems);
			return -1;
		}
		check->report->n_samples = check->head.n_samples;
		if (check->rules->is_deep) {
			open_formats(check, &problems);
		}
		tell_whole(check, &problems);
		status = check_files(check, err);
		if (status == 0 && check->has_failed) {
			*err = check->err;
			status = -1;
		}
		if (status == 0 && check->rules->is_deep && !check->is_over) {
			status = end_formats(check, &problems, err);
			if (status == 0 && check->rules->sample.quality) {
				status = verify_quality_end(check->rules->sample.quality, &problems, err);
			}
			if (status == 0 && check->rules->sample.replay) {
				status = verify_replay_end(check->rules->sample.replay, NULL, NULL, &problems, err);
			}
		}
		free_formats(check);
	}
	tell_whole(check, &problems);
	return status;
}

int verify_dataset_check(const char *dir, const struct verify_dataset_rules *rules, verify_dataset_tell_fn *tell,
                         void *context, struct verify_dataset_report *report, struct rv_err *err)
{
	struct check check = { .dir_fd = open(dir, O_DIRECTORY | O_CLOEXEC),
		               .rules = rules,
		               .tell = tell,
		               .tell_context = context,
		               .report = report,
		               .manifest_source = RV_SOURCE_INIT,
		               .categories = RV_CATEGORIES_INIT };
	*report = (struct verify_dataset_report) { .n_files = 0 };
	if (check.dir_fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", dir);
	}
	int status = check_all(&check, err);
	if (verify_resume_save(report->resume, status < 0 ? NULL : err) < 0) {
		status = -1;
	}
	rv_source_close(&check.manifest_source);
	close(check.dir_fd);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* Parts are read twice: first all that can be refused is looked for, then their files are taken. */
#include "sink/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "format/layout.h"
#include "idset.h"
#include "sink/adopt.h"
#include "sink/counted.h"
#include "sink/croissant.h"
#include "sink/joined.h"
#include "sink/listing.h"
#include "sink/sames.h"
#include "sink/sink.h"
#include "sink/task_ids.h"
#include "sink/texts.h"
#include "vocabulary.h"

#define ROWS_MAX 16

/* What was found of a format. */
struct of_format {
	uint64_t counts[ROWS_MAX][RV_SPLITS + 1];
	struct sink_texts texts; /* of files that are made anew, each once */
	uint64_t n_first;
	struct rv_idset *ids; /* of samples, where files tell them */
	uint64_t n_rows;
	struct sink_counted counted;
};

struct merge {
	const struct sink_merge_options *options;
	struct sink_target target;
	struct sink_head head;                  /* of the whole */
	const char *parts_of_specs[FORMAT_IDS]; /* the first part with a format */
	bool is_any_chosen;
	struct of_format formats[FORMAT_IDS];
	struct sink_sames sames;
	struct sink_adopter adopter;
	struct sink_joined *joined;
	size_t format;                    /* whose ids are being told */
	struct sink_croissant *croissant; /* NULL: it is not made */
	struct sink_listing *listing;     /* the part at hand */
	const char *part;
};

/* A file of a part, and whose it is. */
struct item {
	struct sink_listed file;
	size_t format;                 /* FORMAT_IDS: none */
	const struct format_path *row; /* NULL: it is of no format */
	struct format_place place;
};

/* ---- what it is ---- */

static bool is_wanted(const struct merge *merge, size_t format)
{
	return !merge->is_any_chosen || merge->options->is_chosen[format];
}

static bool has_categories(const struct merge *merge)
{
	bool has = false;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		has |= merge->head.specs[i] && format_all[i]->has_categories;
	}
	return has;
}

/* Says whose a file of the part is. 1: it goes into the dataset. 0: it does not. */
static int classify(const struct merge *merge, struct item *item, struct rv_err *err)
{
	const struct sink_head *const head = sink_listing_head(merge->listing);
	const char *const path = item->file.path;
	item->row = NULL;
	for (item->format = 0; item->format < FORMAT_IDS && !item->row; item->format++) {
		item->row = head->specs[item->format] ? format_row(format_all[item->format], path) : NULL;
	}
	if (item->row) {
		item->format--;
		(void)format_match(item->row->layout, path, &item->place);
		return is_wanted(merge, item->format);
	}
	if (strcmp(path, RV_CATEGORIES_NAME) == 0) {
		return has_categories(merge);
	}
	return strcmp(path, RV_SUMS_NAME) == 0 || strcmp(path, RV_LICENSE_NAME) == 0 ||
	                       strcmp(path, RV_CROISSANT_NAME) == 0
	               ? 0
	               : rv_fail(err, RV_E_USAGE, "'%s' has '%s', which is of no format", merge->part, path);
}

/* ---- looking at parts ---- */

/* Each of its formats has the options of the other parts', which are then those that are set. */
static int check_format(struct merge *merge, const struct sink_head *head, size_t format, struct rv_err *err)
{
	const char *const spec = head->specs[format];
	bool unused[FORMAT_IDS] = { false };
	if (merge->head.specs[format]) {
		return format_same_spec(format_all[format], merge->head.specs[format], spec)
		               ? 0
		               : rv_fail(err, RV_E_USAGE,
		                         "parts of unlike settings: '%s' has format '%s', '%s' has '%s'",
		                         merge->parts_of_specs[format], merge->head.specs[format], merge->part, spec);
	}
	merge->head.specs[format] = rv_strdup(spec);
	merge->parts_of_specs[format] = merge->part;
	return format_choose(spec, unused, err);
}

/* A format that is made of some samples only may be missing in a part; its samples are then left out of it. */
static int check_missing(const struct merge *merge, const struct sink_head *head, struct rv_err *err)
{
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		const struct format *const format = format_all[i];
		const bool is_of_some =
		        format->by_default == FORMAT_WITH_ANNOTATIONS || format->by_default == FORMAT_WITH_SEQUENCES;
		if (merge->head.specs[i] && !head->specs[i] && !is_of_some) {
			return rv_fail(err, RV_E_USAGE, "parts of unlike settings: '%s' has format %s, '%s' does not",
			               merge->parts_of_specs[i], format->name, merge->part);
		}
	}
	return 0;
}

static int check_head(struct merge *merge, struct rv_err *err)
{
	const struct sink_head *const head = sink_listing_head(merge->listing);
	if (!merge->head.version) {
		merge->head.version = rv_strdup(head->version);
	} else if (strcmp(merge->head.version, head->version) != 0) {
		return rv_fail(err, RV_E_USAGE, "'%s' was made by rv %s, '%s' by rv %s", merge->options->parts[0],
		               merge->head.version, merge->part, head->version);
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (head->specs[i] && is_wanted(merge, i) && check_format(merge, head, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int fail_none(const struct merge *merge, const struct item *item, struct rv_err *err)
{
	const char *const spec = sink_listing_head(merge->listing)->specs[item->format];
	return rv_fail(
	        err, RV_E_USAGE,
	        "format %s cannot be merged: '%s' of part '%s' is of all samples: make it anew from them "
	        "(rv-mux --format %s -o NEW DIR..., where DIR has samples of a part), and name the other formats "
	        "here (--format)",
	        format_all[item->format]->name, item->file.path, merge->part, spec);
}

static int check_files(const struct merge *merge, struct rv_err *err)
{
	struct item item;
	int got;
	while ((got = sink_listing_next(merge->listing, &item.file, err)) > 0) {
		const int status = classify(merge, &item, err);
		if (status < 0) {
			return -1;
		}
		if (status > 0 && item.row && item.row->merge == FORMAT_MERGE_NONE) {
			return fail_none(merge, &item, err);
		}
	}
	return got;
}

/* Calls `look` with each part open. */
static int each_part(struct merge *merge, int (*look)(struct merge *, struct rv_err *), struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < merge->options->n_parts && status == 0; i++) {
		merge->part = merge->options->parts[i];
		merge->listing = sink_listing_open(merge->part, err);
		status = merge->listing ? look(merge, err) : -1;
		sink_listing_close(merge->listing);
	}
	return status;
}

static int check_part(struct merge *merge, struct rv_err *err)
{
	return check_head(merge, err) < 0 ? -1 : check_files(merge, err);
}

/* Called when the formats of all parts are known. */
static int add_up(struct merge *merge, struct rv_err *err)
{
	const struct sink_head *const head = sink_listing_head(merge->listing);
	merge->head.n_samples += head->n_samples;
	merge->head.n_errors += head->n_errors;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		const uint64_t n_left_out = head->specs[i] ? head->left_out[i] : head->n_samples;
		merge->head.left_out[i] += n_left_out;
		merge->head.lost[i] += head->lost[i];
		if (merge->part == merge->options->parts[0]) {
			merge->formats[i].n_first = head->n_samples - n_left_out;
		}
	}
	return check_missing(merge, head, err);
}

static int check_chosen(const struct merge *merge, struct rv_err *err)
{
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (merge->options->is_chosen[i] && !merge->head.specs[i]) {
			return rv_fail(err, RV_E_USAGE, "no part has format %s", format_all[i]->name);
		}
	}
	return 0;
}

/* ---- taking files ---- */

static int adopt(struct merge *merge, const struct item *item, const char *path, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	if (sink_listing_source(merge->listing, &item->file, &source, err) < 0) {
		return -1;
	}
	const int status = sink_adopt(&merge->adopter, merge->target.dataset, &source, path, item->file.sha256, err);
	rv_source_close(&source);
	return status < 0 ? rv_fail_prefix(err, "'%s'", merge->part) : 0;
}

/* A sink_id_fn. */
static int take_id(void *merge_, const char *id, size_t len, struct rv_err *err)
{
	struct merge *const merge = merge_;
	return rv_idset_add(merge->formats[merge->format].ids, id, len)
	               ? 0
	               : rv_fail(err, RV_E_USAGE, "id '%.*s' is there twice, the second time in part '%s'", (int)len,
	                         id, merge->part);
}

/* Its ids are new, and its bytes are those of the manifest. */
static int check_shard(struct merge *merge, const struct item *item, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	char sha256[RV_HASH_HEX_LEN + 1];
	if (sink_listing_source(merge->listing, &item->file, &source, err) < 0) {
		return -1;
	}
	int status = rv_hash_source(&source, sha256, err);
	if (status == 0 && strcmp(sha256, item->file.sha256) != 0) {
		status = rv_fail(err, RV_E_USAGE, "'%s/%s': its SHA-256 is %s, the manifest says %s", merge->part,
		                 item->file.path, sha256, item->file.sha256);
	}
	merge->format = item->format;
	if (status == 0) {
		status = sink_classes[item->format]->ids(&source, take_id, merge, &merge->formats[item->format].n_rows,
		                                         err);
	}
	rv_source_close(&source);
	return status;
}

/* The next number in its split. */
static int take_numbered(struct merge *merge, struct item *item, uint64_t *count, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	if (*count > FORMAT_NUMBER_MAX) {
		return rv_fail(err, RV_E_LIMIT, "format %s has at most %d shards", format_all[item->format]->name,
		               FORMAT_NUMBER_MAX + 1);
	}
	snprintf(item->place.number, sizeof(item->place.number), "%06" PRIu64, *count);
	format_expand(item->row->layout, &item->place, &path);
	const int status = check_shard(merge, item, err) < 0 ? -1 : adopt(merge, item, path.ptr, err);
	rv_str_release(&path);
	return status;
}

static int take_counted(struct merge *merge, struct item *item, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	if (sink_counted_take(&merge->formats[item->format].counted, item->file.path, &item->place, err) < 0) {
		return -1;
	}
	format_expand(item->row->layout, &item->place, &path);
	const int status = adopt(merge, item, path.ptr, err);
	rv_str_release(&path);
	return status;
}

static int take_same(struct merge *merge, const struct item *item, struct rv_err *err)
{
	const int is_new = sink_sames_take(&merge->sames, item->file.path, item->file.sha256, merge->part,
	                                   item->row ? "" : ": make parts with one table (--categories)", err);
	return is_new > 0 ? adopt(merge, item, item->file.path, err) : is_new;
}

static int take_joined(struct merge *merge, const struct item *item, uint64_t *count, struct rv_err *err)
{
	uint64_t n_lines;
	const uint64_t base = sink_counted_base(&merge->formats[item->format].counted, item->file.path, &item->place);
	merge->format = item->format;
	if (sink_joined_begin(merge->joined, item->file.path, item->row, merge->part, base, err) < 0 ||
	    sink_listing_read(merge->listing, &item->file, sink_joined_add, merge->joined, err) < 0 ||
	    sink_joined_end(merge->joined, &n_lines, err) < 0) {
		return -1;
	}
	*count += n_lines;
	return 0;
}

static int take(struct merge *merge, struct item *item, struct rv_err *err)
{
	if (!item->row) {
		return take_same(merge, item, err);
	}
	const size_t row = (size_t)(item->row - format_all[item->format]->paths);
	const enum rv_split split = rv_split_find(item->place.split);
	uint64_t *const count = &merge->formats[item->format].counts[row][split];
	int status = 0;
	switch (item->row->merge) {
	case FORMAT_MERGE_FILE:
		status = sink_task_ids_take(merge->formats[item->format].ids, &item->place, merge->part, err) < 0
		                 ? -1
		                 : adopt(merge, item, item->file.path, err);
		*count += 1;
		break;
	case FORMAT_MERGE_NUMBERED:
		status = take_numbered(merge, item, count, err);
		*count += 1;
		break;
	case FORMAT_MERGE_COUNTED:
		status = take_counted(merge, item, err);
		break;
	case FORMAT_MERGE_COUNTED_LINES:
	case FORMAT_MERGE_COUNTED_IDS:
	case FORMAT_MERGE_LINES:
	case FORMAT_MERGE_TABLE:
	case FORMAT_MERGE_LISTS:
		status = take_joined(merge, item, count, err);
		break;
	case FORMAT_MERGE_SAME:
		status = take_same(merge, item, err);
		break;
	case FORMAT_MERGE_FIRST:
		status = merge->part == merge->options->parts[0] ? adopt(merge, item, item->file.path, err) : 0;
		break;
	case FORMAT_MERGE_MADE:
		status = sink_texts_take(&merge->formats[item->format].texts, merge->listing, &item->file, err);
		break;
	case FORMAT_MERGE_READ:
	case FORMAT_MERGE_PLACED:
		break;
	default:
		rv_bug("file '%s' cannot be merged", item->file.path);
	}
	return status;
}

static int take_croissant(struct merge *merge, const struct item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = sink_listing_read(merge->listing, &item->file, sink_text_keep, &text, err);
	if (status == 0) {
		status =
		        sink_croissant_join(merge->croissant, &text, sink_listing_head(merge->listing)->n_samples, err);
	}
	rv_str_release(&text);
	return status < 0 ? rv_fail_prefix(err, "'%s/%s'", merge->part, item->file.path) : 0;
}

static int take_part(struct merge *merge, struct rv_err *err)
{
	struct item item;
	int got, status = 0;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		sink_counted_part(&merge->formats[i].counted);
	}
	while (status == 0 && (got = sink_listing_next(merge->listing, &item.file, err)) > 0) {
		const int is_taken = classify(merge, &item, err);
		if (is_taken > 0) {
			status = take(merge, &item, err);
		} else if (merge->croissant && strcmp(item.file.path, RV_CROISSANT_NAME) == 0) {
			status = take_croissant(merge, &item, err);
		}
	}
	return status < 0 ? -1 : got;
}

/* ---- the whole ---- */

static int make_anew(struct merge *merge, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < FORMAT_IDS && status == 0; i++) {
		struct of_format *const of = &merge->formats[i];
		const struct sink_merged merged = { .format = format_all[i],
			                            .counts = of->counts,
			                            .n_first = of->n_first,
			                            .first = merge->options->parts[0],
			                            .parts = merge->options->parts,
			                            .n_parts = merge->options->n_parts,
			                            .n_rows = of->n_rows,
			                            .texts = of->texts.items,
			                            .n_texts = of->texts.len };
		if (merge->head.specs[i] && sink_classes[i]->merge) {
			status = sink_classes[i]->merge(&merge->target, &merged, err);
		}
	}
	return status;
}

static int finish(struct merge *merge, struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	struct sink_dataset *const dataset = merge->target.dataset;
	int status = sink_joined_finish(merge->joined, err) < 0 || make_anew(merge, err) < 0 ||
	                             sink_info_write(merge->target.info, dataset, err) < 0
	                     ? -1
	                     : 0;
	if (status == 0 && merge->croissant) {
		status = sink_croissant_write(merge->croissant, err);
	}
	if (status == 0) {
		sink_head_put(&merge->head, &line);
		status = sink_dataset_commit(dataset, &line, err);
	}
	rv_str_release(&line);
	return status;
}

static void release(struct merge *merge)
{
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		sink_texts_release(&merge->formats[i].texts);
		rv_idset_free(merge->formats[i].ids);
	}
	sink_sames_release(&merge->sames);
	sink_head_release(&merge->head);
	sink_joined_free(merge->joined);
	sink_croissant_free(merge->croissant);
	free(merge);
}

int sink_merge(const struct sink_merge_options *options, struct sink_dataset *dataset, uint64_t *n_samples,
               struct rv_err *err)
{
	struct merge *const merge = rv_alloc_zero(1, sizeof(*merge));
	merge->options = options;
	merge->target = (struct sink_target) { .dataset = dataset, .info = options->info };
	merge->adopter = (struct sink_adopter)SINK_ADOPTER_INIT;
	merge->joined = sink_joined_new(dataset, take_id, merge);
	merge->croissant = options->info->is_given ? sink_croissant_open(options->info, dataset) : NULL;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		merge->is_any_chosen |= options->is_chosen[i];
		merge->formats[i].ids = rv_idset_new();
	}
	const int status = each_part(merge, check_part, err) < 0 || each_part(merge, add_up, err) < 0 ||
	                                   check_chosen(merge, err) < 0 || each_part(merge, take_part, err) < 0
	                           ? -1
	                           : finish(merge, err);
	*n_samples = merge->head.n_samples;
	release(merge);
	return status;
}

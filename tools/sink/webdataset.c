/* SPDX-License-Identifier: MIT */
/*
 * WebDataset: the members of a sample side by side under its id as the key, ID.json (the record) first, then its files
 * sorted by name. Readers want the same fields in every sample: give every sample the same roles. A shard is closed
 * before the sample that would take it over either limit, so only a sample that is larger alone makes a larger shard.
 * Samples whose records have a split go into shards of that split.
 */
#include "format/webdataset.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "format/layout.h"
#include "sink/sink.h"
#include "tar.h"
#include "zst.h"

#define OPEN_MEMBERS_MAX 256 /* files that stay open between `prepare` and `add` */

/* A file of the sample at hand, name and path in its memory. */
struct member {
	const char *name, *file;
	struct rv_source source; /* closed: to be opened again */
};

/* The shards of a split, one after the other. */
struct shards {
	uint64_t n;                 /* begun */
	struct sink_output *output; /* of the present one, or NULL */
	struct rv_zst *zst;
	uint64_t n_bytes, n_samples; /* in the present one */
};

struct webdataset {
	const struct sink_target *target;
	int level;                           /* of compression; 0: none */
	struct shards shards[RV_SPLITS + 1]; /* the last are of samples without a split */
	struct rv_str first_fields;          /* of the first sample */
	bool has_warned;
	/* The sample at hand. */
	const char *json_name;
	struct rv_str json;
	struct member *members;
	size_t n_members, cap_members;
	uint64_t sample_bytes;
};

static int web_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct webdataset *const web = state;
	const struct format_webdataset_options *const options = &format_webdataset_options;
	web->target = target;
	web->level = options->zstd && options->zstd_level == 0 ? RV_ZST_LEVEL_DEFAULT : (int)options->zstd_level;
	rv_str_init(&web->first_fields);
	rv_str_init(&web->json);
	return 0;
}

static void clear_sample(struct webdataset *web)
{
	for (size_t i = 0; i < web->n_members; i++) {
		rv_source_close(&web->members[i].source);
	}
	web->n_members = 0;
	web->sample_bytes = 0;
}

static void web_release(void *state)
{
	struct webdataset *const web = state;
	clear_sample(web);
	free(web->members);
	rv_str_release(&web->json);
	rv_str_release(&web->first_fields);
	for (size_t i = 0; i < RV_COUNTOF(web->shards); i++) {
		rv_zst_abort(web->shards[i].zst);
		sink_output_abort(web->shards[i].output);
	}
}

/* ---- looking at a sample ---- */

/* Path `i` of a role. */
static int prepare_member(struct webdataset *web, struct sink_sample *sample, const struct rv_file *files, size_t i,
                          struct rv_err *err)
{
	const int64_t number = files->number < 0 ? -1 : files->number + (int64_t)i;
	struct member member = { .file = files->paths[i], .source = RV_SOURCE_INIT };
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s.", sample->sample->id);
	int status = format_webdataset_field(files->view, files->role, number, member.file, &name, err);
	if (status == 0) {
		member.name = rv_arena_strndup(&sample->arena, name.ptr, name.len);
		status = sink_sample_open(sample, member.file, &member.source, err);
	}
	rv_str_release(&name);
	if (status < 0) {
		return -1;
	}
	const uint64_t size = member.source.len;
	if (size > RV_TAR_SIZE_MAX) {
		rv_fail(err, RV_E_LIMIT, "'%s' has %" PRIu64 " bytes, a webdataset takes at most %" PRIu64,
		        member.source.name, size, RV_TAR_SIZE_MAX);
		rv_source_close(&member.source);
		return -1;
	}
	web->sample_bytes += rv_tar_member_size(member.name, size);
	if (web->n_members >= OPEN_MEMBERS_MAX) {
		rv_source_close(&member.source);
	}
	RV_GROW(web->members, web->n_members, web->cap_members);
	web->members[web->n_members++] = member;
	return 0;
}

static int prepare_files(struct webdataset *web, struct sink_sample *sample, const struct rv_file *files, size_t n,
                         struct rv_err *err)
{
	for (size_t i = 0; i < n; i++) {
		/* The renderer's hand-over to the labels is no part of a dataset. */
		const bool is_passes = rv_role_is_hand_over(files[i].role);
		for (size_t k = 0; k < files[i].n_paths && !is_passes; k++) {
			if (prepare_member(web, sample, &files[i], k, err) < 0) {
				return -1;
			}
		}
	}
	return 0;
}

static int compare_members(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

/* Sorts the members and finds names that no reader could take. */
static int check_members(struct webdataset *web, struct rv_err *err)
{
	if (web->n_members > 1) {
		qsort(web->members, web->n_members, sizeof(*web->members), compare_members);
	}
	for (size_t i = 0; i < web->n_members; i++) {
		const char *const name = web->members[i].name;
		if (strlen(name) > RV_TAR_NAME_MAX) {
			return rv_fail(err, RV_E_LIMIT, "a name in a webdataset has at most %d bytes, not %zu: '%s'",
			               RV_TAR_NAME_MAX, strlen(name), name);
		}
		if ((i > 0 && strcmp(name, web->members[i - 1].name) == 0) || strcmp(name, web->json_name) == 0) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "field 'files': two files would both be '%s' in a webdataset", name);
		}
	}
	return 0;
}

static int web_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct webdataset *const web = state;
	clear_sample(web);
	web->json_name = rv_arena_printf(&sample->arena, "%s.json", sample->sample->id);
	rv_str_clear(&web->json);
	rv_record_packed(sample->sample->record, &web->json);
	web->sample_bytes = rv_tar_member_size(web->json_name, web->json.len);
	if (prepare_files(web, sample, sample->sample->files, sample->sample->n_files, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->sample->pictures[i];
		if (prepare_files(web, sample, picture->files, picture->n_files, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return check_members(web, err) < 0 ? SINK_REFUSED : 0;
}

/* ---- writing it ---- */

/* Readers that look at the first samples of the first shard only stumble over fields that come and go. */
static void compare_fields(struct webdataset *web, const char *id)
{
	struct rv_str fields = RV_STR_INIT;
	for (size_t i = 0; i < web->n_members; i++) {
		rv_str_puts(&fields, web->members[i].name + strlen(id));
		rv_str_putc(&fields, ' ');
	}
	if (web->first_fields.len == 0) {
		rv_str_append(&web->first_fields, fields.ptr, fields.len);
	} else if (!web->has_warned && strcmp(web->first_fields.ptr, fields.ptr) != 0) {
		web->has_warned = true;
		rv_warn("webdataset: sample '%s' has other fields than the first one, which some readers refuse", id);
	}
	rv_str_release(&fields);
}

static int write_zst(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_zst_add(to, bytes, len, err);
}

static int close_shard(struct webdataset *web, struct shards *shards, struct rv_err *err)
{
	if (!shards->output) {
		return 0;
	}
	int status = shards->zst ? rv_tar_end(write_zst, shards->zst, err)
	                         : rv_tar_end(sink_output_write, shards->output, err);
	if (status == 0 && shards->zst) {
		status = rv_zst_finish(shards->zst, err);
		shards->zst = NULL;
	}
	if (status < 0) {
		return -1;
	}
	struct sink_output *const output = shards->output;
	shards->output = NULL;
	return sink_dataset_finish_shard(web->target->dataset, output, err);
}

static int open_shard(struct webdataset *web, struct shards *shards, struct rv_err *err)
{
	const size_t split = (size_t)(shards - web->shards);
	struct format_place place = { .id = "" };
	struct rv_str path = RV_STR_INIT, layout = RV_STR_INIT;
	if (shards->n > FORMAT_NUMBER_MAX) {
		return rv_fail(err, RV_E_LIMIT, "a webdataset has at most %d shards: make larger ones (shard-size)",
		               FORMAT_NUMBER_MAX + 1);
	}
	snprintf(place.split, sizeof(place.split), "%s", split < RV_SPLITS ? rv_split_names[split] : "");
	rv_str_printf(&layout, "%s%s", split < RV_SPLITS ? "split" : "shard", web->level > 0 ? ".zst" : "");
	do { /* past those of earlier runs */
		snprintf(place.number, sizeof(place.number), "%06" PRIu64, shards->n++);
		rv_str_clear(&path);
		format_expand(format_layout(&format_webdataset, layout.ptr), &place, &path);
	} while (sink_dataset_has_shard(web->target->dataset, path.ptr));
	shards->output = sink_dataset_create_shard(web->target->dataset, path.ptr, err);
	rv_str_release(&layout);
	rv_str_release(&path);
	if (!shards->output) {
		return -1;
	}
	if (web->level > 0) {
		shards->zst = rv_zst_new(web->level, sink_dataset_threads(web->target->dataset), sink_output_write,
		                         shards->output);
	}
	shards->n_bytes = RV_TAR_END_SIZE;
	shards->n_samples = 0;
	return 0;
}

/* The sample at hand has no more room in it. */
static bool is_full(const struct webdataset *web, const struct shards *shards)
{
	const struct format_webdataset_options *const options = &format_webdataset_options;
	return (options->shard_samples > 0 && shards->n_samples >= options->shard_samples) ||
	       (options->shard_bytes > 0 && shards->n_bytes + web->sample_bytes > options->shard_bytes);
}

static int put_member(struct sink_sample *sample, struct member *member, rv_write_fn *write, void *to,
                      struct rv_err *err)
{
	if (!member->source.name && sink_sample_open(sample, member->file, &member->source, err) < 0) {
		return -1;
	}
	const int status = rv_tar_source(write, to, member->name, &member->source, err);
	rv_source_close(&member->source);
	return status;
}

static int web_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct webdataset *const web = state;
	struct shards *const shards = &web->shards[sample->sample->split ? sample->split : RV_SPLITS];
	compare_fields(web, sample->sample->id);
	if (shards->output && is_full(web, shards) && close_shard(web, shards, err) < 0) {
		return -1;
	}
	if (!shards->output && open_shard(web, shards, err) < 0) {
		return -1;
	}
	rv_write_fn *const write = shards->zst ? write_zst : sink_output_write;
	void *const to = shards->zst ? (void *)shards->zst : (void *)shards->output;
	int status = rv_tar_member(write, to, web->json_name, web->json.ptr, web->json.len, err);
	for (size_t i = 0; i < web->n_members && status == 0; i++) {
		status = put_member(sample, &web->members[i], write, to, err);
	}
	sink_dataset_pack(web->target->dataset, shards->output, sample->sample);
	shards->n_bytes += web->sample_bytes;
	shards->n_samples++;
	return status;
}

static int web_finish(void *state, struct rv_err *err)
{
	struct webdataset *const web = state;
	int status = 0;
	for (size_t i = 0; i < RV_COUNTOF(web->shards) && status == 0; i++) {
		status = close_shard(web, &web->shards[i], err);
	}
	return status;
}

/* ---- reading shards ---- */

struct ids {
	sink_id_fn *take;
	void *to;
	uint64_t *n_samples;
	struct rv_str last; /* that was told last */
	struct rv_tar_reader *reader;
};

/* Members of a sample lie side by side, its id is what their names have before the first dot. */
static int see_member(void *context, const char *name, uint64_t size RV_UNUSED, struct rv_err *err)
{
	struct ids *const ids = context;
	const size_t len = strcspn(name, ".");
	if (len == ids->last.len && memcmp(name, ids->last.ptr, len) == 0) {
		return 0;
	}
	rv_str_clear(&ids->last);
	rv_str_append(&ids->last, name, len);
	*ids->n_samples += 1;
	return ids->take(ids->to, name, len, err);
}

static int pass_over(void *context RV_UNUSED, const void *bytes RV_UNUSED, size_t len RV_UNUSED,
                     struct rv_err *err RV_UNUSED)
{
	return 0;
}

/* An rv_write_fn. */
static int read_tar(void *ids, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_tar_reader_add(((struct ids *)ids)->reader, bytes, len, err);
}

static int web_ids(const struct rv_source *file, sink_id_fn *take, void *to, uint64_t *n_samples, struct rv_err *err)
{
	struct ids ids = { .take = take, .to = to, .n_samples = n_samples, .last = RV_STR_INIT };
	const bool is_packed = strcmp(strrchr(file->name, '.'), ".zst") == 0;
	ids.reader = rv_tar_reader_new(see_member, pass_over, &ids);
	int status = (is_packed ? rv_zst_read_from : rv_source_copy)(file, read_tar, &ids, err);
	status = rv_tar_reader_end(ids.reader, status == 0 ? err : NULL) < 0 ? -1 : status;
	rv_str_release(&ids.last);
	return status;
}

const struct sink_class sink_webdataset = {
	.format = &format_webdataset,
	.state_bytes = sizeof(struct webdataset),
	.open = web_open,
	.prepare = web_prepare,
	.add = web_add,
	.finish = web_finish,
	.ids = web_ids,
	.release = web_release,
};

/* SPDX-License-Identifier: MIT */
/*
 * WebDataset: webdataset/shard-%06d.tar[.zst], the members of a sample side by side under its id as the key:
 *
 *	ID.json               the record without what belongs to the stream only
 *	ID.png                files.image
 *	ID.<role>.<ext>       any other role
 *	ID.<role>.<%06d>.<ext> each file of a role that is an array, counted from 0 (image too)
 *
 * Role and extension are in lower case. Readers want the same fields in every sample: give every sample the same roles.
 * A shard is closed before the sample that would take it over either limit, so only a sample that is larger alone makes
 * a larger shard.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "sink.h"
#include "tar.h"
#include "zst.h"

#define EXTENSION_MAX 16

struct member {
	char *name;
	const char *path; /* borrowed from the sample */
};

struct webdataset {
	struct sink_dataset *dataset;
	const struct sink_settings *settings;
	uint64_t n_shards;
	struct sink_output *output; /* of the present shard, or NULL */
	struct rv_zst *zst;
	uint64_t shard_bytes, shard_samples; /* in the present shard */
	struct rv_str first_fields;          /* of the first sample */
	bool warned;
	/* The sample at hand. */
	struct rv_str json, json_name;
	struct member *members;
	size_t n_members, cap_members;
	uint64_t sample_bytes;
};

static void clear_sample(struct webdataset *web)
{
	for (size_t i = 0; i < web->n_members; i++) {
		free(web->members[i].name);
	}
	web->n_members = 0;
	web->sample_bytes = 0;
}

static int prepare_member(struct webdataset *web, const struct sink_sample *sample, const struct sink_role *role,
                          size_t i, struct rv_err *err)
{
	const char *path = role->paths[i];
	const char *extension = sink_sample_extension(path);
	size_t len = strspn(extension, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	uint64_t size;
	if (len == 0 || len > EXTENSION_MAX || extension[len]) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'files.%s': '%s' needs an extension of 1..%d letters and digits in a webdataset",
		               role->name, path, EXTENSION_MAX);
	}
	if (sink_sample_file_size(path, &size, err) < 0) {
		return -1;
	}
	if (size > RV_TAR_SIZE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "'%s' has %" PRIu64 " bytes, a webdataset takes at most %" PRIu64, path,
		               size, RV_TAR_SIZE_MAX);
	}
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s.", sample->id.ptr);
	if (role->is_array || strcmp(role->name, "image") != 0) {
		rv_str_printf(&name, "%s.", role->name);
	}
	if (role->is_array) {
		rv_str_printf(&name, "%06zu.", i);
	}
	rv_str_puts(&name, extension);
	for (size_t k = sample->id.len; k < name.len; k++) {
		name.ptr[k] = (char)tolower((unsigned char)name.ptr[k]);
	}
	web->sample_bytes += rv_tar_member_size(name.ptr, size);
	RV_GROW(web->members, web->n_members, web->cap_members);
	web->members[web->n_members++] = (struct member) { .name = rv_str_detach(&name), .path = path };
	return 0;
}

static int compare_members(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

/* Sorts the members and finds names that no reader could take. */
static int check_members(struct webdataset *web, const struct sink_sample *sample, struct rv_err *err)
{
	if (web->n_members > 1) {
		qsort(web->members, web->n_members, sizeof(*web->members), compare_members);
	}
	for (size_t i = 0; i < web->n_members; i++) {
		const char *name = web->members[i].name;
		if (strlen(name) > RV_TAR_NAME_MAX) {
			return rv_fail(err, RV_E_LIMIT, "'%s' has %zu bytes, a name in a webdataset has at most %d",
			               name, strlen(name), RV_TAR_NAME_MAX);
		}
		if ((i > 0 && strcmp(name, web->members[i - 1].name) == 0) ||
		    strcmp(name + sample->id.len, ".json") == 0) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "field 'files': two files would both be '%s' in a webdataset", name);
		}
	}
	return 0;
}

static int web_prepare(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct webdataset *web = sink;
	clear_sample(web);
	for (size_t i = 0; i < sample->n_roles; i++) {
		for (size_t k = 0; k < sample->roles[i].n_files; k++) {
			if (prepare_member(web, sample, &sample->roles[i], k, err) < 0) {
				return SINK_REFUSED;
			}
		}
	}
	rv_str_clear(&web->json);
	rv_str_clear(&web->json_name);
	rv_str_printf(&web->json_name, "%s.json", sample->id.ptr);
	rv_record_stored(sample->record, &web->json);
	web->sample_bytes += rv_tar_member_size(web->json_name.ptr, web->json.len);
	return check_members(web, sample, err) < 0 ? SINK_REFUSED : 0;
}

/* Readers that look at the first samples of the first shard only stumble over fields that come and go. */
static void compare_fields(struct webdataset *web, const struct sink_sample *sample)
{
	struct rv_str fields = RV_STR_INIT;
	for (size_t i = 0; i < web->n_members; i++) {
		rv_str_printf(&fields, "%s ", web->members[i].name + sample->id.len);
	}
	if (web->first_fields.len == 0) {
		rv_str_append(&web->first_fields, fields.ptr, fields.len);
	} else if (!web->warned && strcmp(web->first_fields.ptr, fields.ptr) != 0) {
		web->warned = true;
		rv_warn("webdataset: sample '%s' has other fields than the first one, which some readers refuse",
		        sample->id.ptr);
	}
	rv_str_release(&fields);
}

static int write_zst(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_zst_add(to, bytes, len, err);
}

static int close_shard(struct webdataset *web, struct rv_err *err)
{
	if (!web->output) {
		return 0;
	}
	int result = web->zst ? rv_tar_end(write_zst, web->zst, err) : rv_tar_end(sink_output_write, web->output, err);
	if (result == 0 && web->zst) {
		result = rv_zst_finish(web->zst, err);
		web->zst = NULL;
	}
	if (result < 0) {
		return -1;
	}
	struct sink_output *output = web->output;
	web->output = NULL;
	return sink_output_close(output, err);
}

static int open_shard(struct webdataset *web, struct rv_err *err)
{
	int level = web->settings->zstd_level;
	struct rv_str relative = RV_STR_INIT;
	rv_str_printf(&relative, "webdataset/shard-%06" PRIu64 ".tar%s", web->n_shards++, level > 0 ? ".zst" : "");
	web->output = sink_output_open(web->dataset, relative.ptr, err);
	rv_str_release(&relative);
	if (!web->output) {
		return -1;
	}
	if (level > 0) {
		web->zst = rv_zst_new(level, sink_output_write, web->output);
	}
	web->shard_bytes = RV_TAR_END_SIZE;
	web->shard_samples = 0;
	return 0;
}

static bool is_full(const struct webdataset *web)
{
	const struct sink_settings *settings = web->settings;
	return (settings->shard_samples > 0 && web->shard_samples >= settings->shard_samples) ||
	       (settings->shard_bytes > 0 && web->shard_bytes + web->sample_bytes > settings->shard_bytes);
}

static int web_add(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct webdataset *web = sink;
	compare_fields(web, sample);
	if (web->output && is_full(web) && close_shard(web, err) < 0) {
		return -1;
	}
	if (!web->output && open_shard(web, err) < 0) {
		return -1;
	}
	rv_write_fn *write = web->zst ? write_zst : sink_output_write;
	void *to = web->zst ? (void *)web->zst : (void *)web->output;
	int result = rv_tar_member(write, to, web->json_name.ptr, web->json.ptr, web->json.len, err);
	for (size_t i = 0; i < web->n_members && result == 0; i++) {
		struct rv_source source;
		result = rv_source_open(&source, web->members[i].path, err);
		if (result == 0) {
			result = rv_tar_source(write, to, web->members[i].name, &source, err);
			rv_source_close(&source);
		}
	}
	web->shard_bytes += web->sample_bytes;
	web->shard_samples++;
	return result;
}

static int web_finish(void *sink, struct rv_err *err)
{
	return close_shard(sink, err);
}

static void *web_open(struct sink_dataset *dataset, const struct sink_settings *settings, struct rv_err *err)
{
	(void)err;
	struct webdataset *web = rv_alloc_zero(1, sizeof(*web));
	web->dataset = dataset;
	web->settings = settings;
	rv_str_init(&web->json);
	rv_str_init(&web->json_name);
	rv_str_init(&web->first_fields);
	return web;
}

static void web_free(void *sink)
{
	struct webdataset *web = sink;
	clear_sample(web);
	free(web->members);
	rv_str_release(&web->json);
	rv_str_release(&web->json_name);
	rv_str_release(&web->first_fields);
	rv_zst_abort(web->zst);
	sink_output_abort(web->output);
	free(web);
}

const struct sink_class sink_webdataset = {
	.name = "webdataset",
	.help = "tar shards, one key per sample",
	.open = web_open,
	.prepare = web_prepare,
	.add = web_add,
	.finish = web_finish,
	.free = web_free,
};

/* SPDX-License-Identifier: MIT */
/* Samples in shards. */
#include "sink/packed.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "idset.h"
#include "marked.h"

struct packed_sample {
	char *id, *dir, sha256[RV_HASH_HEX_LEN + 1];
};

struct open_shard {
	char *path;
	struct packed_sample *samples;
	size_t len, cap;
};

void sink_packed_init(struct sink_packed *packed)
{
	*packed = (struct sink_packed) { .ids = rv_idset_new(), .records = rv_idset_new() };
}

static void release_open(struct open_shard *open)
{
	for (size_t i = 0; i < open->len; i++) {
		free(open->samples[i].id);
		free(open->samples[i].dir);
	}
	free(open->samples);
	free(open->path);
}

void sink_packed_release(struct sink_packed *packed)
{
	for (size_t i = 0; i < packed->n_shards; i++) {
		free(packed->shards[i].path);
	}
	for (size_t i = 0; i < packed->n_open; i++) {
		release_open(&packed->open[i]);
	}
	free(packed->shards);
	free(packed->open);
	rv_idset_free(packed->ids);
	rv_idset_free(packed->records);
}

/* ---- of the journal ---- */

static bool add_record(struct sink_packed *packed, const char *id, const char *sha256)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%s %s", id, sha256);
	const bool is_new = rv_idset_add(packed->records, key.ptr, key.len);
	rv_str_release(&key);
	return is_new;
}

const struct sink_packed_shard *sink_packed_read(struct sink_packed *packed, struct rv_json line)
{
	const char *const path = rv_json_string(rv_json_get(line, "packed"), NULL), *const sha256 = rv_json_string(
	                                                                                    rv_json_get(line, "sha256"),
	                                                                                    NULL);
	const struct rv_json samples = rv_json_get(line, "samples");
	struct sink_packed_shard shard = { .n_samples = rv_json_len(samples) };
	if (!path || !sha256 || strlen(sha256) != RV_HASH_HEX_LEN ||
	    !rv_json_u64(rv_json_get(line, "bytes"), 0, UINT64_MAX, &shard.n_bytes)) {
		return NULL;
	}
	for (size_t i = 0; i < shard.n_samples; i++) {
		const struct rv_json sample = rv_json_at(samples, i);
		const char *const id = rv_json_string(rv_json_at(sample, 0), NULL), *const record = rv_json_string(
		                                                                            rv_json_at(sample, 1),
		                                                                            NULL);
		if (id && record) {
			(void)rv_idset_add(packed->ids, id, strlen(id));
			(void)add_record(packed, id, record);
		}
	}
	shard.path = rv_strdup(path);
	memcpy(shard.sha256, sha256, sizeof(shard.sha256));
	RV_GROW(packed->shards, packed->n_shards, packed->cap_shards);
	packed->shards[packed->n_shards] = shard;
	return &packed->shards[packed->n_shards++];
}

static void digest(const struct rv_sample *sample, char sha256[RV_HASH_HEX_LEN + 1])
{
	struct rv_str text = RV_STR_INIT;
	rv_record_packed(sample->record, &text);
	rv_hash_bytes(text.ptr, text.len, sha256);
	rv_str_release(&text);
}

/* The sets take what they are asked for, which changes no later answer. */
int sink_packed_has(struct sink_packed *packed, const struct rv_sample *sample, struct rv_err *err)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	if (rv_idset_add(packed->ids, sample->id, strlen(sample->id))) {
		return 0;
	}
	digest(sample, sha256);
	return !add_record(packed, sample->id, sha256)
	               ? 1
	               : rv_fail(err, RV_E_BAD_RECORD,
	                         "a sample of this id is in a finished shard, with another record: its directory was "
	                         "removed then (--consume)");
}

bool sink_packed_has_shard(const struct sink_packed *packed, const char *path)
{
	for (size_t i = 0; i < packed->n_shards; i++) {
		if (strcmp(packed->shards[i].path, path) == 0) {
			return true;
		}
	}
	return false;
}

/* ---- of this run ---- */

static struct open_shard *find_open(struct sink_packed *packed, const char *path)
{
	for (size_t i = 0; i < packed->n_open; i++) {
		if (strcmp(packed->open[i].path, path) == 0) {
			return &packed->open[i];
		}
	}
	RV_GROW(packed->open, packed->n_open, packed->cap_open);
	packed->open[packed->n_open] = (struct open_shard) { .path = rv_strdup(path) };
	return &packed->open[packed->n_open++];
}

void sink_packed_add(struct sink_packed *packed, const char *path, const struct rv_sample *sample)
{
	struct open_shard *const open = find_open(packed, path);
	struct packed_sample added = { .id = rv_strdup(sample->id), .dir = rv_strdup(sample->dir) };
	digest(sample, added.sha256);
	RV_GROW(open->samples, open->len, open->cap);
	open->samples[open->len++] = added;
}

void sink_packed_put(struct sink_packed *packed, const char *path, uint64_t n_bytes, const char *sha256,
                     struct rv_str *line)
{
	const struct open_shard *const open = find_open(packed, path);
	struct rv_json_out out;
	rv_json_out_init(&out, line);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "packed", path);
	rv_json_put_u64(&out, "bytes", n_bytes);
	rv_json_put_string(&out, "sha256", sha256);
	rv_json_open(&out, "samples", '[');
	for (size_t i = 0; i < open->len; i++) {
		rv_json_open(&out, NULL, '[');
		rv_json_put_string(&out, NULL, open->samples[i].id);
		rv_json_put_string(&out, NULL, open->samples[i].sha256);
		rv_json_close(&out, ']');
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(line, '\n');
}

void sink_packed_remove_sample(const char *dir)
{
	struct rv_place place;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str shown = RV_STR_INIT;
	rv_str_printf(&shown, "'%s'", dir);
	const int status = rv_place_open(&place, dir, shown.ptr, &rv_sample_owner, false, &err);
	if (status < 0 || rv_place_remove(&place, &err) < 0) {
		rv_warn("a sample that is in a shard stays: %s", err.text);
	}
	rv_place_close(&place);
	rv_str_release(&shown);
}

void sink_packed_remove_samples(struct sink_packed *packed, const char *path)
{
	struct open_shard *const open = find_open(packed, path);
	for (size_t i = 0; i < open->len; i++) {
		sink_packed_remove_sample(open->samples[i].dir);
	}
	release_open(open);
	*open = packed->open[--packed->n_open];
}

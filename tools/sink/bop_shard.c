/* SPDX-License-Identifier: MIT */
/* Shards of BOP. */
#include "sink/bop_shard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/bop.h"
#include "format/format.h"
#include "format/layout.h"
#include "tar.h"

static struct sink_output *create(struct sink_dataset *dataset, const char *layout, const char *split, uint64_t scene,
                                  struct rv_err *err)
{
	const struct format_path *row = format_bop.paths;
	struct format_place place = { .id = "" };
	struct rv_str path = RV_STR_INIT;
	while (strcmp(row->name, layout) != 0) {
		row++;
	}
	snprintf(place.split, sizeof(place.split), "%s", split);
	snprintf(place.number, sizeof(place.number), "%06" PRIu64, scene % FORMAT_BOP_SCENES_MAX);
	format_expand(row->layout, &place, &path);
	struct sink_output *const output = row->is_shard ? sink_dataset_create_shard(dataset, path.ptr, err)
	                                                 : sink_dataset_create(dataset, path.ptr, err);
	rv_str_release(&path);
	return output;
}

/* "{", a line for each key, "}". */
static int list_key(struct sink_bop_shard *shard, uint64_t scene, struct rv_err *err)
{
	char line[64];
	const int len = snprintf(line, sizeof(line), "%s\"%s\": %" PRIu64, shard->has_keys ? ",\n  " : "{\n  ",
	                         shard->key, scene);
	shard->has_keys = true;
	return sink_output_write(shard->keys, line, (size_t)len, err);
}

int sink_bop_shard_begin(struct sink_bop_shard *shard, struct sink_dataset *dataset, const char *split, uint64_t scene,
                         size_t picture, struct rv_err *err)
{
	snprintf(shard->key, sizeof(shard->key), "%06" PRIu64 "_%06zu", scene % FORMAT_BOP_SCENES_MAX,
	         picture % FORMAT_BOP_PICTURES_MAX);
	shard->tar = shard->tar ? shard->tar : create(dataset, "shard", split, scene, err);
	shard->keys = shard->keys || !shard->tar ? shard->keys : create(dataset, "keys", split, scene, err);
	return shard->tar && shard->keys ? list_key(shard, scene, err) : -1;
}

int sink_bop_shard_put(struct sink_bop_shard *shard, const char *field, const void *bytes, size_t len,
                       struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	rv_source_open_memory(&source, field, bytes, len);
	const int status = sink_bop_shard_put_source(shard, field, &source, err);
	rv_source_close(&source);
	return status;
}

int sink_bop_shard_put_source(struct sink_bop_shard *shard, const char *field, const struct rv_source *source,
                              struct rv_err *err)
{
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s.%s", shard->key, field);
	const int status =
	        source->len > RV_TAR_SIZE_MAX
	                ? rv_fail(err, RV_E_LIMIT, "'%s' has %" PRIu64 " bytes, a shard takes at most %" PRIu64,
	                          source->name, source->len, RV_TAR_SIZE_MAX)
	                : rv_tar_source(sink_output_write, shard->tar, name.ptr, source, err);
	rv_str_release(&name);
	return status;
}

int sink_bop_shard_close(struct sink_bop_shard *shard, struct sink_dataset *dataset, struct rv_err *err)
{
	struct sink_output *const tar = shard->tar;
	if (!tar || rv_tar_end(sink_output_write, tar, err) < 0) {
		return tar ? -1 : 0;
	}
	shard->tar = NULL;
	return sink_dataset_finish_shard(dataset, tar, err);
}

int sink_bop_shard_finish(struct sink_bop_shard *shard, struct sink_dataset *dataset, struct rv_err *err)
{
	struct sink_output *const keys = shard->keys;
	if (!keys || sink_output_write(keys, "\n}\n", 3, err) < 0) {
		return keys ? -1 : 0;
	}
	shard->keys = NULL;
	return sink_dataset_finish(dataset, keys, err);
}

void sink_bop_shard_abort(struct sink_bop_shard *shard)
{
	sink_output_abort(shard->tar);
	sink_output_abort(shard->keys);
}

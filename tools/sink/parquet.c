/* SPDX-License-Identifier: MIT */
/*
 * Parquet: a row for each picture, with its file in it. Each split has files of its own. Columns are as Hugging Face's
 * datasets have them, which is said in the footer: an image is its bytes and a name, a list of boxes a list of lists.
 */
#include "format/parquet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "format/layout.h"
#include "sink/hf_card.h"
#include "sink/parquet_file.h"

enum {
	ID,
	VIEW,
	FRAME,
	SEED,
	WIDTH,
	HEIGHT,
	PROMPT,
	IMAGE_BYTES,
	IMAGE_PATH,
	BBOX,
	CATEGORY,
	AREA,
	INDEX,
	COLUMNS,
};

#define GROUP(name_, n) \
	{ \
		.name = (name_), .n_children = (n) \
	}
#define LIST(name_) \
	{ .name = (name_), .is_list = true, .n_children = 1 }, \
	{ \
		.name = "list", .repetition = SINK_PARQUET_REPEATED, .n_children = 1 \
	}
#define LEAF(name_, type_) \
	{ \
		.name = (name_), .type = SINK_PARQUET_##type_ \
	}

/* Its leaves are the columns above, in order. */
static const struct sink_parquet_node nodes[] = {
	LEAF("id", TEXT),     LEAF("view", TEXT),
	LEAF("frame", TEXT),  { .name = "seed", .type = SINK_PARQUET_INT64, .repetition = SINK_PARQUET_OPTIONAL },
	LEAF("width", INT64), LEAF("height", INT64),
	LEAF("prompt", TEXT), GROUP("image", 2),
	LEAF("bytes", BYTES), LEAF("path", TEXT),
	GROUP("objects", 4),  LIST("bbox"),
	LIST("element"),      LEAF("element", INT64),
	LIST("category"),     LEAF("element", TEXT),
	LIST("area"),         LEAF("element", INT64),
	LIST("index"),        LEAF("element", INT64),
};

/* The columns as Hugging Face's datasets call their types. */
static const char features[] =
        "{\"info\":{\"features\":{"
        "\"id\":{\"dtype\":\"string\",\"_type\":\"Value\"},"
        "\"view\":{\"dtype\":\"string\",\"_type\":\"Value\"},"
        "\"frame\":{\"dtype\":\"string\",\"_type\":\"Value\"},"
        "\"seed\":{\"dtype\":\"int64\",\"_type\":\"Value\"},"
        "\"width\":{\"dtype\":\"int64\",\"_type\":\"Value\"},"
        "\"height\":{\"dtype\":\"int64\",\"_type\":\"Value\"},"
        "\"prompt\":{\"dtype\":\"string\",\"_type\":\"Value\"},"
        "\"image\":{\"_type\":\"Image\"},"
        "\"objects\":{"
        "\"bbox\":{\"feature\":{\"feature\":{\"dtype\":\"int64\",\"_type\":\"Value\"},"
        "\"length\":-1,\"_type\":\"Sequence\"},\"length\":-1,\"_type\":\"Sequence\"},"
        "\"category\":{\"feature\":{\"dtype\":\"string\",\"_type\":\"Value\"},\"length\":-1,\"_type\":\"Sequence\"},"
        "\"area\":{\"feature\":{\"dtype\":\"int64\",\"_type\":\"Value\"},\"length\":-1,\"_type\":\"Sequence\"},"
        "\"index\":{\"feature\":{\"dtype\":\"int64\",\"_type\":\"Value\"},\"length\":-1,\"_type\":\"Sequence\"}"
        "}}}}";
static const struct sink_parquet_metadata metadata[] = { { .key = "huggingface", .value = features } };

static const struct sink_parquet_level plain = { 0, 0 };

/* The files of a split. */
struct table {
	struct sink_output *output; /* of the present file, or NULL */
	struct sink_parquet_file *parquet;
	uint64_t n_files;
};

struct parquet {
	const struct sink_target *target;
	struct table tables[RV_SPLITS];
	uint64_t n_rows;
	struct rv_str path, image;
};

static int parquet_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct parquet *const parquet = state;
	parquet->target = target;
	rv_str_init(&parquet->path);
	rv_str_init(&parquet->image);
	return 0;
}

static void parquet_release(void *state)
{
	struct parquet *const parquet = state;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_parquet_free(parquet->tables[split].parquet);
		sink_output_abort(parquet->tables[split].output);
	}
	rv_str_release(&parquet->path);
	rv_str_release(&parquet->image);
}

static int prepare_picture(struct sink_sample *sample, struct sink_picture *picture, struct rv_err *err)
{
	const char *const image = rv_picture_file(picture->picture, RV_ROLE_IMAGE);
	struct rv_source source = RV_SOURCE_INIT;
	if (sink_picture_check_labels(sample, picture, err) < 0 || sink_sample_open(sample, image, &source, err) < 0) {
		return -1;
	}
	const uint64_t len = source.len;
	rv_source_close(&source);
	return len <= SINK_PARQUET_VALUE_MAX
	               ? 0
	               : rv_fail(err, RV_E_LIMIT, "'%s' has %" PRIu64 " bytes, a row of Parquet takes at most %zu",
	                         image, len, SINK_PARQUET_VALUE_MAX);
}

static int parquet_prepare(void *state RV_UNUSED, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (prepare_picture(sample, &sample->pictures[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- files ---- */

static int close_table(struct parquet *parquet, struct table *table, struct rv_err *err)
{
	if (!table->output) {
		return 0;
	}
	const int status = sink_parquet_finish(table->parquet, metadata, RV_COUNTOF(metadata), err);
	struct sink_output *const output = table->output;
	sink_parquet_free(table->parquet);
	table->parquet = NULL;
	table->output = NULL;
	if (status < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish_shard(parquet->target->dataset, output, err);
}

static int open_table(struct parquet *parquet, enum rv_split split, struct rv_err *err)
{
	struct table *const table = &parquet->tables[split];
	struct format_place place = { .id = "" };
	if (table->n_files > FORMAT_NUMBER_MAX) {
		return rv_fail(err, RV_E_LIMIT, "Parquet has at most %d files: make larger ones (parquet:shard-size)",
		               FORMAT_NUMBER_MAX + 1);
	}
	snprintf(place.split, sizeof(place.split), "%s", rv_split_names[split]);
	snprintf(place.number, sizeof(place.number), "%06" PRIu64, table->n_files++);
	rv_str_clear(&parquet->path);
	format_expand(format_layout(&format_parquet, "rows"), &place, &parquet->path);
	table->output = sink_dataset_create_shard(parquet->target->dataset, parquet->path.ptr, err);
	if (!table->output) {
		return -1;
	}
	table->parquet = sink_parquet_open(nodes, RV_COUNTOF(nodes), format_parquet_options.group_bytes, table->output);
	return 0;
}

/* ---- rows ---- */

static void put_text(struct sink_parquet_file *to, size_t column, const char *text)
{
	sink_parquet_bytes(to, column, plain, text ? text : "", text ? strlen(text) : 0);
}

/* The lists of a row: a value for each label with a category. */
static void put_objects(struct sink_parquet_file *to, const struct sink_picture *picture)
{
	size_t n = 0;
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		if (!annotation->category) {
			continue;
		}
		const struct sink_parquet_level level = { n > 0, 1 };
		for (size_t k = 0; k < 4; k++) {
			const struct sink_parquet_level inner = { (uint8_t)(k > 0 ? 2 : n > 0), 2 };
			sink_parquet_int64(to, BBOX, inner, annotation->bbox[k]);
		}
		sink_parquet_bytes(to, CATEGORY, level, annotation->category, strlen(annotation->category));
		sink_parquet_int64(to, AREA, level, (int64_t)annotation->area_px);
		sink_parquet_int64(to, INDEX, level, annotation->index);
		n++;
	}
	for (size_t column = BBOX; column <= INDEX && n == 0; column++) {
		sink_parquet_none(to, column, plain);
	}
}

/* "ID.VIEW.FRAME.png": a name for the image's bytes. */
static void put_name(const struct rv_picture *of, struct rv_str *name)
{
	rv_str_clear(name);
	rv_str_puts(name, of->sample->id);
	if (of->view) {
		rv_str_printf(name, ".%s", of->view);
	}
	if (of->frame_name) {
		rv_str_printf(name, ".%s", of->frame_name);
	}
	rv_str_printf(name, ".%s", sink_extension(rv_picture_file(of, RV_ROLE_IMAGE)));
}

static int put_row(struct parquet *parquet, struct sink_parquet_file *to, struct sink_sample *sample,
                   const struct sink_picture *picture, struct rv_err *err)
{
	const struct rv_picture *const of = picture->picture;
	struct rv_source source = RV_SOURCE_INIT;
	uint64_t seed;
	if (sink_sample_open(sample, rv_picture_file(of, RV_ROLE_IMAGE), &source, err) < 0) {
		return -1;
	}
	const int status = rv_source_load(&source, SINK_PARQUET_VALUE_MAX, &parquet->image, err);
	rv_source_close(&source);
	if (status < 0) {
		return -1;
	}
	put_text(to, ID, of->sample->id);
	put_text(to, VIEW, of->view);
	put_text(to, FRAME, of->frame_name);
	if (rv_json_u64(rv_json_get(of->sample->json, "seed"), 0, INT64_MAX, &seed)) {
		sink_parquet_int64(to, SEED, (struct sink_parquet_level) { 0, 1 }, (int64_t)seed);
	} else {
		sink_parquet_none(to, SEED, plain);
	}
	sink_parquet_int64(to, WIDTH, plain, picture->width);
	sink_parquet_int64(to, HEIGHT, plain, picture->height);
	put_text(to, PROMPT, rv_json_string(rv_json_get(of->sample->json, "prompt"), NULL));
	sink_parquet_bytes(to, IMAGE_BYTES, plain, parquet->image.ptr, parquet->image.len);
	put_name(of, &parquet->path);
	put_text(to, IMAGE_PATH, parquet->path.ptr);
	put_objects(to, picture);
	parquet->n_rows++;
	return sink_parquet_end_row(to, err);
}

static int parquet_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct parquet *const parquet = state;
	struct table *const table = &parquet->tables[sample->split];
	const uint64_t limit = format_parquet_options.shard_bytes;
	if (table->output && limit > 0 && sink_parquet_size(table->parquet) >= limit &&
	    close_table(parquet, table, err) < 0) {
		return -1;
	}
	if (!table->output && open_table(parquet, sample->split, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (put_row(parquet, table->parquet, sample, &sample->pictures[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int parquet_finish(void *state, struct rv_err *err)
{
	struct parquet *const parquet = state;
	bool has_split[RV_SPLITS];
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		has_split[split] = parquet->tables[split].n_files > 0;
		if (close_table(parquet, &parquet->tables[split], err) < 0) {
			return -1;
		}
	}
	return sink_hf_card(parquet->target, &format_parquet, has_split, parquet->n_rows, err);
}

/* ---- merging ---- */

struct ids {
	sink_id_fn *take;
	void *to;
	uint64_t *n_rows;
	struct rv_str last; /* that was told last */
};

/* A sink_parquet_text_fn. The rows of a sample lie side by side. */
static int see_id(void *ids_, const char *id, size_t len, struct rv_err *err)
{
	struct ids *const ids = ids_;
	*ids->n_rows += 1;
	if (len == ids->last.len && memcmp(id, ids->last.ptr, len) == 0) {
		return 0;
	}
	rv_str_clear(&ids->last);
	rv_str_append(&ids->last, id, len);
	return ids->take(ids->to, id, len, err);
}

static int parquet_ids(const struct rv_source *file, sink_id_fn *take, void *to, uint64_t *n_rows, struct rv_err *err)
{
	struct ids ids = { .take = take, .to = to, .n_rows = n_rows, .last = RV_STR_INIT };
	const int status = sink_parquet_read_texts(file, ID, COLUMNS, see_id, &ids, err);
	rv_str_release(&ids.last);
	return status;
}

const struct sink_class sink_parquet = {
	.format = &format_parquet,
	.state_bytes = sizeof(struct parquet),
	.open = parquet_open,
	.prepare = parquet_prepare,
	.add = parquet_add,
	.finish = parquet_finish,
	.ids = parquet_ids,
	.merge = sink_hf_card_merge,
	.release = parquet_release,
};

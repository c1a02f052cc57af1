/* SPDX-License-Identifier: MIT */
/*
 * Parquet: files that are whole, with the columns that readers are told of, numbered without a gap; rows whose pictures
 * decode to the size that they say and whose boxes lie in them. Each row is told to the census with its picture's
 * digest, which other formats have as a file.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/formats/hf_card.h"
#include "verify/formats/parquet_file.h"

/* Columns in the order of the file. */
enum { ID, VIEW, FRAME, SEED, WIDTH, HEIGHT, PROMPT, IMAGE, IMAGE_PATH, BBOX, CATEGORY, AREA, INDEX, COLUMNS };
static const struct {
	const char *path;
	bool is_number;
	uint8_t max_repetition, max_definition;
} wanted[COLUMNS] = {
	{ "id", false, 0, 0 },
	{ "view", false, 0, 0 },
	{ "frame", false, 0, 0 },
	{ "seed", true, 0, 1 },
	{ "width", true, 0, 0 },
	{ "height", true, 0, 0 },
	{ "prompt", false, 0, 0 },
	{ "image.bytes", false, 0, 0 },
	{ "image.path", false, 0, 0 },
	{ "objects.bbox.list.element.list.element", true, 2, 2 },
	{ "objects.category.list.element", false, 1, 1 },
	{ "objects.area.list.element", true, 1, 1 },
	{ "objects.index.list.element", true, 1, 1 },
};

struct parquet {
	const struct verify_context *context;
	struct verify_hf_card card;
	uint64_t n_files[RV_SPLITS];
};

/* A file while its rows are looked at. */
struct table {
	const struct verify_context *context;
	struct verify_item *item;
	struct verify_parquet_file *file;
	uint64_t row;       /* of the file */
	size_t at[COLUMNS]; /* the row's first value of each column, in the group at hand */
};

#define BLAME(t, check, ...) verify_problems_add((t)->item->problems, check, (t)->item->path, __VA_ARGS__)

static void *open_parquet(const struct verify_context *context)
{
	struct parquet *const parquet = rv_alloc_zero(1, sizeof(*parquet));
	parquet->context = context;
	return parquet;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* How many values a row has in a column of lists; the first of an empty list stands for none. */
static size_t list_len(const struct table *t, size_t number, size_t *n_objects)
{
	const struct verify_parquet_column *const column = &t->file->columns[number];
	const size_t at = t->at[number];
	size_t n = 1;
	*n_objects = column->definitions[at] == column->max_definition;
	while (at + n < column->n_values && column->repetitions[at + n] > 0) {
		*n_objects += column->repetitions[at + n] == 1;
		n++;
	}
	return *n_objects > 0 ? n : 0;
}

/* What is wrong with the objects of the row, or NULL. */
static const char *fault_of_objects(const struct table *t, int64_t width, int64_t height)
{
	const struct verify_parquet_column *const boxes = &t->file->columns[BBOX];
	const int64_t *const box = boxes->numbers + t->at[BBOX];
	size_t n_objects, n;
	const size_t n_sides = list_len(t, BBOX, &n_objects);
	for (size_t column = CATEGORY; column <= INDEX; column++) {
		(void)list_len(t, column, &n);
		if (n != n_objects) {
			return "the lists of its objects are not of one length";
		}
	}
	if (n_sides != 4 * n_objects) {
		return "a box is not four numbers";
	}
	for (size_t i = 0; i < n_sides; i += 4) {
		if (boxes->repetitions[t->at[BBOX] + i] > 1) {
			return "a box is not four numbers";
		}
		if (box[i] < 0 || box[i + 1] < 0 || box[i + 2] < 1 || box[i + 3] < 1 || box[i] > width - box[i + 2] ||
		    box[i + 1] > height - box[i + 3]) {
			return "a box is not in the picture";
		}
	}
	return NULL;
}

/* The bytes of the row's picture, decoded by what its path ends in. */
static void check_image(const struct table *t, struct rv_span image, struct rv_span path, int64_t width, int64_t height)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err err = RV_ERR_INIT;
	char *const name = rv_strndup(path.ptr, path.len);
	const char *const dot = strrchr(name, '.');
	rv_source_open_memory(&source, name, image.ptr, image.len);
	if (!dot || !format_takes(format_parquet.needs, dot + 1)) {
		BLAME(t, VERIFY_PARQUET_IMAGE, "row %" PRIu64 ": '%s' names no picture that readers take", t->row,
		      name);
	} else if (verify_decode(&source, name, false, &decoded, &err) < 0) {
		BLAME(t, VERIFY_PARQUET_IMAGE, "row %" PRIu64 ": its picture: %s", t->row, err.text);
	} else if ((int64_t)decoded.width != width || (int64_t)decoded.height != height) {
		BLAME(t, VERIFY_PARQUET_IMAGE,
		      "row %" PRIu64 ": its picture is %" PRIu32 "x%" PRIu32 ", the row says %" PRId64 "x%" PRId64,
		      t->row, decoded.width, decoded.height, width, height);
	}
	verify_decoded_release(&decoded);
	rv_source_close(&source);
	free(name);
}

static struct rv_span text_at(const struct table *t, size_t column)
{
	return t->file->columns[column].texts[t->at[column]];
}

/* Copies the texts that name the picture; false when they cannot be such. */
static bool read_key(const struct table *t, struct format_place *place)
{
	const struct {
		size_t column, max;
		char *to;
	} parts[] = { { ID, sizeof(place->id), place->id },
		      { VIEW, sizeof(place->view), place->view },
		      { FRAME, sizeof(place->frame), place->frame } };
	for (size_t i = 0; i < RV_COUNTOF(parts); i++) {
		const struct rv_span text = text_at(t, parts[i].column);
		if (text.len >= parts[i].max || memchr(text.ptr, '\0', text.len)) {
			return false;
		}
		memcpy(parts[i].to, text.ptr, text.len);
		parts[i].to[text.len] = '\0';
	}
	return place->id[0] != '\0';
}

static int tell(const struct table *t, const struct format_place *place, struct rv_span image, struct rv_err *err)
{
	const struct verify_key key = { .id = place->id, .view = place->view, .frame = place->frame };
	char sha256[RV_HASH_HEX_LEN + 1];
	if (verify_census_picture(t->context->census, FORMAT_ID_parquet, &key, err) < 0) {
		return -1;
	}
	if (!t->context->compares_pictures) {
		return 0;
	}
	rv_hash_bytes(image.ptr, image.len, sha256);
	return verify_census_fact(t->context->census, FORMAT_ID_parquet, &key, VERIFY_FACT_IMAGE, sha256, err);
}

static int take_row(struct table *t, struct rv_err *err)
{
	const int64_t width = t->file->columns[WIDTH].numbers[t->at[WIDTH]],
	              height = t->file->columns[HEIGHT].numbers[t->at[HEIGHT]];
	const struct rv_span image = text_at(t, IMAGE);
	struct format_place place = { .id = "" };
	const char *const fault = fault_of_objects(t, width, height);
	if (fault) {
		BLAME(t, VERIFY_PARQUET_ROW, "row %" PRIu64 ": %s", t->row, fault);
	}
	check_image(t, image, text_at(t, IMAGE_PATH), width, height);
	if (!read_key(t, &place)) {
		BLAME(t, VERIFY_PARQUET_ROW, "row %" PRIu64 ": id, view and frame name no picture", t->row);
		return 0;
	}
	return tell(t, &place, image, err);
}

static int take_group(struct table *t, size_t group, struct rv_err *err)
{
	int status = 0;
	memset(t->at, 0, sizeof(t->at));
	for (uint64_t i = 0; i < t->file->group_rows[group] && status == 0; i++, t->row++) {
		status = take_row(t, err);
		for (size_t number = 0; number < COLUMNS; number++) {
			const struct verify_parquet_column *const column = &t->file->columns[number];
			do {
				t->at[number]++;
			} while (column->max_repetition > 0 && t->at[number] < column->n_values &&
			         column->repetitions[t->at[number]] > 0);
		}
	}
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static bool has_columns(const struct table *t)
{
	bool has = t->file->n_columns == COLUMNS;
	for (size_t i = 0; i < COLUMNS && has; i++) {
		const struct verify_parquet_column *const column = &t->file->columns[i];
		has = strcmp(column->path, wanted[i].path) == 0 && column->is_number == wanted[i].is_number &&
		      column->max_repetition == wanted[i].max_repetition &&
		      column->max_definition == wanted[i].max_definition;
	}
	return has;
}

static int read_table(struct table *t, struct rv_err *err)
{
	struct rv_err wrong = RV_ERR_INIT;
	t->file = verify_parquet_open(t->item->source, &wrong);
	if (!t->file) {
		verify_problems_add_err(t->item->problems, VERIFY_PARQUET_FILE, t->item->path, &wrong);
		verify_census_unread(t->context->census, FORMAT_ID_parquet);
		return 0;
	}
	int status = 0;
	if (!has_columns(t)) {
		BLAME(t, VERIFY_PARQUET_FILE, "its columns are not those of a table of pictures");
		verify_census_unread(t->context->census, FORMAT_ID_parquet);
	}
	for (size_t group = 0; group < t->file->n_groups && status == 0 && has_columns(t); group++) {
		if (verify_parquet_read(t->file, group, &wrong) < 0) {
			verify_problems_add_err(t->item->problems, VERIFY_PARQUET_FILE, t->item->path, &wrong);
			verify_census_unread(t->context->census, FORMAT_ID_parquet);
			break;
		}
		status = take_group(t, group, err);
	}
	verify_parquet_close(t->file);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct parquet *const parquet = state;
	struct table table = { .context = parquet->context, .item = item };
	if (verify_item_is(item, "card")) {
		verify_hf_card_read(&parquet->card, item);
		return 0;
	}
	return read_table(&table, err);
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err RV_UNUSED)
{
	struct parquet *const parquet = state;
	const enum rv_split split = rv_split_find(item->place.split);
	if (verify_item_is(item, "card")) {
		return 0;
	}
	verify_hf_card_take(&parquet->card, item);
	if (split < RV_SPLITS && strtoull(item->place.number, NULL, 10) != parquet->n_files[split]++) {
		verify_problems_add(item->problems, VERIFY_PARQUET_NUMBER, item->path,
		                    "the number before it is not there");
	}
	return 0;
}

static int end_parquet(void *state, struct verify_problems *problems, struct rv_err *err RV_UNUSED)
{
	const struct parquet *const parquet = state;
	verify_hf_card_end(&parquet->card, format_layout(&format_parquet, "card"), problems);
	return 0;
}

const struct verify_class verify_parquet = {
	.format = &format_parquet,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_parquet,
	.file = look_at_file,
	.take = take_file,
	.end = end_parquet,
	.free = free,
};

/* SPDX-License-Identifier: MIT */
/* Parquet's bytes: pages, and the footer in Thrift's compact protocol. */
#include "sink/parquet_file.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "zst.h"

#define NODES_MAX 64
#define DEPTH_MAX 8
#define MAGIC "PAR1"

/* Parquet's numbers. */
enum { TYPE_INT64 = 2, TYPE_BYTE_ARRAY = 6 };
enum { CONVERTED_UTF8 = 0, CONVERTED_LIST = 3 };
enum { LOGICAL_STRING = 1, LOGICAL_LIST = 3 };
enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3 };
enum { CODEC_ZSTD = 6 };
enum { PAGE_DATA = 0 };
/* Thrift's types in the compact protocol. */
enum { THRIFT_I32 = 5, THRIFT_I64 = 6, THRIFT_BINARY = 8, THRIFT_LIST = 9, THRIFT_STRUCT = 12 };

/* A leaf of the schema, and its values in the row group at hand. */
struct column {
	enum sink_parquet_type type;
	uint8_t max_repetition, max_definition;
	const char *path[DEPTH_MAX];
	size_t n_path;
	struct rv_str repetitions, definitions; /* a byte each, where the column has any */
	struct rv_str values;
	uint64_t n_values; /* those that are none among them */
};

struct sink_parquet_file {
	const struct sink_parquet_node *nodes;
	size_t n_nodes;
	struct column columns[NODES_MAX];
	size_t n_columns;
	size_t group_bytes;
	struct sink_output *output;
	uint64_t n_bytes; /* written */
	uint64_t n_rows, n_group_rows;
	struct rv_str groups; /* the footer's list of row groups, without its head */
	uint64_t n_groups;
	struct rv_str page, packed, head;
};

/* ---- Thrift ---- */

/* A struct in the making: the number of its last field. */
struct fields {
	struct rv_str *out;
	int last;
};

static void put_varint(struct rv_str *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7) {
		rv_str_putc(out, (char)(value | 0x80));
	}
	rv_str_putc(out, (char)value);
}

static uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static void put_field(struct fields *fields, int number, int type)
{
	rv_str_putc(fields->out, (char)((number - fields->last) << 4 | type)); /* gaps are below 16 */
	fields->last = number;
}

static void put_i32(struct fields *fields, int number, int32_t value)
{
	put_field(fields, number, THRIFT_I32);
	put_varint(fields->out, zigzag(value));
}

static void put_i64(struct fields *fields, int number, uint64_t value)
{
	put_field(fields, number, THRIFT_I64);
	put_varint(fields->out, zigzag((int64_t)value));
}

static void put_binary(struct rv_str *out, const char *text)
{
	put_varint(out, strlen(text));
	rv_str_puts(out, text);
}

static void put_text(struct fields *fields, int number, const char *text)
{
	put_field(fields, number, THRIFT_BINARY);
	put_binary(fields->out, text);
}

static void put_list_head(struct rv_str *out, uint64_t n, int type)
{
	rv_str_putc(out, (char)((n < 15 ? n : 15) << 4 | (unsigned int)type));
	if (n >= 15) {
		put_varint(out, n);
	}
}

static void put_list(struct fields *fields, int number, uint64_t n, int type)
{
	put_field(fields, number, THRIFT_LIST);
	put_list_head(fields->out, n, type);
}

static struct fields open_struct(struct fields *outer, int number)
{
	put_field(outer, number, THRIFT_STRUCT);
	return (struct fields) { .out = outer->out };
}

static void close_struct(struct fields *fields)
{
	rv_str_putc(fields->out, 0);
}

/* ---- the schema ---- */

/* Adds the leaves below nodes[at], whose parents are at `path`; returns what follows it. */
static size_t add_columns(struct sink_parquet_file *parquet, size_t at, struct column above)
{
	const struct sink_parquet_node *const node = &parquet->nodes[at];
	above.path[above.n_path++] = node->name;
	above.max_repetition += node->repetition == SINK_PARQUET_REPEATED;
	above.max_definition += node->repetition != SINK_PARQUET_REQUIRED;
	at++;
	if (node->type != SINK_PARQUET_GROUP) {
		struct column *const column = &parquet->columns[parquet->n_columns++];
		*column = above;
		column->type = node->type;
		rv_str_init(&column->repetitions);
		rv_str_init(&column->definitions);
		rv_str_init(&column->values);
	}
	for (unsigned int i = 0; i < node->n_children; i++) {
		at = add_columns(parquet, at, above);
	}
	return at;
}

struct sink_parquet_file *sink_parquet_open(const struct sink_parquet_node *nodes, size_t n_nodes, size_t group_bytes,
                                            struct sink_output *output)
{
	struct sink_parquet_file *const parquet = rv_alloc_zero(1, sizeof(*parquet));
	if (n_nodes > NODES_MAX) {
		rv_bug("a schema of %zu nodes", n_nodes);
	}
	parquet->nodes = nodes;
	parquet->n_nodes = n_nodes;
	parquet->group_bytes = group_bytes;
	parquet->output = output;
	for (size_t at = 0; at < n_nodes;) {
		at = add_columns(parquet, at, (struct column) { .n_path = 0 });
	}
	rv_str_init(&parquet->groups);
	rv_str_init(&parquet->page);
	rv_str_init(&parquet->packed);
	rv_str_init(&parquet->head);
	return parquet;
}

void sink_parquet_free(struct sink_parquet_file *parquet)
{
	if (!parquet) {
		return;
	}
	for (size_t i = 0; i < parquet->n_columns; i++) {
		rv_str_release(&parquet->columns[i].repetitions);
		rv_str_release(&parquet->columns[i].definitions);
		rv_str_release(&parquet->columns[i].values);
	}
	rv_str_release(&parquet->groups);
	rv_str_release(&parquet->page);
	rv_str_release(&parquet->packed);
	rv_str_release(&parquet->head);
	free(parquet);
}

/* ---- values ---- */

static void put_level(struct column *column, struct sink_parquet_level level)
{
	if (column->max_repetition > 0) {
		rv_str_putc(&column->repetitions, (char)level.repetition);
	}
	if (column->max_definition > 0) {
		rv_str_putc(&column->definitions, (char)level.definition);
	}
	column->n_values++;
}

static void put_little_endian(struct rv_str *out, uint64_t value, size_t n_bytes)
{
	unsigned char bytes[sizeof(value)];
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (unsigned char)(value >> 8 * i);
	}
	rv_str_append(out, bytes, n_bytes);
}

void sink_parquet_int64(struct sink_parquet_file *parquet, size_t column, struct sink_parquet_level level,
                        int64_t value)
{
	put_level(&parquet->columns[column], level);
	put_little_endian(&parquet->columns[column].values, (uint64_t)value, sizeof(value));
}

void sink_parquet_bytes(struct sink_parquet_file *parquet, size_t column, struct sink_parquet_level level,
                        const void *bytes, size_t len)
{
	put_level(&parquet->columns[column], level);
	put_little_endian(&parquet->columns[column].values, len, 4);
	rv_str_append(&parquet->columns[column].values, bytes, len);
}

void sink_parquet_none(struct sink_parquet_file *parquet, size_t column, struct sink_parquet_level level)
{
	put_level(&parquet->columns[column], level);
}

/* ---- pages and row groups ---- */

static int write_bytes(struct sink_parquet_file *parquet, const void *bytes, size_t len, struct rv_err *err)
{
	parquet->n_bytes += len;
	return sink_output_write(parquet->output, bytes, len, err);
}

/* Levels as runs: how often, shifted to mark a run, and which; before them the bytes that this takes. */
static void put_levels(const struct rv_str *levels, struct rv_str *page)
{
	const size_t start = page->len;
	put_little_endian(page, 0, 4);
	for (size_t at = 0, end; at < levels->len; at = end) {
		end = at + 1;
		while (end < levels->len && levels->ptr[end] == levels->ptr[at]) {
			end++;
		}
		put_varint(page, (uint64_t)(end - at) << 1);
		rv_str_putc(page, levels->ptr[at]);
	}
	const size_t len = page->len - start - 4;
	for (size_t i = 0; i < 4; i++) {
		page->ptr[start + i] = (char)(len >> 8 * i);
	}
}

static void put_page_head(const struct sink_parquet_file *parquet, const struct column *column, struct rv_str *head)
{
	struct fields fields = { .out = head };
	put_i32(&fields, 1, PAGE_DATA);
	put_i32(&fields, 2, (int32_t)parquet->page.len);
	put_i32(&fields, 3, (int32_t)parquet->packed.len);
	struct fields data = open_struct(&fields, 5);
	put_i32(&data, 1, (int32_t)column->n_values);
	put_i32(&data, 2, ENCODING_PLAIN);
	put_i32(&data, 3, ENCODING_RLE); /* of definitions */
	put_i32(&data, 4, ENCODING_RLE); /* of repetitions */
	close_struct(&data);
	close_struct(&fields);
}

/* The footer's words on a column chunk that begins at `offset`. */
static void put_chunk(const struct column *column, uint64_t offset, uint64_t n_plain, uint64_t n_packed,
                      struct rv_str *out)
{
	struct fields fields = { .out = out };
	put_i64(&fields, 2, offset);
	struct fields data = open_struct(&fields, 3);
	put_i32(&data, 1, column->type == SINK_PARQUET_INT64 ? TYPE_INT64 : TYPE_BYTE_ARRAY);
	put_list(&data, 2, 2, THRIFT_I32);
	put_varint(out, zigzag(ENCODING_PLAIN));
	put_varint(out, zigzag(ENCODING_RLE));
	put_list(&data, 3, column->n_path, THRIFT_BINARY);
	for (size_t i = 0; i < column->n_path; i++) {
		put_binary(out, column->path[i]);
	}
	put_i32(&data, 4, CODEC_ZSTD);
	put_i64(&data, 5, column->n_values);
	put_i64(&data, 6, n_plain);
	put_i64(&data, 7, n_packed);
	put_i64(&data, 9, offset);
	close_struct(&data);
	close_struct(&fields);
}

/* Writes a column's values as a chunk of one page, adds it to the footer, and forgets them. */
static int write_chunk(struct sink_parquet_file *parquet, struct column *column, uint64_t *n_plain, struct rv_err *err)
{
	const uint64_t offset = parquet->n_bytes;
	rv_str_clear(&parquet->page);
	rv_str_clear(&parquet->packed);
	rv_str_clear(&parquet->head);
	if (column->max_repetition > 0) {
		put_levels(&column->repetitions, &parquet->page);
	}
	if (column->max_definition > 0) {
		put_levels(&column->definitions, &parquet->page);
	}
	rv_str_append(&parquet->page, column->values.ptr, column->values.len);
	if (rv_zst_pack(RV_ZST_LEVEL_DEFAULT, parquet->page.ptr, parquet->page.len, &parquet->packed, err) < 0) {
		return -1;
	}
	put_page_head(parquet, column, &parquet->head);
	const uint64_t n_head = parquet->head.len;
	put_chunk(column, offset, n_head + parquet->page.len, n_head + parquet->packed.len, &parquet->groups);
	*n_plain += n_head + parquet->page.len;
	column->n_values = 0;
	rv_str_clear(&column->repetitions);
	rv_str_clear(&column->definitions);
	rv_str_clear(&column->values);
	return write_bytes(parquet, parquet->head.ptr, parquet->head.len, err) < 0
	               ? -1
	               : write_bytes(parquet, parquet->packed.ptr, parquet->packed.len, err);
}

static int write_group(struct sink_parquet_file *parquet, struct rv_err *err)
{
	struct fields fields = { .out = &parquet->groups };
	uint64_t n_plain = 0;
	if (parquet->n_group_rows == 0) {
		return 0;
	}
	if (parquet->n_bytes == 0 && write_bytes(parquet, MAGIC, strlen(MAGIC), err) < 0) {
		return -1;
	}
	put_list(&fields, 1, parquet->n_columns, THRIFT_STRUCT);
	for (size_t i = 0; i < parquet->n_columns; i++) {
		if (write_chunk(parquet, &parquet->columns[i], &n_plain, err) < 0) {
			return -1;
		}
	}
	put_i64(&fields, 2, n_plain);
	put_i64(&fields, 3, parquet->n_group_rows);
	close_struct(&fields);
	parquet->n_groups++;
	parquet->n_group_rows = 0;
	return 0;
}

static uint64_t held_bytes(const struct sink_parquet_file *parquet)
{
	uint64_t n_bytes = 0;
	for (size_t i = 0; i < parquet->n_columns; i++) {
		const struct column *const column = &parquet->columns[i];
		n_bytes += column->values.len + column->repetitions.len + column->definitions.len;
	}
	return n_bytes;
}

uint64_t sink_parquet_size(const struct sink_parquet_file *parquet)
{
	return parquet->n_bytes + held_bytes(parquet);
}

int sink_parquet_end_row(struct sink_parquet_file *parquet, struct rv_err *err)
{
	parquet->n_rows++;
	parquet->n_group_rows++;
	return held_bytes(parquet) < parquet->group_bytes ? 0 : write_group(parquet, err);
}

/* ---- the footer ---- */

static void put_node(const struct sink_parquet_node *node, struct rv_str *out)
{
	struct fields fields = { .out = out };
	const bool is_text = node->type == SINK_PARQUET_TEXT;
	if (node->type != SINK_PARQUET_GROUP) {
		put_i32(&fields, 1, node->type == SINK_PARQUET_INT64 ? TYPE_INT64 : TYPE_BYTE_ARRAY);
	}
	put_i32(&fields, 3, (int32_t)node->repetition);
	put_text(&fields, 4, node->name);
	if (node->type == SINK_PARQUET_GROUP) {
		put_i32(&fields, 5, (int32_t)node->n_children);
	}
	if (is_text || node->is_list) {
		put_i32(&fields, 6, is_text ? CONVERTED_UTF8 : CONVERTED_LIST);
		struct fields logical = open_struct(&fields, 10);
		struct fields nothing = open_struct(&logical, is_text ? LOGICAL_STRING : LOGICAL_LIST);
		close_struct(&nothing);
		close_struct(&logical);
	}
	close_struct(&fields);
}

static void put_schema(const struct sink_parquet_file *parquet, struct fields *footer)
{
	struct fields root = { .out = footer->out };
	int32_t n_top = 0;
	for (size_t at = 0; at < parquet->n_nodes; n_top++) {
		/* Goes past all that is below: children that are still to come. */
		for (size_t left = 1; left > 0; left--, at++) {
			left += parquet->nodes[at].n_children;
		}
	}
	put_list(footer, 2, parquet->n_nodes + 1, THRIFT_STRUCT);
	put_text(&root, 4, "schema");
	put_i32(&root, 5, n_top);
	close_struct(&root);
	for (size_t i = 0; i < parquet->n_nodes; i++) {
		put_node(&parquet->nodes[i], footer->out);
	}
}

int sink_parquet_finish(struct sink_parquet_file *parquet, const struct sink_parquet_metadata *metadata,
                        size_t n_metadata, struct rv_err *err)
{
	struct rv_str footer = RV_STR_INIT;
	struct fields fields = { .out = &footer };
	if (write_group(parquet, err) < 0) {
		return -1;
	}
	put_i32(&fields, 1, 1); /* the version */
	put_schema(parquet, &fields);
	put_i64(&fields, 3, parquet->n_rows);
	put_list(&fields, 4, parquet->n_groups, THRIFT_STRUCT);
	rv_str_append(&footer, parquet->groups.ptr, parquet->groups.len);
	put_list(&fields, 5, n_metadata, THRIFT_STRUCT);
	for (size_t i = 0; i < n_metadata; i++) {
		struct fields pair = { .out = &footer };
		put_text(&pair, 1, metadata[i].key);
		put_text(&pair, 2, metadata[i].value);
		close_struct(&pair);
	}
	put_text(&fields, 6, "rv");
	close_struct(&fields);
	const size_t len = footer.len;
	put_little_endian(&footer, len, 4);
	rv_str_puts(&footer, MAGIC);
	const int status = write_bytes(parquet, footer.ptr, footer.len, err);
	rv_str_release(&footer);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* Parquet's bytes: the footer in Thrift's compact protocol, pages, levels and values. */
#include "verify/formats/parquet_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/formats/thrift.h"
#include "zst.h"

#define MAGIC "PAR1"
#define MAGIC_LEN 4
#define FOOTER_MAX ((uint64_t)256 << 20)
#define PAGE_HEAD_MAX 256
#define PAGE_MAX ((uint64_t)1 << 30)
#define VALUES_MAX ((uint64_t)1 << 26) /* of a page */
#define DEPTH_MAX 16
#define NODES_MAX 1024

enum { TYPE_INT64 = 2, TYPE_BYTE_ARRAY = 6 };
enum { REQUIRED = 0, OPTIONAL = 1, REPEATED = 2 };
enum { CODEC_NONE = 0, CODEC_ZSTD = 6 };
struct verify_parquet_chunk {
	uint64_t offset, n_values, n_bytes, codec;
};

/* A node of the schema. */
struct node {
	struct rv_span name;
	uint64_t type, repetition, n_children;
	bool has_type;
};

static int fail(struct rv_err *err, const char *what)
{
	return rv_fail(err, RV_E_BAD_FILE, "no Parquet file as rv writes it: %s", what);
}

/* ---- the schema -------------------------------------------------------------------------------------------------- */

static void take_node(struct verify_thrift *c, struct node *node)
{
	unsigned int type;
	for (unsigned int field = 0; (field = verify_thrift_field(c, field, &type)) > 0;) {
		if (field == 1 && type == VERIFY_THRIFT_I32) {
			node->type = verify_thrift_number(c);
			node->has_type = true;
		} else if (field == 3 && type == VERIFY_THRIFT_I32) {
			node->repetition = verify_thrift_number(c);
		} else if (field == 4 && type == VERIFY_THRIFT_BINARY) {
			node->name = verify_thrift_binary(c);
		} else if (field == 5 && type == VERIFY_THRIFT_I32) {
			node->n_children = verify_thrift_number(c);
		} else {
			verify_thrift_skip(c, type);
		}
	}
}

/* Adds the columns at and below nodes[at]; returns what follows, SIZE_MAX when that is no tree. `above` is what is
 * known of them so far. */
static size_t add_columns(struct verify_parquet_file *file, const struct node *nodes, size_t n, size_t at,
                          const struct verify_parquet_column *above, unsigned int depth)
{
	if (at >= n || depth == DEPTH_MAX) {
		return SIZE_MAX;
	}
	const struct node *const node = &nodes[at++];
	struct verify_parquet_column column = *above;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s%s%.*s", above->path, above->path[0] ? "." : "", (int)node->name.len, node->name.ptr);
	column.path = rv_str_detach(&path);
	column.max_repetition += node->repetition == REPEATED;
	column.max_definition += node->repetition != REQUIRED;
	column.is_number = node->type == TYPE_INT64;
	if (node->has_type) {
		const bool is_known =
		        node->n_children == 0 && (node->type == TYPE_INT64 || node->type == TYPE_BYTE_ARRAY);
		file->columns[file->n_columns++] = column;
		return is_known ? at : SIZE_MAX;
	}
	for (uint64_t i = 0; i < node->n_children && at != SIZE_MAX; i++) {
		at = add_columns(file, nodes, n, at, &column, depth + 1);
	}
	free(column.path);
	return at;
}

static void take_schema(struct verify_thrift *c, struct verify_parquet_file *file)
{
	static char no_path[] = "";
	const uint64_t n = verify_thrift_list(c, VERIFY_THRIFT_STRUCT);
	if (n == 0 || n > NODES_MAX || file->columns) {
		c->is_wrong = true;
		return;
	}
	struct node *const nodes = rv_alloc_zero((size_t)n, sizeof(*nodes));
	file->columns = rv_alloc_zero((size_t)n, sizeof(*file->columns));
	for (uint64_t i = 0; i < n && !c->is_wrong; i++) {
		take_node(c, &nodes[i]);
	}
	struct verify_parquet_column none = { .path = no_path, .page = RV_STR_INIT };
	for (size_t i = 0; i < RV_COUNTOF(none.held); i++) {
		rv_str_init(&none.held[i]);
	}
	size_t at = 1;
	for (uint64_t i = 0; i < nodes[0].n_children && at != SIZE_MAX && !c->is_wrong; i++) {
		at = add_columns(file, nodes, (size_t)n, at, &none, 0);
	}
	c->is_wrong |= at != n;
	free(nodes);
}

/* ---- row groups -------------------------------------------------------------------------------------------------- */

static void take_column_data(struct verify_thrift *c, struct verify_parquet_chunk *chunk)
{
	unsigned int type;
	for (unsigned int field = 0; (field = verify_thrift_field(c, field, &type)) > 0;) {
		uint64_t *const number = field == 4   ? &chunk->codec
		                         : field == 5 ? &chunk->n_values
		                         : field == 7 ? &chunk->n_bytes
		                         : field == 9 ? &chunk->offset
		                                      : NULL;
		if (number && (type == VERIFY_THRIFT_I32 || type == VERIFY_THRIFT_I64)) {
			*number = verify_thrift_number(c);
		} else {
			verify_thrift_skip(c, type);
		}
	}
}

static void take_chunk(struct verify_thrift *c, struct verify_parquet_chunk *chunk)
{
	unsigned int type;
	for (unsigned int field = 0; (field = verify_thrift_field(c, field, &type)) > 0;) {
		if (field == 3 && type == VERIFY_THRIFT_STRUCT) {
			take_column_data(c, chunk);
		} else {
			verify_thrift_skip(c, type);
		}
	}
}

static void take_group(struct verify_thrift *c, struct verify_parquet_file *file, size_t group)
{
	unsigned int type;
	for (unsigned int field = 0; (field = verify_thrift_field(c, field, &type)) > 0;) {
		if (field == 1 && type == VERIFY_THRIFT_LIST) {
			c->is_wrong |= verify_thrift_list(c, VERIFY_THRIFT_STRUCT) != file->n_columns;
			for (size_t i = 0; i < file->n_columns && !c->is_wrong; i++) {
				take_chunk(c, &file->chunks[group * file->n_columns + i]);
			}
		} else if (field == 3 && type == VERIFY_THRIFT_I64) {
			file->group_rows[group] = verify_thrift_number(c);
		} else {
			verify_thrift_skip(c, type);
		}
	}
}

static void take_groups(struct verify_thrift *c, struct verify_parquet_file *file)
{
	const uint64_t n = verify_thrift_list(c, VERIFY_THRIFT_STRUCT);
	if (file->chunks || file->n_columns == 0 ||
	    n > file->footer.len / file->n_columns) { /* a byte for each chunk */
		c->is_wrong = true;
		return;
	}
	file->n_groups = (size_t)n;
	file->chunks = rv_alloc_zero((size_t)n * file->n_columns + 1, sizeof(*file->chunks));
	file->group_rows = rv_alloc_zero((size_t)n + 1, sizeof(*file->group_rows));
	for (size_t i = 0; i < n && !c->is_wrong; i++) {
		take_group(c, file, i);
	}
}

static int read_footer(struct verify_parquet_file *file, struct rv_err *err)
{
	struct verify_thrift c = { .at = (const unsigned char *)file->footer.ptr };
	unsigned int type;
	uint64_t n_rows = 0;
	c.end = c.at + file->footer.len;
	for (unsigned int field = 0; (field = verify_thrift_field(&c, field, &type)) > 0;) {
		if (field == 2 && type == VERIFY_THRIFT_LIST) {
			take_schema(&c, file);
		} else if (field == 3 && type == VERIFY_THRIFT_I64) {
			file->n_rows = verify_thrift_number(&c);
		} else if (field == 4 && type == VERIFY_THRIFT_LIST) {
			take_groups(&c, file);
		} else {
			verify_thrift_skip(&c, type);
		}
	}
	for (size_t i = 0; i < file->n_groups && file->group_rows; i++) {
		c.is_wrong |= __builtin_add_overflow(n_rows, file->group_rows[i], &n_rows);
	}
	if (c.is_wrong || c.at != c.end || !file->chunks) {
		return fail(err, "the footer is not in its form");
	}
	return n_rows == file->n_rows ? 0 : fail(err, "its row groups have another number of rows than the file");
}

struct verify_parquet_file *verify_parquet_open(const struct rv_source *source, struct rv_err *err)
{
	unsigned char head[MAGIC_LEN] = { 0 }, tail[4 + MAGIC_LEN] = { 0 };
	struct verify_parquet_file *const file = rv_alloc_zero(1, sizeof(*file));
	file->source = source;
	rv_str_init(&file->footer);
	const uint64_t least = sizeof(head) + sizeof(tail);
	int status =
	        source->len < least ? fail(err, "it is too short") : rv_source_read(source, 0, head, sizeof(head), err);
	if (status == 0) {
		status = rv_source_read(source, source->len - sizeof(tail), tail, sizeof(tail), err);
	}
	const uint64_t len = tail[0] | (uint64_t)tail[1] << 8 | (uint64_t)tail[2] << 16 | (uint64_t)tail[3] << 24;
	if (status == 0 && (memcmp(head, MAGIC, MAGIC_LEN) != 0 || memcmp(tail + 4, MAGIC, MAGIC_LEN) != 0 ||
	                    len > source->len - least || len > FOOTER_MAX)) {
		status = fail(err, "it does not begin and end as one");
	}
	if (status == 0) {
		rv_str_reserve(&file->footer, (size_t)len);
		file->footer.len = (size_t)len;
		status = rv_source_read(source, source->len - sizeof(tail) - len, file->footer.ptr, (size_t)len, err);
	}
	if (status < 0 || read_footer(file, err) < 0) {
		verify_parquet_close(file);
		return NULL;
	}
	return file;
}

void verify_parquet_close(struct verify_parquet_file *file)
{
	if (!file) {
		return;
	}
	for (size_t i = 0; i < file->n_columns; i++) {
		free(file->columns[i].path);
		rv_str_release(&file->columns[i].page);
		for (size_t k = 0; k < RV_COUNTOF(file->columns[i].held); k++) {
			rv_str_release(&file->columns[i].held[k]);
		}
	}
	free(file->columns);
	free(file->chunks);
	free(file->group_rows);
	rv_str_release(&file->footer);
	free(file);
}

/* ---- a page ------------------------------------------------------------------------------------------------------ */

struct page {
	uint64_t type, n_plain, n_packed, n_values, encoding;
	size_t head_len;
};

static void take_page_data(struct verify_thrift *c, struct page *page)
{
	unsigned int type;
	for (unsigned int field = 0; (field = verify_thrift_field(c, field, &type)) > 0;) {
		if (field <= 2 && type == VERIFY_THRIFT_I32) {
			*(field == 1 ? &page->n_values : &page->encoding) = verify_thrift_number(c);
		} else {
			verify_thrift_skip(c, type);
		}
	}
}

static bool take_page(struct verify_thrift *c, struct page *page)
{
	const unsigned char *const start = c->at;
	unsigned int type;
	for (unsigned int field = 0; (field = verify_thrift_field(c, field, &type)) > 0;) {
		if (field <= 3 && type == VERIFY_THRIFT_I32) {
			*(field == 1   ? &page->type
			  : field == 2 ? &page->n_plain
			               : &page->n_packed) = verify_thrift_number(c);
		} else if (field == 5 && type == VERIFY_THRIFT_STRUCT) {
			take_page_data(c, page);
		} else {
			verify_thrift_skip(c, type);
		}
	}
	page->head_len = (size_t)(c->at - start);
	return !c->is_wrong && page->type == 0 && page->encoding == 0 && page->n_plain <= PAGE_MAX;
}

/* An rv_write_fn. */
static int append(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_str *const text = to;
	if (text->len + len > PAGE_MAX) {
		return fail(err, "a page is too large");
	}
	rv_str_append(text, bytes, len);
	return 0;
}

/* The plain bytes of a chunk's page go to column->page. */
static int read_page(const struct verify_parquet_file *file, const struct verify_parquet_chunk *chunk,
                     struct verify_parquet_column *column, struct rv_err *err)
{
	unsigned char head[PAGE_HEAD_MAX];
	struct rv_source window = RV_SOURCE_INIT;
	struct page page = { .type = 0 };
	if (chunk->n_values > VALUES_MAX || chunk->offset > file->source->len ||
	    chunk->n_bytes > file->source->len - chunk->offset) {
		return fail(err, "a chunk is not in the file, or too large");
	}
	const size_t n = (size_t)RV_MIN(chunk->n_bytes, sizeof(head));
	if (rv_source_read(file->source, chunk->offset, head, n, err) < 0) {
		return -1;
	}
	struct verify_thrift c = { .at = head, .end = head + n };
	if (!take_page(&c, &page) || page.head_len + page.n_packed != chunk->n_bytes ||
	    page.n_values != chunk->n_values) {
		return fail(err, "a chunk is no page of plain values");
	}
	rv_str_clear(&column->page);
	rv_source_open_window(&window, "page", file->source, chunk->offset + page.head_len, page.n_packed);
	const int status = chunk->codec == CODEC_ZSTD   ? rv_zst_read_from(&window, append, &column->page, err)
	                   : chunk->codec == CODEC_NONE ? rv_source_copy(&window, append, &column->page, err)
	                                                : fail(err, "a codec that rv does not write");
	rv_source_close(&window);
	return status < 0 || column->page.len == page.n_plain ? status
	                                                      : fail(err, "a page has another size than it says");
}

/* ---- levels and values ------------------------------------------------------------------------------------------- */

static uint32_t take_u32(struct verify_thrift *c)
{
	uint32_t value = 0;
	for (unsigned int shift = 0; shift < 32; shift += 8) {
		value |= (uint32_t)verify_thrift_byte(c) << shift;
	}
	return value;
}

/* Levels of all values: runs, none above the largest. */
static bool take_levels(struct verify_thrift *c, size_t n_values, uint8_t max, struct rv_str *levels)
{
	rv_str_clear(levels);
	if (max == 0) {
		return true;
	}
	const uint32_t len = take_u32(c);
	if (c->is_wrong || len > (uint64_t)(c->end - c->at)) {
		return false;
	}
	struct verify_thrift runs = { .at = c->at, .end = c->at + len };
	c->at += len;
	while (runs.at < runs.end && !runs.is_wrong) {
		const uint64_t head = verify_thrift_varint(&runs);
		const unsigned int level = verify_thrift_byte(&runs);
		if (head & 1 || level > max || head >> 1 > n_values - levels->len) {
			return false; /* bits, which rv does not write */
		}
		rv_str_reserve(levels, (size_t)(head >> 1));
		memset(levels->ptr + levels->len, (int)level, (size_t)(head >> 1));
		levels->len += (size_t)(head >> 1);
	}
	return !runs.is_wrong && levels->len == n_values;
}

static bool take_values(struct verify_thrift *c, struct verify_parquet_column *column)
{
	struct rv_str *const values = &column->held[2];
	const size_t size = column->is_number ? sizeof(int64_t) : sizeof(struct rv_span);
	rv_str_clear(values);
	if (!rv_str_try_reserve(values, column->n_values * size)) {
		return false;
	}
	for (size_t i = 0; i < column->n_values && !c->is_wrong; i++) {
		const bool is_there = column->max_definition == 0 || column->definitions[i] == column->max_definition;
		if (column->is_number) {
			const uint64_t low = is_there ? take_u32(c) : 0, high = is_there ? take_u32(c) : 0;
			((int64_t *)(void *)values->ptr)[i] = (int64_t)(high << 32 | low);
			continue;
		}
		const uint32_t len = is_there ? take_u32(c) : 0;
		c->is_wrong |= len > (uint64_t)(c->end - c->at);
		((struct rv_span *)(void *)values->ptr)[i] =
		        (struct rv_span) { (const char *)c->at, c->is_wrong ? 0 : len };
		c->at += c->is_wrong ? 0 : len;
	}
	column->numbers = column->is_number ? (const int64_t *)(void *)values->ptr : NULL;
	column->texts = column->is_number ? NULL : (const struct rv_span *)(void *)values->ptr;
	return !c->is_wrong && c->at == c->end;
}

/* A row begins wherever the level of repetition is 0. */
static uint64_t count_rows(const struct verify_parquet_column *column)
{
	uint64_t n = column->max_repetition == 0 ? column->n_values : 0;
	for (size_t i = 0; i < column->n_values && column->max_repetition > 0; i++) {
		n += column->repetitions[i] == 0;
	}
	return n;
}

static int read_column(struct verify_parquet_file *file, size_t group, size_t number, struct rv_err *err)
{
	const struct verify_parquet_chunk *const chunk = &file->chunks[group * file->n_columns + number];
	struct verify_parquet_column *const column = &file->columns[number];
	if (read_page(file, chunk, column, err) < 0) {
		return -1;
	}
	struct verify_thrift c = { .at = (const unsigned char *)column->page.ptr };
	c.end = c.at + column->page.len;
	column->n_values = (size_t)chunk->n_values;
	const bool has_levels = take_levels(&c, column->n_values, column->max_repetition, &column->held[0]) &&
	                        take_levels(&c, column->n_values, column->max_definition, &column->held[1]);
	column->repetitions = (const unsigned char *)column->held[0].ptr;
	column->definitions = (const unsigned char *)column->held[1].ptr;
	if (!has_levels || !take_values(&c, column)) {
		return rv_fail(err, RV_E_BAD_FILE, "column '%s': its page does not hold its %zu values", column->path,
		               column->n_values);
	}
	if (count_rows(column) != file->group_rows[group] ||
	    (column->max_repetition > 0 && column->n_values > 0 && column->repetitions[0] != 0)) {
		return rv_fail(err, RV_E_BAD_FILE, "column '%s' has not the %" PRIu64 " rows of its group",
		               column->path, file->group_rows[group]);
	}
	return 0;
}

int verify_parquet_read(struct verify_parquet_file *file, size_t group, struct rv_err *err)
{
	for (size_t i = 0; i < file->n_columns; i++) {
		if (read_column(file, group, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

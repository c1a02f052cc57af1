/* SPDX-License-Identifier: MIT */
/* A column of texts, read back: pages lie one behind the other, each below a head that says how long it is. */
#include "sink/parquet_file.h"

#include <string.h>

#include "zst.h"

#define MAGIC_LEN 4
#define FOOTER_LEN_LEN 4
#define HEAD_BYTES_MAX 64 /* more than any that sink_parquet_file writes */
enum { THRIFT_STRUCT = 12, THRIFT_TYPE_MASK = 15 };
#define HEAD_PACKED_BYTES 3 /* the field of a page's head */

static int fail(struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_FILE, "it is no Parquet file as rv-mux writes it");
}

static bool take_varint(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
	*value = 0;
	for (unsigned int shift = 0; *at < end && shift < 64; shift += 7) {
		const unsigned char byte = *(*at)++;
		*value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128) {
			return true;
		}
	}
	return false;
}

/* Reads the head of a page, numbers and one struct of numbers; *n_head is its length, *n_packed that of the page. */
static bool read_head(const unsigned char *bytes, size_t len, size_t *n_head, uint64_t *n_packed)
{
	const unsigned char *at = bytes, *const end = bytes + len;
	int field = 0, depth = 1;
	*n_packed = 0;
	while (at < end && depth > 0) {
		const unsigned char byte = *at++;
		uint64_t value;
		if (byte == 0) {
			depth--;
			continue;
		}
		field = depth == 1 ? field + (byte >> 4) : field;
		if ((byte & THRIFT_TYPE_MASK) == THRIFT_STRUCT) {
			depth++;
		} else if (!take_varint(&at, end, &value)) {
			return false;
		} else if (depth == 1 && field == HEAD_PACKED_BYTES) {
			*n_packed = value / 2; /* not negative, zigzag */
		}
	}
	*n_head = (size_t)(at - bytes);
	return depth == 0 && *n_packed > 0;
}

/* An rv_write_fn. */
static int append(void *text, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	rv_str_append(text, bytes, len);
	return 0;
}

/* Hands on the texts of a page: each behind its length. */
static int take_page(const struct rv_str *page, sink_parquet_text_fn *take, void *to, struct rv_err *err)
{
	for (size_t at = 0; at < page->len;) {
		const unsigned char *const head = (const unsigned char *)page->ptr + at;
		if (page->len - at < 4) {
			return fail(err);
		}
		const size_t len =
		        (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
		at += 4;
		if (len > page->len - at) {
			return fail(err);
		}
		if (take(to, page->ptr + at, len, err) < 0) {
			return -1;
		}
		at += len;
	}
	return 0;
}

/* Where the footer begins; 0 with *err for no such file. */
static uint64_t find_footer(const struct rv_source *file, struct rv_err *err)
{
	unsigned char end[FOOTER_LEN_LEN];
	if (file->len < 2 * MAGIC_LEN + FOOTER_LEN_LEN) {
		(void)fail(err);
		return 0;
	}
	const uint64_t at = file->len - MAGIC_LEN - FOOTER_LEN_LEN;
	if (rv_source_read(file, at, end, sizeof(end), err) < 0) {
		return 0;
	}
	const uint64_t len = (uint64_t)end[0] | (uint64_t)end[1] << 8 | (uint64_t)end[2] << 16 | (uint64_t)end[3] << 24;
	if (len >= at) {
		(void)fail(err);
		return 0;
	}
	return at - len;
}

int sink_parquet_read_texts(const struct rv_source *file, size_t column, size_t n_columns, sink_parquet_text_fn *take,
                            void *to, struct rv_err *err)
{
	unsigned char head[HEAD_BYTES_MAX];
	struct rv_str page = RV_STR_INIT;
	const uint64_t footer = find_footer(file, err);
	uint64_t at = MAGIC_LEN;
	int status = footer > 0 ? 0 : -1;
	for (size_t i = 0; status == 0 && at < footer; i++) {
		const size_t n_read = (size_t)RV_MIN(footer - at, sizeof(head));
		size_t n_head = 0;
		uint64_t n_packed = 0;
		if (rv_source_read(file, at, head, n_read, err) < 0) {
			status = -1;
		} else if (!read_head(head, n_read, &n_head, &n_packed) || n_packed > footer - at - n_head) {
			status = fail(err);
		} else if (i % n_columns == column) {
			struct rv_source packed = RV_SOURCE_INIT;
			rv_str_clear(&page);
			rv_source_open_window(&packed, file->name, file, at + n_head, n_packed);
			status = rv_zst_read_from(&packed, append, &page, err) < 0 ? -1
			                                                           : take_page(&page, take, to, err);
			rv_source_close(&packed);
		}
		at += status == 0 ? n_head + n_packed : 0;
	}
	rv_str_release(&page);
	return status;
}

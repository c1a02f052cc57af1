/* SPDX-License-Identifier: MIT */
/* Reads ustar archives as their bytes come. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "str.h"
#include "tar_private.h"

#define GNU_LONG_NAME 'L'

struct rv_tar_reader {
	rv_tar_member_fn *member;
	rv_tar_data_fn *data;
	void *context;
	uint64_t offset;    /* of the next byte, for messages */
	uint64_t data_left; /* contents of the present member still to come */
	size_t padding_left;
	size_t header_len;   /* bytes of the next header that are there */
	unsigned int n_zero; /* zero blocks seen: two end the archive */
	bool failed;
	struct rv_tar_header header;
	bool in_pax;        /* the contents that come are those of a pax header, */
	struct rv_str pax;  /* collected here */
	struct rv_str path; /* what it calls the member that follows; empty: nothing */
	struct rv_str name;
	bool is_foreign, is_passed; /* written by another program; the present member is no file */
};

struct rv_tar_reader *rv_tar_reader_new(rv_tar_member_fn *member, rv_tar_data_fn *data, void *context)
{
	struct rv_tar_reader *const reader = rv_alloc_zero(1, sizeof(*reader));
	reader->member = member;
	reader->data = data;
	reader->context = context;
	rv_str_init(&reader->pax);
	rv_str_init(&reader->path);
	rv_str_init(&reader->name);
	return reader;
}

/* Octal digits, ended by a blank or NUL or the field's end; blanks may lead. */
static bool read_octal(const char *field, size_t len, uint64_t *out)
{
	uint64_t value = 0;
	size_t i = 0;
	while (i < len && field[i] == ' ') {
		i++;
	}
	const size_t start = i;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
		value = value << 3 | (uint64_t)(field[i] - '0');
	}
	*out = value;
	return i > start && (i == len || field[i] == ' ' || field[i] == '\0');
}

static bool all_zero(const void *bytes, size_t len)
{
	const unsigned char *const p = bytes;
	for (size_t i = 0; i < len; i++) {
		if (p[i] != 0) {
			return false;
		}
	}
	return true;
}

/* GNU's own header, which has no prefix. */
static bool is_gnu(const struct rv_tar_header *header)
{
	return memcmp(header->magic, "ustar ", 6) == 0;
}

static int check_header(const struct rv_tar_reader *reader, uint64_t at, uint64_t *size, struct rv_err *err)
{
	const struct rv_tar_header *const header = &reader->header;
	const bool is_pax = header->type == RV_TAR_PAX || header->type == GNU_LONG_NAME;
	uint64_t sum;
	const bool is_ustar = memcmp(header->magic, "ustar", 6) == 0 && memcmp(header->version, "00", 2) == 0;
	if (!is_ustar && !(reader->is_foreign && is_gnu(header))) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: no ustar header at byte %" PRIu64, at);
	}
	if (!read_octal(header->checksum, sizeof(header->checksum), &sum) || sum != rv_tar_checksum(header)) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: wrong header checksum at byte %" PRIu64, at);
	}
	if (!reader->is_foreign && header->type != RV_TAR_REGULAR && header->type != RV_TAR_OLD_REGULAR && !is_pax) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: member at byte %" PRIu64 " is no regular file", at);
	}
	if (!read_octal(header->size, sizeof(header->size), size)) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: wrong size field at byte %" PRIu64, at);
	}
	if (is_pax && (reader->path.len > 0 || *size == 0 || *size > RV_TAR_PAX_BYTES_MAX)) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: wrong pax header at byte %" PRIu64, at);
	}
	return 0;
}

/* The member's name: that of a pax header before it, else of its own. */
static void take_name(struct rv_tar_reader *reader)
{
	const struct rv_tar_header *const header = &reader->header;
	const size_t prefix_len = strnlen(header->prefix, sizeof(header->prefix));
	struct rv_str *const name = &reader->name;
	rv_str_clear(name);
	if (reader->path.len > 0) {
		rv_str_append(name, reader->path.ptr, reader->path.len);
		rv_str_clear(&reader->path);
		return;
	}
	if (prefix_len > 0 && !is_gnu(header)) {
		rv_str_append(name, header->prefix, prefix_len);
		rv_str_putc(name, '/');
	}
	rv_str_append(name, header->name, strnlen(header->name, sizeof(header->name)));
}

/* Acts on a whole header block. */
static int take_header(struct rv_tar_reader *reader, struct rv_err *err)
{
	const uint64_t at = reader->offset - RV_TAR_BLOCK;
	uint64_t size = 0;
	if (all_zero(&reader->header, sizeof(reader->header))) {
		reader->n_zero++;
		return reader->path.len == 0
		               ? 0
		               : rv_fail(err, RV_E_BAD_FILE, "tar: no member follows the pax header, at %" PRIu64, at);
	}
	if (reader->n_zero > 0) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: bytes after the end of the archive, at %" PRIu64, at);
	}
	if (check_header(reader, at, &size, err) < 0) {
		return -1;
	}
	reader->data_left = size;
	reader->padding_left = rv_tar_padding(size);
	reader->in_pax = reader->header.type == RV_TAR_PAX || reader->header.type == GNU_LONG_NAME;
	if (reader->in_pax) {
		rv_str_clear(&reader->pax);
		return 0;
	}
	reader->is_passed = reader->header.type != RV_TAR_REGULAR && reader->header.type != RV_TAR_OLD_REGULAR;
	if (reader->is_passed) {
		rv_str_clear(&reader->path);
		return 0;
	}
	take_name(reader);
	if (reader->name.len == 0) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: member without a name at byte %" PRIu64, at);
	}
	return reader->member(reader->context, reader->name.ptr, size, err);
}

/* One "LENGTH KEY=VALUE\n" of a pax header; *text moves behind it. */
static bool take_pax_record(struct rv_tar_reader *reader, const char **text, const char *end)
{
	const char *at = *text;
	size_t len = 0;
	while (at < end && *at >= '0' && *at <= '9' && len <= RV_TAR_PAX_BYTES_MAX) {
		len = len * 10 + (size_t)(*at++ - '0');
	}
	const char *const stop = *text + len - 1, *const key = at + 1; /* at the newline, behind the blank */
	if (at == end || *at != ' ' || len > (size_t)(end - *text) || stop <= key || *stop != '\n') {
		return false;
	}
	const char *const equals = memchr(key, '=', (size_t)(stop - key));
	const size_t key_len = equals ? (size_t)(equals - key) : 0;
	*text = stop + 1;
	if (key_len == 4 && memcmp(key, "path", 4) == 0) {
		rv_str_clear(&reader->path);
		rv_str_append(&reader->path, equals + 1, (size_t)(stop - equals) - 1);
		return reader->path.len > 0 && reader->path.len <= RV_TAR_NAME_MAX &&
		       !memchr(reader->path.ptr, '\0', reader->path.len);
	}
	return key_len > 0 && !(key_len == 4 && memcmp(key, "size", 4) == 0);
}

static int take_data(struct rv_tar_reader *reader, const void *bytes, size_t len, struct rv_err *err)
{
	if (reader->is_passed && !reader->in_pax) {
		return 0;
	}
	if (!reader->in_pax) {
		return reader->data(reader->context, bytes, len, err);
	}
	rv_str_append(&reader->pax, bytes, len);
	if (reader->header.type == GNU_LONG_NAME) {
		rv_str_clear(&reader->path);
		rv_str_append(&reader->path, reader->pax.ptr, strnlen(reader->pax.ptr, reader->pax.len));
		return 0;
	}
	const char *text = reader->pax.ptr;
	const char *const end = text + reader->pax.len;
	while (reader->data_left == 0 && text < end) {
		if (!take_pax_record(reader, &text, end)) {
			return rv_fail(err, RV_E_BAD_FILE, "tar: wrong pax header before byte %" PRIu64,
			               reader->offset + len);
		}
	}
	return 0;
}

void rv_tar_reader_foreign(struct rv_tar_reader *reader)
{
	reader->is_foreign = true;
}

int rv_tar_reader_add(struct rv_tar_reader *reader, const void *bytes, size_t len, struct rv_err *err)
{
	const char *at = bytes;
	while (len > 0) {
		size_t n;
		int result = 0;
		if (reader->data_left > 0) {
			n = (size_t)RV_MIN((uint64_t)len, reader->data_left);
			reader->data_left -= n;
			result = take_data(reader, at, n, err);
		} else if (reader->padding_left > 0) {
			n = RV_MIN(len, reader->padding_left);
			reader->padding_left -= n;
			if (!all_zero(at, n)) {
				result = rv_fail(err, RV_E_BAD_FILE, "tar: padding is not zero at byte %" PRIu64,
				                 reader->offset);
			}
		} else {
			n = RV_MIN(len, RV_TAR_BLOCK - reader->header_len);
			memcpy((char *)&reader->header + reader->header_len, at, n);
			reader->header_len += n;
		}
		at += n;
		len -= n;
		reader->offset += n;
		if (reader->header_len == RV_TAR_BLOCK) {
			reader->header_len = 0;
			result = take_header(reader, err);
		}
		if (result < 0) {
			reader->failed = true;
			return -1;
		}
	}
	return 0;
}

int rv_tar_reader_end(struct rv_tar_reader *reader, struct rv_err *err)
{
	int result = reader->failed ? -1 : 0;
	const bool whole = reader->n_zero >= 2 && reader->header_len == 0;
	if (!reader->failed && !whole) {
		result = rv_fail(err, RV_E_BAD_FILE, "tar: archive is cut short at byte %" PRIu64, reader->offset);
	}
	rv_str_release(&reader->pax);
	rv_str_release(&reader->path);
	rv_str_release(&reader->name);
	free(reader);
	return result;
}

/* SPDX-License-Identifier: MIT */
/* Writes ustar archives of regular files. The reader is in tar_reader.c. */
#include "tar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "str.h"
#include "tar_private.h"

#define PAX_NAME "././@PaxHeader" /* of the header itself, as Python calls it */

static const char zeros[RV_TAR_END_SIZE];

unsigned int rv_tar_checksum(const struct rv_tar_header *header)
{
	const unsigned char *const bytes = (const unsigned char *)header;
	unsigned int sum = 0;
	for (size_t i = 0; i < sizeof(*header); i++) {
		sum += bytes[i];
	}
	for (size_t i = 0; i < sizeof(header->checksum); i++) {
		sum += ' ' - (unsigned char)header->checksum[i];
	}
	return sum;
}

/* The contents of a pax header: "LENGTH path=NAME\n", where the length counts its own digits, too. */
static void put_pax(const char *name, struct rv_str *text)
{
	const size_t rest = strlen(" path=\n") + strlen(name);
	size_t len = rest, before;
	do {
		before = len;
		len = rest + (size_t)snprintf(NULL, 0, "%zu", len);
	} while (len != before);
	rv_str_printf(text, "%zu path=%s\n", len, name);
}

uint64_t rv_tar_member_size(const char *name, uint64_t len)
{
	uint64_t size = RV_TAR_BLOCK + len + rv_tar_padding(len);
	if (strlen(name) > RV_TAR_HEADER_NAME_MAX) {
		struct rv_str pax = RV_STR_INIT;
		put_pax(name, &pax);
		size += RV_TAR_BLOCK + pax.len + rv_tar_padding(pax.len);
		rv_str_release(&pax);
	}
	return size;
}

static int put_header(rv_write_fn *write, void *to, char type, const char *name, uint64_t size, struct rv_err *err)
{
	struct rv_tar_header header = { .type = type, .magic = "ustar", .version = { '0', '0' } };
	memcpy(header.name, name, RV_MIN(strlen(name), sizeof(header.name)));
	memcpy(header.mode, "0000644", 8);
	memcpy(header.uid, "0000000", 8);
	memcpy(header.gid, "0000000", 8);
	memcpy(header.device_major, "0000000", 8);
	memcpy(header.device_minor, "0000000", 8);
	memcpy(header.mtime, "00000000000", 12);
	snprintf(header.size, sizeof(header.size), "%011" PRIo64, size);
	/* Six digits, NUL, blank: as every tar writes it. */
	snprintf(header.checksum, sizeof(header.checksum), "%06o", rv_tar_checksum(&header));
	header.checksum[7] = ' ';
	return write(to, &header, sizeof(header), err);
}

static int put_padding(rv_write_fn *write, void *to, uint64_t len, struct rv_err *err)
{
	const size_t n = rv_tar_padding(len);
	return n > 0 ? write(to, zeros, n, err) : 0;
}

/* What comes before the contents of a member. */
static int put_headers(rv_write_fn *write, void *to, const char *name, uint64_t size, struct rv_err *err)
{
	const size_t name_len = strlen(name);
	if (name_len == 0 || name_len > RV_TAR_NAME_MAX) {
		return rv_fail(err, RV_E_LIMIT, "tar member name has %zu bytes, allowed 1..%d: '%s'", name_len,
		               RV_TAR_NAME_MAX, name);
	}
	if (size > RV_TAR_SIZE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "tar member '%s' has %" PRIu64 " bytes, allowed at most %" PRIu64, name,
		               size, RV_TAR_SIZE_MAX);
	}
	if (name_len > RV_TAR_HEADER_NAME_MAX) {
		struct rv_str pax = RV_STR_INIT;
		put_pax(name, &pax);
		const bool failed = put_header(write, to, RV_TAR_PAX, PAX_NAME, pax.len, err) < 0 ||
		                    write(to, pax.ptr, pax.len, err) < 0 || put_padding(write, to, pax.len, err) < 0;
		rv_str_release(&pax);
		if (failed) {
			return -1;
		}
	}
	return put_header(write, to, RV_TAR_REGULAR, name, size, err);
}

int rv_tar_source(rv_write_fn *write, void *to, const char *name, const struct rv_source *source, struct rv_err *err)
{
	if (put_headers(write, to, name, source->len, err) < 0 || rv_source_copy(source, write, to, err) < 0) {
		return -1;
	}
	return put_padding(write, to, source->len, err);
}

int rv_tar_member(rv_write_fn *write, void *to, const char *name, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_source source;
	rv_source_open_memory(&source, name, bytes, len);
	const int status = rv_tar_source(write, to, name, &source, err);
	rv_source_close(&source);
	return status;
}

int rv_tar_end(rv_write_fn *write, void *to, struct rv_err *err)
{
	return write(to, zeros, sizeof(zeros), err);
}

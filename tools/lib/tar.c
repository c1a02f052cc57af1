/* SPDX-License-Identifier: MIT */
/* POSIX ustar archives: a writer of regular files, and a pushed reader. */
#include "tar.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

#define COPY_BYTES (64 << 10)

struct header {
	char name[RV_TAR_NAME_MAX];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[8];
	char type;
	char link_name[100];
	char magic[6], version[2];
	char user[32], group[32];
	char device_major[8], device_minor[8];
	char prefix[155];
	char unused[12];
};
_Static_assert(sizeof(struct header) == RV_TAR_BLOCK, "a ustar header is one block");

static const char zeros[RV_TAR_END_SIZE];

/* The sum of all bytes with the checksum field taken as blanks. */
static unsigned int checksum(const struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned int sum = 0;
	for (size_t i = 0; i < sizeof(*header); i++) {
		sum += bytes[i];
	}
	for (size_t i = 0; i < sizeof(header->checksum); i++) {
		sum += ' ' - (unsigned char)header->checksum[i];
	}
	return sum;
}

static size_t padding(uint64_t len)
{
	return (size_t)(-len & (RV_TAR_BLOCK - 1));
}

uint64_t rv_tar_member_size(uint64_t len)
{
	return RV_TAR_BLOCK + len + padding(len);
}

static int put_header(rv_write_fn *write, void *to, const char *name, uint64_t size, struct rv_err *err)
{
	size_t name_len = strlen(name);
	if (name_len == 0 || name_len > RV_TAR_NAME_MAX) {
		return rv_fail(err, RV_E_LIMIT, "tar member name '%s' has %zu bytes, allowed 1..%d", name, name_len,
		               RV_TAR_NAME_MAX);
	}
	if (size > RV_TAR_SIZE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "tar member '%s' has %" PRIu64 " bytes, allowed at most %" PRIu64, name,
		               size, RV_TAR_SIZE_MAX);
	}
	struct header header = { .type = '0', .magic = "ustar", .version = { '0', '0' } };
	memcpy(header.name, name, name_len);
	memcpy(header.mode, "0000644", 8);
	memcpy(header.uid, "0000000", 8);
	memcpy(header.gid, "0000000", 8);
	memcpy(header.device_major, "0000000", 8);
	memcpy(header.device_minor, "0000000", 8);
	memcpy(header.mtime, "00000000000", 12);
	snprintf(header.size, sizeof(header.size), "%011" PRIo64, size);
	/* Six digits, NUL, blank: as every tar writes it. */
	snprintf(header.checksum, sizeof(header.checksum), "%06o", checksum(&header));
	header.checksum[7] = ' ';
	return write(to, &header, sizeof(header), err);
}

static int put_padding(rv_write_fn *write, void *to, uint64_t len, struct rv_err *err)
{
	size_t n = padding(len);
	return n > 0 ? write(to, zeros, n, err) : 0;
}

int rv_tar_member(rv_write_fn *write, void *to, const char *name, const void *bytes, size_t len, struct rv_err *err)
{
	if (put_header(write, to, name, len, err) < 0 || (len > 0 && write(to, bytes, len, err) < 0)) {
		return -1;
	}
	return put_padding(write, to, len, err);
}

int rv_tar_file(rv_write_fn *write, void *to, const char *name, const char *path, struct rv_err *err)
{
	int result = -1;
	struct stat info;
	char *buffer = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", path);
	}
	if (fstat(fd, &info) < 0) {
		rv_fail_errno(err, "cannot read '%s'", path);
		goto out;
	}
	if (!S_ISREG(info.st_mode)) {
		rv_fail(err, RV_E_BAD_FILE, "'%s' is no regular file", path);
		goto out;
	}
	uint64_t size = (uint64_t)info.st_size;
	if (put_header(write, to, name, size, err) < 0) {
		goto out;
	}
	buffer = rv_alloc(COPY_BYTES);
	uint64_t done = 0;
	while (done < size) {
		ssize_t n = rv_read_all(fd, buffer, (size_t)RV_MIN(size - done, COPY_BYTES));
		if (n < 0) {
			rv_fail_errno(err, "cannot read '%s'", path);
			goto out;
		}
		if (n == 0) {
			rv_fail(err, RV_E_BAD_FILE,
			        "'%s' shrank from %" PRIu64 " to %" PRIu64 " bytes while it was read", path, size,
			        done);
			goto out;
		}
		if (write(to, buffer, (size_t)n, err) < 0) {
			goto out;
		}
		done += (uint64_t)n;
	}
	result = put_padding(write, to, size, err);
out:
	free(buffer);
	close(fd);
	return result;
}

int rv_tar_end(rv_write_fn *write, void *to, struct rv_err *err)
{
	return write(to, zeros, sizeof(zeros), err);
}

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
	struct header header;
};

struct rv_tar_reader *rv_tar_reader_new(rv_tar_member_fn *member, rv_tar_data_fn *data, void *context)
{
	struct rv_tar_reader *reader = rv_alloc_zero(1, sizeof(*reader));
	reader->member = member;
	reader->data = data;
	reader->context = context;
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
	size_t start = i;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
		value = value << 3 | (uint64_t)(field[i] - '0');
	}
	*out = value;
	return i > start && (i == len || field[i] == ' ' || field[i] == '\0');
}

static bool all_zero(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < len; i++) {
		if (p[i] != 0) {
			return false;
		}
	}
	return true;
}

/* Acts on a whole header block. */
static int take_header(struct rv_tar_reader *reader, struct rv_err *err)
{
	const struct header *header = &reader->header;
	uint64_t at = reader->offset - RV_TAR_BLOCK;
	if (all_zero(header, sizeof(*header))) {
		reader->n_zero++;
		return 0;
	}
	if (reader->n_zero > 0) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: bytes after the end of the archive, at %" PRIu64, at);
	}
	uint64_t sum, size;
	if (memcmp(header->magic, "ustar", 6) != 0 || memcmp(header->version, "00", 2) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: no ustar header at byte %" PRIu64, at);
	}
	if (!read_octal(header->checksum, sizeof(header->checksum), &sum) || sum != checksum(header)) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: wrong header checksum at byte %" PRIu64, at);
	}
	if (header->type != '0' && header->type != '\0') {
		return rv_fail(err, RV_E_BAD_FILE, "tar: member at byte %" PRIu64 " is no regular file", at);
	}
	if (!read_octal(header->size, sizeof(header->size), &size)) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: wrong size field at byte %" PRIu64, at);
	}
	char name[sizeof(header->prefix) + 1 + sizeof(header->name) + 1];
	int prefix_len = (int)strnlen(header->prefix, sizeof(header->prefix));
	int name_len = (int)strnlen(header->name, sizeof(header->name));
	snprintf(name, sizeof(name), "%.*s%s%.*s", prefix_len, header->prefix, prefix_len > 0 ? "/" : "", name_len,
	         header->name);
	if (!name[0]) {
		return rv_fail(err, RV_E_BAD_FILE, "tar: member without a name at byte %" PRIu64, at);
	}
	reader->data_left = size;
	reader->padding_left = padding(size);
	return reader->member(reader->context, name, size, err);
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
			result = reader->data(reader->context, at, n, err);
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
	bool whole = reader->n_zero >= 2 && reader->header_len == 0;
	if (!reader->failed && !whole) {
		result = rv_fail(err, RV_E_BAD_FILE, "tar: archive is cut short at byte %" PRIu64, reader->offset);
	}
	free(reader);
	return result;
}

/* SPDX-License-Identifier: MIT */
/* Private to tar.c, the writer, and tar_reader.c: the block before each member. */
#ifndef RV_TAR_PRIVATE_H
#define RV_TAR_PRIVATE_H

#include "tar.h"

#define RV_TAR_HEADER_NAME_MAX 100
#define RV_TAR_PAX_BYTES_MAX (64 << 10)

enum rv_tar_type {
	RV_TAR_REGULAR = '0',
	RV_TAR_OLD_REGULAR = '\0',
	RV_TAR_PAX = 'x', /* says more about the member that follows */
};

struct rv_tar_header {
	char name[RV_TAR_HEADER_NAME_MAX];
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
_Static_assert(sizeof(struct rv_tar_header) == RV_TAR_BLOCK, "a ustar header is one block");

/* The sum of all bytes with the checksum field taken as blanks. */
unsigned int rv_tar_checksum(const struct rv_tar_header *header);

/* Bytes from the end of contents to that of their last block. */
static inline size_t rv_tar_padding(uint64_t len)
{
	return (size_t)(-len & (RV_TAR_BLOCK - 1));
}

#endif

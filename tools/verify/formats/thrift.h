/* SPDX-License-Identifier: MIT */
/*
 * Reading Thrift's compact protocol, in which Parquet has its footer and the heads of its pages. A cursor that meets
 * something wrong stays so, and gives zeros: look once, at the end.
 *
 *	for (unsigned int field = 0; (field = verify_thrift_field(&c, field, &type)) > 0;) {
 *		if (field == 3 && type == VERIFY_THRIFT_I64) {
 *			n_rows = verify_thrift_number(&c);
 *		} else {
 *			verify_thrift_skip(&c, type);
 *		}
 *	}
 *	if (c.is_wrong) ...
 */
#ifndef RV_VERIFY_FORMATS_THRIFT_H
#define RV_VERIFY_FORMATS_THRIFT_H

#include "scan.h"

enum verify_thrift_type {
	VERIFY_THRIFT_TRUE = 1,
	VERIFY_THRIFT_FALSE,
	VERIFY_THRIFT_BYTE,
	VERIFY_THRIFT_I16,
	VERIFY_THRIFT_I32,
	VERIFY_THRIFT_I64,
	VERIFY_THRIFT_DOUBLE,
	VERIFY_THRIFT_BINARY,
	VERIFY_THRIFT_LIST,
	VERIFY_THRIFT_SET,
	VERIFY_THRIFT_MAP,
	VERIFY_THRIFT_STRUCT,
};

/* What is left of the bytes. */
struct verify_thrift {
	const unsigned char *at, *end;
	bool is_wrong;
};

unsigned int verify_thrift_byte(struct verify_thrift *c);
uint64_t verify_thrift_varint(struct verify_thrift *c);
/* A signed number, which must not be negative. */
uint64_t verify_thrift_number(struct verify_thrift *c);
struct rv_span verify_thrift_binary(struct verify_thrift *c);
/* The number of the next field of a struct, and its type; 0 at the end. `last` is the number before. */
unsigned int verify_thrift_field(struct verify_thrift *c, unsigned int last, unsigned int *type);
/* How many elements of the wanted type follow. */
uint64_t verify_thrift_list(struct verify_thrift *c, unsigned int wanted_type);
/* Goes past a value. */
void verify_thrift_skip(struct verify_thrift *c, unsigned int type);

#endif

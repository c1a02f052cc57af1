/* SPDX-License-Identifier: MIT */
/* Thrift's compact protocol. */
#include "verify/formats/thrift.h"

#define DEPTH_MAX 16

unsigned int verify_thrift_byte(struct verify_thrift *c)
{
	if (c->at == c->end) {
		c->is_wrong = true;
		return 0;
	}
	return *c->at++;
}

uint64_t verify_thrift_varint(struct verify_thrift *c)
{
	uint64_t value = 0;
	for (unsigned int shift = 0; shift < 64; shift += 7) {
		const unsigned int byte = verify_thrift_byte(c);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			return value;
		}
	}
	c->is_wrong = true;
	return 0;
}

uint64_t verify_thrift_number(struct verify_thrift *c)
{
	const uint64_t value = verify_thrift_varint(c);
	c->is_wrong |= value & 1;
	return value >> 1;
}

struct rv_span verify_thrift_binary(struct verify_thrift *c)
{
	const uint64_t len = verify_thrift_varint(c);
	if (len > (uint64_t)(c->end - c->at)) {
		c->is_wrong = true;
		return (struct rv_span) { "", 0 };
	}
	const struct rv_span text = { (const char *)c->at, (size_t)len };
	c->at += len;
	return text;
}

unsigned int verify_thrift_field(struct verify_thrift *c, unsigned int last, unsigned int *type)
{
	const unsigned int byte = verify_thrift_byte(c);
	*type = byte & 15;
	if (c->is_wrong || byte == 0) {
		return 0;
	}
	c->is_wrong |= byte >> 4 == 0; /* a number far from the last: none that rv writes */
	return last + (byte >> 4);
}

uint64_t verify_thrift_list(struct verify_thrift *c, unsigned int wanted_type)
{
	const unsigned int byte = verify_thrift_byte(c);
	const uint64_t n = byte >> 4 == 15 ? verify_thrift_varint(c) : byte >> 4;
	if ((byte & 15) != wanted_type || n > (uint64_t)(c->end - c->at)) { /* an element has a byte at least */
		c->is_wrong = true;
		return 0;
	}
	return n;
}

static void skip(struct verify_thrift *c, unsigned int type, unsigned int depth)
{
	unsigned int field_type;
	if (depth == DEPTH_MAX) {
		c->is_wrong = true;
	} else if (type == VERIFY_THRIFT_BYTE) {
		(void)verify_thrift_byte(c);
	} else if (type == VERIFY_THRIFT_I16 || type == VERIFY_THRIFT_I32 || type == VERIFY_THRIFT_I64) {
		(void)verify_thrift_varint(c);
	} else if (type == VERIFY_THRIFT_BINARY) {
		(void)verify_thrift_binary(c);
	} else if (type == VERIFY_THRIFT_LIST) {
		const unsigned int of = c->at < c->end ? *c->at & 15u : 0;
		for (uint64_t n = verify_thrift_list(c, of); n > 0 && !c->is_wrong; n--) {
			skip(c, of, depth + 1);
		}
	} else if (type == VERIFY_THRIFT_STRUCT) {
		for (unsigned int last = 0; (last = verify_thrift_field(c, last, &field_type)) > 0;) {
			skip(c, field_type, depth + 1);
		}
	} else if (type != VERIFY_THRIFT_TRUE && type != VERIFY_THRIFT_FALSE) {
		c->is_wrong = true;
	}
}

void verify_thrift_skip(struct verify_thrift *c, unsigned int type)
{
	skip(c, type, 0);
}

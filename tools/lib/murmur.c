/* SPDX-License-Identifier: MIT */
/* MurmurHash3 (x86, 32 bit) after its public definition. */
#include "murmur.h"

#include <string.h>

static uint32_t rotate_left(uint32_t value, int bits)
{
	return value << bits | value >> (32 - bits);
}

static uint32_t scramble(uint32_t block)
{
	return rotate_left(block * 0xcc9e2d51, 15) * 0x1b873593;
}

uint32_t rv_murmur3(const void *data, size_t len, uint32_t seed)
{
	const unsigned char *const bytes = data;
	uint32_t hash = seed, tail = 0;
	for (size_t i = 0; i + 4 <= len; i += 4) {
		const uint32_t block = (uint32_t)bytes[i] | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2] << 16 |
		                       (uint32_t)bytes[i + 3] << 24;
		hash = rotate_left(hash ^ scramble(block), 13) * 5 + 0xe6546b64;
	}
	for (size_t i = len; i > (len & ~(size_t)3); i--) {
		tail = tail << 8 | bytes[i - 1];
	}
	hash ^= scramble(tail); /* of none it is zero */
	hash ^= (uint32_t)len;
	hash = (hash ^ hash >> 16) * 0x85ebca6b;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35;
	return hash ^ hash >> 16;
}

uint32_t rv_cryptomatte_id(const char *name, size_t len)
{
	const uint32_t hash = rv_murmur3(name, len, 0), exponent = hash >> 23 & 0xff;
	return exponent == 0 || exponent == 0xff ? hash ^ UINT32_C(1) << 23 : hash;
}

float rv_cryptomatte_float(uint32_t id)
{
	float value;
	memcpy(&value, &id, sizeof(value));
	return value;
}

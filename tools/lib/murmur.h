/* SPDX-License-Identifier: MIT */
/* MurmurHash3 in its 32-bit form for x86, and the numbers that Cryptomatte makes of names with it. */
#ifndef RV_MURMUR_H
#define RV_MURMUR_H

uint32_t rv_murmur3(const void *bytes, size_t len, uint32_t seed);

#define RV_CRYPTOMATTE_HASH "MurmurHash3_32"          /* the attribute `hash` */
#define RV_CRYPTOMATTE_CONVERSION "uint32_to_float32" /* the attribute `conversion` */

/* The number of a name: its hash, changed where the float of these bits would be none, or zero, or denormal. */
uint32_t rv_cryptomatte_id(const char *name, size_t len);
/* The float with these bits, as it stands in the channels. */
float rv_cryptomatte_float(uint32_t id);

#endif

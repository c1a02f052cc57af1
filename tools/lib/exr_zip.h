/* SPDX-License-Identifier: MIT */
/*
 * Private to exr*.c: what OpenEXR's ZIP does to a chunk's bytes before they are deflated. The bytes at even places go
 * to the first half and those at odd places to the second; then each byte is replaced by its difference to the one
 * before it, plus 128. All values of a chunk are 2 or 4 bytes, so both halves are of one size and every run of values
 * lies in one piece in each half.
 */
#ifndef RV_EXR_ZIP_H
#define RV_EXR_ZIP_H

#define RV_EXR_ZIP_START 128 /* the state before the first byte of a chunk */

/* Forward: `len` bytes (even) to as many at `out`. */
void rv_exr_zip_split(const unsigned char *bytes, size_t len, unsigned char *out);

/* Backward, in pieces: differences to bytes, in place, or left as they are and only summed up. Return the state. */
unsigned char rv_exr_zip_restore(unsigned char *bytes, size_t len, unsigned char state);
unsigned char rv_exr_zip_skip(const unsigned char *bytes, size_t len, unsigned char state);
/* Puts 2 * n bytes together from n of each half. */
void rv_exr_zip_join(const unsigned char *even, const unsigned char *odd, size_t n, unsigned char *out);

#endif

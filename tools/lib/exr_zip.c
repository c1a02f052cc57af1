/* SPDX-License-Identifier: MIT */
/* The bytes of OpenEXR's ZIP, 16 at a time where the processor can. */
#include "exr_zip.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void rv_exr_zip_split(const unsigned char *bytes, size_t len, unsigned char *out)
{
	unsigned char *const halves[2] = { out, out + len / 2 };
	for (size_t half = 0; half < 2; half++) {
		unsigned char before = half ? bytes[len - 2] : RV_EXR_ZIP_START;
		for (size_t i = 0; i < len / 2; i++) {
			const unsigned char byte = bytes[2 * i + half];
			halves[half][i] = (unsigned char)(byte - before + 128);
			before = byte;
		}
	}
}

unsigned char rv_exr_zip_restore(unsigned char *bytes, size_t len, unsigned char state)
{
	size_t i = 0;
#ifdef __SSE2__
	/* Sums of 16 bytes are built in four steps; only their total has to wait for the block before. */
	const __m128i flip = _mm_set1_epi8((char)0x80);
	__m128i carry = _mm_set1_epi8((char)state);
	for (; i + 16 <= len; i += 16) {
		__m128i x = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)(bytes + i)), flip);
		x = _mm_add_epi8(x, _mm_slli_si128(x, 1));
		x = _mm_add_epi8(x, _mm_slli_si128(x, 2));
		x = _mm_add_epi8(x, _mm_slli_si128(x, 4));
		x = _mm_add_epi8(x, _mm_slli_si128(x, 8));
		_mm_storeu_si128((__m128i *)(void *)(bytes + i), _mm_add_epi8(x, carry));
		__m128i total = _mm_unpackhi_epi8(x, x);
		total = _mm_shufflehi_epi16(total, 0xff);
		carry = _mm_add_epi8(carry, _mm_unpackhi_epi64(total, total));
	}
	state = (unsigned char)_mm_cvtsi128_si32(carry);
#endif
	for (; i < len; i++) {
		state = (unsigned char)(state + bytes[i] - 128);
		bytes[i] = state;
	}
	return state;
}

unsigned char rv_exr_zip_skip(const unsigned char *bytes, size_t len, unsigned char state)
{
	uint64_t sum = 0;
	size_t i = 0;
#ifdef __SSE2__
	__m128i sums = _mm_setzero_si128();
	for (; i + 16 <= len; i += 16) {
		const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
		sums = _mm_add_epi64(sums, _mm_sad_epu8(x, _mm_setzero_si128()));
	}
	uint64_t lanes[2];
	_mm_storeu_si128((__m128i *)(void *)lanes, sums);
	sum = lanes[0] + lanes[1];
#endif
	for (; i < len; i++) {
		sum += bytes[i];
	}
	return (unsigned char)(state + sum + 128 * (uint64_t)len); /* -128 and 128 are one modulo 256 */
}

void rv_exr_zip_join(const unsigned char *even, const unsigned char *odd, size_t n, unsigned char *out)
{
	size_t i = 0;
#ifdef __SSE2__
	for (; i + 16 <= n; i += 16) {
		const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(even + i));
		const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(odd + i));
		_mm_storeu_si128((__m128i *)(void *)(out + 2 * i), _mm_unpacklo_epi8(a, b));
		_mm_storeu_si128((__m128i *)(void *)(out + 2 * i + 16), _mm_unpackhi_epi8(a, b));
	}
#endif
	for (; i < n; i++) {
		out[2 * i] = even[i];
		out[2 * i + 1] = odd[i];
	}
}

/* SPDX-License-Identifier: MIT */
/* The bytes of OpenEXR's ZIP, 16 at a time where the processor can. */
#include "exr_zip.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void rv_exr_zip_split(const unsigned char *bytes, size_t len, unsigned char *out)
{
	const size_t n = len / 2;
	unsigned char *const even = out, *const odd = out + n;
	unsigned char even_before = RV_EXR_ZIP_START, odd_before = len ? bytes[len - 2] : 0;
	size_t i = 0;
#ifdef __SSE2__
	const __m128i low = _mm_set1_epi16(0xff), flip = _mm_set1_epi8((char)0x80); /* adding 128 is flipping a bit */
	__m128i even_last = _mm_slli_si128(_mm_cvtsi32_si128(even_before), 15),
	        odd_last = _mm_slli_si128(_mm_cvtsi32_si128(odd_before), 15);
	for (; i + 16 <= n; i += 16) {
		const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 2 * i));
		const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 2 * i + 16));
		const __m128i e = _mm_packus_epi16(_mm_and_si128(a, low), _mm_and_si128(b, low));
		const __m128i o = _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8));
		const __m128i e_before = _mm_or_si128(_mm_slli_si128(e, 1), _mm_srli_si128(even_last, 15));
		const __m128i o_before = _mm_or_si128(_mm_slli_si128(o, 1), _mm_srli_si128(odd_last, 15));
		_mm_storeu_si128((__m128i *)(void *)(even + i), _mm_xor_si128(_mm_sub_epi8(e, e_before), flip));
		_mm_storeu_si128((__m128i *)(void *)(odd + i), _mm_xor_si128(_mm_sub_epi8(o, o_before), flip));
		even_last = e;
		odd_last = o;
	}
	if (i > 0) {
		even_before = bytes[2 * i - 2];
		odd_before = bytes[2 * i - 1];
	}
#endif
	for (; i < n; i++) {
		even[i] = (unsigned char)(bytes[2 * i] - even_before + 128);
		odd[i] = (unsigned char)(bytes[2 * i + 1] - odd_before + 128);
		even_before = bytes[2 * i];
		odd_before = bytes[2 * i + 1];
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

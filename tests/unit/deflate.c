/* SPDX-License-Identifier: MIT */
/* deflate.h: what it writes, libdeflate reads back. */
#include "deflate.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "rng.h"

/* Compresses and reads back; false when it was refused. */
static bool round_trip(const unsigned char *bytes, size_t len, size_t near, size_t far, size_t *packed)
{
	struct rv_str out = RV_STR_INIT;
	rv_str_puts(&out, "before");
	const bool done = rv_deflate_labels(bytes, len, near, far, &out);
	if (done) {
		unsigned char *const back = rv_alloc(len);
		struct libdeflate_decompressor *const inflate = libdeflate_alloc_decompressor();
		size_t used = 0;
		CHECK_U64(libdeflate_zlib_decompress_ex(inflate, out.ptr + 6, out.len - 6, back, len, &used, NULL),
		          LIBDEFLATE_SUCCESS);
		CHECK_U64(used, out.len - 6);
		CHECK(memcmp(back, bytes, len) == 0);
		libdeflate_free_decompressor(inflate);
		free(back);
		*packed = out.len - 6;
	} else {
		CHECK_STR(out.ptr, "before");
	}
	rv_str_release(&out);
	return done;
}

/* Runs of each length around the format's 3 and 258, each after another value. */
static void run_lengths(void)
{
	unsigned char bytes[3000];
	size_t packed;
	for (size_t run = 1; run <= 800; run++) {
		size_t len = 0;
		for (unsigned char colour = 1; len + run <= 2400 && colour < 4; colour++) {
			memset(bytes + len, colour, run);
			len += run;
		}
		if (!CHECK(round_trip(bytes, len, 1, 700, &packed))) {
			return;
		}
	}
}

static void rows(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "deflate");
	size_t packed;
	static const size_t widths[] = { 3, 50, 1000, 32767, 32768, 40000 };
	for (size_t i = 0; i < RV_COUNTOF(widths); i++) {
		const size_t width = widths[i], len = width * 20;
		unsigned char *const bytes = rv_alloc_zero(len, 1);
		for (size_t at = 0; at < len; at++) { /* two colours, the border moves from row to row */
			bytes[at] = at % width > width / 2 + at / width ? 200 : 0;
		}
		CHECK(round_trip(bytes, len, 1, width, &packed));
		CHECK(packed < 200 + len / 100);
		free(bytes);
	}
}

static void noise(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 2, "deflate");
	unsigned char *const bytes = rv_alloc(100000);
	size_t packed;
	for (size_t i = 0; i < 100000; i++) {
		bytes[i] = (unsigned char)rv_rng_u64(&rng);
	}
	CHECK(!round_trip(bytes, 100000, 1, 1000, &packed));
	CHECK(round_trip(bytes, 400, 3, 100, &packed)); /* so small that it is taken in any case */
	CHECK(round_trip(bytes, 1, 1, 2, &packed));
	free(bytes);
}

/* Counts that each are 1.8 times the one before would give codes of more than 15 bits. */
static void long_codes(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 3, "deflate");
	const size_t len = 4000000;
	unsigned char *const bytes = rv_alloc_zero(len, 1);
	size_t n = 0, packed;
	double count = 1;
	for (unsigned char value = 1; value <= 20; value++, count *= 1.8) {
		for (size_t i = 0; i < (size_t)count; i++) {
			bytes[n++] = value;
		}
	}
	for (size_t i = n - 1; i > 0; i--) { /* shuffled, so that they stay literals */
		const size_t k = (size_t)rv_rng_below(&rng, i + 1);
		const unsigned char swap = bytes[i];
		bytes[i] = bytes[k];
		bytes[k] = swap;
	}
	CHECK(round_trip(bytes, len, 4, 30000, &packed));
	free(bytes);
}

CHECK_MODULE(deflate)
{
	check_case("runs of every length", run_lengths);
	check_case("rows like the row above", rows);
	check_case("noise is refused, small or not", noise);
	check_case("codes are kept to 15 bits", long_codes);
}

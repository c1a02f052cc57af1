/* SPDX-License-Identifier: MIT */
/* lib/palette.h; how far the colours are apart is checked by tests/lib/palette_checks.py. */
#include "palette.h"

#include <string.h>

#include "check.h"

static void check_colour(const uint8_t rgb[3], uint32_t wanted)
{
	CHECK_U64((uint64_t)rgb[0] << 16 | (uint64_t)rgb[1] << 8 | rgb[2], wanted);
}

static void check_rank(size_t rank, uint32_t wanted)
{
	uint8_t rgb[3];
	rv_palette_colour(rank, rgb);
	check_colour(rgb, wanted);
}

static void ranks(void)
{
	check_rank(0, 0x2a81ec);
	check_rank(63, 0xa0d9e2);
	check_rank(64, 0x6aa9fe);
	check_rank(128, 0x005dbc);
	check_rank(RV_PALETTE_LEN, 0x2a81ec);
}

static void text(void)
{
	CHECK(rv_palette_wants_white((const uint8_t[]) { 0, 0, 0 }));
	CHECK(!rv_palette_wants_white((const uint8_t[]) { 255, 255, 255 }));
	CHECK(rv_palette_wants_white((const uint8_t[]) { 0x9f, 0x00, 0x42 }));
	CHECK(!rv_palette_wants_white((const uint8_t[]) { 0x70, 0xe1, 0x05 }));
	/* where both are as good the luminance is sqrt(1.05 * 0.05) - 0.05 */
	CHECK(rv_palette_wants_white((const uint8_t[]) { 117, 117, 117 }));
	CHECK(!rv_palette_wants_white((const uint8_t[]) { 118, 118, 118 }));
}

/* The colours of indices 0..n-1 of a record with these objects. */
static void check_dealt(const char *objects, size_t n, const uint32_t *wanted)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_sample sample = RV_SAMPLE_INIT;
	struct rv_arena arena = RV_ARENA_INIT;
	struct rv_str line = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&line, "{\"id\":\"a\",\"dir\":\"a\",\"files\":{\"image\":\"Image.png\"},\"objects\":[%s]}",
	              objects);
	CHECK_OK(rv_record_parse(&record, line.ptr, line.len, &err), &err);
	CHECK_OK(rv_sample_load(&sample, &record, &err), &err);
	const struct rv_palette palette = rv_palette_deal(&sample, &arena);
	for (size_t i = 0; i < n; i++) {
		uint8_t rgb[3];
		rv_palette_of(&palette, (uint32_t)i, rgb);
		check_colour(rgb, wanted[i]);
	}
	rv_arena_release(&arena);
	rv_sample_release(&sample);
	rv_record_release(&record);
	rv_str_release(&line);
}

#define OBJECT(index, tags, dimensions) \
	"{\"index\":" #index ",\"name\":\"" #index "\",\"tags\":" tags ",\"dimensions\":" dimensions "}"

static void objects(void)
{
	/* by rank, not by index; one without an index takes no colour; what no object has is dealt by its number */
	check_dealt("{\"name\":\"Sun\"}," OBJECT(3, "[\"a\"]", "[1,1,1]") "," OBJECT(4, "[\"a\"]", "[1,1,1]"), 6,
	            (const uint32_t[]) { 0, 0x2a81ec, 0x70e105, 0x2a81ec, 0x70e105, 0x4ad6e9 });
	/* the floor is the one that is largest in two directions; the others keep their colours */
	check_dealt(OBJECT(1, "[\"a\"]", "[9,9,9]") "," OBJECT(2, "[]", "[0,50,0.1]") "," OBJECT(3, "[]", "[4,4,0]"), 4,
	            (const uint32_t[]) { 0, 0x2a81ec, 0x70e105, 0x1a1f29 });
	/* none where all are without a category, or have one */
	check_dealt(OBJECT(1, "[]", "[1,1,1]") "," OBJECT(2, "[]", "[9,9,9]"), 3,
	            (const uint32_t[]) { 0, 0x2a81ec, 0x70e105 });
	check_dealt(OBJECT(1, "[\"a\"]", "[1,1,1]") "," OBJECT(2, "[\"b\"]", "[9,9,9]"), 3,
	            (const uint32_t[]) { 0, 0x2a81ec, 0x70e105 });
}

CHECK_MODULE(palette)
{
	check_case("a colour for each rank", ranks);
	check_case("black or white text", text);
	check_case("colours of a record's objects", objects);
}

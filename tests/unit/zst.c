/* SPDX-License-Identifier: MIT */
#include "zst.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "rng.h"

static int append(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	(void)err;
	rv_str_append(to, bytes, len);
	return 0;
}

static int refuse(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	(void)to;
	(void)bytes;
	(void)len;
	return rv_fail(err, RV_E_NO_SPACE, "no room");
}

/* Half of it compresses well, half not at all. */
static void fill(struct rv_str *text, size_t len)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "zst");
	for (size_t i = 0; i < len; i++) {
		rv_str_putc(text, i / 1000 % 2 ? (char)(rv_rng_unit(&rng) * 256) : 'a');
	}
}

/* Compresses in portions of `step` bytes. */
static void compress(const struct rv_str *text, size_t step, int level, size_t n_threads, struct rv_str *out)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_zst *zst = rv_zst_new(level, n_threads, append, out);
	for (size_t at = 0; at < text->len; at += step) {
		CHECK_OK(rv_zst_add(zst, text->ptr + at, RV_MIN(step, text->len - at), &err), &err);
	}
	CHECK_OK(rv_zst_finish(zst, &err), &err);
}

static int decompress(const char *bytes, size_t len, struct rv_str *back, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	rv_source_open_memory(&source, "a.zst", bytes, len);
	const int status = rv_zst_read_from(&source, append, back, err);
	rv_source_close(&source);
	return status;
}

static void round_trip(size_t len, int level)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT, packed = RV_STR_INIT, back = RV_STR_INIT;
	fill(&text, len);
	compress(&text, 777, level, 1, &packed);
	CHECK_OK(decompress(packed.ptr, packed.len, &back, &err), &err);
	CHECK_BYTES(back.ptr, back.len, text.ptr, text.len);
	rv_str_release(&text);
	rv_str_release(&packed);
	rv_str_release(&back);
}

static void round_trips(void)
{
	round_trip(0, RV_ZST_LEVEL_DEFAULT);
	round_trip(1, RV_ZST_LEVEL_DEFAULT);
	round_trip(1000000, RV_ZST_LEVEL_MIN);
	round_trip(128 << 10, RV_ZST_LEVEL_MAX); /* one whole output buffer */
}

/* Neither portions nor threads change them. Several jobs of libzstd. */
static void same_bytes(void)
{
	static const struct {
		size_t step, n_threads;
	} others[] = { { 100000, 1 }, { 16 << 20, 2 }, { 777777, 4 } };
	struct rv_str text = RV_STR_INIT, first = RV_STR_INIT, other = RV_STR_INIT;
	fill(&text, 9 << 20);
	compress(&text, 1 << 20, RV_ZST_LEVEL_DEFAULT, 1, &first);
	CHECK(first.len < text.len);
	for (size_t i = 0; i < RV_COUNTOF(others); i++) {
		rv_str_clear(&other);
		compress(&text, others[i].step, RV_ZST_LEVEL_DEFAULT, others[i].n_threads, &other);
		CHECK_BYTES(first.ptr, first.len, other.ptr, other.len);
	}
	rv_str_release(&text);
	rv_str_release(&first);
	rv_str_release(&other);
}

static void several_frames(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT, packed = RV_STR_INIT, back = RV_STR_INIT;
	rv_str_puts(&text, "one");
	compress(&text, 3, 1, 1, &packed);
	compress(&text, 3, 1, 1, &packed);
	CHECK_OK(decompress(packed.ptr, packed.len, &back, &err), &err);
	CHECK_TEXT(back, "oneone");
	rv_str_release(&text);
	rv_str_release(&packed);
	rv_str_release(&back);
}

static void read_damaged(const struct rv_str *packed, size_t len, const char *part)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str back = RV_STR_INIT;
	CHECK_FAILS(decompress(packed->ptr, len, &back, &err), &err, RV_E_BAD_FILE, part);
	rv_str_release(&back);
}

static void damaged_files(void)
{
	struct rv_str text = RV_STR_INIT, packed = RV_STR_INIT;
	fill(&text, 300000);
	compress(&text, 4096, RV_ZST_LEVEL_DEFAULT, 1, &packed);
	read_damaged(&packed, 0, "cut short");
	read_damaged(&packed, 3, "cut short");
	read_damaged(&packed, packed.len / 2, "cut short");
	read_damaged(&packed, packed.len - 1, "cut short");
	packed.ptr[packed.len - 1] ^= 1; /* the checksum */
	read_damaged(&packed, packed.len, "no valid zstd file");
	packed.ptr[packed.len - 1] ^= 1;
	rv_str_puts(&packed, "garbage");
	read_damaged(&packed, packed.len, "no valid zstd file");
	rv_str_release(&text);
	rv_str_release(&packed);
}

static void failing_writer(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	fill(&text, 9 << 20); /* more than libzstd keeps for itself */
	struct rv_zst *zst = rv_zst_new(RV_ZST_LEVEL_DEFAULT, 1, refuse, NULL);
	CHECK_FAILS(rv_zst_add(zst, text.ptr, text.len, &err), &err, RV_E_NO_SPACE, "no room");
	rv_zst_abort(zst);
	zst = rv_zst_new(RV_ZST_LEVEL_DEFAULT, 1, refuse, NULL);
	CHECK_OK(rv_zst_add(zst, "a", 1, &err), &err);
	CHECK_FAILS(rv_zst_finish(zst, &err), &err, RV_E_NO_SPACE, "no room");
	rv_zst_abort(NULL);
	struct rv_str packed = RV_STR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	compress(&text, text.len, RV_ZST_LEVEL_DEFAULT, 1, &packed);
	rv_source_open_memory(&source, "a.zst", packed.ptr, packed.len);
	CHECK_FAILS(rv_zst_read_from(&source, refuse, NULL, &err), &err, RV_E_NO_SPACE, "no room");
	rv_source_close(&source);
	rv_str_release(&packed);
	rv_str_release(&text);
}

CHECK_MODULE(zst)
{
	check_case("what is compressed comes back", round_trips);
	check_case("portions and threads leave no trace in the bytes", same_bytes);
	check_case("several frames in a file are one text", several_frames);
	check_case("damaged, cut and empty files are refused", damaged_files);
	check_case("an error of the writer comes through", failing_writer);
}

/* SPDX-License-Identifier: MIT */
/* lib/npz.h; numpy.load reads and writes them in tracks.bats. */
#include "npz.h"

#include <string.h>

#include "check.h"

static const int32_t numbers[] = { 3, -4 };
static const struct rv_npz_member members[] = {
	{ "a", { .number = RV_NUMBER_I32, .n_dims = 1, .shape = { 2 }, .numbers = numbers } },
	{ "b", { .number = RV_NUMBER_BOOL, .n_dims = 2, .shape = { 1, 2 }, .numbers = "\x01" } },
};
static const struct rv_npz both = { .members = members, .len = 2 };

static int parse(const struct rv_str *file, struct rv_arena *arena, struct rv_npz *npz, struct rv_err *err)
{
	return rv_npz_parse(file->ptr, file->len, arena, npz, err);
}

static void files(void)
{
	struct rv_arena arena = RV_ARENA_INIT;
	struct rv_npz npz;
	struct rv_str file = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_npz_put(&both, &file, &err), &err);
	CHECK_BYTES(file.ptr + 10, 4, "\x00\x00\x21\x00", 4); /* no date */
	CHECK_OK(parse(&file, &arena, &npz, &err), &err);
	CHECK_U64(npz.len, 2);
	const struct rv_array *const a = rv_npz_find(&npz, "a"), *const b = rv_npz_find(&npz, "b");
	CHECK(a && b && !rv_npz_find(&npz, "c"));
	CHECK(rv_array_at(a, 1) == -4 && rv_array_at(b, 0) == 1 && rv_array_at(b, 1) == 0);
	rv_str_release(&file);
	rv_arena_release(&arena);
}

/* Each byte of the file changed, and each length cut off: nothing is read beyond it, and numbers are never others. */
static void damage(void)
{
	struct rv_arena arena = RV_ARENA_INIT;
	struct rv_npz npz;
	struct rv_str file = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_npz_put(&both, &file, &err), &err);
	for (size_t len = 0; len < file.len; len++) {
		CHECK(rv_npz_parse(file.ptr, len, &arena, &npz, &err) < 0);
	}
	for (size_t i = 0; i < file.len; i++) {
		file.ptr[i] ^= 0x5a;
		if (parse(&file, &arena, &npz, NULL) == 0) {
			const struct rv_array *const a = rv_npz_find(&npz, "a");
			CHECK(!a || (rv_array_at(a, 0) == 3 && rv_array_at(a, 1) == -4));
		}
		file.ptr[i] ^= 0x5a;
	}
	char *const sum = memmem(file.ptr, file.len, "PK\x01\x02", 4);
	sum[16] ^= 1;
	CHECK(parse(&file, &arena, &npz, &err) < 0 && strstr(err.text, "'a.npy' has not its checksum"));
	sum[16] ^= 1;
	sum[10] = 8;
	CHECK(parse(&file, &arena, &npz, &err) < 0 && strstr(err.text, "compressed"));
	rv_str_release(&file);
	rv_arena_release(&arena);
}

CHECK_MODULE(npz)
{
	check_case("arrays and their names", files);
	check_case("what is damaged is told", damage);
}

/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of files of several arrays: what it takes is written back with the same numbers. */
#include "fuzz.h"

#include <string.h>

#include "npz.h"

static void check_written(const struct rv_npz *npz, struct rv_arena *arena)
{
	struct rv_str file = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_npz again;
	FUZZ_CHECK(rv_npz_put(npz, &file, &err) == 0);
	FUZZ_CHECK(rv_npz_parse(file.ptr, file.len, arena, &again, &err) == 0 && again.len == npz->len);
	for (size_t i = 0; i < npz->len; i++) {
		const struct rv_array *const a = &npz->members[i].array, *const b = &again.members[i].array;
		const size_t len = rv_array_len(a) * rv_array_item(a);
		FUZZ_CHECK(rv_array_is(b, a->number, a->n_dims, a->shape));
		FUZZ_CHECK(len == 0 || memcmp(a->numbers, b->numbers, len) == 0);
	}
	rv_str_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_arena arena = RV_ARENA_INIT;
	struct rv_npz npz;
	struct rv_err err = RV_ERR_INIT;
	if (rv_npz_parse(data, len, &arena, &npz, &err) == 0) {
		check_written(&npz, &arena);
	} else {
		FUZZ_CHECK(err.text[0]);
	}
	rv_arena_release(&arena);
	return 0;
}

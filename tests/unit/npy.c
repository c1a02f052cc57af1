/* SPDX-License-Identifier: MIT */
/* lib/npy.h; numpy.load reads it in labels.bats. */
#include "npy.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static void files(void)
{
	float numbers[] = { 1, -2, 1e10f };
	uint16_t pairs[] = { 1, 258 };
	const struct rv_image row = { .width = 3, .height = 1, .channels = 1, .pixel = RV_PIXEL_F32, .f32 = numbers };
	const struct rv_image pixel = { .width = 1, .height = 1, .channels = 2, .pixel = RV_PIXEL_U16, .u16 = pairs };
	struct rv_str out = RV_STR_INIT;
	rv_npy_put(&row, &out);
	CHECK_U64(out.len, 128 + sizeof(numbers));
	CHECK_BYTES(out.ptr, 10, "\x93NUMPY\x01\x00\x76\x00", 10);
	CHECK(strncmp(out.ptr + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }  ", 61) == 0);
	CHECK(out.ptr[127] == '\n');
	CHECK_BYTES(out.ptr + 128, sizeof(numbers), numbers, sizeof(numbers));
	rv_str_clear(&out);
	rv_npy_put(&pixel, &out);
	CHECK(strncmp(out.ptr + 10, "{'descr': '<u2', 'fortran_order': False, 'shape': (1, 1, 2), }", 62) == 0);
	CHECK_BYTES(out.ptr + 128, 4, "\x01\x00\x02\x01", 4);
	rv_str_release(&out);
}

static int parse(const struct rv_str *file, struct rv_array *array)
{
	return rv_npy_parse(file->ptr, file->len, array, NULL);
}

static void reading(void)
{
	const float numbers[] = { 1, -2, 1e10f, 4, 5, 6 };
	const struct rv_array array = {
		.number = RV_NUMBER_F32, .n_dims = 3, .shape = { 1, 2, 3 }, .numbers = numbers
	};
	struct rv_array found;
	struct rv_str out = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_npy_put_array(&array, &out);
	CHECK_OK(rv_npy_parse(out.ptr, out.len, &found, &err), &err);
	CHECK(rv_array_is(&found, RV_NUMBER_F32, 3, (const size_t[]) { 1, 0, 3 }));
	CHECK(!rv_array_is(&found, RV_NUMBER_F32, 3, (const size_t[]) { 1, 3, 3 }));
	CHECK(!rv_array_is(&found, RV_NUMBER_F64, 3, array.shape) && rv_array_len(&found) == 6);
	CHECK(rv_array_at(&found, 1) == -2 && rv_array_at(&found, 5) == 6);
	CHECK(rv_npy_parse(out.ptr, out.len - 1, &found, &err) < 0 && strstr(err.text, "as many numbers"));
	CHECK(rv_npy_parse(out.ptr, 60, &found, &err) < 0 && strstr(err.text, "cut"));
	CHECK(rv_npy_parse(out.ptr, 9, &found, &err) < 0);
	rv_str_release(&out);
}

/* What stands in a header, and whether it is taken with so many numbers of a byte. */
static void headers(void)
{
	static const struct {
		const char *text;
		size_t bytes;
		bool is_good;
	} rows[] = {
		{ "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", 3, true },
		{ "{'shape': (3, 1), 'fortran_order': False, 'descr': '|b1'}", 3, true },
		{ "{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }", 6, true },
		{ "{'descr': '<i4', 'fortran_order': False, 'shape': (), }", 4, true },
		{ "{'descr': '<i4', 'fortran_order': False, 'shape': (5, 0), }", 0, true },
		{ "{'descr': '>i4', 'fortran_order': False, 'shape': (1,), }", 4, false },
		{ "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 1, false },
		{ "{'descr': '|S0', 'fortran_order': False, 'shape': (1,), }", 0, false },
		{ "{'descr': '|u1', 'fortran_order': True, 'shape': (3,), }", 3, false },
		{ "{'descr': '|u1', 'fortran_order': False, 'shape': (3, }", 3, false },
		{ "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", 1, false },
		{ "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296, 3), }", 0, false },
		{ "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }", 3, false },
		{ "{'descr': '|u1', 'fortran_order': False}", 3, false },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_str file = RV_STR_INIT;
		struct rv_array array;
		rv_str_append(&file, "\x93NUMPY\x01\x00", 8);
		rv_str_putc(&file, (char)strlen(rows[i].text));
		rv_str_putc(&file, 0);
		rv_str_puts(&file, rows[i].text);
		rv_str_append(&file, "\x01\x01\x01\x01\x01\x01", rows[i].bytes);
		if (!CHECK((parse(&file, &array) == 0) == rows[i].is_good)) {
			printf("# %s\n", rows[i].text);
		}
		rv_str_release(&file);
	}
}

CHECK_MODULE(npy)
{
	check_case("what is written is read", reading);
	check_case("headers that are taken, and that are not", headers);
	check_case("header and numbers", files);
}

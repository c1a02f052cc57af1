/* SPDX-License-Identifier: MIT */
/* Arrays as files of NumPy. */
#include "npy.h"

#include <string.h>

#define ALIGNMENT 64 /* of the numbers in the file */
#define FIXED 10     /* bytes before the header's text */
#define SIDE_MAX (SIZE_MAX >> 20)

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are appended as they lie in memory");

static const struct {
	const char *name;
	size_t item;
} types[] = {
	[RV_NUMBER_BOOL] = { "|b1", 1 }, [RV_NUMBER_U8] = { "|u1", 1 },  [RV_NUMBER_U16] = { "<u2", 2 },
	[RV_NUMBER_I32] = { "<i4", 4 },  [RV_NUMBER_F32] = { "<f4", 4 }, [RV_NUMBER_F64] = { "<f8", 8 },
};

/* ---- arrays ---- */

size_t rv_array_len(const struct rv_array *array)
{
	size_t len = 1;
	for (size_t i = 0; i < array->n_dims; i++) {
		len *= array->shape[i];
	}
	return len;
}

size_t rv_array_item(const struct rv_array *array)
{
	return array->number == RV_NUMBER_BYTES ? array->item_bytes : types[array->number].item;
}

bool rv_array_is(const struct rv_array *array, enum rv_number number, size_t n_dims, const size_t shape[])
{
	bool is = array->number == number && array->n_dims == n_dims;
	for (size_t i = 0; is && i < n_dims; i++) {
		is = shape[i] == 0 || shape[i] == array->shape[i];
	}
	return is;
}

double rv_array_at(const struct rv_array *array, size_t i)
{
	const unsigned char *const at = (const unsigned char *)array->numbers + i * rv_array_item(array);
	union {
		uint16_t u16;
		int32_t i32;
		float f32;
		double f64;
	} number = { .f64 = 0 };
	memcpy(&number, at, RV_MIN(rv_array_item(array), sizeof(number)));
	switch (array->number) {
	case RV_NUMBER_U16:
		return number.u16;
	case RV_NUMBER_I32:
		return number.i32;
	case RV_NUMBER_F32:
		return (double)number.f32;
	case RV_NUMBER_F64:
		return number.f64;
	default:
		return at[0];
	}
}

/* ---- writing ---- */

void rv_npy_put_array(const struct rv_array *array, struct rv_str *out)
{
	struct rv_str header = RV_STR_INIT;
	rv_str_puts(&header, "{'descr': '");
	if (array->number == RV_NUMBER_BYTES) {
		rv_str_printf(&header, "|S%zu", array->item_bytes);
	} else {
		rv_str_puts(&header, types[array->number].name);
	}
	rv_str_puts(&header, "', 'fortran_order': False, 'shape': (");
	for (size_t i = 0; i < array->n_dims; i++) {
		rv_str_printf(&header, "%s%zu", i > 0 ? ", " : "", array->shape[i]);
	}
	rv_str_puts(&header, array->n_dims == 1 ? ",), }" : "), }");
	while ((FIXED + header.len + 1) % ALIGNMENT != 0) {
		rv_str_putc(&header, ' ');
	}
	rv_str_putc(&header, '\n');
	rv_str_append(out, "\x93NUMPY\x01\x00", 8);
	rv_str_putc(out, (char)(header.len & 255));
	rv_str_putc(out, (char)(header.len >> 8));
	rv_str_append(out, header.ptr, header.len);
	rv_str_append(out, array->numbers, rv_array_len(array) * rv_array_item(array));
	rv_str_release(&header);
}

void rv_npy_put(const struct rv_image *image, struct rv_str *out)
{
	static const enum rv_number numbers[] = {
		[RV_PIXEL_U8] = RV_NUMBER_U8, [RV_PIXEL_U16] = RV_NUMBER_U16, [RV_PIXEL_F32] = RV_NUMBER_F32
	};
	const struct rv_array array = { .number = numbers[image->pixel],
		                        .n_dims = image->channels > 1 ? 3 : 2,
		                        .shape = { image->height, image->width, image->channels },
		                        .numbers = image->bytes };
	rv_npy_put_array(&array, out);
}

/* ---- reading ---- */

/* What comes behind a key of the header. NULL: it is not there. */
static const char *find_value(const char *header, const char *key)
{
	const char *const at = strstr(header, key);
	const char *const colon = at ? strchr(at, ':') : NULL;
	return colon ? colon + 1 + strspn(colon + 1, " ") : NULL;
}

/* A number without a sign; false where there is none, or one above `max`. */
static bool read_size(const char **at, size_t max, size_t *size)
{
	const size_t len = strspn(*at, "0123456789");
	uint64_t value = 0;
	if (len < 1 || len > 18) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		value = value * 10 + (uint64_t)((*at)[i] - '0');
	}
	*at += len;
	*size = (size_t)value;
	return value <= max;
}

static bool read_type(const char *text, struct rv_array *array)
{
	for (size_t i = 0; i < RV_COUNTOF(types); i++) {
		if (text[0] == '\'' && strncmp(text + 1, types[i].name, 3) == 0 && text[4] == '\'') {
			array->number = (enum rv_number)i;
			array->item_bytes = types[i].item;
			return true;
		}
	}
	const char *at = text + 3;
	array->number = RV_NUMBER_BYTES;
	return strncmp(text, "'|S", 3) == 0 && read_size(&at, SIDE_MAX, &array->item_bytes) && array->item_bytes > 0 &&
	       *at == '\'';
}

static bool read_shape(const char *at, struct rv_array *array)
{
	if (*at++ != '(') {
		return false;
	}
	while (*at != ')') {
		if (array->n_dims == RV_ARRAY_DIMS_MAX || !read_size(&at, SIDE_MAX, &array->shape[array->n_dims++])) {
			return false;
		}
		at += strspn(at, ", ");
	}
	return true;
}

/* False when the numbers would be more bytes than there are. */
static bool fits(const struct rv_array *array, size_t len)
{
	size_t bytes = rv_array_item(array);
	bool is_empty = false;
	for (size_t i = 0; i < array->n_dims; i++) {
		is_empty |= array->shape[i] == 0;
	}
	for (size_t i = 0; !is_empty && i < array->n_dims; i++) {
		if (array->shape[i] > len / bytes) {
			return false;
		}
		bytes *= array->shape[i];
	}
	return is_empty ? len == 0 : bytes == len;
}

int rv_npy_parse(const void *bytes, size_t len, struct rv_array *array, struct rv_err *err)
{
	const unsigned char *const file = bytes;
	*array = (struct rv_array) { .n_dims = 0 };
	if (len < FIXED || memcmp(file, "\x93NUMPY\x01\x00", 8) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "it is no array of NumPy, version 1.0");
	}
	const size_t text_len = (size_t)file[8] | (size_t)file[9] << 8;
	if (text_len > len - FIXED) {
		return rv_fail(err, RV_E_BAD_FILE, "its header is cut");
	}
	struct rv_str header = RV_STR_INIT;
	rv_str_append(&header, file + FIXED, text_len);
	const char *const type = find_value(header.ptr, "'descr'"), *const shape = find_value(header.ptr, "'shape'");
	const char *const order = find_value(header.ptr, "'fortran_order'");
	const bool is_good = type && shape && order && strncmp(order, "False", 5) == 0 && read_type(type, array) &&
	                     read_shape(shape, array);
	rv_str_release(&header);
	array->numbers = file + FIXED + text_len;
	if (!is_good) {
		return rv_fail(err, RV_E_BAD_FILE, "its header is not one of an array that can be read");
	}
	if (!fits(array, len - FIXED - text_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "it has not as many numbers as its shape says");
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Arrays as files of NumPy (.npy, version 1.0), which numpy.load reads without pickle. */
#ifndef RV_NPY_H
#define RV_NPY_H

#include "image.h"
#include "str.h"

enum rv_number {
	RV_NUMBER_BOOL, /* a byte, 0 or 1 */
	RV_NUMBER_U8,   /* whole numbers without a sign */
	RV_NUMBER_U16,
	RV_NUMBER_I32, /* with one */
	RV_NUMBER_F32,
	RV_NUMBER_F64,
	RV_NUMBER_BYTES, /* texts of `item_bytes` each, filled up with zeros */
};

#define RV_ARRAY_DIMS_MAX 4

/* Little-endian numbers, the last dimension next to each other. */
struct rv_array {
	enum rv_number number;
	size_t item_bytes; /* of RV_NUMBER_BYTES; of others 0, or as the type has it */
	size_t n_dims, shape[RV_ARRAY_DIMS_MAX];
	const void *numbers; /* borrowed; need not be aligned */
};

/* How many numbers there are, and how many bytes one has. */
size_t rv_array_len(const struct rv_array *array);
size_t rv_array_item(const struct rv_array *array);
/* True when it has this type and shape; a side of 0 stands for any. */
bool rv_array_is(const struct rv_array *array, enum rv_number number, size_t n_dims, const size_t shape[]);
/* One number of an array that is none of texts. */
double rv_array_at(const struct rv_array *array, size_t i);

/* Appends the file of an array. */
void rv_npy_put_array(const struct rv_array *array, struct rv_str *out);
/* The same for an image: of the shape (height, width), or (height, width, channels) where it has several. */
void rv_npy_put(const struct rv_image *image, struct rv_str *out);
/* Takes a file apart. Fails with RV_E_BAD_FILE, also for types, orders and numbers of dimensions that are not above. */
int rv_npy_parse(const void *bytes, size_t len, struct rv_array *array, struct rv_err *err) RV_MUST_USE;

#endif

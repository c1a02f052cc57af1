/* SPDX-License-Identifier: MIT */
/* Arrays as files of NumPy (.npy, version 1.0), which numpy.load reads without pickle. */
#ifndef RV_NPY_H
#define RV_NPY_H

#include "image.h"
#include "str.h"

/* Appends the file of an image: little-endian numbers of the image's type, of the shape (height, width), or (height,
 * width, channels) where it has several. */
void rv_npy_put(const struct rv_image *image, struct rv_str *out);

#endif

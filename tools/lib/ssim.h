/* SPDX-License-Identifier: MIT */
/*
 * How alike two pictures of one size are. The same numbers on every machine of a kind, whatever else runs.
 *
 * SSIM as Wang, Bovik, Sheikh and Simoncelli define it (2004), of pictures in grey: means, variances and covariance
 * under a Gaussian window of 11x11 pixels and standard deviation 1.5, beyond the border the picture mirrored at its
 * outermost pixels (reflect-101); C1 = (0.01 * 255)^2, C2 = (0.03 * 255)^2; the mean of the value at all pixels. It is
 * computed in floats, and differs from the definition by 1e-4 at the most.
 */
#ifndef RV_SSIM_H
#define RV_SSIM_H

#include <stddef.h>

/* Of planes of 8 bits, width and height 1 or more: -1..1; 1 where they are equal. */
double rv_ssim(const unsigned char *a, const unsigned char *b, size_t width, size_t height);

/* The ratio of 255^2 to the mean squared difference of two runs of samples, 1 or more, in decibels; INFINITY where they
 * are equal. */
double rv_psnr(const unsigned char *a, const unsigned char *b, size_t n_bytes);

#endif

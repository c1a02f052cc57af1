/* SPDX-License-Identifier: MIT */
/* Pascal VOC. */
#ifndef RV_FORMAT_VOC_H
#define RV_FORMAT_VOC_H

#include "err.h"

#define FORMAT_VOC_NUMBER_MAX 254 /* of a class or an object in a mask; 0 is background, 255 is void */

struct format_voc_options {
	uint64_t base; /* the number of the first pixel */
	bool masks;
};
extern struct format_voc_options format_voc_options;

#endif

/* SPDX-License-Identifier: MIT */
/* DAVIS. */
#ifndef RV_FORMAT_DAVIS_H
#define RV_FORMAT_DAVIS_H

#define FORMAT_DAVIS_NUMBER_MAX 253    /* of an object: 255 is void, and some readers take 254 for it, too */
#define FORMAT_DAVIS_FRAMES_MAX 100000 /* five digits */

#endif

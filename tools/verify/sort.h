/* SPDX-License-Identifier: MIT */
/* The sorters that a check of a dataset has: of the census, of each format that compares by sorting. */
#ifndef RV_VERIFY_SORT_H
#define RV_VERIFY_SORT_H

#include "sorter.h"

#define VERIFY_SORT_BYTES ((size_t)4 << 20) /* memory of each; what is more goes to temporary files */

static inline struct rv_sorter *verify_sorter_new(void)
{
	return rv_sorter_new(NULL, VERIFY_SORT_BYTES);
}

#endif

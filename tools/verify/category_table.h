/* SPDX-License-Identifier: MIT */
/* categories.json of a dataset, which is strict as the manifest is: its bytes are those that its values give. */
#ifndef RV_VERIFY_CATEGORY_TABLE_H
#define RV_VERIFY_CATEGORY_TABLE_H

#include "categories.h"
#include "verify/problems.h"

/* Takes it into *categories. False where it is not there, or cannot be used, which is a problem. */
bool verify_category_table_read(int dir_fd, struct rv_categories *categories, struct verify_problems *problems);

#endif

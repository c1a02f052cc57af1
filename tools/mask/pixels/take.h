/* SPDX-License-Identifier: MIT */
/* Maps of numbers turned into others by a table with an entry for each number of 0..RV_INDEX_MAX. Each replaces *out.
 */
#ifndef RV_MASK_PIXELS_TAKE_H
#define RV_MASK_PIXELS_TAKE_H

#include "image.h"
#include "vocabulary.h"

#define MASK_TAKE_LEN (RV_INDEX_MAX + 1)

/* A U16 map to U8 grey. */
int mask_take_bytes(const struct rv_image *map, const uint8_t table[MASK_TAKE_LEN], struct rv_image *out,
                    struct rv_err *err) RV_MUST_USE;
/* A U16 map to U8 RGB; of each entry the lowest byte is red, the next green, then blue, as mask_take_entry has it. */
int mask_take_colours(const struct rv_image *map, const uint32_t table[MASK_TAKE_LEN], struct rv_image *out,
                      struct rv_err *err) RV_MUST_USE;
uint32_t mask_take_entry(const uint8_t rgb[3]);

#endif

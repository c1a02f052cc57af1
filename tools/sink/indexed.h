/* SPDX-License-Identifier: MIT */
/* Maps of small numbers as PNG files, those of Pascal VOC and DAVIS with a palette: programs read the numbers, people
 * see colours. */
#ifndef RV_SINK_INDEXED_H
#define RV_SINK_INDEXED_H

#include "sink/picture.h"

#define SINK_INDEXED_COLOURS 256

/* The colour of a number: its bits, dealt to red, green and blue from the highest on. */
void sink_indexed_colour(uint8_t number, uint8_t colour[3]);
/* Replaces *png by the map of a picture that was checked (sink_picture_check_labels): numbers[i] where label i is, 0
 * elsewhere. Of masks that overlap the later one counts. */
int sink_indexed_png(struct sink_sample *sample, const struct sink_picture *picture, const uint8_t *numbers,
                     struct rv_str *png, struct rv_err *err) RV_MUST_USE;
/* The same as grey, for readers that would take the palette's colours for numbers. */
int sink_indexed_grey_png(struct sink_sample *sample, const struct sink_picture *picture, const uint8_t *numbers,
                          struct rv_str *png, struct rv_err *err) RV_MUST_USE;
/* The map itself, of 16 bits, for readers whose masks must not overlap: fails with RV_E_BAD_RECORD where two do whose
 * numbers are not 0 and not the same. *map is replaced. */
int sink_indexed_map16(struct sink_sample *sample, const struct sink_picture *picture, const uint16_t *numbers,
                       struct rv_image *map, struct rv_err *err) RV_MUST_USE;

#endif

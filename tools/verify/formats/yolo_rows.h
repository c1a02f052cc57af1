/* SPDX-License-Identifier: MIT */
/*
 * The label files of YOLO. What a row is depends on data.yaml, which may be read after it: a file is told as boxes and
 * as polygons, and the end decides.
 */
#ifndef RV_VERIFY_FORMATS_YOLO_ROWS_H
#define RV_VERIFY_FORMATS_YOLO_ROWS_H

#include "verify/format.h"

enum { VERIFY_YOLO_BOXES, VERIFY_YOLO_POLYGONS, VERIFY_YOLO_KINDS };

/* What a file of rows is: the numbers of the first lines that are wrong; 0: none is. */
struct verify_yolo_rows {
	size_t n, n_values_least, n_values_most;
	size_t wrong[VERIFY_YOLO_KINDS], same[VERIFY_YOLO_KINDS];
	uint64_t class;    /* the largest, */
	size_t class_line; /* and the first line with it */
};

/* Reads a file of rows; false when it is of no use. Of a foreign tree it may have what readers pass over: more blanks,
 * empty lines, an end without newline. */
bool verify_yolo_read_rows(struct verify_item *item, bool is_foreign, struct verify_yolo_rows *rows);

/* Reads a whole text, of lines that each end in a newline, without NUL; a problem where it is none. In a foreign tree
 * the last newline may lack, and is added. */
bool verify_yolo_read_text(struct verify_item *item, enum verify_check check, bool is_foreign, struct rv_str *text);
/* Cuts the line up to the next newline off *at; false after the last one. */
bool verify_yolo_next_line(char **at, char **line);

#endif

/* SPDX-License-Identifier: MIT */
/* The file that names a YOLO tree's classes, as people write it: of YAML what such files have, lists and maps in both
 * styles, comments and quotes. */
#ifndef RV_VERIFY_FORMATS_YOLO_YAML_H
#define RV_VERIFY_FORMATS_YOLO_YAML_H

#include <stdbool.h>
#include <stdint.h>

struct verify_yolo_yaml {
	bool has_names, has_nc, has_train, has_val, has_masks; /* the keys are there */
	uint64_t n_names;                                      /* places of `names`: of a map the largest key and one */
	uint64_t nc;                                           /* the number of classes that it says */
	uint64_t n_points, n_values;                           /* kpt_shape; 0: it has none */
};

/* Reads the whole text, which it changes. */
struct verify_yolo_yaml verify_yolo_yaml_read(char *text);

#endif

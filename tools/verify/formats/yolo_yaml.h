/* SPDX-License-Identifier: MIT */
/* The file that names a YOLO tree's classes, as people write it: of YAML what such files have, lists and maps in both
 * styles, comments and quotes. */
#ifndef RV_VERIFY_FORMATS_YOLO_YAML_H
#define RV_VERIFY_FORMATS_YOLO_YAML_H

#include "str.h"

struct verify_yolo_yaml {
	bool has_names, has_nc, has_train, has_val, has_masks; /* the keys are there */
	uint64_t n_names;                                      /* places of `names`: of a map the largest key and one */
	uint64_t nc;                                           /* the number of classes that it says */
	uint64_t n_points, n_values;                           /* kpt_shape; 0: it has none */
	bool is_elsewhere;    /* its paths start from a folder that it names (`path`) */
	struct rv_str places; /* where pictures are: the values of train, val and test, a line each */
};

/* Reads the whole text, which it changes. To be released. */
struct verify_yolo_yaml verify_yolo_yaml_read(char *text);
void verify_yolo_yaml_release(struct verify_yolo_yaml *yaml);

#endif

/* SPDX-License-Identifier: MIT */
/* Texts for YAML files, so that every reader of YAML 1.1 and 1.2 reads them back. */
#ifndef RV_SINK_YAML_H
#define RV_SINK_YAML_H

#include "str.h"

/* Appends a string in double quotes. It must be UTF-8. */
void sink_yaml_string(struct rv_str *yaml, const char *text);

#endif

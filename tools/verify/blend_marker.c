/* SPDX-License-Identifier: MIT */
/* rv-blend's marker: see blend_marker.h. */
#include "verify/blend_marker.h"

#include "record.h"
#include "source.h"
#include "vocabulary.h"

bool verify_blend_marker_read(int dir_fd, struct rv_str *text, struct rv_json *json)
{
	struct rv_err err = RV_ERR_INIT;
	return rv_source_load_beneath(dir_fd, RV_BLEND_MARKER, RV_LINE_MAX, text, &err) == 0 &&
	       rv_json_parse(text->ptr, text->len, json, &err) == 0;
}

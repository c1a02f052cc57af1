/* SPDX-License-Identifier: MIT */
/* The marker that rv-blend leaves in a sample's directory, as those read it who must not trust the directory. */
#ifndef RV_VERIFY_BLEND_MARKER_H
#define RV_VERIFY_BLEND_MARKER_H

#include "json.h"

/* False where the open directory has no such file that is JSON, or only a link to one. *json borrows *text; release
 * both in every case. */
bool verify_blend_marker_read(int dir_fd, struct rv_str *text, struct rv_json *json);

#endif

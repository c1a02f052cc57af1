/* SPDX-License-Identifier: MIT */
/* Options that become the member `blend`. */
#include "operations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "frames.h"
#include "parse.h"
#include "scan.h"

const char *const blend_operations_switch[] = { "off", "on", NULL };
const char *const blend_operations_index[] = { "auto", "names", "file", NULL };

#define FRAME_LIMIT 1048574 /* Blender's last frame */
#define SCALE_MAX 1e6

/* "2" or "2,-10": frame f becomes 2 * f - 10. */
static int put_keyframes(struct rv_json_out *out, const char *text, struct rv_err *err)
{
	char *const scale_text = rv_strdup(text);
	char *const comma = strchr(scale_text, ',');
	double scale, shift = 0;
	if (comma) {
		*comma = '\0';
	}
	int result = rv_parse_double(scale_text, "--keyframes (scale)", 1 / SCALE_MAX, SCALE_MAX, &scale, err);
	if (result == 0 && comma) {
		result = rv_parse_double(comma + 1, "--keyframes (shift)", -FRAME_LIMIT, FRAME_LIMIT, &shift, err);
	}
	if (result == 0) {
		rv_json_open(out, NULL, '{');
		rv_json_put_double(out, "scale", scale);
		rv_json_put_double(out, "shift", shift);
		rv_json_close(out, '}');
	}
	free(scale_text);
	return result;
}

/* "PNG:16:RGB"; what is left out at the end has its default. */
static int put_image_format(struct rv_json_out *out, const char *text, struct rv_err *err)
{
	char *const list = rv_strdup(text);
	char *rest = list;
	const char *const format = strsep(&rest, ":");
	const char *const depth = rest ? strsep(&rest, ":") : NULL;
	const char *const color = rest ? strsep(&rest, ":") : NULL;
	uint64_t bits = 0;
	int result = 0;
	if (rest || !*format || (color && !*color)) {
		result = rv_fail(err, RV_E_USAGE, "--image-format: '%s' is not FORMAT[:DEPTH[:COLOR]]", text);
	} else if (depth) {
		result = rv_parse_u64(depth, "--image-format (depth)", 8, 32, &bits, err);
	}
	if (result == 0) {
		rv_json_open(out, "image", '{');
		rv_json_put_string(out, "format", format);
		if (depth) {
			rv_json_put_u64(out, "depth", bits);
		}
		if (color) {
			rv_json_put_string(out, "color", color);
		}
		rv_json_close(out, '}');
	}
	free(list);
	return result;
}

/* A JSON object, its blanks taken out. */
static int put_object(struct rv_json_out *out, const char *key, const char *what, const char *text, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_str compact = RV_STR_INIT;
	int result = rv_json_parse(text, strlen(text), &json, err);
	if (result < 0) {
		rv_fail_prefix(err, "%s", what);
		err->code = RV_E_USAGE;
	} else if (rv_json_type(json) != RV_JSON_OBJECT) {
		result = rv_fail(err, RV_E_USAGE, "%s: '%s' is no JSON object", what, text);
	} else {
		rv_scan_compact(text, strlen(text), &compact);
		rv_json_put_raw(out, key, compact.ptr, compact.len);
	}
	rv_json_release(&json);
	rv_str_release(&compact);
	return result;
}

static void put_text(struct rv_json_out *out, const char *key, const char *text)
{
	if (text) {
		rv_json_put_string(out, key, text);
	}
}

static void put_switch(struct rv_json_out *out, const char *key, int value)
{
	if (value != BLEND_OPERATIONS_UNSET) {
		rv_json_put_bool(out, key, value == 1);
	}
}

static void put_number(struct rv_json_out *out, const char *key, double value)
{
	if (!isnan(value)) {
		rv_json_put_double(out, key, value);
	}
}

int blend_operations_put(struct rv_json_out *out, const struct blend_operations *operations, struct rv_err *err)
{
	if (operations->all) {
		return blend_operations_any(operations)
		               ? rv_fail(err, RV_E_USAGE,
		                         "--blend holds everything: no --frames, --camera and so on besides")
		               : put_object(out, "blend", "--blend", operations->all, err);
	}
	rv_json_open(out, "blend", '{');
	if (operations->addons.len > 0) {
		rv_json_open(out, "addons", '[');
		for (size_t i = 0; i < operations->addons.len; i++) {
			rv_json_put_string(out, NULL, operations->addons.items[i]);
		}
		rv_json_close(out, ']');
	}
	put_number(out, "percentage", operations->percentage);
	if (operations->image_format && put_image_format(out, operations->image_format, err) < 0) {
		return -1;
	}
	put_switch(out, "animations", operations->animations);
	if (operations->unbind_camera) {
		rv_json_put_bool(out, "unbind_camera", true);
	}
	if (operations->keyframes.len > 0) {
		rv_json_open(out, "keyframes", '[');
		for (size_t i = 0; i < operations->keyframes.len; i++) {
			if (put_keyframes(out, operations->keyframes.items[i], err) < 0) {
				return -1;
			}
		}
		rv_json_close(out, ']');
	}
	if (operations->frames && blend_frames_put(out, operations->frames, err) < 0) {
		return -1;
	}
	put_number(out, "fps", operations->fps);
	if (operations->camera && put_object(out, "camera", "--camera", operations->camera, err) < 0) {
		return -1;
	}
	put_text(out, "trajectory", operations->trajectory);
	put_switch(out, "motion_blur", operations->motion_blur);
	put_text(out, "index",
	         operations->index == BLEND_OPERATIONS_UNSET ? NULL : blend_operations_index[operations->index]);
	if (operations->composite) {
		rv_json_put_bool(out, "composite", true);
	}
	if (operations->save) {
		rv_json_put_bool(out, "save", true);
	}
	rv_json_close(out, '}');
	return 0;
}

bool blend_operations_any(const struct blend_operations *operations)
{
	return operations->addons.len > 0 || operations->keyframes.len > 0 ||
	       operations->animations != BLEND_OPERATIONS_UNSET || operations->motion_blur != BLEND_OPERATIONS_UNSET ||
	       operations->index != BLEND_OPERATIONS_UNSET || operations->unbind_camera || operations->composite ||
	       operations->save || operations->camera || operations->trajectory || operations->image_format ||
	       operations->frames || !isnan(operations->fps) || !isnan(operations->percentage);
}

void blend_operations_release(struct blend_operations *operations)
{
	rv_option_list_release(&operations->addons);
	rv_option_list_release(&operations->keyframes);
}

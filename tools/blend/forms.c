/* SPDX-License-Identifier: MIT */
/* Texts of options that become more than a number or a text in JSON. */
#include "forms.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "parse.h"
#include "scan.h"

#define FRAME_LIMIT 1048574 /* Blender's last frame */
#define SCALE_MAX 1e6
#define VIEWS_MAX 10000
#define RADIUS_MIN_M 1e-6
#define RADIUS_MAX_M 1e6

int blend_form_resolution(struct rv_json_out *out, const char *key, const char *what, const char *text,
                          struct rv_err *err)
{
	uint32_t width, height;
	if (rv_parse_resolution(text, what, &width, &height, err) < 0) {
		return -1;
	}
	rv_json_open(out, key, '[');
	rv_json_put_u64(out, NULL, width);
	rv_json_put_u64(out, NULL, height);
	rv_json_close(out, ']');
	return 0;
}

int blend_form_retime(struct rv_json_out *out, const char *what, const char *text, struct rv_err *err)
{
	char *const scale_text = rv_strdup(text);
	char *const comma = strchr(scale_text, ',');
	double scale, shift = 0;
	if (comma) {
		*comma = '\0';
	}
	int result = rv_parse_double(scale_text, "scale", 1 / SCALE_MAX, SCALE_MAX, &scale, err);
	if (result == 0 && comma) {
		result = rv_parse_double(comma + 1, "shift", -FRAME_LIMIT, FRAME_LIMIT, &shift, err);
	}
	if (result < 0) {
		rv_fail_prefix(err, "%s", what);
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

int blend_form_image(struct rv_json_out *out, const char *key, const char *what, const char *text, struct rv_err *err)
{
	char *const list = rv_strdup(text);
	char *rest = list;
	const char *const format = strsep(&rest, ":");
	const char *const depth = rest ? strsep(&rest, ":") : NULL;
	const char *const color = rest ? strsep(&rest, ":") : NULL;
	const char *const quality = rest ? strsep(&rest, ":") : NULL;
	uint64_t bits = 0, percent = 0;
	int result = 0;
	if (rest || !*format || (color && !*color)) {
		result = rv_fail(err, RV_E_USAGE, "%s: '%s' is not FORMAT[:DEPTH[:COLOR[:QUALITY]]]", what, text);
	} else if (depth) {
		result = rv_parse_u64(depth, what, 8, 32, &bits, err);
	}
	if (result == 0 && quality) {
		result = rv_parse_u64(quality, what, 1, 100, &percent, err);
	}
	if (result == 0) {
		rv_json_open(out, key, '{');
		rv_json_put_string(out, "format", format);
		if (depth) {
			rv_json_put_u64(out, "depth", bits);
		}
		if (color) {
			rv_json_put_string(out, "color", color);
		}
		if (quality) {
			rv_json_put_u64(out, "quality", percent);
		}
		rv_json_close(out, '}');
	}
	free(list);
	return result;
}

int blend_form_orbit(struct rv_json_out *out, const char *key, const char *what, const char *text, struct rv_err *err)
{
	char *const list = rv_strdup(text);
	char *rest = list;
	const char *const n_text = strsep(&rest, ",");
	const char *const radius_text = rest ? strsep(&rest, ",") : NULL;
	uint64_t n = 0;
	double radius = 0, elevation = 0;
	if (rv_parse_u64(n_text, "views", 1, VIEWS_MAX, &n, err) < 0 ||
	    (radius_text && rv_parse_double(radius_text, "radius", RADIUS_MIN_M, RADIUS_MAX_M, &radius, err) < 0) ||
	    (rest && rv_parse_double(rest, "elevation", -90, 90, &elevation, err) < 0)) {
		free(list);
		return rv_fail_prefix(err, "%s", what);
	}
	rv_json_open(out, key, '{');
	rv_json_put_u64(out, "n", n);
	if (radius_text) {
		rv_json_put_double(out, "radius", radius);
	}
	if (rest) {
		rv_json_put_double(out, "elevation", elevation);
	}
	rv_json_close(out, '}');
	free(list);
	return 0;
}

int blend_form_object(struct rv_json_out *out, const char *key, const char *what, const char *text, struct rv_err *err)
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

/* SPDX-License-Identifier: MIT */
/* How objects are known in a picture: see looks.h. */
#include "verify/score/looks.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"

#define ANY_HUE 180

/* A member that must be a number in [0, most]; `fallback` where it is not there. */
static int read_number(struct rv_json json, const char *key, double most, double fallback, double *value,
                       struct rv_err *err)
{
	const struct rv_json member = rv_json_get(json, key);
	*value = rv_json_number(member, NAN);
	if (rv_json_type(member) == RV_JSON_NONE) {
		*value = fallback;
	}
	return *value >= 0 && *value <= most
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD, "member '%s' must be a number in 0..%g", key, most);
}

int verify_score_looks_read(struct verify_score_looks *looks, const char *name, struct rv_json json, struct rv_err *err)
{
	double width, saturation[2], value[2];
	if (rv_json_type(json) != RV_JSON_OBJECT) {
		return rv_fail(err, RV_E_BAD_RECORD, "rule_objects: '%s' is no object", name);
	}
	if (read_number(json, "hue", 360, 0, &looks->hue, err) < 0 ||
	    read_number(json, "width", 360, 2 * ANY_HUE, &width, err) < 0 ||
	    read_number(json, "saturation", 1, 0, &saturation[0], err) < 0 ||
	    read_number(json, "saturation_max", 1, 1, &saturation[1], err) < 0 ||
	    read_number(json, "value", 1, 0, &value[0], err) < 0 ||
	    read_number(json, "value_max", 1, 1, &value[1], err) < 0) {
		return rv_fail_prefix(err, "rule_objects: '%s'", name);
	}
	looks->name = rv_strdup(name);
	looks->half_width = width / 2;
	for (size_t i = 0; i < 2; i++) {
		looks->saturation[i] = (int)lrint(saturation[i] * 255);
		looks->value[i] = (int)lrint(value[i] * 255);
	}
	return 0;
}

void verify_score_looks_release(struct verify_score_looks *looks)
{
	free(looks->name);
	looks->name = NULL;
}

/* In degrees, 0..360; `most` and `range` are the largest value and the distance to the least. */
static double hue_of(const uint8_t rgb[3], int most, int range)
{
	const int r = rgb[0], g = rgb[1], b = rgb[2];
	const double sector = most == r   ? (double)(g - b) / range + (g < b ? 6 : 0)
	                      : most == g ? (double)(b - r) / range + 2
	                                  : (double)(r - g) / range + 4;
	return 60 * sector;
}

bool verify_score_looks_hue(const struct verify_score_looks *looks, const uint8_t rgb[3])
{
	const int most = RV_MAX(rgb[0], RV_MAX(rgb[1], rgb[2])), least = RV_MIN(rgb[0], RV_MIN(rgb[1], rgb[2]));
	if (looks->half_width >= ANY_HUE) {
		return true;
	}
	if (most == least) {
		return false;
	}
	const double away = fabs(hue_of(rgb, most, most - least) - looks->hue);
	return RV_MIN(away, 360 - away) <= looks->half_width;
}

/* SPDX-License-Identifier: MIT */
/* Rows of KITTI's benchmarks: see kitti_row.h. */
#include "verify/formats/kitti_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "format/kitti.h"

#define ANGLE_NEAR 1e-4 /* radians; written with six digits */
#define PIXELS_NEAR 1.5 /* that a silhouette may reach beyond its 3D box: half a pixel of each, and rounding */

bool verify_kitti_read(const char *line, size_t len, struct verify_kitti_row *row)
{
	const size_t type_len = strcspn(line, " \n");
	const char *at = line + type_len;
	if (type_len == 0 || type_len >= sizeof(row->type) || type_len >= len) {
		return false;
	}
	memcpy(row->type, line, type_len);
	row->type[type_len] = '\0';
	for (size_t i = 0; i < VERIFY_KITTI_COLUMNS; i++) {
		char *end;
		if (*at != ' ' || at[1] == ' ' || at[1] == '\n') {
			return false;
		}
		row->values[i] = strtod(at + 1, &end);
		if (end == at + 1 || !isfinite(row->values[i])) {
			return false;
		}
		at = end;
	}
	row->is_ignored = strcmp(row->type, FORMAT_KITTI_DONT_CARE) == 0;
	row->has_box = row->values[VERIFY_KITTI_TURN] != FORMAT_KITTI_NO_ANGLE;
	return at == line + len;
}

bool verify_kitti_is_type(const char *const *types, const char *name)
{
	size_t i = 0;
	while (types[i] && strcmp(types[i], name) != 0) {
		i++;
	}
	return types[i] != NULL;
}

const char *verify_kitti_fault(const struct verify_kitti_view *picture, const struct verify_kitti_row *row)
{
	const double *const v = row->values, pi = acos(-1);
	if (!(v[VERIFY_KITTI_LEFT] >= 0 && v[VERIFY_KITTI_LEFT] <= v[VERIFY_KITTI_RIGHT] &&
	      v[VERIFY_KITTI_RIGHT] < (double)picture->width && v[VERIFY_KITTI_TOP] >= 0 &&
	      v[VERIFY_KITTI_TOP] <= v[VERIFY_KITTI_BOTTOM] && v[VERIFY_KITTI_BOTTOM] < (double)picture->height)) {
		return "its box is not in the picture";
	}
	if (!(v[VERIFY_KITTI_OCCLUDED] == -1 || v[VERIFY_KITTI_OCCLUDED] == 0 || v[VERIFY_KITTI_OCCLUDED] == 1 ||
	      v[VERIFY_KITTI_OCCLUDED] == 2 || v[VERIFY_KITTI_OCCLUDED] == 3)) {
		return "occluded is none of 0, 1, 2, 3";
	}
	if (picture->is_measured) {
		return NULL;
	}
	if (!row->has_box) {
		return v[VERIFY_KITTI_ALPHA] == FORMAT_KITTI_NO_ANGLE &&
		                       v[VERIFY_KITTI_HEIGHT] == FORMAT_KITTI_NO_SIZE &&
		                       v[VERIFY_KITTI_X] == FORMAT_KITTI_NO_PLACE
		               ? NULL
		               : "it has half of a 3D box";
	}
	if (!(v[VERIFY_KITTI_HEIGHT] > 0 && v[VERIFY_KITTI_WIDTH] > 0 && v[VERIFY_KITTI_LENGTH] > 0 &&
	      fabs(v[VERIFY_KITTI_TURN]) <= pi + ANGLE_NEAR)) {
		return "a size of its 3D box is not positive, or its turn not in -pi..pi";
	}
	return fabs(remainder(v[VERIFY_KITTI_TURN] - atan2(v[VERIFY_KITTI_X], v[VERIFY_KITTI_Z]) -
	                              v[VERIFY_KITTI_ALPHA],
	                      2 * pi)) <= ANGLE_NEAR
	               ? NULL
	               : "alpha does not follow from its place and turn";
}

bool verify_kitti_holds_box(const struct verify_kitti_view *picture, const struct verify_kitti_row *row)
{
	const double *const v = row->values, *const p = picture->projection;
	double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
	for (unsigned int corner = 0; corner < 8; corner++) {
		const double along = (corner & 1 ? 0.5 : -0.5) * v[VERIFY_KITTI_LENGTH],
		             across = (corner & 2 ? 0.5 : -0.5) * v[VERIFY_KITTI_WIDTH];
		const double x = v[VERIFY_KITTI_X] + cos(v[VERIFY_KITTI_TURN]) * along +
		                 sin(v[VERIFY_KITTI_TURN]) * across,
		             y = v[VERIFY_KITTI_Y] - (corner & 4 ? v[VERIFY_KITTI_HEIGHT] : 0),
		             z = v[VERIFY_KITTI_Z] - sin(v[VERIFY_KITTI_TURN]) * along +
		                 cos(v[VERIFY_KITTI_TURN]) * across;
		const double w = p[8] * x + p[9] * y + p[10] * z + p[11];
		if (w <= 0) {
			return true;
		}
		for (size_t i = 0; i < 2; i++) {
			const double *const by = &p[4 * i];
			const double pixel = (by[0] * x + by[1] * y + by[2] * z + by[3]) / w;
			low[i] = fmin(low[i], pixel);
			high[i] = fmax(high[i], pixel);
		}
	}
	return v[VERIFY_KITTI_LEFT] >= low[0] - PIXELS_NEAR && v[VERIFY_KITTI_RIGHT] <= high[0] + PIXELS_NEAR &&
	       v[VERIFY_KITTI_TOP] >= low[1] - PIXELS_NEAR && v[VERIFY_KITTI_BOTTOM] <= high[1] + PIXELS_NEAR;
}

bool verify_kitti_read_projection(const char *text, struct verify_kitti_view *view)
{
	double *const projection = view->projection;
	const char *const found = strstr(text, "P2: ");
	char *at = (char *)(uintptr_t)(found ? found + 3 : "");
	for (size_t i = 0; i < 12; i++) {
		const char *const start = at;
		projection[i] = strtod(at, &at);
		if (at == start || !isfinite(projection[i])) {
			return false;
		}
	}
	return *at == '\n' && projection[0] > 0 && projection[5] > 0;
}

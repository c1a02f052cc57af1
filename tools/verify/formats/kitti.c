/* SPDX-License-Identifier: MIT */
/*
 * KITTI: of each number a picture, rows, a calibration, a line of the mapping and of one list. Rows have 15 columns in
 * their ranges; an angle of view follows from place and turn; the 3D box, seen through the calibration, holds the 2D
 * box.
 */
#include "format/kitti.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)
#define ANGLE_NEAR 1e-4 /* radians; written with six digits */
#define PIXELS_NEAR 1.5 /* that a silhouette may reach beyond its 3D box: half a pixel of each, and rounding */
#define COLUMNS 14      /* numbers, after the type */

enum { TRUNCATED, OCCLUDED, ALPHA, LEFT, TOP, RIGHT, BOTTOM, HEIGHT, WIDTH, LENGTH, X, Y, Z, TURN };

struct kitti {
	const struct verify_context *context;
	struct verify_groups *groups;
	struct verify_problems *problems;
};

static void *open_kitti(const struct verify_context *context)
{
	struct kitti *const kitti = rv_alloc_zero(1, sizeof(*kitti));
	kitti->context = context;
	kitti->groups = verify_groups_new();
	return kitti;
}

static void free_kitti(void *state)
{
	struct kitti *const kitti = state;
	verify_groups_free(kitti->groups);
	free(kitti);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* Kinds of parts, those of a number. */
enum { IMAGE = 'i', ROWS = 'r', CALIB = 'c', NAME = 'n', LINE = 'l' };

static int add(struct kitti *kitti, const struct verify_item *item, bool is_test, const char *number, char kind,
               const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%s/%s", is_test ? "testing" : "training", number);
	const int status = verify_groups_add(kitti->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

/* Each line of a mapping or of a list: its number, and what follows after a blank. */
static int add_lines(struct kitti *kitti, const struct verify_item *item, bool is_test, char kind, char *text,
                     struct rv_err *err)
{
	int status = 0;
	while (*text && status == 0) {
		char *const line = text;
		text += strcspn(text, "\n");
		if (*text) {
			*text++ = '\0';
		}
		char *const blank = strchr(line, ' ');
		if (blank) {
			*blank = '\0';
		}
		status = add(kitti, item, is_test, line, kind, blank ? blank + 1 : "", err);
	}
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct kitti *const kitti = state;
	struct rv_str text = RV_STR_INIT;
	const char *const name = item->row->name;
	const bool is_test = strncmp(name, "test-", 5) == 0 || strcmp(item->place.split, "test") == 0;
	const char *const kind = name + (strncmp(name, "test-", 5) == 0 ? 5 : 0);
	int status = 0;
	if (strcmp(kind, "image") == 0) {
		verify_item_decode(item);
		return 0;
	}
	if (!verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		/* told */
	} else if (strcmp(kind, "mapping") == 0 || strcmp(kind, "list") == 0) {
		status = add_lines(kitti, item, is_test, kind[0] == 'm' ? NAME : LINE, text.ptr, err);
	} else {
		status = add(kitti, item, is_test, item->place.number, kind[0] == 'c' ? CALIB : ROWS, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct kitti *const kitti = state;
	struct rv_str said = RV_STR_INIT;
	const bool is_test = verify_item_is(item, "test-image");
	if (!is_test && !verify_item_is(item, "image")) {
		return 0;
	}
	rv_str_printf(&said, "%" PRIu32 " %" PRIu32 " %s", item->width, item->height, item->sha256);
	const int status = add(kitti, item, is_test, item->place.number, IMAGE, said.ptr, err);
	rv_str_release(&said);
	return status;
}

/* ---- a row ------------------------------------------------------------------------------------------------------- */

struct row {
	char type[32];
	double values[COLUMNS];
	bool is_ignored, has_box;
};

struct picture {
	struct kitti *kitti;
	const char *path; /* of the rows */
	uint64_t width, height;
	double projection[12]; /* P2, by rows */
};

/* One type and 14 numbers, single blanks between. */
static bool read_row(const char *line, size_t len, struct row *row)
{
	const size_t type_len = strcspn(line, " \n");
	const char *at = line + type_len;
	if (type_len == 0 || type_len >= sizeof(row->type) || type_len >= len) {
		return false;
	}
	memcpy(row->type, line, type_len);
	row->type[type_len] = '\0';
	for (size_t i = 0; i < COLUMNS; i++) {
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
	row->has_box = row->values[TURN] != FORMAT_KITTI_NO_ANGLE;
	return at == line + len;
}

static bool is_type(const char *name)
{
	size_t i = 0;
	while (format_kitti_types[i] && strcmp(format_kitti_types[i], name) != 0) {
		i++;
	}
	return format_kitti_types[i] != NULL;
}

/* What is wrong with the numbers of a row, or NULL. */
static const char *fault_of(const struct picture *picture, const struct row *row)
{
	const double *const v = row->values, pi = acos(-1);
	if (!(v[LEFT] >= 0 && v[LEFT] <= v[RIGHT] && v[RIGHT] < (double)picture->width && v[TOP] >= 0 &&
	      v[TOP] <= v[BOTTOM] && v[BOTTOM] < (double)picture->height)) {
		return "its box is not in the picture";
	}
	if (!((v[TRUNCATED] >= 0 && v[TRUNCATED] <= 1) || v[TRUNCATED] == FORMAT_KITTI_NO_SIZE) ||
	    !(v[OCCLUDED] == -1 || v[OCCLUDED] == 0 || v[OCCLUDED] == 1 || v[OCCLUDED] == 2 || v[OCCLUDED] == 3)) {
		return "truncated is not in 0..1, or occluded none of 0, 1, 2, 3";
	}
	if (!row->has_box) {
		return v[ALPHA] == FORMAT_KITTI_NO_ANGLE && v[HEIGHT] == FORMAT_KITTI_NO_SIZE &&
		                       v[X] == FORMAT_KITTI_NO_PLACE
		               ? NULL
		               : "it has half of a 3D box";
	}
	if (!(v[HEIGHT] > 0 && v[WIDTH] > 0 && v[LENGTH] > 0 && fabs(v[TURN]) <= pi + ANGLE_NEAR)) {
		return "a size of its 3D box is not positive, or its turn not in -pi..pi";
	}
	return fabs(remainder(v[TURN] - atan2(v[X], v[Z]) - v[ALPHA], 2 * pi)) <= ANGLE_NEAR
	               ? NULL
	               : "alpha does not follow from its place and turn";
}

/* The 3D box in the picture holds the 2D box; one that reaches behind the camera is not looked at. */
static bool holds_box(const struct picture *picture, const struct row *row)
{
	const double *const v = row->values, *const p = picture->projection;
	double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
	for (unsigned int corner = 0; corner < 8; corner++) {
		const double along = (corner & 1 ? 0.5 : -0.5) * v[LENGTH],
		             across = (corner & 2 ? 0.5 : -0.5) * v[WIDTH];
		const double x = v[X] + cos(v[TURN]) * along + sin(v[TURN]) * across,
		             y = v[Y] - (corner & 4 ? v[HEIGHT] : 0),
		             z = v[Z] - sin(v[TURN]) * along + cos(v[TURN]) * across;
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
	return v[LEFT] >= low[0] - PIXELS_NEAR && v[RIGHT] <= high[0] + PIXELS_NEAR && v[TOP] >= low[1] - PIXELS_NEAR &&
	       v[BOTTOM] <= high[1] + PIXELS_NEAR;
}

static void check_rows(const struct picture *picture, const char *text)
{
	struct verify_problems *const problems = picture->kitti->problems;
	size_t number = 0;
	while (*text) {
		struct row row;
		const size_t len = strcspn(text, "\n");
		number++;
		if (text[len] == '\0' || !read_row(text, len, &row)) {
			verify_problems_add(problems, VERIFY_KITTI_ROW, picture->path,
			                    "line %zu is no type and %d numbers with single blanks between", number,
			                    COLUMNS);
			return;
		}
		text += len + 1;
		const char *const fault = picture->width > 0 ? fault_of(picture, &row) : NULL;
		if (!is_type(row.type)) {
			verify_problems_add(problems, VERIFY_KITTI_TYPE, picture->path,
			                    "line %zu: '%s' is no type of KITTI", number, row.type);
		} else if (fault) {
			verify_problems_add(problems, VERIFY_KITTI_ROW, picture->path, "line %zu: %s", number, fault);
		} else if (row.has_box && !holds_box(picture, &row)) {
			verify_problems_add(problems, VERIFY_KITTI_PLACE, picture->path,
			                    "line %zu: its 3D box is not around its box in the picture", number);
		}
	}
}

/* ---- a picture --------------------------------------------------------------------------------------------------- */

static bool read_projection(const char *text, double projection[12])
{
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

/* Tells the census which picture a number is: "ID VIEW FRAME". */
static int tell(struct kitti *kitti, const struct verify_part *name, const char *sha256, struct rv_err *err)
{
	struct verify_item item = { .sha256 = sha256 };
	char *const copy = rv_strdup(name->text);
	char *const view = strchr(copy, ' '), *const frame = view ? strchr(view + 1, ' ') : NULL;
	int status = 0;
	if (!frame) {
		verify_problems_add(kitti->problems, VERIFY_KITTI_FILE, name->path, "'%s' is no id, view and frame",
		                    copy);
	} else {
		*view = *frame = '\0';
		snprintf(item.place.id, sizeof(item.place.id), "%s", copy);
		snprintf(item.place.view, sizeof(item.place.view), "%s", strcmp(view + 1, "-") == 0 ? "" : view + 1);
		snprintf(item.place.frame, sizeof(item.place.frame), "%s",
		         strcmp(frame + 1, "-") == 0 ? "" : frame + 1);
		status = verify_item_tell_image(&item, kitti->context, FORMAT_ID_kitti, err);
	}
	free(copy);
	return status;
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = {
		{ IMAGE, "picture" },          { ROWS, "file of rows" },   { CALIB, "calibration" },
		{ NAME, "line of a mapping" }, { LINE, "line of a list" }, { 0, NULL },
	};
	struct kitti *const kitti = state;
	const struct verify_part *const image = verify_group_find(parts, n, IMAGE),
	                                *const rows = verify_group_find(parts, n, ROWS),
	                                *const calib = verify_group_find(parts, n, CALIB),
	                                *const name = verify_group_find(parts, n, NAME);
	struct picture picture = { .kitti = kitti };
	(void)key;
	if (!verify_group_is_whole(parts, n, kinds, VERIFY_KITTI_FILE, kitti->problems)) {
		return 0;
	}
	char *at = (char *)(uintptr_t)image->text;
	picture.path = rows->path;
	picture.width = strtoull(at, &at, 10);
	picture.height = strtoull(at, &at, 10);
	if (!read_projection(calib->text, picture.projection)) {
		verify_problems_add(kitti->problems, VERIFY_KITTI_CALIB, calib->path, "it has no P2 of 12 numbers");
	} else {
		check_rows(&picture, rows->text);
	}
	return tell(kitti, name, at + 1, err);
}

static int end_kitti(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct kitti *const kitti = state;
	kitti->problems = problems;
	return verify_groups_end(kitti->groups, visit, kitti, err);
}

const struct verify_class verify_kitti = {
	.format = &format_kitti,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_kitti,
	.file = look_at_file,
	.take = take_file,
	.end = end_kitti,
	.free = free_kitti,
};

/* SPDX-License-Identifier: MIT */
/*
 * KITTI: of each number a picture, rows, a calibration, a line of the mapping and of one list. Rows have 15 columns in
 * their ranges; an angle of view follows from place and turn; the 3D box, seen through the calibration, holds the 2D
 * box.
 */
#include "format/kitti.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/formats/kitti_row.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)

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
	const bool is_test = strncmp(name, "test-", 5) == 0 || strcmp(item->place.split, "test") == 0 ||
	                     strcmp(item->place.task, "test") == 0;
	const char *const kind = name + (strncmp(name, "test-", 5) == 0 ? 5 : 0);
	int status = 0;
	if (strcmp(kind, "image") == 0) {
		verify_item_decode(item);
		return 0;
	}
	const bool is_loaded = verify_item_load(item, TEXT_BYTES_MAX, &text);
	if (kitti->context->is_foreign) {
		verify_simplify_lines(&text);
	}
	if (!is_loaded) {
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

/* ---- rows ------------------------------------------------------------------------------------------------------ */

struct picture {
	struct kitti *kitti;
	const char *path; /* of the rows */
	struct verify_kitti_view view;
};

/* What is wrong with the numbers of a row, or NULL. */
static const char *fault_of(const struct verify_kitti_view *view, const struct verify_kitti_row *row)
{
	const double truncated = row->values[VERIFY_KITTI_TRUNCATED];
	return (truncated >= 0 && truncated <= 1) || truncated == FORMAT_KITTI_NO_SIZE ? verify_kitti_fault(view, row)
	                                                                               : "truncated is not in 0..1";
}

static void check_rows(const struct picture *picture, const char *text)
{
	struct verify_problems *const problems = picture->kitti->problems;
	size_t number = 0;
	while (*text) {
		struct verify_kitti_row row;
		const size_t len = strcspn(text, "\n");
		number++;
		if (text[len] == '\0' || !verify_kitti_read(text, len, &row)) {
			verify_problems_add(problems, VERIFY_KITTI_ROW, picture->path,
			                    "line %zu is no type and %d numbers with single blanks between", number,
			                    VERIFY_KITTI_COLUMNS);
			return;
		}
		text += len + 1;
		const char *const fault = picture->view.width > 0 ? fault_of(&picture->view, &row) : NULL;
		if (!verify_kitti_is_type(format_kitti_types, row.type)) {
			verify_problems_add(problems, VERIFY_KITTI_TYPE, picture->path,
			                    "line %zu: '%s' is no type of KITTI", number, row.type);
		} else if (fault) {
			verify_problems_add(problems, VERIFY_KITTI_ROW, picture->path, "line %zu: %s", number, fault);
		} else if (row.has_box && !picture->view.is_measured && !verify_kitti_holds_box(&picture->view, &row)) {
			verify_problems_add(problems, VERIFY_KITTI_PLACE, picture->path,
			                    "line %zu: its 3D box is not around its box in the picture", number);
		}
	}
}

/* ---- a picture --------------------------------------------------------------------------------------------------- */

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

/* Of a foreign tree: what readers open for a number. A calibration that lies alone they pass over. */
static bool is_readable(struct kitti *kitti, const char *key, const struct verify_part *parts, size_t n)
{
	static const struct verify_group_kind kinds[] = { { IMAGE, "picture" }, { ROWS, "file of rows" }, { 0, NULL } },
	                                      of_tests[] = { { IMAGE, "picture" }, { 0, NULL } };
	const bool is_test = strncmp(key, "testing/", 8) == 0;
	if (!verify_group_find(parts, n, IMAGE) && !verify_group_find(parts, n, ROWS) &&
	    !verify_group_find(parts, n, LINE)) {
		return false;
	}
	return verify_group_is_whole(parts, n, is_test ? of_tests : kinds, VERIFY_KITTI_FILE, kitti->problems) &&
	       !is_test;
}

static void check_foreign(struct kitti *kitti, const char *key, const struct verify_part *parts, size_t n)
{
	struct picture picture = { .kitti = kitti, .view.is_measured = true };
	const struct verify_part *const calib = verify_group_find(parts, n, CALIB);
	if (calib && !verify_kitti_read_projection(calib->text, &picture.view)) {
		verify_problems_add(kitti->problems, VERIFY_KITTI_CALIB, calib->path, "it has no P2 of 12 numbers");
	}
	if (is_readable(kitti, key, parts, n)) {
		const struct verify_part *const rows = verify_group_find(parts, n, ROWS);
		char *at = (char *)(uintptr_t)verify_group_find(parts, n, IMAGE)->text;
		picture.path = rows->path;
		picture.view.width = strtoull(at, &at, 10);
		picture.view.height = strtoull(at, &at, 10);
		check_rows(&picture, rows->text);
	}
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
	if (kitti->context->is_foreign) {
		check_foreign(kitti, key, parts, n);
		return 0;
	}
	if (!verify_group_is_whole(parts, n, kinds, VERIFY_KITTI_FILE, kitti->problems)) {
		return 0;
	}
	char *at = (char *)(uintptr_t)image->text;
	picture.path = rows->path;
	picture.view.width = strtoull(at, &at, 10);
	picture.view.height = strtoull(at, &at, 10);
	if (!verify_kitti_read_projection(calib->text, &picture.view)) {
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

/* SPDX-License-Identifier: MIT */
/*
 * YOLO: data.yaml names folders that are there and the dataset's categories; every picture has a file of rows, every
 * row is one that trainers take. They drop a whole picture for one row that is wrong, and a row whose class and box
 * another has.
 *
 * What a row is depends on data.yaml, which may be read after it: of a file of rows goes on what it is as boxes and
 * what it is as polygons, and the end decides.
 */
#include "format/yolo.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)
#define NEAR 0.01 /* that readers let a value be out of 0..1 */

enum { AS_BOXES, AS_POLYGONS, KINDS };

struct yolo {
	const struct verify_context *context;
	struct verify_groups *groups;
	bool has_data;               /* data.yaml was read */
	bool names_split[RV_SPLITS]; /* it names the folder */
	uint64_t n_points;           /* by its kpt_shape; 0: it has none */
	bool has_split[RV_SPLITS];   /* there is a picture in it */
	int kind;                    /* of the first file with rows; KINDS: none yet */
	struct verify_problems *problems;
};

static void *open_yolo(const struct verify_context *context)
{
	struct yolo *const yolo = rv_alloc_zero(1, sizeof(*yolo));
	yolo->context = context;
	yolo->groups = verify_groups_new();
	yolo->kind = KINDS;
	return yolo;
}

static void free_yolo(void *state)
{
	struct yolo *const yolo = state;
	verify_groups_free(yolo->groups);
	free(yolo);
}

/* Cuts the line up to the next newline off *at; false after the last one. */
static bool next_line(char **at, char **line)
{
	char *const newline = strchr(*at, '\n');
	*line = *at;
	if (newline) {
		*newline = '\0';
		*at = newline + 1;
	}
	return newline != NULL;
}

/* Reads a whole text, of lines that each end in a newline, without NUL; a problem where it is none. */
static bool read_text(struct verify_item *item, enum verify_check check, struct rv_str *text)
{
	struct rv_err wrong = RV_ERR_INIT;
	if (rv_source_load(item->source, TEXT_BYTES_MAX, text, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_FILE_UNREAD, item->path, &wrong);
		return false;
	}
	if (strlen(text->ptr) != text->len || (text->len > 0 && text->ptr[text->len - 1] != '\n')) {
		verify_problems_add(item->problems, check, item->path, "it is no text of whole lines");
		return false;
	}
	return true;
}

/* ---- data.yaml --------------------------------------------------------------------------------------------------- */

/* "  3: "cube"" is the next class. */
static void take_name(struct yolo *yolo, struct verify_item *item, const char *line, size_t place)
{
	const struct rv_categories *const categories = yolo->context->categories;
	struct rv_str wanted = RV_STR_INIT, name = RV_STR_INIT;
	rv_str_printf(&wanted, "  %zu: ", place);
	const bool is_next = strncmp(line, wanted.ptr, wanted.len) == 0;
	const char *const quoted = line + (is_next ? wanted.len : 0);
	if (!is_next || !rv_scan_string((struct rv_span) { quoted, strlen(quoted) }, &name)) {
		verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path,
		                    "the name of class %zu is not '%s\"...\"'", place, wanted.ptr);
	} else if (categories && (place >= categories->len || strcmp(categories->items[place].name, name.ptr) != 0)) {
		verify_problems_add(item->problems, VERIFY_YOLO_CLASS, item->path,
		                    "class %zu is '%s', which is not the category at this place", place, name.ptr);
	}
	rv_str_release(&wanted);
	rv_str_release(&name);
}

/* "val: images/train". */
static bool take_folder(struct yolo *yolo, const char *line)
{
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		const size_t len = strlen(rv_split_names[split]);
		if (strncmp(line, rv_split_names[split], len) == 0 && strncmp(line + len, ": images/", 9) == 0) {
			const enum rv_split folder = rv_split_find(line + len + 9);
			yolo->names_split[folder < RV_SPLITS ? folder : 0] |= folder < RV_SPLITS;
			return folder < RV_SPLITS;
		}
	}
	return false;
}

static void read_data(struct yolo *yolo, struct verify_item *item)
{
	static const char *const needed[] = { "train: ", "val: ", "names:" };
	bool has[RV_COUNTOF(needed)] = { false };
	struct rv_str text = RV_STR_INIT;
	size_t n_names = 0;
	char *line;
	bool in_names = false;
	if (!read_text(item, VERIFY_YOLO_DATA, &text)) {
		rv_str_release(&text);
		return;
	}
	for (char *at = text.ptr; next_line(&at, &line);) {
		for (size_t i = 0; i < RV_COUNTOF(needed); i++) {
			has[i] |= strncmp(line, needed[i], strlen(needed[i])) == 0;
		}
		if (line[0] == ' ' && in_names) {
			take_name(yolo, item, line, n_names++);
			continue;
		}
		in_names = strcmp(line, "names:") == 0;
		if (strncmp(line, "kpt_shape: [", 12) == 0) {
			char *end;
			yolo->n_points = strtoull(line + 12, &end, 10);
			if (strcmp(end, ", 3]") != 0) {
				verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path,
				                    "kpt_shape is not [N, 3]");
			}
		} else if (strstr(line, ": images/") && !take_folder(yolo, line)) {
			verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path, "'%s' is no split's folder",
			                    line);
		}
	}
	for (size_t i = 0; i < RV_COUNTOF(needed); i++) {
		if (!has[i]) {
			verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path, "it has no '%.*s'",
			                    (int)strcspn(needed[i], ":"), needed[i]);
		}
	}
	if (yolo->context->categories && n_names < yolo->context->categories->len) {
		verify_problems_add(item->problems, VERIFY_YOLO_CLASS, item->path,
		                    "it names %zu classes of %zu categories", n_names, yolo->context->categories->len);
	}
	yolo->has_data = true;
	rv_str_release(&text);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

struct row {
	uint64_t class;
	size_t line; /* from 1 */
	double box[4];
	const double *values;
	size_t n;
};

/* What a file of rows is: the numbers of the first lines that are wrong; 0: none is. */
struct rows {
	size_t n, n_values_least, n_values_most;
	size_t wrong[KINDS], same[KINDS];
};

static bool in_range(double value)
{
	return value >= -NEAR && value <= 1 + NEAR;
}

/* Numbers with single blanks between; false where there is anything else. */
static bool read_row(char *line, struct row *row, double **values, size_t *n, size_t *cap)
{
	char *at;
	errno = 0;
	row->class = strtoull(line, &at, 10);
	bool is_row = line[0] >= '0' && line[0] <= '9' && errno == 0 && *at == ' ';
	for (*n = 0; is_row && *at; (*n)++) {
		char *const start = at + 1;
		RV_GROW(*values, *n, *cap);
		(*values)[*n] = strtod(start, &at);
		is_row = at > start && *start != ' ' && (*at == ' ' || *at == '\0') && isfinite((*values)[*n]);
	}
	row->values = *values;
	row->n = *n;
	return is_row;
}

/* The box that a reader makes of a row; false where it does not take it. */
static bool box_of(struct row *row, int kind)
{
	bool is_good = row->n == 4 || (row->n > 4 && (row->n - 4) % 3 == 0);
	if (kind == AS_BOXES) {
		memcpy(row->box, row->values, RV_MIN(row->n, (size_t)4) * sizeof(double));
		for (size_t i = 4; is_good && i < row->n; i++) {
			const double v = row->values[i];
			is_good = (i - 4) % 3 == 2 ? v == 0 || v == 1 || v == 2 : in_range(v);
		}
	} else {
		is_good = row->n >= 6 && row->n % 2 == 0;
		for (size_t axis = 0; axis < 2; axis++) {
			double least = INFINITY, most = -INFINITY;
			for (size_t i = axis; i < row->n; i += 2) {
				least = fmin(least, row->values[i]);
				most = fmax(most, row->values[i]);
			}
			row->box[axis] = (least + most) / 2;
			row->box[2 + axis] = most - least;
		}
	}
	return is_good && in_range(row->box[0]) && in_range(row->box[1]) && in_range(row->box[2]) &&
	       in_range(row->box[3]);
}

static int by_box(const void *a, const void *b)
{
	const struct row *const left = a, *const right = b;
	if (left->class != right->class) {
		return left->class < right->class ? -1 : 1;
	}
	for (size_t i = 0; i < 4; i++) {
		if (left->box[i] != right->box[i]) {
			return left->box[i] < right->box[i] ? -1 : 1;
		}
	}
	return 0;
}

static int by_box_and_line(const void *a, const void *b)
{
	const struct row *const left = a, *const right = b;
	const int order = by_box(a, b);
	return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

/* The line of the first row whose class and box one above has; 0: there is none. */
static size_t find_same(struct row *rows, size_t n)
{
	size_t line = 0;
	if (n > 1) {
		qsort(rows, n, sizeof(*rows), by_box_and_line);
	}
	for (size_t i = 1; i < n; i++) {
		if (by_box(&rows[i - 1], &rows[i]) == 0 && (line == 0 || rows[i].line < line)) {
			line = rows[i].line;
		}
	}
	return line;
}

static bool check_row(struct yolo *yolo, struct verify_item *item, const struct row *row, bool is_row)
{
	const struct rv_categories *const categories = yolo->context->categories;
	if (!is_row) {
		verify_problems_add(item->problems, VERIFY_YOLO_ROW, item->path,
		                    "line %zu is no class and numbers with single blanks between", row->line);
	} else if (categories && row->class >= categories->len) {
		verify_problems_add(item->problems, VERIFY_YOLO_CLASS, item->path,
		                    "line %zu: there is no class %" PRIu64 " among %zu", row->line, row->class,
		                    categories->len);
	}
	return is_row;
}

/* Reads a file of rows; false when it is of no use. */
static bool read_rows(struct yolo *yolo, struct verify_item *item, struct rows *rows)
{
	struct rv_str text = RV_STR_INIT;
	struct row *each[KINDS] = { NULL }, row = { .line = 0 };
	double *values = NULL;
	size_t n = 0, cap = 0, n_each[KINDS] = { 0 }, cap_each[KINDS] = { 0 };
	char *line;
	bool is_good = read_text(item, VERIFY_YOLO_ROW, &text);
	*rows = (struct rows) { .n_values_least = SIZE_MAX };
	for (char *at = text.ptr; is_good && next_line(&at, &line);) {
		row.line++;
		is_good = check_row(yolo, item, &row, read_row(line, &row, &values, &n, &cap));
		for (int kind = 0; is_good && kind < KINDS; kind++) {
			if (!box_of(&row, kind) && rows->wrong[kind] == 0) {
				rows->wrong[kind] = row.line;
			}
			RV_GROW(each[kind], n_each[kind], cap_each[kind]);
			each[kind][n_each[kind]++] = row;
		}
		rows->n_values_least = RV_MIN(rows->n_values_least, n);
		rows->n_values_most = RV_MAX(rows->n_values_most, n);
	}
	rows->n = row.line;
	for (int kind = 0; kind < KINDS; kind++) {
		rows->same[kind] = find_same(each[kind], n_each[kind]);
		free(each[kind]);
	}
	free(values);
	rv_str_release(&text);
	return is_good;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int add(struct yolo *yolo, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	const struct format_place *const place = &item->place;
	rv_str_printf(&key, "%s/%s.%s.%s", place->split, place->id, place->view, place->frame);
	const int status = verify_groups_add(yolo->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct yolo *const yolo = state;
	struct rows rows;
	struct rv_str text = RV_STR_INIT;
	if (verify_item_is(item, "data")) {
		read_data(yolo, item);
		return 0;
	}
	if (verify_item_is(item, "image")) {
		verify_item_decode(item);
		return 0;
	}
	if (read_rows(yolo, item, &rows)) {
		rv_str_printf(&text, "%zu %zu %zu %zu %zu %zu %zu", rows.n, rows.n_values_least, rows.n_values_most,
		              rows.wrong[AS_BOXES], rows.wrong[AS_POLYGONS], rows.same[AS_BOXES],
		              rows.same[AS_POLYGONS]);
	}
	const int status = add(yolo, item, 'l', text.ptr, err);
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct yolo *const yolo = state;
	const enum rv_split split = rv_split_find(item->place.split);
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	if (split == RV_SPLITS) {
		verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path, "'%s' is no split",
		                    item->place.split);
	} else {
		yolo->has_split[split] = true;
	}
	if (item->width > 0 && (item->width < FORMAT_YOLO_SIDE_MIN || item->height < FORMAT_YOLO_SIDE_MIN)) {
		verify_problems_add(item->problems, VERIFY_YOLO_SIZE, item->path,
		                    "it has %" PRIu32 "x%" PRIu32 " pixels, and readers take none below %dx%d",
		                    item->width, item->height, FORMAT_YOLO_SIDE_MIN, FORMAT_YOLO_SIDE_MIN);
	}
	return add(yolo, item, 'i', "", err) < 0 ? -1
	                                         : verify_item_tell_image(item, yolo->context, FORMAT_ID_yolo, err);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* The rows of one file, of the kind that all have. */
static void check_rows(struct yolo *yolo, const char *path, const struct rows *rows)
{
	const uint64_t n_wanted = 4 + 3 * yolo->n_points;
	const bool are_boxes = rows->n_values_least == n_wanted && rows->n_values_most == n_wanted,
	           are_polygons = rows->n_values_least >= 6 && yolo->n_points == 0;
	const int kind = are_boxes ? AS_BOXES : are_polygons ? AS_POLYGONS : KINDS;
	yolo->kind = yolo->kind == KINDS ? kind : yolo->kind;
	if (kind == KINDS || kind != yolo->kind) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_TASK, path, "its rows have %zu to %zu numbers, %s",
		                    rows->n_values_least, rows->n_values_most,
		                    kind == KINDS ? "which no task has" : "unlike those of the first picture");
	} else if (rows->wrong[kind] > 0) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_ROW, path,
		                    "line %zu: the numbers are not those of a %s in the picture", rows->wrong[kind],
		                    kind == AS_BOXES ? "box" : "polygon");
	} else if (rows->same[kind] > 0) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_TWICE, path,
		                    "line %zu has the class and the box of a row above", rows->same[kind]);
	}
}

/* A verify_group_fn: a picture and its rows. */
static int visit(void *state, const char *key RV_UNUSED, const struct verify_part *parts, size_t n,
                 struct rv_err *err RV_UNUSED)
{
	static const struct verify_group_kind kinds[] = { { 'i', "picture" }, { 'l', "file of rows" }, { 0, NULL } };
	struct yolo *const yolo = state;
	const struct verify_part *const labels = verify_group_find(parts, n, 'l');
	(void)verify_group_is_whole(parts, n, kinds, VERIFY_YOLO_PAIR, yolo->problems);
	if (labels && labels->text[0]) {
		char *at = (char *)(uintptr_t)labels->text;
		size_t numbers[7];
		for (size_t i = 0; i < RV_COUNTOF(numbers); i++) {
			numbers[i] = strtoull(at, &at, 10);
		}
		const struct rows rows = { .n = numbers[0],
			                   .n_values_least = numbers[1],
			                   .n_values_most = numbers[2],
			                   .wrong = { numbers[3], numbers[4] },
			                   .same = { numbers[5], numbers[6] } };
		if (rows.n > 0) {
			check_rows(yolo, labels->path, &rows);
		}
	}
	return 0;
}

static int end_yolo(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct yolo *const yolo = state;
	yolo->problems = problems;
	for (enum rv_split split = 0; split < RV_SPLITS && yolo->has_data; split++) {
		if (yolo->has_split[split] != yolo->names_split[split]) {
			verify_problems_add(problems, VERIFY_YOLO_DATA, format_layout(&format_yolo, "data"),
			                    yolo->has_split[split] ? "it does not name images/%s"
			                                           : "it names images/%s, where no picture is",
			                    rv_split_names[split]);
		}
	}
	return verify_groups_end(yolo->groups, visit, yolo, err);
}

const struct verify_class verify_yolo = {
	.format = &format_yolo,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_yolo,
	.file = look_at_file,
	.take = take_file,
	.end = end_yolo,
	.free = free_yolo,
};

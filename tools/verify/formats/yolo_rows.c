/* SPDX-License-Identifier: MIT */
/* The label files of YOLO: see yolo_rows.h. */
#include "verify/formats/yolo_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "portrait.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)
#define NEAR 0.01 /* that readers let a value be out of 0..1 */

/* ---- text -------------------------------------------------------------------------------------------------------- */

bool verify_yolo_next_line(char **at, char **line)
{
	char *const newline = strchr(*at, '\n');
	*line = *at;
	if (newline) {
		*newline = '\0';
		*at = newline + 1;
	}
	return newline != NULL;
}

bool verify_yolo_read_text(struct verify_item *item, enum verify_check check, bool is_foreign, struct rv_str *text)
{
	if (!verify_item_load(item, TEXT_BYTES_MAX, text)) {
		return false;
	}
	if (is_foreign && text->len > 0 && text->ptr[text->len - 1] != '\n') {
		rv_str_putc(text, '\n');
	}
	if (strlen(text->ptr) != text->len || (text->len > 0 && text->ptr[text->len - 1] != '\n')) {
		verify_problems_add(item->problems, check, item->path, "it is no text of whole lines");
		return false;
	}
	return true;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

struct row {
	uint64_t class;
	size_t line; /* from 1 */
	double box[4];
	const double *values;
	size_t n;
};

static bool in_range(double value)
{
	return value >= -NEAR && value <= 1 + NEAR;
}

/* Leaves single blanks between words, none before and after: what readers make of a line. */
static void squeeze(char *line)
{
	char *to = line;
	for (const char *at = line; *at; at++) {
		const bool is_blank = strchr(" \t\r\f\v", *at);
		if (!is_blank) {
			*to++ = *at;
		} else if (to > line && to[-1] != ' ') {
			*to++ = ' ';
		}
	}
	to -= to > line && to[-1] == ' ';
	*to = '\0';
}

/* Numbers with single blanks between; false where there is anything else. */
static bool read_row(char *line, struct row *row, double **values, size_t *n, size_t *cap)
{
	char *at;
	errno = 0;
	row->class = strtoull(line, &at, 10);
	at += *at == '.' ? 1 + strspn(at + 1, "0") : 0; /* "3.0" */
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
	if (kind == VERIFY_YOLO_BOXES) {
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

/* A row of four numbers is a box, with keypoints behind it or without; of more an outline, when they are even. Its
 * picture's sides are not known here. */
static void show(struct rv_portrait *portrait, const struct row *row)
{
	struct row copy = *row;
	char category[24];
	if (box_of(&copy, row->n > 5 && row->n % 2 == 0 ? VERIFY_YOLO_POLYGONS : VERIFY_YOLO_BOXES)) {
		const double box[] = { copy.box[0] - copy.box[2] / 2, copy.box[1] - copy.box[3] / 2, copy.box[2],
			               copy.box[3] };
		snprintf(category, sizeof(category), "class %" PRIu64, row->class);
		rv_portrait_object(portrait, category, box, NAN);
	}
}

bool verify_yolo_read_rows(struct verify_item *item, bool is_foreign, struct verify_yolo_rows *rows)
{
	struct rv_str text = RV_STR_INIT;
	struct row *each[VERIFY_YOLO_KINDS] = { NULL }, row = { .line = 0 };
	double *values = NULL;
	size_t n = 0, cap = 0, n_each[VERIFY_YOLO_KINDS] = { 0 }, cap_each[VERIFY_YOLO_KINDS] = { 0 };
	char *line;
	bool is_good = verify_yolo_read_text(item, VERIFY_YOLO_ROW, is_foreign, &text);
	*rows = (struct verify_yolo_rows) { .n_values_least = SIZE_MAX };
	for (char *at = text.ptr; is_good && verify_yolo_next_line(&at, &line);) {
		row.line++;
		if (is_foreign) {
			squeeze(line);
		}
		if (is_foreign && !line[0]) {
			continue;
		}
		is_good = read_row(line, &row, &values, &n, &cap);
		if (!is_good) {
			verify_problems_add(item->problems, VERIFY_YOLO_ROW, item->path,
			                    "line %zu is no class and numbers with single blanks between", row.line);
		}
		if (rows->n++ == 0 || row.class > rows->class) {
			rows->class = row.class;
			rows->class_line = row.line;
		}
		if (is_good && item->portrait) {
			show(item->portrait, &row);
		}
		for (int kind = 0; is_good && kind < VERIFY_YOLO_KINDS; kind++) {
			if (!box_of(&row, kind) && rows->wrong[kind] == 0) {
				rows->wrong[kind] = row.line;
			}
			RV_GROW(each[kind], n_each[kind], cap_each[kind]);
			each[kind][n_each[kind]++] = row;
		}
		rows->n_values_least = RV_MIN(rows->n_values_least, n);
		rows->n_values_most = RV_MAX(rows->n_values_most, n);
	}
	for (int kind = 0; kind < VERIFY_YOLO_KINDS; kind++) {
		rows->same[kind] = find_same(each[kind], n_each[kind]);
		free(each[kind]);
	}
	if (is_good && item->portrait) {
		rv_portrait_picture(item->portrait, rows->n);
	}
	free(values);
	rv_str_release(&text);
	return is_good;
}

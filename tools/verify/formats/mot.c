/* SPDX-License-Identifier: MIT */
/*
 * MOT Challenge: of each sequence frames without a gap, a seqinfo.ini that says how many and how large they are, a line
 * of one seqmap, and rows whose frames, ids, boxes and classes are in their ranges, no id twice in a frame.
 */
#include "format/mot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)
#define COLUMNS 9
#define WHOLE_COLUMNS 8 /* the last is the share that is seen */

struct mot {
	const struct verify_context *context;
	struct verify_groups *groups;
	struct verify_problems *problems;
};

/* Kinds of parts, those of a sequence, its "SPLIT/NAME". */
enum { FRAME = 'f', ROWS = 'g', NAME = 'n', INFO = 's' };

static void *open_mot(const struct verify_context *context)
{
	struct mot *const mot = rv_alloc_zero(1, sizeof(*mot));
	mot->context = context;
	mot->groups = verify_groups_new();
	return mot;
}

static void free_mot(void *state)
{
	struct mot *const mot = state;
	verify_groups_free(mot->groups);
	free(mot);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int add(struct mot *mot, const struct verify_item *item, const char *name, char kind, const char *text,
               struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	const struct format_place *const place = &item->place;
	rv_str_printf(&key, "%s/", place->split);
	if (name) {
		rv_str_puts(&key, name);
	} else {
		rv_str_printf(&key, "%s%s%s", place->id, place->view[0] ? "." : "", place->view);
	}
	const int status = verify_groups_add(mot->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

/* "name", then a sequence a line. */
static int read_seqmap(struct mot *mot, struct verify_item *item, char *text, struct rv_err *err)
{
	int status = 0;
	if (strncmp(text, "name\n", 5) != 0) {
		verify_problems_add(item->problems, VERIFY_MOT_FILE, item->path,
		                    "its first line is not 'name', and readers skip it");
		return 0;
	}
	for (char *line = text + 5; *line && status == 0;) {
		char *const end = line + strcspn(line, "\n"), *const next = end + (*end ? 1 : 0);
		*end = '\0';
		status = add(mot, item, line, NAME, "", err);
		line = next;
	}
	return status;
}

/* Blanks around the values of an .ini file and of rows mean nothing to readers. */
static void drop_blanks(struct rv_str *text)
{
	size_t len = 0;
	for (size_t i = 0; i < text->len; i++) {
		if (!strchr(" \t\r", text->ptr[i])) {
			text->ptr[len++] = text->ptr[i];
		}
	}
	rv_str_truncate(text, len);
	verify_simplify_lines(text);
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct mot *const mot = state;
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (verify_item_is(item, "image")) {
		verify_item_decode(item);
		return 0;
	}
	const bool is_loaded = verify_item_load(item, TEXT_BYTES_MAX, &text);
	if (mot->context->is_foreign) {
		drop_blanks(&text);
	}
	if (!is_loaded) {
		/* told */
	} else if (verify_item_is(item, "seqmap")) {
		status = read_seqmap(mot, item, text.ptr, err);
	} else {
		status = add(mot, item, NULL, verify_item_is(item, "gt") ? ROWS : INFO, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str said = RV_STR_INIT;
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	rv_str_printf(&said, "%" PRIu32 " %" PRIu32 " %s %s %s", item->width, item->height, item->place.number,
	              item->place.id, item->place.view);
	const int status = add(state, item, NULL, FRAME, said.ptr, err);
	rv_str_release(&said);
	return status;
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

struct sequence {
	struct mot *mot;
	uint64_t n_frames, width, height;
	const char *extension; /* ".png": of its first frame */
};

/* The whole number after "KEY=" at the start of a line; UINT64_MAX where there is none. */
static uint64_t value_of(const char *text, const char *key)
{
	const size_t len = strlen(key);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) == 0 && line[len] == '=' && line[len + 1] >= '0' && line[len + 1] <= '9') {
			return strtoull(line + len + 1, NULL, 10);
		}
	}
	return UINT64_MAX;
}

/* "imExt=.png" is a line of its own. */
static bool names_extension(const char *text, const char *extension)
{
	const char *const line = strstr(text, "\nimExt=");
	const size_t len = strlen(extension);
	const char *const value = line ? line + strlen("\nimExt=") : "";
	return strncmp(value, extension, len) == 0 && value[len] == '\n';
}

static void check_info(const struct sequence *sequence, const struct verify_part *info)
{
	const struct {
		const char *key;
		uint64_t wanted;
	} rows[] = { { "seqLength", sequence->n_frames },
		     { "imWidth", sequence->width },
		     { "imHeight", sequence->height } };
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		const uint64_t value = value_of(info->text, rows[i].key);
		if (value != rows[i].wanted) {
			verify_problems_add(sequence->mot->problems, VERIFY_MOT_INFO, info->path,
			                    "%s is not %" PRIu64 ", which the frames say", rows[i].key, rows[i].wanted);
		}
	}
	if (value_of(info->text, "frameRate") == UINT64_MAX || !strstr(info->text, "[Sequence]\n") ||
	    !strstr(info->text, "imDir=img1\n") || !names_extension(info->text, sequence->extension)) {
		verify_problems_add(sequence->mot->problems, VERIFY_MOT_INFO, info->path,
		                    "it lacks [Sequence], frameRate, imDir, or the imExt of its frames");
	}
}

/* What readers use of it. */
static void check_foreign_info(const struct sequence *sequence, const struct verify_part *info)
{
	const uint64_t length = value_of(info->text, "seqLength"), width = value_of(info->text, "imWidth"),
	               height = value_of(info->text, "imHeight");
	if (!strstr(info->text, "[Sequence]\n") || length != sequence->n_frames) {
		verify_problems_add(sequence->mot->problems, VERIFY_MOT_INFO, info->path,
		                    "it has no [Sequence] with the seqLength %" PRIu64 ", which the frames say",
		                    sequence->n_frames);
	} else if ((width != UINT64_MAX && width != sequence->width) ||
	           (height != UINT64_MAX && height != sequence->height)) {
		verify_problems_add(sequence->mot->problems, VERIFY_MOT_INFO, info->path,
		                    "imWidth or imHeight is not that of its frames, %" PRIu64 "x%" PRIu64,
		                    sequence->width, sequence->height);
	}
}

/* Eight whole numbers and one, with commas between, to the end of the line. */
static bool read_row(const char **at, uint64_t values[WHOLE_COLUMNS], double *seen)
{
	char *end;
	for (size_t i = 0; i < WHOLE_COLUMNS; i++) {
		if (**at < '0' || **at > '9') {
			return false;
		}
		values[i] = strtoull(*at, &end, 10);
		if (*end != ',') {
			return false;
		}
		*at = end + 1;
	}
	if (**at < '0' || **at > '9') {
		return false;
	}
	*seen = strtod(*at, &end);
	*at = end + (*end == '\n');
	return *end == '\n';
}

/* What is wrong with a row, or NULL. */
static const char *fault_of(const struct sequence *sequence, const uint64_t v[WHOLE_COLUMNS], double seen,
                            const uint64_t above[2])
{
	size_t n_classes = 0;
	while (format_mot_classes[n_classes]) {
		n_classes++;
	}
	if (v[0] < 1 || v[0] > sequence->n_frames) {
		return "there is no such frame";
	}
	if (v[1] < 1 || v[0] < above[0] || (v[0] == above[0] && v[1] <= above[1])) {
		return "rows are not sorted by frame and id, or an id is in a frame twice";
	}
	if (v[2] < 1 || v[3] < 1 || v[4] < 1 || v[5] < 1 || v[4] > sequence->width || v[5] > sequence->height ||
	    v[2] - 1 > sequence->width - v[4] || v[3] - 1 > sequence->height - v[5]) {
		return "its box is not in the picture";
	}
	if (v[7] < 1 || v[7] > n_classes || v[6] != (v[7] == FORMAT_MOT_PEDESTRIAN)) {
		return "there is no such class, or it is not scored as its class is";
	}
	return seen <= 1 ? NULL : "a visibility is not in 0..1";
}

static void check_rows(const struct sequence *sequence, const struct verify_part *rows)
{
	const char *at = rows->text;
	uint64_t v[WHOLE_COLUMNS], above[2] = { 0, 0 };
	double seen;
	for (size_t number = 1; *at; number++) {
		const char *const fault = read_row(&at, v, &seen) ? fault_of(sequence, v, seen, above)
		                                                  : "it is not nine numbers with commas between";
		if (fault) {
			verify_problems_add(sequence->mot->problems, VERIFY_MOT_ROW, rows->path, "line %zu: %s", number,
			                    fault);
			return;
		}
		above[0] = v[0];
		above[1] = v[1];
	}
}

/* ---- rows of a foreign tree ---- */

/* Eight numbers or nine, with commas between. */
static bool read_numbers(const char *line, size_t len, double v[COLUMNS])
{
	const char *at = line;
	size_t i = 0;
	for (; i < COLUMNS; i++) {
		char *end;
		v[i] = strtod(at, &end);
		if (end == at || end > line + len || !isfinite(v[i]) || (end < line + len && *end != ',')) {
			return false;
		}
		at = end + 1;
		if (end == line + len) {
			break;
		}
	}
	v[COLUMNS - 1] = i < COLUMNS - 1 ? 1 : v[COLUMNS - 1];
	return i >= COLUMNS - 2;
}

static const char *fault_of_numbers(const struct sequence *sequence, const double v[COLUMNS])
{
	size_t n_classes = 0;
	while (format_mot_classes[n_classes]) {
		n_classes++;
	}
	if (v[0] != floor(v[0]) || v[0] < 1 || v[0] > (double)sequence->n_frames) {
		return "there is no such frame";
	}
	if (v[1] != floor(v[1]) || fabs(v[1]) > INT32_MAX) {
		return "its id is no whole number";
	}
	if (!(v[4] > 0 && v[5] > 0) || v[2] > (double)sequence->width || v[3] > (double)sequence->height ||
	    v[2] + v[4] < 1 || v[3] + v[5] < 1) {
		return "nothing of its box is in the picture";
	}
	return v[7] != floor(v[7]) || v[7] < 1 || v[7] > (double)n_classes ? "there is no such class" : NULL;
}

static int compare_pairs(const void *a, const void *b)
{
	return memcmp(a, b, 2 * sizeof(int32_t));
}

/* In any order, but an id once in a frame. */
static void check_foreign_rows(const struct sequence *sequence, const struct verify_part *rows)
{
	struct verify_problems *const problems = sequence->mot->problems;
	struct {
		int32_t frame, id;
	} *pairs = NULL;
	size_t n = 0, cap = 0, number = 1;
	for (const char *line = rows->text; *line; number++) {
		const size_t len = strcspn(line, "\n");
		double v[COLUMNS];
		const char *const fault = len == 0 ? NULL
		                          : read_numbers(line, len, v)
		                                  ? fault_of_numbers(sequence, v)
		                                  : "it is not eight numbers or more with commas between";
		if (fault) {
			verify_problems_add(problems, VERIFY_MOT_ROW, rows->path, "line %zu: %s", number, fault);
		} else if (len > 0) {
			RV_GROW(pairs, n, cap);
			pairs[n].frame = (int32_t)v[0];
			pairs[n++].id = (int32_t)v[1];
		}
		line += len + (line[len] ? 1 : 0);
	}
	if (n > 0) {
		qsort(pairs, n, sizeof(*pairs), compare_pairs);
	}
	for (size_t i = 1; i < n; i++) {
		if (pairs[i].frame == pairs[i - 1].frame && pairs[i].id == pairs[i - 1].id) {
			verify_problems_add(problems, VERIFY_MOT_ROW, rows->path,
			                    "id %" PRId32 " is twice in frame %" PRId32, pairs[i].id, pairs[i].frame);
		}
	}
	free(pairs);
}

/* A sequence for tests has no rows, and no list is looked at. */
static void check_foreign(const struct sequence *sequence, const char *key, const struct verify_part *parts, size_t n)
{
	static const struct verify_group_kind kinds[] = { { INFO, "seqinfo.ini" }, { ROWS, "gt.txt" }, { 0, NULL } },
	                                      of_tests[] = { { INFO, "seqinfo.ini" }, { 0, NULL } };
	const struct verify_part *const rows = verify_group_find(parts, n, ROWS);
	const bool is_test = strncmp(key, "test/", 5) == 0 && !rows;
	if (verify_group_is_whole(parts, n, is_test ? of_tests : kinds, VERIFY_MOT_FILE, sequence->mot->problems) &&
	    sequence->width > 0) {
		check_foreign_info(sequence, verify_group_find(parts, n, INFO));
		if (rows) {
			check_foreign_rows(sequence, rows);
		}
	}
}

/* The frames come first, in the order of their numbers. */
static void read_frames(struct sequence *sequence, const struct verify_part *parts, size_t n)
{
	for (; sequence->n_frames < n && parts[sequence->n_frames].kind == FRAME; sequence->n_frames++) {
		const struct verify_part *const frame = &parts[sequence->n_frames];
		char *at = (char *)(uintptr_t)frame->text;
		const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10),
		               number = strtoull(at, &at, 10);
		sequence->width = sequence->n_frames == 0 ? width : sequence->width;
		sequence->height = sequence->n_frames == 0 ? height : sequence->height;
		if (number != sequence->n_frames + 1) {
			verify_problems_add(sequence->mot->problems, VERIFY_MOT_FRAME, frame->path,
			                    "it is the frame after number %" PRIu64, sequence->n_frames);
			break;
		}
		if (strcmp(strrchr(frame->path, '.'), sequence->extension) != 0) {
			verify_problems_add(sequence->mot->problems, VERIFY_MOT_FRAME, frame->path,
			                    "its name does not end in '%s' as that of the first frame",
			                    sequence->extension);
		}
		if (width > 0 && (width != sequence->width || height != sequence->height)) {
			verify_problems_add(sequence->mot->problems, VERIFY_MOT_FRAME, frame->path,
			                    "it has another size than the first frame");
		}
	}
}

/* Of the first frame: "W H NUMBER ID VIEW". */
static int tell(const struct sequence *sequence, const char *frame, struct rv_err *err)
{
	char *const copy = rv_strdup(frame);
	char *id = copy;
	for (int i = 0; i < 3; i++) {
		id = strchr(id, ' ') + 1;
	}
	char *const view = strchr(id, ' ');
	*view = '\0';
	const struct verify_key key = { .id = id, .view = view + 1, .frame = "" };
	const int status =
	        verify_census_sequence(sequence->mot->context->census, FORMAT_ID_mot, &key, sequence->n_frames, err);
	free(copy);
	return status;
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = {
		{ ROWS, "gt.txt" }, { INFO, "seqinfo.ini" }, { NAME, "line of a seqmap" }, { 0, NULL }
	};
	struct sequence sequence = { .mot = state };
	struct mot *const mot = state;
	if (!verify_group_find(parts, n, FRAME)) {
		verify_problems_add(mot->problems, VERIFY_MOT_FILE, parts[0].path, "there is no frame for it");
		return 0;
	}
	sequence.extension = strrchr(parts[0].path, '.');
	read_frames(&sequence, parts, n);
	if (mot->context->is_foreign) {
		check_foreign(&sequence, key, parts, n);
		return 0;
	}
	if (verify_group_is_whole(parts, n, kinds, VERIFY_MOT_FILE, mot->problems) && sequence.width > 0) {
		check_info(&sequence, verify_group_find(parts, n, INFO));
		check_rows(&sequence, verify_group_find(parts, n, ROWS));
	}
	return tell(&sequence, parts[0].text, err);
}

static int end_mot(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct mot *const mot = state;
	mot->problems = problems;
	return verify_groups_end(mot->groups, visit, mot, err);
}

const struct verify_class verify_mot = {
	.format = &format_mot,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_mot,
	.file = look_at_file,
	.take = take_file,
	.end = end_mot,
	.free = free_mot,
};

/* SPDX-License-Identifier: MIT */
/*
 * YOLO: data.yaml names folders that are there and the dataset's categories; every picture has a file of rows, every
 * row is one that trainers take. They drop a whole picture for one row that is wrong, and a row whose class and box
 * another has.
 *
 * With masks_dir there is a mask of the picture's size in place of rows, of classes that are named, from the
 * background.
 */
#include "format/yolo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "path.h"
#include "png.h"
#include "verify/formats/yolo_rows.h"
#include "verify/formats/yolo_yaml.h"
#include "verify/groups.h"

#define IGNORED 255 /* no class, in masks */

struct yolo {
	const struct verify_context *context;
	struct verify_groups *groups;
	bool has_data;               /* data.yaml was read */
	bool names_split[RV_SPLITS]; /* it names the folder */
	uint64_t n_points, n_values; /* by its kpt_shape; 0 points: it has none */
	uint64_t n_names;            /* of a foreign tree: the classes that it has */
	bool has_masks;              /* by its masks_dir */
	bool has_split[RV_SPLITS];   /* there is a picture in it */
	int kind;                    /* of the first file with rows; VERIFY_YOLO_KINDS: none yet */
	struct verify_problems *problems;
};

static void *open_yolo(const struct verify_context *context)
{
	struct yolo *const yolo = rv_alloc_zero(1, sizeof(*yolo));
	yolo->context = context;
	yolo->groups = verify_groups_new();
	yolo->kind = VERIFY_YOLO_KINDS;
	return yolo;
}

static void free_yolo(void *state)
{
	struct yolo *const yolo = state;
	verify_groups_free(yolo->groups);
	free(yolo);
}

/* ---- data.yaml --------------------------------------------------------------------------------------------------- */

/* What the class of that place is to be called; NULL: there is none. Masks have the background before all. */
static const char *class_name(const struct yolo *yolo, size_t place)
{
	const struct rv_categories *const categories = yolo->context->categories;
	if (yolo->has_masks && place == 0) {
		return FORMAT_YOLO_BACKGROUND;
	}
	place -= yolo->has_masks;
	return categories && place < categories->len ? categories->items[place].name : NULL;
}

/* "  3: "cube"" is the next class. */
static void take_name(struct yolo *yolo, struct verify_item *item, const char *line, size_t place)
{
	struct rv_str wanted = RV_STR_INIT, name = RV_STR_INIT;
	rv_str_printf(&wanted, "  %zu: ", place);
	const bool is_next = strncmp(line, wanted.ptr, wanted.len) == 0;
	const char *const quoted = line + (is_next ? wanted.len : 0), *const category = class_name(yolo, place);
	if (!is_next || !rv_scan_string((struct rv_span) { quoted, strlen(quoted) }, &name)) {
		verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path,
		                    "the name of class %zu is not '%s\"...\"'", place, wanted.ptr);
	} else if (yolo->context->categories && (!category || strcmp(category, name.ptr) != 0)) {
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
	if (!verify_yolo_read_text(item, VERIFY_YOLO_DATA, false, &text)) {
		rv_str_release(&text);
		return;
	}
	for (char *at = text.ptr; verify_yolo_next_line(&at, &line);) {
		for (size_t i = 0; i < RV_COUNTOF(needed); i++) {
			has[i] |= strncmp(line, needed[i], strlen(needed[i])) == 0;
		}
		if (line[0] == ' ' && in_names) {
			take_name(yolo, item, line, n_names++);
			continue;
		}
		in_names = strcmp(line, "names:") == 0;
		yolo->has_masks |= strcmp(line, "masks_dir: " FORMAT_YOLO_MASKS) == 0;
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
	const char *const next = class_name(yolo, n_names);
	if (next) {
		verify_problems_add(item->problems, VERIFY_YOLO_CLASS, item->path,
		                    "it names %zu classes, '%s' is not among them", n_names, next);
	}
	yolo->has_data = true;
	rv_str_release(&text);
}

/* False for what readers would find nothing at. What is no place below the tree cannot be judged. */
static bool is_there(const struct yolo *yolo, const char *place)
{
	struct stat st;
	return !rv_path_is_inside(place) || strstr(place, "://") || fstatat(yolo->context->dir_fd, place, &st, 0) == 0;
}

/* Of each line: "images/train", or with `in_lists` "./images/train/a.png", which lists name from where they are; other
 * lines of lists are named from the folder that a reader is started in. */
static void check_places(const struct yolo *yolo, struct verify_item *item, char *lines, bool in_lists)
{
	for (char *line = lines, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		end += *end == '\n' ? (*end = '\0', 1) : 0;
		const bool is_judged = !in_lists || strncmp(line, "./", 2) == 0;
		if (line[0] && is_judged && !is_there(yolo, line)) {
			verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path,
			                    "it names '%s', which is not there", line);
		}
	}
}

/* That of a foreign tree, in any form that readers take. A file without classes is none. */
static void read_foreign_data(struct yolo *yolo, struct verify_item *item)
{
	struct rv_str text = RV_STR_INIT;
	const char *fault = NULL;
	if (verify_yolo_read_text(item, VERIFY_YOLO_DATA, true, &text)) {
		struct verify_yolo_yaml yaml = verify_yolo_yaml_read(text.ptr);
		if (yaml.has_names || yaml.has_nc) {
			yolo->has_data = true;
			yolo->has_masks = yaml.has_masks;
			yolo->n_names = yaml.has_names ? yaml.n_names : yaml.nc;
			yolo->n_points = yaml.n_points;
			yolo->n_values = yaml.n_values;
			fault = yaml.has_names && yaml.has_nc && yaml.nc != yaml.n_names
			                ? "nc is not the number of names"
			        : !yaml.has_train || !yaml.has_val ? "it has no 'train' or no 'val'"
			                                           : NULL;
			if (!yaml.is_elsewhere && yaml.places.len > 0) {
				check_places(yolo, item, yaml.places.ptr, false);
			}
		}
		verify_yolo_yaml_release(&yaml);
	}
	if (fault) {
		verify_problems_add(item->problems, VERIFY_YOLO_DATA, item->path, "%s", fault);
	}
	rv_str_release(&text);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int add(struct yolo *yolo, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	const struct format_place *const place = &item->place;
	rv_str_printf(&key, "%s/%s.%s.%s/%s", place->split, place->id, place->view, place->frame, place->path);
	const int status = verify_groups_add(yolo->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

/* "W H" and the largest class; "" where it is no mask, which is told. */
static int read_mask(struct yolo *yolo, struct verify_item *item, struct rv_err *err)
{
	struct rv_image mask = RV_IMAGE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str said = RV_STR_INIT;
	if (rv_png_read_from(item->source, &mask, &wrong) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &wrong);
	} else if (mask.channels != 1 || mask.pixel != RV_PIXEL_U8) {
		verify_problems_add(item->problems, VERIFY_YOLO_MASK, item->path,
		                    "it is no PNG of 8 bits and one channel");
	} else {
		uint8_t most = 0;
		for (size_t i = 0; i < (size_t)mask.width * mask.height; i++) {
			const bool is_ignored = yolo->context->is_foreign && mask.u8[i] == IGNORED;
			most = is_ignored ? most : RV_MAX(most, mask.u8[i]);
		}
		rv_str_printf(&said, "%" PRIu32 " %" PRIu32 " %d", mask.width, mask.height, most);
	}
	const int status = add(yolo, item, 'm', said.ptr, err);
	rv_image_release(&mask);
	rv_str_release(&said);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct yolo *const yolo = state;
	struct verify_yolo_rows rows;
	struct rv_str text = RV_STR_INIT;
	if (verify_item_is(item, "data")) {
		(yolo->context->is_foreign ? read_foreign_data : read_data)(yolo, item);
		return 0;
	}
	if (verify_item_is(item, "list")) {
		if (verify_yolo_read_text(item, VERIFY_YOLO_DATA, true, &text) && text.len > 0) {
			check_places(yolo, item, text.ptr, true);
		}
		rv_str_release(&text);
		return 0;
	}
	if (verify_item_is(item, "image")) {
		verify_item_decode(item);
		return 0;
	}
	if (verify_item_is(item, "mask")) {
		return read_mask(yolo, item, err);
	}
	if (verify_yolo_read_rows(item, yolo->context->is_foreign, &rows)) {
		rv_str_printf(&text, "%zu %zu %zu %zu %zu %zu %zu %" PRIu64 " %zu", rows.n, rows.n_values_least,
		              rows.n_values_most, rows.wrong[VERIFY_YOLO_BOXES], rows.wrong[VERIFY_YOLO_POLYGONS],
		              rows.same[VERIFY_YOLO_BOXES], rows.same[VERIFY_YOLO_POLYGONS], rows.class,
		              rows.class_line);
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
	if (yolo->context->is_foreign) {
		/* any folder will do */
	} else if (split == RV_SPLITS) {
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
	char size[32];
	snprintf(size, sizeof(size), "%" PRIu32 " %" PRIu32, item->width, item->height);
	return add(yolo, item, 'i', size, err) < 0 ? -1
	                                           : verify_item_tell_image(item, yolo->context, FORMAT_ID_yolo, err);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* The number of classes that rows may have; false where nothing says it. */
static bool knows_classes(const struct yolo *yolo, uint64_t *n)
{
	const struct rv_categories *const categories = yolo->context->categories;
	*n = categories ? categories->len : yolo->n_names;
	return categories || (yolo->context->is_foreign && yolo->has_data);
}

/* The rows of one file, of the kind that all have. */
static void check_rows(struct yolo *yolo, const char *path, const struct verify_yolo_rows *rows)
{
	const uint64_t n_values = yolo->n_values > 0 ? yolo->n_values : 3, n_wanted = 4 + n_values * yolo->n_points;
	uint64_t n_classes;
	if (knows_classes(yolo, &n_classes) && rows->class >= n_classes) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_CLASS, path,
		                    "line %zu: there is no class %" PRIu64 " among %" PRIu64, rows->class_line,
		                    rows->class, n_classes);
	}
	const bool are_boxes = rows->n_values_least == n_wanted && rows->n_values_most == n_wanted,
	           are_polygons = rows->n_values_least >= 6 && yolo->n_points == 0;
	const int kind = are_boxes ? VERIFY_YOLO_BOXES : are_polygons ? VERIFY_YOLO_POLYGONS : VERIFY_YOLO_KINDS;
	yolo->kind = yolo->kind == VERIFY_YOLO_KINDS ? kind : yolo->kind;
	if (kind == VERIFY_YOLO_KINDS || kind != yolo->kind) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_TASK, path, "its rows have %zu to %zu numbers, %s",
		                    rows->n_values_least, rows->n_values_most,
		                    kind == VERIFY_YOLO_KINDS ? "which no task has"
		                                              : "unlike those of the first picture");
	} else if (rows->wrong[kind] > 0 && n_values == 3) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_ROW, path,
		                    "line %zu: the numbers are not those of a %s in the picture", rows->wrong[kind],
		                    kind == VERIFY_YOLO_BOXES ? "box" : "polygon");
	} else if (rows->same[kind] > 0) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_TWICE, path,
		                    "line %zu has the class and the box of a row above", rows->same[kind]);
	}
}

/* The mask of a picture, which is there. */
static void check_mask(struct yolo *yolo, const struct verify_part *mask, const struct verify_part *image)
{
	char *at = (char *)(uintptr_t)mask->text, *of = (char *)(uintptr_t)image->text;
	const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10), most = strtoull(at, &at, 10);
	const uint64_t wanted_width = strtoull(of, &of, 10), wanted_height = strtoull(of, &of, 10);
	if (wanted_width > 0 && (width != wanted_width || height != wanted_height)) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_MASK, mask->path,
		                    "it has another size than its picture");
	}
	uint64_t n_classes;
	const bool is_known = knows_classes(yolo, &n_classes);
	n_classes += !yolo->context->is_foreign; /* the background is no category, but has a name */
	if (is_known && most >= n_classes) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_CLASS, mask->path,
		                    "there is no class %" PRIu64 " among %" PRIu64, most, n_classes);
	}
}

/* A picture has what belongs to it. In a foreign tree one without rows is of the background, and two pictures may have
 * the same rows. */
static bool is_whole(const struct yolo *yolo, const struct verify_part *parts, size_t n)
{
	const struct verify_group_kind picture = { 'i', "picture" }, mask = { 'm', "mask" },
	                               rows = { 'l', "file of rows" };
	const struct verify_group_kind kinds[] = { picture, yolo->has_masks ? mask : rows, { 0, NULL } };
	const bool has_picture = verify_group_find(parts, n, 'i'), has_rows = verify_group_find(parts, n, 'l'),
	           has_mask = verify_group_find(parts, n, 'm');
	if (!yolo->context->is_foreign) {
		return verify_group_is_whole(parts, n, kinds, VERIFY_YOLO_PAIR, yolo->problems);
	}
	if (has_picture ? yolo->has_masks && !has_mask : has_rows || yolo->has_masks) {
		verify_problems_add(yolo->problems, VERIFY_YOLO_PAIR, parts[0].path, "there is no %s for it",
		                    has_picture ? mask.name : picture.name);
	}
	return has_picture && yolo->has_masks && has_mask;
}

/* A verify_group_fn: a picture and its rows, or its mask. */
static int visit(void *state, const char *key RV_UNUSED, const struct verify_part *parts, size_t n,
                 struct rv_err *err RV_UNUSED)
{
	struct yolo *const yolo = state;
	const struct verify_part *const labels = verify_group_find(parts, n, 'l'),
	                                *const mask = verify_group_find(parts, n, 'm'),
	                                *const image = verify_group_find(parts, n, 'i');
	if (is_whole(yolo, parts, n) && mask && mask->text[0]) {
		check_mask(yolo, mask, image);
	}
	if (labels && labels->text[0]) {
		char *at = (char *)(uintptr_t)labels->text;
		size_t numbers[9];
		for (size_t i = 0; i < RV_COUNTOF(numbers); i++) {
			numbers[i] = strtoull(at, &at, 10);
		}
		const struct verify_yolo_rows rows = { .n = numbers[0],
			                               .n_values_least = numbers[1],
			                               .n_values_most = numbers[2],
			                               .wrong = { numbers[3], numbers[4] },
			                               .same = { numbers[5], numbers[6] },
			                               .class = numbers[7],
			                               .class_line = numbers[8] };
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
	if (yolo->context->is_foreign && !yolo->has_data) {
		verify_problems_add(problems, VERIFY_YOLO_DATA, "data.yaml", "no such file names the classes");
	}
	for (enum rv_split split = 0; split < RV_SPLITS && yolo->has_data && !yolo->context->is_foreign; split++) {
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

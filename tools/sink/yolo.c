/* SPDX-License-Identifier: MIT */
/*
 * YOLO: a picture and a file of rows each, in the folders of their split, and data.yaml. A class is the place of a
 * category in the dataset's table, from 0. Objects without a category are background and get no row. The task semantic
 * has masks in the place of rows, and the background as its first class.
 *
 * All objects of a dataset that have keypoints have the same ones, since data.yaml has one number of them.
 */
#include "format/yolo.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "sink/indexed.h"
#include "sink/lossy.h"
#include "sink/sink.h"
#include "sink/yaml.h"
#include "sink/yolo_row.h"

struct names {
	char **items;
	size_t len;
};

struct yolo {
	const struct sink_target *target;
	struct rv_str path, text;
	bool has_split[RV_SPLITS];
	struct names points; /* of the keypoints of every object that has some; none: no such object was added yet */
	/* The sample at hand. */
	struct sink_yolo_row **rows; /* of each picture; in the sample's memory */
	size_t *n_rows;
	bool **is_out; /* labels of each picture that are left out, since they have other keypoints (lossy.h) */
	struct rv_json first_points; /* of its first object that has keypoints; RV_JSON_NONE */
};

static int yolo_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct yolo *const yolo = state;
	yolo->target = target;
	rv_str_init(&yolo->path);
	rv_str_init(&yolo->text);
	return 0;
}

static void yolo_release(void *state)
{
	struct yolo *const yolo = state;
	for (size_t i = 0; i < yolo->points.len; i++) {
		free(yolo->points.items[i]);
	}
	free(yolo->points.items);
	rv_str_release(&yolo->path);
	rv_str_release(&yolo->text);
}

/* ---- keypoints ---- */

static const char *point_name(struct rv_json points, size_t i)
{
	const char *const name = rv_json_string(rv_json_get(rv_json_at(points, i), "name"), NULL);
	return name ? name : "";
}

static bool same_points(const struct yolo *yolo, struct rv_json points)
{
	const size_t n = yolo->points.len > 0 ? yolo->points.len : rv_json_len(yolo->first_points);
	bool is_same = rv_json_len(points) == n;
	for (size_t i = 0; i < n && is_same; i++) {
		const char *const wanted =
		        yolo->points.len > 0 ? yolo->points.items[i] : point_name(yolo->first_points, i);
		is_same = strcmp(point_name(points, i), wanted) == 0;
	}
	return is_same;
}

/* Finds the keypoints of the sample's objects, which must be those of all objects before. */
static int check_points(struct yolo *yolo, struct sink_sample *sample, struct rv_err *err)
{
	bool is_any = false;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		for (size_t k = 0; k < sample->pictures[i].n_labels; k++) {
			const struct rv_annotation *const annotation = sample->pictures[i].labels[k].annotation;
			const struct rv_json points = rv_json_get(annotation->json, "keypoints");
			const bool has_first = rv_json_type(yolo->first_points) != RV_JSON_NONE;
			yolo->is_out[i][k] = annotation->category && rv_json_len(points) > 0 &&
			                     (yolo->points.len > 0 || has_first) && !same_points(yolo, points);
			is_any |= annotation->category && !yolo->is_out[i][k];
			if (annotation->category && !has_first && !yolo->is_out[i][k] && rv_json_len(points) > 0) {
				yolo->first_points = points;
			}
			if (yolo->is_out[i][k] &&
			    sink_lossy(
			            sample, FORMAT_ID_yolo, err,
			            "format yolo with task=pose: object %" PRIu32
			            " has other keypoints than those before: a dataset has one list of them, so give "
			            "its objects the same names in the same order",
			            annotation->index) < 0) {
				return -1;
			}
		}
	}
	if (is_any && rv_json_type(yolo->first_points) == RV_JSON_NONE) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format yolo with task=pose: no object has 'keypoints' in its annotation: give objects "
		               "keypoints in the scene and render depth, then rv-mask writes them");
	}
	return 0;
}

static void keep_points(struct yolo *yolo)
{
	const size_t n = yolo->points.len > 0 ? 0 : rv_json_len(yolo->first_points);
	if (n > 0) {
		yolo->points = (struct names) { .items = rv_alloc_zero(n, sizeof(char *)), .len = n };
	}
	for (size_t i = 0; i < n; i++) {
		yolo->points.items[i] = rv_strdup(point_name(yolo->first_points, i));
	}
}

/* ---- a sample ---- */

static bool is_semantic(void)
{
	return format_yolo_options.task == FORMAT_YOLO_SEMANTIC;
}

/* Masks tell so many apart. */
static bool has_value(const struct sink_label *label)
{
	return label->annotation->category && label->class < FORMAT_YOLO_MASK_MAX;
}

static int check_class(struct sink_sample *sample, const struct sink_label *label, struct rv_err *err)
{
	return has_value(label)
	               ? 0
	               : sink_lossy(sample, FORMAT_ID_yolo, err,
	                            "object %" PRIu32
	                            ": category '%s': format yolo with task=semantic has masks of 8 bits, which tell "
	                            "%d categories apart: join some (--categories), choose coco",
	                            label->annotation->index, label->annotation->category, FORMAT_YOLO_MASK_MAX);
}

static int prepare_picture(struct yolo *yolo, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	struct sink_picture *const picture = &sample->pictures[i];
	const size_t n_points = rv_json_len(yolo->first_points);
	if (sink_picture_check_labels(sample, picture, err) < 0) {
		return -1;
	}
	if (picture->width < FORMAT_YOLO_SIDE_MIN || picture->height < FORMAT_YOLO_SIDE_MIN) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format yolo: a picture has %" PRIu32 "x%" PRIu32
		               " pixels, and readers take none below %dx%d: render with a larger --resolution",
		               picture->width, picture->height, FORMAT_YOLO_SIDE_MIN, FORMAT_YOLO_SIDE_MIN);
	}
	yolo->rows[i] = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(**yolo->rows));
	for (size_t k = 0; k < picture->n_labels; k++) {
		const struct sink_label *const label = &picture->labels[k];
		if (!label->annotation->category || yolo->is_out[i][k]) {
			continue;
		}
		if (is_semantic()
		            ? check_class(sample, label, err) < 0
		            : sink_yolo_row(sample, picture, label, (enum format_yolo_task)format_yolo_options.task,
		                            n_points, &yolo->rows[i][yolo->n_rows[i]++], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int yolo_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct yolo *const yolo = state;
	yolo->rows = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*yolo->rows));
	yolo->n_rows = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*yolo->n_rows));
	yolo->first_points = (struct rv_json)RV_JSON_INIT;
	yolo->is_out = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*yolo->is_out));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		yolo->is_out[i] = rv_arena_alloc(&sample->arena, sample->pictures[i].n_labels + 1, sizeof(bool));
	}
	if (format_yolo_options.task == FORMAT_YOLO_POSE && check_points(yolo, sample, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (prepare_picture(yolo, sample, i, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

static int add_mask(struct yolo *yolo, struct sink_sample *sample, const struct sink_picture *picture,
                    struct rv_err *err)
{
	uint8_t *const classes = rv_arena_alloc(&sample->arena, picture->n_labels + 1, 1);
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct sink_label *const label = &picture->labels[i];
		classes[i] = has_value(label) ? (uint8_t)(label->class + 1) : 0;
	}
	sink_picture_path(picture->picture, &format_yolo, "mask", "", "", &yolo->path);
	return sink_indexed_grey_png(sample, picture, classes, &yolo->text, err) < 0
	               ? -1
	               : sink_dataset_write(yolo->target->dataset, yolo->path.ptr, yolo->text.ptr, yolo->text.len, err);
}

static int add_picture(struct yolo *yolo, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	const struct rv_picture *const picture = sample->pictures[i].picture;
	sink_picture_path(picture, &format_yolo, "image", "", NULL, &yolo->path);
	if (sink_store_file(yolo->target->store, sample, rv_picture_file(picture, RV_ROLE_IMAGE), yolo->path.ptr, err) <
	    0) {
		return -1;
	}
	if (is_semantic()) {
		return add_mask(yolo, sample, &sample->pictures[i], err);
	}
	rv_str_clear(&yolo->text);
	sink_yolo_put_rows(yolo->rows[i], yolo->n_rows[i], (enum format_yolo_task)format_yolo_options.task,
	                   &sample->arena, &yolo->text);
	sink_picture_path(picture, &format_yolo, "labels", "", "", &yolo->path);
	return sink_dataset_write(yolo->target->dataset, yolo->path.ptr, yolo->text.ptr, yolo->text.len, err);
}

static int yolo_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct yolo *const yolo = state;
	yolo->has_split[sample->split] = true;
	keep_points(yolo);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (add_picture(yolo, sample, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- the whole ---- */

/* Trainers want train and val: a split that is not there is another one. */
static void put_splits(const bool has_split[RV_SPLITS], struct rv_str *yaml)
{
	enum rv_split first = 0;
	while (first + 1 < RV_SPLITS && !has_split[first]) {
		first++;
	}
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		const bool is_there = has_split[split];
		if (is_there || split != RV_SPLIT_TEST) {
			rv_str_printf(yaml, "%s: images/%s\n", rv_split_names[split],
			              rv_split_names[is_there ? split : first]);
		}
		if (!is_there && split != RV_SPLIT_TEST) {
			rv_warn("format yolo: no sample is of split '%s', for which data.yaml names '%s': let --split "
			        "decide, as --split 80,20, which may give a split none of few samples",
			        rv_split_names[split], rv_split_names[first]);
		}
	}
}

/* The keypoint that this one becomes in the mirror: of "left_eye" the one called "right_eye"; SIZE_MAX: none. */
static size_t mirrored(const struct names *points, size_t i, const char *side, const char *other)
{
	const char *const name = points->items[i], *const found = strstr(name, side);
	struct rv_str wanted = RV_STR_INIT;
	size_t place = SIZE_MAX;
	if (found) {
		rv_str_append(&wanted, name, (size_t)(found - name));
		rv_str_puts(&wanted, other);
		rv_str_puts(&wanted, found + strlen(side));
		for (size_t k = 0; k < points->len && place == SIZE_MAX; k++) {
			place = strcmp(points->items[k], wanted.ptr) == 0 ? k : SIZE_MAX;
		}
	}
	rv_str_release(&wanted);
	return place;
}

/* `flip_idx` lets trainers mirror pictures: it is there when names tell left from right. */
static void put_keypoints(const struct names *points, struct rv_str *yaml)
{
	size_t n_pairs = 0;
	struct rv_str flip = RV_STR_INIT;
	rv_str_printf(yaml, "kpt_shape: [%zu, 3]\n", points->len);
	for (size_t i = 0; i < points->len; i++) {
		const size_t left = mirrored(points, i, "left", "right"), right = mirrored(points, i, "right", "left"),
		             pair = RV_MIN(left, right);
		rv_str_printf(&flip, "%s%zu", i > 0 ? ", " : "", pair == SIZE_MAX ? i : pair);
		n_pairs += pair != SIZE_MAX;
	}
	if (n_pairs > 0) {
		rv_str_printf(yaml, "flip_idx: [%s]\n", flip.ptr);
	}
	rv_str_puts(yaml, "kpt_names:\n  0: [");
	for (size_t i = 0; i < points->len; i++) {
		rv_str_puts(yaml, i > 0 ? ", " : "");
		sink_yaml_string(yaml, points->items[i]);
	}
	rv_str_puts(yaml, "]\n");
	rv_str_release(&flip);
}

/* Without `path`, which readers take from where the file lies. */
static int yolo_finish(void *state, struct rv_err *err)
{
	struct yolo *const yolo = state;
	const struct rv_categories *const categories = yolo->target->categories;
	struct rv_str *const yaml = &yolo->text;
	rv_str_clear(yaml);
	put_splits(yolo->has_split, yaml);
	if (yolo->points.len > 0) {
		put_keypoints(&yolo->points, yaml);
	}
	if (is_semantic()) {
		rv_str_puts(yaml, "masks_dir: " FORMAT_YOLO_MASKS "\nnames:\n  0: \"" FORMAT_YOLO_BACKGROUND "\"\n");
	} else {
		rv_str_puts(yaml, categories->len > 0 ? "names:\n" : "names: {}\n");
	}
	for (size_t i = 0; i < categories->len; i++) {
		rv_str_printf(yaml, "  %zu: ", i + is_semantic());
		sink_yaml_string(yaml, categories->items[i].name);
		rv_str_putc(yaml, '\n');
	}
	return sink_dataset_write(yolo->target->dataset, format_layout(&format_yolo, "data"), yaml->ptr, yaml->len,
	                          err);
}

/* The rest of data.yaml, below the lines that put_splits wrote. */
static const char *below_splits(const char *yaml)
{
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		const size_t len = strlen(rv_split_names[split]);
		if (strncmp(yaml, rv_split_names[split], len) == 0 && strncmp(yaml + len, ": ", 2) == 0) {
			yaml += strcspn(yaml, "\n");
			yaml += *yaml == '\n';
		}
	}
	return yaml;
}

static int yolo_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err)
{
	const uint64_t *const n_pictures = sink_merged_counts(merged, "image");
	const char *const rest = below_splits(merged->texts[0].ptr);
	bool has_split[RV_SPLITS];
	struct rv_str yaml = RV_STR_INIT;
	for (size_t i = 1; i < merged->n_texts; i++) {
		if (strcmp(below_splits(merged->texts[i].ptr), rest) != 0) {
			return rv_fail(err, RV_E_USAGE,
			               "format yolo: parts have unlike classes or keypoints in data.yaml");
		}
	}
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		has_split[split] = n_pictures[split] > 0;
	}
	put_splits(has_split, &yaml);
	rv_str_puts(&yaml, rest);
	const int status =
	        sink_dataset_write(target->dataset, format_layout(&format_yolo, "data"), yaml.ptr, yaml.len, err);
	rv_str_release(&yaml);
	return status;
}

const struct sink_class sink_yolo = {
	.format = &format_yolo,
	.state_bytes = sizeof(struct yolo),
	.open = yolo_open,
	.prepare = yolo_prepare,
	.add = yolo_add,
	.finish = yolo_finish,
	.merge = yolo_merge,
	.release = yolo_release,
};

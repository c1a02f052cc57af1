/* SPDX-License-Identifier: MIT */
/*
 * COLMAP's models as text: cameras, images and points in their columns; each picture is an image of the model and each
 * image a picture, of the size of its camera; each point is seen by the image that it names, where it lies.
 *
 * What belongs together has a key of the model (the sample's id, "" of the stills), a letter and an id:
 *
 *	MODEL a CAMERA    c: its numbers
 *	MODEL b NAME      f: a file, its size. n: an image of that name, its camera
 *	MODEL c IMAGE     n: an image of that id
 *	MODEL d POINT     p: a point, its place, image and number there. o: where an image has it, with camera and pose
 *
 * Cameras of a model come first, and are kept until the next one.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)8 << 30)
#define UNIT_NEAR 1e-6   /* that the length of a quaternion may be off from 1 */
#define PIXELS_NEAR 0.01 /* that a point may be off from where its image has it */

struct camera {
	uint64_t id;
	double width, height, fx, fy, cx, cy;
};

struct colmap {
	const struct verify_context *context;
	struct verify_groups *groups;
	struct verify_problems *problems;
	struct rv_str model; /* whose cameras these are */
	struct camera *cameras;
	size_t n_cameras, cap_cameras;
	bool are_sorted;
};

static void *open_colmap(const struct verify_context *context)
{
	struct colmap *const colmap = rv_alloc_zero(1, sizeof(*colmap));
	colmap->context = context;
	colmap->groups = verify_groups_new();
	rv_str_init(&colmap->model);
	return colmap;
}

static void free_colmap(void *state)
{
	struct colmap *const colmap = state;
	verify_groups_free(colmap->groups);
	rv_str_release(&colmap->model);
	free(colmap->cameras);
	free(colmap);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

/* One of the three files while it is read. */
struct document {
	struct colmap *colmap;
	struct verify_item *item;
	size_t line; /* from 1 */
	struct rv_err *err;
};

static int add(struct document *d, char part, const char *id, char kind, const char *text)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%s %c %s", d->item->place.id, part, id);
	const int status = verify_groups_add(d->colmap->groups, key.ptr, kind, d->item->path, text, d->err);
	rv_str_release(&key);
	return status;
}

/* Cuts the word up to the next blank off *at; "" at the end. */
static char *next_word(char **at)
{
	char *const word = *at;
	*at += strcspn(word, " ");
	if (**at) {
		*(*at)++ = '\0';
	}
	return word;
}

/* Takes `n` finite numbers off *at, and puts them into the text with blanks between; false where there are fewer. */
static bool copy_numbers(char **at, size_t n, struct rv_str *text, double *values)
{
	for (size_t i = 0; i < n; i++) {
		char *const word = next_word(at), *end;
		values[i] = strtod(word, &end);
		if (!word[0] || *end || !isfinite(values[i])) {
			return false;
		}
		rv_str_printf(text, "%s%s", text->len > 0 ? " " : "", word);
	}
	return true;
}

static int blame(struct document *d, enum verify_check check, const char *what)
{
	verify_problems_add(d->item->problems, check, d->item->path, "line %zu: %s", d->line, what);
	return 0;
}

/* "1 PINHOLE 640 480 fx fy cx cy". */
static int take_camera(struct document *d, char *line)
{
	struct rv_str numbers = RV_STR_INIT;
	double values[6];
	char *const id = next_word(&line), *const model = next_word(&line);
	int status = 0;
	if (strcmp(model, "PINHOLE") != 0 || !copy_numbers(&line, 6, &numbers, values) || *line) {
		blame(d, VERIFY_COLMAP_TEXT, "it is no id and PINHOLE camera with six numbers");
	} else if (!(values[0] >= 1 && values[1] >= 1 && values[2] > 0 && values[3] > 0)) {
		blame(d, VERIFY_COLMAP_CAMERA, "a size or a focal length is not positive");
	} else {
		status = add(d, 'a', id, 'c', numbers.ptr);
	}
	rv_str_release(&numbers);
	return status;
}

/* "x y id x y id ..." of the image whose id, camera and pose are `who`. */
static int take_observations(struct document *d, char *line, const char *who)
{
	int status = 0;
	for (size_t number = 0; *line && status == 0; number++) {
		struct rv_str text = RV_STR_INIT;
		double place[2];
		rv_str_printf(&text, "%zu", number);
		if (!copy_numbers(&line, 2, &text, place) || !*line) {
			rv_str_release(&text);
			return blame(d, VERIFY_COLMAP_TEXT, "it is no list of x, y and id of a point");
		}
		rv_str_printf(&text, " %s", who);
		char *const id = next_word(&line);
		status = strcmp(id, "-1") == 0 ? 0 : add(d, 'd', id, 'o', text.ptr);
		rv_str_release(&text);
	}
	return status;
}

/* "1 qw qx qy qz tx ty tz 1 a.png", and the line of its points. */
static int take_image(struct document *d, char *line, char *observations)
{
	struct rv_str who = RV_STR_INIT;
	double pose[7];
	char *const id = next_word(&line);
	rv_str_puts(&who, id);
	const bool has_pose = copy_numbers(&line, 7, &who, pose);
	char *const camera = next_word(&line);
	int status = 0;
	if (!has_pose || !camera[0] || !line[0]) {
		blame(d, VERIFY_COLMAP_TEXT, "it is no id, pose, camera and name of an image");
	} else {
		const double length =
		        sqrt(pose[0] * pose[0] + pose[1] * pose[1] + pose[2] * pose[2] + pose[3] * pose[3]);
		if (!(fabs(length - 1) <= UNIT_NEAR)) {
			blame(d, VERIFY_COLMAP_POSE, "its quaternion is not of length 1");
		}
		rv_str_printf(&who, " %s", camera);
		status = add(d, 'b', line, 'n', camera) < 0 || add(d, 'c', id, 'n', "") < 0 ? -1 : 0;
		d->line++;
		status = status < 0 ? -1 : take_observations(d, observations, who.ptr);
		d->line--;
	}
	rv_str_release(&who);
	return status;
}

/* "1 X Y Z R G B error image number ...". */
static int take_point(struct document *d, char *line)
{
	struct rv_str numbers = RV_STR_INIT;
	double values[9];
	char *const id = next_word(&line);
	int status = 0;
	if (!copy_numbers(&line, 9, &numbers, values) || *line) {
		blame(d, VERIFY_COLMAP_TEXT, "it is no point with a place, a colour, an error and one image");
	} else {
		status = add(d, 'd', id, 'p', numbers.ptr);
	}
	rv_str_release(&numbers);
	return status;
}

/* The next line, without its newline; NULL at the end. */
static char *next_line(struct document *d, char **at)
{
	char *const line = *at;
	if (!*line) {
		return NULL;
	}
	*at += strcspn(line, "\n");
	if (**at) {
		*(*at)++ = '\0';
	}
	d->line++;
	return line;
}

static int read_text(struct document *d, const char *kind)
{
	struct rv_str text = RV_STR_INIT;
	char *at, *line;
	int status = 0;
	(void)verify_item_load(d->item, TEXT_BYTES_MAX, &text); /* else it has no lines */
	at = text.ptr;
	while (status == 0 && (line = next_line(d, &at)) != NULL) {
		if (line[0] == '#') {
			continue;
		}
		if (strcmp(kind, "images") == 0) {
			char empty[] = "";
			char *const observations = next_line(d, &at);
			d->line -= observations != NULL;
			status = take_image(d, line, observations ? observations : empty);
			d->line += observations != NULL;
		} else {
			status = strcmp(kind, "cameras") == 0 ? take_camera(d, line) : take_point(d, line);
		}
	}
	rv_str_release(&text);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* "cameras", "images" or "points3D"; NULL for a picture. */
static const char *text_of(const struct verify_item *item)
{
	const char *const name = item->row->name, *const kind = name + (strncmp(name, "scene-", 6) == 0 ? 6 : 0);
	return strcmp(kind, "cameras") == 0 || strcmp(kind, "images") == 0 || strcmp(kind, "points3D") == 0 ? kind
	                                                                                                    : NULL;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct document d = { .colmap = state, .item = item, .err = err };
	if (text_of(item)) {
		return read_text(&d, text_of(item));
	}
	verify_item_decode(item);
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct colmap *const colmap = state;
	struct rv_str key = RV_STR_INIT, said = RV_STR_INIT;
	if (text_of(item)) {
		return 0;
	}
	rv_str_printf(&key, "%s b %s", verify_item_is(item, "still") ? "" : item->place.id, rv_path_base(item->path));
	rv_str_printf(&said, "%" PRIu32 " %" PRIu32, item->width, item->height);
	const int status = verify_groups_add(colmap->groups, key.ptr, 'f', item->path, said.ptr, err);
	rv_str_release(&key);
	rv_str_release(&said);
	return status < 0 ? -1 : verify_item_tell_image(item, colmap->context, FORMAT_ID_colmap, err);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static void read_numbers(const char *text, double *values, size_t n)
{
	char *at = (char *)(uintptr_t)text;
	for (size_t i = 0; i < n; i++) {
		values[i] = strtod(at, &at);
	}
}

static int by_id(const void *a, const void *b)
{
	const struct camera *const left = a, *const right = b;
	return (left->id > right->id) - (left->id < right->id);
}

static const struct camera *find_camera(struct colmap *colmap, uint64_t id)
{
	const struct camera key = { .id = id };
	if (colmap->n_cameras == 0) {
		return NULL;
	}
	if (!colmap->are_sorted) {
		qsort(colmap->cameras, colmap->n_cameras, sizeof(*colmap->cameras), by_id);
		colmap->are_sorted = true;
	}
	return bsearch(&key, colmap->cameras, colmap->n_cameras, sizeof(key), by_id);
}

static void keep_camera(struct colmap *colmap, const char *id, const struct verify_part *parts, size_t n)
{
	double v[6];
	read_numbers(parts[0].text, v, 6);
	RV_GROW(colmap->cameras, colmap->n_cameras, colmap->cap_cameras);
	colmap->cameras[colmap->n_cameras++] =
	        (struct camera) { strtoull(id, NULL, 10), v[0], v[1], v[2], v[3], v[4], v[5] };
	if (n > 1) {
		verify_problems_add(colmap->problems, VERIFY_COLMAP_CAMERA, parts[0].path, "camera %s is there twice",
		                    id);
	}
}

static void check_image(struct colmap *colmap, const char *name, const struct verify_part *parts, size_t n)
{
	static const struct verify_group_kind kinds[] = { { 'f', "file" }, { 'n', "image" }, { 0, NULL } };
	const struct verify_part *const image = verify_group_find(parts, n, 'n'), *const file = verify_group_find(
	                                                                                  parts, n, 'f');
	double size[2];
	if (!verify_group_is_whole(parts, n, kinds, VERIFY_COLMAP_FILE, colmap->problems)) {
		return;
	}
	const struct camera *const camera = find_camera(colmap, strtoull(image->text, NULL, 10));
	read_numbers(file->text, size, 2);
	if (!camera) {
		verify_problems_add(colmap->problems, VERIFY_COLMAP_CAMERA, image->path,
		                    "'%s' is of camera %s, which is none", name, image->text);
	} else if (size[0] > 0 && (camera->width != size[0] || camera->height != size[1])) {
		verify_problems_add(colmap->problems, VERIFY_COLMAP_CAMERA, image->path,
		                    "'%s' has %.9gx%.9g pixels, its camera %.9gx%.9g", name, size[0], size[1],
		                    camera->width, camera->height);
	}
}

/* Where a camera with a pose (a quaternion, then a place) has a point. */
static void project(const struct camera *camera, const double pose[7], const double point[3], double pixel[2])
{
	const double w = pose[0], *const q = &pose[1];
	double cross[3], seen[3];
	for (size_t i = 0; i < 3; i++) {
		const size_t k = (i + 1) % 3, m = (i + 2) % 3;
		cross[i] = q[k] * point[m] - q[m] * point[k] + w * point[i];
	}
	for (size_t i = 0; i < 3; i++) {
		const size_t k = (i + 1) % 3, m = (i + 2) % 3;
		seen[i] = point[i] + 2 * (q[k] * cross[m] - q[m] * cross[k]) + pose[4 + i];
	}
	pixel[0] = camera->fx * seen[0] / seen[2] + camera->cx;
	pixel[1] = camera->fy * seen[1] / seen[2] + camera->cy;
}

/* Of a point X Y Z R G B error image number; of where an image has it number x y image pose camera. */
static void check_point(struct colmap *colmap, const char *id, const struct verify_part *parts, size_t n)
{
	static const struct verify_group_kind kinds[] = { { 'o', "image that has it" }, { 'p', "point" }, { 0, NULL } };
	const struct verify_part *const point = verify_group_find(parts, n, 'p'), *const seen = verify_group_find(
	                                                                                  parts, n, 'o');
	double p[9], o[12], pixel[2];
	if (!verify_group_is_whole(parts, n, kinds, VERIFY_COLMAP_POINT, colmap->problems)) {
		return;
	}
	read_numbers(point->text, p, 9);
	read_numbers(seen->text, o, 12);
	const struct camera *const camera = o[11] >= 0 && o[11] < 1e15 ? find_camera(colmap, (uint64_t)o[11]) : NULL;
	if (p[7] != o[3] || p[8] != o[0]) {
		verify_problems_add(colmap->problems, VERIFY_COLMAP_POINT, point->path,
		                    "point %s is not where it says that an image has it", id);
	} else if (camera) {
		project(camera, &o[4], p, pixel);
		if (!(fabs(pixel[0] - o[1]) <= PIXELS_NEAR && fabs(pixel[1] - o[2]) <= PIXELS_NEAR)) {
			verify_problems_add(colmap->problems, VERIFY_COLMAP_POINT, point->path,
			                    "point %s is seen at (%.2f,%.2f), its image has it at (%.2f,%.2f)", id,
			                    pixel[0], pixel[1], o[1], o[2]);
		}
	}
}

/* A verify_group_fn; the key is "MODEL PART ID". */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	struct colmap *const colmap = state;
	const size_t model_len = strcspn(key, " ");
	const char part = key[model_len + 1], *const id = key + model_len + 3;
	if (colmap->model.len != model_len || memcmp(colmap->model.ptr, key, model_len) != 0) {
		rv_str_clear(&colmap->model);
		rv_str_append(&colmap->model, key, model_len);
		colmap->n_cameras = 0;
		colmap->are_sorted = false;
	}
	if (part == 'a') {
		keep_camera(colmap, id, parts, n);
	} else if (part == 'b') {
		check_image(colmap, id, parts, n);
	} else if (part == 'd') {
		check_point(colmap, id, parts, n);
	} else if (n > 1) {
		verify_problems_add(colmap->problems, VERIFY_COLMAP_FILE, parts[0].path, "image %s is there twice", id);
	}
	return 0;
}

static int end_colmap(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct colmap *const colmap = state;
	colmap->problems = problems;
	return verify_groups_end(colmap->groups, visit, colmap, err);
}

const struct verify_class verify_colmap = {
	.format = &format_colmap,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_colmap,
	.file = look_at_file,
	.take = take_file,
	.end = end_colmap,
	.free = free_colmap,
};

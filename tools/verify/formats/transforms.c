/* SPDX-License-Identifier: MIT */
/*
 * Cameras: every frame of a transforms.json has its files, in their place, of the size that its intrinsics are of,
 * and a pose without scale; angles follow from focal lengths. Cameras that other formats have as well are compared by
 * the census.
 *
 * Documents are read element by element, and files compared with what names them through a sorter
 * (transforms_join.h).
 */
#include "format/transforms.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "elements.h"
#include "file.h"
#include "verify/camera.h"
#include "verify/format.h"
#include "verify/formats/transforms_join.h"
#include "verify/sort.h"

#define ANGLE_NEAR 1e-9 /* radians; written with 12 digits */

struct transforms {
	const struct verify_context *context;
	bool has_splits; /* the document of stills has the lists of the splits */
	atomic_bool has_nerf;
	pthread_mutex_t lock;
	struct rv_sorter *sorter;
};

/* One transforms.json while it is read. */
struct document {
	struct transforms *transforms;
	struct verify_item *item;
	struct rv_json top; /* without its frames */
	bool has_stills; /* of a scene: its pictures are views of a still, and the one without a view is no frame 0 */
	struct rv_str path, line;
};

#define BLAME(d, check, ...) verify_problems_add((d)->item->problems, check, (d)->item->path, __VA_ARGS__)

static void *open_transforms(const struct verify_context *context)
{
	struct transforms *const transforms = rv_alloc_zero(1, sizeof(*transforms));
	transforms->context = context;
	transforms->sorter = verify_sorter_new();
	pthread_mutex_init(&transforms->lock, NULL);
	return transforms;
}

static void free_transforms(void *state)
{
	struct transforms *const transforms = state;
	rv_sorter_free(transforms->sorter);
	pthread_mutex_destroy(&transforms->lock);
	free(transforms);
}

static int add_line(struct transforms *transforms, const struct rv_str *line, struct rv_err *err)
{
	pthread_mutex_lock(&transforms->lock);
	const int status = rv_sorter_add(transforms->sorter, line->ptr, line->len, err);
	pthread_mutex_unlock(&transforms->lock);
	return status;
}

/* ---- a frame's camera -------------------------------------------------------------------------------------------- */

/* What stands in a frame wins over what stands at the top; NAN when neither has it. */
static double number_of(const struct document *d, struct rv_json frame, const char *key)
{
	return rv_json_number(rv_json_get(frame, key), rv_json_number(rv_json_get(d->top, key), NAN));
}

static void check_angle(struct document *d, struct rv_json frame, const char *key, double side, double focal,
                        uint64_t position)
{
	const double wanted = 2 * atan(side / (2 * focal)), found = number_of(d, frame, key);
	if (!(fabs(found - wanted) <= ANGLE_NEAR)) {
		BLAME(d, VERIFY_TRANSFORMS_INTRINSICS, "frames[%" PRIu64 "]: %s is %.12g, its intrinsics say %.12g",
		      position, key, found, wanted);
	}
}

static bool is_pose(const double matrix[4][4])
{
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			double product = 0;
			for (size_t row = 0; row < 3; row++) {
				product += matrix[row][i] * matrix[row][k];
			}
			if (!(fabs(product - (i == k ? 1 : 0)) <= FORMAT_TRANSFORMS_AXES_NEAR)) {
				return false;
			}
		}
		if (!isfinite(matrix[i][3]) || matrix[3][i] != 0) {
			return false;
		}
	}
	return matrix[3][3] == 1;
}

/* Appends an angle of view and a pose, the same text for the same numbers only. */
static void put_pose(double angle, const double matrix[4][4], struct rv_str *text)
{
	rv_str_printf(text, "%.12g", angle);
	for (size_t i = 0; i < 16; i++) {
		rv_str_printf(text, " %.17g", matrix[i / 4][i % 4]);
	}
}

static void read_camera(struct document *d, struct rv_json frame, uint64_t position, struct verify_camera *camera)
{
	*camera = (struct verify_camera) { .fl_x = number_of(d, frame, "fl_x"),
		                           .fl_y = number_of(d, frame, "fl_y"),
		                           .cx = number_of(d, frame, "cx"),
		                           .cy = number_of(d, frame, "cy"),
		                           .width = number_of(d, frame, "w"),
		                           .height = number_of(d, frame, "h") };
	verify_camera_read_matrix(rv_json_get(frame, "transform_matrix"), camera->matrix);
	if (!(camera->fl_x > 0 && camera->fl_y > 0 && isfinite(camera->cx) && isfinite(camera->cy) &&
	      camera->width >= 1 && camera->width <= FORMAT_TRANSFORMS_SIDE_MAX && camera->height >= 1 &&
	      camera->height <= FORMAT_TRANSFORMS_SIDE_MAX)) {
		BLAME(d, VERIFY_TRANSFORMS_INTRINSICS, "frames[%" PRIu64 "] has no intrinsics", position);
	} else {
		check_angle(d, frame, "camera_angle_x", camera->width, camera->fl_x, position);
		check_angle(d, frame, "camera_angle_y", camera->height, camera->fl_y, position);
	}
	if (!is_pose((const double(*)[4])camera->matrix)) {
		BLAME(d, VERIFY_TRANSFORMS_POSE,
		      "frames[%" PRIu64 "].transform_matrix is no pose: 4 rows of 4 numbers, axes of length 1",
		      position);
	}
}

/* ---- a frame's files --------------------------------------------------------------------------------------------- */

/* The values of a name's path, which is put into d->path; false when it is none of a picture of this document. */
static bool place_of(struct document *d, const char *name, const char *folder, struct format_place *place)
{
	const struct format_path *row = format_transforms.paths;
	rv_str_clear(&d->path);
	rv_str_append(&d->path, d->item->path, (size_t)(rv_path_base(d->item->path) - d->item->path));
	rv_str_puts(&d->path, name);
	while (row->name && !format_match(row->layout, d->path.ptr, place)) {
		row++;
	}
	const bool is_still = row->name && strcmp(row->name, "still") == 0;
	return row->name && strcmp(place->role, folder) == 0 &&
	       (verify_item_is(d->item, "stills") ? is_still : !is_still && strcmp(place->id, d->item->place.id) == 0);
}

static const char *or_dash(const char *text)
{
	return text[0] ? text : "-";
}

/* A file that a frame names, and, of the first, the picture that the frame is of. */
static int take_file(struct document *d, const char *name, const struct format_transforms_file *kind,
                     const struct verify_camera *camera, uint64_t position, struct format_place *picture,
                     struct rv_err *err)
{
	struct format_place place;
	if (!place_of(d, name, kind->folder, &place)) {
		BLAME(d, VERIFY_TRANSFORMS_FILE, "frames[%" PRIu64 "].%s: '%s' is not the place of such a file",
		      position, kind->key, name);
		return 0;
	}
	if (d->has_stills) {
		place.frame[0] = '\0';
	}
	if (kind == format_transforms_files) {
		*picture = place;
	}
	rv_str_clear(&d->line);
	rv_str_json(&d->line, d->path.ptr, d->path.len);
	rv_str_printf(&d->line, "\t1\t%.9g %.9g %" PRIu64 " %s %s %s %s %s", camera->width, camera->height, position,
	              kind->key, d->item->path, place.id, or_dash(place.view), or_dash(place.frame));
	rv_str_putc(&d->line, ' ');
	put_pose(2 * atan(camera->width / (2 * camera->fl_x)), camera->matrix, &d->line);
	return add_line(d->transforms, &d->line, err);
}

static int take_files(struct document *d, struct rv_json frame, const struct verify_camera *camera, uint64_t position,
                      struct format_place *picture, struct rv_err *err)
{
	for (size_t k = 0; k < FORMAT_TRANSFORMS_FILES; k++) {
		const struct format_transforms_file *const kind = &format_transforms_files[k];
		const char *const name = rv_json_string(rv_json_get(frame, kind->key), NULL);
		if (name && take_file(d, name, kind, camera, position, picture, err) < 0) {
			return -1;
		}
		if (!name && k == 0) {
			BLAME(d, VERIFY_TRANSFORMS_FILE, "frames[%" PRIu64 "] has no %s", position, kind->key);
		}
	}
	return 0;
}

/* What read_document reads element by element; the lists of splits of the document of stills alone. */
static const char *const lists[] = { "frames", "train_filenames", "val_filenames", "test_filenames", NULL };
static const char *const frames_alone[] = { "frames", NULL };

/* An element of the list of a split. */
static int take_name(struct document *d, size_t list, uint64_t position, struct rv_span text, struct rv_err *err)
{
	struct rv_str name = RV_STR_INIT;
	int status = 0;
	rv_str_puts(&name, "transforms/");
	if (!rv_scan_string(text, &name)) {
		BLAME(d, VERIFY_TRANSFORMS_SPLIT, "%s[%" PRIu64 "] is no text", lists[list], position);
	} else {
		rv_str_clear(&d->line);
		rv_str_json(&d->line, name.ptr, name.len);
		rv_str_puts(&d->line, "\t2\t");
		status = add_line(d->transforms, &d->line, err);
	}
	rv_str_release(&name);
	return status;
}

/* An rv_element_fn. */
static int take_element(void *document, size_t list, uint64_t position, struct rv_span text, struct rv_err *err)
{
	struct document *const d = document;
	if (list > 0) {
		return take_name(d, list, position, text, err);
	}
	struct verify_census *const census = d->transforms->context->census;
	struct rv_json frame = RV_JSON_INIT;
	struct verify_camera camera;
	struct format_place picture = { .id = "" };
	struct rv_str numbers = RV_STR_INIT;
	if (rv_json_parse(text.ptr, text.len, &frame, err) < 0) {
		return -1;
	}
	read_camera(d, frame, position, &camera);
	int status = take_files(d, frame, &camera, position, &picture, err);
	if (status == 0 && picture.id[0]) {
		const struct verify_key key = { .id = picture.id, .view = picture.view, .frame = picture.frame };
		verify_camera_put(&camera, &numbers);
		status = verify_census_picture(census, FORMAT_ID_transforms, &key, err);
		if (status == 0 && d->transforms->context->compares_pictures) {
			status = verify_census_fact(census, FORMAT_ID_transforms, &key, VERIFY_FACT_CAMERA, numbers.ptr,
			                            err);
		}
	}
	rv_json_release(&frame);
	rv_str_release(&numbers);
	return status;
}

/* ---- a document -------------------------------------------------------------------------------------------------- */

/* An rv_element_fn: what has to be known before any frame is taken. */
static int look_ahead(void *document, size_t list, uint64_t position RV_UNUSED, struct rv_span text, struct rv_err *err)
{
	struct document *const d = document;
	struct rv_json frame = RV_JSON_INIT;
	struct format_place place;
	if (list > 0 || !verify_item_is(d->item, "scene")) {
		return 0;
	}
	if (rv_json_parse(text.ptr, text.len, &frame, err) < 0) {
		return -1;
	}
	const char *const name = rv_json_string(rv_json_get(frame, format_transforms_files[0].key), NULL);
	d->has_stills |= name && place_of(d, name, format_transforms_files[0].folder, &place) && place.view[0] &&
	                 !place.frame[0];
	rv_json_release(&frame);
	return 0;
}

static bool is_document(const struct verify_item *item)
{
	return verify_item_is(item, "stills") || verify_item_is(item, "scene") || verify_item_is(item, "nerf");
}

/* What failed: the document, which is a problem, or the environment. */
static bool is_problem(const struct rv_err *err)
{
	return err->code == RV_E_BAD_JSON || err->code == RV_E_LIMIT || err->code == RV_E_BAD_FILE;
}

static void check_lists(struct document *d)
{
	size_t n = 0;
	for (size_t i = 1; lists[i]; i++) {
		n += rv_json_type(rv_json_get(d->top, lists[i])) == RV_JSON_ARRAY;
	}
	d->transforms->has_splits = n > 0;
	if (n > 0 && n < RV_SPLITS) {
		BLAME(d, VERIFY_TRANSFORMS_SPLIT, "it has %zu of %s, %s and %s, readers want all or none", n, lists[1],
		      lists[2], lists[3]);
	}
}

/* Twice: what stands at the top holds for frames that may come before it. */
static int read_document(struct document *d, struct rv_err *err)
{
	const bool is_of_stills = verify_item_is(d->item, "stills");
	const char *const *const wanted = is_of_stills ? lists : frames_alone;
	struct rv_str rest = RV_STR_INIT;
	int status = rv_elements_read(d->item->source, wanted, look_ahead, d, &rest, err);
	if (status == 0) {
		status = rv_json_parse(rest.ptr, rest.len, &d->top, err);
	}
	if (status == 0 && rv_json_type(rv_json_get(d->top, "frames")) != RV_JSON_ARRAY) {
		status = rv_fail(err, RV_E_BAD_JSON, "there is no array 'frames'");
	}
	if (status == 0 && is_of_stills) {
		check_lists(d);
	}
	if (status == 0) {
		status = rv_elements_read(d->item->source, wanted, take_element, d, &rest, err);
	}
	rv_str_release(&rest);
	if (status < 0 && is_problem(err)) {
		BLAME(d, VERIFY_TRANSFORMS_JSON, "%s", err->text);
		verify_census_unread(d->transforms->context->census, FORMAT_ID_transforms);
		return 0;
	}
	return status;
}

/* An rv_element_fn of a document of NeRF. */
static int take_nerf(void *document, size_t list RV_UNUSED, uint64_t position, struct rv_span text, struct rv_err *err)
{
	struct document *const d = document;
	struct rv_json frame = RV_JSON_INIT;
	double matrix[4][4];
	int status = 0;
	if (rv_json_parse(text.ptr, text.len, &frame, err) < 0) {
		return -1;
	}
	const char *const name = rv_json_string(rv_json_get(frame, "file_path"), NULL);
	verify_camera_read_matrix(rv_json_get(frame, "transform_matrix"), matrix);
	if (!name) {
		BLAME(d, VERIFY_TRANSFORMS_NERF, "frames[%" PRIu64 "] has no file_path", position);
	} else {
		rv_str_clear(&d->path);
		rv_str_printf(&d->path, "transforms/%s." FORMAT_TRANSFORMS_NERF_EXTENSION, name);
		rv_str_clear(&d->line);
		rv_str_json(&d->line, d->path.ptr, d->path.len);
		rv_str_printf(&d->line, "\t3\t%s ", d->item->path);
		put_pose(rv_json_number(rv_json_get(d->top, "camera_angle_x"), NAN), (const double(*)[4])matrix,
		         &d->line);
		status = add_line(d->transforms, &d->line, err);
	}
	rv_json_release(&frame);
	return status;
}

/* Twice, as read_document does. */
static int read_nerf(struct document *d, struct rv_err *err)
{
	struct rv_str rest = RV_STR_INIT;
	atomic_store(&d->transforms->has_nerf, true);
	int status = rv_elements_read(d->item->source, frames_alone, look_ahead, d, &rest, err);
	if (status == 0) {
		status = rv_json_parse(rest.ptr, rest.len, &d->top, err);
	}
	if (status == 0 && rv_json_type(rv_json_get(d->top, "frames")) != RV_JSON_ARRAY) {
		status = rv_fail(err, RV_E_BAD_JSON, "there is no array 'frames'");
	}
	if (status == 0) {
		status = rv_elements_read(d->item->source, frames_alone, take_nerf, d, &rest, err);
	}
	rv_str_release(&rest);
	if (status < 0 && is_problem(err)) {
		BLAME(d, VERIFY_TRANSFORMS_NERF, "%s", err->text);
		return 0;
	}
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct document d = {
		.transforms = state, .item = item, .top = RV_JSON_INIT, .path = RV_STR_INIT, .line = RV_STR_INIT
	};
	if (!is_document(item)) {
		verify_item_decode(item);
		return 0;
	}
	const int status = verify_item_is(item, "nerf") ? read_nerf(&d, err) : read_document(&d, err);
	rv_json_release(&d.top);
	rv_str_release(&d.path);
	rv_str_release(&d.line);
	return status;
}

static int take_item(void *state, struct verify_item *item, struct rv_err *err)
{
	struct transforms *const transforms = state;
	struct rv_str line = RV_STR_INIT;
	if (is_document(item)) {
		return 0;
	}
	rv_str_json(&line, item->path, strlen(item->path));
	rv_str_printf(&line, "\t0\t%" PRIu32 " %" PRIu32 " %s", item->width, item->height, item->sha256);
	const int status = add_line(transforms, &line, err);
	rv_str_release(&line);
	return status;
}

static int end_transforms(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct transforms *const transforms = state;
	const struct verify_transforms_of of = { .context = transforms->context,
		                                 .problems = problems,
		                                 .has_splits = transforms->has_splits,
		                                 .has_nerf = atomic_load(&transforms->has_nerf) };
	return verify_transforms_join(transforms->sorter, &of, err);
}

const struct verify_class verify_transforms = {
	.format = &format_transforms,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_transforms,
	.file = look_at_file,
	.take = take_item,
	.end = end_transforms,
	.free = free_transforms,
};

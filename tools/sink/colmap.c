/* SPDX-License-Identifier: MIT */
/*
 * COLMAP's models as text: one of all stills, one of each sample with several pictures. Poses are world to camera, with
 * OpenCV's axes. A point lies on the surface in the middle of a pixel, as the depth map has it; it is seen by the one
 * picture that it comes from. A camera is listed again when its intrinsics are not those of the picture before.
 */
#include "format/colmap.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "file.h"
#include "sink/camera.h"
#include "sink/depth.h"
#include "sink/sink.h"

enum { CAMERAS, IMAGES, POINTS, FILES };
static const char *const file_names[FILES] = { "cameras", "images", "points3D" };

/* A model in the making. */
struct model {
	struct sink_output *outputs[FILES]; /* NULL before the first picture */
	uint64_t n_cameras, n_images, n_points;
	struct sink_camera camera; /* that was listed last */
};

struct point {
	uint32_t x, y; /* pixel */
	double place[3];
	uint8_t colour[3];
};

/* What is known of a picture before it is added. */
struct prepared {
	struct sink_camera camera;
	struct point *points;
	size_t n_points;
};

struct colmap {
	const struct sink_target *target;
	struct model stills;
	struct rv_str path, text;
	struct rv_image image, depth;
	struct prepared *pictures; /* of the sample at hand */
};

static bool is_scene(const struct rv_sample *sample)
{
	return sample->is_sequence || sample->n_pictures > 1 || sample->pictures[0].view;
}

/* ---- points ---- */

/* The point on the surface in the middle of a pixel. */
static struct point unproject(const struct colmap *colmap, const struct sink_camera *camera, uint32_t x, uint32_t y)
{
	const struct rv_image *const image = &colmap->image;
	const size_t pixel = (size_t)y * image->width + x;
	const double depth = (double)colmap->depth.f32[pixel];
	const double seen[3] = { (x + 0.5 - camera->cx) / camera->fl_x * depth,
		                 -(y + 0.5 - camera->cy) / camera->fl_y * depth, -depth };
	struct point point = { .x = x, .y = y };
	for (size_t i = 0; i < 3; i++) {
		const double(*const pose)[4] = camera->pose;
		const size_t value = pixel * image->channels + (image->channels < 3 ? 0 : i);
		point.place[i] = pose[i][0] * seen[0] + pose[i][1] * seen[1] + pose[i][2] * seen[2] + pose[i][3];
		point.colour[i] = image->pixel == RV_PIXEL_U8 ? image->u8[value] : (uint8_t)(image->u16[value] / 257);
	}
	return point;
}

/* Of every so many pixels, so that there are not more than asked for. */
static void take_points(const struct colmap *colmap, struct prepared *picture, struct rv_arena *arena)
{
	const uint32_t width = colmap->image.width, height = colmap->image.height;
	const double n_wanted = (double)format_colmap_options.points;
	uint32_t step = (uint32_t)ceil(sqrt((double)width * height / n_wanted));
	while ((double)((width + step - 1) / step) * ((height + step - 1) / step) > n_wanted) {
		step++;
	}
	picture->points = rv_arena_alloc(arena, (size_t)((width + step - 1) / step) * ((height + step - 1) / step),
	                                 sizeof(*picture->points));
	for (uint32_t y = step / 2; y < height; y += step) {
		for (uint32_t x = step / 2; x < width; x += step) {
			const float depth = colmap->depth.f32[(size_t)y * width + x];
			if (depth > 0 && depth < RV_DEPTH_SEEN_MAX) {
				picture->points[picture->n_points++] = unproject(colmap, &picture->camera, x, y);
			}
		}
	}
}

/* ---- a sample ---- */

static int prepare_picture(struct colmap *colmap, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	const struct rv_picture *const of = sample->pictures[i].picture;
	const char *const image = rv_picture_file(of, RV_ROLE_IMAGE);
	struct prepared *const picture = &colmap->pictures[i];
	if (sink_camera_read(sample, &sample->pictures[i], &format_colmap, &picture->camera, err) < 0) {
		return -1;
	}
	if (!rv_picture_file(of, RV_ROLE_DEPTH) || format_colmap_options.points == 0) {
		return sink_sample_has(sample, image, err);
	}
	if (sink_sample_read_picture(sample, image, &colmap->image, err) < 0 ||
	    sink_depth_read(sample, of, colmap->image.width, colmap->image.height, &colmap->depth, err) < 0) {
		return -1;
	}
	take_points(colmap, picture, &sample->arena);
	return 0;
}

static int colmap_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct colmap *const colmap = state;
	colmap->pictures = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*colmap->pictures));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (prepare_picture(colmap, sample, i, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* The camera's axes in the world's, by rows: of OpenGL's y and z the other way. As a quaternion w x y z with w >= 0,
 * from its largest part. */
static void rotation_of(const struct sink_camera *camera, double r[3][3], double q[4])
{
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			r[i][k] = camera->pose[k][i] * (i == 0 ? 1 : -1);
		}
	}
	const double squares[4] = { 1 + r[0][0] + r[1][1] + r[2][2], 1 + r[0][0] - r[1][1] - r[2][2],
		                    1 - r[0][0] + r[1][1] - r[2][2], 1 - r[0][0] - r[1][1] + r[2][2] };
	const double sums[4][4] = {
		{ squares[0], r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1] },
		{ r[2][1] - r[1][2], squares[1], r[0][1] + r[1][0], r[0][2] + r[2][0] },
		{ r[0][2] - r[2][0], r[0][1] + r[1][0], squares[2], r[1][2] + r[2][1] },
		{ r[1][0] - r[0][1], r[0][2] + r[2][0], r[1][2] + r[2][1], squares[3] },
	};
	size_t largest = 0;
	for (size_t i = 1; i < 4; i++) {
		largest = squares[i] > squares[largest] ? i : largest;
	}
	double length = 0;
	for (size_t i = 0; i < 4; i++) {
		length += sums[largest][i] * sums[largest][i];
	}
	for (size_t i = 0; i < 4; i++) {
		q[i] = sums[largest][i] / (sums[largest][0] < 0 ? -sqrt(length) : sqrt(length)) + 0.0;
	}
}

static int write_text(struct colmap *colmap, struct model *model, int file, struct rv_err *err)
{
	const int status = sink_output_write(model->outputs[file], colmap->text.ptr, colmap->text.len, err);
	rv_str_clear(&colmap->text);
	return status;
}

static int add_camera(struct colmap *colmap, struct model *model, const struct sink_camera *camera, struct rv_err *err)
{
	const double params[4] = { camera->fl_x, camera->fl_y, camera->cx, camera->cy };
	if (model->n_cameras > 0 && sink_camera_same_intrinsics(&model->camera, camera)) {
		return 0;
	}
	model->camera = *camera;
	rv_str_printf(&colmap->text, "%" PRIu64 " PINHOLE %" PRIu32 " %" PRIu32, ++model->n_cameras, camera->width,
	              camera->height);
	for (size_t i = 0; i < 4; i++) {
		rv_str_putc(&colmap->text, ' ');
		rv_str_double(&colmap->text, params[i]);
	}
	rv_str_putc(&colmap->text, '\n');
	return write_text(colmap, model, CAMERAS, err);
}

/* The picture and, on a line of their own, its points. */
static int add_image(struct colmap *colmap, struct model *model, const struct prepared *picture, const char *name,
                     struct rv_err *err)
{
	double r[3][3], q[4];
	rotation_of(&picture->camera, r, q);
	rv_str_put_u64(&colmap->text, ++model->n_images);
	for (size_t i = 0; i < 7; i++) {
		double value = i < 4 ? q[i] : 0;
		for (size_t k = 0; k < 3 && i >= 4; k++) {
			value -= r[i - 4][k] * picture->camera.pose[k][3];
		}
		rv_str_putc(&colmap->text, ' ');
		rv_str_double(&colmap->text, value + 0.0);
	}
	rv_str_printf(&colmap->text, " %" PRIu64 " %s\n", model->n_cameras, name);
	for (size_t i = 0; i < picture->n_points; i++) {
		rv_str_printf(&colmap->text, "%s%" PRIu32 ".5 %" PRIu32 ".5 %" PRIu64, i > 0 ? " " : "",
		              picture->points[i].x, picture->points[i].y, model->n_points + i + 1);
	}
	rv_str_putc(&colmap->text, '\n');
	return write_text(colmap, model, IMAGES, err);
}

static int add_points(struct colmap *colmap, struct model *model, const struct prepared *picture, struct rv_err *err)
{
	for (size_t i = 0; i < picture->n_points; i++) {
		const struct point *const point = &picture->points[i];
		rv_str_put_u64(&colmap->text, ++model->n_points);
		for (size_t k = 0; k < 3; k++) {
			rv_str_putc(&colmap->text, ' ');
			rv_str_double(&colmap->text, point->place[k] + 0.0);
		}
		rv_str_printf(&colmap->text, " %u %u %u 0 %" PRIu64 " %zu\n", point->colour[0], point->colour[1],
		              point->colour[2], model->n_images, i);
	}
	return write_text(colmap, model, POINTS, err);
}

static int open_model(struct colmap *colmap, struct model *model, const struct rv_picture *of, struct rv_err *err)
{
	for (int i = 0; i < FILES && !model->outputs[i]; i++) {
		struct rv_str name = RV_STR_INIT;
		rv_str_printf(&name, "%s%s", is_scene(of->sample) ? "scene-" : "", file_names[i]);
		sink_picture_path(of, &format_colmap, name.ptr, "", "", &colmap->path);
		rv_str_release(&name);
		model->outputs[i] = sink_dataset_create(colmap->target->dataset, colmap->path.ptr, err);
		if (!model->outputs[i]) {
			return -1;
		}
	}
	return 0;
}

static int close_model(struct sink_dataset *dataset, struct model *model, struct rv_err *err)
{
	int status = 0;
	for (int i = 0; i < FILES; i++) {
		struct sink_output *const output = model->outputs[i];
		model->outputs[i] = NULL;
		if (status < 0) {
			sink_output_abort(output);
		} else if (output) {
			status = sink_dataset_finish(dataset, output, err);
		}
	}
	return status;
}

static const char *layout_of(const struct rv_picture *picture)
{
	return !is_scene(picture->sample)     ? "still"
	       : picture->view                ? "view"
	       : picture->sample->is_sequence ? "frame"
	                                      : "own";
}

static int add_picture(struct colmap *colmap, struct model *model, struct sink_sample *sample, size_t i,
                       struct rv_err *err)
{
	const struct rv_picture *const of = sample->pictures[i].picture;
	const struct prepared *const picture = &colmap->pictures[i];
	sink_picture_path(of, &format_colmap, layout_of(of), "", NULL, &colmap->path);
	return sink_store_file(colmap->target->store, sample, rv_picture_file(of, RV_ROLE_IMAGE), colmap->path.ptr,
	                       err) < 0 ||
	                       add_camera(colmap, model, &picture->camera, err) < 0 ||
	                       add_image(colmap, model, picture, rv_path_base(colmap->path.ptr), err) < 0 ||
	                       add_points(colmap, model, picture, err) < 0
	               ? -1
	               : 0;
}

static int colmap_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct colmap *const colmap = state;
	struct model scene = { .n_images = 0 };
	const bool has_own = is_scene(sample->sample);
	struct model *const model = has_own ? &scene : &colmap->stills;
	int status = open_model(colmap, model, sample->pictures[0].picture, err);
	for (size_t i = 0; status == 0 && i < sample->n_pictures; i++) {
		status = add_picture(colmap, model, sample, i, err);
	}
	if (has_own) {
		struct rv_err ignored = RV_ERR_INIT;
		status = close_model(colmap->target->dataset, &scene, status == 0 ? err : &ignored) < 0 ? -1 : status;
	}
	return status;
}

/* ---- the whole ---- */

static int colmap_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct colmap *const colmap = state;
	colmap->target = target;
	rv_str_init(&colmap->path);
	rv_str_init(&colmap->text);
	return 0;
}

static void colmap_release(void *state)
{
	struct colmap *const colmap = state;
	for (int i = 0; i < FILES; i++) {
		sink_output_abort(colmap->stills.outputs[i]);
	}
	rv_str_release(&colmap->path);
	rv_str_release(&colmap->text);
	rv_image_release(&colmap->image);
	rv_image_release(&colmap->depth);
}

static int colmap_finish(void *state, struct rv_err *err)
{
	struct colmap *const colmap = state;
	return close_model(colmap->target->dataset, &colmap->stills, err);
}

const struct sink_class sink_colmap = {
	.format = &format_colmap,
	.state_bytes = sizeof(struct colmap),
	.open = colmap_open,
	.prepare = colmap_prepare,
	.add = colmap_add,
	.finish = colmap_finish,
	.release = colmap_release,
};

/* SPDX-License-Identifier: MIT */
/*
 * Cameras for NeRF, Gaussian splatting and the like: transforms.json as nerfstudio and instant-ngp read it, with the
 * keys of the original NeRF besides.
 *
 *	transforms/transforms.json     of all stills: images/ID.png, depths/ID.exr, normals/ID.exr, segmentations/ID.png
 *	transforms/ID/transforms.json  of a sequence: images/000001.png and so on, as its frames count
 *
 * Poses are camera-to-world with OpenGL axes, as in the record. Intrinsics stand at the top where they are the same for
 * all frames, else in every frame. Memory does not grow with the number of stills: both forms are written to temporary
 * files, and one of them is taken at the end.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "part.h"
#include "png.h"
#include "sink.h"

#define STILLS "transforms/"
#define FILE_NAME "transforms.json"
#define SIDE_MAX 65536
#define AXES_TOLERANCE 1e-3

/* What of a sample goes along; the first one has to be there. */
static const struct {
	const char *role, *key, *folder;
} kinds[] = {
	{ "image", "file_path", "images" },
	{ "depth", "depth_file_path", "depths" },
	{ "normal", "normal_file_path", "normals" },
	{ "index", "segmentation_file_path", "segmentations" },
};
#define N_KINDS RV_COUNTOF(kinds)

struct intrinsics {
	double fl_x, fl_y, cx, cy;
	uint64_t width, height;
	uint64_t channels; /* of the picture; 0: not known */
};

/* One transforms.json in the making. */
struct document {
	struct sink_part shared, each; /* frames without and with intrinsics of their own */
	struct intrinsics first;
	bool differ;
	uint64_t n_frames;
};

struct frame {
	struct intrinsics intrinsics;
	struct rv_json matrix;        /* borrowed from the sample */
	const char *paths[N_KINDS];   /* borrowed too; NULL: not there */
	struct rv_str names[N_KINDS]; /* as the document names them */
};

struct transforms {
	struct sink_dataset *dataset;
	struct document stills;
	/* The sample at hand. */
	bool is_sequence;
	double fps; /* NAN: the record does not say */
	struct frame *frames;
	size_t n_frames, cap_frames;
};

/* ---- a sample ---- */

static void clear_sample(struct transforms *transforms)
{
	for (size_t i = 0; i < transforms->n_frames; i++) {
		for (size_t k = 0; k < N_KINDS; k++) {
			rv_str_release(&transforms->frames[i].names[k]);
		}
	}
	transforms->n_frames = 0;
}

static double matrix_at(struct rv_json rows, size_t row, size_t column)
{
	return rv_json_number(rv_json_at(rv_json_at(rows, row), column), NAN);
}

/* Axes of length 1, each square to the others; NaN, which is what is no number, fails. */
static bool is_pose(struct rv_json rows)
{
	for (size_t i = 0; i < 3; i++) {
		if (!isfinite(matrix_at(rows, i, 3)) || matrix_at(rows, 3, i) != 0) {
			return false;
		}
		for (size_t k = 0; k < 3; k++) {
			double product = 0;
			for (size_t row = 0; row < 3; row++) {
				product += matrix_at(rows, row, i) * matrix_at(rows, row, k);
			}
			if (!(fabs(product - (i == k ? 1 : 0)) <= AXES_TOLERANCE)) {
				return false;
			}
		}
	}
	return matrix_at(rows, 3, 3) == 1;
}

static int read_camera(struct frame *frame, struct rv_json camera, struct rv_json resolution, struct rv_err *err)
{
	struct intrinsics *in = &frame->intrinsics;
	struct rv_json rows = rv_json_get(camera, "K");
	const char *type = rv_json_string(rv_json_get(camera, "type"), NULL);
	if (type && strcmp(type, "PERSP") != 0) {
		return rv_fail(err, RV_E_BAD_RECORD, "format transforms needs a perspective camera, not %s", type);
	}
	*in = (struct intrinsics) { .fl_x = matrix_at(rows, 0, 0),
		                    .fl_y = matrix_at(rows, 1, 1),
		                    .cx = matrix_at(rows, 0, 2),
		                    .cy = matrix_at(rows, 1, 2) };
	if (!(in->fl_x > 0 && in->fl_y > 0 && isfinite(in->cx) && isfinite(in->cy) && matrix_at(rows, 0, 1) == 0)) {
		return rv_fail(err, RV_E_BAD_RECORD, "format transforms needs field 'camera.K': intrinsics in pixels");
	}
	if (!rv_json_u64(rv_json_at(resolution, 0), 1, SIDE_MAX, &in->width) ||
	    !rv_json_u64(rv_json_at(resolution, 1), 1, SIDE_MAX, &in->height)) {
		return rv_fail(err, RV_E_BAD_RECORD, "format transforms needs field 'resolution': width and height");
	}
	frame->matrix = rv_json_get(camera, "matrix_world");
	if (!is_pose(frame->matrix)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format transforms needs field 'camera.matrix_world': 4 rows of 4 numbers, axes of "
		               "length 1");
	}
	return 0;
}

/* The picture must have the size that the intrinsics are of; only that of a PNG is looked at. */
static int check_picture(struct frame *frame, struct rv_err *err)
{
	uint32_t width, height, channels, bits;
	struct intrinsics *in = &frame->intrinsics;
	const char *path = frame->paths[0];
	if (strcmp(sink_sample_extension(path), "png") != 0) {
		uint64_t size;
		return sink_sample_file_size(path, &size, err);
	}
	if (rv_png_info(path, &width, &height, &channels, &bits, err) < 0) {
		return -1;
	}
	if (width != in->width || height != in->height) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'resolution' says %" PRIu64 "x%" PRIu64 ", but '%s' is %" PRIu32 "x%" PRIu32,
		               in->width, in->height, path, width, height);
	}
	in->channels = channels;
	return 0;
}

/* The files of frame `i`: those that are there for all frames. */
static int take_files(struct frame *frame, const struct sink_sample *sample, const struct sink_role *image, size_t i,
                      struct rv_err *err)
{
	for (size_t k = 0; k < N_KINDS; k++) {
		const struct sink_role *role = sink_sample_role(sample, kinds[k].role);
		uint64_t size;
		if (!role || role->is_array != image->is_array || role->n_files != image->n_files) {
			continue;
		}
		if (k > 0 && sink_sample_file_size(role->paths[i], &size, err) < 0) {
			return -1;
		}
		frame->paths[k] = role->paths[i];
		rv_str_printf(&frame->names[k], "%s/", kinds[k].folder);
		if (image->is_array) {
			rv_str_printf(&frame->names[k], "%06" PRIu64, sink_sample_frame(sample, i));
		} else {
			rv_str_puts(&frame->names[k], sample->id.ptr);
		}
		rv_str_printf(&frame->names[k], ".%s", sink_sample_extension(role->paths[i]));
	}
	return check_picture(frame, err);
}

static int transforms_prepare(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct transforms *transforms = sink;
	const struct sink_role *image = sink_sample_need_role(sample, "image", "transforms", err);
	struct rv_json frames = rv_json_get(sample->json, "frames");
	clear_sample(transforms);
	if (!image) {
		return SINK_REFUSED;
	}
	transforms->is_sequence = image->is_array;
	transforms->fps = image->is_array ? rv_json_number(rv_json_get(sample->json, "fps"), NAN) : NAN;
	for (size_t i = 0; i < image->n_files; i++) {
		struct rv_json camera =
		        image->is_array ? rv_json_get(rv_json_at(frames, i), "camera") : (struct rv_json)RV_JSON_INIT;
		if (rv_json_type(camera) != RV_JSON_OBJECT) {
			camera = rv_json_get(sample->json, "camera");
		}
		RV_GROW(transforms->frames, transforms->n_frames, transforms->cap_frames);
		struct frame *frame = &transforms->frames[transforms->n_frames++];
		*frame = (struct frame) { .matrix = RV_JSON_INIT };
		for (size_t k = 0; k < N_KINDS; k++) {
			rv_str_init(&frame->names[k]);
		}
		if (read_camera(frame, camera, rv_json_get(sample->json, "resolution"), err) < 0 ||
		    take_files(frame, sample, image, i, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- a document ---- */

static void document_init(struct document *document, const struct sink_dataset *dataset, const char *shared,
                          const char *each)
{
	*document = (struct document) { .n_frames = 0 };
	sink_part_init(&document->shared, dataset, shared);
	sink_part_init(&document->each, dataset, each);
}

static void document_release(struct document *document)
{
	sink_part_release(&document->shared);
	sink_part_release(&document->each);
}

/* With fewer digits than a double has, so that another C library's arc tangent gives the same text. */
static void put_angle(struct rv_json_out *out, const char *key, uint64_t side, double focal)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%.12g", 2 * atan((double)side / (2 * focal)));
	rv_json_put_raw(out, key, text.ptr, text.len);
	rv_str_release(&text);
}

static void put_intrinsics(struct rv_json_out *out, const struct intrinsics *in)
{
	rv_json_put_double(out, "fl_x", in->fl_x);
	rv_json_put_double(out, "fl_y", in->fl_y);
	rv_json_put_double(out, "cx", in->cx);
	rv_json_put_double(out, "cy", in->cy);
	rv_json_put_u64(out, "w", in->width);
	rv_json_put_u64(out, "h", in->height);
	if (in->channels > 0) {
		rv_json_put_u64(out, "c", in->channels);
	}
	put_angle(out, "camera_angle_x", in->width, in->fl_x);
	put_angle(out, "camera_angle_y", in->height, in->fl_y);
}

static void put_frame(struct rv_str *text, const struct frame *frame, bool is_first, bool with_intrinsics)
{
	struct rv_json_out out;
	rv_str_puts(text, is_first ? "\n" : ",\n");
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	for (size_t k = 0; k < N_KINDS; k++) {
		if (frame->paths[k]) {
			rv_json_put_string(&out, kinds[k].key, frame->names[k].ptr);
		}
	}
	if (with_intrinsics) {
		put_intrinsics(&out, &frame->intrinsics);
	}
	rv_json_open(&out, "transform_matrix", '[');
	for (size_t row = 0; row < 4; row++) {
		rv_json_open(&out, NULL, '[');
		for (size_t column = 0; column < 4; column++) {
			rv_json_put_double(&out, NULL, matrix_at(frame->matrix, row, column));
		}
		rv_json_close(&out, ']');
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
}

static bool same_intrinsics(const struct intrinsics *a, const struct intrinsics *b)
{
	return a->fl_x == b->fl_x && a->fl_y == b->fl_y && a->cx == b->cx && a->cy == b->cy && a->width == b->width &&
	       a->height == b->height && a->channels == b->channels;
}

static int document_add(struct document *document, const struct frame *frame, struct rv_err *err)
{
	const bool is_first = document->n_frames++ == 0;
	if (is_first) {
		document->first = frame->intrinsics;
	}
	document->differ = document->differ || !same_intrinsics(&document->first, &frame->intrinsics);
	if (!document->differ) {
		put_frame(&document->shared.text, frame, is_first, false);
	}
	put_frame(&document->each.text, frame, is_first, true);
	return sink_part_flush(&document->shared, err) < 0 || sink_part_flush(&document->each, err) < 0 ? -1 : 0;
}

static int document_finish(struct document *document, struct sink_dataset *dataset, const char *relative, double fps,
                           struct rv_err *err)
{
	static const char tail[] = "]}\n";
	struct sink_output *output = sink_output_open(dataset, relative, err);
	struct rv_str head = RV_STR_INIT;
	struct rv_json_out out;
	if (!output) {
		return -1;
	}
	rv_json_out_init(&out, &head);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "camera_model", "OPENCV");
	for (const char *const *key = (const char *const[]) { "k1", "k2", "p1", "p2", NULL }; *key; key++) {
		rv_json_put_u64(&out, *key, 0);
	}
	if (!document->differ) {
		put_intrinsics(&out, &document->first);
	}
	if (isfinite(fps)) {
		rv_json_put_double(&out, "fps", fps);
	}
	rv_json_open(&out, "frames", '[');
	struct sink_part *frames = document->differ ? &document->each : &document->shared;
	const bool failed = sink_output_write(output, head.ptr, head.len, err) < 0 ||
	                    sink_part_copy(frames, output, err) < 0 ||
	                    sink_output_write(output, tail, strlen(tail), err) < 0;
	rv_str_release(&head);
	if (failed) {
		sink_output_abort(output);
		return -1;
	}
	return sink_output_close(output, err);
}

/* ---- the whole ---- */

static int copy_files(struct transforms *transforms, const struct frame *frame, const char *base, struct rv_err *err)
{
	struct rv_str relative = RV_STR_INIT;
	int result = 0;
	for (size_t k = 0; k < N_KINDS && result == 0; k++) {
		if (frame->paths[k]) {
			rv_str_clear(&relative);
			rv_str_printf(&relative, "%s%s", base, frame->names[k].ptr);
			result = sink_dataset_copy(transforms->dataset, frame->paths[k], relative.ptr, err);
		}
	}
	rv_str_release(&relative);
	return result;
}

static int transforms_add(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct transforms *transforms = sink;
	struct document sequence, *document = &transforms->stills;
	struct rv_str base = RV_STR_INIT;
	int result = 0;
	rv_str_puts(&base, STILLS);
	if (transforms->is_sequence) {
		document = &sequence;
		document_init(document, transforms->dataset, "transforms-sequence", "transforms-sequence-each");
		rv_str_printf(&base, "%s/", sample->id.ptr);
	}
	for (size_t i = 0; i < transforms->n_frames && result == 0; i++) {
		result = copy_files(transforms, &transforms->frames[i], base.ptr, err);
		result = result < 0 ? result : document_add(document, &transforms->frames[i], err);
	}
	if (transforms->is_sequence) {
		rv_str_puts(&base, FILE_NAME);
		result = result < 0 ? result
		                    : document_finish(document, transforms->dataset, base.ptr, transforms->fps, err);
		document_release(document);
	}
	rv_str_release(&base);
	return result;
}

static int transforms_finish(void *sink, struct rv_err *err)
{
	struct transforms *transforms = sink;
	return transforms->stills.n_frames == 0
	               ? 0
	               : document_finish(&transforms->stills, transforms->dataset, STILLS FILE_NAME, NAN, err);
}

static void *transforms_open(struct sink_dataset *dataset, const struct sink_settings *settings, struct rv_err *err)
{
	struct transforms *transforms = rv_alloc_zero(1, sizeof(*transforms));
	(void)settings;
	(void)err;
	transforms->dataset = dataset;
	document_init(&transforms->stills, dataset, "transforms-stills", "transforms-stills-each");
	return transforms;
}

static void transforms_free(void *sink)
{
	struct transforms *transforms = sink;
	clear_sample(transforms);
	free(transforms->frames);
	document_release(&transforms->stills);
	free(transforms);
}

const struct sink_class sink_transforms = {
	.name = "transforms",
	.help = "transforms.json: poses and intrinsics for nerfstudio, instant-ngp and NeRF, with the pictures",
	.open = transforms_open,
	.prepare = transforms_prepare,
	.add = transforms_add,
	.finish = transforms_finish,
	.free = transforms_free,
};

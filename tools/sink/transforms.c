/* SPDX-License-Identifier: MIT */
/*
 * Cameras for NeRF, Gaussian splatting and the like: transforms.json as nerfstudio and instant-ngp read it, with the
 * keys of the original NeRF besides. One document of all stills, one of each sample with several pictures.
 *
 * Poses are camera-to-world with OpenGL axes, as in the record. Intrinsics stand at the top where they are the same for
 * all frames, else in every frame. Memory does not grow with the number of stills: both forms are written to temporary
 * files, and one of them is taken at the end. Where records have splits, the document of all stills lists the pictures
 * of each; a sequence or a scene is in one split as a whole.
 */
#include "format/transforms.h"

#include <math.h>
#include <string.h>

#include "diag.h"
#include "format/layout.h"
#include "sink/camera.h"
#include "sink/part.h"
#include "sink/sink.h"

/* One transforms.json in the making. */
struct document {
	struct sink_part shared, each; /* frames without and with intrinsics of their own */
	struct sink_camera first;
	bool differ;
	struct sink_part names[RV_SPLITS]; /* of the pictures of each split; of the stills alone, */
	struct sink_part nerf[RV_SPLITS];  /* as what the original NeRF reads of them */
	bool has_splits;
};

struct transforms {
	const struct sink_target *target;
	struct document stills;
	struct rv_str path, files, image; /* of the picture at hand: image is what file_path has */
	/* The sample at hand. */
	struct sink_camera *cameras; /* of each picture; in the sample's memory */
	double fps;                  /* NAN: it has none */
};

static bool is_scene(const struct rv_sample *sample)
{
	return sample->is_sequence || sample->n_pictures > 1 || sample->pictures[0].view;
}

static const char *layout_of(const struct rv_picture *picture)
{
	return !is_scene(picture->sample)     ? "still"
	       : picture->view                ? "view"
	       : picture->sample->is_sequence ? "frame"
	                                      : "own";
}

/* ---- a document ---- */

/* By enum rv_split: the members that list pictures. Readers want all of them or none. */
static const char *const split_lists[RV_SPLITS] = { "train_filenames", "val_filenames", "test_filenames" };

static const char *const nerf_parts[RV_SPLITS] = { "nerf-train", "nerf-val", "nerf-test" };

static void document_init(struct document *document, const struct sink_dataset *dataset, bool is_of_stills)
{
	*document = (struct document) { .differ = false };
	sink_part_init(&document->shared, dataset, is_of_stills ? "transforms-stills" : "transforms-scene");
	sink_part_init(&document->each, dataset, is_of_stills ? "transforms-stills-each" : "transforms-scene-each");
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_init(&document->names[split], dataset, split_lists[split]);
		sink_part_init(&document->nerf[split], dataset, nerf_parts[split]);
	}
}

static void document_release(struct document *document)
{
	sink_part_release(&document->shared);
	sink_part_release(&document->each);
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_release(&document->names[split]);
		sink_part_release(&document->nerf[split]);
	}
}

/* With fewer digits than a double has, so that another C library's arc tangent gives the same text. */
static void put_angle(struct rv_json_out *out, const char *key, uint32_t side, double focal)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%.12g", 2 * atan((double)side / (2 * focal)));
	rv_json_put_raw(out, key, text.ptr, text.len);
	rv_str_release(&text);
}

static void put_intrinsics(struct rv_json_out *out, const struct sink_camera *camera)
{
	rv_json_put_double(out, "fl_x", camera->fl_x);
	rv_json_put_double(out, "fl_y", camera->fl_y);
	rv_json_put_double(out, "cx", camera->cx);
	rv_json_put_double(out, "cy", camera->cy);
	rv_json_put_u64(out, "w", camera->width);
	rv_json_put_u64(out, "h", camera->height);
	if (camera->channels > 0) {
		rv_json_put_u64(out, "c", camera->channels);
	}
	put_angle(out, "camera_angle_x", camera->width, camera->fl_x);
	put_angle(out, "camera_angle_y", camera->height, camera->fl_y);
}

static void put_pose(struct rv_json_out *out, const struct sink_camera *camera)
{
	rv_json_open(out, "transform_matrix", '[');
	for (size_t row = 0; row < 4; row++) {
		rv_json_open(out, NULL, '[');
		for (size_t column = 0; column < 4; column++) {
			rv_json_put_double(out, NULL, camera->pose[row][column]);
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

/* `files` are the members that name the frame's files. */
static void put_frame(struct sink_part *part, const struct rv_str *files, const struct sink_camera *camera,
                      bool with_intrinsics)
{
	struct rv_json_out out;
	sink_part_item(part, &out);
	rv_json_open(&out, NULL, '{');
	rv_str_append(&part->text, files->ptr, files->len);
	out.needs_comma = true;
	if (with_intrinsics) {
		put_intrinsics(&out, camera);
	}
	put_pose(&out, camera);
	rv_json_close(&out, '}');
}

static int document_add(struct document *document, const struct rv_str *files, const struct sink_camera *camera,
                        struct rv_err *err)
{
	if (document->each.n_items == 0) {
		document->first = *camera;
	}
	document->differ = document->differ || !sink_camera_same_intrinsics(&document->first, camera);
	if (!document->differ) {
		put_frame(&document->shared, files, camera, false);
	}
	put_frame(&document->each, files, camera, true);
	return sink_part_flush(&document->shared, err) < 0 || sink_part_flush(&document->each, err) < 0 ? -1 : 0;
}

/* A still's split, and the path of its image below the document. */
static int document_add_name(struct document *document, const struct sink_sample *sample, const char *name,
                             struct rv_err *err)
{
	struct rv_json_out out;
	document->has_splits = document->has_splits || sample->sample->split;
	sink_part_item(&document->names[sample->split], &out);
	rv_json_put_string(&out, NULL, name);
	return sink_part_flush(&document->names[sample->split], err);
}

/* The same for the original NeRF, which appends what a file ends in. */
static int document_add_nerf(struct document *document, enum rv_split split, const char *name,
                             const struct sink_camera *camera, struct rv_err *err)
{
	struct rv_json_out out;
	sink_part_item(&document->nerf[split], &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_bytes(&out, "file_path", name, (size_t)(strrchr(name, '.') - name));
	put_pose(&out, camera);
	rv_json_close(&out, '}');
	return sink_part_flush(&document->nerf[split], err);
}

static int put_names(struct document *document, struct sink_output *output, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	int status = 0;
	for (enum rv_split split = 0; split < RV_SPLITS && document->has_splits && status == 0; split++) {
		rv_str_clear(&key);
		rv_str_printf(&key, ",\"%s\":", split_lists[split]);
		status = sink_output_write(output, key.ptr, key.len, err) < 0
		                 ? -1
		                 : sink_part_copy(&document->names[split], output, err);
	}
	rv_str_release(&key);
	return status;
}

static int document_finish(struct document *document, struct sink_dataset *dataset, const char *path, double fps,
                           struct rv_err *err)
{
	static const char *const no_distortion[] = { "k1", "k2", "p1", "p2" };
	struct sink_output *const output = sink_dataset_create(dataset, path, err);
	struct rv_str head = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &head);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "camera_model", "OPENCV");
	for (size_t i = 0; i < RV_COUNTOF(no_distortion); i++) {
		rv_json_put_u64(&out, no_distortion[i], 0);
	}
	if (!document->differ) {
		put_intrinsics(&out, &document->first);
	}
	if (isfinite(fps)) {
		rv_json_put_double(&out, "fps", fps);
	}
	rv_str_puts(&head, ",\"frames\":");
	const bool failed = !output || sink_output_write(output, head.ptr, head.len, err) < 0 ||
	                    sink_part_copy(document->differ ? &document->each : &document->shared, output, err) < 0 ||
	                    put_names(document, output, err) < 0 || sink_output_write(output, "}\n", 2, err) < 0;
	rv_str_release(&head);
	if (failed) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(dataset, output, err);
}

/* Every split has one, if only without frames: readers open all three. */
static int document_finish_nerf(struct document *document, struct sink_dataset *dataset, enum rv_split split,
                                struct rv_err *err)
{
	struct format_place place = { .id = "" };
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	format_place_set_split(&place, rv_split_names[split]);
	format_expand(format_layout(&format_transforms, "nerf"), &place, &text);
	struct sink_output *const output = sink_dataset_create(dataset, text.ptr, err);
	rv_str_clear(&text);
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	put_angle(&out, "camera_angle_x", document->first.width, document->first.fl_x);
	rv_str_puts(&text, ",\"frames\":");
	const bool failed = !output || sink_output_write(output, text.ptr, text.len, err) < 0 ||
	                    sink_part_copy(&document->nerf[split], output, err) < 0 ||
	                    sink_output_write(output, "}\n", 2, err) < 0;
	rv_str_release(&text);
	if (failed) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(dataset, output, err);
}

/* ---- a sample ---- */

/* What the original NeRF has a place for: one lens, square pixels, its centre in the middle of the picture. */
static int check_nerf(const struct transforms *transforms, const struct sink_sample *sample, struct rv_err *err)
{
	const struct sink_camera *const camera = &transforms->cameras[0];
	const struct document *const stills = &transforms->stills;
	const char *const extension = sink_extension(rv_picture_file(sample->pictures[0].picture, RV_ROLE_IMAGE));
	if (strcmp(extension, FORMAT_TRANSFORMS_NERF_EXTENSION) != 0) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format transforms with nerf needs PNG files in 'files.image', not '.%s': render with "
		               "--image-format PNG",
		               extension);
	}
	if (camera->fl_x != camera->fl_y || camera->cx * 2 != camera->width || camera->cy * 2 != camera->height ||
	    (stills->each.n_items > 0 && !sink_camera_same_intrinsics(&stills->first, camera))) {
		return rv_fail(
		        err, RV_E_BAD_RECORD,
		        "format transforms with nerf: the camera has pixels that are not square, a shifted lens, or "
		        "another lens than the first still's, which NeRF has no place for: leave out nerf");
	}
	return 0;
}

static int prepare_picture(struct sink_sample *sample, size_t i, struct sink_camera *camera, struct rv_err *err)
{
	for (size_t k = 0; k < FORMAT_TRANSFORMS_FILES; k++) {
		const char *const file = rv_picture_file(sample->pictures[i].picture, format_transforms_files[k].role);
		if (file && sink_sample_has(sample, file, err) < 0) {
			return -1;
		}
	}
	return sink_camera_read(sample, &sample->pictures[i], &format_transforms, camera, err);
}

static int transforms_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct transforms *const transforms = state;
	transforms->cameras = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*transforms->cameras));
	transforms->fps = NAN;
	if (sample->sample->is_sequence && sink_sample_fps(sample, &transforms->fps, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (prepare_picture(sample, i, &transforms->cameras[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return format_transforms_options.nerf && !is_scene(sample->sample) && check_nerf(transforms, sample, err) < 0
	               ? SINK_REFUSED
	               : 0;
}

/* Copies a picture's files and sets the members that name them, without the first `folder_len` bytes of their paths. */
static int add_files(struct transforms *transforms, struct sink_sample *sample, const struct rv_picture *picture,
                     size_t folder_len, struct rv_err *err)
{
	struct rv_str *const path = &transforms->path;
	struct rv_json_out out;
	rv_str_clear(&transforms->files);
	rv_json_out_init(&out, &transforms->files);
	for (size_t i = 0; i < FORMAT_TRANSFORMS_FILES; i++) {
		const struct format_transforms_file *const kind = &format_transforms_files[i];
		const char *const file = rv_picture_file(picture, kind->role);
		if (!file) {
			continue;
		}
		sink_picture_path(picture, &format_transforms, layout_of(picture), kind->folder, sink_extension(file),
		                  path);
		rv_json_put_string(&out, kind->key, path->ptr + folder_len);
		if (i == 0) {
			rv_str_clear(&transforms->image);
			rv_str_puts(&transforms->image, path->ptr + folder_len);
		}
		if (sink_store_file(transforms->target->store, sample, file, path->ptr, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int transforms_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct transforms *const transforms = state;
	struct sink_dataset *const dataset = transforms->target->dataset;
	const bool has_own = is_scene(sample->sample);
	struct document scene, *const document = has_own ? &scene : &transforms->stills;
	struct rv_str name = RV_STR_INIT;
	int status = 0;
	sink_picture_path(sample->sample->pictures, &format_transforms, has_own ? "scene" : "stills", "", "", &name);
	const size_t folder_len = name.len - strlen(FORMAT_TRANSFORMS_NAME);
	document_init(&scene, dataset, false);
	for (size_t i = 0; status == 0 && i < sample->n_pictures; i++) {
		status = add_files(transforms, sample, sample->pictures[i].picture, folder_len, err);
		if (status == 0 && !has_own) {
			status = document_add_name(document, sample, transforms->image.ptr, err);
		}
		if (status == 0 && !has_own && format_transforms_options.nerf) {
			status = document_add_nerf(document, sample->split, transforms->image.ptr,
			                           &transforms->cameras[i], err);
		}
		if (status == 0) {
			status = document_add(document, &transforms->files, &transforms->cameras[i], err);
		}
	}
	if (status == 0 && has_own) {
		status = document_finish(&scene, dataset, name.ptr, transforms->fps, err);
	}
	document_release(&scene);
	rv_str_release(&name);
	return status;
}

/* ---- the whole ---- */

static int transforms_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct transforms *const transforms = state;
	transforms->target = target;
	document_init(&transforms->stills, target->dataset, true);
	rv_str_init(&transforms->path);
	rv_str_init(&transforms->files);
	rv_str_init(&transforms->image);
	return 0;
}

static void transforms_release(void *state)
{
	struct transforms *const transforms = state;
	document_release(&transforms->stills);
	rv_str_release(&transforms->path);
	rv_str_release(&transforms->files);
	rv_str_release(&transforms->image);
}

static int transforms_finish(void *state, struct rv_err *err)
{
	struct transforms *const transforms = state;
	if (transforms->stills.each.n_items == 0) {
		if (format_transforms_options.nerf) {
			rv_warn("format transforms: no sample is a still of one picture, so there is no "
			        "transforms_train.json, which nerf asks for; each sequence has its transforms.json");
		}
		return 0;
	}
	for (enum rv_split split = 0; split < RV_SPLITS && format_transforms_options.nerf; split++) {
		if (document_finish_nerf(&transforms->stills, transforms->target->dataset, split, err) < 0) {
			return -1;
		}
	}
	return document_finish(&transforms->stills, transforms->target->dataset,
	                       format_layout(&format_transforms, "stills"), NAN, err);
}

const struct sink_class sink_transforms = {
	.format = &format_transforms,
	.state_bytes = sizeof(struct transforms),
	.open = transforms_open,
	.prepare = transforms_prepare,
	.add = transforms_add,
	.finish = transforms_finish,
	.release = transforms_release,
};

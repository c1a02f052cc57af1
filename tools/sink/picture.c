/* SPDX-License-Identifier: MIT */
/* What formats ask about a sample. */
#include "sink/picture.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"
#include "format/layout.h"
#include "png.h"
#include "video.h"
#include "vocabulary.h"

static void clear(struct sink_sample *sample)
{
	if (sample->dir_fd >= 0) {
		close(sample->dir_fd);
	}
	rv_source_close(&sample->last);
	rv_arena_clear(&sample->arena);
	*sample = (struct sink_sample) {
		.arena = sample->arena,
		.is_lossy = sample->is_lossy,
		.dir_fd = -1,
		.last = RV_SOURCE_INIT,
		.rle = sample->rle,
	};
}

static enum rv_split split_of(const struct rv_sample *sample)
{
	return sample->split ? rv_split_find(sample->split) : RV_SPLIT_TRAIN;
}

void sink_sample_load(struct sink_sample *sample, const struct rv_sample *from)
{
	clear(sample);
	sample->sample = from;
	sample->split = split_of(from);
	sample->pictures = rv_arena_alloc(&sample->arena, from->n_pictures + 1, sizeof(*sample->pictures));
	for (size_t i = 0; i < from->n_pictures; i++) {
		const struct rv_picture *const of = &from->pictures[i];
		if (rv_picture_is_layer(of)) {
			continue;
		}
		struct sink_picture *const picture = &sample->pictures[sample->n_pictures++];
		picture->picture = of;
		picture->labels = rv_arena_alloc(&sample->arena, of->n_annotations + 1, sizeof(*picture->labels));
		for (size_t k = 0; k < of->n_annotations; k++) {
			if (of->annotations[k].area_px > 0) {
				picture->labels[picture->n_labels++].annotation = &of->annotations[k];
			}
		}
	}
}

void sink_sample_release(struct sink_sample *sample)
{
	clear(sample);
	rv_arena_release(&sample->arena);
	rv_rle_release(&sample->rle);
}

/* ---- needs ---- */

static int lacks(const struct format *format, const char *before, const char *field, const char *cure,
                 struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_RECORD, "format %s needs field '%s%s', which the record does not have: %s",
	               format->name, before, field, cure);
}

static int lacks_file(const struct rv_picture *picture, const struct format *format, const char *role,
                      struct rv_err *err)
{
	struct rv_str there = RV_STR_INIT;
	const struct rv_json render = rv_json_get(picture->sample->json, "render");
	if (rv_role_is(role, RV_ROLE_IMAGE) && rv_json_true(rv_json_get(render, "no_image"))) {
		return rv_fail(err, RV_E_MISSING_FILE,
		               "format %s needs pictures, and the sample has none: render it without --no-image",
		               format->name);
	}
	for (size_t i = 0; i < picture->n_files; i++) {
		rv_str_printf(&there, "%s%s", i > 0 ? ", " : "", picture->files[i].role);
	}
	rv_fail(err, RV_E_MISSING_FILE, "format %s needs '%s.%s', which the record does not have; it has %s",
	        format->name, picture->files_field, role, there.len > 0 ? there.ptr : "no files there");
	rv_str_release(&there);
	return -1;
}

static int refuse_image(const struct rv_picture *picture, const struct format *format, const char *role,
                        const char *path, struct rv_err *err)
{
	struct rv_str encode = RV_STR_INIT;
	if (format->encoding) {
		rv_str_printf(&encode, "let rv-mux encode them (%s:image=jpg), ", format->name);
	}
	rv_fail(err, RV_E_BAD_RECORD,
	        "format %s needs %s files in '%s.%s', not '%s': %srender with --image-format PNG, or choose formats "
	        "that take others (--format webdataset)",
	        format->name, format_pictures(format->needs), picture->files_field, role, path,
	        encode.ptr ? encode.ptr : "");
	rv_str_release(&encode);
	return -1;
}

/* PNG files, which FORMAT_NEEDS_PNG is about, are decoded by every rv. */
#define DECODED (FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_COMMON | FORMAT_NEEDS_STILL)

static int image_fits(const struct rv_picture *picture, const struct format *format, struct rv_err *err)
{
	const char *const role = format->role ? *format->role : rv_roles[RV_ROLE_IMAGE].name;
	const struct rv_file *const files = rv_picture_files(picture, role);
	if (!files || files->n_paths == 0) {
		return lacks_file(picture, format, role, err);
	}
	if (files->n_paths > 1) {
		return rv_fail(err, RV_E_BAD_RECORD, "format %s needs one file a picture in '%s.%s', not %zu",
		               format->name, picture->files_field, role, files->n_paths);
	}
	if (!format_encodes(format) && !format_takes(format->needs, sink_extension(files->paths[0]))) {
		return refuse_image(picture, format, role, files->paths[0], err);
	}
	if ((format->needs & DECODED) && !rv_still_is(files->paths[0])) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format %s needs pictures in '%s.%s' that this FFmpeg decodes, not '%s': render with "
		               "--image-format PNG",
		               format->name, picture->files_field, role, files->paths[0]);
	}
	return 0;
}

static int picture_fits(const struct rv_picture *picture, const struct format *format, struct rv_err *err)
{
	if ((format->needs & FORMAT_NEEDS_IMAGE) && image_fits(picture, format, err) < 0) {
		return -1;
	}
	if ((format->needs & FORMAT_NEEDS_ANNOTATIONS) && !picture->has_annotations) {
		return lacks(format, picture->field, "annotations", "rv-mask makes it", err);
	}
	if ((format->needs & FORMAT_NEEDS_CAMERA) && rv_json_type(picture->camera) != RV_JSON_OBJECT) {
		return lacks(format, "", "camera", "rv-blend makes it", err);
	}
	return 0;
}

int sink_sample_fits(const struct sink_sample *sample, const struct format *format, struct rv_err *err)
{
	if ((format->needs & FORMAT_NEEDS_SEQUENCE) && !sample->sample->is_sequence) {
		return lacks(format, "", "frames", "render a sequence (rv-blend --frames)", err);
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (picture_fits(sample->pictures[i].picture, format, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int sink_sample_fps(const struct sink_sample *sample, double *fps, struct rv_err *err)
{
	const struct rv_json value = rv_json_get(sample->sample->json, "fps");
	const enum rv_json_type type = rv_json_type(value);
	*fps = rv_json_number(value, NAN);
	if (type == RV_JSON_NONE || type == RV_JSON_NULL || (*fps >= RV_FPS_MIN && *fps <= RV_FPS_MAX)) {
		return 0;
	}
	return rv_fail(err, RV_E_BAD_RECORD, "field 'fps' must be a number in %g..%g", RV_FPS_MIN, RV_FPS_MAX);
}

/* ---- files ---- */

static int open_file(struct sink_sample *sample, const char *file, struct rv_source *source, struct rv_err *err)
{
	const char *const dir = sample->sample->dir;
	if (sample->dir_fd < 0) {
		sample->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (sample->dir_fd < 0) {
		return rv_fail_errno(err, "cannot open the sample's directory '%s'", dir);
	}
	if (rv_source_open_beneath(source, sample->dir_fd, file, err) < 0) {
		return rv_fail_prefix(err, "'%s'", dir);
	}
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, file);
	free(source->name);
	source->name = rv_str_detach(&path);
	return 0;
}

/* A PNG that ends as it should is not looked at further: a copy or a render that was broken off lacks the end. */
static int check_end(const struct rv_source *source, struct rv_err *err)
{
	static const unsigned char end[12] = "\0\0\0\0IEND\xae\x42\x60\x82";
	unsigned char last[sizeof(end)] = { 0 };
	struct rv_image form = RV_IMAGE_INIT;
	if (source->len >= sizeof(last) &&
	    rv_source_read(source, source->len - sizeof(last), last, sizeof(last), err) < 0) {
		return rv_fail_prefix(err, "'%s'", source->name);
	}
	return memcmp(last, end, sizeof(end)) == 0 ? 0 : rv_png_check_from(source, &form, err);
}

/* Formats ask for the same file one after the other. */
int sink_sample_open(struct sink_sample *sample, const char *file, struct rv_source *source, struct rv_err *err)
{
	if (!sample->last_file || strcmp(sample->last_file, file) != 0) {
		rv_source_close(&sample->last);
		sample->last_file = NULL;
		if (open_file(sample, file, &sample->last, err) < 0 ||
		    (strcmp(sink_extension(file), "png") == 0 && check_end(&sample->last, err) < 0)) {
			return -1;
		}
		sample->last_file = rv_arena_strndup(&sample->arena, file, strlen(file));
	}
	return rv_source_share(source, &sample->last, err);
}

int sink_sample_has(struct sink_sample *sample, const char *file, struct rv_err *err)
{
	struct rv_source source;
	if (sink_sample_open(sample, file, &source, err) < 0) {
		return -1;
	}
	rv_source_close(&source);
	return 0;
}

int sink_sample_read_picture(struct sink_sample *sample, const char *file, struct rv_image *image, struct rv_err *err)
{
	struct rv_source source;
	if (sink_sample_open(sample, file, &source, err) < 0) {
		return -1;
	}
	const int status = rv_still_read_from(&source, image, err);
	rv_source_close(&source);
	return status;
}

const char *sink_extension(const char *path)
{
	const char *const dot = strrchr(rv_path_base(path), '.');
	return dot ? dot + 1 : "";
}

/* ---- pictures ---- */

/* Of a PNG by its header; others are decoded. */
static int measure(const struct rv_source *source, struct sink_picture *picture, struct rv_err *err)
{
	struct rv_image image = RV_IMAGE_INIT;
	uint32_t bits;
	if (strcmp(sink_extension(source->name), "png") == 0) {
		return rv_png_info_from(source, &picture->width, &picture->height, &picture->channels, &bits, err);
	}
	if (rv_still_read_from(source, &image, err) < 0) {
		return -1;
	}
	picture->width = image.width;
	picture->height = image.height;
	picture->channels = image.channels;
	rv_image_release(&image);
	return 0;
}

int sink_picture_measure(struct sink_sample *sample, struct sink_picture *picture, struct rv_err *err)
{
	struct rv_source source;
	if (picture->width > 0) {
		return 0;
	}
	if (sink_sample_open(sample, rv_picture_file(picture->picture, RV_ROLE_IMAGE), &source, err) < 0) {
		return -1;
	}
	const int status = measure(&source, picture, err);
	if (status < 0) {
		picture->width = 0;
	}
	rv_source_close(&source);
	return status;
}

static int check_annotation(struct sink_sample *sample, const struct sink_picture *picture, size_t i,
                            struct rv_err *err)
{
	const struct rv_annotation *const annotation = &picture->picture->annotations[i];
	const char *const before = picture->picture->field;
	if (annotation->width != picture->width || annotation->height != picture->height) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field '%sannotations[%zu].rle.size' is of %" PRIu32 "x%" PRIu32
		               " pixels, but the picture has %" PRIu32 "x%" PRIu32,
		               before, i, annotation->width, annotation->height, picture->width, picture->height);
	}
	if (rv_rle_decompress(&sample->rle, picture->width, picture->height, annotation->counts, annotation->counts_len,
	                      err) < 0) {
		return rv_fail_prefix(err, "field '%sannotations[%zu].rle.counts'", before, i);
	}
	return 0;
}

int sink_picture_check_labels(struct sink_sample *sample, struct sink_picture *picture, struct rv_err *err)
{
	if (picture->is_checked) {
		return 0;
	}
	if (sink_picture_measure(sample, picture, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < picture->picture->n_annotations; i++) {
		if (check_annotation(sample, picture, i, err) < 0) {
			return -1;
		}
	}
	picture->is_checked = true;
	return 0;
}

static int check_like(const struct sink_picture *picture, const struct sink_picture *first, const struct format *format,
                      struct rv_err *err)
{
	const char *const ending = sink_picture_extension(picture->picture, format), *const wanted =
	                                                                                     sink_picture_extension(
	                                                                                             first->picture,
	                                                                                             format);
	if (picture->width != first->width || picture->height != first->height) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format %s: frame %s has %" PRIu32 "x%" PRIu32 " pixels, those before it %" PRIu32
		               "x%" PRIu32,
		               format->name, picture->picture->frame_name, picture->width, picture->height,
		               first->width, first->height);
	}
	return strcmp(ending, wanted) == 0
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD,
	                         "format %s: the file of frame %s ends in '.%s', of those before it in '.%s'",
	                         format->name, picture->picture->frame_name, ending, wanted);
}

int sink_sample_check_frames(struct sink_sample *sample, const struct format *format, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		const struct sink_picture *const first = picture - i % sample->sample->n_frames;
		if (sink_picture_check_labels(sample, picture, err) < 0 ||
		    check_like(picture, first, format, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- encoded images ---- */

int sink_picture_quality(const struct rv_picture *picture, const struct format *format)
{
	if (!format_encodes(format)) {
		return 0;
	}
	const char *const extension = sink_extension(rv_picture_file(picture, RV_ROLE_IMAGE));
	const bool is_jpeg = strcasecmp(extension, "jpg") == 0 || strcasecmp(extension, "jpeg") == 0;
	return is_jpeg ? 0 : (int)format->encoding->quality;
}

const char *sink_picture_extension(const struct rv_picture *picture, const struct format *format)
{
	return format_encodes(format) ? "jpg" : sink_extension(rv_picture_file(picture, RV_ROLE_IMAGE));
}

int sink_sample_check_images(struct sink_sample *sample, const struct format *format, struct rv_err *err)
{
	struct rv_image image = RV_IMAGE_INIT;
	int status = 0;
	for (size_t i = 0; i < sample->n_pictures && status == 0; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		if (!picture->is_decoded && sink_picture_quality(picture->picture, format) > 0) {
			const char *const file = rv_picture_file(picture->picture, RV_ROLE_IMAGE);
			status = sink_sample_read_picture(sample, file, &image, err);
			picture->is_decoded = status == 0;
		}
	}
	rv_image_release(&image);
	return status;
}

void sink_picture_path(const struct rv_picture *picture, const struct format *format, const char *layout,
                       const char *role, const char *extension, struct rv_str *path)
{
	struct format_place place = { .id = "" };
	const struct rv_sample *const sample = picture->sample;
	snprintf(place.id, sizeof(place.id), "%s", sample->id);
	snprintf(place.view, sizeof(place.view), "%s", picture->view ? picture->view : "");
	snprintf(place.split, sizeof(place.split), "%s", rv_split_names[split_of(sample)]);
	snprintf(place.role, sizeof(place.role), "%s", role);
	snprintf(place.ext, sizeof(place.ext), "%s", extension ? extension : sink_picture_extension(picture, format));
	if (sample->is_sequence) {
		snprintf(place.frame, sizeof(place.frame), "%06" PRIu64, picture->frame);
		snprintf(place.number, sizeof(place.number), "%06zu", (picture->frame_number + 1) % 1000000);
		snprintf(place.count, sizeof(place.count), "%05zu", picture->frame_number % 100000);
	}
	rv_str_clear(path);
	format_expand(format_layout(format, layout), &place, path);
}

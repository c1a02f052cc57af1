/* SPDX-License-Identifier: MIT */
/*
 * COCO: ids unique and resolved, run lengths that decode to the claimed area and box in an image of the claimed size,
 * masks of one image that do not overlap, image files that are there with that size, and no others.
 *
 * A document is read element by element, and what has to be compared goes through a sorter, so that memory
 * does not grow with the number of images and annotations. Lines of the sorter begin with what they are about:
 *
 *	f FILE		0	W H                 an image file
 *	f FILE		1	W H POSITION PATH   an element of `images` that names it, in the document at PATH
 *	i PATH ID	0	W H POSITION        the same by its id
 *	i PATH ID	1	W H POSITION R B    an annotation of that image, with the size of its run lengths, and
 *	                                            where its box ends
 *	a PATH ID	POSITION                    an annotation
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "format/coco.h"
#include "json.h"
#include "portrait.h"
#include "scan.h"
#include "verify/formats/coco_document.h"
#include "verify/formats/coco_panoptic.h"
#include "verify/sort.h"

struct coco {
	const struct verify_context *context;
	struct rv_portrait *portrait; /* NULL: nobody asks */
	pthread_mutex_t lock;
	struct rv_sorter *sorter;
	struct verify_coco_panoptic *panoptic;
	atomic_bool is_there; /* a document */
};

#define FOLDERS 6

/* A document while it is read. */
struct reading {
	struct coco *coco;
	const char *path;
	struct rv_str folders[FOLDERS]; /* where its pictures may be, with a slash; of rv's own one */
	size_t n_folders, at;           /* the one in which the last picture was */
};

static void *open_coco(const struct verify_context *context)
{
	struct coco *const coco = rv_alloc_zero(1, sizeof(*coco));
	coco->context = context;
	coco->portrait = context->pictured == FORMAT_ID_coco ? context->rules->portrait : NULL;
	coco->sorter = verify_sorter_new();
	coco->panoptic = verify_coco_panoptic_new();
	pthread_mutex_init(&coco->lock, NULL);
	return coco;
}

static void free_coco(void *state)
{
	struct coco *const coco = state;
	rv_sorter_free(coco->sorter);
	verify_coco_panoptic_free(coco->panoptic);
	pthread_mutex_destroy(&coco->lock);
	free(coco);
}

static int add_line(struct coco *coco, const struct rv_str *line, struct rv_err *err)
{
	pthread_mutex_lock(&coco->lock);
	const int status = rv_sorter_add(coco->sorter, line->ptr, line->len, err);
	pthread_mutex_unlock(&coco->lock);
	return status;
}

/* "f NAME\tKIND\tW H": as a JSON string a name holds no tab and no newline. */
static void start_file_line(struct rv_str *line, const char *name, size_t len, char kind, uint64_t width,
                            uint64_t height)
{
	rv_str_clear(line);
	rv_str_puts(line, "f ");
	rv_str_json(line, name, len);
	rv_str_printf(line, "\t%c\t%" PRIu64 " %" PRIu64, kind, width, height);
}

/* ---- what is there ----------------------------------------------------------------------------------------------- */

/* The path of a picture: of those that it may have the first that is there, or that in the folder of the last one. */
static void find_image(struct reading *reading, const char *name, size_t len, struct rv_str *file)
{
	size_t at = reading->at, left = reading->n_folders > 1 ? reading->n_folders : 0;
	rv_str_puts(file, reading->folders[at].ptr);
	rv_str_append(file, name, len);
	for (; left > 0 && faccessat(reading->coco->context->dir_fd, file->ptr, F_OK, 0) != 0; left--) {
		at = (at + 1) % reading->n_folders;
		rv_str_clear(file);
		rv_str_puts(file, reading->folders[at].ptr);
		rv_str_append(file, name, len);
	}
	reading->at = at;
}

static int add_image(void *context, const char *name, size_t len, uint64_t id, uint32_t width, uint32_t height,
                     uint64_t position, struct rv_err *err)
{
	struct reading *const reading = context;
	struct rv_str line = RV_STR_INIT, file = RV_STR_INIT;
	find_image(reading, name, len, &file);
	start_file_line(&line, file.ptr, file.len, '1', width, height);
	rv_str_printf(&line, " %" PRIu64 " %s", position, reading->path);
	int status = add_line(reading->coco, &line, err);
	if (status == 0) {
		rv_str_clear(&line);
		rv_str_printf(&line, "i %s %016" PRIx64 "\t0\t%" PRIu32 " %" PRIu32 " %" PRIu64, reading->path, id,
		              width, height, position);
		status = add_line(reading->coco, &line, err);
	}
	rv_str_release(&line);
	rv_str_release(&file);
	return status;
}

static int add_annotation(void *context, const struct verify_coco_annotation *annotation, struct rv_err *err)
{
	const struct reading *const reading = context;
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "a %s %016" PRIx64 "\t%" PRIu64, reading->path, annotation->id, annotation->position);
	int status = add_line(reading->coco, &line, err);
	if (status == 0) {
		rv_str_clear(&line);
		rv_str_printf(&line, "i %s %016" PRIx64 "\t1\t%" PRIu32 " %" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64,
		              reading->path, annotation->image_id, annotation->width, annotation->height,
		              annotation->position, annotation->right, annotation->bottom);
		if (reading->coco->portrait) {
			rv_str_printf(&line, " %" PRIu64 " %.9g %.9g %.9g %.9g", annotation->category,
			              annotation->box[0], annotation->box[1], annotation->box[2], annotation->box[3]);
		}
		status = add_line(reading->coco, &line, err);
	}
	rv_str_release(&line);
	return status;
}

/* Roboflow calls one otherwise. */
static bool is_split(const struct verify_item *item)
{
	const char *const split = item->place.split;
	return verify_item_is(item, "annotations") ||
	       (verify_item_is(item, "roboflow") && strcmp(split, FORMAT_COCO_VALID) == 0) ||
	       (rv_split_find(split) < RV_SPLITS &&
	        !(verify_item_is(item, "roboflow") && rv_split_find(split) == RV_SPLIT_VAL));
}

__attribute__((format(printf, 2, 3))) static void add_folder(struct reading *reading, const char *format, ...)
{
	va_list args;
	rv_str_init(&reading->folders[reading->n_folders]);
	va_start(args, format);
	rv_str_vprintf(&reading->folders[reading->n_folders++], format, args);
	va_end(args);
}

/* Of a foreign tree: beside the document, or where tools put them that have annotations in a folder of their own. */
static void add_folders(struct reading *reading, const struct verify_item *item)
{
	const char *const slash = strrchr(item->path, '/'), *const split = item->place.task;
	if (reading->coco->context->is_foreign) {
		add_folder(reading, "%.*s", slash ? (int)(slash + 1 - item->path) : 0, item->path);
		add_folder(reading, "images/%s%s", split, split[0] ? "/" : "");
		add_folder(reading, "%s%s", split, split[0] ? "/" : "");
		add_folder(reading, "images/");
		add_folder(reading, "data/");
		add_folder(reading, "%s", "");
	} else if (verify_item_is(item, "roboflow")) {
		add_folder(reading, "coco/%s/", item->place.split);
	} else {
		add_folder(reading, "%s", FORMAT_COCO_IMAGES);
	}
}

static int read_document(struct coco *coco, struct verify_item *item, struct rv_err *err)
{
	struct reading reading = { .coco = coco, .path = item->path };
	int status = 0;
	const struct verify_coco_takes takes = { .image = add_image,
		                                 .annotation = add_annotation,
		                                 .context = &reading };
	atomic_store(&coco->is_there, true);
	if (!coco->context->is_foreign && !is_split(item)) {
		verify_problems_add(item->problems, VERIFY_COCO_JSON, item->path, "'%s' is no split",
		                    item->place.split);
		return 0;
	}
	add_folders(&reading, item);
	status = verify_coco_read(item->source, item->path, &takes, coco->context->categories,
	                          coco->context->is_foreign, item->problems, err);
	for (size_t i = 0; i < reading.n_folders; i++) {
		rv_str_release(&reading.folders[i]);
	}
	return status;
}

static bool is_image(const struct verify_item *item)
{
	return verify_item_is(item, "image") || verify_item_is(item, "image-of-split");
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	if (verify_coco_panoptic_is(item)) {
		return verify_coco_panoptic_file(((struct coco *)state)->panoptic, item, err);
	}
	if (!is_image(item)) {
		return read_document(state, item, err);
	}
	verify_item_decode(item);
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct coco *const coco = state;
	struct rv_str line = RV_STR_INIT;
	if (!is_image(item)) {
		return 0;
	}
	start_file_line(&line, item->path, strlen(item->path), '0', item->width, item->height);
	const bool failed =
	        add_line(coco, &line, err) < 0 || verify_item_tell_image(item, coco->context, FORMAT_ID_coco, err) < 0;
	rv_str_release(&line);
	return failed ? -1 : 0;
}

/* ---- what belongs together --------------------------------------------------------------------------------------- */

struct join {
	bool is_foreign;
	struct rv_portrait *portrait; /* NULL: nobody asks */
	struct verify_problems *problems;
	struct rv_str subject; /* "f FILE", "i PATH ID", "a PATH ID": what the lines so far are about */
	struct rv_str document;
	uint64_t width, height;
	bool has_first;  /* a line of kind 0, */
	size_t n_others; /* and of kind 1 */
};

/* *path is replaced by that of the subject: of a file, or of a document. */
static const char *path_of(const struct join *join, struct rv_str *path)
{
	const char *const at = join->subject.ptr + 2;
	rv_str_clear(path);
	if (join->subject.ptr[0] == 'f') {
		rv_scan_string((struct rv_span) { at, strlen(at) }, path);
	} else {
		rv_str_append(path, at, strcspn(at, " "));
	}
	return path->ptr;
}

/* A file that no image names. */
static void end_subject(struct join *join)
{
	struct rv_str path = RV_STR_INIT;
	if (join->portrait && join->subject.ptr[0] == 'i' && join->has_first) {
		rv_portrait_picture(join->portrait, join->n_others);
	}
	if (join->subject.ptr[0] == 'f' && join->has_first && join->n_others == 0) {
		verify_problems_add(join->problems, join->is_foreign ? VERIFY_DATASET_UNCLAIMED : VERIFY_COCO_IMAGE,
		                    path_of(join, &path), "it is in none of the images");
	}
	rv_str_release(&path);
}

/* An element of images that names a file. */
static void join_file(struct join *join, uint64_t width, uint64_t height, uint64_t position, const char *document,
                      bool is_same_document)
{
	struct rv_str path = RV_STR_INIT;
	const char *const name = path_of(join, &path);
	if (!join->has_first) {
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, document,
		                    "images[%" PRIu64 "]: '%s' is not in the dataset", position, name);
	} else if (join->width > 0 && (join->width != width || join->height != height)) {
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, document,
		                    "images[%" PRIu64 "] is said to be %" PRIu64 "x%" PRIu64 ", but '%s' is %" PRIu64
		                    "x%" PRIu64,
		                    position, width, height, name, join->width, join->height);
	}
	if (join->n_others == 1 && is_same_document) {
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, document, "images: file_name '%s' comes twice",
		                    name);
	}
	rv_str_release(&path);
}

/* An annotation of an image. */
static void join_annotation(struct join *join, uint64_t width, uint64_t height, uint64_t position, uint64_t right,
                            uint64_t bottom)
{
	struct rv_str path = RV_STR_INIT;
	if (!join->has_first) {
		verify_problems_add(join->problems, VERIFY_COCO_REFERENCE, path_of(join, &path),
		                    "annotations[%" PRIu64 "]: its image_id names no image", position);
	} else if (width > 0 && (width != join->width || height != join->height)) {
		verify_problems_add(join->problems, VERIFY_COCO_RLE, path_of(join, &path),
		                    "annotations[%" PRIu64 "]: run lengths of %" PRIu64 "x%" PRIu64
		                    ", but the image is %" PRIu64 "x%" PRIu64,
		                    position, width, height, join->width, join->height);
	} else if (right > join->width || bottom > join->height) {
		verify_problems_add(join->problems, VERIFY_COCO_BBOX, path_of(join, &path),
		                    "annotations[%" PRIu64 "]: bbox ends at %" PRIu64 ",%" PRIu64
		                    ", but the image is %" PRIu64 "x%" PRIu64,
		                    position, right, bottom, join->width, join->height);
	}
	rv_str_release(&path);
}

/* The subject comes twice. */
static void blame_id(struct join *join, const char *list)
{
	struct rv_str path = RV_STR_INIT;
	verify_problems_add(join->problems, VERIFY_COCO_ID, path_of(join, &path), "%s: id %llu comes twice", list,
	                    strtoull(strrchr(join->subject.ptr, ' '), NULL, 16));
	rv_str_release(&path);
}

/* An object of the image at hand: "CATEGORY X Y WIDTH HEIGHT". */
static void show(const struct join *join, char *at)
{
	char category[40];
	double box[4];
	snprintf(category, sizeof(category), "category %llu", strtoull(at, &at, 10));
	for (size_t i = 0; i < 4; i++) {
		box[i] = strtod(at, &at);
	}
	const double shares[] = { box[0] / (double)join->width, box[1] / (double)join->height,
		                  box[2] / (double)join->width, box[3] / (double)join->height };
	rv_portrait_object(join->portrait, category, shares, box[2] / box[3]);
}

/* An rv_sorter_fn. */
static int join_line(void *context, const void *bytes, size_t len RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	struct join *const join = context;
	const char *const line = bytes;
	const size_t subject_len = strcspn(line, "\t");
	const bool is_same = join->subject.len == subject_len && memcmp(join->subject.ptr, line, subject_len) == 0;
	if (!is_same) {
		end_subject(join);
		join->has_first = false;
		join->n_others = 0;
		rv_str_clear(&join->subject);
		rv_str_append(&join->subject, line, subject_len);
	}
	if (line[0] == 'a') {
		if (is_same) {
			blame_id(join, "annotations");
		}
		return 0;
	}
	/* Not by sscanf, which would look for the end of all lines. */
	char *at = (char *)(uintptr_t)line + subject_len + 3;
	const char kind = line[subject_len + 1];
	const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10), position = strtoull(at, &at, 10);
	if (kind == '0') {
		if (join->has_first) {
			blame_id(join, "images");
		}
		join->has_first = true;
		join->width = width;
		join->height = height;
		return 0;
	}
	if (line[0] == 'f') {
		char *const document = rv_strndup(at + 1, strcspn(at + 1, "\n"));
		join_file(join, width, height, position, document,
		          !join->is_foreign || strcmp(document, join->document.ptr) == 0);
		rv_str_clear(&join->document);
		rv_str_puts(&join->document, document);
		free(document);
	} else {
		const uint64_t right = strtoull(at, &at, 10), bottom = strtoull(at, &at, 10);
		join_annotation(join, width, height, position, right, bottom);
		if (join->portrait && join->has_first) {
			show(join, at);
		}
	}
	join->n_others++;
	return 0;
}

static int end_coco(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct coco *const coco = state;
	struct join join = { .is_foreign = coco->context->is_foreign,
		             .portrait = coco->portrait,
		             .problems = problems,
		             .subject = RV_STR_INIT,
		             .document = RV_STR_INIT };
	if (coco->context->is_foreign && !atomic_load(&coco->is_there)) {
		verify_problems_add(problems, VERIFY_COCO_JSON, "annotations.json",
		                    "there is no document of annotations");
	}
	if (!atomic_load(&coco->is_there)) {
		return 0; /* file.missing, or dataset.format: nothing to compare with */
	}
	const int status = rv_sorter_merge(coco->sorter, join_line, &join, err);
	end_subject(&join);
	rv_str_release(&join.subject);
	rv_str_release(&join.document);
	return status < 0 ? -1 : verify_coco_panoptic_end(coco->panoptic, problems, err);
}

const struct verify_class verify_coco = {
	.format = &format_coco,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_coco,
	.file = look_at_file,
	.take = take_file,
	.end = end_coco,
	.free = free_coco,
};

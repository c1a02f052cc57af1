/* SPDX-License-Identifier: MIT */
/*
 * COCO: ids unique and resolved, run lengths that decode to the claimed area and box in an image of the claimed size,
 * masks of one image that do not overlap, image files that are there with that size, and no others.
 *
 * Documents are read element by element, and what has to be compared goes through a sorter, so that memory does not
 * grow with the number of images and annotations. Lines of the sorter begin with what they are about; D is the number
 * of a document, in which ids are unique:
 *
 *	f NAME	0	W H 0 0             an image file
 *	f NAME	1	W H POSITION D      an element of `images` that names it
 *	i D ID	0	W H POSITION D      the same by its id
 *	i D ID	1	W H POSITION D      an annotation of that image, with the size of its run lengths
 *	a D ID	0	0 0 POSITION D      an annotation
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "scan.h"
#include "verify/formats/coco_document.h"
#include "verify/sort.h"

#define IMAGES "coco/images/"

struct coco {
	const struct verify_context *context;
	pthread_mutex_t lock;
	struct rv_sorter *sorter;
	atomic_bool is_there; /* a document */
};

/* A document that is read: its number among documents[]. */
struct reading {
	struct coco *coco;
	unsigned int number;
};

/* By the name of their layout and their split. */
static const char *const documents[] = { "coco/annotations.json", "coco/annotations/instances_train.json",
	                                 "coco/annotations/instances_val.json",
	                                 "coco/annotations/instances_test.json" };

static void *open_coco(const struct verify_context *context)
{
	struct coco *const coco = rv_alloc_zero(1, sizeof(*coco));
	coco->context = context;
	coco->sorter = verify_sorter_new();
	pthread_mutex_init(&coco->lock, NULL);
	return coco;
}

static void free_coco(void *state)
{
	struct coco *const coco = state;
	rv_sorter_free(coco->sorter);
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

static int add_image(void *context, const char *name, size_t len, uint64_t id, uint32_t width, uint32_t height,
                     uint64_t position, struct rv_err *err)
{
	const struct reading *const reading = context;
	struct rv_str line = RV_STR_INIT;
	start_file_line(&line, name, len, '1', width, height);
	rv_str_printf(&line, " %" PRIu64 " %u", position, reading->number);
	int status = add_line(reading->coco, &line, err);
	if (status == 0) {
		rv_str_clear(&line);
		rv_str_printf(&line, "i %u %016" PRIx64 "\t0\t%" PRIu32 " %" PRIu32 " %" PRIu64 " %u", reading->number,
		              id, width, height, position, reading->number);
		status = add_line(reading->coco, &line, err);
	}
	rv_str_release(&line);
	return status;
}

static int add_annotation(void *context, uint64_t id, uint64_t image_id, uint32_t width, uint32_t height,
                          uint64_t position, struct rv_err *err)
{
	const struct reading *const reading = context;
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "a %u %016" PRIx64 "\t0\t0 0 %" PRIu64 " %u", reading->number, id, position,
	              reading->number);
	int status = add_line(reading->coco, &line, err);
	if (status == 0) {
		rv_str_clear(&line);
		rv_str_printf(&line, "i %u %016" PRIx64 "\t1\t%" PRIu32 " %" PRIu32 " %" PRIu64 " %u", reading->number,
		              image_id, width, height, position, reading->number);
		status = add_line(reading->coco, &line, err);
	}
	rv_str_release(&line);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct coco *const coco = state;
	if (!verify_item_is(item, "image")) {
		const enum rv_split split = rv_split_find(item->place.split);
		struct reading reading = { .coco = coco, .number = split < RV_SPLITS ? split + 1 : 0 };
		const struct verify_coco_takes takes = { .image = add_image,
			                                 .annotation = add_annotation,
			                                 .context = &reading };
		if (strcmp(documents[reading.number], item->path) != 0) {
			verify_problems_add(item->problems, VERIFY_COCO_JSON, item->path, "'%s' is no split",
			                    item->place.split);
			return 0;
		}
		atomic_store(&coco->is_there, true);
		return verify_coco_read(item->source, item->path, &takes, coco->context->categories, item->problems,
		                        err);
	}
	verify_item_decode(item);
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct coco *const coco = state;
	struct rv_str line = RV_STR_INIT;
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	const char *const name = item->path + strlen(IMAGES);
	start_file_line(&line, name, strlen(name), '0', item->width, item->height);
	rv_str_puts(&line, " 0 0");
	const bool failed =
	        add_line(coco, &line, err) < 0 || verify_item_tell_image(item, coco->context, FORMAT_ID_coco, err) < 0;
	rv_str_release(&line);
	return failed ? -1 : 0;
}

/* ---- what belongs together --------------------------------------------------------------------------------------- */

struct join {
	struct verify_problems *problems;
	struct rv_str subject; /* "f NAME", "i ID", "a ID": what the lines so far are about */
	const char *path;      /* of the document that the line at hand is of */
	uint64_t width, height;
	bool has_first;  /* a line of kind 0, */
	size_t n_others; /* and of kind 1 */
};

/* What a file's name is, as text. */
static void put_name(const char *subject, struct rv_str *name)
{
	rv_scan_string((struct rv_span) { subject + 2, strlen(subject + 2) }, name);
}

/* A file that no image names. */
static void end_subject(struct join *join)
{
	struct rv_str path = RV_STR_INIT;
	if (join->subject.ptr[0] == 'f' && join->has_first && join->n_others == 0) {
		rv_str_puts(&path, IMAGES);
		put_name(join->subject.ptr, &path);
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, path.ptr, "it is in none of the images");
	}
	rv_str_release(&path);
}

/* An element of images that names a file. */
static void join_file(struct join *join, uint64_t width, uint64_t height, uint64_t position)
{
	struct rv_str name = RV_STR_INIT;
	put_name(join->subject.ptr, &name);
	if (!join->has_first) {
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, join->path,
		                    "images[%" PRIu64 "]: '%s' is not in the dataset", position, name.ptr);
	} else if (join->width > 0 && (join->width != width || join->height != height)) {
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, join->path,
		                    "images[%" PRIu64 "] is said to be %" PRIu64 "x%" PRIu64 ", but '%s' is %" PRIu64
		                    "x%" PRIu64,
		                    position, width, height, name.ptr, join->width, join->height);
	}
	if (join->n_others == 1) {
		verify_problems_add(join->problems, VERIFY_COCO_IMAGE, join->path, "images: file_name '%s' comes twice",
		                    name.ptr);
	}
	rv_str_release(&name);
}

/* An annotation of an image. */
static void join_annotation(struct join *join, uint64_t width, uint64_t height, uint64_t position)
{
	if (!join->has_first) {
		verify_problems_add(join->problems, VERIFY_COCO_REFERENCE, join->path,
		                    "annotations[%" PRIu64 "]: its image_id names no image", position);
	} else if (width > 0 && (width != join->width || height != join->height)) {
		verify_problems_add(join->problems, VERIFY_COCO_RLE, join->path,
		                    "annotations[%" PRIu64 "]: run lengths of %" PRIu64 "x%" PRIu64
		                    ", but the image is %" PRIu64 "x%" PRIu64,
		                    position, width, height, join->width, join->height);
	}
}

static void blame_id(struct join *join, const char *list)
{
	verify_problems_add(join->problems, VERIFY_COCO_ID, join->path, "%s: id %llu comes twice", list,
	                    strtoull(strrchr(join->subject.ptr, ' '), NULL, 16));
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
	/* Not by sscanf, which would look for the end of all lines. */
	char *at = (char *)(uintptr_t)line + subject_len + 3;
	const char kind = line[subject_len + 1];
	const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10), position = strtoull(at, &at, 10);
	join->path = documents[strtoull(at, &at, 10)];
	if (kind == '0') {
		if (join->has_first && line[0] != 'f') {
			blame_id(join, line[0] == 'a' ? "annotations" : "images");
		}
		join->has_first = true;
		join->width = width;
		join->height = height;
		return 0;
	}
	(line[0] == 'f' ? join_file : join_annotation)(join, width, height, position);
	join->n_others++;
	return 0;
}

static int end_coco(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct coco *const coco = state;
	struct join join = { .problems = problems, .subject = RV_STR_INIT };
	if (!atomic_load(&coco->is_there)) {
		return 0; /* file.missing, or dataset.format: nothing to compare with */
	}
	const int status = rv_sorter_merge(coco->sorter, join_line, &join, err);
	end_subject(&join);
	rv_str_release(&join.subject);
	return status;
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

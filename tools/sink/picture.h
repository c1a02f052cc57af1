/* SPDX-License-Identifier: MIT */
/*
 * A sample on its way into formats: its files opened, and what several formats ask about its pictures, found out once.
 *
 *	struct sink_sample sample = SINK_SAMPLE_INIT;
 *	sink_sample_load(&sample, &record_taken_apart);        (any number of times; keeps its memory)
 *	if (sink_sample_fits(&sample, &format_coco, err) < 0) ...
 *	sink_sample_release(&sample);
 *
 * Messages name the record's field; those about what a format needs name the format and what to do.
 */
#ifndef RV_SINK_PICTURE_H
#define RV_SINK_PICTURE_H

#include "format/format.h"
#include "image.h"
#include "rle.h"
#include "sample.h"
#include "source.h"

/* An annotation as formats see it. */
struct sink_label {
	const struct rv_annotation *annotation;
	/* Where annotation->category is not NULL: its id, known when a format's `add` is called; and for formats whose
	 * classes have no gaps its place in the table, from 0, known when `prepare` is. */
	uint32_t category, class;
};

struct sink_picture {
	const struct rv_picture *picture;
	struct sink_label *labels; /* those that can be seen: of an area above 0 */
	size_t n_labels;
	uint32_t width, height, channels; /* of its PNG file; sink_picture_measure */
	bool is_checked, is_decoded;      /* private */
};

struct sink_stored;
struct sink_sample {
	const struct rv_sample *sample; /* borrowed, as what hangs on it */
	struct sink_picture *pictures;  /* one for each of the sample's, in order */
	size_t n_pictures;
	enum rv_split split;         /* for formats that have them; without one it is for training */
	uint64_t n_lost[FORMAT_IDS]; /* objects that formats leave out, with is_lossy alone (lossy.h) */
	struct rv_arena arena;       /* for whatever lives until the next sample is loaded */
	struct sink_stored *stored;  /* store.h */
	bool is_lossy;               /* --lossy; kept when the next sample is loaded */
	/* Private. */
	int dir_fd;            /* -1: not opened yet */
	const char *last_file; /* that was opened, as `last`; NULL: none */
	struct rv_source last;
	struct rv_rle rle;
};
#define SINK_SAMPLE_INIT \
	{ \
		.arena = RV_ARENA_INIT, .dir_fd = -1, .last = RV_SOURCE_INIT, .rle = RV_RLE_INIT \
	}

/* Borrows the sample, which must be whole. Looks at no file. Layers of labels (rv_picture_is_layer) are not among the
 * pictures; who carries them takes them from the sample. */
void sink_sample_load(struct sink_sample *sample, const struct rv_sample *from);
void sink_sample_release(struct sink_sample *sample);

/* What a format needs of every picture is there, as far as the record says. */
int sink_sample_fits(const struct sink_sample *sample, const struct format *format, struct rv_err *err) RV_MUST_USE;
/* Frames per second as the record has them; NAN: it does not say. */
int sink_sample_fps(const struct sink_sample *sample, double *fps, struct rv_err *err) RV_MUST_USE;
/* Opens a file below the sample's directory, never through a link; a PNG that is cut off fails. The source is named as
 * the file can be opened. Who asks for the file that was asked for last gets the same one, also when another took its
 * place meanwhile. */
int sink_sample_open(struct sink_sample *sample, const char *file, struct rv_source *source,
                     struct rv_err *err) RV_MUST_USE;
/* Such a file can be opened. */
int sink_sample_has(struct sink_sample *sample, const char *file, struct rv_err *err) RV_MUST_USE;
/* Decodes such a file, as rv_still_read_from. *image is replaced. */
int sink_sample_read_picture(struct sink_sample *sample, const char *file, struct rv_image *image,
                             struct rv_err *err) RV_MUST_USE;
/* "png": what the name of a file has after its last dot; "" when it has none. */
const char *sink_extension(const char *path);

/* Sets width, height and channels of a picture from its image. */
int sink_picture_measure(struct sink_sample *sample, struct sink_picture *picture, struct rv_err *err) RV_MUST_USE;
/* Runs of all annotations are of the picture's size and fill it, as readers written in C trust them to. Sets the
 * labels' first pixels. */
int sink_picture_check_labels(struct sink_sample *sample, struct sink_picture *picture, struct rv_err *err) RV_MUST_USE;
/* The same of all pictures; the frames of a camera are of one size, and the names of their images end alike. */
int sink_sample_check_frames(struct sink_sample *sample, const struct format *format, struct rv_err *err) RV_MUST_USE;
/* Images that the format has encoded decode. */
int sink_sample_check_images(struct sink_sample *sample, const struct format *format, struct rv_err *err) RV_MUST_USE;
/* The quality with which a format has a picture's image encoded as JPEG; 0: it is as it is. */
int sink_picture_quality(const struct rv_picture *picture, const struct format *format);
/* What the name of its image ends in there. */
const char *sink_picture_extension(const struct rv_picture *picture, const struct format *format);
/* *path is replaced by that of a picture's file below the dataset, by the format's layout of that name. `role` and
 * `extension` fill {role} and {ext}; NULL: sink_picture_extension. */
void sink_picture_path(const struct rv_picture *picture, const struct format *format, const char *layout,
                       const char *role, const char *extension, struct rv_str *path);

#endif

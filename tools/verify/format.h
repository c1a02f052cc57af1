/* SPDX-License-Identifier: MIT */
/*
 * What checks a format: one class for each row of format/list.def, in verify/formats/NAME.c; a format without one does
 * not link. A file of a dataset is given to the format whose layouts it fits (format/layout.h): first on any thread,
 * for what can be said of it alone, then in the order of the paths; after all files comes the end, for what only
 * several of them together can tell. Which pictures a format holds it tells to the census.
 */
#ifndef RV_VERIFY_FORMAT_H
#define RV_VERIFY_FORMAT_H

#include "categories.h"
#include "format/format.h"
#include "format/layout.h"
#include "source.h"
#include "verify/census.h"
#include "verify/decode.h"
#include "verify/picture.h"

/* What all of a dataset's formats share. */
struct verify_context {
	const struct verify_rules *rules;
	struct verify_census *census;           /* NULL: nothing is compared */
	const struct rv_categories *categories; /* of categories.json; NULL: there is none */
	const bool *encodes;                    /* by enum format_id: its pictures need not be those of others */
	const bool *shows_other;                /* likewise: its pictures are of another role than the image */
	bool compares_pictures;                 /* several formats hold pictures: facts of them are of use */
	/* The tree is anybody's (foreign.h), and only what its readers need is asked for: no manifest, no categories,
	 * no census. */
	bool is_foreign;
	enum format_id pictured; /* whose pictures tell their quality: those of other formats are the same */
	int dir_fd;              /* the dataset's, or the tree's */
};

/* A file of a dataset. */
struct verify_item {
	const char *path;               /* below the dataset */
	const struct format_path *row;  /* the layout that it fits, */
	struct format_place place;      /* with these values */
	const char *sha256;             /* as the manifest has it, and the file */
	const struct rv_source *source; /* in `file` only */
	struct verify_quality *quality; /* gets the picture when it is decoded; NULL: it is none, or nobody asks */
	struct rv_portrait *portrait;   /* gets it, too, and objects of any file; NULL: nobody asks */
	uint32_t width, height;         /* for `take`: of a picture; 0: it is none */
	uint64_t n_frames;              /* of a video, */
	double fps;                     /* and its rate; 0: not known */
	struct verify_frames *frames;   /* gets a clip's frames, or the picture of its end; NULL: nobody asks */
	struct verify_problems *problems;
	struct verify_presence objects; /* of the samples in it */
	bool is_known;                  /* it was looked at before, and nothing was found in it (resume.h) */
};

/* The functions with *err return -1 when the environment failed: what is wrong with the dataset is a problem. */
struct verify_class {
	const struct format *format;
	enum verify_tells tells;
	void *(*open)(const struct verify_context *context); /* NULL: the context is the state */
	/* On any thread, several at a time. NULL: the file is decoded (verify_item_decode). */
	int (*file)(void *state, struct verify_item *item, struct rv_err *err);
	/* In the order of the paths, one at a time. NULL: nothing is to do. */
	int (*take)(void *state, struct verify_item *item, struct rv_err *err);
	int (*end)(void *state, struct verify_problems *problems, struct rv_err *err);
	void (*free)(void *state);
};

/* By enum format_id. */
extern const struct verify_class *const verify_classes[FORMAT_IDS];

/* Finds the format of a dataset that a file is of, and sets its row and place; false where there is none. */
bool verify_item_claim(struct verify_item *item, const char *path, const bool has[FORMAT_IDS], size_t *format);
/* A file of a dataset, but of no format; what can be said of those was said before all others. */
bool verify_item_is_around(const char *path);
/* Decodes the file to its end; sets what `take` is to know, and adds what is wrong, and what its quality is. */
void verify_item_decode(struct verify_item *item);
struct verify_decoded; /* decode.h */
struct verify_clip;    /* clip.h */
/* Of a picture, or a clip that was looked at, which is decoded: adds what its quality is, and tells the portrait. */
void verify_item_look(const struct verify_item *item, const struct verify_decoded *decoded, struct verify_clip *clip);
/* Replaces *text by the file's bytes; false, with a problem, when it cannot be read or has more than `most`. Of an item
 * whose source is open. */
bool verify_item_load(const struct verify_item *item, size_t most, struct rv_str *text);
/* The format whose pictures tell their quality, of those that a dataset has. */
enum format_id verify_pictured(const bool has[FORMAT_IDS]);
/* What is asked of the samples in an item. */
struct verify_rules verify_rules_of(const struct verify_context *context, enum format_id format,
                                    struct verify_item *item);
/* Whether there are clips of sequences among the formats. */
bool verify_has_clips(const bool has[FORMAT_IDS]);
/* Before it is decoded: it is a clip of the image, or, by the name of its role, the first or last frame of one. */
void verify_item_is_clip(struct verify_item *item, const struct verify_context *context, enum format_id format);
/* Sets whether the item's picture is to tell its quality, once its layout is known. */
void verify_item_ask(struct verify_item *item, const struct verify_context *context, enum format_id format);
/* Makes the text of a foreign tree's file what readers see: no blanks at the ends of lines, and each with a newline. */
void verify_simplify_lines(struct rv_str *text);
/* True when the item is of the layout of that name. */
bool verify_item_is(const struct verify_item *item, const char *name);
/* The picture that the layout's values name. */
struct verify_key verify_item_key(const struct verify_item *item);
/* Tells the census of the picture that they name, whose image the file is. */
int verify_item_tell_image(const struct verify_item *item, const struct verify_context *context, enum format_id format,
                           struct rv_err *err) RV_MUST_USE;

#endif

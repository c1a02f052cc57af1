/* SPDX-License-Identifier: MIT */
/*
 * One picture of a sample, a still, a frame or one of a view, and what its files must hold. Files come from where the
 * sample lies, its directory or a shard (struct verify_files), so that all are looked at alike.
 *
 * What holds for a file of any role stands in picture.c: it is there, ends as its role's files do, decodes to its last
 * byte, has the sample's size, and the channels and bits of its row in roles.def. What one kind of label
 * must be besides stands in a file of picture/. To add one: picture/NAME.c with
 *
 *	const struct verify_label verify_picture_NAME
 *
 * and its checks in checks.def, under VERIFY_PICTURE(NAME).
 */
#ifndef RV_VERIFY_PICTURE_H
#define RV_VERIFY_PICTURE_H

#include "sample.h"
#include "verify/clip.h"
#include "verify/decode.h"
#include "verify/presence.h"
#include "verify/problems.h"

struct verify_frames;
struct verify_quality;
struct verify_replay;
struct rv_portrait;

struct verify_rules {
	uint64_t min_area_px;             /* objects with fewer pixels may lack an annotation */
	struct verify_quality *quality;   /* gets the pictures and samples; NULL: nobody asks what they are like */
	struct rv_portrait *portrait;     /* is made of them; NULL: nobody asks */
	struct verify_frames *frames;     /* gets the pictures of sequences; NULL: nobody asks */
	struct verify_replay *replay;     /* chooses samples to render again; NULL: nobody asks */
	struct verify_presence *presence; /* counts their objects; NULL: nobody asks */
	bool is_known;                    /* all was looked at before: that files are there is enough */
};

/* ---- where files are ---- */

struct verify_files {
	/* Opens paths[k] of a file. */
	int (*open)(struct verify_files *files, const struct rv_file *file, size_t k, struct rv_source *source,
	            struct rv_err *err);
	/* Appends what a problem calls it. */
	void (*name)(const struct verify_files *files, const struct rv_file *file, size_t k, struct rv_str *name);
	/* False for a role whose files are left behind on the way here, and not looked for. */
	bool (*has)(const struct verify_files *files, const struct rv_file *file);
	const char *record; /* what a problem calls the record; NULL: the field of it that is wrong */
};

/* ---- a picture ---- */

/* A file that has been decoded. */
struct verify_file {
	const struct rv_file *file;
	size_t k;           /* which of its paths */
	struct rv_str name; /* for problems */
	struct rv_source source;
	struct verify_decoded decoded;
};

struct verify_picture {
	const struct rv_picture *picture;
	struct verify_files *files;
	const struct verify_rules *rules;
	struct verify_problems *problems;
	uint64_t n_files, n_annotations; /* that were looked at */
	uint32_t width, height;          /* as declared, or those of the first file; 0: not known yet */
	const struct rv_image *index,
	        *depth;          /* the maps that others are compared with; NULL: not there, or not usable */
	struct verify_clip clip; /* of the frames: picture/quality.c */
	struct {
		const struct rv_picture *picture; /* NULL: it is not there */
		struct rv_image depth, index;
	} before;                           /* the maps of the frame before: picture/reprojection.c */
	struct rv_arena arena;              /* for what a checker makes of the picture; cleared with it */
	void **notes;                       /* what a kind of label keeps between its files; NULL in it at first */
	void **all_notes;                   /* private, as is what follows: those of every kind, */
	struct verify_file maps[2];         /* the files of index and depth, */
	struct verify_file present;         /* the one that is looked at, */
	struct verify_file partner;         /* and one that it is compared with */
	const struct rv_file *partner_file; /* NULL: none is loaded */
};
void verify_picture_init(struct verify_picture *picture, struct verify_files *files, const struct verify_rules *rules,
                         struct verify_problems *problems);
void verify_picture_release(struct verify_picture *picture);

/* Looks at all files and annotations of a picture. One after the other of a sample: width and height stay. */
void verify_picture_check(struct verify_picture *picture, const struct rv_picture *what);
/* Looks at a sample's files that are no picture's: that they decode. */
void verify_picture_check_file(struct verify_picture *picture, const struct rv_file *file);

/* ---- for picture/ ---- */

struct verify_label {
	const enum rv_role_id *roles; /* those of the files that it looks at, ended by RV_ROLES; NULL: every file */
	bool is_of_quality;           /* it looks at them only where rules->quality or rules->portrait is there */
	/* One file of these roles, in its form and size; NULL: it looks at none. */
	void (*file)(struct verify_picture *picture, const struct verify_file *file);
	/* Once, after all files; NULL. */
	void (*whole)(struct verify_picture *picture);
};

/* The picture's one file of a role, decoded, in its form and size, to compare with; NULL where there is no such one:
 * what is wrong with it is found when it is looked at itself. Borrowed until the next call. */
const struct verify_decoded *verify_picture_partner(struct verify_picture *picture, enum rv_role_id role);
/* The same for a role by its name: one of those that a pattern stands for ("mask_shiny"). */
const struct verify_decoded *verify_picture_partner_of(struct verify_picture *picture, const char *role);
/* The same for a file of another picture of the sample, of the same size. */
const struct verify_decoded *verify_picture_partner_in(struct verify_picture *picture, const struct rv_picture *other,
                                                       const char *role);
/* A problem with one pixel: "pixel (3,4) is 300, WHAT". */
void verify_picture_blame(struct verify_picture *picture, enum verify_check check, const char *name, size_t pixel,
                          double value, const char *what);
/* What a problem with the picture's annotations names: its index map, or the record. */
const char *verify_picture_subject(struct verify_picture *picture);
/* Pixels of the picture. */
size_t verify_picture_pixels(const struct verify_picture *picture);

#endif

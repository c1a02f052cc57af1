/* SPDX-License-Identifier: MIT */
/*
 * One reading of a sample: a record taken apart once, for all who work on samples.
 *
 * A sample has pictures: one of a still, one for each frame of a sequence, and those of its views. A picture is named
 * by (sample, view, frame) and has its files, its camera and its annotations. What is wrong with a record is not told
 * here but noted as flaws: a writer of labels or datasets refuses the sample for the first (rv_sample_must_be_whole), a
 * checker tells them all and looks at the rest.
 *
 *	struct rv_sample sample = RV_SAMPLE_INIT;
 *	if (rv_sample_load(&sample, &record, &err) < 0) ...      (any number of times; keeps its memory)
 *	for (size_t i = 0; i < sample.n_pictures; i++) {
 *		const char *index = rv_picture_file(&sample.pictures[i], RV_ROLE_INDEX);
 *	}
 *	rv_sample_release(&sample);
 *
 * Everything that hangs on a sample is read-only and lives until it is loaded anew or released. Looks at no file.
 */
#ifndef RV_SAMPLE_H
#define RV_SAMPLE_H

#include "arena.h"
#include "json.h"
#include "record.h"
#include "vocabulary.h"

/* ---- what is wrong with a record ---- */

enum rv_flaw_kind {
	RV_FLAW_FILES,       /* files: no path below the sample, too many or too few of them */
	RV_FLAW_FRAMES,      /* frames: not as the files are, or not numbered upwards */
	RV_FLAW_VIEWS,       /* views: without a name, or two of one name */
	RV_FLAW_OBJECTS,     /* objects: no index, or two of one index */
	RV_FLAW_ANNOTATIONS, /* annotations: members that are missing or of the wrong type */
	RV_FLAW_MEMBERS,     /* resolution, split */
};

struct rv_flaw {
	enum rv_flaw_kind kind;
	const char *field; /* "files.image", "frames[2].annotations[0].bbox" */
	const char *text;  /* the whole message */
};

/* ---- parts of a sample ---- */

struct rv_object {
	uint32_t index;   /* 0: it has none, and is in no map */
	const char *name; /* "" where the record has none */
	struct rv_json json;
};

/* Files of one role. */
struct rv_file {
	const char *role;
	const struct rv_role *row; /* NULL: a role that rv does not know */
	const char *view;          /* whose files they are; NULL: the record's own */
	const char *const *paths;  /* below the sample's directory */
	size_t n_paths;            /* 1, but of folders ("instances") and of unknown roles */
	int64_t number;            /* place of the first path in the record's array; -1: the record has one path */
};

struct rv_annotation {
	struct rv_json json;
	const char *wrong;              /* the first member that is missing or wrong, "bbox"; NULL: none */
	uint32_t index;                 /* of the object, from 1 */
	const struct rv_object *object; /* NULL: none of the record has this index */
	const char *category;           /* NULL: background */
	uint32_t bbox[4];               /* x, y, width, height in pixels */
	uint64_t area_px;
	uint32_t width, height; /* of the picture that the run lengths are of */
	const char *counts;     /* COCO's compressed run lengths; may hold a backslash */
	size_t counts_len;
	const char *mask; /* the path of its mask, or NULL */
};

struct rv_picture {
	const struct rv_sample *sample;
	const char *view;       /* NULL: that of the record's own camera */
	const char *frame_name; /* "000007"; NULL: a still */
	uint64_t frame;         /* its number in Blender; 0 of a still */
	size_t frame_number;    /* its place among the frames, from 0 */
	uint32_t width, height; /* its view's own `resolution`, else the record's; 0: not said */
	struct rv_json state;   /* holds the picture's annotations: the record, or an element of frames or views */
	struct rv_json moved; /* the element of the record's frames, with what differs there; RV_JSON_NONE of a still */
	const char *field;    /* before the names of what is in `state`, for messages: "", "frames[2].", "views[0]." */
	const char *files_field;       /* "files", "views[0].files" */
	struct rv_json channels;       /* role to channels of its passes; its view's own, else the record's */
	struct rv_json label_channels; /* of its label passes; RV_JSON_NONE: it has none */
	struct rv_json camera;         /* RV_JSON_NONE: it has none */
	bool has_own_camera;           /* not the record's, which the record's box3d are seen with */
	const struct rv_file *files;   /* sorted by role */
	size_t n_files;
	bool has_annotations; /* it is labelled, if only with an empty list */
	const struct rv_annotation *annotations;
	size_t n_annotations;
};

struct rv_sample {
	const struct rv_record *record; /* borrowed */
	struct rv_json json;
	const char *id;
	const char *dir;        /* "" for a record that comes from a file */
	uint32_t width, height; /* `resolution`; 0: not said */
	const char *split;      /* "train", "val" or "test"; NULL: not decided */
	bool is_sequence;
	bool is_blend_file;          /* its scene is a .blend file as it stands (`render.blend_file`) */
	size_t n_frames;             /* 1 of a still */
	const struct rv_file *files; /* those that are no picture's, sorted by role and view: scenes, tracks, and of a
	                              * sequence what has one path under a role that rv does not know */
	size_t n_files;
	const struct rv_object *objects; /* sorted by index */
	size_t n_objects;
	const struct rv_picture
	        *pictures; /* those of the record's own camera first, then view by view, frames in order */
	size_t n_pictures;
	const struct rv_flaw *flaws;
	size_t n_flaws;
	struct rv_arena arena; /* private, as is what follows */
	size_t cap_flaws;
};
#define RV_SAMPLE_INIT \
	{ \
		.arena = RV_ARENA_INIT \
	}

/* Borrows the record. Fails with RV_E_BAD_RECORD where there is nothing to look at: no id, no directory, no files. */
int rv_sample_load(struct rv_sample *sample, const struct rv_record *record, struct rv_err *err) RV_MUST_USE;
/* The same for a record as files hold it (rv_record_stored), which has no `dir`. */
int rv_sample_load_stored(struct rv_sample *sample, const struct rv_record *record, struct rv_err *err) RV_MUST_USE;
void rv_sample_release(struct rv_sample *sample);

/* Fails with the first flaw. */
int rv_sample_must_be_whole(const struct rv_sample *sample, struct rv_err *err) RV_MUST_USE;
/* The object with this index, or NULL. */
const struct rv_object *rv_sample_object(const struct rv_sample *sample, uint32_t index);
/* True when any of its pictures has labels. */
bool rv_sample_has_annotations(const struct rv_sample *sample);

/* The files of a role, or NULL. */
const struct rv_file *rv_picture_files(const struct rv_picture *picture, const char *role);
/* The one path of a role below the sample's directory, or NULL. */
const char *rv_picture_file(const struct rv_picture *picture, enum rv_role_id role);
/* True for one of the view RV_LAYER_VIEW, of rv-blend --through, without a picture: a further layer of labels, of what
 * is behind something. */
bool rv_picture_is_layer(const struct rv_picture *picture);
/* How many of Blender's frames it is from the picture to its camera's next one, or, not `forward`, from the one before;
 * *other, if not NULL, is that picture. At the ends of a sequence *other is NULL and the step is that on the other
 * side, 1 where there is none. */
uint64_t rv_picture_step(const struct rv_picture *picture, bool forward, const struct rv_picture **other);
/* The other picture of a stereo pair; NULL: there is none. The pair is that of the views "left" and "right"; the
 * record's own camera takes the place of the one that is not there. *is_left: the picture itself is the left one. Where
 * the cameras are is not looked at. */
const struct rv_picture *rv_picture_other_eye(const struct rv_picture *picture, bool *is_left);
/* Appends what names a picture in a message: "sample 'a'", "sample 'a', view 'left', frame 7". */
void rv_picture_who(const struct rv_picture *picture, struct rv_str *text);
/* Appends the picture's key, which sorts as (sample, view, frame): the id, and for a view "/NAME", for a frame a colon
 * and its number in six digits. */
void rv_picture_key(const struct rv_picture *picture, struct rv_str *text);

#endif

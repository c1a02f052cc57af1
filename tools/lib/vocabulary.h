/* SPDX-License-Identifier: MIT */
/*
 * Names and numbers that the tools share: roles of files (roles.def), members of records (members.def), settings of a
 * render (settings.def), names of files that rv keeps in directories, values that stand for "nothing". What a thing is
 * called stands here or in those tables, and nowhere else. Only vocabulary: nothing is computed here.
 */
#ifndef RV_VOCABULARY_H
#define RV_VOCABULARY_H

#include "str.h"

/* ---- files of a directory ---- */

#define RV_META_NAME "_meta.json"             /* in a sample: its record */
#define RV_BLEND_MARKER ".rv-blend.json"      /* in a sample: rv-blend has rendered it */
#define RV_MASK_MARKER ".rv-mask.json"        /* in a sample: rv-mask has labelled it */
#define RV_AGAIN_NAME ".rv-again.json"        /* in a sample: rv-mask needs passes that are gone */
#define RV_MASK_LOCK ".rv-mask.lock"          /* in a sample: somebody writes to it */
#define RV_MASK_WORK "rv-mask"                /* in a sample: .rv-mask.XXXXXX/, files that rv-mask makes */
#define RV_VIEWS_FOLDER "views"               /* in a sample: views/NAME/ */
#define RV_LAYER_VIEW "through"               /* a view that rv-blend --through adds: labels without a picture */
#define RV_RENDERS_FOLDER "renders"           /* in a sample: passes of side renders */
#define RV_MANIFEST_NAME "manifest.jsonl"     /* in a dataset: every file with its digest */
#define RV_MANIFEST_START "{\"rv_manifest\":" /* how the first line of a dataset of ours begins */
#define RV_SUMS_NAME "SHA256SUMS"             /* in a dataset: the same for sha256sum -c */
#define RV_LICENSE_NAME "LICENSE"             /* in a dataset: its licence, where the user has named one */
#define RV_CROISSANT_NAME "croissant.json"    /* in a dataset: what it is, for catalogues */
#define RV_CATEGORIES_NAME "categories.json"  /* in a dataset: ids and names of its categories */

/* ---- numbers ---- */

#define RV_INDEX_MAX 65535     /* of an object or a material: values of a 16-bit map; 0 is background */
#define RV_FRAME_MAX 999999    /* of a sequence: six digits in a file's name */
#define RV_NAME_MAX 128        /* bytes of a role, a semantic channel, a view */
#define RV_FILES_MAX 1000000   /* files of one role in one sample */
#define RV_DEPTH_NOTHING 1e10f /* metres; Blender writes it where nothing is seen */
#define RV_DEPTH_SEEN_MAX 1e9f /* metres; the depth of what is seen is below */
#define RV_FLOW_UNKNOWN 1e10f  /* pixels; as in .flo files, where all above 1e9 says so */
#define RV_FLOW_KNOWN_MAX 1e9f
#define RV_SAMPLES_MAX (1 << 24) /* of a pixel */
#define RV_MIN_SAMPLES_MAX 4096
#define RV_TRACKS_MAX 100000 /* points that are followed in a sample */
#define RV_FPS_MIN 1e-3
#define RV_FPS_MAX 1000.0

/* ---- roles ---- */

enum rv_file_kind {
	RV_FILE_PNG,
	RV_FILE_EXR,
	RV_FILE_FLO,    /* Middlebury's optical flow */
	RV_FILE_NPY,    /* an array of NumPy */
	RV_FILE_NPZ,    /* arrays of NumPy; one of a sample, not one of each picture */
	RV_FILE_JSON,   /* numbers that are no picture */
	RV_FILE_BLEND,  /* a scene; one of a sample */
	RV_FILE_FOLDER, /* several PNG files of each picture */
};

enum rv_role_writer { RV_WRITER_BLEND, RV_WRITER_MASK, RV_WRITER_LATER };

enum rv_role_id {
#define RV_ROLE(constant, name, file, kind, channels, bits, background, writer, text) RV_ROLE_##constant,
#include "roles.def"
#undef RV_ROLE
	RV_ROLES
};

struct rv_role {
	const char *name, *file; /* see roles.def */
	enum rv_file_kind kind;
	const char *channels; /* "": they differ */
	unsigned int bits;    /* 0: they differ */
	const char *background;
	enum rv_role_writer writer;
	const char *text;
};
extern const struct rv_role rv_roles[RV_ROLES]; /* by enum rv_role_id */

/* The files that rv-blend hands over to rv-mask: they go when the labels made from them are there. */
#define RV_HAND_OVERS 3
extern const enum rv_role_id rv_hand_overs[RV_HAND_OVERS];
bool rv_role_is_hand_over(const char *name);

/* The row of a role's name, a pattern's ("mask_*") for those that it stands for; NULL for a pass in no row. */
const struct rv_role *rv_role_find(const char *name);
/* True when the name is that of a row, or begins as a pattern does. */
bool rv_role_is(const char *name, enum rv_role_id id);
/* What any role may be called: 1..RV_NAME_MAX bytes without '/' and control characters, as it becomes a file's name. */
bool rv_role_may_be_name(const char *name);
/* What a role that is written in lower case may be called besides those of the rows: 1..RV_NAME_MAX of [a-z0-9_], not
 * the name of a folder that rv keeps for other things, nor the beginning of a pattern alone ("mask_"). */
bool rv_role_may_be_pass(const char *name);
/* Appends the path of a role's file below the sample's (or view's) directory: of a still ("Depth.exr"), or of the frame
 * called `frame` ("depth/000001.exr"). The name is not checked. */
void rv_role_path(const char *name, const char *frame, struct rv_str *path);
/* Appends the folder of a role: of a sequence ("depth", "frames"), or of an RV_FILE_FOLDER ("instances"). */
void rv_role_folder(const char *name, struct rv_str *path);

/* True when a file of some role may lie there, below the sample's directory: where nothing tells any more which files a
 * sample had. */
bool rv_role_may_have_path(const char *path);

/* ---- settings of a render ---- */

enum rv_setting_kind {                        /* an option of rv-blend, and in JSON */
	               RV_SETTING_OF_FLAG,    /* "--name": true */
	               RV_SETTING_OF_SWITCH,  /* "on": true, "off": false */
	               RV_SETTING_OF_WHOLE,   /* "7": 7 */
	               RV_SETTING_OF_REAL,    /* "0.5": 0.5 */
	               RV_SETTING_OF_SECONDS, /* "2m", above 0: 120 */
	               RV_SETTING_OF_CHOICE,  /* one of words: a text, also without the option */
	               RV_SETTING_OF_PATH,    /* a text: of a file or folder from the scene's root on, or a pattern */
	               RV_SETTING_OF_FRAMES,  /* "1..24": a text, written in one way (blend/frames.h) */
	               RV_SETTING_OF_RESOLUTION, /* "640,480": [640,480] */
	               RV_SETTING_OF_PASSES,     /* "uv,Normal": ["Normal","UV"] (blend/passes.h) */
	               RV_SETTING_OF_NAMES,      /* "--name=a --name=b": ["a","b"] */
	               RV_SETTING_OF_IMAGE,      /* "JPEG:8:RGB:90": an object of format, depth, color and
	                                            quality, all but the first optional */
	               RV_SETTING_OF_RETIMES,    /* "--name=2 --name=1,-10":
	                                            [{"scale":2,"shift":0},{"scale":1,"shift":-10}] */
	               RV_SETTING_OF_CAMERA,     /* an object, as it is */
	               RV_SETTING_OF_ORBIT,   /* "8,2,30": {"n":8,"radius":2,"elevation":30}, both last ones optional */
	               RV_SETTING_OF_RENDERS, /* no option: an array of objects */
};

enum rv_setting_reach { RV_SETTING_OF_COMMAND, RV_SETTING_OF_RECORD };

extern const char *const rv_setting_switch[],
        *const rv_setting_engines[], *const rv_setting_devices[],
                                             *const rv_setting_codecs[],
                                                     *const rv_setting_passes[],
                                                             *const rv_setting_indexing[]; /* NULL-ended */

enum rv_setting_id {
#define RV_SETTING(constant, ...) RV_SETTING_##constant,
#include "settings.def"
#undef RV_SETTING
	RV_SETTINGS
};

struct rv_setting {
	const char *member, *option; /* see settings.def */
	enum rv_setting_kind kind;
	double low, high;
	const char *const *words;
	enum rv_setting_reach reach;
	const char *text;
};
extern const struct rv_setting rv_settings[RV_SETTINGS]; /* by enum rv_setting_id */
/* NULL for a member that is none. */
const struct rv_setting *rv_setting_find(const char *member);

/* ---- splits ---- */

enum rv_split { RV_SPLIT_TRAIN, RV_SPLIT_VAL, RV_SPLIT_TEST, RV_SPLITS };
extern const char *const rv_split_names[RV_SPLITS];
/* RV_SPLITS for a name of none. */
enum rv_split rv_split_find(const char *name);

/* ---- members of records ---- */

enum rv_member_place {
	RV_PLACE_STORED, /* on the stream and on disk */
	RV_PLACE_STREAM, /* on the stream only */
	RV_PLACE_PASSES, /* stored as long as the passes are there */
};

struct rv_member_row {
	const char *name, *writers;
	enum rv_member_place place;
	const char *type, *text;
};
extern const struct rv_member_row rv_member_rows[];
extern const size_t rv_member_row_count;
/* NULL for a member that rv does not know, which is stored. `name` need not end in a NUL. */
const struct rv_member_row *rv_member_row(const char *name, size_t len);

#endif

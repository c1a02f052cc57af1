/* SPDX-License-Identifier: MIT */
/*
 * What a dataset format is: its name, its files, what it needs of a sample, its options, what it cannot carry. Here is
 * no input or output: sink/ writes a format, verify/formats/ checks it, and both are built for the same list
 *(list.def). rv-mux --formats, the man page, docs/formats.md and the completions are made from these descriptions.
 *
 * To add a format NAME:
 *
 *	format/NAME.c          const struct format format_NAME
 *	format/list.def        its row
 *	sink/NAME.c            const struct sink_class sink_NAME
 *	verify/formats/NAME.c  const struct verify_class verify_NAME
 */
#ifndef RV_FORMAT_FORMAT_H
#define RV_FORMAT_FORMAT_H

#include "options.h"

/* What each picture of a sample must have for the sample to be in the format. */
enum format_need {
	FORMAT_NEEDS_IMAGE = 1 << 0,       /* a file of the role (below) */
	FORMAT_NEEDS_PNG = 1 << 1,         /* which is a PNG file, */
	FORMAT_NEEDS_PHOTO = 1 << 2,       /* or a PNG or JPEG file, */
	FORMAT_NEEDS_COMMON = 1 << 3,      /* or one that Pillow and OpenCV read as well: PNG, JPEG, WebP, BMP, TIFF, */
	FORMAT_NEEDS_STILL = 1 << 4,       /* or one that rv decodes (video.h) */
	FORMAT_NEEDS_ANNOTATIONS = 1 << 5, /* `annotations`, if only an empty list */
	FORMAT_NEEDS_CAMERA = 1 << 6,      /* `camera` with pose and intrinsics */
	FORMAT_NEEDS_SEQUENCE = 1 << 7,    /* a frame of a sequence */
};

/* What samples may have besides a picture, for a report of what a format does not carry. X(enum constant, its name) */
#define FORMAT_THING_LIST(X) \
	X(BOXES, "boxes") \
	X(MASKS, "masks") \
	X(KEYPOINTS, "keypoints") \
	X(BOXES_3D, "3D boxes") \
	X(CAMERAS, "cameras") \
	X(DEPTH, "depth") \
	X(NORMALS, "normals") \
	X(FLOW, "flow") \
	X(PROMPTS, "prompts")

enum format_thing {
#define FORMAT_THING(constant, name) FORMAT_THING_##constant,
	FORMAT_THING_LIST(FORMAT_THING)
#undef FORMAT_THING
	        FORMAT_THINGS
};
enum format_thing_bit {
#define FORMAT_THING(constant, name) FORMAT_HAS_##constant = 1 << FORMAT_THING_##constant,
	FORMAT_THING_LIST(FORMAT_THING)
#undef FORMAT_THING
};
extern const char *const format_things[FORMAT_THINGS];

/* When rv-mux without --format makes it. A sample that such a format has no use for is left out of it, and counted. */
enum format_default {
	FORMAT_WHEN_ASKED,       /* only by name */
	FORMAT_ALWAYS,           /* of every sample */
	FORMAT_WITH_ANNOTATIONS, /* of samples with labels */
	FORMAT_WITH_SEQUENCES,   /* of sequences */
};

/* What becomes of the files of a kind when datasets that were made in parts are merged (sink/merge.h).
 * X(enum constant, its name, what it means) */
#define FORMAT_MERGE_LIST(X) \
	X(NONE, "no", "it is of all samples: a dataset that has it cannot be merged") \
	X(FILE, "as it is", "it is of one sample") \
	X(NUMBERED, "numbered on", "as it is, with the next number") \
	X(COUNTED, "counted on", "it is of one sample, whose number follows those of the parts before") \
	X(COUNTED_LINES, "joined", "lines that begin with such a number, counted on") \
	X(COUNTED_IDS, "joined", "the same; behind it is the sample's id") \
	X(LINES, "joined", "the lines of all parts") \
	X(TABLE, "joined", "the same below the first line, which all have") \
	X(LISTS, "joined", "the lists of all parts, ids counted on") \
	X(SAME, "the same", "it must be the same in all parts") \
	X(FIRST, "the first's", "that of the first part") \
	X(MADE, "made anew", "from the parts' (sink_class.merge)") \
	X(READ, "made anew", "the same, by a writer that reads those of the parts itself, since they may be large") \
	X(PLACED, "counted on", "it is of one picture, which such a writer puts behind those of the parts before")

enum format_merge {
#define FORMAT_MERGE(constant, name, text) FORMAT_MERGE_##constant,
	FORMAT_MERGE_LIST(FORMAT_MERGE)
#undef FORMAT_MERGE
};

/* A list in a JSON document, with a line for each element as sink/part.h writes it. */
struct format_list {
	const char *name;
	const char *number; /* the first member of an element, which counts them from 1. NULL: there is none */
	const char *of;     /* the next, which is such a number in the document's first list. NULL: there is none */
};

/* A column of a table with one value in each row, for catalogues: its type is one of schema.org's, "sc:Text". */
struct format_column {
	const char *name, *type, *text;
};

/* A kind of file of the format: where it lies below the dataset (layout.h), and what it holds. */
struct format_path {
	const char *name, *layout, *text;
	bool is_shard; /* it holds many samples: a file that catalogues list by itself, with its digest */
	enum format_merge merge;
	const struct format_list *lists; /* of FORMAT_MERGE_LISTS, in their order, ended by a NULL name */
	bool is_image; /* of the scene, a picture or a clip, and not of its labels; with a {role} if that is "image" */
	const struct format_column *columns; /* of a table: ended by a NULL name. NULL: it is none */
};

/* A global option of rv-mux that stands for one of the format's, for the time before formats had options. */
struct format_alias {
	const char *global, *option;
};

/* What the pictures of a format are that may have them encoded: as they are, or JPEG files (video.h). Those of JPEG are
 * as they are in either case. */
enum format_image { FORMAT_IMAGE_KEEP, FORMAT_IMAGE_JPG };
struct format_encoding {
	int image;        /* enum format_image */
	uint64_t quality; /* 1..100 */
};
#define FORMAT_ENCODING_INIT \
	{ \
		.quality = 95 \
	}
/* The options that set one. */
#define FORMAT_ENCODING_OPTIONS(encoding) \
	{ .kind = RV_OPT_CHOICE, \
	  .name = "image", \
	  .value = &(encoding).image, \
	  .argument = "KIND", \
	  .help = "the pictures as they are, or as JPEG files, which is all that many readers look for", \
	  .choices = format_images }, \
	{ \
		.kind = RV_OPT_U64, .name = "quality", .value = &(encoding).quality, .argument = "N", \
		.help = "of image=jpg; 4:4:4", .min = 1, .max = 100 \
	}
extern const char *const format_images[];

struct format {
	const char *name;
	const char *title;   /* as its authors write it: "WebDataset" */
	const char *summary; /* one line for --help */
	const char *readers; /* who reads it: "pycocotools, torchvision, Detectron2" */
	/* What its files are read with in the tests, sorted: Python's modules and programs; "own reader": one of the
	 * tests that knows the format's rules alone. tests/format-rows.bats holds us to it. */
	const char *checked;
	const char *load;    /* a line that loads it: Python unless it says otherwise; may be NULL */
	const char *carries; /* what of a sample it takes along */
	const char *loses;   /* what it cannot carry; "" for nothing */
	unsigned int lacks;  /* enum format_thing_bit: of these what it cannot carry */
	/* What of these it carries with the options that it has now. NULL: nothing. */
	unsigned int (*gains)(void);
	unsigned int needs;      /* enum format_need */
	const char *const *role; /* whose files the first of these are about. NULL: "image" */
	bool has_splits;         /* train, val and test have places of their own */
	bool has_categories;     /* it has the ids of the dataset's table (RV_CATEGORIES_NAME) */
	const struct format_encoding
	        *encoding; /* of its pictures, as its options have it now. NULL: they are as they are */
	enum format_default by_default;
	const struct format_path *paths; /* ended by a NULL name; the first that a path fits is its own */
	/* The same of a tree that anybody made, by the same names: what readers look at below the format's own root. A
	 * file {path}.{ext} is a picture that rv decodes. NULL: not known (rv-verify --as). */
	const struct format_path *foreign;
	const struct rv_option *options;    /* ended by RV_OPT_END; they set the format's own variables. NULL: none */
	const struct format_alias *aliases; /* ended by a NULL name. NULL: none */
	/* The option that parts of a merge may differ in, since it names a folder of their own. NULL: none. */
	const char *own_folder;
};

#define FORMAT(name) extern const struct format format_##name;
#include "format/list.def"
#undef FORMAT

/* The formats by their place in the list. */
enum format_id {
#define FORMAT(name) FORMAT_ID_##name,
#include "format/list.def"
#undef FORMAT
	FORMAT_IDS
};

/* All formats, in the order in which they are listed. */
extern const struct format *const format_all[];
extern const size_t format_count;

/* The place of a format in that list; SIZE_MAX when there is none of the name. */
size_t format_find(const char *name);
/* The row of the first layout that a path fits; NULL: it is not of the format. */
const struct format_path *format_row(const struct format *format, const char *path);
/* The layout of the path of that name in a description, which must have it. */
const char *format_layout(const struct format *format, const char *name);
/* What a format cannot carry with the options that it has now (enum format_thing_bit). */
unsigned int format_lacks(const struct format *format);
/* All of its files are shards. */
bool format_is_of_shards(const struct format *format);
/* Whether a format with one of these needs takes a picture whose name ends in that, without the dot. */
bool format_takes(unsigned int needs, const char *extension);
/* Whether it has pictures encoded now. */
bool format_encodes(const struct format *format);
/* What it takes, for messages: "PNG or JPEG". */
const char *format_pictures(unsigned int needs);
/* Fails with RV_E_USAGE: there is no format of that name, with the nearest one that there is. */
int format_unknown(const char *name, struct rv_err *err);

/*
 * Reads what --format was given: "video:crf=20:fps=30,coco". Commas separate formats, colons the options of one, '\'
 * before a comma, a colon or itself takes away what it means. A flag may stand without a value. Sets the formats'
 * options and is_chosen[0..format_count) of those that are named, without clearing the others: --format may be
 * repeated. Fails with RV_E_USAGE.
 */
int format_choose(const char *text, bool *is_chosen, struct rv_err *err) RV_MUST_USE;
/* The same for all that --format was given. */
int format_choose_all(const struct rv_option_list *list, bool *is_chosen, struct rv_err *err) RV_MUST_USE;
/* Appends a format as --format takes it: its name, and the options whose values are not those of a fresh start. */
void format_put_spec(const struct format *format, struct rv_str *text);

/* Whether two such texts of a format say the same but for its option `own_folder`. */
bool format_same_spec(const struct format *format, const char *one, const char *other);

/* Reads such a text without setting anything: *format is the place of the format in the list, SIZE_MAX for one that is
 * not there, whose options are then not looked at. Fails with RV_E_USAGE on an option that the format does not have. */
int format_read_spec(const char *text, size_t *format, struct rv_err *err) RV_MUST_USE;

/* Appends the list of the formats that are chosen, or, where none is, of all of them: for people, or as JSON, an array
 * of objects, one a line. */
void format_list(const bool is_chosen[FORMAT_IDS], struct rv_str *text);
void format_list_json(const bool is_chosen[FORMAT_IDS], struct rv_str *text);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A product is a label that rv-mask makes: what a user would call one ("depth", "instances"), in one file below
 * products/. From these descriptions come the options of rv-mask, its help and lists (--labels), the man page, what is
 * read of the passes, and what is made anew when a setting changes. To add a label:
 *
 *	lib/roles.def         a row for each of its files, with the writer MASK
 *	mask/products/NAME.c  const struct mask_product mask_product_NAME
 *	mask/list.def         its row
 *
 * and, as for every label, its check in rv-verify. tests/unit/products.c sees to it that each option changes the key of
 * its product and of no other, tests/data/labels.golden that bytes change with the version alone.
 *
 * A product writes files (`roles`, `make`), members of annotations (`annotate`), or both. It has one key for all of
 * them: a digest of its version, what rv-blend rendered, its settings and what it reads of the record (`take`, `key`),
 * and of the products that it stands on. Files of the same key are never made twice; which of its roles are asked for
 * is no part of the key, so that a role more or less leaves the files of the others as they are.
 *
 * Frames are labelled on several threads. What a product needs of the record it takes once for a sample, before that
 * (`take`): so it is read once for all frames, and nothing of it can be left out of the key. Pixels are counted and
 * drawn in pixels/, which knows no files.
 */
#ifndef RV_MASK_PRODUCT_H
#define RV_MASK_PRODUCT_H

#include "arena.h"
#include "json.h"
#include "mask/pixels/labels.h"
#include "options.h"
#include "vocabulary.h"

struct mask_request;
struct mask_view;
struct mask_job;

/* A role that a product writes. */
struct mask_role {
	enum rv_role_id id;
	bool is_preview; /* for people: not written with --no-preview */
	bool is_always;  /* written whatever --outputs says */
	/* Where the passes are gone it can be made of the kept files of this role instead; RV_ROLE_IMAGE: no such. */
	enum rv_role_id from;
};

/* A pass that a product is made of. */
struct mask_read {
	enum rv_role_id pass;
	unsigned int n_channels;
	bool is_optional;  /* of use where it was rendered; of a pattern ("mask_*") always: all that fit */
	const bool *asked; /* read only where this is set; NULL: always */
};

struct mask_product {
	const char *name;
	const char *summary;           /* a phrase for lists */
	unsigned int version;          /* raised by hand when its bytes change */
	const struct mask_role *roles; /* ended by RV_ROLES. NULL: members of annotations alone */
	const char *const *members;    /* of annotations that it writes, ended by NULL. NULL: none */
	bool takes_rest;               /* instead of `roles`: every pass that no other product has to do with */
	/* Ended by RV_ROLES. NULL: each role is made of the pass of its own name, whatever channels that has. */
	const struct mask_read *reads;
	bool reads_others;               /* it reads them of other pictures of the view, too: mask_read_other */
	bool reads_views;                /* and of pictures of other views */
	const struct rv_option *options; /* ended by RV_OPT_END; they set the product's own variables. NULL: none */
	const char *const *stands_on;    /* products of earlier rows whose settings are its own, too; ended by NULL */
	bool by_vertices;   /* of what deforms it is known by vertices, which rv-blend writes with the pass Vector */
	bool holds_numbers; /* a file holds what the pass of its name held: others can be made of it in its place */

	/* Whether it writes the pass of this name into a file of its own, KEPT_ROLE, where --keep names that. NULL: of
	 * none. */
	bool (*keeps)(const char *pass);
	/* Takes its options apart after they were parsed. Fails with RV_E_USAGE. NULL: they are good as they are. */
	int (*check)(struct rv_err *err);
	/* What asks for it when --outputs does not: a flag, choices of which one must be there, or a function that is
	 * told the role (RV_ROLES: members of annotations). All three NULL: it is always written, as is a role of whose
	 * name a pass was rendered. */
	const bool *asked;
	const unsigned int *chosen;
	bool (*is_asked)(enum rv_role_id role);
	/* Whether the pictures of a view have what it needs besides passes. NULL: yes. */
	bool (*is_possible)(const struct mask_view *view);
	/* Makes *data of the record (request->sample), in the arena. NULL: it needs nothing of it. */
	int (*take)(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err);
	/* Writes all settings and data that decide its bytes. NULL: there are none. */
	void (*key)(const struct mask_request *request, const void *data, struct rv_json_out *out);
	/* Finds out what all pictures of a view are drawn with, as a range that a clip keeps: called for the first, the
	 * middle and the last of them, in that order, before `make` of any where files of it are to be made. *found,
	 * NULL at first and in job->arena, is what `make` gets from mask_surveyed. NULL: it needs nothing. */
	int (*survey)(struct mask_job *job, void **found, struct rv_err *err);
	/* Whether there is something to find out, by what it took of the record. NULL: yes. */
	bool (*surveys)(const void *data);
	/* Writes the files of those of its roles that are to be made (job.h). NULL: it has none. */
	int (*make)(struct mask_job *job, struct rv_err *err);
	/* Of a product with one file for all pictures of a view (RV_FILE_NPZ): how many bytes `make` collects for it
	 * from each picture (mask_collected) instead of writing a file, and what writes it when all are made; its job
	 * is that of the first picture. Both NULL: it has none. */
	size_t (*collects)(const void *data);
	int (*finish)(struct mask_job *job, struct rv_err *err);
	/* True when an object of which so much is seen gets no annotation. NULL: never. */
	bool (*leaves_out)(const struct mask_label *label);
	/* Finds out what its members of a picture's annotations need of all labels at once, before the first of them:
	 * *found, in job->arena, is what `annotate` gets from mask_found. NULL: it needs nothing. */
	int (*measure)(struct mask_job *job, const struct mask_labels *labels, const void **found, struct rv_err *err);
	/* Puts its members into an annotation. Called product after product, in the order of the list. NULL: it has
	 * none. */
	void (*annotate)(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out);
};

/* All products, in the order in which they are listed and made. */
extern const struct mask_product *const mask_products[];
extern const size_t mask_product_count;
#define MASK_NO_PRODUCT SIZE_MAX

/* The place of the product of this name in that list; MASK_NO_PRODUCT when there is none. */
size_t mask_product_find(const char *name);
/* The place of the product that writes a role. */
size_t mask_product_of_role(const char *role);
/* The place of the product that a word of --outputs means: it writes the role, or else has the name. */
size_t mask_product_of_word(const char *word);
/* True when a product writes KEPT_PASS for it, as no label's file holds its numbers whatever the settings are. */
bool mask_product_keeps(const char *pass);
/* True when a role (RV_ROLES: members of annotations) is written though --outputs does not name it. */
bool mask_product_is_asked(const struct mask_product *product, enum rv_role_id role);
/* True when an option of its own was given. */
bool mask_product_is_chosen(const struct mask_product *product);
/* True when the pass must have been rendered, so that the product can be made with the present options. */
bool mask_product_needs(const struct mask_product *product, enum rv_role_id pass);
/* True when the product reads it with the present options. */
bool mask_read_is_asked(const struct mask_read *read);
/* The pass that a role "kept_PASS" holds; NULL for all others. */
const char *mask_product_kept_pass(const char *role);
/* What a product says of a role that it writes. */
const struct mask_role *mask_product_role(const struct mask_product *product, const char *role);
/* True when a product has to do with the pass of this name: reads it, or keeps it as it is. *n_channels is how many it
 * must have, 0 for any number. */
bool mask_product_reads(const char *pass, unsigned int *n_channels);
/* True when a product is made of passes of the names of its roles. */
bool mask_product_keeps_passes(const struct mask_product *product);

/* Appends the list of labels for people, or as JSON: {"labels":[...],"roles":[...]}, an element a line. */
void mask_product_list(struct rv_str *text);
void mask_product_list_json(struct rv_str *text);

#endif

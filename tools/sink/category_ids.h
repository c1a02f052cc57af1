/* SPDX-License-Identifier: MIT */
/*
 * The one table of categories of a dataset, and who decides it: the user (--categories), else the scene (the member
 * `categories` of the records, whose tables must agree), and then names that are not in it are errors; else each name
 * gets the next id when it first appears, in the order of the stream.
 */
#ifndef RV_SINK_CATEGORY_IDS_H
#define RV_SINK_CATEGORY_IDS_H

#include "categories.h"
#include "sink/dataset.h"
#include "sink/picture.h"

struct sink_categories {
	struct rv_categories table;
	bool is_users;                                        /* private, as is what follows */
	struct rv_str scene;                                  /* the text of the scene's table that was taken last */
	struct rv_categories next;                            /* that of the sample that was checked last */
	bool has_next;                                        /* it is to be taken */
	struct rv_categories fresh;                           /* names of that sample that are in no table yet */
	uint64_t n_left_out, n_samples_left_out, n_left_here; /* labels without a category */
};

/* `users` is what --categories was given, or NULL. */
int sink_categories_open(struct sink_categories *categories, const char *users, struct rv_err *err) RV_MUST_USE;
void sink_categories_release(struct sink_categories *categories);

/* Whether all categories of a sample are in the table or can get into it, and the places that its labels then have in
 * it. Changes no id. */
int sink_categories_check(struct sink_categories *categories, struct sink_sample *sample,
                          struct rv_err *err) RV_MUST_USE;
/* Gives the labels of the sample that was checked last their ids. Fails only above the limit of categories. */
int sink_categories_take(struct sink_categories *categories, struct sink_sample *sample,
                         struct rv_err *err) RV_MUST_USE;
/* Writes the table into the dataset. Warns once when there were samples of which nothing that can be seen has a
 * category; `formats` names those that it is missing in. */
int sink_categories_finish(const struct sink_categories *categories, struct sink_dataset *dataset, const char *formats,
                           struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The models of BOP: one for each category, known by the box around it. A sample's are checked first, and taken when no
 * format refuses it.
 */
#ifndef RV_SINK_BOP_MODELS_H
#define RV_SINK_BOP_MODELS_H

#include "categories.h"
#include "sink/box3d.h"

struct sink_bop_model {
	bool is_there;
	double size[3]; /* millimetres, along its own x, y and z: that of its first object */
};

/* By a category's place in the table; zeroed before the first use. */
struct sink_bop_models {
	struct sink_bop_model *items, *next; /* those that are there; and with those of the sample at hand */
	size_t len, n_next;
};
void sink_bop_models_release(struct sink_bop_models *models);

/* Begins the check of a sample. */
void sink_bop_models_begin(struct sink_bop_models *models, struct sink_sample *sample);
/* The object's box is as large as those of the category's objects before. Where it is not, *fits is false with --lossy,
 * and the check fails without. */
int sink_bop_models_check(struct sink_bop_models *models, struct sink_sample *sample, const struct sink_label *label,
                          const struct sink_box3d *box, bool *fits, struct rv_err *err) RV_MUST_USE;
/* Whether two models of models_info.json are as large as each other in the same sense. */
bool sink_bop_models_agree(struct rv_json first, struct rv_json other);
/* Takes those of the sample that was checked last. */
void sink_bop_models_take(struct sink_bop_models *models);
/* Appends models_info.json. */
void sink_bop_models_put(const struct sink_bop_models *models, const struct rv_categories *categories,
                         struct rv_str *text);

#endif

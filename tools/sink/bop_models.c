/* SPDX-License-Identifier: MIT */
/* The models of BOP. */
#include "sink/bop_models.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/bop.h"
#include "sink/lossy.h"

static const char *const sides[] = { "size_x", "size_y", "size_z" }; /* of a model, millimetres */

void sink_bop_models_release(struct sink_bop_models *models)
{
	free(models->items);
}

void sink_bop_models_begin(struct sink_bop_models *models, struct sink_sample *sample)
{
	size_t n = models->len;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		for (size_t k = 0; k < sample->pictures[i].n_labels; k++) {
			const struct sink_label *const label = &sample->pictures[i].labels[k];
			n = label->annotation->category ? RV_MAX(n, (size_t)label->class + 1) : n;
		}
	}
	models->next = rv_arena_alloc(&sample->arena, n + 1, sizeof(*models->next));
	models->n_next = n;
	for (size_t i = 0; i < models->len; i++) {
		models->next[i] = models->items[i];
	}
}

static bool is_near(double size, double first)
{
	return fabs(first - size) <= FORMAT_BOP_SIZE_NEAR_MM + FORMAT_BOP_SIZE_NEAR * first;
}

bool sink_bop_models_agree(struct rv_json first, struct rv_json other)
{
	bool agree = true;
	for (size_t i = 0; i < 3; i++) {
		agree = agree && is_near(rv_json_number(rv_json_get(other, sides[i]), 0),
		                         rv_json_number(rv_json_get(first, sides[i]), 0));
	}
	return agree;
}

int sink_bop_models_check(struct sink_bop_models *models, struct sink_sample *sample, const struct sink_label *label,
                          const struct sink_box3d *box, bool *fits, struct rv_err *err)
{
	struct sink_bop_model *const model = &models->next[label->class];
	*fits = true;
	for (size_t i = 0; i < 3 && *fits; i++) {
		const double size = box->size[i] * FORMAT_BOP_MM;
		if (!model->is_there) {
			model->size[i] = size;
		} else if (!is_near(size, model->size[i])) {
			*fits = false;
			if (sink_lossy(sample, FORMAT_ID_bop, err,
			               "object %" PRIu32
			               ": format bop has one model of each category, and this '%s' is %.1f mm long "
			               "along its %c where an earlier one is %.1f: give what differs in size "
			               "categories of its own",
			               label->annotation->index, label->annotation->category, size, "xyz"[i],
			               model -> size[i]) < 0) {
				return -1;
			}
		}
	}
	model->is_there = true;
	return 0;
}

void sink_bop_models_take(struct sink_bop_models *models)
{
	models->items = rv_realloc(models->items, models->n_next + 1, sizeof(*models->items));
	models->len = models->n_next;
	for (size_t i = 0; i < models->len; i++) {
		models->items[i] = models->next[i];
	}
}

static void put_model(const struct sink_bop_model *model, uint32_t id, struct rv_json_out *out)
{
	static const char *const ends[] = { "min_x", "min_y", "min_z" };
	const double *const size = model->size;
	char key[16];
	snprintf(key, sizeof(key), "%" PRIu32, id);
	rv_json_open(out, key, '{');
	rv_json_put_double(out, "diameter", sqrt(size[0] * size[0] + size[1] * size[1] + size[2] * size[2]));
	for (size_t i = 0; i < 3; i++) {
		rv_json_put_double(out, ends[i], 0.0 - size[i] / 2);
	}
	for (size_t i = 0; i < 3; i++) {
		rv_json_put_double(out, sides[i], size[i]);
	}
	rv_json_close(out, '}');
}

void sink_bop_models_put(const struct sink_bop_models *models, const struct rv_categories *categories,
                         struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	for (size_t i = 0; i < models->len; i++) {
		if (models->items[i].is_there) {
			put_model(&models->items[i], categories->items[i].id, &out);
		}
	}
	rv_json_close(&out, '}');
}

/* SPDX-License-Identifier: MIT */
/* The table of a dataset's categories. */
#include "sink/category_ids.h"

#include <inttypes.h>
#include <string.h>

#include "diag.h"
#include "vocabulary.h"

int sink_categories_open(struct sink_categories *categories, const char *users, struct rv_err *err)
{
	*categories = (struct sink_categories) { .table = RV_CATEGORIES_INIT,
		                                 .is_users = users != NULL,
		                                 .scene = RV_STR_INIT,
		                                 .next = RV_CATEGORIES_INIT,
		                                 .fresh = RV_CATEGORIES_INIT };
	if (users && rv_categories_load(&categories->table, users, err) < 0) {
		err->code = RV_E_USAGE;
		return rv_fail_prefix(err, "--categories");
	}
	return 0;
}

void sink_categories_release(struct sink_categories *categories)
{
	rv_categories_release(&categories->table);
	rv_categories_release(&categories->next);
	rv_categories_release(&categories->fresh);
	rv_str_release(&categories->scene);
}

/* Reads the table of the sample's scene into `next`, unless it is the one that was taken last. */
static int check_scene(struct sink_categories *categories, const struct rv_sample *sample, struct rv_err *err)
{
	struct rv_span text;
	const struct rv_json list = rv_json_get(sample->json, "categories");
	rv_categories_release(&categories->next);
	categories->has_next = false;
	if (categories->is_users || rv_json_type(list) == RV_JSON_NONE || rv_json_type(list) == RV_JSON_NULL ||
	    (rv_record_get(sample->record, "categories", &text) && text.len == categories->scene.len &&
	     memcmp(text.ptr, categories->scene.ptr, text.len) == 0)) {
		return 0;
	}
	categories->has_next = true;
	if (rv_categories_take(&categories->next, list, err) < 0) {
		return rv_fail_prefix(err, "field 'categories'");
	}
	return rv_categories_agree(&categories->table, "the dataset", &categories->next, "this sample", err);
}

static int check_label(const struct sink_categories *categories, const struct rv_annotation *annotation,
                       struct rv_err *err)
{
	const char *const name = annotation->category;
	const bool is_fixed = categories->table.is_fixed || categories->has_next;
	if (!name || !is_fixed || rv_categories_find(&categories->table, name) ||
	    rv_categories_find(&categories->next, name)) {
		return 0;
	}
	return rv_fail(err, RV_E_BAD_RECORD, "object %" PRIu32 ": category '%s' is not in %s", annotation->index, name,
	               categories->is_users ? "--categories" : "the scene's own table (field 'categories')");
}

/* How many of the first `n` categories of the sample's scene are not in the table yet. */
static uint32_t count_new(const struct sink_categories *categories, size_t n)
{
	uint32_t n_new = 0;
	for (size_t i = 0; i < n; i++) {
		n_new += !rv_categories_find(&categories->table, categories->next.items[i].name);
	}
	return n_new;
}

/* The place that a category has in the table once the sample is taken. */
static uint32_t place_of(struct sink_categories *categories, const char *name)
{
	const struct rv_category *const known = rv_categories_find(&categories->table, name),
	                                *const next = rv_categories_find(&categories->next, name);
	const uint32_t len = (uint32_t)categories->table.len;
	if (known) {
		return (uint32_t)(known - categories->table.items);
	}
	if (next) {
		return len + count_new(categories, (size_t)(next - categories->next.items));
	}
	return len + count_new(categories, categories->next.len) + rv_categories_id(&categories->fresh, name, NULL) - 1;
}

int sink_categories_check(struct sink_categories *categories, struct sink_sample *sample, struct rv_err *err)
{
	uint64_t n_seen = 0, n_named = 0;
	rv_categories_release(&categories->fresh);
	if (check_scene(categories, sample->sample, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		for (size_t k = 0; k < picture->n_labels; k++) {
			const struct rv_annotation *const annotation = picture->labels[k].annotation;
			if (check_label(categories, annotation, err) < 0) {
				return -1;
			}
			n_seen++;
			if (annotation->category) {
				picture->labels[k].class = place_of(categories, annotation->category);
				n_named++;
			}
		}
	}
	/* What has none beside what has one is meant to be background. */
	categories->n_left_here = n_named == 0 ? n_seen : 0;
	return 0;
}

/* Takes the scene's table in. Both agree. */
static int take_scene(struct sink_categories *categories, const struct rv_sample *sample, struct rv_err *err)
{
	struct rv_span text = { "", 0 };
	for (size_t i = 0; i < categories->next.len; i++) {
		const struct rv_category *const category = &categories->next.items[i];
		if (!rv_categories_find(&categories->table, category->name) &&
		    rv_categories_add(&categories->table, category->id, category->name, category->supercategory, err) <
		            0) {
			return -1;
		}
	}
	(void)rv_record_get(sample->record, "categories", &text);
	rv_str_clear(&categories->scene);
	rv_str_append(&categories->scene, text.ptr, text.len);
	categories->table.is_fixed = true;
	return 0;
}

/* Its id, which may be 0 in a table of the user. */
static int take_label(struct sink_categories *categories, struct sink_label *label, struct rv_err *err)
{
	const char *const name = label->annotation->category;
	const struct rv_category *const known = name ? rv_categories_find(&categories->table, name) : NULL;
	if (known) {
		label->category = known->id;
	} else if (name) {
		label->category = rv_categories_id(&categories->table, name, err);
		return label->category == 0 ? -1 : 0;
	}
	return 0;
}

int sink_categories_take(struct sink_categories *categories, struct sink_sample *sample, struct rv_err *err)
{
	if (categories->has_next && take_scene(categories, sample->sample, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		for (size_t k = 0; k < picture->n_labels; k++) {
			if (take_label(categories, &picture->labels[k], err) < 0) {
				return -1;
			}
		}
	}
	categories->n_left_out += categories->n_left_here;
	categories->n_samples_left_out += categories->n_left_here > 0;
	return 0;
}

int sink_categories_finish(const struct sink_categories *categories, struct sink_dataset *dataset, const char *formats,
                           struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	if (categories->n_left_out > 0) {
		rv_warn("%s: %" PRIu64 " annotation%s of %" PRIu64 " sample%s %s left out, since nothing there has a "
		        "category: give objects tags, or a custom property 'category'",
		        formats, categories->n_left_out, RV_PLURAL(categories->n_left_out),
		        categories->n_samples_left_out, RV_PLURAL(categories->n_samples_left_out),
		        categories->n_left_out == 1 ? "is" : "are");
	}
	rv_categories_put(&categories->table, &text);
	const int status = sink_dataset_write(dataset, RV_CATEGORIES_NAME, text.ptr, text.len, err);
	rv_str_release(&text);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* A mask file of each annotated object. */
#include "mask/job.h"
#include "mask/pixels/masks.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "instances",
	  .value = &asked,
	  .help = "also write instances/INDEX.png, a mask of each visible object" },
	{ .kind = RV_OPT_END },
};

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const mask = &job->scratch->mask;
	for (size_t i = 0; labels && i < labels->len; i++) {
		const struct mask_label *const label = &labels->items[i];
		if (mask_is_annotated(label) &&
		    (mask_of_label(label, &labels->map, mask, err) < 0 ||
		     mask_put_object(job, MASK_ROLE(INSTANCES), label->index, mask, err) < 0)) {
			return -1;
		}
	}
	return labels ? 0 : -1;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	struct rv_str path = RV_STR_INIT;
	mask_object_path(job, MASK_ROLE(INSTANCES), label->index, &path);
	rv_json_put_string(out, "mask", path.ptr);
	rv_str_release(&path);
}

static const struct mask_role roles[] = { { .id = RV_ROLE_INSTANCES }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", NULL };

static const char *const members[] = { "mask", NULL };

const struct mask_product mask_product_instances = {
	.name = "instances",
	.summary = "a mask file of each annotated object",
	.version = 1,
	.members = members,
	.roles = roles,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.asked = &asked,
	.make = make,
	.annotate = annotate,
};

/* SPDX-License-Identifier: MIT */
/* How much of each pixel each annotated object covers, from Cryptomatte: smooth where the index map has steps. */
#include <math.h>
#include <string.h>

#include "mask/job.h"
#include "mask/pixels/coverage.h"
#include "murmur.h"

#define STEPS 1e4

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "soft",
	  .value = &asked,
	  .help = "also write soft/INDEX.png, how much of each pixel each visible object covers, from Cryptomatte" },
	{ .kind = RV_OPT_END },
};

/* Of each object the number that Cryptomatte has for it. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	uint32_t *const ids = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*ids));
	for (size_t i = 0; i < sample->n_objects; i++) {
		const char *const name = sample->objects[i].name;
		ids[i] = rv_cryptomatte_id(name, strlen(name));
	}
	*data = ids;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const uint32_t *const ids = data;
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		rv_json_put_u64(out, NULL, ids[i]);
	}
}

/* 0, which is no number: it is none of the record's objects. */
static uint32_t id_of(const struct mask_job *job, const struct mask_label *label)
{
	const struct rv_sample *const sample = &job->request->sample;
	const struct rv_object *const object = rv_sample_object(sample, label->index);
	const uint32_t *const ids = mask_data(job);
	return object ? ids[object - sample->objects] : 0;
}

/* The planes, coverages made to add up to 1 at most. */
static struct rv_image *shared_planes(const struct mask_job *job, size_t *n)
{
	struct rv_image *const planes = mask_planes(job, MASK_ROLE(CRYPTO_OBJECT));
	*n = mask_value(job->values, MASK_ROLE(CRYPTO_OBJECT))->n_channels;
	mask_coverage_share(planes, *n);
	return planes;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const grey = &job->scratch->grey;
	size_t n_planes;
	const struct rv_image *const planes = shared_planes(job, &n_planes);
	for (size_t i = 0; labels && i < labels->len; i++) {
		const struct mask_label *const label = &labels->items[i];
		if (mask_is_annotated(label) && (mask_coverage_of(planes, n_planes, id_of(job, label), grey, err) < 0 ||
		                                 mask_put_object(job, MASK_ROLE(SOFT), label->index, grey, err) < 0)) {
			return -1;
		}
	}
	return labels ? 0 : -1;
}

/* The area of each label. */
static int measure(struct mask_job *job, const struct mask_labels *labels, const void **found, struct rv_err *err)
{
	struct mask_covered *const covered = rv_arena_alloc(job->arena, labels->len + 1, sizeof(*covered));
	size_t n_planes;
	const struct rv_image *const planes = shared_planes(job, &n_planes);
	(void)err;
	for (size_t i = 0; i < labels->len; i++) {
		covered[i].id = id_of(job, &labels->items[i]);
	}
	mask_coverage_measure(planes, n_planes, covered, labels->len);
	*found = covered;
	return 0;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct mask_covered *const covered = mask_found(job);
	const double area_px = covered[label - job->scratch->labels.items].area_px;
	struct rv_str path = RV_STR_INIT;
	mask_object_path(job, MASK_ROLE(SOFT), label->index, &path);
	rv_json_put_double(out, "area_soft", floor(area_px * STEPS + 0.5) / STEPS);
	rv_json_put_string(out, "soft", path.ptr);
	rv_str_release(&path);
}

static const struct mask_role roles[] = { { .id = RV_ROLE_SOFT }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLE_CRYPTO_OBJECT },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", NULL };

static const char *const members[] = { "area_soft", "soft", NULL };

const struct mask_product mask_product_soft = {
	.name = "soft",
	.summary = "how much of each pixel each annotated object covers",
	.version = 1,
	.roles = roles,
	.members = members,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.asked = &asked,
	.take = take,
	.key = key,
	.make = make,
	.measure = measure,
	.annotate = annotate,
};

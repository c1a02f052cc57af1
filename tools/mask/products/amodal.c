/* SPDX-License-Identifier: MIT */
/* How each object would be seen if nothing hid it, how much of that is seen, and who hides the rest. */
#include <math.h>

#include "mask/job.h"
#include "mask/products/hidden.h"
#include "mask/products/mask_json.h"

#define STEPS 1e6

/* Its members, as JSON texts, of each label; NULL for an object that cannot be rendered without others. */
struct told {
	const char *rle, *bbox, *covers;
	size_t rle_len, bbox_len, covers_len;
	uint64_t area_px;
};

static const char *keep(struct rv_arena *arena, struct rv_str *text, size_t *len)
{
	*len = text->len;
	const char *const kept = rv_arena_strndup(arena, text->ptr, text->len);
	rv_str_clear(text);
	return kept;
}

static void put_box(const int64_t bbox[4], struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_i64(&out, NULL, bbox[i]);
	}
	rv_json_close(&out, ']');
}

static void put_covers(const struct mask_cover *covers, size_t n, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "index", covers[i].index);
		rv_json_put_u64(&out, "area", covers[i].area_px);
		rv_json_close(&out, '}');
	}
	rv_json_close(&out, ']');
}

static void tell(struct mask_job *job, const struct mask_label *label, const struct mask_whole *whole,
                 struct told *told)
{
	const struct rv_image *const map = &job->scratch->labels.map, *const depth = mask_planes(job, MASK_ROLE(DEPTH));
	struct rv_str text = RV_STR_INIT;
	struct mask_cover *covers;
	struct rv_json_out out;
	told->area_px = whole->area_px;
	rv_json_out_init(&out, &text);
	mask_product_put_run_lengths(NULL, &whole->rle, &out);
	told->rle = keep(job->arena, &text, &told->rle_len);
	put_box(whole->bbox, &text);
	told->bbox = keep(job->arena, &text, &told->bbox_len);
	const size_t n = mask_whole_covers(whole, label->index, map, depth, job->arena, &covers);
	put_covers(covers, n, &text);
	told->covers = keep(job->arena, &text, &told->covers_len);
	rv_str_release(&text);
}

static int measure(struct mask_job *job, const struct mask_labels *labels, const void **found, struct rv_err *err)
{
	struct told *const all = rv_arena_alloc(job->arena, labels->len + 1, sizeof(*all));
	struct mask_whole whole = MASK_WHOLE_INIT;
	struct mask_hidden hidden;
	int status = mask_hidden_read(job, &hidden, err);
	for (size_t i = 0; status == 0 && i < labels->len; i++) {
		const struct mask_label *const label = &labels->items[i];
		if (mask_is_annotated(label) && mask_hidden_is_known(&hidden, label->index)) {
			status = mask_hidden_whole(job, &hidden, label, &whole, err);
			if (status == 0) {
				tell(job, label, &whole, &all[i]);
			}
		}
	}
	mask_whole_release(&whole);
	*found = all;
	return status;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct told *const told = (const struct told *)mask_found(job) + (label - job->scratch->labels.items);
	if (told->rle) {
		const double share = (double)label->area_px / (double)told->area_px;
		rv_json_put_raw(out, "amodal", told->rle, told->rle_len);
		rv_json_put_raw(out, "amodal_bbox", told->bbox, told->bbox_len);
		rv_json_put_u64(out, "amodal_area", told->area_px);
		rv_json_put_double(out, "visib_fract", floor(share * STEPS + 0.5) / STEPS);
		rv_json_put_raw(out, "occluded_by", told->covers, told->covers_len);
	}
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_AMODAL_RUNS },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "amodal", "amodal_bbox", "amodal_area", "visib_fract", "occluded_by", NULL };

const struct mask_product mask_product_amodal = {
	.name = "amodal",
	.summary = "each object whole, how much of it is seen, and what hides it",
	.version = 1,
	.members = members,
	.reads = reads,
	.measure = measure,
	.annotate = annotate,
};

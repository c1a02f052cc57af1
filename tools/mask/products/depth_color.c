/* SPDX-License-Identifier: MIT */
/* Depth in colours, with a scale in metres: of a clip all frames have the same. */
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "mask/job.h"
#include "mask/pixels/turbo.h"
#include "parse.h"

#define DEPTH_MIN_M 1e-6
#define SCALE_PX 6  /* high */
#define MARGIN_PX 3 /* around numbers */
#define TEXT_MAX 32

static const char *given;
static struct mask_range fixed;

static const char *const example[] = { "0.5,20", NULL };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "depth-range",
	  .value = &given,
	  .argument = "A,B",
	  .help = "depths in metres that the colours of DepthColor.png go from and to",
	  .choices = example,
	  .unset = "nearly all that is seen; one range for all frames of a sequence" },
	{ .kind = RV_OPT_END },
};

static int check(struct rv_err *err)
{
	const char *const comma = given ? strchr(given, ',') : NULL;
	double near_m, far_m;
	char start[TEXT_MAX];
	fixed = (struct mask_range) { 0, 0 };
	if (!given) {
		return 0;
	}
	if (!comma || comma - given >= TEXT_MAX) {
		return rv_fail(err, RV_E_USAGE, "--depth-range '%s' must be two depths in metres: A,B", given);
	}
	snprintf(start, sizeof(start), "%.*s", (int)(comma - given), given);
	if (rv_parse_double(start, "--depth-range", DEPTH_MIN_M, (double)RV_DEPTH_SEEN_MAX, &near_m, err) < 0 ||
	    rv_parse_double(comma + 1, "--depth-range", near_m, (double)RV_DEPTH_SEEN_MAX, &far_m, err) < 0) {
		return -1;
	}
	fixed = (struct mask_range) { (float)near_m, (float)far_m };
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)request;
	(void)data;
	rv_json_put_double(out, NULL, (double)fixed.near_m);
	rv_json_put_double(out, NULL, (double)fixed.far_m);
}

static int survey(struct mask_job *job, void **found, struct rv_err *err)
{
	const struct mask_range range = mask_turbo_range(mask_planes(job, MASK_ROLE(DEPTH)));
	struct mask_range *all = *found;
	(void)err;
	if (!all) {
		*found = all = rv_arena_alloc(job->arena, 1, sizeof(*all));
	}
	*all = mask_turbo_join(*all, range);
	return 0;
}

/* A number of metres on a dark ground, its lower edge at `bottom`. */
static void draw_number(struct rv_draw *draw, struct rv_image *image, const char *text, double x, double bottom,
                        double width_px, double size_px)
{
	static const struct rv_draw_ink ground = { { 0, 0, 0 }, 160 }, white = { { 255, 255, 255 }, 255 };
	rv_draw_box(draw, image, ground, x, bottom - size_px - MARGIN_PX, width_px + 2 * MARGIN_PX,
	            size_px + MARGIN_PX);
	rv_draw_text(draw, image, white, x + MARGIN_PX, bottom - MARGIN_PX, size_px, text);
}

/* Along the lower border: the colours from near to far, and what the ends stand for where there is room. */
static void draw_scale(struct mask_job *job, struct mask_range range, struct rv_image *image)
{
	const double size_px = mask_text_size(image), bottom = (double)image->height - SCALE_PX;
	if (!(range.far_m > 0) || bottom < 2 * SCALE_PX) {
		return;
	}
	for (uint32_t x = 0; x < image->width; x++) {
		uint8_t rgb[3];
		mask_turbo_colour(1 - ((float)x + 0.5f) / (float)image->width, rgb);
		for (uint32_t y = image->height - SCALE_PX; y < image->height; y++) {
			memcpy(image->u8 + 3 * ((size_t)y * image->width + x), rgb, 3);
		}
	}
	struct rv_draw *const draw = mask_draw(job);
	char near[TEXT_MAX], far[TEXT_MAX];
	snprintf(near, sizeof(near), "%.3g m", (double)range.near_m);
	snprintf(far, sizeof(far), "%.3g m", (double)range.far_m);
	const double left = rv_draw_text_width(draw, size_px, near), right = rv_draw_text_width(draw, size_px, far);
	if (left + right + 6 * MARGIN_PX <= image->width && size_px + MARGIN_PX <= bottom) {
		draw_number(draw, image, near, 0, bottom, left, size_px);
		draw_number(draw, image, far, image->width - right - 2 * MARGIN_PX, bottom, right, size_px);
	}
}

static int make(struct mask_job *job, struct rv_err *err)
{
	static const struct mask_range none = { 0, 0 };
	const struct mask_range *const all = mask_surveyed(job); /* NULL: none of the surveyed pictures can be read */
	const struct mask_range range = given ? fixed : all ? *all : none;
	struct rv_image *const colour = &job->scratch->colour;
	if (mask_turbo_draw(mask_planes(job, MASK_ROLE(DEPTH)), range, colour, err) < 0) {
		return -1;
	}
	draw_scale(job, range, colour);
	return mask_put_png(job, MASK_ROLE(DEPTH_COLOR), colour, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_DEPTH_COLOR, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_depth_color = {
	.name = "depth_color",
	.summary = "depth in colours, with a scale in metres",
	.version = 2,
	.roles = roles,
	.reads = reads,
	.options = options,
	.check = check,
	.key = key,
	.survey = survey,
	.make = make,
};

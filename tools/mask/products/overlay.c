/* SPDX-License-Identifier: MIT */
/* The picture with its labels drawn over it: masks, outlines, names; boxes in space, keypoints and tracks where asked
 * for. */
#include "mask/products/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "mask/pixels/overlay.h"
#include "mask/products/colours.h"
#include "mask/products/picture.h"

#define SMALL_PX 12.0 /* objects whose box is less on both sides are outlined alone; on a picture of this width: */
#define WIDTH_PX 640.0
#define PADDING 0.25  /* around a name, of the text's height */
#define NAME_PART 0.4 /* of the picture's width, at most, for a name */
#define LETTERS 3     /* of a name, at least, that there is one */
#define CROWDED 4     /* a name that covers so many times the object's box is left out */
#define TRIES 5       /* places for a name, from its own on */

enum { BOXES3D = 1 << 0, KEYPOINTS = 1 << 1, TRACKS = 1 << 2 };

static const char *const kinds[] = { "boxes3d", "keypoints", "tracks", NULL };
static unsigned int drawn;
static bool asked, looks_at_depth;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "overlay",
	  .value = &asked,
	  .help = "also write Overlay.png, the picture with masks, outlines and names of the objects" },
	{ .kind = RV_OPT_CHOICES,
	  .name = "draw",
	  .value = &drawn,
	  .argument = "FIGURE,...",
	  .help = "Overlay.png also shows boxes3d (each object's box in space), keypoints (with their skeletons, "
	          "hollow where hidden), tracks (where the points of rv-blend --tracks are seen, and were in the seven "
	          "frames before, but for those of a floor); implies --overlay",
	  .choices = kinds },
	{ .kind = RV_OPT_END },
};

static int check(struct rv_err *err)
{
	(void)err;
	asked = asked || drawn != 0;
	looks_at_depth = drawn & (KEYPOINTS | TRACKS);
	return 0;
}

struct data {
	const struct rv_palette *palette;
	struct mask_figures figures;
};

static const struct mask_track_source *take_tracks(const struct mask_request *request, struct rv_arena *arena,
                                                   struct rv_err *err)
{
	if (!mask_track_points_are_there(&request->sample)) {
		rv_fail(err, RV_E_BAD_RECORD,
		        "field 'tracks' is missing: --draw tracks shows points that rv-blend --tracks N has followed");
		return NULL;
	}
	return mask_track_points_take(request, arena, err);
}

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	struct data *const all = rv_arena_alloc(arena, 1, sizeof(*all));
	const struct mask_track_source *tracks = NULL;
	const void *palette = NULL;
	if (mask_product_colours_take(request, arena, &palette, err) < 0 ||
	    (drawn & TRACKS && !(tracks = take_tracks(request, arena, err)))) {
		return -1;
	}
	*all = (struct data) { .palette = palette,
		               .figures = { .boxes = drawn & BOXES3D ? mask_boxes_take(request, arena) : NULL,
		                            .points = drawn & KEYPOINTS ? mask_points_take(request, arena) : NULL,
		                            .tracks = tracks } };
	*data = all;
	return 0;
}

void mask_product_overlay_key(const struct mask_request *request, const struct rv_palette *palette,
                              struct rv_json_out *out)
{
	mask_product_picture_key(request, out);
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		rv_json_put_string(out, NULL, request->sample.objects[i].name);
		rv_json_put_bool(out, NULL, i == palette->floor);
		for (size_t k = 0; k < 3; k++) {
			rv_json_put_u64(out, NULL, palette->rgb[i][k]);
		}
	}
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const all = data;
	mask_product_overlay_key(request, all->palette, out);
	mask_product_figures_key(request, &all->figures, out);
}

static double scale_of(const struct rv_image *image)
{
	return RV_MAX(image->width / WIDTH_PX, 1.0);
}

static bool is_small(const struct mask_label *label, double scale)
{
	return RV_MAX(label->bbox[2], label->bbox[3]) < SMALL_PX * scale;
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

struct chip {
	double x, y, width, height;
	uint8_t rgb[3];
	const char *name;
};

static bool overlaps(const struct chip *a, const struct chip *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height;
}

/* The text, cut so that it is no wider; NULL where that leaves too little. */
static const char *fit_name(struct mask_job *job, const char *name, double size_px, double most_px)
{
	const char *text = name;
	size_t len = RV_MIN(strlen(name), (size_t)RV_NAME_MAX);
	while (rv_draw_text_width(mask_draw(job), size_px, text) > most_px) {
		len -= len > 0;
		while (len > 0 && (name[len] & 0xc0) == 0x80) { /* within a letter of UTF-8 */
			len--;
		}
		if (len < LETTERS) {
			return NULL;
		}
		text = rv_arena_printf(job->arena, "%.*s\xe2\x80\xa6", (int)len, name);
	}
	return text;
}

/* Above the object's box, at its left. False where there is none. */
static bool make_chip(struct mask_job *job, const struct rv_palette *palette, const struct mask_label *label,
                      const struct rv_image *image, struct chip *chip)
{
	const struct rv_object *const object = rv_sample_object(&job->request->sample, label->index);
	const double size_px = mask_text_size(image);
	*chip = (struct chip) { .x = label->bbox[0], .height = size_px * (1 + PADDING) };
	chip->name = object && object->name[0] ? fit_name(job, object->name, size_px, NAME_PART * image->width) : NULL;
	if (!chip->name) {
		return false;
	}
	chip->width = rv_draw_text_width(mask_draw(job), size_px, chip->name) + 2 * PADDING * size_px;
	chip->y = label->bbox[1] - chip->height;
	rv_palette_of(palette, label->index, chip->rgb);
	return chip->width * chip->height <= CROWDED * (double)label->bbox[2] * label->bbox[3];
}

/* There, or farther down or up, where no other name is: within the picture.
 * False where there is no room. */
static bool place_chip(struct chip *chip, const struct chip *others, size_t n, const struct rv_image *image)
{
	const double first = chip->y;
	chip->x = RV_MAX(RV_MIN(chip->x, image->width - chip->width), 0.0);
	for (int i = 0; i < TRIES; i++) {
		const int step = i % 2 ? (i + 1) / 2 : -(i / 2);
		chip->y = first + step * chip->height;
		bool is_free = chip->y >= 0 && chip->y + chip->height <= image->height &&
		               chip->x + chip->width <= image->width;
		for (size_t k = 0; is_free && k < n; k++) {
			is_free = !overlaps(chip, &others[k]);
		}
		if (is_free) {
			return true;
		}
	}
	return false;
}

static void draw_chip(struct rv_draw *draw, struct rv_image *image, const struct chip *chip, double size_px)
{
	const uint8_t value = rv_palette_wants_white(chip->rgb) ? 255 : 0;
	struct rv_draw_ink ground = { .opacity = 255 };
	memcpy(ground.rgb, chip->rgb, sizeof(ground.rgb));
	rv_draw_box(draw, image, ground, chip->x, chip->y, chip->width, chip->height);
	rv_draw_text(draw, image, (struct rv_draw_ink) { { value, value, value }, 255 }, chip->x + PADDING * size_px,
	             chip->y + size_px, size_px, chip->name);
}

/* Large ones first. */
static int by_area(const void *a, const void *b)
{
	const struct mask_label *const left = *(const struct mask_label *const *)a;
	const struct mask_label *const right = *(const struct mask_label *const *)b;
	return left->area_px != right->area_px ? (left->area_px < right->area_px) - (left->area_px > right->area_px)
	                                       : (left->index > right->index) - (left->index < right->index);
}

static void draw_names(struct mask_job *job, const struct rv_palette *palette, const struct mask_label **shown,
                       size_t n, struct rv_image *image)
{
	const double size_px = mask_text_size(image);
	struct chip *const chips = rv_arena_alloc(job->arena, n + 1, sizeof(*chips));
	size_t n_chips = 0;
	if (n > 1) {
		qsort(shown, n, sizeof(*shown), by_area);
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_small(shown[i], scale_of(image)) && make_chip(job, palette, shown[i], image, &chips[n_chips])) {
			n_chips += place_chip(&chips[n_chips], chips, n_chips, image);
		}
	}
	for (size_t i = 0; i < n_chips; i++) {
		draw_chip(mask_draw(job), image, &chips[i], size_px);
	}
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

int mask_product_overlay_ground(struct mask_job *job, struct rv_image *image, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const picture = &job->scratch->picture;
	if (!labels || mask_product_picture_read(job, picture, err) < 0 ||
	    mask_overlay_ground(picture, image, err) < 0) {
		return -1;
	}
	return image->width == labels->map.width && image->height == labels->map.height
	               ? 0
	               : rv_fail(err, RV_E_BAD_FILE, "'%s': %u x %u pixels, its passes have %u x %u",
	                         rv_picture_file(job->picture, RV_ROLE_IMAGE), image->width, image->height,
	                         labels->map.width, labels->map.height);
}

static int draw_figures(struct mask_job *job, const struct rv_palette *palette, const struct mask_figures *figures,
                        const struct mask_label *const *shown, size_t n, struct rv_image *image, struct rv_err *err)
{
	struct mask_pen pen = { .draw = mask_draw(job), .image = image, .scale = scale_of(image) };
	for (size_t i = 0; i < n; i++) {
		rv_palette_of(palette, shown[i]->index, pen.rgb);
		mask_product_figures_draw(job, figures, shown[i]->index, &pen);
	}
	return mask_product_figures_tracks(job, figures, palette, &pen, err);
}

int mask_product_overlay_draw(struct mask_job *job, const struct rv_palette *palette,
                              const struct mask_figures *figures, struct rv_image *image, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	if (!labels) {
		return -1;
	}
	uint32_t *const table = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*table));
	const struct mask_label **const shown = rv_arena_alloc(job->arena, labels->len + 1, sizeof(*shown));
	size_t n = 0;
	for (size_t i = 0; i < labels->len; i++) {
		const struct mask_label *const label = &labels->items[i];
		if (mask_is_annotated(label) && !rv_palette_is_floor(palette, label->index)) {
			uint8_t rgb[3];
			rv_palette_of(palette, label->index, rgb);
			table[label->index] = mask_take_entry(rgb) | MASK_OVERLAY_OUTLINED |
			                      (is_small(label, scale_of(image)) ? 0U : MASK_OVERLAY_FILLED);
			shown[n++] = label;
		}
	}
	mask_overlay_fill(&labels->map, table, image);
	if (mask_overlay_outline(&labels->map, table, scale_of(image), &job->scratch->vectors[0], image, err) < 0 ||
	    draw_figures(job, palette, figures, shown, n, image, err) < 0) {
		return -1;
	}
	draw_names(job, palette, shown, n, image);
	return 0;
}

static int survey(struct mask_job *job, void **found, struct rv_err *err)
{
	const struct data *const all = mask_data(job);
	return all->figures.tracks ? mask_track_points_survey(job, all->figures.tracks, found, err) : 0;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const image = &job->scratch->colour;
	const struct data *const all = mask_data(job);
	return mask_product_overlay_ground(job, image, err) < 0 ||
	                       mask_product_overlay_draw(job, all->palette, &all->figures, image, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(OVERLAY), image, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_OVERLAY, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1, .is_optional = true, .asked = &looks_at_depth },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", NULL };

const struct mask_product mask_product_overlay = {
	.name = "overlay",
	.summary = "the picture with its labels drawn over it",
	.version = 2,
	.roles = roles,
	.reads = reads,
	.reads_others = true,
	.options = options,
	.stands_on = stands_on,
	.asked = &asked,
	.is_possible = mask_product_picture_is_there,
	.check = check,
	.take = take,
	.key = key,
	.survey = survey,
	.make = make,
};

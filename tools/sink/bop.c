/* SPDX-License-Identifier: MIT */
/*
 * BOP: pictures in scenes of a thousand, which are folders or shards, in the order of the stream, with depth, and for
 * each object that has a category and a box its pose and masks. The model of a category has its origin in the middle of
 * that box and its axes along it, so all objects of a category must have a box of one size.
 */
#include "format/bop.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "format/layout.h"
#include "png.h"
#include "sink/bop_entry.h"
#include "sink/bop_models.h"
#include "sink/bop_scene.h"
#include "sink/bop_shard.h"
#include "sink/depth.h"
#include "sink/part.h"
#include "sink/sink.h"

struct prepared {
	struct sink_camera camera;
	struct sink_bop_thing *things;
	size_t n_things, n_without_box;
};

/* A scene in the making; a split has one at a time. */
struct scene {
	struct sink_bop_scene in;
	/* Entries of its pictures; in shards those of the picture at hand, with its masks. */
	struct rv_str camera, gt, info, mask, visible;
	struct sink_bop_shard shard;
};

struct bop {
	const struct sink_target *target;
	struct scene scenes[RV_SPLITS];
	struct sink_part targets;
	struct sink_bop_models models;
	struct sink_camera first; /* of the dataset's first picture */
	bool has_first;
	uint64_t n_things, n_without_box;
	struct rv_str path, text;
	struct rv_image mask, depth, steps;
	/* The sample at hand. */
	struct prepared *pictures;
};

static int bop_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct bop *const bop = state;
	bop->target = target;
	sink_part_init(&bop->targets, target->dataset, "bop-targets");
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		bop->scenes[split].in.split = split;
		rv_str_init(&bop->scenes[split].camera);
		rv_str_init(&bop->scenes[split].gt);
		rv_str_init(&bop->scenes[split].info);
		rv_str_init(&bop->scenes[split].mask);
		rv_str_init(&bop->scenes[split].visible);
	}
	rv_str_init(&bop->path);
	rv_str_init(&bop->text);
	return 0;
}

static void bop_release(void *state)
{
	struct bop *const bop = state;
	sink_part_release(&bop->targets);
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		rv_str_release(&bop->scenes[split].camera);
		rv_str_release(&bop->scenes[split].gt);
		rv_str_release(&bop->scenes[split].info);
		rv_str_release(&bop->scenes[split].mask);
		rv_str_release(&bop->scenes[split].visible);
		sink_bop_shard_abort(&bop->scenes[split].shard);
	}
	sink_bop_models_release(&bop->models);
	rv_str_release(&bop->path);
	rv_str_release(&bop->text);
	rv_image_release(&bop->mask);
	rv_image_release(&bop->depth);
	rv_image_release(&bop->steps);
}

/* ---- depth ---- */

static int read_depth(struct bop *bop, struct sink_sample *sample, const struct sink_picture *picture,
                      struct rv_err *err)
{
	return sink_depth_read(sample, picture->picture, picture->width, picture->height, &bop->depth, err);
}

/* Sets the steps to the nearest; 0 where nothing is seen, or beyond the last one. */
static int make_steps(struct bop *bop, struct rv_err *err)
{
	const struct rv_image *const depth = &bop->depth;
	if (rv_image_init(&bop->steps, depth->width, depth->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)depth->width * depth->height; i++) {
		const double step = round((double)depth->f32[i] * FORMAT_BOP_MM / format_bop_options.depth_scale);
		bop->steps.u16[i] = step > 0 && step <= UINT16_MAX ? (uint16_t)step : 0;
	}
	return 0;
}

/* ---- what can be written ---- */

static int prepare_picture(struct bop *bop, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	struct sink_picture *const picture = &sample->pictures[i];
	struct prepared *const prepared = &bop->pictures[i];
	if (sink_picture_check_labels(sample, picture, err) < 0 ||
	    sink_camera_read(sample, picture, &format_bop, &prepared->camera, err) < 0 ||
	    (rv_picture_file(picture->picture, RV_ROLE_DEPTH) && read_depth(bop, sample, picture, err) < 0)) {
		return -1;
	}
	prepared->things = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(*prepared->things));
	for (size_t k = 0; k < picture->n_labels; k++) {
		const struct rv_annotation *const annotation = picture->labels[k].annotation;
		struct sink_bop_thing *const thing = &prepared->things[prepared->n_things];
		bool fits;
		if (!annotation->category) {
			continue;
		}
		thing->label = &picture->labels[k];
		if (!sink_box3d_read(picture->picture, &prepared->camera, annotation, &thing->box) ||
		    thing->box.center[2] <= 0) {
			prepared->n_without_box++;
		} else if (sink_bop_models_check(&bop->models, sample, thing->label, &thing->box, &fits, err) < 0 ||
		           sink_whole_read(annotation, &sample->rle, &thing->whole, err) < 0) {
			return -1;
		} else {
			prepared->n_things += fits;
		}
	}
	return 0;
}

static int bop_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct bop *const bop = state;
	if (bop->scenes[sample->split].in.number + sample->n_pictures / FORMAT_BOP_PICTURES_MAX + 1 >=
	    FORMAT_BOP_SCENES_MAX) {
		rv_fail(err, RV_E_LIMIT, "format bop numbers scenes with six digits: a split has at most %d",
		        FORMAT_BOP_SCENES_MAX);
		return SINK_REFUSED;
	}
	bop->pictures = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*bop->pictures));
	sink_bop_models_begin(&bop->models, sample);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (prepare_picture(bop, sample, i, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- scenes ---- */

static const char *set_path(struct bop *bop, enum rv_split split, const char *layout, size_t object,
                            const char *extension)
{
	const struct sink_bop_scene *const scene = &bop->scenes[split].in;
	sink_bop_scene_path(scene, layout, scene->n_pictures, object, extension, &bop->path);
	return bop->path.ptr;
}

static bool has_shards(void)
{
	return format_bop_options.layout == FORMAT_BOP_SHARDS;
}

static int write_entries(struct bop *bop, struct scene *scene, struct rv_err *err)
{
	struct sink_dataset *const dataset = bop->target->dataset;
	return sink_bop_scene_write(&scene->in, "camera", &scene->camera, dataset, err) < 0 ||
	                       sink_bop_scene_write(&scene->in, "gt", &scene->gt, dataset, err) < 0
	               ? -1
	               : sink_bop_scene_write(&scene->in, "info", &scene->info, dataset, err);
}

/* Writes what is left of a scene that is whole, and begins the next one. */
static int end_scene(struct bop *bop, enum rv_split split, struct rv_err *err)
{
	struct scene *const scene = &bop->scenes[split];
	const int status = has_shards() ? sink_bop_shard_close(&scene->shard, bop->target->dataset, err)
	                                : write_entries(bop, scene, err);
	scene->in.number++;
	scene->in.n_pictures = 0;
	return status;
}

/* Begins the entry of a picture in the text of a scene. */
static void open_entry(const struct scene *scene, struct rv_str *text, struct rv_json_out *out)
{
	if (!has_shards()) {
		sink_bop_scene_key(&scene->in, text);
	}
	rv_json_out_init(out, text);
}

/* Writes the members of a picture's entries. */
static int put_entries(struct scene *scene, struct rv_err *err)
{
	const struct {
		const char *field;
		struct rv_str *text;
	} members[] = { { "camera.json", &scene->camera },
		        { "gt.json", &scene->gt },
		        { "gt_info.json", &scene->info },
		        { "mask.json", &scene->mask },
		        { "mask_visib.json", &scene->visible } };
	for (size_t i = 0; i < RV_COUNTOF(members); i++) {
		if (sink_bop_shard_put(&scene->shard, members[i].field, members[i].text->ptr, members[i].text->len,
		                       err) < 0) {
			return -1;
		}
		rv_str_clear(members[i].text);
	}
	return 0;
}

/* ---- a picture ---- */

/* Writes the mask that is in sample->rle: of the object of this number. */
static int write_mask(struct bop *bop, struct sink_sample *sample, const char *layout, size_t object,
                      struct rv_json_out *list, struct rv_err *err)
{
	char key[24];
	if (has_shards()) {
		snprintf(key, sizeof(key), "%zu", object);
		sink_bop_put_runs(&sample->rle, key, list);
		return 0;
	}
	for (size_t i = 0; i < (size_t)bop->mask.width * bop->mask.height; i++) {
		bop->mask.u8[i] = bop->mask.u8[i] ? UINT8_MAX : 0;
	}
	rv_str_clear(&bop->text);
	return rv_png_encode(&bop->mask, &bop->text, err) < 0
	               ? -1
	               : sink_dataset_write(bop->target->dataset, set_path(bop, sample->split, layout, object, ""),
	                                    bop->text.ptr, bop->text.len, err);
}

/* Sets sample->rle and bop->mask to a mask, and counts its pixels of known depth. */
static int read_mask(struct bop *bop, struct sink_sample *sample, const struct sink_picture *picture,
                     const char *counts, size_t len, uint64_t *n_valid, struct rv_err *err)
{
	const bool has_depth = rv_picture_file(picture->picture, RV_ROLE_DEPTH) != NULL;
	struct rv_image *const mask = &bop->mask;
	if (rv_image_init(mask, picture->width, picture->height, 1, RV_PIXEL_U8, err) < 0 ||
	    rv_rle_decompress(&sample->rle, picture->width, picture->height, counts, len, err) < 0) {
		return -1;
	}
	rv_rle_to_mask(&sample->rle, mask->u8);
	*n_valid = 0;
	for (size_t i = 0; i < (size_t)mask->width * mask->height; i++) {
		*n_valid += mask->u8[i] && (!has_depth || bop->steps.u16[i] > 0);
	}
	return 0;
}

static int add_things(struct bop *bop, struct sink_sample *sample, const struct sink_picture *picture,
                      const struct prepared *prepared, struct rv_err *err)
{
	struct scene *const scene = &bop->scenes[sample->split];
	struct rv_json_out gt, info, masks, visible;
	open_entry(scene, &scene->gt, &gt);
	open_entry(scene, &scene->info, &info);
	rv_str_clear(&scene->mask);
	rv_str_clear(&scene->visible);
	rv_json_out_init(&masks, &scene->mask);
	rv_json_out_init(&visible, &scene->visible);
	rv_json_open(&gt, NULL, '[');
	rv_json_open(&info, NULL, '[');
	rv_json_open(&masks, NULL, '{');
	rv_json_open(&visible, NULL, '{');
	for (size_t i = 0; i < prepared->n_things; i++) {
		const struct sink_bop_thing *const thing = &prepared->things[i];
		const struct rv_annotation *const seen = thing->label->annotation;
		const struct sink_whole *const whole = &thing->whole;
		uint64_t n_valid;
		if (read_mask(bop, sample, picture, seen->counts, seen->counts_len, &n_valid, err) < 0 ||
		    write_mask(bop, sample, "visible", i, &visible, err) < 0 ||
		    read_mask(bop, sample, picture, whole->counts, whole->counts_len, &n_valid, err) < 0 ||
		    write_mask(bop, sample, "mask", i, &masks, err) < 0) {
			return -1;
		}
		sink_bop_put_gt(thing, &gt);
		sink_bop_put_info(thing, n_valid, &info);
	}
	rv_json_close(&gt, ']');
	rv_json_close(&info, ']');
	rv_json_close(&masks, '}');
	rv_json_close(&visible, '}');
	bop->n_things += prepared->n_things + prepared->n_without_box;
	bop->n_without_box += prepared->n_without_box;
	return 0;
}

static int write_depth(struct bop *bop, struct sink_sample *sample, const struct sink_picture *picture,
                       struct rv_err *err)
{
	if (read_depth(bop, sample, picture, err) < 0 || make_steps(bop, err) < 0) {
		return -1;
	}
	rv_str_clear(&bop->text);
	if (rv_png_encode(&bop->steps, &bop->text, err) < 0) {
		return -1;
	}
	return has_shards() ? sink_bop_shard_put(&bop->scenes[sample->split].shard, "depth.png", bop->text.ptr,
	                                         bop->text.len, err)
	                    : sink_dataset_write(bop->target->dataset, set_path(bop, sample->split, "depth", 0, ""),
	                                         bop->text.ptr, bop->text.len, err);
}

static int write_image(struct bop *bop, struct sink_sample *sample, const struct rv_picture *picture,
                       struct rv_err *err)
{
	struct scene *const scene = &bop->scenes[sample->split];
	const char *const extension = sink_picture_extension(picture, &format_bop);
	struct rv_source source;
	if (!has_shards()) {
		return sink_store_image(bop->target->store, sample, picture, &format_bop,
		                        set_path(bop, sample->split, "image", 0, extension), err);
	}
	if (sink_bop_shard_begin(&scene->shard, bop->target->dataset, rv_split_names[sample->split], scene->in.number,
	                         scene->in.n_pictures, err) < 0 ||
	    sink_store_open(bop->target->store, sample, picture, &format_bop, &source, err) < 0) {
		return -1;
	}
	const int status = sink_bop_shard_put_source(
	        &scene->shard, rv_arena_printf(&sample->arena, "rgb.%s", extension), &source, err);
	rv_source_close(&source);
	return status;
}

static int add_picture(struct bop *bop, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	const struct sink_picture *const picture = &sample->pictures[i];
	const struct prepared *const prepared = &bop->pictures[i];
	struct scene *const scene = &bop->scenes[sample->split];
	const bool has_depth = rv_picture_file(picture->picture, RV_ROLE_DEPTH) != NULL;
	struct rv_json_out camera;
	if (write_image(bop, sample, picture->picture, err) < 0 ||
	    (has_depth && write_depth(bop, sample, picture, err) < 0)) {
		return -1;
	}
	open_entry(scene, &scene->camera, &camera);
	sink_bop_put_camera(picture->picture, &prepared->camera, has_depth, &camera);
	if (add_things(bop, sample, picture, prepared, err) < 0 || (has_shards() && put_entries(scene, err) < 0) ||
	    (sample->split == RV_SPLIT_TEST &&
	     sink_bop_put_targets(prepared->things, prepared->n_things, scene->in.number, scene->in.n_pictures,
	                          &bop->targets, err) < 0)) {
		return -1;
	}
	return ++scene->in.n_pictures < FORMAT_BOP_PICTURES_MAX ? 0 : end_scene(bop, sample->split, err);
}

static int bop_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct bop *const bop = state;
	if (!bop->has_first) {
		bop->first = bop->pictures[0].camera;
		bop->has_first = true;
	}
	sink_bop_models_take(&bop->models);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (add_picture(bop, sample, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- the whole ---- */

static int write_text(struct bop *bop, const char *layout, struct rv_err *err)
{
	rv_str_putc(&bop->text, '\n');
	return sink_dataset_write(bop->target->dataset, format_layout(&format_bop, layout), bop->text.ptr,
	                          bop->text.len, err);
}

static int write_intrinsics(struct bop *bop, struct rv_err *err)
{
	const struct sink_camera *const camera = &bop->first;
	struct rv_json_out out;
	rv_str_clear(&bop->text);
	rv_json_out_init(&out, &bop->text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_double(&out, "cx", camera->cx - 0.5);
	rv_json_put_double(&out, "cy", camera->cy - 0.5);
	rv_json_put_double(&out, "depth_scale", format_bop_options.depth_scale);
	rv_json_put_double(&out, "fx", camera->fl_x);
	rv_json_put_double(&out, "fy", camera->fl_y);
	rv_json_put_u64(&out, "height", camera->height);
	rv_json_put_u64(&out, "width", camera->width);
	rv_json_close(&out, '}');
	return write_text(bop, "intrinsics", err);
}

static int write_models(struct bop *bop, struct rv_err *err)
{
	rv_str_clear(&bop->text);
	sink_bop_models_put(&bop->models, bop->target->categories, &bop->text);
	return write_text(bop, "models", err);
}

static int bop_finish(void *state, struct rv_err *err)
{
	struct bop *const bop = state;
	if (bop->n_without_box > 0) {
		rv_warn("format bop: %" PRIu64 " of %" PRIu64
		        " objects have no pose there, since they have no box3d or its middle is behind the camera",
		        bop->n_without_box, bop->n_things);
	}
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		if ((bop->scenes[split].in.n_pictures > 0 && end_scene(bop, split, err) < 0) ||
		    sink_bop_shard_finish(&bop->scenes[split].shard, bop->target->dataset, err) < 0) {
			return -1;
		}
	}
	const bool has_test = bop->scenes[RV_SPLIT_TEST].in.number > 0;
	return write_intrinsics(bop, err) < 0 || write_models(bop, err) < 0 ||
	                       (has_test && sink_bop_targets_write(&bop->targets, bop->target->dataset, err) < 0)
	               ? -1
	               : 0;
}

const struct sink_class sink_bop = {
	.format = &format_bop,
	.state_bytes = sizeof(struct bop),
	.open = bop_open,
	.prepare = bop_prepare,
	.add = bop_add,
	.finish = bop_finish,
	.merge = sink_bop_merge,
	.release = bop_release,
};

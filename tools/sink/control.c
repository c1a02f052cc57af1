/* SPDX-License-Identifier: MIT */
/* Control clips: of each sequence, and of each of its views, clips in step, encoded when the sample is prepared, and
 * what they mean. */
#include "format/control.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "palette.h"
#include "png.h"
#include "sink/clip.h"
#include "sink/depth.h"
#include "sink/frames.h"
#include "sink/indexed.h"
#include "sink/sink.h"

/* The range of depth of a camera's clip; near > far: it has none. */
struct range {
	double near, far;
};

struct control {
	const struct sink_target *target;
	struct rv_video_settings settings;
	struct sink_clips clips; /* for the frame rate */
	struct rv_str path, text;
	struct rv_image image, depth, map; /* of a frame: a picture of a clip, metres, indices */
	struct range *ranges;              /* of each camera of the sample at hand */
};

static int control_open(void *state, const struct sink_target *target, struct rv_err *err)
{
	struct control *const control = state;
	const int status = sink_clip_settings(&control->settings, err);
	control->target = target;
	sink_clips_init(&control->clips, target->dataset, "control", &control->settings, "image");
	rv_str_init(&control->path);
	rv_str_init(&control->text);
	return status;
}

static void control_release(void *state)
{
	struct control *const control = state;
	sink_clips_release(&control->clips);
	rv_str_release(&control->path);
	rv_str_release(&control->text);
	rv_image_release(&control->image);
	rv_image_release(&control->depth);
	rv_image_release(&control->map);
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static bool is_surface(double z)
{
	return z > 0 && z < RV_DEPTH_NOTHING;
}

static bool has_depth(const struct sink_picture *pictures, size_t n)
{
	bool has = true;
	for (size_t i = 0; i < n && has; i++) {
		has = rv_picture_file(pictures[i].picture, RV_ROLE_DEPTH) != NULL;
	}
	return has;
}

static int find_range(struct control *control, struct sink_sample *sample, const struct sink_picture *pictures,
                      struct range *range, struct rv_err *err)
{
	const size_t n_frames = sample->sample->n_frames;
	*range = (struct range) { INFINITY, -INFINITY };
	for (size_t i = 0; i < n_frames && has_depth(pictures, n_frames); i++) {
		const struct sink_picture *const picture = &pictures[i];
		const size_t n = (size_t)picture->width * picture->height;
		if (sink_depth_read(sample, picture->picture, picture->width, picture->height, &control->depth, err) <
		    0) {
			return -1;
		}
		for (size_t k = 0; k < n; k++) {
			const double z = (double)control->depth.f32[k];
			range->near = is_surface(z) ? fmin(range->near, z) : range->near;
			range->far = is_surface(z) ? fmax(range->far, z) : range->far;
		}
	}
	return 0;
}

static int draw_depth(struct control *control, const struct range *range, struct rv_err *err)
{
	const size_t n = (size_t)control->depth.width * control->depth.height;
	const double length = range->far - range->near, steps = FORMAT_CONTROL_NEAR - FORMAT_CONTROL_FAR;
	if (rv_image_init(&control->image, control->depth.width, control->depth.height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		const double z = (double)control->depth.f32[i], part = length > 0 ? (z - range->near) / length : 0;
		control->image.u8[i] =
		        is_surface(z) ? (uint8_t)(FORMAT_CONTROL_NEAR - round(part * steps)) : FORMAT_CONTROL_NOTHING;
	}
	return 0;
}

/* control->map is replaced by the index of each pixel. */
static int draw_map(struct control *control, struct sink_sample *sample, const struct sink_picture *picture,
                    struct rv_err *err)
{
	uint16_t *const numbers = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(*numbers));
	for (size_t i = 0; i < picture->n_labels; i++) {
		numbers[i] = (uint16_t)picture->labels[i].annotation->index;
	}
	return sink_indexed_map16(sample, picture, numbers, &control->map, err) < 0
	               ? rv_fail_prefix(err, "format control: field '%sannotations'", picture->picture->field)
	               : 0;
}

static int draw_colours(struct control *control, const struct rv_palette *palette, struct rv_err *err)
{
	const size_t n = (size_t)control->map.width * control->map.height;
	if (rv_image_init(&control->image, control->map.width, control->map.height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		rv_palette_of(palette, control->map.u16[i], &control->image.u8[3 * i]);
	}
	return 0;
}

/* A pixel is on an edge where the one to its right or below has another index. */
static int draw_edges(struct control *control, struct rv_err *err)
{
	const uint32_t width = control->map.width, height = control->map.height;
	if (rv_image_init(&control->image, width, height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (uint32_t y = 0; y < height; y++) {
		const uint16_t *const row = &control->map.u16[(size_t)y * width];
		for (uint32_t x = 0; x < width; x++) {
			const bool is_edge =
			        (x + 1 < width && row[x] != row[x + 1]) || (y + 1 < height && row[x] != row[x + width]);
			control->image.u8[(size_t)y * width + x] = is_edge ? UINT8_MAX : 0;
		}
	}
	return 0;
}

/* control->image is replaced by a frame of a clip. */
static int draw(struct control *control, struct sink_sample *sample, const struct sink_picture *picture,
                enum format_control_clip clip, const struct range *range, struct rv_err *err)
{
	struct sink_frame_size size = { 0, 0 };
	switch (clip) {
	case FORMAT_CONTROL_RGB:
		return sink_frame_read(sample, picture->picture, "image", &size, &control->image, err);
	case FORMAT_CONTROL_DEPTH:
		return sink_depth_read(sample, picture->picture, picture->width, picture->height, &control->depth,
		                       err) < 0
		               ? -1
		               : draw_depth(control, range, err);
	default:
		break;
	}
	const struct rv_palette palette = rv_palette_deal(sample->sample, &sample->arena);
	if (draw_map(control, sample, picture, err) < 0) {
		return -1;
	}
	return clip == FORMAT_CONTROL_EDGES ? draw_edges(control, err) : draw_colours(control, &palette, err);
}

/* ---- clips ------------------------------------------------------------------------------------------------------- */

static bool has_clip(enum format_control_clip clip, const struct range *range)
{
	return clip != FORMAT_CONTROL_DEPTH || range->near <= range->far;
}

/* The temporary file of a clip of the sample's camera. */
static const char *temporary(struct control *control, size_t camera, enum format_control_clip clip)
{
	char name[80];
	snprintf(name, sizeof(name), "control-%zu-%s.%s", camera, format_control_clips[clip],
	         sink_clip_extension(control->settings.codec));
	sink_dataset_scratch(control->target->dataset, name, &control->path);
	return control->path.ptr;
}

static int encode(struct control *control, struct sink_sample *sample, size_t camera, enum format_control_clip clip,
                  const struct rv_video_settings *settings, struct rv_err *err)
{
	const size_t n_frames = sample->sample->n_frames;
	const struct sink_picture *const pictures = &sample->pictures[camera * n_frames];
	struct rv_video *video;
	if (rv_video_open(&video, temporary(control, camera, clip), settings, err) < 0) {
		return SINK_BROKEN;
	}
	for (size_t i = 0; i < n_frames; i++) {
		if (draw(control, sample, &pictures[i], clip, &control->ranges[camera], err) < 0) {
			rv_video_abort(video);
			return SINK_REFUSED;
		}
		if (rv_video_add(video, &control->image, err) < 0) {
			rv_video_abort(video);
			return sink_frames_status(err);
		}
	}
	return rv_video_close(video, err) < 0 ? sink_frames_status(err) : 0;
}

static int control_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct control *const control = state;
	const size_t n_frames = sample->sample->n_frames, n_cameras = sample->n_pictures / n_frames;
	struct rv_video_settings settings;
	int status = 0;
	if (n_frames > FORMAT_CONTROL_FRAMES_MAX) {
		rv_fail(err, RV_E_LIMIT, "format control: a sequence has at most %d frames", FORMAT_CONTROL_FRAMES_MAX);
		return SINK_REFUSED;
	}
	if (sink_clips_fps(&control->clips, sample, &settings, err) < 0 ||
	    sink_sample_check_frames(sample, &format_control, err) < 0) {
		return SINK_REFUSED;
	}
	control->ranges = rv_arena_alloc(&sample->arena, n_cameras, sizeof(*control->ranges));
	for (size_t camera = 0; camera < n_cameras && status == 0; camera++) {
		struct range *const range = &control->ranges[camera];
		if (find_range(control, sample, &sample->pictures[camera * n_frames], range, err) < 0) {
			return SINK_REFUSED;
		}
		for (enum format_control_clip clip = 0; clip < FORMAT_CONTROL_CLIPS && status == 0; clip++) {
			status = has_clip(clip, range) ? encode(control, sample, camera, clip, &settings, err) : 0;
		}
	}
	return status;
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

static int add_clip(struct control *control, const struct rv_picture *first, size_t camera,
                    enum format_control_clip clip, struct rv_err *err)
{
	struct rv_str target = RV_STR_INIT;
	sink_picture_path(first, &format_control, "clip", format_control_clips[clip],
	                  sink_clip_extension(control->settings.codec), &control->text);
	int status = sink_dataset_path(control->target->dataset, control->text.ptr, &target, err);
	const char *const from = temporary(control, camera, clip);
	if (status == 0 && rename(from, target.ptr) < 0) {
		status = rv_fail_errno(err, "cannot rename '%s' to '%s'", from, target.ptr);
	}
	rv_str_release(&target);
	return status < 0 ? -1 : sink_dataset_add_file(control->target->dataset, control->text.ptr, err);
}

static void put_objects(struct sink_sample *sample, struct rv_json_out *out)
{
	const struct rv_palette palette = rv_palette_deal(sample->sample, &sample->arena);
	rv_json_open(out, "objects", '[');
	for (size_t i = 0; i < sample->sample->n_objects; i++) {
		const struct rv_object *const object = &sample->sample->objects[i];
		uint8_t rgb[3];
		rv_palette_of(&palette, object->index, rgb);
		rv_json_open(out, NULL, '{');
		rv_json_put_u64(out, "index", object->index);
		rv_json_put_string(out, "name", object->name);
		rv_json_open(out, "color", '[');
		for (size_t k = 0; k < 3; k++) {
			rv_json_put_u64(out, NULL, rgb[k]);
		}
		rv_json_close(out, ']');
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
}

static int write_text(struct control *control, const struct rv_picture *first, const char *layout, struct rv_err *err)
{
	rv_str_putc(&control->text, '\n');
	sink_picture_path(first, &format_control, layout, "", "", &control->path);
	return sink_dataset_write(control->target->dataset, control->path.ptr, control->text.ptr, control->text.len,
	                          err);
}

static void put_description(struct control *control, struct sink_sample *sample, const struct sink_picture *first,
                            const struct range *range, const struct rv_video_settings *settings)
{
	struct rv_json_out out;
	rv_str_clear(&control->text);
	rv_json_out_init(&out, &control->text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_double(&out, "fps", (double)settings->fps_num / settings->fps_den);
	rv_json_put_u64(&out, "frames", sample->sample->n_frames);
	rv_json_put_u64(&out, "width", first->width);
	rv_json_put_u64(&out, "height", first->height);
	rv_json_open(&out, "clips", '[');
	for (enum format_control_clip clip = 0; clip < FORMAT_CONTROL_CLIPS; clip++) {
		if (has_clip(clip, range)) {
			rv_json_put_string(&out, NULL, format_control_clips[clip]);
		}
	}
	rv_json_close(&out, ']');
	if (has_clip(FORMAT_CONTROL_DEPTH, range)) {
		rv_json_open(&out, "depth", '{');
		rv_json_put_double(&out, "near", range->near);
		rv_json_put_double(&out, "far", range->far);
		rv_json_close(&out, '}');
	}
	put_objects(sample, &out);
	rv_json_close(&out, '}');
}

static int write_texts(struct control *control, struct sink_sample *sample, const struct sink_picture *first,
                       const struct range *range, struct rv_err *err)
{
	const char *const prompt = rv_json_string(rv_json_get(sample->sample->json, "prompt"), NULL);
	struct rv_video_settings settings;
	struct rv_json_out out;
	if (sink_clips_fps(&control->clips, sample, &settings, err) < 0) {
		return -1;
	}
	put_description(control, sample, first, range, &settings);
	if (write_text(control, first->picture, "description", err) < 0) {
		return -1;
	}
	rv_str_clear(&control->text);
	rv_json_out_init(&out, &control->text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "prompt", prompt ? prompt : "");
	rv_json_close(&out, '}');
	return write_text(control, first->picture, "prompt", err);
}

static int add_colours(struct control *control, struct sink_sample *sample, const struct sink_picture *picture,
                       struct rv_err *err)
{
	sink_picture_path(picture->picture, &format_control, "color", "", "", &control->path);
	rv_str_clear(&control->text);
	return draw(control, sample, picture, FORMAT_CONTROL_SEGMENTATION, NULL, err) < 0 ||
	                       rv_png_encode(&control->image, &control->text, err) < 0
	               ? -1
	               : sink_dataset_write(control->target->dataset, control->path.ptr, control->text.ptr,
	                                    control->text.len, err);
}

static int control_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct control *const control = state;
	const size_t n_frames = sample->sample->n_frames;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct sink_picture *const picture = &sample->pictures[i];
		const size_t camera = i / n_frames;
		if (add_colours(control, sample, picture, err) < 0) {
			return -1;
		}
		if (i % n_frames > 0) {
			continue;
		}
		for (enum format_control_clip clip = 0; clip < FORMAT_CONTROL_CLIPS; clip++) {
			if (has_clip(clip, &control->ranges[camera]) &&
			    add_clip(control, picture->picture, camera, clip, err) < 0) {
				return -1;
			}
		}
		if (write_texts(control, sample, picture, &control->ranges[camera], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int control_finish(void *state RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	return 0;
}

const struct sink_class sink_control = {
	.format = &format_control,
	.state_bytes = sizeof(struct control),
	.open = control_open,
	.prepare = control_prepare,
	.add = control_add,
	.finish = control_finish,
	.release = control_release,
};

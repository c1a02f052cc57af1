/* SPDX-License-Identifier: MIT */
/*
 * visionsim's folders: of each sequence, and of each of its views, the frames, and of what samples have besides files
 * with visionsim's channels. Its flow has both directions in one file, up, the first as it is and the second turned
 * round: R, G are u, -v of rv's backward flow, B, A are -u, v of its forward flow.
 */
#include "format/visionsim.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "exr.h"
#include "sink/camera.h"
#include "sink/sink.h"

#define PLANES 4
#define SOURCES 2

/* What makes a channel: one of rv's, and its sign. */
struct plane {
	int source;
	const char *channel;
	float sign;
};

static const struct {
	enum rv_role_id roles[SOURCES]; /* RV_ROLES: no second */
	struct plane planes[PLANES];    /* in the order of the format's channels */
} makes[FORMAT_VISIONSIM_KINDS] = {
	[FORMAT_VISIONSIM_DEPTH] = { { RV_ROLE_DEPTH, RV_ROLES }, { { 0, "V", 1 } } },
	[FORMAT_VISIONSIM_NORMAL] = { { RV_ROLE_NORMAL_CAMERA, RV_ROLES },
	                              { { 0, "X", 1 }, { 0, "Y", 1 }, { 0, "Z", 1 } } },
	[FORMAT_VISIONSIM_FLOW] = { { RV_ROLE_FLOW_BACKWARD, RV_ROLE_FLOW_FORWARD },
	                            { { 0, "U", 1 }, { 0, "V", -1 }, { 1, "U", -1 }, { 1, "V", 1 } } },
	[FORMAT_VISIONSIM_SEGMENTATION] = { { RV_ROLE_INDEX, RV_ROLES }, { { 0, NULL, 1 } } },
};

struct visionsim {
	const struct sink_target *target;
	struct rv_str path, text, exr;
	struct rv_image index, planes[PLANES];
	struct sink_camera *cameras; /* of each picture of the sample at hand */
};

static int visionsim_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct visionsim *const visionsim = state;
	visionsim->target = target;
	rv_str_init(&visionsim->path);
	rv_str_init(&visionsim->text);
	rv_str_init(&visionsim->exr);
	return 0;
}

static void visionsim_release(void *state)
{
	struct visionsim *const visionsim = state;
	rv_image_release(&visionsim->index);
	for (size_t i = 0; i < PLANES; i++) {
		rv_image_release(&visionsim->planes[i]);
	}
	rv_str_release(&visionsim->path);
	rv_str_release(&visionsim->text);
	rv_str_release(&visionsim->exr);
}

/* ---- planes ------------------------------------------------------------------------------------------------------ */

static bool has_kind(const struct rv_picture *picture, enum format_visionsim_kind kind)
{
	bool has = true;
	for (size_t i = 0; i < SOURCES; i++) {
		has = has && (makes[kind].roles[i] == RV_ROLES || rv_picture_file(picture, makes[kind].roles[i]));
	}
	return has;
}

static int read_exr(struct visionsim *visionsim, struct sink_sample *sample, const char *file,
                    enum format_visionsim_kind kind, int source, struct rv_err *err)
{
	const struct plane *const planes = makes[kind].planes;
	struct rv_source opened;
	struct rv_exr *exr = NULL;
	if (sink_sample_open(sample, file, &opened, err) < 0) {
		return -1;
	}
	int status = rv_exr_open(&opened, RV_EXR_ALL_FORMS, &exr, err);
	for (size_t i = 0; i < strlen(format_visionsim_rows[kind].channels) && status == 0; i++) {
		if (planes[i].source == source) {
			status = rv_exr_read(exr, &planes[i].channel, 1, &visionsim->planes[i], err);
		}
	}
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", opened.name);
	}
	rv_exr_close(exr);
	rv_source_close(&opened);
	return status;
}

static int read_index(struct visionsim *visionsim, struct sink_sample *sample, const char *file, struct rv_err *err)
{
	struct rv_image *const index = &visionsim->index;
	if (sink_sample_read_picture(sample, file, index, err) < 0) {
		return -1;
	}
	if (index->channels != 1 || index->pixel != RV_PIXEL_U16) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s' has not one channel of 16 bits", file);
	}
	if (rv_image_init(&visionsim->planes[0], index->width, index->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)index->width * index->height; i++) {
		visionsim->planes[0].f32[i] = index->u16[i];
	}
	return 0;
}

/* Of flow what is not known is 0, as it is where nothing moves. */
static void turn(struct rv_image *plane, float sign)
{
	const size_t n = (size_t)plane->width * plane->height;
	for (size_t i = 0; i < n; i++) {
		const bool is_known = fabsf(plane->f32[i]) <= RV_FLOW_KNOWN_MAX;
		plane->f32[i] = is_known ? sign * plane->f32[i] + 0.0f : 0; /* no -0 */
	}
}

/* visionsim->planes are replaced by a frame's, of the size of its picture. */
static int read_planes(struct visionsim *visionsim, struct sink_sample *sample, const struct sink_picture *picture,
                       enum format_visionsim_kind kind, struct rv_err *err)
{
	for (int i = 0; i < SOURCES && makes[kind].roles[i] != RV_ROLES; i++) {
		const char *const file = rv_picture_file(picture->picture, makes[kind].roles[i]);
		if ((makes[kind].planes[0].channel ? read_exr(visionsim, sample, file, kind, i, err)
		                                   : read_index(visionsim, sample, file, err)) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < strlen(format_visionsim_rows[kind].channels); i++) {
		struct rv_image *const plane = &visionsim->planes[i];
		if (plane->width != picture->width || plane->height != picture->height) {
			return rv_fail(err, RV_E_BAD_FILE,
			               "format visionsim: the %s of frame %s has %" PRIu32 "x%" PRIu32
			               " pixels, its picture %" PRIu32 "x%" PRIu32,
			               format_visionsim_rows[kind].name, picture->picture->frame_name, plane->width,
			               plane->height, picture->width, picture->height);
		}
		if (kind == FORMAT_VISIONSIM_FLOW) {
			turn(plane, makes[kind].planes[i].sign);
		}
	}
	return 0;
}

static int visionsim_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct visionsim *const visionsim = state;
	visionsim->cameras = rv_arena_alloc(&sample->arena, sample->n_pictures, sizeof(*visionsim->cameras));
	if (sink_sample_check_frames(sample, &format_visionsim, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		if (sink_camera_read(sample, picture, &format_visionsim, &visionsim->cameras[i], err) < 0) {
			return SINK_REFUSED;
		}
		for (enum format_visionsim_kind kind = 0; kind < FORMAT_VISIONSIM_KINDS; kind++) {
			if (has_kind(picture->picture, kind) &&
			    read_planes(visionsim, sample, picture, kind, err) < 0) {
				return SINK_REFUSED;
			}
		}
	}
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int write_planes(struct visionsim *visionsim, struct sink_sample *sample, const struct sink_picture *picture,
                        enum format_visionsim_kind kind, struct rv_err *err)
{
	const char *const channels = format_visionsim_rows[kind].channels;
	struct rv_exr_plane planes[PLANES];
	char names[PLANES][2];
	if (read_planes(visionsim, sample, picture, kind, err) < 0) {
		return -1;
	}
	for (size_t i = 0; channels[i]; i++) {
		snprintf(names[i], sizeof(names[i]), "%c", channels[i]);
		planes[i] = (struct rv_exr_plane) { .name = names[i], .image = &visionsim->planes[i] };
	}
	sink_picture_path(picture->picture, &format_visionsim, format_visionsim_rows[kind].name, "", "",
	                  &visionsim->path);
	return rv_exr_encode(planes, strlen(channels), NULL, 0, &visionsim->exr, err) < 0
	               ? -1
	               : sink_dataset_write(visionsim->target->dataset, visionsim->path.ptr, visionsim->exr.ptr,
	                                    visionsim->exr.len, err);
}

/* Below the sequence's folder: "visionsim/NAME/". */
static const char *relative(const struct visionsim *visionsim)
{
	return strchr(strchr(visionsim->path.ptr, '/') + 1, '/') + 1;
}

static void put_angle(struct rv_json_out *out, const char *key, uint32_t side, double focal)
{
	char text[32];
	const int len = snprintf(text, sizeof(text), "%.12g", 2 * atan((double)side / (2 * focal)));
	rv_json_put_raw(out, key, text, (size_t)len);
}

static void put_lens(const struct sink_camera *camera, const struct rv_picture *picture, struct rv_json_out *out)
{
	static const char *const keys[] = { "clip_start", "clip_end" };
	const struct rv_json clip = rv_json_get(picture->camera, "clip");
	const double k[3][3] = { { camera->fl_x, 0, camera->cx }, { 0, camera->fl_y, camera->cy }, { 0, 0, 1 } };
	rv_json_put_string(out, "type", "PERSP");
	rv_json_put_u64(out, "w", camera->width);
	rv_json_put_u64(out, "h", camera->height);
	rv_json_put_u64(out, "c", camera->channels > 0 ? camera->channels : 3);
	rv_json_put_double(out, "fl_x", camera->fl_x);
	rv_json_put_double(out, "fl_y", camera->fl_y);
	rv_json_put_double(out, "cx", camera->cx);
	rv_json_put_double(out, "cy", camera->cy);
	put_angle(out, "angle_x", camera->width, camera->fl_x);
	put_angle(out, "angle_y", camera->height, camera->fl_y);
	for (size_t i = 0; i < RV_COUNTOF(keys) && rv_json_len(clip) == RV_COUNTOF(keys); i++) {
		rv_json_put_double(out, keys[i], rv_json_number(rv_json_at(clip, i), 0));
	}
	rv_json_open(out, "intrinsics", '[');
	for (size_t row = 0; row < 3; row++) {
		rv_json_open(out, NULL, '[');
		for (size_t i = 0; i < 3; i++) {
			rv_json_put_double(out, NULL, k[row][i]);
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

static int put_frame(struct visionsim *visionsim, struct sink_sample *sample, const struct sink_picture *picture,
                     const struct sink_camera *camera, bool has_lens, struct rv_json_out *out, struct rv_err *err)
{
	rv_json_open(out, NULL, '{');
	sink_picture_path(picture->picture, &format_visionsim, "image", "", NULL, &visionsim->path);
	if (sink_store_image(visionsim->target->store, sample, picture->picture, &format_visionsim, visionsim->path.ptr,
	                     err) < 0) {
		return -1;
	}
	rv_json_put_string(out, "file_path", relative(visionsim));
	for (enum format_visionsim_kind kind = 0; kind < FORMAT_VISIONSIM_KINDS; kind++) {
		if (!has_kind(picture->picture, kind)) {
			continue;
		}
		if (write_planes(visionsim, sample, picture, kind, err) < 0) {
			return -1;
		}
		rv_json_put_string(out, format_visionsim_rows[kind].key, relative(visionsim));
	}
	rv_json_open(out, "transform_matrix", '[');
	for (size_t row = 0; row < 4; row++) {
		rv_json_open(out, NULL, '[');
		for (size_t i = 0; i < 4; i++) {
			rv_json_put_double(out, NULL, camera->pose[row][i]);
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
	if (has_lens) {
		put_lens(camera, picture->picture, out);
	}
	rv_json_close(out, '}');
	return 0;
}

/* The pictures of one camera. Its lens stands at the top, or where it changes in every frame. */
static int add_sequence(struct visionsim *visionsim, struct sink_sample *sample, const struct sink_picture *pictures,
                        const struct sink_camera *cameras, struct rv_err *err)
{
	const size_t n_frames = sample->sample->n_frames;
	struct rv_json_out out;
	double fps;
	bool is_same = true;
	for (size_t i = 1; i < n_frames; i++) {
		is_same = is_same && sink_camera_same_intrinsics(&cameras[0], &cameras[i]);
	}
	rv_str_clear(&visionsim->text);
	rv_json_out_init(&out, &visionsim->text);
	rv_json_open(&out, NULL, '{');
	if (sink_sample_fps(sample, &fps, err) < 0) {
		return -1;
	}
	if (!isnan(fps)) {
		rv_json_put_double(&out, "fps", fps);
	}
	if (is_same) {
		put_lens(&cameras[0], pictures[0].picture, &out);
	}
	rv_json_open(&out, "frames", '[');
	for (size_t i = 0; i < n_frames; i++) {
		if (put_frame(visionsim, sample, &pictures[i], &cameras[i], !is_same, &out, err) < 0) {
			return -1;
		}
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(&visionsim->text, '\n');
	sink_picture_path(pictures[0].picture, &format_visionsim, "document", "", "", &visionsim->path);
	return sink_dataset_write(visionsim->target->dataset, visionsim->path.ptr, visionsim->text.ptr,
	                          visionsim->text.len, err);
}

static int visionsim_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct visionsim *const visionsim = state;
	for (size_t i = 0; i < sample->n_pictures; i += sample->sample->n_frames) {
		if (add_sequence(visionsim, sample, &sample->pictures[i], &visionsim->cameras[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int visionsim_finish(void *state RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	return 0;
}

const struct sink_class sink_visionsim = {
	.format = &format_visionsim,
	.state_bytes = sizeof(struct visionsim),
	.open = visionsim_open,
	.prepare = visionsim_prepare,
	.add = visionsim_add,
	.finish = visionsim_finish,
	.release = visionsim_release,
};

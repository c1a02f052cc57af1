/* SPDX-License-Identifier: MIT */
/*
 * visionsim's folders: of each sequence a transforms.json whose frames have poses, intrinsics of their own or at the
 * top, and files of one number that are there, of the pictures' size, with the channels and in the ranges of their
 * kind.
 */
#include "format/visionsim.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "verify/camera.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)
#define LENGTH_NEAR 1e-3 /* that an axis of a pose, or a normal, may be longer than 1 */
#define WHOLE_MAX 16777216.0f

struct visionsim {
	const struct verify_context *context;
	struct verify_groups *groups; /* by file: "W H" as it has them, and as its document says */
	struct verify_problems *problems;
};

/* Kinds of parts. */
enum { FILE_PART = 'f', NAME = 'n' };

static void *open_visionsim(const struct verify_context *context)
{
	struct visionsim *const visionsim = rv_alloc_zero(1, sizeof(*visionsim));
	visionsim->context = context;
	visionsim->groups = verify_groups_new();
	return visionsim;
}

static void free_visionsim(void *state)
{
	struct visionsim *const visionsim = state;
	verify_groups_free(visionsim->groups);
	free(visionsim);
}

#define BLAME(item, check, ...) verify_problems_add((item)->problems, check, (item)->path, __VA_ARGS__)

/* ---- planes ------------------------------------------------------------------------------------------------------ */

static bool is_value(enum format_visionsim_kind kind, float value)
{
	switch (kind) {
	case FORMAT_VISIONSIM_DEPTH:
		return value > 0 && isfinite(value);
	case FORMAT_VISIONSIM_SEGMENTATION:
		return value >= 0 && value < WHOLE_MAX && value == floorf(value);
	case FORMAT_VISIONSIM_NORMAL:
		return fabsf(value) <= 1 + (float)LENGTH_NEAR;
	default:
		return isfinite(value);
	}
}

static void check_planes(const struct verify_item *item, const struct verify_decoded *decoded,
                         enum format_visionsim_kind kind)
{
	const char *const channels = format_visionsim_rows[kind].channels;
	const size_t n = (size_t)decoded->width * decoded->height;
	bool has = decoded->n_planes == strlen(channels);
	for (size_t i = 0; channels[i] && has; i++) {
		const char name[2] = { channels[i], '\0' };
		has = verify_decoded_plane(decoded, name) != NULL;
	}
	if (!has) {
		BLAME(item, VERIFY_VISIONSIM_CHANNEL, "its channels are not %s", channels);
		return;
	}
	for (size_t i = 0; i < decoded->n_planes; i++) {
		for (size_t k = 0; k < n; k++) {
			const float value = decoded->planes[i].image.f32[k];
			if (!is_value(kind, value)) {
				BLAME(item, VERIFY_VISIONSIM_VALUE,
				      "pixel (%zu,%zu) has %g in channel %s, which no %s has", k % decoded->width,
				      k / decoded->width, (double)value, decoded->planes[i].name,
				      format_visionsim_rows[kind].name);
				return;
			}
		}
	}
}

static int add_file(struct visionsim *visionsim, const struct verify_item *item, uint32_t width, uint32_t height,
                    struct rv_err *err)
{
	char said[32];
	snprintf(said, sizeof(said), "%" PRIu32 " %" PRIu32, width, height);
	return verify_groups_add(visionsim->groups, item->path, FILE_PART, item->path, said, err);
}

static int read_planes(struct visionsim *visionsim, struct verify_item *item, struct rv_err *err)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	enum format_visionsim_kind kind = 0;
	while (kind + 1 < FORMAT_VISIONSIM_KINDS && !verify_item_is(item, format_visionsim_rows[kind].name)) {
		kind++;
	}
	if (verify_decode(item->source, item->path, true, &decoded, &wrong) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &wrong);
	} else {
		check_planes(item, &decoded, kind);
	}
	const int status = add_file(visionsim, item, decoded.width, decoded.height, err);
	verify_decoded_release(&decoded);
	return status;
}

/* ---- a document -------------------------------------------------------------------------------------------------- */

struct document {
	struct visionsim *visionsim;
	struct verify_item *item;
	struct rv_json top;
};

/* Of the frame, or at the top. */
static struct rv_json member(const struct document *d, struct rv_json frame, const char *key)
{
	const struct rv_json own = rv_json_get(frame, key);
	return rv_json_type(own) == RV_JSON_NONE ? rv_json_get(d->top, key) : own;
}

static bool has_lens(const struct document *d, struct rv_json frame, uint64_t *width, uint64_t *height)
{
	const double cx = rv_json_number(member(d, frame, "cx"), NAN), cy = rv_json_number(member(d, frame, "cy"), NAN);
	uint64_t channels;
	return rv_json_u64(member(d, frame, "w"), 1, RV_IMAGE_SIDE_MAX, width) &&
	       rv_json_u64(member(d, frame, "h"), 1, RV_IMAGE_SIDE_MAX, height) &&
	       rv_json_u64(member(d, frame, "c"), 1, RV_IMAGE_CHANNELS_MAX, &channels) &&
	       rv_json_number(member(d, frame, "fl_x"), 0) > 0 && rv_json_number(member(d, frame, "fl_y"), 0) > 0 &&
	       isfinite(cx) && isfinite(cy);
}

/* Axes of length 1, at right angles, and the last row of a pose. */
static bool is_pose(const double m[4][4])
{
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			const double dot = m[0][i] * m[0][k] + m[1][i] * m[1][k] + m[2][i] * m[2][k];
			if (!(fabs(dot - (i == k)) <= LENGTH_NEAR)) {
				return false;
			}
		}
	}
	return m[3][0] == 0 && m[3][1] == 0 && m[3][2] == 0 && m[3][3] == 1;
}

/* The files of a frame are those of the number that its picture has. */
static int add_names(struct document *d, struct rv_json frame, size_t position, uint64_t width, uint64_t height,
                     struct rv_err *err)
{
	const char *const folder_end = strrchr(d->item->path, '/') + 1;
	struct rv_str path = RV_STR_INIT;
	struct format_place place;
	char said[48];
	int status = 0;
	snprintf(said, sizeof(said), "%" PRIu64 " %" PRIu64, width, height);
	for (int kind = -1; kind < FORMAT_VISIONSIM_KINDS && status == 0; kind++) {
		const char *const layout = kind < 0 ? "image" : format_visionsim_rows[kind].name,
		                  *const key = kind < 0 ? "file_path" : format_visionsim_rows[kind].key;
		const char *const file = rv_json_string(rv_json_get(frame, key), NULL);
		struct format_place other;
		if (!file && kind >= 0) {
			continue;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%.*s%s", (int)(folder_end - d->item->path), d->item->path, file ? file : "");
		const bool fits =
		        format_match(format_layout(&format_visionsim, layout), path.ptr, kind < 0 ? &place : &other);
		if (!fits || (kind >= 0 && strcmp(other.frame, place.frame) != 0)) {
			BLAME(d->item, VERIFY_VISIONSIM_JSON,
			      "frames[%zu]: its %s is not there, or not of the frame that its picture is", position,
			      key);
			break;
		}
		status = verify_groups_add(d->visionsim->groups, path.ptr, NAME, d->item->path, said, err);
	}
	rv_str_release(&path);
	return status;
}

static int read_frames(struct document *d, struct rv_err *err)
{
	const struct rv_json frames = rv_json_get(d->top, "frames");
	const size_t n = rv_json_len(frames);
	const struct verify_key key = { .id = d->item->place.id, .view = d->item->place.view, .frame = "" };
	int status = 0;
	if (n == 0) {
		BLAME(d->item, VERIFY_VISIONSIM_JSON, "it has no frames");
		verify_census_unread(d->visionsim->context->census, FORMAT_ID_visionsim);
		return 0;
	}
	for (size_t i = 0; i < n && status == 0; i++) {
		const struct rv_json frame = rv_json_at(frames, i);
		uint64_t width = 0, height = 0;
		double matrix[4][4];
		verify_camera_read_matrix(rv_json_get(frame, "transform_matrix"), matrix);
		if (!is_pose((const double(*)[4])matrix)) {
			BLAME(d->item, VERIFY_VISIONSIM_POSE, "frames[%zu]: its transform_matrix is no pose", i);
		}
		if (!has_lens(d, frame, &width, &height)) {
			BLAME(d->item, VERIFY_VISIONSIM_JSON, "frames[%zu] lacks w, h, c, fl_x, fl_y, cx or cy", i);
		} else {
			status = add_names(d, frame, i, width, height, err);
		}
	}
	return status < 0 ? -1
	                  : verify_census_sequence(d->visionsim->context->census, FORMAT_ID_visionsim, &key, n, err);
}

static int read_document(struct visionsim *visionsim, struct verify_item *item, struct rv_err *err)
{
	struct document d = { .visionsim = visionsim, .item = item, .top = RV_JSON_INIT };
	struct rv_str text = RV_STR_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	int status = 0;
	if (!verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		/* told */
	} else if (rv_json_parse(text.ptr, text.len, &d.top, &wrong) < 0) {
		BLAME(item, VERIFY_VISIONSIM_JSON, "%s", wrong.text);
		verify_census_unread(visionsim->context->census, FORMAT_ID_visionsim);
	} else {
		status = read_frames(&d, err);
	}
	rv_json_release(&d.top);
	rv_str_release(&text);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	if (verify_item_is(item, "document")) {
		return read_document(state, item, err);
	}
	if (!verify_item_is(item, "image")) {
		return read_planes(state, item, err);
	}
	verify_item_decode(item);
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	return verify_item_is(item, "image") ? add_file(state, item, item->width, item->height, err) : 0;
}

/* A verify_group_fn: the file, and what the document says of it. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	struct visionsim *const visionsim = state;
	const bool is_pair = n == 2 && parts[0].kind == FILE_PART && parts[1].kind == NAME;
	if (!is_pair) {
		verify_problems_add(visionsim->problems, VERIFY_VISIONSIM_FILE, parts[0].path,
		                    "'%s' is not once in the dataset and once in its transforms.json", key);
	} else if (strcmp(parts[0].text, "0 0") != 0 && strcmp(parts[0].text, parts[1].text) != 0) {
		verify_problems_add(visionsim->problems, VERIFY_VISIONSIM_FILE, parts[0].path,
		                    "its size is %s, its transforms.json says %s", parts[0].text, parts[1].text);
	}
	return 0;
}

static int end_visionsim(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct visionsim *const visionsim = state;
	visionsim->problems = problems;
	return verify_groups_end(visionsim->groups, visit, visionsim, err);
}

const struct verify_class verify_visionsim = {
	.format = &format_visionsim,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_visionsim,
	.file = look_at_file,
	.take = take_file,
	.end = end_visionsim,
	.free = free_visionsim,
};

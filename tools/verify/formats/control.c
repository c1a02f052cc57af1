/* SPDX-License-Identifier: MIT */
/*
 * Control clips: of each sequence clips that are in step, with as many frames and of the size that its description
 * says, which names each of them, and pictures of segmentation whose colours are those of its objects.
 */
#include "format/control.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "verify/format.h"
#include "verify/groups.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)
#define FPS_NEAR 0.001 /* containers round */

struct control {
	const struct verify_context *context;
	struct verify_groups *groups; /* "ID VIEW" */
	struct verify_problems *problems;
};

/* Kinds of parts: "NAME W H FRAMES FPS" of a clip, "NUMBER W H COLOUR..." of a picture, the texts of the others. */
enum { CLIP = 'c', DESCRIPTION = 'd', COLOURS = 'k', PROMPT = 'p' };

static void *open_control(const struct verify_context *context)
{
	struct control *const control = rv_alloc_zero(1, sizeof(*control));
	control->context = context;
	control->groups = verify_groups_new();
	return control;
}

static void free_control(void *state)
{
	struct control *const control = state;
	verify_groups_free(control->groups);
	free(control);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int add(struct control *control, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%s %s", item->place.id, item->place.view);
	const int status = verify_groups_add(control->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

/* Appends the colours of a picture, each once, but black. */
static void put_colours(const struct rv_image *image, struct rv_str *text)
{
	const size_t n = (size_t)image->width * image->height;
	uint32_t *const colours = rv_alloc_zero(n, sizeof(*colours));
	for (size_t i = 0; i < n; i++) {
		const uint8_t *const rgb = &image->u8[3 * i];
		colours[i] = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
	}
	qsort(colours, n, sizeof(*colours), by_number);
	for (size_t i = 0; i < n; i++) {
		if (colours[i] != 0 && (i == 0 || colours[i] != colours[i - 1])) {
			rv_str_printf(text, " %06" PRIx32, colours[i]);
		}
	}
	free(colours);
}

static int read_colours(struct control *control, struct verify_item *item, struct rv_err *err)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str said = RV_STR_INIT;
	const struct rv_image *const image = &decoded.image;
	rv_str_printf(&said, "%s", item->place.count);
	if (verify_decode(item->source, item->path, true, &decoded, &wrong) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &wrong);
	} else if (image->channels != 3 || image->pixel != RV_PIXEL_U8) {
		verify_problems_add(item->problems, VERIFY_CONTROL_COLOR, item->path, "it is no PNG of RGB");
	} else {
		rv_str_printf(&said, " %" PRIu32 " %" PRIu32, image->width, image->height);
		put_colours(image, &said);
	}
	const int status = add(control, item, COLOURS, said.ptr, err);
	verify_decoded_release(&decoded);
	rv_str_release(&said);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (verify_item_is(item, "color")) {
		return read_colours(state, item, err);
	}
	if (verify_item_is(item, "clip")) {
		if (strcmp(item->place.role, format_control_clips[FORMAT_CONTROL_RGB]) == 0) {
			verify_item_is_clip(item, ((struct control *)state)->context, FORMAT_ID_control);
		}
		verify_item_decode(item);
		return 0;
	}
	if (verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		status = add(state, item, verify_item_is(item, "prompt") ? PROMPT : DESCRIPTION, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str said = RV_STR_INIT;
	if (!verify_item_is(item, "clip")) {
		return 0;
	}
	rv_str_printf(&said, "%s %" PRIu32 " %" PRIu32 " %" PRIu64 " %.12g", item->place.role, item->width,
	              item->height, item->n_frames, item->fps);
	const int status = add(state, item, CLIP, said.ptr, err);
	rv_str_release(&said);
	return status;
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

struct sequence {
	struct control *control;
	const char *path; /* of its description */
	struct rv_json json;
	uint64_t n_frames, width, height;
};

#define BLAME(s, check, path, ...) verify_problems_add((s)->control->problems, check, path, __VA_ARGS__)

static bool is_clip(const char *name)
{
	size_t i = 0;
	while (format_control_clips[i] && strcmp(format_control_clips[i], name) != 0) {
		i++;
	}
	return format_control_clips[i] != NULL;
}

static bool has_clip(const struct sequence *sequence, const char *name)
{
	const struct rv_json clips = rv_json_get(sequence->json, "clips");
	for (size_t i = 0; i < rv_json_len(clips); i++) {
		const char *const clip = rv_json_string(rv_json_at(clips, i), NULL);
		if (clip && strcmp(clip, name) == 0) {
			return true;
		}
	}
	return false;
}

/* What a description lacks, or NULL. */
static const char *lack_of(struct sequence *sequence)
{
	const struct rv_json json = sequence->json, depth = rv_json_get(json, "depth");
	const double near = rv_json_number(rv_json_get(depth, "near"), NAN),
	             far = rv_json_number(rv_json_get(depth, "far"), NAN);
	if (!rv_json_u64(rv_json_get(json, "frames"), 1, FORMAT_CONTROL_FRAMES_MAX, &sequence->n_frames) ||
	    !rv_json_u64(rv_json_get(json, "width"), 1, RV_IMAGE_SIDE_MAX, &sequence->width) ||
	    !rv_json_u64(rv_json_get(json, "height"), 1, RV_IMAGE_SIDE_MAX, &sequence->height) ||
	    !(rv_json_number(rv_json_get(json, "fps"), 0) > 0)) {
		return "frames, width, height or fps";
	}
	if (has_clip(sequence, format_control_clips[FORMAT_CONTROL_DEPTH]) && !(near > 0 && near <= far)) {
		return "a range of depth";
	}
	for (enum format_control_clip clip = 0; clip < FORMAT_CONTROL_CLIPS; clip++) {
		if (clip != FORMAT_CONTROL_DEPTH && !has_clip(sequence, format_control_clips[clip])) {
			return "a clip";
		}
	}
	return rv_json_type(rv_json_get(json, "objects")) == RV_JSON_ARRAY ? NULL : "objects";
}

/* Clips come first, in the order of their paths. */
static void check_clips(const struct sequence *sequence, const struct verify_part *parts, size_t n)
{
	size_t n_clips = 0;
	for (; n_clips < n && parts[n_clips].kind == CLIP; n_clips++) {
		char *const name = rv_strdup(parts[n_clips].text), *const blank = strchr(name, ' ');
		char *at = blank;
		const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10),
		               n_frames = strtoull(at, &at, 10);
		const double fps = strtod(at, NULL), said = rv_json_number(rv_json_get(sequence->json, "fps"), 0);
		*blank = '\0';
		if (!is_clip(name) || !has_clip(sequence, name)) {
			BLAME(sequence, VERIFY_CONTROL_FILE, parts[n_clips].path, "its description names no such clip");
		} else if (n_frames > 0 &&
		           (n_frames != sequence->n_frames || width != sequence->width + sequence->width % 2 ||
		            height != sequence->height + sequence->height % 2)) {
			BLAME(sequence, VERIFY_CONTROL_CLIP, parts[n_clips].path,
			      "it has %" PRIu64 " frames of %" PRIu64 "x%" PRIu64 ", its description says %" PRIu64
			      " of %" PRIu64 "x%" PRIu64 ", sides made even",
			      n_frames, width, height, sequence->n_frames, sequence->width, sequence->height);
		} else if (fps > 0 && fabs(fps - said) > FPS_NEAR * fps) {
			BLAME(sequence, VERIFY_CONTROL_CLIP, parts[n_clips].path,
			      "it has %g frames per second, its description says %g", fps, said);
		}
		free(name);
	}
	if (n_clips != rv_json_len(rv_json_get(sequence->json, "clips"))) {
		BLAME(sequence, VERIFY_CONTROL_FILE, sequence->path, "there are %zu clips, not %zu, which it names",
		      n_clips, rv_json_len(rv_json_get(sequence->json, "clips")));
	}
}

/* True when an object has the colour "rrggbb". */
static bool is_colour(const struct sequence *sequence, const char *colour)
{
	const struct rv_json objects = rv_json_get(sequence->json, "objects");
	for (size_t i = 0; i < rv_json_len(objects); i++) {
		const struct rv_json rgb = rv_json_get(rv_json_at(objects, i), "color");
		uint64_t value = 0, part;
		for (size_t k = 0; k < 3; k++) {
			value = value << 8 | (rv_json_u64(rv_json_at(rgb, k), 0, UINT8_MAX, &part) ? part : 0);
		}
		if (value == strtoull(colour, NULL, 16)) {
			return true;
		}
	}
	return false;
}

static void check_colours(const struct sequence *sequence, const struct verify_part *picture)
{
	char *at = (char *)(uintptr_t)picture->text;
	(void)strtoull(at, &at, 10);
	if (!*at) {
		return; /* it did not decode, which was told */
	}
	const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10);
	if (width != sequence->width || height != sequence->height) {
		BLAME(sequence, VERIFY_CONTROL_COLOR, picture->path, "it has another size than its description says");
	}
	for (; *at; at += strcspn(at + 1, " ") + 1) {
		if (!is_colour(sequence, at + 1)) {
			BLAME(sequence, VERIFY_CONTROL_COLOR, picture->path,
			      "it has the colour %.6s, which no object has", at + 1);
			return;
		}
	}
}

static void check_pictures(const struct sequence *sequence, const struct verify_part *parts, size_t n)
{
	uint64_t n_pictures = 0;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].kind != COLOURS) {
			continue;
		}
		if (strtoull(parts[i].text, NULL, 10) != n_pictures++) {
			BLAME(sequence, VERIFY_CONTROL_FILE, parts[i].path,
			      "it is not number %" PRIu64 ", which comes next", n_pictures - 1);
			return;
		}
		check_colours(sequence, &parts[i]);
	}
	if (n_pictures != sequence->n_frames) {
		BLAME(sequence, VERIFY_CONTROL_FILE, sequence->path,
		      "there are %" PRIu64 " pictures of segmentation, not %" PRIu64, n_pictures, sequence->n_frames);
	}
}

static void check_prompt(const struct sequence *sequence, const struct verify_part *prompt)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	if (rv_json_parse(prompt->text, strlen(prompt->text), &json, &wrong) < 0 ||
	    !rv_json_string(rv_json_get(json, "prompt"), NULL)) {
		BLAME(sequence, VERIFY_CONTROL_JSON, prompt->path, "it has no text 'prompt'");
	}
	rv_json_release(&json);
}

static void check(struct sequence *sequence, const struct verify_part *parts, size_t n)
{
	const struct verify_part *const description = verify_group_find(parts, n, DESCRIPTION);
	struct rv_err wrong = RV_ERR_INIT;
	sequence->path = description->path;
	if (rv_json_parse(description->text, strlen(description->text), &sequence->json, &wrong) < 0) {
		BLAME(sequence, VERIFY_CONTROL_JSON, sequence->path, "%s", wrong.text);
		return;
	}
	const char *const lack = lack_of(sequence);
	if (lack) {
		BLAME(sequence, VERIFY_CONTROL_JSON, sequence->path, "it lacks %s", lack);
		return;
	}
	check_clips(sequence, parts, n);
	check_pictures(sequence, parts, n);
	check_prompt(sequence, verify_group_find(parts, n, PROMPT));
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = { { DESCRIPTION, "description" },
		                                          { PROMPT, "prompt" },
		                                          { 0, NULL } };
	struct control *const control = state;
	struct sequence sequence = { .control = control, .json = RV_JSON_INIT };
	char *const id = rv_strdup(key), *const blank = strchr(id, ' ');
	int status = 0;
	if (verify_group_is_whole(parts, n, kinds, VERIFY_CONTROL_FILE, control->problems)) {
		check(&sequence, parts, n);
	}
	*blank = '\0';
	if (sequence.n_frames > 0) {
		const struct verify_key of = { .id = id, .view = blank + 1, .frame = "" };
		status = verify_census_sequence(control->context->census, FORMAT_ID_control, &of, sequence.n_frames,
		                                err);
	} else {
		verify_census_unread(control->context->census, FORMAT_ID_control);
	}
	rv_json_release(&sequence.json);
	free(id);
	return status;
}

static int end_control(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct control *const control = state;
	control->problems = problems;
	return verify_groups_end(control->groups, visit, control, err);
}

const struct verify_class verify_control = {
	.format = &format_control,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_control,
	.file = look_at_file,
	.take = take_file,
	.end = end_control,
	.free = free_control,
};

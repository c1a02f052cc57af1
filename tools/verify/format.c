/* SPDX-License-Identifier: MIT */
/* What checks the formats: see format.h. */
#include "verify/format.h"

#include <stdlib.h>
#include <string.h>

#include "format/vbvr.h"
#include "format/video.h"
#include "portrait.h"
#include "verify/quality.h"

#define FORMAT(name) extern const struct verify_class verify_##name;
#include "format/list.def"
#undef FORMAT

#define FORMAT(name) &verify_##name,
const struct verify_class *const verify_classes[FORMAT_IDS] = {
#include "format/list.def"
};
#undef FORMAT

static bool has_image(const struct format *format)
{
	const struct format_path *row = format->paths;
	while (row->name && !row->is_image) {
		row++;
	}
	return row->name != NULL;
}

/* Those whose records say splits, seeds and categories before all; then the first that has pictures. */
enum format_id verify_pictured(const bool has[FORMAT_IDS])
{
	size_t found = FORMAT_ID_webdataset;
	if (!has[found]) {
		found = FORMAT_ID_dir;
	}
	for (size_t i = 0; i < FORMAT_IDS && !has[found]; i++) {
		found = has[i] && has_image(format_all[i]) ? i : found;
	}
	return (enum format_id)found;
}

struct verify_rules verify_rules_of(const struct verify_context *context, enum format_id format,
                                    struct verify_item *item)
{
	struct verify_rules rules = *context->rules;
	rules.quality = context->pictured == format ? rules.quality : NULL;
	rules.portrait = context->pictured == format ? rules.portrait : NULL;
	rules.frames = context->pictured == format ? verify_census_frames(context->census) : NULL;
	rules.replay = context->pictured == format ? rules.replay : NULL;
	rules.presence = context->pictured == format ? &item->objects : NULL;
	rules.is_known = item->is_known;
	return rules;
}

bool verify_has_clips(const bool has[FORMAT_IDS])
{
	return has[FORMAT_ID_video] || has[FORMAT_ID_hfvideo] || has[FORMAT_ID_control] || has[FORMAT_ID_vbvr];
}

/* A layout's {ext} is that of pictures, but in formats that take PNG alone, where it needs none. */
bool verify_item_claim(struct verify_item *item, const char *path, const bool has[FORMAT_IDS], size_t *format)
{
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		const unsigned int needs = format_all[i]->needs & ~(unsigned int)FORMAT_NEEDS_PNG;
		for (const struct format_path *row = format_all[i]->paths; has[i] && row->name; row++) {
			if (format_match(row->layout, path, &item->place) &&
			    (!item->place.ext[0] || format_takes(needs, item->place.ext))) {
				*format = i;
				item->row = row;
				return true;
			}
		}
	}
	return false;
}

bool verify_item_is_around(const char *path)
{
	static const char *const names[] = { RV_CATEGORIES_NAME, RV_SUMS_NAME, RV_LICENSE_NAME, RV_CROISSANT_NAME };
	bool is = false;
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		is = is || strcmp(path, names[i]) == 0;
	}
	return is;
}

void verify_item_is_clip(struct verify_item *item, const struct verify_context *context, enum format_id format)
{
	const bool is_one = item->place.id[0] && !context->is_foreign && !context->shows_other[format];
	item->frames = is_one ? verify_census_frames(context->census) : NULL;
}

void verify_item_ask(struct verify_item *item, const struct verify_context *context, enum format_id format)
{
	const struct verify_rules rules = verify_rules_of(context, format, item);
	const char *const role = item->place.role;
	if (item->row->is_image && (!role[0] || strcmp(role, rv_roles[RV_ROLE_IMAGE].name) == 0)) {
		item->quality = rules.quality;
	}
	item->portrait = rules.portrait;
}

/* The split of a path that names one in a folder: "images/train2017/a.png". */
static enum rv_split split_in(const char *path)
{
	enum rv_split split = RV_SPLITS;
	for (const char *at = path; split == RV_SPLITS && strchr(at, '/'); at = strchr(at, '/') + 1) {
		for (split = 0; split < RV_SPLITS; split++) {
			if (strncmp(at, rv_split_names[split], strlen(rv_split_names[split])) == 0) {
				break;
			}
		}
	}
	return split;
}

void verify_item_look(const struct verify_item *item, const struct verify_decoded *decoded, struct verify_clip *clip)
{
	const struct format_place *const place = &item->place;
	const struct verify_shown shown = { .path = item->path,
		                            .group = place->id[0] ? place->id : item->path,
		                            .context = "",
		                            .split = place->split[0] ? rv_split_find(place->split)
		                                                     : split_in(item->path) };
	if (decoded->kind == VERIFY_KIND_VIDEO) {
		verify_clip_end(clip, item->path, item->problems);
	} else if (decoded->image.bytes && decoded->image.pixel != RV_PIXEL_F32) {
		if (item->quality) {
			verify_quality_picture(item->quality, &decoded->image, &shown, clip, item->problems);
		} else {
			verify_luma_take(&clip->now, &decoded->image);
		}
		if (item->portrait) {
			rv_portrait_image(item->portrait, &decoded->image, verify_luma_mean(&clip->now));
		}
	}
}

/* ---- frames ---- */

/* A video that is decoded. */
struct watch {
	const struct verify_item *item;
	struct verify_clip *clip;
	struct rv_str sequence;
	uint64_t number; /* of the next frame */
};

/* An rv_video_look_fn. */
static void watch_frame(void *watch_, const uint8_t *plane, size_t row_bytes, uint32_t width, uint32_t height,
                        bool is_limited)
{
	struct watch *const watch = watch_;
	struct verify_clip *const clip = watch->clip;
	verify_luma_take_plane(&clip->now, plane, row_bytes, width, height, is_limited);
	if (watch->item->frames) {
		verify_frames_clip(watch->item->frames, watch->sequence.ptr, watch->item->path, watch->number++,
		                   &clip->now);
	}
	if (watch->item->quality) {
		verify_clip_look(clip);
	}
}

/* Of a picture beside its clip, "a.first.png" of "a.mp4", or in one folder with it. */
static void tell_end(const struct verify_item *item, const char *sequence, const struct verify_decoded *decoded,
                     struct verify_clip *clip)
{
	struct rv_str of = RV_STR_INIT;
	const char *const role = item->place.role;
	const bool is_last = strcmp(role, FORMAT_VIDEO_LAST) == 0 || strcmp(role, FORMAT_VBVR_FINAL) == 0;
	rv_str_append(&of, item->path, strlen(item->path) - strlen(role) - strlen(item->place.ext) - 2);
	verify_luma_take(&clip->now, &decoded->image);
	verify_frames_end_of(item->frames, sequence, item->path, of.ptr, is_last, &clip->now);
	rv_str_release(&of);
}

void verify_item_decode(struct verify_item *item)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct verify_clip clip = VERIFY_CLIP_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct watch watch = { .item = item, .clip = &clip, .sequence = RV_STR_INIT };
	const bool looks = item->quality || (item->portrait && item->row->is_image);
	if (item->is_known) {
		verify_decode_size(item->source, item->path, &item->width, &item->height);
		if (item->width > 0) {
			return;
		}
	}
	const uint64_t number = strtoull(item->place.number, NULL, 10); /* of a segment's first frame, from 1 */
	watch.number = number > 0 ? number - 1 : 0;
	rv_str_printf(&watch.sequence, "%s %s", item->place.id, item->place.view);
	decoded.look = item->quality || item->frames ? watch_frame : NULL;
	decoded.look_context = &watch;
	if (verify_decode(item->source, item->path, looks || item->frames, &decoded, &err) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &err);
	} else {
		if (looks) {
			verify_item_look(item, &decoded, &clip);
		}
		if (item->frames && decoded.image.bytes) {
			tell_end(item, watch.sequence.ptr, &decoded, &clip);
		}
		item->width = decoded.width;
		item->height = decoded.height;
		item->n_frames = decoded.n_frames;
		item->fps = decoded.fps;
	}
	rv_str_release(&watch.sequence);
	verify_decoded_release(&decoded);
	verify_clip_release(&clip);
}

bool verify_item_load(const struct verify_item *item, size_t most, struct rv_str *text)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_source_load(item->source, most, text, &err) == 0) {
		return true;
	}
	verify_problems_add_err(item->problems, VERIFY_FILE_UNREAD, item->path, &err);
	return false;
}

void verify_simplify_lines(struct rv_str *text)
{
	struct rv_str simple = RV_STR_INIT;
	for (const char *line = text->ptr; *line;) {
		const size_t len = strcspn(line, "\n");
		size_t end = len;
		while (end > 0 && strchr(" \t\r", line[end - 1])) {
			end--;
		}
		rv_str_append(&simple, line, end);
		rv_str_putc(&simple, '\n');
		line += len + (line[len] ? 1 : 0);
	}
	rv_str_release(text);
	*text = simple;
}

bool verify_item_is(const struct verify_item *item, const char *name)
{
	return strcmp(item->row->name, name) == 0;
}

struct verify_key verify_item_key(const struct verify_item *item)
{
	return (struct verify_key) { .id = item->place.id, .view = item->place.view, .frame = item->place.frame };
}

int verify_item_tell_image(const struct verify_item *item, const struct verify_context *context, enum format_id format,
                           struct rv_err *err)
{
	const struct verify_key key = verify_item_key(item);
	if (!context->census) {
		return 0;
	}
	if (verify_census_picture(context->census, format, &key, err) < 0) {
		return -1;
	}
	return context->compares_pictures && !context->encodes[format]
	               ? verify_census_fact(context->census, format, &key, VERIFY_FACT_IMAGE, item->sha256, err)
	               : 0;
}

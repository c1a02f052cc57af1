/* SPDX-License-Identifier: MIT */
/* YouTube-VIS: a document for each split. A sequence, and each of its views, is a video; each object of it that has a
 * category is an annotation with lists as long as the video, null where it is not seen. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "format/layout.h"
#include "sink/part.h"
#include "sink/sink.h"

#define FRAMES_MAX 100000 /* five digits */

struct document {
	bool is_there;
	struct sink_part videos, annotations;
};

struct vis {
	const struct sink_target *target;
	struct document documents[RV_SPLITS];
	struct rv_str path;
};

static int vis_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	static const char *const names[RV_SPLITS][2] = { { "vis-train-videos", "vis-train-annotations" },
		                                         { "vis-val-videos", "vis-val-annotations" },
		                                         { "vis-test-videos", "vis-test-annotations" } };
	struct vis *const vis = state;
	vis->target = target;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_init(&vis->documents[split].videos, target->dataset, names[split][0]);
		sink_part_init(&vis->documents[split].annotations, target->dataset, names[split][1]);
	}
	rv_str_init(&vis->path);
	return 0;
}

static void vis_release(void *state)
{
	struct vis *const vis = state;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_release(&vis->documents[split].videos);
		sink_part_release(&vis->documents[split].annotations);
	}
	rv_str_release(&vis->path);
}

static int vis_prepare(void *state RV_UNUSED, struct sink_sample *sample, struct rv_err *err)
{
	const size_t n_frames = sample->sample->n_frames;
	if (n_frames > FRAMES_MAX) {
		rv_fail(err, RV_E_LIMIT, "format youtube-vis: a sequence has at most %d frames", FRAMES_MAX);
		return SINK_REFUSED;
	}
	return sink_sample_check_frames(sample, &format_youtube_vis, err) < 0 ? SINK_REFUSED : 0;
}

/* ---- an object over a clip ---- */

static void put_segmentation(struct rv_json_out *out, const struct rv_annotation *annotation)
{
	rv_json_open(out, NULL, '{');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, annotation->height);
	rv_json_put_u64(out, NULL, annotation->width);
	rv_json_close(out, ']');
	rv_json_put_bytes(out, "counts", annotation->counts, annotation->counts_len);
	rv_json_close(out, '}');
}

static void put_box(struct rv_json_out *out, const struct rv_annotation *annotation)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(out, NULL, annotation->bbox[i]);
	}
	rv_json_close(out, ']');
}

static void put_area(struct rv_json_out *out, const struct rv_annotation *annotation)
{
	rv_json_put_u64(out, NULL, annotation->area_px);
}

/* seen[i]: its label in frame i, or NULL. `first`: the first of them. */
static void put_track(struct document *document, const struct sink_picture *picture, const struct sink_label *first,
                      const struct sink_label *const *seen, size_t n_frames)
{
	static const struct {
		const char *key;
		void (*put)(struct rv_json_out *, const struct rv_annotation *);
	} lists[] = { { "segmentations", put_segmentation }, { "bboxes", put_box }, { "areas", put_area } };
	struct rv_json_out out;
	sink_part_item(&document->annotations, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", document->annotations.n_items);
	rv_json_put_u64(&out, "video_id", document->videos.n_items);
	rv_json_put_u64(&out, "category_id", first->category);
	rv_json_put_u64(&out, "iscrowd", 0);
	rv_json_put_u64(&out, "width", picture->width);
	rv_json_put_u64(&out, "height", picture->height);
	rv_json_put_u64(&out, "length", n_frames);
	for (size_t i = 0; i < RV_COUNTOF(lists); i++) {
		rv_json_open(&out, lists[i].key, '[');
		for (size_t frame = 0; frame < n_frames; frame++) {
			if (seen[frame]) {
				lists[i].put(&out, seen[frame]->annotation);
			} else {
				rv_json_put_raw(&out, NULL, "null", 4);
			}
		}
		rv_json_close(&out, ']');
	}
	rv_json_put_u64(&out, "rv_index", first->annotation->index);
	rv_json_close(&out, '}');
}

/* Labels are sorted by index: each frame's are walked once. */
static void put_tracks(struct document *document, struct sink_sample *sample, const struct sink_picture *pictures)
{
	const size_t n_frames = sample->sample->n_frames;
	size_t *const at = rv_arena_alloc(&sample->arena, n_frames, sizeof(*at));
	const struct sink_label **const seen = rv_arena_alloc(&sample->arena, n_frames, sizeof(struct sink_label *));
	for (;;) {
		const struct sink_label *first = NULL;
		for (size_t i = 0; i < n_frames; i++) {
			while (at[i] < pictures[i].n_labels && !pictures[i].labels[at[i]].annotation->category) {
				at[i]++;
			}
			const struct sink_label *const label =
			        at[i] < pictures[i].n_labels ? &pictures[i].labels[at[i]] : NULL;
			if (label && (!first || label->annotation->index < first->annotation->index)) {
				first = label;
			}
		}
		if (!first) {
			return;
		}
		for (size_t i = 0; i < n_frames; i++) {
			const bool is_seen = at[i] < pictures[i].n_labels &&
			                     pictures[i].labels[at[i]].annotation->index == first->annotation->index;
			seen[i] = is_seen ? &pictures[i].labels[at[i]++] : NULL;
		}
		put_track(document, &pictures[0], first, seen, n_frames);
	}
}

/* ---- a sequence ---- */

/* Puts the frames into their folder, and the video that they are. */
static int add_frames(struct vis *vis, struct document *document, struct sink_sample *sample,
                      const struct sink_picture *pictures, struct rv_err *err)
{
	const struct rv_picture *const first = pictures[0].picture;
	const char *const name = rv_arena_printf(&sample->arena, "%s%s%s", sample->sample->id, first->view ? "." : "",
	                                         first->view ? first->view : "");
	struct rv_json_out out;
	sink_part_item(&document->videos, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "id", document->videos.n_items);
	rv_json_put_u64(&out, "width", pictures[0].width);
	rv_json_put_u64(&out, "height", pictures[0].height);
	rv_json_put_u64(&out, "length", sample->sample->n_frames);
	rv_json_open(&out, "file_names", '[');
	for (size_t i = 0; i < sample->sample->n_frames; i++) {
		sink_picture_path(pictures[i].picture, &format_youtube_vis, "image", "", NULL, &vis->path);
		rv_json_put_string(&out, NULL,
		                   rv_arena_printf(&sample->arena, "%s/%s", name, rv_path_base(vis->path.ptr)));
		if (sink_store_image(vis->target->store, sample, pictures[i].picture, &format_youtube_vis,
		                     vis->path.ptr, err) < 0) {
			return -1;
		}
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	return 0;
}

static int vis_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct vis *const vis = state;
	struct document *const document = &vis->documents[sample->split];
	document->is_there = true;
	for (size_t i = 0; i < sample->n_pictures; i += sample->sample->n_frames) {
		if (add_frames(vis, document, sample, &sample->pictures[i], err) < 0) {
			return -1;
		}
		put_tracks(document, sample, &sample->pictures[i]);
		if (sink_part_flush(&document->videos, err) < 0 || sink_part_flush(&document->annotations, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- the whole ---- */

static int put_text(struct sink_output *output, const char *text, struct rv_err *err)
{
	return sink_output_write(output, text, strlen(text), err);
}

static int write_document(struct vis *vis, enum rv_split split, struct rv_err *err)
{
	struct document *const document = &vis->documents[split];
	struct format_place place = { .id = "" };
	struct rv_str categories = RV_STR_INIT;
	snprintf(place.split, sizeof(place.split), "%s", rv_split_names[split]);
	rv_str_clear(&vis->path);
	format_expand(format_layout(&format_youtube_vis, "instances"), &place, &vis->path);
	rv_categories_put(vis->target->categories, &categories);
	struct sink_output *const output = sink_dataset_create(vis->target->dataset, vis->path.ptr, err);
	const bool is_written = output && put_text(output, "{\"info\":{},\n\"licenses\":[],\n\"videos\":", err) == 0 &&
	                        sink_part_copy(&document->videos, output, err) == 0 &&
	                        put_text(output, ",\n\"annotations\":", err) == 0 &&
	                        sink_part_copy(&document->annotations, output, err) == 0 &&
	                        put_text(output, ",\n\"categories\":", err) == 0 &&
	                        put_text(output, categories.ptr, err) == 0 && put_text(output, "}\n", err) == 0;
	rv_str_release(&categories);
	if (!is_written) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(vis->target->dataset, output, err);
}

static int vis_finish(void *state, struct rv_err *err)
{
	struct vis *const vis = state;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		if (vis->documents[split].is_there && write_document(vis, split, err) < 0) {
			return -1;
		}
	}
	return 0;
}

const struct sink_class sink_youtube_vis = {
	.format = &format_youtube_vis,
	.state_bytes = sizeof(struct vis),
	.open = vis_open,
	.prepare = vis_prepare,
	.add = vis_add,
	.finish = vis_finish,
	.release = vis_release,
};

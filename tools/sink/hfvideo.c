/* SPDX-License-Identifier: MIT */
/* Hugging Face's VideoFolder: the clips of sequences in a folder for each split, and beside them a row for each, all
 * with the same members. */
#include "file.h"
#include "sink/clip.h"
#include "sink/hf_card.h"
#include "sink/sink.h"
#include "sink/split_files.h"

struct hfvideo {
	const struct sink_target *target;
	struct sink_split_files rows;
	struct sink_clips clips;
	uint64_t n_rows;
	struct rv_str path, row;
};

static int hfvideo_open(void *state, const struct sink_target *target, struct rv_err *err)
{
	struct hfvideo *const hf = state;
	struct rv_video_settings settings;
	const int status = sink_clip_settings(&settings, err);
	hf->target = target;
	sink_split_files_init(&hf->rows, target->dataset, &format_hfvideo, "rows");
	sink_clips_init(&hf->clips, target->dataset, "hfvideo", &settings, rv_roles[RV_ROLE_IMAGE].name);
	rv_str_init(&hf->path);
	rv_str_init(&hf->row);
	return status;
}

static void hfvideo_release(void *state)
{
	struct hfvideo *const hf = state;
	sink_split_files_release(&hf->rows);
	sink_clips_release(&hf->clips);
	rv_str_release(&hf->path);
	rv_str_release(&hf->row);
}

static int hfvideo_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct hfvideo *const hf = state;
	for (size_t i = 0; i < sample->n_pictures; i += sample->sample->n_frames) {
		if (sink_picture_measure(sample, &sample->pictures[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return sink_clips_prepare(&hf->clips, sample, err);
}

static void put_row(struct hfvideo *hf, const struct sink_picture *first)
{
	const struct rv_picture *const of = first->picture;
	const char *const prompt = rv_json_string(rv_json_get(of->sample->json, "prompt"), NULL);
	struct rv_json_out out;
	rv_str_clear(&hf->row);
	rv_json_out_init(&out, &hf->row);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "file_name", rv_path_base(hf->path.ptr));
	rv_json_put_string(&out, "id", of->sample->id);
	rv_json_put_string(&out, "view", of->view ? of->view : "");
	rv_json_put_u64(&out, "width", first->width + first->width % 2);
	rv_json_put_u64(&out, "height", first->height + first->height % 2);
	rv_json_put_u64(&out, "frames", of->sample->n_frames);
	rv_json_put_string(&out, "prompt", prompt ? prompt : "");
	rv_json_close(&out, '}');
	rv_str_putc(&hf->row, '\n');
}

/* {frame} is of the first, which the clip's path has no place for. */
static int hfvideo_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct hfvideo *const hf = state;
	const size_t n_frames = sample->sample->n_frames;
	for (size_t i = 0; i < sample->n_pictures; i += n_frames) {
		sink_picture_path(sample->pictures[i].picture, &format_hfvideo, "file", "",
		                  sink_clip_extension(hf->clips.settings.codec), &hf->path);
		put_row(hf, &sample->pictures[i]);
		if (sink_clips_add(&hf->clips, i / n_frames, hf->path.ptr, err) < 0 ||
		    sink_split_files_put(&hf->rows, sample->split, hf->row.ptr, hf->row.len, err) < 0) {
			return -1;
		}
		hf->n_rows++;
	}
	return 0;
}

static int hfvideo_finish(void *state, struct rv_err *err)
{
	struct hfvideo *const hf = state;
	bool has_split[RV_SPLITS];
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		has_split[split] = sink_split_files_has(&hf->rows, split);
	}
	return sink_hf_card(hf->target, &format_hfvideo, has_split, hf->n_rows, err) < 0
	               ? -1
	               : sink_split_files_close(&hf->rows, err);
}

const struct sink_class sink_hfvideo = {
	.format = &format_hfvideo,
	.state_bytes = sizeof(struct hfvideo),
	.open = hfvideo_open,
	.prepare = hfvideo_prepare,
	.add = hfvideo_add,
	.finish = hfvideo_finish,
	.merge = sink_hf_card_merge,
	.release = hfvideo_release,
};

/* SPDX-License-Identifier: MIT */
/*
 * Hugging Face's ImageFolder: pictures in a folder for each split, and beside them a row for each. Every row has the
 * same members with values of the same types, as readers want it: what a picture does not have is an empty text.
 */
#include <string.h>

#include "file.h"
#include "sink/hf_card.h"
#include "sink/sink.h"
#include "sink/split_files.h"

struct hf {
	const struct sink_target *target;
	struct sink_split_files rows;
	uint64_t n_rows;
	struct rv_str path, row;
};

static int hf_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct hf *const hf = state;
	hf->target = target;
	sink_split_files_init(&hf->rows, target->dataset, &format_hf, "rows");
	rv_str_init(&hf->path);
	rv_str_init(&hf->row);
	return 0;
}

static void hf_release(void *state)
{
	struct hf *const hf = state;
	sink_split_files_release(&hf->rows);
	rv_str_release(&hf->path);
	rv_str_release(&hf->row);
}

static int hf_prepare(void *state RV_UNUSED, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (sink_picture_check_labels(sample, &sample->pictures[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* A member of lists, one value for each label with a category. */
static void put_objects(const struct sink_picture *picture, struct rv_json_out *out)
{
	enum { BBOX, CATEGORY, AREA, INDEX, MEMBERS };
	static const char *const names[MEMBERS] = { "bbox", "category", "area", "index" };
	rv_json_open(out, "objects", '{');
	for (int member = 0; member < MEMBERS; member++) {
		rv_json_open(out, names[member], '[');
		for (size_t i = 0; i < picture->n_labels; i++) {
			const struct rv_annotation *const annotation = picture->labels[i].annotation;
			if (!annotation->category) {
				continue;
			}
			if (member == CATEGORY) {
				rv_json_put_string(out, NULL, annotation->category);
			} else if (member != BBOX) {
				rv_json_put_u64(out, NULL, member == AREA ? annotation->area_px : annotation->index);
			}
			for (size_t k = 0; k < 4 && member == BBOX; k++) {
				if (k == 0) {
					rv_json_open(out, NULL, '[');
				}
				rv_json_put_u64(out, NULL, annotation->bbox[k]);
			}
			if (member == BBOX) {
				rv_json_close(out, ']');
			}
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, '}');
}

static void put_row(struct hf *hf, const struct sink_picture *picture)
{
	const struct rv_picture *const of = picture->picture;
	struct rv_json_out out;
	rv_str_clear(&hf->row);
	rv_json_out_init(&out, &hf->row);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "file_name", rv_path_base(hf->path.ptr));
	rv_json_put_string(&out, "id", of->sample->id);
	rv_json_put_string(&out, "view", of->view ? of->view : "");
	rv_json_put_string(&out, "frame", of->frame_name ? of->frame_name : "");
	rv_json_put_u64(&out, "width", picture->width);
	rv_json_put_u64(&out, "height", picture->height);
	const char *const prompt = rv_json_string(rv_json_get(of->sample->json, "prompt"), NULL);
	rv_json_put_string(&out, "prompt", prompt ? prompt : "");
	put_objects(picture, &out);
	rv_json_close(&out, '}');
	rv_str_putc(&hf->row, '\n');
}

static int hf_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct hf *const hf = state;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct sink_picture *const picture = &sample->pictures[i];
		const char *const image = rv_picture_file(picture->picture, RV_ROLE_IMAGE);
		sink_picture_path(picture->picture, &format_hf, "file", "", NULL, &hf->path);
		put_row(hf, picture);
		if (sink_store_file(hf->target->store, sample, image, hf->path.ptr, err) < 0 ||
		    sink_split_files_put(&hf->rows, sample->split, hf->row.ptr, hf->row.len, err) < 0) {
			return -1;
		}
		hf->n_rows++;
	}
	return 0;
}

static int hf_finish(void *state, struct rv_err *err)
{
	struct hf *const hf = state;
	bool has_split[RV_SPLITS];
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		has_split[split] = sink_split_files_has(&hf->rows, split);
	}
	return sink_hf_card(hf->target, &format_hf, has_split, hf->n_rows, err) < 0
	               ? -1
	               : sink_split_files_close(&hf->rows, err);
}

const struct sink_class sink_hf = {
	.format = &format_hf,
	.state_bytes = sizeof(struct hf),
	.open = hf_open,
	.prepare = hf_prepare,
	.add = hf_add,
	.finish = hf_finish,
	.merge = sink_hf_card_merge,
	.release = hf_release,
};

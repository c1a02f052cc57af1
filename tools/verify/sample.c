/* SPDX-License-Identifier: MIT */
/* One sample, frame by frame: see sample.h. */
#include "verify/sample.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "exr.h"
#include "file.h"
#include "png.h"
#include "verify/labels.h"
#include "verify/meta.h"
#include "verify/sample_private.h"

#define DEPTH_CHANNEL "V"

/* ---- the maps that others are compared with ---------------------------------------------------------------------- */

/* The path of a role that has one file for each frame, or NULL. */
static const char *frame_file(struct rv_sample_check *s, const char *role)
{
	struct rv_json value = rv_json_get(rv_json_get(s->record, "files"), role);
	return rv_json_string(s->is_sequence ? rv_json_at(value, s->frame) : value, NULL);
}

/* Loads both maps; problems with them are found and told by rv_sample_file. */
static void load_maps(struct rv_sample_check *s)
{
	const char *channel = DEPTH_CHANNEL;
	struct rv_err err;
	struct rv_exr *exr = NULL;
	const char *index = frame_file(s, "index"), *depth = frame_file(s, "depth");
	s->index.width = s->depth.width = 0;
	if (index && rv_path_is_inside(index) && rv_png_read(rv_sample_path(s, index), &s->index, &err) == 0 &&
	    s->width == 0) {
		s->width = s->index.width;
		s->height = s->index.height;
	}
	if (s->index.width > 0 && (s->index.channels != 1 || s->index.pixel != RV_PIXEL_U16 ||
	                           s->index.width != s->width || s->index.height != s->height)) {
		rv_image_release(&s->index);
		s->index.width = 0;
	}
	if (depth && rv_path_is_inside(depth) && rv_exr_open(rv_sample_path(s, depth), &exr, &err) == 0) {
		if (rv_exr_channel_count(exr) != 1 || !rv_exr_has_channel(exr, channel)) {
			rv_problems_add(s->problems, RV_E_BAD_FILE, depth, "it does not have the one channel '%s'",
			                channel);
		} else if (rv_exr_read(exr, &channel, 1, &s->depth, &err) == 0 &&
		           (s->depth.width != s->width || s->depth.height != s->height)) {
			rv_image_release(&s->depth);
			s->depth.width = 0;
		}
	}
	rv_exr_close(exr);
}

static void check_depth(struct rv_sample_check *s, const char *name)
{
	size_t n = (size_t)s->depth.width * s->depth.height;
	for (size_t i = 0; i < n; i++) {
		float z = s->depth.f32[i];
		if (!isfinite(z) || z <= 0) {
			rv_sample_blame_pixel(s, name, i, z, "but depth is finite and positive");
			return;
		}
		if (z >= RV_DEPTH_OBJECT_MAX && z != RV_DEPTH_BACKGROUND) {
			rv_sample_blame_pixel(s, name, i, z, "but the background is 1e10");
			return;
		}
		if (z >= RV_DEPTH_OBJECT_MAX && s->index.width > 0 && s->index.u16[i] != 0) {
			rv_sample_blame_pixel(s, name, i, z, "where the index map has an object");
			return;
		}
	}
}

/* The labels against the passes, where these are still there. */
static void check_passes(struct rv_sample_check *s, const char *name)
{
	struct rv_json channels = rv_json_get(s->record, "channels");
	const struct {
		const char *role;
		const struct rv_image *label;
	} pairs[] = { { "index", &s->index }, { "depth", &s->depth } };
	for (size_t k = 0; k < RV_COUNTOF(pairs); k++) {
		struct rv_err err = RV_ERR_INIT;
		struct rv_exr *exr = NULL;
		struct rv_image pass = RV_IMAGE_INIT;
		const char *channel = rv_json_string(rv_json_get(channels, pairs[k].role), NULL);
		const struct rv_image *label = pairs[k].label;
		if (!channel || label->width == 0) {
			continue;
		}
		if (rv_exr_open(rv_sample_path(s, name), &exr, &err) < 0 || rv_exr_read(exr, &channel, 1, &pass, &err) < 0) {
			rv_problems_add_err(s->problems, name, &err);
		} else if (rv_sample_has_size(s, name, pass.width, pass.height)) {
			size_t n = (size_t)pass.width * pass.height;
			for (size_t i = 0; i < n; i++) {
				float value = label->pixel == RV_PIXEL_U16 ? (float)label->u16[i] : label->f32[i];
				if (pass.f32[i] != value) {
					rv_sample_blame_pixel(s, name, i, pass.f32[i],
					                  "but the label made from it is another");
					break;
				}
			}
		}
		rv_image_release(&pass);
		rv_exr_close(exr);
	}
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

/* Each annotation's `mask` is one of the instance files and the other way round. */
static void check_instance_names(struct rv_sample_check *s)
{
	struct rv_json files = rv_json_get(rv_json_get(s->record, "files"), "instances");
	size_t n = rv_json_len(s->annotations);
	s->masks_at += s->n_masks;
	s->n_masks = 0;
	for (size_t i = 0; i < n; i++) {
		struct rv_json mask = rv_json_get(rv_json_at(s->annotations, i), "mask");
		if (rv_json_type(mask) == RV_JSON_NONE) {
			continue;
		}
		size_t at = s->masks_at + s->n_masks++;
		if (!rv_json_equal(mask, rv_json_at(files, at))) {
			rv_problems_add(s->problems, RV_E_LABEL, "annotations",
			                "the mask of annotations[%zu] is not files.instances[%zu]", i, at);
			return;
		}
	}
	bool last = s->frame + 1 == s->n_frames;
	if (last && s->masks_at + s->n_masks != rv_json_len(files)) {
		rv_problems_add(s->problems, RV_E_LABEL, "annotations",
		                "%zu annotations name a mask, but files.instances has %zu", s->masks_at + s->n_masks,
		                rv_json_len(files));
	}
}

static void check_file(struct rv_sample_check *s, const char *role, struct rv_json value)
{
	const char *name = rv_json_string(value, NULL);
	if (name) {
		rv_sample_file(s, role, name);
	} else {
		rv_problems_add(s->problems, RV_E_BAD_RECORD, role, "it is neither a path nor an array of paths");
	}
}

/* The files of a role that belong to the frame: of a sequence one for each frame, but the instances, of which each frame
 * has as many as its annotations name. */
static void check_role(struct rv_sample_check *s, const char *role, struct rv_json value)
{
	bool first = s->frame == 0, instances = !strcmp(role, "instances");
	size_t n = rv_json_len(value);
	if (rv_json_type(value) != RV_JSON_ARRAY) {
		if (first && s->is_sequence && rv_json_type(value) == RV_JSON_STRING) {
			rv_problems_add(s->problems, RV_E_BAD_RECORD, role,
			                "it is one file, but the sample has %zu frames", s->n_frames);
		} else if (first) {
			check_file(s, role, value);
		}
	} else if (s->is_sequence && !instances) {
		if (first && n != s->n_frames) {
			rv_problems_add(s->problems, RV_E_BAD_RECORD, role, "%zu files, but the sample has %zu frames",
			                n, s->n_frames);
		}
		if (s->frame < n) {
			check_file(s, role, rv_json_at(value, s->frame));
		}
	} else {
		size_t from = s->is_sequence ? s->masks_at : 0;
		size_t end = s->is_sequence ? RV_MIN(from + s->n_masks, n) : n;
		for (size_t i = from; i < end; i++) {
			check_file(s, role, rv_json_at(value, i));
		}
	}
}

static void check_labels(struct rv_sample_check *s)
{
	const char *index = frame_file(s, "index"), *depth = frame_file(s, "depth"), *passes = frame_file(s, "passes");
	if (s->index.width > 0) {
		if (rv_json_type(s->annotations) != RV_JSON_ARRAY) {
			rv_problems_add(s->problems, RV_E_BAD_RECORD, s->is_sequence ? index : "annotations",
			                "there is an index map, but no annotations");
		}
		s->report->n_annotations += rv_labels_check(&s->index, rv_json_get(s->record, "objects"),
		                                            s->annotations, s->rules->min_area_px, index, s->problems);
	} else if (!index && rv_json_len(s->annotations) > 0) {
		rv_problems_add(s->problems, RV_E_BAD_RECORD, "annotations",
		                "there is no index map to compare them with");
	}
	if (s->depth.width > 0) {
		check_depth(s, depth);
	}
	if (passes && rv_path_is_inside(passes)) {
		check_passes(s, passes);
	}
}

/* Frames are numbered upwards, and all that is said of labels is said of frames. */
static void check_numbers(struct rv_sample_check *s, struct rv_json frames)
{
	uint64_t number, before = 0;
	for (size_t i = 0; i < s->n_frames; i++) {
		struct rv_json value = rv_json_get(rv_json_at(frames, i), "frame");
		if (!rv_json_u64(value, 0, RV_FRAME_MAX, &number) || (i > 0 && number <= before)) {
			rv_problems_add(s->problems, RV_E_BAD_RECORD, "frames",
			                "frames[%zu].frame is not a whole number in 0..%d above the one before", i,
			                RV_FRAME_MAX);
			return;
		}
		before = number;
	}
	if (rv_json_type(rv_json_get(s->record, "annotations")) != RV_JSON_NONE) {
		rv_problems_add(s->problems, RV_E_BAD_RECORD, "annotations",
		                "a sequence has annotations in its frames only");
	}
}

/* Everything but _meta.json. */
static void check_frames(struct rv_sample_check *s, struct rv_json files)
{
	struct rv_json frames = rv_json_get(s->record, "frames");
	s->is_sequence = rv_json_len(frames) > 0;
	s->n_frames = s->is_sequence ? rv_json_len(frames) : 1;
	if (s->is_sequence) {
		check_numbers(s, frames);
	}
	for (s->frame = 0; s->frame < s->n_frames; s->frame++) {
		struct rv_json holder = s->is_sequence ? rv_json_at(frames, s->frame) : s->record;
		s->annotations = rv_json_get(holder, "annotations");
		load_maps(s);
		check_instance_names(s);
		for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
			check_role(s, rv_json_iter_key(files, i), rv_json_iter_value(files, i));
		}
		check_labels(s);
	}
}

int rv_sample_check(const struct rv_record *record, const struct rv_sample_rules *rules,
                    struct rv_sample_report *report, struct rv_err *err)
{
	struct rv_sample_check s = { .rules = rules,
		            .report = report,
		            .problems = &report->problems,
		            .dir_fd = -1,
		            .dir = RV_STR_INIT,
		            .path = RV_STR_INIT };
	uint64_t width = 0, height = 0;
	int result = -1;

	if (rv_record_string(record, "dir", &s.dir, err) < 0 ||
	    rv_json_parse(record->text.ptr, record->text.len, &s.record, err) < 0) {
		goto out;
	}
	struct rv_json files = rv_json_get(s.record, "files");
	if (rv_json_type(files) != RV_JSON_OBJECT || rv_json_len(files) == 0) {
		rv_fail(err, RV_E_BAD_RECORD, "field 'files' names no file");
		goto out;
	}
	s.dir_fd = open(s.dir.ptr, O_DIRECTORY | O_CLOEXEC);
	if (s.dir_fd < 0) {
		rv_fail_errno(err, "cannot open the sample '%s'", s.dir.ptr);
		goto out;
	}
	struct rv_json resolution = rv_json_get(s.record, "resolution");
	if (rv_json_type(resolution) != RV_JSON_NONE) {
		if (rv_json_len(resolution) != 2 ||
		    !rv_json_u64(rv_json_at(resolution, 0), 1, RV_IMAGE_SIDE_MAX, &width) ||
		    !rv_json_u64(rv_json_at(resolution, 1), 1, RV_IMAGE_SIDE_MAX, &height)) {
			rv_fail(err, RV_E_BAD_RECORD, "field 'resolution' is not two whole numbers in 1..%d",
			        RV_IMAGE_SIDE_MAX);
			goto out;
		}
		s.width = (uint32_t)width;
		s.height = (uint32_t)height;
	}
	check_frames(&s, files);
	report->n_files++;
	if (rv_sample_is_plain(&s, RV_META_NAME)) {
		rv_meta_check(rv_sample_path(&s, RV_META_NAME), s.record, s.problems);
	}
	result = 0;
out:
	if (s.dir_fd >= 0) {
		close(s.dir_fd);
	}
	rv_image_release(&s.index);
	rv_image_release(&s.depth);
	rv_decoded_release(&s.decoded);
	rv_json_release(&s.record);
	rv_str_release(&s.dir);
	rv_str_release(&s.path);
	return result;
}

void rv_sample_report_release(struct rv_sample_report *report)
{
	rv_problems_release(&report->problems);
	*report = (struct rv_sample_report)RV_SAMPLE_REPORT_INIT;
}

void rv_sample_report_put(const struct rv_sample_report *report, struct rv_record *record)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	const struct rv_problems *problems = &report->problems;

	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_bool(&out, "ok", problems->n_found == 0);
	rv_json_open(&out, "checks", '{');
	rv_json_put_u64(&out, "files", report->n_files);
	rv_json_put_u64(&out, "annotations", report->n_annotations);
	rv_json_close(&out, '}');
	if (problems->n_found > 0) {
		rv_json_put_u64(&out, "n_problems", problems->n_found);
		rv_json_open(&out, "problems", '[');
		for (size_t i = 0; i < problems->len; i++) {
			rv_json_open(&out, NULL, '{');
			rv_problem_put(&problems->items[i], &out);
			rv_json_close(&out, '}');
		}
		rv_json_close(&out, ']');
	}
	rv_json_close(&out, '}');
	rv_record_set(record, "verify", text.ptr, text.len);
	rv_str_release(&text);
}

/* SPDX-License-Identifier: MIT */
/* One sample: see sample.h. */
#include "verify/sample.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "exr.h"
#include "file.h"
#include "verify/labels.h"
#include "verify/meta.h"
#include "verify/roles.h"
#include "verify/view.h"
#include "vocabulary.h"


/* ---- the maps that others are compared with ---------------------------------------------------------------------- */

static void check_depth(struct verify_view *view, const char *name)
{
	size_t n = (size_t)view->depth.width * view->depth.height;
	for (size_t i = 0; i < n; i++) {
		float z = view->depth.f32[i];
		if (!isfinite(z) || z <= 0) {
			verify_view_blame(view, name, i, z, "but depth is finite and positive");
			return;
		}
		if (z >= RV_DEPTH_SEEN_MAX && z != RV_DEPTH_NOTHING) {
			verify_view_blame(view, name, i, z, "but the background is 1e10");
			return;
		}
		if (z >= RV_DEPTH_SEEN_MAX && view->index.width > 0 && view->index.u16[i] != 0) {
			verify_view_blame(view, name, i, z, "where the index map has an object");
			return;
		}
	}
}

/* The labels against the passes, where these are still there. */
static void check_passes(struct verify_view *view, const char *name)
{
	struct rv_json channels = rv_json_get(view->record, "channels");
	const struct {
		const char *role;
		const struct rv_image *label;
	} pairs[] = { { "index", &view->index }, { "depth", &view->depth } };
	for (size_t k = 0; k < RV_COUNTOF(pairs); k++) {
		struct rv_err err = RV_ERR_INIT;
		struct rv_exr *exr = NULL;
		struct rv_image pass = RV_IMAGE_INIT;
		const char *channel = rv_json_string(rv_json_get(channels, pairs[k].role), NULL);
		const struct rv_image *label = pairs[k].label;
		if (!channel || label->width == 0) {
			continue;
		}
		if (rv_exr_open_path(verify_view_path(view, name), RV_EXR_ALL_FORMS, &exr, &err) < 0) {
			verify_problems_add_err(view->problems, name, &err);
		} else if (!verify_view_has_size(view, name, rv_exr_width(exr), rv_exr_height(exr))) {
			/* said by the call */
		} else if (rv_exr_read(exr, &channel, 1, &pass, &err) < 0) {
			verify_problems_add_err(view->problems, name, &err);
		} else {
			size_t n = (size_t)pass.width * pass.height;
			for (size_t i = 0; i < n; i++) {
				float value = label->pixel == RV_PIXEL_U16 ? (float)label->u16[i] : label->f32[i];
				if (pass.f32[i] != value) {
					verify_view_blame(view, name, i, pass.f32[i],
					                  "but the label made from it is another");
					break;
				}
			}
		}
		rv_image_release(&pass);
		rv_exr_close(exr);
	}
}

/* ---- one picture ------------------------------------------------------------------------------------------------- */

static void check_labels(struct verify_view *view, const struct verify_sample_rules *rules,
                         struct verify_sample_report *report)
{
	const struct rv_json annotations = rv_json_get(verify_view_state(view), "annotations");
	const char *const index = verify_view_file(view, "index"), *const depth = verify_view_file(view, "depth"),
	                  *const passes = verify_view_file(view, "passes");
	if (view->index.width > 0) {
		if (rv_json_type(annotations) != RV_JSON_ARRAY) {
			verify_problems_add(view->problems, RV_E_BAD_RECORD, view->is_sequence ? index : "annotations",
			                    "there is an index map, but no annotations");
		}
		report->n_annotations += verify_labels_check(&view->index, rv_json_get(view->record, "objects"),
		                                             annotations, rules->min_area_px, index, view->problems);
	} else if (!index && rv_json_len(annotations) > 0) {
		verify_problems_add(view->problems, RV_E_BAD_RECORD, "annotations",
		                    "there is no index map to compare them with");
	}
	if (view->depth.width > 0) {
		check_depth(view, depth);
	}
	if (passes && rv_path_is_inside(passes)) {
		check_passes(view, passes);
	}
}

/* The masks of objects: `*at` counts through `files.instances` of all pictures, which are the annotations' masks. */
static void check_instances(struct verify_view *view, size_t *at, struct verify_sample_report *report)
{
	const struct rv_json files = rv_json_get(rv_json_get(view->record, "files"), "instances");
	const struct rv_json annotations = rv_json_get(verify_view_state(view), "annotations");
	for (size_t i = 0; i < rv_json_len(annotations); i++) {
		const struct rv_json mask = rv_json_get(rv_json_at(annotations, i), "mask");
		const char *const name = rv_json_string(mask, NULL);
		if (rv_json_type(mask) == RV_JSON_NONE) {
			continue;
		}
		if (!rv_json_equal(mask, rv_json_at(files, (*at)++))) {
			verify_problems_add(view->problems, RV_E_LABEL, "annotations",
			                    "the mask of annotations[%zu] is not files.instances[%zu]", i, *at - 1);
		} else if (name) {
			report->n_files++;
			verify_role_check_file(view, "instances", name);
		}
	}
}

/* The files of all other roles. */
static void check_files(struct verify_view *view, struct verify_sample_report *report)
{
	const struct rv_json files = rv_json_get(view->record, "files");
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		const char *const role = rv_json_iter_key(files, i);
		const char *const name = verify_view_file(view, role);
		if (name) {
			report->n_files++;
			verify_role_check_file(view, role, name);
		}
	}
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

/* A path, or as many of them as there are pictures. Masks of objects are not counted so, nor are roles that rv does not
 * write in a still: their files are looked at one by one. */
static void check_roles(struct verify_view *view, struct verify_sample_report *report)
{
	const struct rv_json files = rv_json_get(view->record, "files");
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		const char *const role = rv_json_iter_key(files, i);
		const struct rv_json value = rv_json_iter_value(files, i);
		const bool is_array = rv_json_type(value) == RV_JSON_ARRAY;
		if (!is_array && !rv_json_string(value, NULL)) {
			verify_problems_add(view->problems, RV_E_BAD_RECORD, role,
			                    "it is neither a path nor an array of paths");
		}
		const bool is_looked_at = strcmp(role, "instances") == 0 || verify_view_file(view, role);
		for (size_t k = 0; (is_array || view->is_sequence) && k < (is_array ? rv_json_len(value) : 1); k++) {
			const char *const name = rv_json_string(is_array ? rv_json_at(value, k) : value, NULL);
			if (is_array && !name) {
				verify_problems_add(view->problems, RV_E_BAD_RECORD, role,
				                    "it is neither a path nor an array of paths");
			} else if (name && !is_looked_at) {
				report->n_files++;
				verify_role_check_file(view, role, name);
			}
		}
		if (view->is_sequence && is_array && !is_looked_at) {
			verify_problems_add(view->problems, RV_E_BAD_RECORD, role,
			                    "%zu files, but the sample has %zu frames", rv_json_len(value),
			                    view->n_frames);
		} else if (view->is_sequence && !is_array) {
			verify_problems_add(view->problems, RV_E_BAD_RECORD, role,
			                    "one file, but the sample has %zu frames", view->n_frames);
		}
	}
}

/* Frames are numbered upwards, and all that is said of labels is said in them. */
static void check_frames(struct verify_view *view)
{
	const struct rv_json frames = rv_json_get(view->record, "frames");
	uint64_t number, before = 0;
	for (size_t i = 0; i < view->n_frames; i++) {
		const struct rv_json value = rv_json_get(rv_json_at(frames, i), "frame");
		if (!rv_json_u64(value, 0, RV_FRAME_MAX, &number) || (i > 0 && number <= before)) {
			verify_problems_add(view->problems, RV_E_BAD_RECORD, "frames",
			                    "frames[%zu].frame is not a whole number in 0..%d above the one before", i,
			                    RV_FRAME_MAX);
			break;
		}
		before = number;
	}
	if (rv_json_type(rv_json_get(view->record, "annotations")) != RV_JSON_NONE) {
		verify_problems_add(view->problems, RV_E_BAD_RECORD, "annotations",
		                    "a sequence has annotations in its frames only");
	}
}

static void check_pictures(struct verify_view *view, const struct verify_sample_rules *rules,
                           struct verify_sample_report *report)
{
	const struct rv_json instances = rv_json_get(rv_json_get(view->record, "files"), "instances");
	size_t n_masks = 0;
	check_roles(view, report);
	if (view->is_sequence) {
		check_frames(view);
	}
	for (view->frame = 0; view->frame < view->n_frames; view->frame++) {
		verify_view_load(view);
		check_files(view, report);
		check_instances(view, &n_masks, report);
		check_labels(view, rules, report);
	}
	if (n_masks != rv_json_len(instances)) {
		verify_problems_add(view->problems, RV_E_LABEL, "annotations",
		                    "%zu annotations name a mask, but files.instances has %zu", n_masks,
		                    rv_json_len(instances));
	}
}

static int read_resolution(struct verify_view *view, struct rv_err *err)
{
	const struct rv_json resolution = rv_json_get(view->record, "resolution");
	uint64_t width = 0, height = 0;
	if (rv_json_type(resolution) == RV_JSON_NONE) {
		return 0;
	}
	if (rv_json_len(resolution) != 2 || !rv_json_u64(rv_json_at(resolution, 0), 1, RV_IMAGE_SIDE_MAX, &width) ||
	    !rv_json_u64(rv_json_at(resolution, 1), 1, RV_IMAGE_SIDE_MAX, &height)) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'resolution' is not two whole numbers in 1..%d",
		               RV_IMAGE_SIDE_MAX);
	}
	view->width = (uint32_t)width;
	view->height = (uint32_t)height;
	return 0;
}

/* A sequence has arrays of pictures and as many frames; without these its files are only looked at one by one. */
static void read_frames(struct verify_view *view)
{
	const struct rv_json files = rv_json_get(view->record, "files"), frames = rv_json_get(view->record, "frames");
	view->is_sequence = rv_json_len(frames) > 0 || rv_json_type(rv_json_get(files, "index")) == RV_JSON_ARRAY ||
	                    rv_json_type(rv_json_get(files, "image")) == RV_JSON_ARRAY;
	view->n_frames = !view->is_sequence ? 1 : rv_json_type(frames) == RV_JSON_ARRAY ? rv_json_len(frames) : 0;
	if (view->n_frames == 0) {
		verify_problems_add(view->problems, RV_E_BAD_RECORD, "frames",
		                    "the sample is a sequence, but this is no array of frames");
	}
}

int verify_sample_check(const struct rv_record *record, const struct verify_sample_rules *rules,
                        struct verify_sample_report *report, struct rv_err *err)
{
	struct verify_view view = { .problems = &report->problems, .dir_fd = -1, .path = RV_STR_INIT };
	struct rv_str dir = RV_STR_INIT;
	int result = -1;

	if (rv_record_string(record, "dir", &dir, err) < 0 ||
	    rv_json_parse(record->text.ptr, record->text.len, &view.record, err) < 0) {
		goto out;
	}
	const struct rv_json files = rv_json_get(view.record, "files");
	if (rv_json_type(files) != RV_JSON_OBJECT || rv_json_len(files) == 0) {
		rv_fail(err, RV_E_BAD_RECORD, "field 'files' names no file");
		goto out;
	}
	view.dir = dir.ptr;
	view.dir_fd = open(dir.ptr, O_DIRECTORY | O_CLOEXEC);
	if (view.dir_fd < 0) {
		rv_fail_errno(err, "cannot open the sample '%s'", dir.ptr);
		goto out;
	}
	if (read_resolution(&view, err) < 0) {
		goto out;
	}
	read_frames(&view);
	check_pictures(&view, rules, report);
	report->n_files++;
	if (verify_view_is_plain(&view, RV_META_NAME)) {
		verify_meta_check(verify_view_path(&view, RV_META_NAME), view.record, view.problems);
	}
	result = 0;
out:
	if (view.dir_fd >= 0) {
		close(view.dir_fd);
	}
	verify_view_release(&view);
	rv_json_release(&view.record);
	rv_str_release(&dir);
	return result;
}

void verify_sample_report_release(struct verify_sample_report *report)
{
	verify_problems_release(&report->problems);
	*report = (struct verify_sample_report)VERIFY_SAMPLE_REPORT_INIT;
}

void verify_sample_report_put(const struct verify_sample_report *report, struct rv_record *record)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	const struct verify_problems *problems = &report->problems;

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
			verify_problem_put(&problems->items[i], &out);
			rv_json_close(&out, '}');
		}
		rv_json_close(&out, ']');
	}
	rv_json_close(&out, '}');
	rv_record_set(record, "verify", text.ptr, text.len);
	rv_str_release(&text);
}

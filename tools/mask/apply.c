/* SPDX-License-Identifier: MIT */
/* Labels into a record. */
#include "mask/apply.h"

#include <stdlib.h>
#include <string.h>

#include "vocabulary.h"

struct labels {
	const struct mask_request *request;
	const struct rv_span *annotations;
	const struct mask_listed *files;
	size_t n_files;
};

/* ---- files ----------------------------------------------------------------------------------------------------- */

/* The first file whose path is not before this one. */
static size_t first_from(const struct labels *labels, const char *path)
{
	size_t low = 0, high = labels->n_files;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(labels->files[middle].path, path) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* The files of a folder, one after the other. */
static void put_folder(const struct labels *labels, const char *folder, struct rv_json_out *out)
{
	const size_t len = strlen(folder);
	for (size_t i = first_from(labels, folder);
	     i < labels->n_files && strncmp(labels->files[i].path, folder, len) == 0; i++) {
		rv_json_put_string(out, NULL, labels->files[i].path);
	}
}

/* A path, or an array of them: of the frames of a sequence, of a folder. */
static void put_output(const struct labels *labels, const struct mask_view *view, const struct mask_output *output,
                       struct rv_str *value)
{
	const bool is_array = (labels->request->sample.is_sequence && !output->is_of_view) || output->is_folder;
	struct rv_json_out out;
	struct rv_str path = RV_STR_INIT;
	rv_json_out_init(&out, value);
	if (is_array) {
		rv_json_open(&out, NULL, '[');
	}
	for (size_t i = 0; i < (output->is_of_view ? 1 : view->n_pictures); i++) {
		rv_str_clear(&path);
		mask_path(view, &view->pictures[i], output->role, &path);
		if (output->is_folder) {
			put_folder(labels, path.ptr, &out);
		} else {
			rv_json_put_string(&out, NULL, path.ptr);
		}
	}
	if (is_array) {
		rv_json_close(&out, ']');
	}
	rv_str_release(&path);
}

/* A role that an earlier run wrote: rv-mask's, or a pass without a row. */
static bool is_ours(const struct mask_view *view, const char *role)
{
	const struct rv_role *const row = rv_role_find(role);
	return row ? row->writer == RV_WRITER_MASK : mask_pass(view, role) != NULL;
}

static bool is_output(const struct mask_view *view, const char *role)
{
	for (size_t i = 0; i < view->n_outputs; i++) {
		if (strcmp(view->outputs[i].role, role) == 0) {
			return true;
		}
	}
	return false;
}

static void unset_old(const struct mask_view *view, struct rv_record *files)
{
	struct rv_str role = RV_STR_INIT;
	for (size_t i = files->members.len; i-- > 0;) {
		const struct rv_member *const member = &files->members.items[i];
		const struct rv_span token = { .ptr = files->text.ptr + member->key_at - 1,
			                       .len = member->key_len + 2 };
		rv_str_clear(&role);
		rv_scan_string(token, &role);
		if (is_ours(view, role.ptr) && !is_output(view, role.ptr)) {
			rv_record_unset(files, role.ptr);
		}
	}
	rv_str_release(&role);
}

static void apply_files(const struct labels *labels, const struct mask_view *view, struct rv_record *holder)
{
	struct rv_record files = RV_RECORD_INIT;
	struct rv_str value = RV_STR_INIT;
	struct rv_span span;
	if (!rv_record_get(holder, "files", &span) || rv_record_parse(&files, span.ptr, span.len, NULL) < 0) {
		rv_record_clear(&files); /* was checked already */
	}
	unset_old(view, &files);
	if (!labels->request->settings->keeps_passes) {
		for (size_t i = 0; i < RV_HAND_OVERS; i++) {
			rv_record_unset(&files, rv_roles[rv_hand_overs[i]].name);
		}
		rv_record_unset(holder, "channels");
		rv_record_unset(holder, "label_channels");
	}
	for (size_t i = 0; i < view->n_outputs; i++) {
		rv_str_clear(&value);
		put_output(labels, view, &view->outputs[i], &value);
		rv_record_set(&files, view->outputs[i].role, value.ptr, value.len);
	}
	rv_record_set(holder, "files", files.text.ptr, files.text.len);
	rv_str_release(&value);
	rv_record_release(&files);
}

/* ---- annotations ----------------------------------------------------------------------------------------------- */

/* `frames` with each one's annotations; a view that has none gets them. Everything else in it stays. */
static int apply_frames(const struct rv_span *annotations, size_t n, struct rv_record *holder, struct rv_err *err)
{
	struct rv_record frame = RV_RECORD_INIT;
	struct rv_str out = RV_STR_INIT;
	struct rv_span frames = { .ptr = "", .len = 0 }, element;
	size_t at = 0;
	int status = 0;
	(void)rv_record_get(holder, "frames", &frames);
	for (size_t i = 0; status == 0 && i < n; i++) {
		if (frames.len == 0 || !rv_scan_next_element(frames.ptr, frames.len, &at, &element)) {
			element = (struct rv_span) { .ptr = "{}", .len = 2 };
		}
		status = rv_record_parse(&frame, element.ptr, element.len, err);
		rv_record_set(&frame, "annotations", annotations[i].ptr, annotations[i].len);
		rv_str_putc(&out, out.len ? ',' : '[');
		rv_str_append(&out, frame.text.ptr, frame.text.len);
	}
	rv_str_putc(&out, ']');
	rv_record_set(holder, "frames", out.ptr, out.len);
	rv_str_release(&out);
	rv_record_release(&frame);
	return status < 0 ? rv_fail_prefix(err, "field 'frames'") : 0;
}

/* The labels of a view into what holds them: the record, or an element of its views. */
static int apply_view(const struct labels *labels, const struct mask_view *view, struct rv_record *holder,
                      struct rv_err *err)
{
	const struct rv_sample *const sample = &labels->request->sample;
	const struct rv_span *const annotations = labels->annotations + (view->pictures - sample->pictures);
	apply_files(labels, view, holder);
	if (sample->is_sequence) {
		return apply_frames(annotations, view->n_pictures, holder, err);
	}
	rv_record_set(holder, "annotations", annotations->ptr, annotations->len);
	return 0;
}

/* ---- views ----------------------------------------------------------------------------------------------------- */

/* They follow each other as the elements of `views` do; `first` is the first of them. */
static int apply_views(const struct labels *labels, size_t first, struct rv_record *record, struct rv_err *err)
{
	const struct mask_request *const request = labels->request;
	struct rv_record holder = RV_RECORD_INIT;
	struct rv_str out = RV_STR_INIT;
	struct rv_span views = { .ptr = "", .len = 0 }, element;
	size_t at = 0;
	int status = 0;
	(void)rv_record_get(record, "views", &views);
	for (size_t i = first; status == 0 && i < request->n_views; i++) {
		(void)rv_scan_next_element(views.ptr, views.len, &at, &element); /* was counted already */
		status = rv_record_parse(&holder, element.ptr, element.len, err);
		if (status == 0) {
			status = apply_view(labels, &request->views[i], &holder, err);
		}
		rv_str_putc(&out, out.len ? ',' : '[');
		rv_str_append(&out, holder.text.ptr, holder.text.len);
	}
	rv_str_putc(&out, ']');
	if (status == 0) {
		rv_record_set(record, "views", out.ptr, out.len);
	}
	rv_str_release(&out);
	rv_record_release(&holder);
	return status < 0 ? rv_fail_prefix(err, "field 'views'") : 0;
}

int mask_apply(const struct mask_request *request, const struct rv_span *annotations, const struct mask_listed *files,
               size_t n_files, struct rv_record *record, struct rv_err *err)
{
	const struct labels labels = {
		.request = request, .annotations = annotations, .files = files, .n_files = n_files
	};
	const size_t first = request->views[0].name ? 0 : 1;
	if (first == 1 && apply_view(&labels, &request->views[0], record, err) < 0) {
		return -1;
	}
	for (size_t i = 0; !request->settings->keeps_passes && i < rv_member_row_count; i++) {
		if (rv_member_rows[i].place == RV_PLACE_PASSES) {
			rv_record_unset(record, rv_member_rows[i].name);
		}
	}
	return request->n_views > first ? apply_views(&labels, first, record, err) : 0;
}

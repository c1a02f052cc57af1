/* SPDX-License-Identifier: MIT */
/*
 * VBVR: a folder for each sequence and each of its views, with prompt, first and last frame and the whole video, and a
 * row for each folder. The scene's `metadata` are the task's parameters, and their hash is what VBVR finds equal tasks
 * by. What must not be in a dataset, the time when it was made and the place that it was made in, is empty.
 */
#include "format/vbvr.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "format/layout.h"
#include "hash.h"
#include "path.h"
#include "sink/clip.h"
#include "sink/python_json.h"
#include "sink/sink.h"

struct vbvr {
	const struct sink_target *target;
	const char *layout;
	struct sink_clips clips;
	struct sink_output *rows; /* NULL before the first */
	uint64_t n_tasks;
	struct rv_str path, text;
	struct rv_str parameters; /* of the sample at hand */
	struct rv_str floor;      /* the file of --format vbvr:floor=FILE; empty: none */
};

#define FLOOR_BYTES_MAX ((size_t)1 << 20)
#define NAME_CHARS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

static int read_floor(struct vbvr *vbvr, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	int status = rv_file_read_named(format_vbvr_options.floor, FLOOR_BYTES_MAX, &vbvr->floor, err);
	if (status == 0 && rv_json_parse(vbvr->floor.ptr, vbvr->floor.len, &json, err) < 0) {
		status = rv_fail_prefix(err, "format vbvr: floor '%s'", format_vbvr_options.floor);
		err->code = RV_E_USAGE;
	}
	rv_json_release(&json);
	return status;
}

static int vbvr_open(void *state, const struct sink_target *target, struct rv_err *err)
{
	struct vbvr *const vbvr = state;
	const char *const task = format_vbvr_options.task;
	const struct rv_video_settings settings = { .codec = "h264", .preset = "medium", .crf = FORMAT_VBVR_CRF };
	vbvr->target = target;
	vbvr->layout = format_layout(&format_vbvr, format_vbvr_dialects[format_vbvr_options.dialect]);
	sink_clips_init(&vbvr->clips, target->dataset, "vbvr", &settings, rv_roles[RV_ROLE_IMAGE].name);
	rv_str_init(&vbvr->path);
	rv_str_init(&vbvr->text);
	rv_str_init(&vbvr->parameters);
	rv_str_init(&vbvr->floor);
	if (!task[0] || strlen(task) > FORMAT_PART_MAX || task[strspn(task, NAME_CHARS)]) {
		return rv_fail(err, RV_E_USAGE,
		               "format vbvr: task '%s' must be 1..%d letters, digits, '-' and '_', as it names folders",
		               task, FORMAT_PART_MAX);
	}
	return format_vbvr_options.floor ? read_floor(vbvr, err) : 0;
}

static void vbvr_release(void *state)
{
	struct vbvr *const vbvr = state;
	sink_clips_release(&vbvr->clips);
	sink_output_abort(vbvr->rows);
	rv_str_release(&vbvr->path);
	rv_str_release(&vbvr->text);
	rv_str_release(&vbvr->parameters);
	rv_str_release(&vbvr->floor);
}

/* Sets the path of a file of the next task. */
static const char *set_path(struct vbvr *vbvr, const struct rv_picture *picture, const char *name,
                            const char *extension)
{
	struct format_place place = { .id = "" };
	snprintf(place.id, sizeof(place.id), "%s", picture->sample->id);
	snprintf(place.view, sizeof(place.view), "%s", picture->view ? picture->view : "");
	snprintf(place.task, sizeof(place.task), "%s", format_vbvr_options.task);
	snprintf(place.count, sizeof(place.count), "%05" PRIu64, vbvr->n_tasks % FORMAT_VBVR_TASKS_MAX);
	snprintf(place.role, sizeof(place.role), "%s", name);
	snprintf(place.ext, sizeof(place.ext), "%s", extension);
	rv_str_clear(&vbvr->path);
	format_expand(vbvr->layout, &place, &vbvr->path);
	return vbvr->path.ptr;
}

static size_t folder_len(const char *path)
{
	return (size_t)(rv_path_base(path) - path) - 1;
}

/* ---- what can be written ---- */

/* Folders can be named so. */
static int check_names(struct vbvr *vbvr, const struct sink_sample *sample, struct rv_err *err)
{
	const size_t n_cameras = sample->n_pictures / sample->sample->n_frames;
	const bool is_numbered = format_vbvr_options.dialect == FORMAT_VBVR_BENCH_IN ||
	                         format_vbvr_options.dialect == FORMAT_VBVR_BENCH_OUT;
	if (is_numbered && vbvr->n_tasks + n_cameras > FORMAT_VBVR_TASKS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "format vbvr: the benchmark's dialects have at most %d tasks",
		               FORMAT_VBVR_TASKS_MAX);
	}
	for (size_t i = 0; i < n_cameras; i++) {
		const struct rv_picture *const picture = sample->pictures[i * sample->sample->n_frames].picture;
		rv_str_truncate(&vbvr->path, folder_len(set_path(vbvr, picture, FORMAT_VBVR_FIRST, "png")));
		const size_t len = strlen(rv_path_base(vbvr->path.ptr));
		if (len > NAME_MAX) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "format vbvr: a folder's name would have %zu bytes, the most is %d: give a "
			               "shorter task (vbvr:task=NAME)",
			               len, NAME_MAX);
		}
	}
	return 0;
}

static int set_parameters(struct vbvr *vbvr, const struct rv_sample *sample, struct rv_err *err)
{
	const struct rv_json metadata = rv_json_get(sample->json, "metadata");
	rv_str_clear(&vbvr->parameters);
	if (rv_json_type(metadata) != RV_JSON_OBJECT) {
		rv_str_puts(&vbvr->parameters, "{}");
		return 0;
	}
	return sink_python_json(metadata, &vbvr->parameters, err) < 0 ? rv_fail_prefix(err, "field 'metadata'") : 0;
}

static int vbvr_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct vbvr *const vbvr = state;
	size_t len = 0;
	const char *const prompt = rv_json_string(rv_json_get(sample->sample->json, "prompt"), &len);
	if (!prompt || len == 0 || strlen(prompt) < len) {
		rv_fail(err, RV_E_BAD_RECORD,
		        "format vbvr needs field 'prompt', a text that is not empty: set one in the scene "
		        "(self.set_prompt)");
		return SINK_REFUSED;
	}
	return check_names(vbvr, sample, err) < 0 || set_parameters(vbvr, sample->sample, err) < 0
	               ? SINK_REFUSED
	               : sink_clips_prepare(&vbvr->clips, sample, err);
}

/* ---- metadata ---- */

/* What VBVR's generators say of a task; what nobody knows is empty. */
static void put_metadata(const struct vbvr *vbvr, const char *name, const char *seed, struct rv_str *text)
{
	char hash[RV_HASH_HEX_LEN + 1];
	rv_hash_bytes(vbvr->parameters.ptr, vbvr->parameters.len, hash);
	rv_str_printf(text,
	              "{\n  \"task_id\": \"%s\",\n  \"generator\": \"%s\",\n  \"timestamp\": \"\",\n  \"parameters\": ",
	              name, format_vbvr_options.task);
	rv_str_append(text, vbvr->parameters.ptr, vbvr->parameters.len);
	rv_str_printf(text,
	              ",\n  \"param_hash\": \"%.*s\",\n  \"generation\": {\"seed\": %s, \"git\": {\"commit\": \"\", "
	              "\"branch\": \"\", \"repo\": \"\", \"is_dirty\": false}}\n}\n",
	              FORMAT_VBVR_HASH_LEN, hash, seed);
}

/* Seed, version, and the scene's own members, which come before those two. */
static void put_question(const struct vbvr *vbvr, struct rv_json metadata, const char *seed, struct rv_str *text)
{
	rv_str_puts(text, "{");
	if (rv_json_type(rv_json_get(metadata, "seed")) == RV_JSON_NONE) {
		rv_str_printf(text, "\"seed\": %s, ", seed);
	}
	if (rv_json_type(rv_json_get(metadata, "version")) == RV_JSON_NONE) {
		rv_str_puts(text, "\"version\": \"" RV_VERSION "\", ");
	}
	if (vbvr->parameters.len > 2) {
		rv_str_append(text, vbvr->parameters.ptr + 1, vbvr->parameters.len - 1);
	} else {
		rv_str_truncate(text, text->len - (text->len > 1 ? 2 : 0));
		rv_str_putc(text, '}');
	}
	rv_str_putc(text, '\n');
}

static int write_metadata(struct vbvr *vbvr, const struct rv_picture *first, struct rv_err *err)
{
	const struct rv_json json = first->sample->json;
	const bool is_template = format_vbvr_options.dialect == FORMAT_VBVR_TEMPLATE;
	struct rv_str seed = RV_STR_INIT, name = RV_STR_INIT;
	if (!is_template && format_vbvr_options.dialect != FORMAT_VBVR_MULTISTEP) {
		return 0;
	}
	rv_str_json_value(&seed, rv_json_get(json, "seed"));
	rv_str_puts(&seed, seed.len > 0 ? "" : "null");
	const char *const file = is_template ? FORMAT_VBVR_METADATA : FORMAT_VBVR_QUESTION;
	const char *const path = set_path(vbvr, first, file, "json");
	rv_str_append(&name, path, folder_len(path));
	rv_str_clear(&vbvr->text);
	if (is_template) {
		put_metadata(vbvr, rv_path_base(name.ptr), seed.ptr, &vbvr->text);
	} else {
		put_question(vbvr, rv_json_get(json, "metadata"), seed.ptr, &vbvr->text);
	}
	rv_str_release(&seed);
	rv_str_release(&name);
	return sink_dataset_write(vbvr->target->dataset, path, vbvr->text.ptr, vbvr->text.len, err);
}

/* ---- a task ---- */

static int put_row(struct vbvr *vbvr, const struct rv_picture *first, const char *prompt, struct rv_err *err)
{
	static const struct {
		const char *key, *name, *extension;
	} files[] = { { "first_frame_path", FORMAT_VBVR_FIRST, "png" },
		      { "final_frame_path", FORMAT_VBVR_FINAL, "png" },
		      { "ground_truth_video_path", FORMAT_VBVR_VIDEO, "mp4" } };
	struct rv_json_out out;
	const char *const layout = format_layout(&format_vbvr, "rows");
	const size_t len = strlen("vbvr/");
	if (!vbvr->rows) {
		vbvr->rows = sink_dataset_create(vbvr->target->dataset, layout, err);
	}
	rv_str_clear(&vbvr->text);
	rv_json_out_init(&out, &vbvr->text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "id", first->sample->id);
	rv_json_put_string(&out, "view", first->view ? first->view : "");
	rv_json_put_string(&out, "generator", format_vbvr_options.task);
	rv_json_put_string(&out, "prompt", prompt);
	rv_json_put_u64(&out, "frames", first->sample->n_frames);
	for (size_t i = 0; i < RV_COUNTOF(files); i++) {
		rv_json_put_string(&out, files[i].key, set_path(vbvr, first, files[i].name, files[i].extension) + len);
	}
	rv_json_close(&out, '}');
	rv_str_putc(&vbvr->text, '\n');
	return vbvr->rows ? sink_output_write(vbvr->rows, vbvr->text.ptr, vbvr->text.len, err) : -1;
}

/* What stands for a rendering: the picture that the scene gave, for its own camera, in that role; else the rendering.
 */
static const char *given_or_rendered(const struct rv_picture *picture, const char *role)
{
	const struct rv_sample *const sample = picture->sample;
	for (size_t i = 0; i < sample->n_files && !picture->view; i++) {
		if (strcmp(sample->files[i].role, role) == 0 && !sample->files[i].view) {
			return sample->files[i].paths[0];
		}
	}
	return rv_picture_file(picture, RV_ROLE_IMAGE);
}

/* The pictures of camera i. */
static int add_task(struct vbvr *vbvr, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	const size_t n_frames = sample->sample->n_frames;
	const struct rv_picture *const first = sample->pictures[i * n_frames].picture,
	                               *const last = sample->pictures[i * n_frames + n_frames - 1].picture;
	const char *const prompt = rv_json_string(rv_json_get(sample->sample->json, "prompt"), NULL);
	struct sink_store *const store = vbvr->target->store;
	if (sink_store_file(store, sample, given_or_rendered(first, FORMAT_VBVR_GIVEN_FIRST),
	                    set_path(vbvr, first, FORMAT_VBVR_FIRST, "png"), err) < 0 ||
	    sink_store_file(store, sample, given_or_rendered(last, FORMAT_VBVR_GIVEN_FINAL),
	                    set_path(vbvr, first, FORMAT_VBVR_FINAL, "png"), err) < 0 ||
	    sink_clips_add(&vbvr->clips, i, set_path(vbvr, first, FORMAT_VBVR_VIDEO, "mp4"), err) < 0 ||
	    sink_dataset_write(vbvr->target->dataset, set_path(vbvr, first, FORMAT_VBVR_PROMPT, "txt"), prompt,
	                       strlen(prompt), err) < 0 ||
	    write_metadata(vbvr, first, err) < 0 || put_row(vbvr, first, prompt, err) < 0) {
		return -1;
	}
	vbvr->n_tasks++;
	return 0;
}

static int vbvr_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures / sample->sample->n_frames; i++) {
		if (add_task(state, sample, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int vbvr_finish(void *state, struct rv_err *err)
{
	struct vbvr *const vbvr = state;
	struct sink_output *const rows = vbvr->rows;
	vbvr->rows = NULL;
	if (vbvr->floor.len > 0 &&
	    sink_dataset_write(vbvr->target->dataset, FORMAT_VBVR_FLOOR, vbvr->floor.ptr, vbvr->floor.len, err) < 0) {
		sink_output_abort(rows);
		return -1;
	}
	return sink_dataset_finish(vbvr->target->dataset, rows, err);
}

const struct sink_class sink_vbvr = {
	.format = &format_vbvr,
	.state_bytes = sizeof(struct vbvr),
	.open = vbvr_open,
	.prepare = vbvr_prepare,
	.add = vbvr_add,
	.finish = vbvr_finish,
	.release = vbvr_release,
};

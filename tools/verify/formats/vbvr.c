/* SPDX-License-Identifier: MIT */
/*
 * VBVR: of each task a folder with a prompt that is not empty, a first and a last frame, a video of their size, and a
 * row that says the same of it; where there are metadata, the members that its tools want, and a hash that is that of
 * the parameters as they stand; where there is a rule, the video keeps it. Noise floors are those of all dimensions.
 */
#include "format/vbvr.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "hash.h"
#include "json.h"
#include "path.h"
#include "verify/format.h"
#include "verify/groups.h"
#include "verify/score/floor.h"
#include "verify/score/truth.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)
#define ROOT "vbvr/"

struct vbvr {
	const struct verify_context *context;
	struct verify_groups *groups;
	struct verify_problems *problems;
};

/* Kinds of parts, those of a task by the path of its folder. Frames and video: "W H N"; a row: "ID VIEW N PROMPT". */
enum { FIRST = 'a', FINAL = 'b', FLOOR = 'f', METADATA = 'm', PROMPT = 'p', ROW = 'r', VIDEO = 'v' };

static void *open_vbvr(const struct verify_context *context)
{
	struct vbvr *const vbvr = rv_alloc_zero(1, sizeof(*vbvr));
	vbvr->context = context;
	vbvr->groups = verify_groups_new();
	return vbvr;
}

static void free_vbvr(void *state)
{
	struct vbvr *const vbvr = state;
	verify_groups_free(vbvr->groups);
	free(vbvr);
}

static bool is_bench(const char *folder)
{
	return strncmp(folder, ROOT "In-Domain_50/", strlen(ROOT "In-Domain_50/")) == 0 ||
	       strncmp(folder, ROOT "Out-of-Domain_50/", strlen(ROOT "Out-of-Domain_50/")) == 0;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* What a file is of its task; 0: nothing. */
static char kind_of(const struct verify_item *item)
{
	const struct {
		const char *name, *extension;
		char kind;
		bool is_there;
	} files[] = { { FORMAT_VBVR_FIRST, "png", FIRST, true },
		      { FORMAT_VBVR_FINAL, "png", FINAL, true },
		      { FORMAT_VBVR_VIDEO, "mp4", VIDEO, true },
		      { FORMAT_VBVR_PROMPT, "txt", PROMPT, true },
		      { FORMAT_VBVR_METADATA, "json", METADATA, verify_item_is(item, "template") },
		      { FORMAT_VBVR_QUESTION, "json", METADATA, verify_item_is(item, "multistep") } };
	for (size_t i = 0; i < RV_COUNTOF(files); i++) {
		if (strcmp(item->place.role, files[i].name) == 0 && strcmp(item->place.ext, files[i].extension) == 0) {
			return files[i].is_there ? files[i].kind : 0;
		}
	}
	return 0;
}

static int add(struct vbvr *vbvr, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	char *const folder = rv_strdup(item->path);
	folder[rv_path_base(folder) - folder - 1] = '\0';
	const int status = verify_groups_add(vbvr->groups, folder, kind, item->path, text, err);
	free(folder);
	return status;
}

/* What is wrong with the metadata of a task whose folder has this name, or NULL. */
static const char *fault_of_template(struct rv_json json, const char *name)
{
	const struct rv_json parameters = rv_json_get(json, "parameters"), generation = rv_json_get(json, "generation");
	const struct rv_span text = rv_json_text(parameters);
	const char *const hash = rv_json_string(rv_json_get(json, "param_hash"), NULL);
	const char *const id = rv_json_string(rv_json_get(json, "task_id"), NULL);
	char hex[RV_HASH_HEX_LEN + 1];
	if (!id || strcmp(id, name) != 0) {
		return "task_id is not the folder's name";
	}
	if (!rv_json_string(rv_json_get(json, "generator"), NULL) ||
	    !rv_json_string(rv_json_get(json, "timestamp"), NULL) || rv_json_type(parameters) != RV_JSON_OBJECT ||
	    rv_json_type(rv_json_get(generation, "seed")) == RV_JSON_NONE ||
	    !rv_json_string(rv_json_get(rv_json_get(generation, "git"), "commit"), NULL)) {
		return "it lacks generator, timestamp, parameters, generation.seed or generation.git.commit";
	}
	rv_hash_bytes(text.ptr, text.len, hex);
	hex[FORMAT_VBVR_HASH_LEN] = '\0';
	return hash && strcmp(hash, hex) == 0 ? NULL : "param_hash is not that of the parameters";
}

static void check_metadata(const struct verify_item *item, const struct rv_str *text)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	char *const name = rv_strdup(item->path);
	name[rv_path_base(name) - name - 1] = '\0';
	if (rv_json_parse(text->ptr, text->len, &json, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_VBVR_METADATA, item->path, &wrong);
	} else {
		const bool has_both = rv_json_type(rv_json_get(json, "seed")) != RV_JSON_NONE &&
		                      rv_json_type(rv_json_get(json, "version")) != RV_JSON_NONE;
		const char *const fault = verify_item_is(item, "template") ? fault_of_template(json, rv_path_base(name))
		                          : has_both                       ? NULL
		                                                           : "it lacks seed or version";
		if (fault) {
			verify_problems_add(item->problems, VERIFY_VBVR_METADATA, item->path, "%s", fault);
		}
	}
	rv_json_release(&json);
	free(name);
}

/* The video beside the metadata keeps the rule in them. Of a video that does not decode that itself tells. */
static void check_rule(const struct vbvr *vbvr, const struct verify_item *item, const struct rv_str *text)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str video = RV_STR_INIT;
	struct verify_score_truth truth;
	if (rv_json_parse(text->ptr, text->len, &json, NULL) < 0) {
		return; /* told */
	}
	const struct rv_json parameters = verify_item_is(item, "template") ? rv_json_get(json, "parameters") : json;
	rv_str_printf(&video, "/proc/self/fd/%d/%.*s" FORMAT_VBVR_VIDEO ".mp4", vbvr->context->dir_fd,
	              (int)(rv_path_base(item->path) - item->path), item->path);
	if (rv_json_type(rv_json_get(parameters, "rule")) != RV_JSON_NONE) {
		if (verify_score_truth_read(&truth, video.ptr, parameters, &wrong) == 0) {
			verify_score_truth_release(&truth);
		} else if (wrong.code == RV_E_LABEL || wrong.code == RV_E_BAD_RECORD) {
			verify_problems_add_err(item->problems, VERIFY_VBVR_RULE, item->path, &wrong);
		}
	}
	rv_str_release(&video);
	rv_json_release(&json);
}

static void check_floor(const struct verify_item *item, const struct rv_str *text)
{
	double floors[VERIFY_SCORE_DIMENSIONS];
	struct rv_err wrong = RV_ERR_INIT;
	if (verify_score_floor_parse(text, floors, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_VBVR_FLOOR, item->path, &wrong);
	}
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* What is wrong with a row, or NULL. *folder is replaced by that of its files, *said by what the group is to know. */
static const char *read_row(struct rv_json row, struct rv_str *folder, struct rv_str *said)
{
	static const char *const keys[] = { "first_frame_path", "final_frame_path", "ground_truth_video_path" };
	const char *const id = rv_json_string(rv_json_get(row, "id"), NULL),
	                  *const view = rv_json_string(rv_json_get(row, "view"), NULL),
	                  *const prompt = rv_json_string(rv_json_get(row, "prompt"), NULL);
	uint64_t n_frames;
	if (!id || !view || !prompt || !rv_json_u64(rv_json_get(row, "frames"), 1, UINT32_MAX, &n_frames)) {
		return "it lacks id, view, prompt or frames";
	}
	for (size_t i = 0; i < RV_COUNTOF(keys); i++) {
		const char *const path = rv_json_string(rv_json_get(row, keys[i]), NULL);
		const size_t len = path ? (size_t)(rv_path_base(path) - path) : 0;
		if (len < 2) {
			return "it lacks the path of a file";
		}
		if (i == 0) {
			rv_str_puts(folder, ROOT);
			rv_str_append(folder, path, len - 1);
		} else if (folder->len != strlen(ROOT) + len - 1 ||
		           strncmp(folder->ptr + strlen(ROOT), path, len - 1) != 0) {
			return "its files are in several folders";
		}
	}
	rv_str_printf(said, "%s %s %" PRIu64 " %s", id, view, n_frames, prompt);
	return NULL;
}

static int take_row(struct vbvr *vbvr, struct verify_item *item, const char *line, size_t len, size_t number,
                    struct rv_err *err)
{
	struct rv_json row = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str folder = RV_STR_INIT, said = RV_STR_INIT;
	const char *const fault =
	        rv_json_parse(line, len, &row, &wrong) < 0 ? wrong.text : read_row(row, &folder, &said);
	int status = 0;
	if (fault) {
		verify_problems_add(item->problems, VERIFY_VBVR_ROW, item->path, "line %zu: %s", number, fault);
	} else {
		status = verify_groups_add(vbvr->groups, folder.ptr, ROW, item->path, said.ptr, err);
	}
	rv_json_release(&row);
	rv_str_release(&folder);
	rv_str_release(&said);
	return status;
}

static int read_rows(struct vbvr *vbvr, struct verify_item *item, const struct rv_str *text, struct rv_err *err)
{
	size_t number = 1;
	for (const char *line = text->ptr, *const end = text->ptr + text->len; line < end; number++) {
		const char *const newline = memchr(line, '\n', (size_t)(end - line));
		const size_t len = (size_t)((newline ? newline : end) - line);
		if (take_row(vbvr, item, line, len, number, err) < 0) {
			return -1;
		}
		line += len + 1;
	}
	return 0;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct vbvr *const vbvr = state;
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	const bool is_rows = verify_item_is(item, "rows");
	const char kind = is_rows ? ROW : verify_item_is(item, "floor") ? FLOOR : kind_of(item);
	if (kind == FIRST || kind == FINAL || kind == VIDEO) {
		verify_item_is_clip(item, vbvr->context, FORMAT_ID_vbvr);
		verify_item_decode(item);
		return 0;
	}
	if (kind == 0) {
		verify_problems_add(item->problems, VERIFY_VBVR_FILE, item->path, "it is no file of a task");
		return 0;
	}
	if (!verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		/* told */
	} else if (is_rows) {
		status = read_rows(vbvr, item, &text, err);
	} else if (kind == FLOOR) {
		check_floor(item, &text);
	} else if (kind == METADATA) {
		check_metadata(item, &text);
		check_rule(vbvr, item, &text);
		status = add(vbvr, item, kind, "", err);
	} else {
		status = add(vbvr, item, kind, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str said = RV_STR_INIT;
	const char kind = verify_item_is(item, "rows") ? ROW : kind_of(item);
	if (kind != FIRST && kind != FINAL && kind != VIDEO) {
		return 0;
	}
	rv_str_printf(&said, "%" PRIu32 " %" PRIu32 " %" PRIu64, item->width, item->height, item->n_frames);
	const int status = add(state, item, kind, said.ptr, err);
	rv_str_release(&said);
	return status;
}

/* ---- a task ------------------------------------------------------------------------------------------------------ */

/* A row: "ID VIEW N PROMPT". */
struct row {
	const char *id, *view, *prompt;
	uint64_t n_frames;
};

static struct row split_row(char *text)
{
	struct row row = { .id = text };
	char *at = strchr(text, ' ');
	*at = '\0';
	row.view = at + 1;
	at = strchr(at + 1, ' ');
	*at = '\0';
	row.n_frames = strtoull(at + 1, &at, 10);
	row.prompt = at + 1;
	return row;
}

/* Three numbers; all 0 of a file that is not there, or did not decode. */
static void read_size(const struct verify_part *part, uint64_t size[3])
{
	char *at = part ? (char *)(uintptr_t)part->text : NULL;
	for (size_t i = 0; i < 3; i++) {
		size[i] = at ? strtoull(at, &at, 10) : 0;
	}
}

static void check_sizes(struct vbvr *vbvr, const struct verify_part *parts, size_t n, uint64_t n_frames)
{
	uint64_t first[3], final[3], video[3];
	const struct verify_part *const clip = verify_group_find(parts, n, VIDEO);
	read_size(verify_group_find(parts, n, FIRST), first);
	read_size(verify_group_find(parts, n, FINAL), final);
	read_size(clip, video);
	if (first[0] > 0 && final[0] > 0 && (first[0] != final[0] || first[1] != final[1])) {
		verify_problems_add(vbvr->problems, VERIFY_VBVR_SIZE, verify_group_find(parts, n, FINAL)->path,
		                    "it has another size than the first frame");
	} else if (first[0] > 0 && video[0] > 0 &&
	           (video[0] != first[0] + first[0] % 2 || video[1] != first[1] + first[1] % 2)) {
		verify_problems_add(vbvr->problems, VERIFY_VBVR_SIZE, clip->path,
		                    "it is %" PRIu64 "x%" PRIu64 ", the first frame %" PRIu64 "x%" PRIu64, video[0],
		                    video[1], first[0], first[1]);
	} else if (video[2] > 0 && video[2] != n_frames) {
		verify_problems_add(vbvr->problems, VERIFY_VBVR_SIZE, clip->path,
		                    "it has %" PRIu64 " frames, its row says %" PRIu64, video[2], n_frames);
	}
}

static void check_prompt(struct vbvr *vbvr, const struct verify_part *prompt, const char *wanted)
{
	if (!prompt->text[0]) {
		verify_problems_add(vbvr->problems, VERIFY_VBVR_PROMPT, prompt->path, "it is empty");
	} else if (strcmp(prompt->text, wanted) != 0) {
		verify_problems_add(vbvr->problems, VERIFY_VBVR_PROMPT, prompt->path, "its row has another prompt");
	}
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	struct vbvr *const vbvr = state;
	const bool has_metadata = !is_bench(key);
	const struct verify_group_kind kinds[] = { { FIRST, FORMAT_VBVR_FIRST ".png" },
		                                   { FINAL, FORMAT_VBVR_FINAL ".png" },
		                                   { VIDEO, FORMAT_VBVR_VIDEO ".mp4" },
		                                   { PROMPT, FORMAT_VBVR_PROMPT ".txt" },
		                                   { ROW, "row of metadata.jsonl" },
		                                   { METADATA, has_metadata ? "file of metadata" : NULL },
		                                   { 0, NULL } };
	const bool is_whole = verify_group_is_whole(parts, n, kinds, VERIFY_VBVR_FILE, vbvr->problems);
	const struct verify_part *const said = verify_group_find(parts, n, ROW);
	if (!said) {
		verify_census_unread(vbvr->context->census, FORMAT_ID_vbvr);
		return 0;
	}
	char *const text = rv_strdup(said->text);
	const struct row row = split_row(text);
	const struct verify_key sequence = { .id = row.id, .view = row.view, .frame = "" };
	if (is_whole) {
		check_sizes(vbvr, parts, n, row.n_frames);
		check_prompt(vbvr, verify_group_find(parts, n, PROMPT), row.prompt);
	}
	const int status = verify_census_sequence(vbvr->context->census, FORMAT_ID_vbvr, &sequence, row.n_frames, err);
	free(text);
	return status;
}

static int end_vbvr(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct vbvr *const vbvr = state;
	vbvr->problems = problems;
	return verify_groups_end(vbvr->groups, visit, vbvr, err);
}

const struct verify_class verify_vbvr = {
	.format = &format_vbvr,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_vbvr,
	.file = look_at_file,
	.take = take_file,
	.end = end_vbvr,
	.free = free_vbvr,
};

/* SPDX-License-Identifier: MIT */
/* One sample: see sample.h. */
#include "verify/sample.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exr.h"
#include "file.h"
#include "json.h"
#include "png.h"
#include "verify/decode.h"
#include "verify/labels.h"
#include "verify/meta.h"

#define DEPTH_CHANNEL "V"
#define DEPTH_BACKGROUND 1e10f /* what Blender writes where there is nothing */
#define DEPTH_OBJECT_MAX 1e9f  /* an object's depth is below */

struct sample {
	const struct rv_sample_rules *rules;
	struct rv_sample_report *report;
	struct rv_problems *problems;
	struct rv_json record;
	int dir_fd;
	struct rv_str dir, path;
	uint32_t width, height;       /* the declared size, or that of the first picture; 0: not known yet */
	struct rv_image index, depth; /* width 0: none */
	struct rv_decoded decoded;
};

static const char *path_of(struct sample *s, const char *name)
{
	rv_str_clear(&s->path);
	rv_str_printf(&s->path, "%s/%s", s->dir.ptr, name);
	return s->path.ptr;
}

/* A regular file below the directory, with no link on the way. */
static bool is_plain_file(struct sample *s, const char *name)
{
	struct stat st;
	struct rv_str prefix = RV_STR_INIT;
	bool ok = rv_path_is_inside(name);
	if (!ok) {
		rv_problems_add(s->problems, RV_E_BAD_RECORD, name, "the path leads out of the sample");
	}
	for (const char *slash = name; ok && slash;) {
		slash = strchr(slash + 1, '/');
		rv_str_clear(&prefix);
		rv_str_append(&prefix, name, slash ? (size_t)(slash - name) : strlen(name));
		if (fstatat(s->dir_fd, prefix.ptr, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			rv_problems_add(s->problems, RV_E_MISSING_FILE, name, "it is not there: %s", strerror(errno));
			ok = false;
		} else if (slash ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)) {
			rv_problems_add(s->problems, RV_E_BAD_FILE, name, "not a regular file below the sample");
			ok = false;
		}
	}
	rv_str_release(&prefix);
	return ok;
}

static bool has_size(struct sample *s, const char *name, uint32_t width, uint32_t height)
{
	if (s->width == 0) {
		s->width = width;
		s->height = height;
	}
	if (width != s->width || height != s->height) {
		rv_problems_add(s->problems, RV_E_BAD_FILE, name,
		                "it is %" PRIu32 "x%" PRIu32 ", the sample is %" PRIu32 "x%" PRIu32, width, height,
		                s->width, s->height);
		return false;
	}
	return true;
}

static bool has_form(struct sample *s, const char *name, const struct rv_image *image, uint32_t channels,
                     enum rv_pixel pixel)
{
	if (image->channels != channels || image->pixel != pixel) {
		rv_problems_add(s->problems, RV_E_BAD_FILE, name,
		                "%" PRIu32 " channels of %zu bits, but it has %" PRIu32 " of %zu", image->channels,
		                rv_pixel_size(image->pixel) * 8, channels, rv_pixel_size(pixel) * 8);
		return false;
	}
	return true;
}

/* Position of the first pixel that `bad` is about. */
static void add_pixel_problem(struct sample *s, const char *name, size_t pixel, double value, const char *what)
{
	rv_problems_add(s->problems, RV_E_LABEL, name, "pixel (%zu,%zu) is %.9g, %s", pixel % s->width,
	                pixel / s->width, value, what);
}

/* ---- what each role must hold ------------------------------------------------------------------------------------ */

static void check_semantic_mask(struct sample *s, const char *name, const struct rv_image *image)
{
	size_t n = (size_t)image->width * image->height;
	for (size_t i = 0; i < n; i++) {
		if (image->u16[i] != 0 && image->u16[i] != 65535) {
			add_pixel_problem(s, name, i, image->u16[i], "but a mask is 0 or 65535");
			return;
		}
	}
}

/* instances/00002.png: 255 exactly where the index map is 2. */
static void check_instance(struct sample *s, const char *name, const struct rv_image *image)
{
	unsigned int index;
	int used = 0;
	if (sscanf(rv_path_base(name), "%5u.png%n", &index, &used) != 1 || rv_path_base(name)[used] != '\0' ||
	    index == 0 || index > RV_INDEX_MAX) {
		rv_problems_add(s->problems, RV_E_LABEL, name, "its name is not that of an index in 1..%d",
		                RV_INDEX_MAX);
		return;
	}
	size_t n = s->index.width > 0 ? (size_t)image->width * image->height : 0;
	for (size_t i = 0; i < n; i++) {
		if (image->u8[i] != (s->index.u16[i] == index ? 255 : 0)) {
			add_pixel_problem(s, name, i, image->u8[i], "which disagrees with the index map");
			return;
		}
	}
}

static void check_depth_preview(struct sample *s, const char *name, const struct rv_image *image)
{
	size_t n = s->depth.width > 0 ? (size_t)image->width * image->height : 0;
	for (size_t i = 0; i < n; i++) {
		if (s->depth.f32[i] >= DEPTH_OBJECT_MAX && image->u16[i] != 0) {
			add_pixel_problem(s, name, i, image->u16[i], "but the background is 0");
			return;
		}
	}
}

/* Roles by name (a final '*' stands for any ending), what they are, and for a PNG its form and its pixels. */
static const struct role {
	const char *name;
	enum rv_kind kind;
	const char *ending; /* of that kind */
	uint32_t channels;
	enum rv_pixel pixel;
	void (*check)(struct sample *s, const char *name, const struct rv_image *image);
} roles[] = {
	{ "depth", RV_KIND_EXR, ".exr", 0, RV_PIXEL_F32, NULL },
	{ "passes", RV_KIND_EXR, ".exr", 0, RV_PIXEL_F32, NULL },
	{ "index", RV_KIND_PNG, ".png", 1, RV_PIXEL_U16, NULL },
	{ "index_preview", RV_KIND_PNG, ".png", 3, RV_PIXEL_U8, NULL },
	{ "depth_preview", RV_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_depth_preview },
	{ "mask_*", RV_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_semantic_mask },
	{ "instances", RV_KIND_PNG, ".png", 1, RV_PIXEL_U8, check_instance },
};

static const struct role *find_role(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		size_t len = strlen(roles[i].name);
		bool open = roles[i].name[len - 1] == '*';
		if (open ? strncmp(name, roles[i].name, len - 1) == 0 : strcmp(name, roles[i].name) == 0) {
			return &roles[i];
		}
	}
	return NULL;
}

static void check_file(struct sample *s, const char *role_name, const char *name)
{
	struct rv_err err = RV_ERR_INIT;
	s->report->n_files++;
	if (!is_plain_file(s, name)) {
		return;
	}
	if (rv_decode_file(path_of(s, name), &s->decoded, &err) < 0) {
		rv_problems_add_err(s->problems, name, &err);
		return;
	}
	if (s->decoded.width > 0 && !has_size(s, name, s->decoded.width, s->decoded.height)) {
		return;
	}
	const struct role *role = find_role(role_name);
	if (!role) {
		return;
	}
	if (s->decoded.kind != role->kind) {
		rv_problems_add(s->problems, RV_E_BAD_FILE, name, "files of role '%s' end in %s", role_name,
		                role->ending);
	} else if (role->kind == RV_KIND_PNG && has_form(s, name, &s->decoded.image, role->channels, role->pixel) &&
	           role->check) {
		role->check(s, name, &s->decoded.image);
	}
}

/* ---- the maps that others are compared with ---------------------------------------------------------------------- */

/* The path of a role that has one file, or NULL. */
static const char *single_file(struct sample *s, const char *role)
{
	return rv_json_string(rv_json_get(rv_json_get(s->record, "files"), role), NULL);
}

/* Loads both maps; problems with them are found and told by check_file. */
static void load_maps(struct sample *s)
{
	const char *channel = DEPTH_CHANNEL;
	struct rv_err err;
	struct rv_exr *exr = NULL;
	const char *index = single_file(s, "index"), *depth = single_file(s, "depth");
	if (index && rv_path_is_inside(index) && rv_png_read(path_of(s, index), &s->index, &err) == 0 &&
	    s->width == 0) {
		s->width = s->index.width;
		s->height = s->index.height;
	}
	if (s->index.width > 0 && (s->index.channels != 1 || s->index.pixel != RV_PIXEL_U16 ||
	                           s->index.width != s->width || s->index.height != s->height)) {
		rv_image_release(&s->index);
		s->index.width = 0;
	}
	if (depth && rv_path_is_inside(depth) && rv_exr_open(path_of(s, depth), &exr, &err) == 0) {
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

static void check_depth(struct sample *s, const char *name)
{
	size_t n = (size_t)s->depth.width * s->depth.height;
	for (size_t i = 0; i < n; i++) {
		float z = s->depth.f32[i];
		if (!isfinite(z) || z <= 0) {
			add_pixel_problem(s, name, i, z, "but depth is finite and positive");
			return;
		}
		if (z >= DEPTH_OBJECT_MAX && z != DEPTH_BACKGROUND) {
			add_pixel_problem(s, name, i, z, "but the background is 1e10");
			return;
		}
		if (z >= DEPTH_OBJECT_MAX && s->index.width > 0 && s->index.u16[i] != 0) {
			add_pixel_problem(s, name, i, z, "where the index map has an object");
			return;
		}
	}
}

/* The labels against the passes, where these are still there. */
static void check_passes(struct sample *s, const char *name)
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
		if (rv_exr_open(path_of(s, name), &exr, &err) < 0 || rv_exr_read(exr, &channel, 1, &pass, &err) < 0) {
			rv_problems_add_err(s->problems, name, &err);
		} else if (has_size(s, name, pass.width, pass.height)) {
			size_t n = (size_t)pass.width * pass.height;
			for (size_t i = 0; i < n; i++) {
				float value = label->pixel == RV_PIXEL_U16 ? (float)label->u16[i] : label->f32[i];
				if (pass.f32[i] != value) {
					add_pixel_problem(s, name, i, pass.f32[i],
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
static void check_instance_names(struct sample *s)
{
	struct rv_json files = rv_json_get(rv_json_get(s->record, "files"), "instances");
	struct rv_json annotations = rv_json_get(s->record, "annotations");
	size_t n = rv_json_len(annotations), n_masks = 0;
	for (size_t i = 0; i < n; i++) {
		struct rv_json mask = rv_json_get(rv_json_at(annotations, i), "mask");
		if (rv_json_type(mask) == RV_JSON_NONE) {
			continue;
		}
		if (!rv_json_equal(mask, rv_json_at(files, n_masks++))) {
			rv_problems_add(s->problems, RV_E_LABEL, "annotations",
			                "the mask of annotations[%zu] is not files.instances[%zu]", i, n_masks - 1);
			return;
		}
	}
	if (n_masks != rv_json_len(files)) {
		rv_problems_add(s->problems, RV_E_LABEL, "annotations",
		                "%zu annotations name a mask, but files.instances has %zu", n_masks,
		                rv_json_len(files));
	}
}

static void check_files(struct sample *s, struct rv_json files)
{
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		const char *role = rv_json_iter_key(files, i);
		struct rv_json value = rv_json_iter_value(files, i);
		size_t n = rv_json_type(value) == RV_JSON_ARRAY ? rv_json_len(value) : 1;
		for (size_t k = 0; k < n; k++) {
			const char *name = rv_json_string(
			        rv_json_type(value) == RV_JSON_ARRAY ? rv_json_at(value, k) : value, NULL);
			if (name) {
				check_file(s, role, name);
			} else {
				rv_problems_add(s->problems, RV_E_BAD_RECORD, role,
				                "it is neither a path nor an array of paths");
			}
		}
	}
}

static void check_labels(struct sample *s)
{
	struct rv_json annotations = rv_json_get(s->record, "annotations");
	const char *index = single_file(s, "index"), *depth = single_file(s, "depth"),
	           *passes = single_file(s, "passes");
	if (s->index.width > 0) {
		if (rv_json_type(annotations) != RV_JSON_ARRAY) {
			rv_problems_add(s->problems, RV_E_BAD_RECORD, "annotations",
			                "there is an index map, but no annotations");
		}
		s->report->n_annotations = rv_labels_check(&s->index, rv_json_get(s->record, "objects"), annotations,
		                                           s->rules->min_area_px, index, s->problems);
		check_instance_names(s);
	} else if (!index && rv_json_len(annotations) > 0) {
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

int rv_sample_check(const struct rv_record *record, const struct rv_sample_rules *rules,
                    struct rv_sample_report *report, struct rv_err *err)
{
	struct sample s = { .rules = rules,
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
	load_maps(&s);
	check_files(&s, files);
	check_labels(&s);
	report->n_files++;
	if (is_plain_file(&s, RV_META_NAME)) {
		rv_meta_check(path_of(&s, RV_META_NAME), s.record, s.problems);
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

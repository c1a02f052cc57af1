/* SPDX-License-Identifier: MIT */
/* Records as the formats see them. */
#include "sample.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "file.h"
#include "vocabulary.h"

static void clear_roles(struct sink_sample *sample)
{
	for (size_t i = 0; i < sample->n_roles; i++) {
		for (size_t k = 0; k < sample->roles[i].n_files; k++) {
			free(sample->roles[i].paths[k]);
		}
		free(sample->roles[i].paths);
	}
	sample->n_roles = 0;
}

void sink_sample_release(struct sink_sample *sample)
{
	clear_roles(sample);
	free(sample->roles);
	rv_json_release(&sample->json);
	rv_str_release(&sample->id);
	*sample = (struct sink_sample)SINK_SAMPLE_INIT;
}

static bool role_name_is_valid(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	return len > 0 && len <= SINK_ROLE_MAX && name[len] == '\0';
}

/* The path below `dir` that a value of `files` names. Caller frees. */
static char *file_path(const char *dir, const char *role, struct rv_json value, struct rv_err *err)
{
	size_t len;
	const char *relative = rv_json_string(value, &len);
	if (!relative || strlen(relative) != len || !rv_path_is_inside(relative)) {
		rv_fail(err, RV_E_BAD_RECORD, "field 'files.%s' must be a path below the sample's directory%s%s%s",
		        role, relative ? ", not '" : "", relative ? relative : "", relative ? "'" : "");
		return NULL;
	}
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, relative);
	return rv_str_detach(&path);
}

static int add_role(struct sink_sample *sample, const char *dir, const char *name, struct rv_json value,
                    struct rv_err *err)
{
	if (!role_name_is_valid(name)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'files' has a role '%s', allowed are 1..%d of [A-Za-z0-9_-]", name,
		               SINK_ROLE_MAX);
	}
	bool is_array = rv_json_type(value) == RV_JSON_ARRAY;
	size_t n_files = is_array ? rv_json_len(value) : 1;
	if (n_files > RV_FILES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "field 'files.%s' has %zu files, allowed at most %d", name, n_files,
		               RV_FILES_MAX);
	}
	RV_GROW(sample->roles, sample->n_roles, sample->cap_roles);
	struct sink_role *role = &sample->roles[sample->n_roles++];
	*role = (struct sink_role) { .name = name, .is_array = is_array };
	role->paths = rv_alloc_zero(RV_MAX(n_files, 1), sizeof(*role->paths));
	for (; role->n_files < n_files; role->n_files++) {
		char *path = file_path(dir, name, is_array ? rv_json_at(value, role->n_files) : value, err);
		if (!path) {
			return -1;
		}
		role->paths[role->n_files] = path;
	}
	return 0;
}

static int compare_roles(const void *a, const void *b)
{
	return strcmp(((const struct sink_role *)a)->name, ((const struct sink_role *)b)->name);
}

static int load_files(struct sink_sample *sample, struct rv_err *err)
{
	const char *dir = rv_json_string(rv_json_get(sample->json, "dir"), NULL);
	struct rv_json files = rv_json_get(sample->json, "files");
	if (!dir || !dir[0]) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'dir' must name the sample's directory");
	}
	if (rv_json_type(files) != RV_JSON_OBJECT) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'files' must be an object of roles and paths");
	}
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		const char *name = rv_json_iter_key(files, i);
		struct rv_json value = rv_json_iter_value(files, i);
		/* The renderer's hand-over to the labels is no part of a dataset. */
		if (strcmp(name, "passes") == 0 || rv_json_type(value) == RV_JSON_NULL) {
			continue;
		}
		if (add_role(sample, dir, name, value, err) < 0) {
			return -1;
		}
	}
	if (sample->n_roles > 1) {
		qsort(sample->roles, sample->n_roles, sizeof(*sample->roles), compare_roles);
	}
	return 0;
}

int sink_sample_load(struct sink_sample *sample, const struct rv_record *record, struct rv_err *err)
{
	clear_roles(sample);
	rv_json_release(&sample->json);
	sample->record = record;
	if (rv_record_id(record, &sample->id, err) < 0 ||
	    rv_json_parse(record->text.ptr, record->text.len, &sample->json, err) < 0) {
		return -1;
	}
	return load_files(sample, err);
}

const struct sink_role *sink_sample_role(const struct sink_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->n_roles; i++) {
		if (strcmp(sample->roles[i].name, name) == 0 && sample->roles[i].n_files > 0) {
			return &sample->roles[i];
		}
	}
	return NULL;
}

const struct sink_role *sink_sample_need_role(const struct sink_sample *sample, const char *name, const char *format,
                                              struct rv_err *err)
{
	const struct sink_role *role = sink_sample_role(sample, name);
	if (!role) {
		rv_fail(err, RV_E_MISSING_FILE, "format %s needs 'files.%s', which the record does not have", format,
		        name);
	}
	return role;
}

const struct sink_role *sink_sample_need_png(const struct sink_sample *sample, const char *name, const char *format,
                                             struct rv_err *err)
{
	const struct sink_role *role = sink_sample_need_role(sample, name, format, err);
	for (size_t i = 0; role && i < role->n_files; i++) {
		if (strcmp(sink_sample_extension(role->paths[i]), "png") != 0) {
			rv_fail(err, RV_E_BAD_RECORD,
			        "format %s needs PNG files in 'files.%s', not '%s': render with --image-format PNG, or "
			        "leave this format out",
			        format, name, role->paths[i]);
			return NULL;
		}
	}
	return role;
}

uint64_t sink_sample_frame(const struct sink_sample *sample, size_t i)
{
	struct rv_json frame = rv_json_at(rv_json_get(sample->json, "frames"), i);
	uint64_t number = i;
	(void)rv_json_u64(rv_json_get(frame, "frame"), 0, RV_FRAME_MAX, &number);
	return number;
}

int sink_sample_file_size(const char *path, uint64_t *size, struct rv_err *err)
{
	struct stat info;
	if (stat(path, &info) < 0) {
		return rv_fail_errno(err, "cannot read '%s'", path);
	}
	if (!S_ISREG(info.st_mode)) {
		return rv_fail(err, RV_E_MISSING_FILE, "'%s' is no regular file", path);
	}
	*size = (uint64_t)info.st_size;
	return 0;
}

const char *sink_sample_extension(const char *path)
{
	const char *dot = strrchr(rv_path_base(path), '.');
	return dot ? dot + 1 : "";
}

bool sink_sample_has_labels(const struct sink_sample *sample)
{
	if (rv_json_type(rv_json_get(sample->json, "annotations")) == RV_JSON_ARRAY) {
		return true;
	}
	struct rv_json frames = rv_json_get(sample->json, "frames");
	return rv_json_len(frames) > 0 &&
	       rv_json_type(rv_json_get(rv_json_at(frames, 0), "annotations")) == RV_JSON_ARRAY;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Appends the sorted tags, joined with "+". */
static void join_tags(struct rv_json tags, struct rv_str *out)
{
	size_t n = rv_json_len(tags), n_names = 0;
	const char **names = rv_alloc_zero(n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		const char *name = rv_json_string(rv_json_at(tags, i), NULL);
		if (name) {
			names[n_names++] = name;
		}
	}
	qsort(names, n_names, sizeof(*names), compare_names);
	for (size_t i = 0; i < n_names; i++) {
		rv_str_printf(out, "%s%s", i > 0 ? "+" : "", names[i]);
	}
	free(names);
}

void sink_sample_category(const struct sink_sample *sample, struct rv_json annotation, struct rv_str *out)
{
	struct rv_json objects = rv_json_get(sample->json, "objects");
	double index = rv_json_number(rv_json_get(annotation, "index"), 0);
	struct rv_json tags = rv_json_get(annotation, "tags");
	rv_str_clear(out);
	for (size_t i = 0; i < rv_json_len(objects); i++) {
		struct rv_json object = rv_json_at(objects, i);
		if (rv_json_number(rv_json_get(object, "index"), -1) == index) {
			const char *name =
			        rv_json_string(rv_json_get(rv_json_get(object, "properties"), "category"), NULL);
			if (name) {
				rv_str_puts(out, name);
				return;
			}
			tags = rv_json_get(object, "tags");
			break;
		}
	}
	if (rv_json_type(tags) == RV_JSON_ARRAY) {
		join_tags(tags, out);
	}
}

/* SPDX-License-Identifier: MIT */
/* The files of a sample. */
#include "files.h"

#include <string.h>
#include <sys/stat.h>

#include "exr.h"
#include "file.h"
#include "png.h"
#include "vocabulary.h"

#define BROKEN "the worker broke the protocol: "

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool blend_files_is_passes(const char *name)
{
	static const char views[] = RV_VIEWS_FOLDER "/";
	const char *const slash = starts_with(name, views) ? strchr(name + strlen(views), '/') : NULL;
	const char *const own = slash ? slash + 1 : name;
	return !strcmp(own, "passes.exr") || starts_with(own, "passes/") || !strcmp(own, "label_passes.exr") ||
	       starts_with(own, "label_passes/") || !strcmp(own, "amodal_runs.json") ||
	       starts_with(own, "amodal_runs/") || starts_with(name, RV_RENDERS_FOLDER "/");
}

/* One file that the reply names: there, and free of everything that changes from run to run. */
static int clean_file(const char *work_dir, struct rv_json name_json, struct rv_err *err)
{
	const char *name = rv_json_string(name_json, NULL);
	struct rv_str path = RV_STR_INIT;
	struct stat st;
	int result = 0;
	if (!name || !rv_path_is_inside(name)) {
		return rv_fail(err, RV_E_CRASH, BROKEN "a file name that is no path inside the sample");
	}
	rv_str_printf(&path, "%s/%s", work_dir, name);
	size_t len = strlen(name);
	if (lstat(path.ptr, &st) < 0 || !S_ISREG(st.st_mode)) {
		result = rv_fail(err, RV_E_CRASH, BROKEN "'%s' was not written", name);
	} else if (len > 4 && !strcmp(name + len - 4, ".png")) {
		result = rv_png_strip(path.ptr, err);
	} else if (len > 4 && !strcmp(name + len - 4, ".exr")) {
		result = rv_exr_strip(path.ptr, err);
	}
	if (result < 0 && err->code == RV_E_BAD_FILE) {
		/* Blender does not notice that the end of a small file found no space: worth another try. */
		err->code = RV_E_CRASH;
		rv_fail_prefix(err, BROKEN "'%s' is not whole", name);
	}
	rv_str_release(&path);
	return result;
}

static int clean_files(const char *work_dir, struct rv_json files, struct rv_err *err)
{
	if (rv_json_type(files) != RV_JSON_OBJECT) {
		return rv_fail(err, RV_E_CRASH, BROKEN "a reply without files");
	}
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		struct rv_json value = rv_json_iter_value(files, i);
		bool many = rv_json_type(value) == RV_JSON_ARRAY;
		for (size_t k = 0; k < (many ? rv_json_len(value) : 1); k++) {
			if (clean_file(work_dir, many ? rv_json_at(value, k) : value, err) < 0) {
				return -1;
			}
		}
	}
	return 0;
}

int blend_files_clean(const char *work_dir, struct rv_json record, struct rv_err *err)
{
	const struct rv_json views = rv_json_get(record, "views"), renders = rv_json_get(record, "renders");
	int result = clean_files(work_dir, rv_json_get(record, "files"), err);
	for (size_t i = 0; result == 0 && i < rv_json_len(views); i++) {
		result = clean_files(work_dir, rv_json_get(rv_json_at(views, i), "files"), err);
	}
	for (int i = rv_json_iter(renders); result == 0 && rv_json_iter_ok(renders, i); i = rv_json_next(renders, i)) {
		result = clean_files(work_dir, rv_json_get(rv_json_iter_value(renders, i), "files"), err);
	}
	return result;
}

/* SPDX-License-Identifier: MIT */
/* Where the frames of an unfinished sequence lie. */
#include "resume.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "dir.h"
#include "file.h"

static void put_path(const struct blend_sample_run *run, const char *id, struct rv_str *path)
{
	rv_str_printf(path, "%s/.rv-frames.%s", run->out_dir, id);
}

void blend_resume_put(const struct blend_sample_run *run, const char *id, const char *key, struct rv_str *request)
{
	struct rv_str path = RV_STR_INIT;
	put_path(run, id, &path);
	char *absolute = rv_path_absolute(path.ptr);
	rv_str_puts(request, ",\"resume\":{\"dir\":");
	rv_str_json(request, absolute, strlen(absolute));
	rv_str_printf(request, ",\"key\":\"%s\"}", key);
	free(absolute);
	rv_str_release(&path);
}

void blend_resume_drop(const struct blend_sample_run *run, const char *id)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_err err;
	put_path(run, id, &path);
	if (rv_remove_tree(path.ptr, &err) < 0) {
		rv_detail("%s", err.text);
	}
	rv_str_release(&path);
}

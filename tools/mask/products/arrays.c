/* SPDX-License-Identifier: MIT */
/* Files of arrays. */
#include "mask/products/arrays.h"

#include <string.h>

#define BYTES_MAX ((size_t)4 << 30)

const char *mask_arrays_path(const struct rv_sample *sample, enum rv_role_id role)
{
	for (size_t i = 0; i < sample->n_files; i++) {
		const struct rv_file *const file = &sample->files[i];
		if (rv_role_is(file->role, role) && !file->view && file->n_paths == 1) {
			return file->paths[0];
		}
	}
	return NULL;
}

int mask_arrays_load(const struct mask_job *job, const char *path, struct mask_arrays *arrays, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	if (mask_open(job->request, path, &source, err) < 0) {
		return -1;
	}
	arrays->name = rv_arena_strndup(job->arena, source.name, strlen(source.name));
	int status = source.len < BYTES_MAX ? 0 : rv_fail(err, RV_E_LIMIT, "it has 4 GiB or more");
	void *const bytes = status < 0 ? NULL : rv_arena_alloc(job->arena, source.len + 1, 1);
	status = status < 0 || rv_source_read(&source, 0, bytes, source.len, err) < 0 ||
	                         rv_npz_parse(bytes, source.len, job->arena, &arrays->npz, err) < 0
	                 ? rv_fail_prefix(err, "'%s'", arrays->name)
	                 : 0;
	rv_source_close(&source);
	return status;
}

int mask_arrays_get(const struct mask_arrays *arrays, const char *name, enum rv_number number, size_t n_dims,
                    const size_t shape[], struct rv_array *array, struct rv_err *err)
{
	const struct rv_array *const found = rv_npz_find(&arrays->npz, name);
	if (!found || !rv_array_is(found, number, n_dims, shape)) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s': it has no array '%s' of the shape that the record says",
		               arrays->name, name);
	}
	*array = *found;
	return 0;
}

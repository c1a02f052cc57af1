/* SPDX-License-Identifier: MIT */
/* The files that a run adds to a sample. */
#include "mask/files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "file.h"
#include "mask/role.h"
#include "png.h"

#define INSTANCE_FORMAT "%05u.png"

struct mask_role_files {
	char *role;
	bool is_array;
	struct rv_str paths; /* JSON strings, commas between them */
};

void mask_files_init(struct mask_files *files, const struct mask_request *request, const struct mask_frame *frame)
{
	*files = (struct mask_files) { .request = request,
		                       .frame = frame,
		                       .sizes = RV_STR_INIT,
		                       .bytes = RV_STR_INIT,
		                       .name = RV_STR_INIT,
		                       .path = RV_STR_INIT };
}

void mask_files_release(struct mask_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		free(files->roles[i].role);
		rv_str_release(&files->roles[i].paths);
	}
	free(files->roles);
	rv_str_release(&files->sizes);
	rv_str_release(&files->bytes);
	rv_str_release(&files->name);
	rv_str_release(&files->path);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static const char *path_of(struct mask_files *files, const char *name)
{
	rv_str_clear(&files->path);
	rv_str_printf(&files->path, "%s/%s", files->request->dir.ptr, name);
	return files->path.ptr;
}

/* The role's list, made when it is new. */
static struct mask_role_files *list_of(struct mask_files *files, const char *role, bool is_array)
{
	for (size_t i = 0; i < files->len; i++) {
		if (strcmp(files->roles[i].role, role) == 0) {
			return &files->roles[i];
		}
	}
	RV_GROW(files->roles, files->len, files->cap);
	struct mask_role_files *const list = &files->roles[files->len++];
	*list = (struct mask_role_files) { .role = rv_strdup(role), .is_array = is_array, .paths = RV_STR_INIT };
	return list;
}

/* Elements of a JSON array. */
static void add_elements(struct rv_str *array, const struct rv_str *more)
{
	rv_str_puts(array, array->len && more->len ? "," : "");
	rv_str_append(array, more->ptr, more->len);
}

static void note(struct mask_files *files, struct mask_role_files *list, const char *name, uint64_t size)
{
	if (list) {
		rv_str_puts(&list->paths, list->paths.len ? "," : "");
		rv_str_json(&list->paths, name, strlen(name));
	}
	rv_str_puts(&files->sizes, files->sizes.len ? ",[" : "[");
	rv_str_json(&files->sizes, name, strlen(name));
	rv_str_putc(&files->sizes, ',');
	rv_str_put_u64(&files->sizes, size);
	rv_str_putc(&files->sizes, ']');
}

/* Begins a file of a role: its name is then in files->name. NULL: *err. */
static struct mask_role_files *begin(struct mask_files *files, const char *role, struct rv_err *err)
{
	const bool is_sequence = files->request->is_sequence;
	rv_str_clear(&files->name);
	if (is_sequence) {
		mask_role_frame_file(role, files->frame->name, &files->name);
	} else {
		mask_role_file(role, &files->name);
	}
	if (is_sequence && rv_mkdirs(path_of(files, role), err) < 0) {
		return NULL;
	}
	return list_of(files, role, is_sequence);
}

static int write_bytes(struct mask_files *files, struct mask_role_files *list, const struct rv_str *bytes,
                       struct rv_err *err)
{
	if (rv_file_write(path_of(files, files->name.ptr), bytes->ptr, bytes->len, err) < 0) {
		return -1;
	}
	note(files, list, files->name.ptr, bytes->len);
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

int mask_put_bytes(struct mask_files *files, const char *role, const struct rv_str *bytes, struct rv_err *err)
{
	struct mask_role_files *const list = begin(files, role, err);
	return list ? write_bytes(files, list, bytes, err) : -1;
}

int mask_put_png(struct mask_files *files, const char *role, const struct rv_image *image, struct rv_err *err)
{
	rv_str_clear(&files->bytes);
	return rv_png_encode(image, &files->bytes, err) < 0 ? -1 : mask_put_bytes(files, role, &files->bytes, err);
}

static int note_on_disk(struct mask_files *files, struct mask_role_files *list, const char *name, struct rv_err *err)
{
	struct stat stat;
	const char *const path = path_of(files, name);
	if (lstat(path, &stat) < 0) {
		return rv_fail_errno(err, "cannot read '%s'", path);
	}
	note(files, list, name, (uint64_t)stat.st_size);
	return 0;
}

int mask_put_exr(struct mask_files *files, const char *role, const struct rv_exr_plane *planes, size_t n,
                 const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err)
{
	return rv_exr_encode(planes, n, texts, n_texts, &files->bytes, err) < 0
	               ? -1
	               : mask_put_bytes(files, role, &files->bytes, err);
}

int mask_note_file(struct mask_files *files, const char *name, struct rv_err *err)
{
	return note_on_disk(files, NULL, name, err);
}

int mask_begin_instances(struct mask_files *files, struct rv_err *err)
{
	struct rv_str *const folder = &files->name;
	(void)list_of(files, MASK_INSTANCES_DIR, true);
	rv_str_clear(folder);
	rv_str_puts(folder, MASK_INSTANCES_DIR);
	if (files->request->is_sequence) {
		rv_str_printf(folder, "/%s", files->frame->name);
	}
	return rv_mkdirs(path_of(files, folder->ptr), err);
}

void mask_instance_path(const struct mask_files *files, uint32_t index, struct rv_str *path)
{
	rv_str_puts(path, MASK_INSTANCES_DIR "/");
	if (files->request->is_sequence) {
		rv_str_printf(path, "%s/", files->frame->name);
	}
	rv_str_printf(path, INSTANCE_FORMAT, index);
}

int mask_put_instance(struct mask_files *files, uint32_t index, const struct rv_image *image, struct rv_err *err)
{
	struct mask_role_files *const list = list_of(files, MASK_INSTANCES_DIR, true);
	rv_str_clear(&files->bytes);
	rv_str_clear(&files->name);
	mask_instance_path(files, index, &files->name);
	return rv_png_encode(image, &files->bytes, err) < 0 ? -1 : write_bytes(files, list, &files->bytes, err);
}

void mask_files_append(struct mask_files *files, const struct mask_files *more)
{
	for (size_t i = 0; i < more->len; i++) {
		const struct mask_role_files *const list = &more->roles[i];
		add_elements(&list_of(files, list->role, list->is_array)->paths, &list->paths);
	}
	add_elements(&files->sizes, &more->sizes);
}

void mask_files_put(const struct mask_files *files, struct rv_str *roles, struct rv_str *sizes)
{
	struct rv_json_out out;
	struct rv_str value = RV_STR_INIT;
	rv_json_out_init(&out, roles);
	rv_json_open(&out, NULL, '{');
	for (size_t i = 0; i < files->len; i++) {
		const struct mask_role_files *const list = &files->roles[i];
		rv_str_clear(&value);
		rv_str_printf(&value, list->is_array ? "[%s]" : "%s", list->paths.ptr);
		rv_json_put_raw(&out, list->role, value.ptr, value.len);
	}
	rv_json_close(&out, '}');
	rv_str_release(&value);
	rv_str_printf(sizes, "[%s]", files->sizes.ptr);
}

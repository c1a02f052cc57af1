/* SPDX-License-Identifier: MIT */
/* The files that a run makes. */
#include "mask/files.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "png.h"

void mask_files_init(struct mask_files *files, const char *root)
{
	*files = (struct mask_files) { .root = root, .bytes = RV_STR_INIT, .path = RV_STR_INIT };
}

void mask_files_release(struct mask_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		free(files->items[i].path);
	}
	free(files->items);
	rv_str_release(&files->bytes);
	rv_str_release(&files->path);
}

static const char *full_path(struct mask_files *files, const char *path)
{
	rv_str_clear(&files->path);
	rv_str_printf(&files->path, "%s/%s", files->root, path);
	return files->path.ptr;
}

static void note(struct mask_files *files, size_t product, const char *path, const struct rv_str *bytes)
{
	RV_GROW(files->items, files->len, files->cap);
	struct mask_file *const file = &files->items[files->len++];
	*file = (struct mask_file) { .path = rv_strdup(path), .bytes = bytes->len, .product = product };
	rv_hash_bytes(bytes->ptr, bytes->len, file->sha256);
}

int mask_files_bytes(struct mask_files *files, size_t product, const char *path, const struct rv_str *bytes,
                     struct rv_err *err)
{
	if (rv_file_write_unseen(full_path(files, path), bytes->ptr, bytes->len, err) < 0) {
		return -1;
	}
	note(files, product, path, bytes);
	return 0;
}

int mask_files_png(struct mask_files *files, size_t product, const char *path, const struct rv_image *image,
                   struct rv_err *err)
{
	rv_str_clear(&files->bytes);
	return rv_png_encode(image, &files->bytes, err) < 0
	               ? -1
	               : mask_files_bytes(files, product, path, &files->bytes, err);
}

int mask_files_exr(struct mask_files *files, size_t product, const char *path, const struct rv_exr_plane *planes,
                   size_t n, const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err)
{
	return rv_exr_encode(planes, n, texts, n_texts, &files->bytes, err) < 0
	               ? rv_fail_prefix(err, "'%s'", path)
	               : mask_files_bytes(files, product, path, &files->bytes, err);
}

void mask_files_append(struct mask_files *files, struct mask_files *more)
{
	for (size_t i = 0; i < more->len; i++) {
		RV_GROW(files->items, files->len, files->cap);
		files->items[files->len++] = more->items[i];
	}
	more->len = 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct mask_file *)a)->path, ((const struct mask_file *)b)->path);
}

void mask_files_sort(struct mask_files *files)
{
	if (files->len > 1) {
		qsort(files->items, files->len, sizeof(*files->items), by_path);
	}
}

/* SPDX-License-Identifier: MIT */
/* Comparing files byte by byte, and pictures value by value. */
#include "porcelain/compare.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "exr.h"
#include "file.h"
#include "png.h"

#define FILE_MAX ((size_t)4 << 30)

static char *join(const char *dir, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	return rv_str_detach(&path);
}

static double value_at(const struct rv_image *image, size_t i)
{
	switch (image->pixel) {
	case RV_PIXEL_U8:
		return image->u8[i];
	case RV_PIXEL_U16:
		return image->u16[i];
	default:
		return (double)image->f32[i];
	}
}

/* NAN when they cannot be held against each other. Two values that are no numbers, or the same infinity, are equal. */
static double image_difference(const struct rv_image *old, const struct rv_image *new)
{
	if (old->width != new->width || old->height != new->height || old->channels != new->channels ||
	    old->pixel != new->pixel) {
		return NAN;
	}
	const size_t n = (size_t)old->width * old->height * old->channels;
	double largest = 0;
	for (size_t i = 0; i < n; i++) {
		const double a = value_at(old, i), b = value_at(new, i);
		const bool equal = a == b || (isnan(a) && isnan(b));
		const double difference = equal ? 0 : isnan(a) || isnan(b) ? INFINITY : fabs(a - b);
		largest = RV_MAX(largest, difference);
	}
	return largest;
}

static double png_difference(const char *old, const char *new)
{
	struct rv_image a = RV_IMAGE_INIT, b = RV_IMAGE_INIT;
	double difference = NAN;
	if (rv_png_read(old, &a, NULL) == 0 && rv_png_read(new, &b, NULL) == 0) {
		difference = image_difference(&a, &b);
	}
	rv_image_release(&a);
	rv_image_release(&b);
	return difference;
}

/* The same channels in both files, one after the other: a multilayer file may be large. */
static double exr_difference(const char *old, const char *new)
{
	struct rv_exr *a = NULL, *b = NULL;
	double largest = NAN;
	if (rv_exr_open_path(old, RV_EXR_ALL_FORMS, &a, NULL) == 0 &&
	    rv_exr_open_path(new, RV_EXR_ALL_FORMS, &b, NULL) == 0 &&
	    rv_exr_channel_count(a) == rv_exr_channel_count(b)) {
		largest = 0;
		for (size_t i = 0; i < rv_exr_channel_count(a) && !isnan(largest); i++) {
			const char *const name = rv_exr_channel_name(a, i);
			struct rv_image x = RV_IMAGE_INIT, y = RV_IMAGE_INIT;
			const bool both =
			        rv_exr_read(a, &name, 1, &x, NULL) == 0 && rv_exr_read(b, &name, 1, &y, NULL) == 0;
			const double difference = both ? image_difference(&x, &y) : NAN;
			largest = isnan(difference) ? NAN : RV_MAX(largest, difference);
			rv_image_release(&x);
			rv_image_release(&y);
		}
	}
	rv_exr_close(a);
	rv_exr_close(b);
	return largest;
}

static bool ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name), end_len = strlen(end);
	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

static int compare_file(const char *old_dir, const char *new_dir, struct porcelain_comparison *file, struct rv_err *err)
{
	char *const old = join(old_dir, file->name);
	char *const new = join(new_dir, file->name);
	struct rv_str a = RV_STR_INIT, b = RV_STR_INIT;
	int result = -1;
	if (rv_file_read(old, FILE_MAX, &a, err) == 0 && rv_file_read(new, FILE_MAX, &b, err) == 0) {
		const bool same = a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
		file->result = same ? PORCELAIN_SAME : PORCELAIN_DIFFERENT;
		if (!same && ends_with(file->name, ".png")) {
			file->max_difference = png_difference(old, new);
		} else if (!same && ends_with(file->name, ".exr")) {
			file->max_difference = exr_difference(old, new);
		}
		result = 0;
	}
	rv_str_release(&a);
	rv_str_release(&b);
	free(old);
	free(new);
	return result;
}

/* Any part of it. */
static bool is_hidden(const char *name)
{
	return name[0] == '.' || strstr(name, "/.");
}

int porcelain_compare_trees(const char *old, const char *new, struct porcelain_comparison **list, size_t *len,
                            struct rv_err *err)
{
	char **a = NULL, **b = NULL;
	size_t n_a = 0, n_b = 0, cap = 0;
	int result = -1;
	*list = NULL;
	*len = 0;
	if (rv_tree_files(old, &a, &n_a, err) < 0 || rv_tree_files(new, &b, &n_b, err) < 0) {
		goto out;
	}
	result = 0;
	for (size_t i = 0, k = 0; result == 0 && (i < n_a || k < n_b);) {
		const int order = i == n_a ? 1 : k == n_b ? -1 : strcmp(a[i], b[k]);
		const char *const name = order <= 0 ? a[i] : b[k];
		if (!is_hidden(name)) {
			RV_GROW(*list, *len, cap);
			struct porcelain_comparison *const file = &(*list)[(*len)++];
			*file = (struct porcelain_comparison) { .name = rv_strdup(name),
				                                .result = order < 0 ? PORCELAIN_ONLY_OLD
				                                                    : PORCELAIN_ONLY_NEW,
				                                .max_difference = NAN };
			result = order == 0 ? compare_file(old, new, file, err) : 0;
		}
		i += order <= 0;
		k += order >= 0;
	}
out:
	rv_names_free(a, n_a);
	rv_names_free(b, n_b);
	return result;
}

void porcelain_comparisons_free(struct porcelain_comparison *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		free(list[i].name);
	}
	free(list);
}

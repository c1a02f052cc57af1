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
#include "record.h"
#include "vocabulary.h"

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

/* What is known of two pictures. Without a value that both have in one place they cannot be held against each other. */
struct difference {
	double largest; /* INFINITY where one of the two values is none */
	size_t n_far, n;
};

/* How much two values may differ and be near: see the header. */
static double tolerance(const struct rv_image *image, double a, double b)
{
	switch (image->pixel) {
	case RV_PIXEL_U8:
		return 2;
	case RV_PIXEL_U16:
		return 0;
	default:
		return 1e-6 + 1e-4 * fmax(fabs(a), fabs(b));
	}
}

/* Adds two images; false when they are not of one size and kind. Two values that are no numbers, or the same infinity,
 * are equal. */
static bool add_images(const struct rv_image *old, const struct rv_image *new, struct difference *difference)
{
	if (old->width != new->width || old->height != new->height || old->channels != new->channels ||
	    old->pixel != new->pixel) {
		return false;
	}
	const size_t n = (size_t)old->width * old->height * old->channels;
	for (size_t i = 0; i < n; i++) {
		const double a = value_at(old, i), b = value_at(new, i);
		const bool equal = a == b || (isnan(a) && isnan(b));
		const double apart = equal ? 0 : isnan(a) || isnan(b) ? INFINITY : fabs(a - b);
		difference->largest = RV_MAX(difference->largest, apart);
		difference->n_far += !equal && !(apart <= tolerance(old, a, b));
	}
	difference->n += n;
	return true;
}

static bool add_png(const char *old, const char *new, struct difference *difference)
{
	struct rv_image a = RV_IMAGE_INIT, b = RV_IMAGE_INIT;
	const bool both =
	        rv_png_read(old, &a, NULL) == 0 && rv_png_read(new, &b, NULL) == 0 && add_images(&a, &b, difference);
	rv_image_release(&a);
	rv_image_release(&b);
	return both;
}

/* The same channels in both files, one after the other: a multilayer file may be large. */
static bool add_exr(const char *old, const char *new, struct difference *difference)
{
	struct rv_exr *a = NULL, *b = NULL;
	bool both = rv_exr_open_path(old, RV_EXR_ALL_FORMS, &a, NULL) == 0 &&
	            rv_exr_open_path(new, RV_EXR_ALL_FORMS, &b, NULL) == 0 &&
	            rv_exr_channel_count(a) == rv_exr_channel_count(b);
	for (size_t i = 0; both && i < rv_exr_channel_count(a); i++) {
		const char *const name = rv_exr_channel_name(a, i);
		struct rv_image x = RV_IMAGE_INIT, y = RV_IMAGE_INIT;
		both = rv_exr_read(a, &name, 1, &x, NULL) == 0 && rv_exr_read(b, &name, 1, &y, NULL) == 0 &&
		       add_images(&x, &y, difference);
		rv_image_release(&x);
		rv_image_release(&y);
	}
	rv_exr_close(a);
	rv_exr_close(b);
	return both;
}

static bool ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name), end_len = strlen(end);
	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* Bytes that differ: by how much, where they are pictures. */
static void measure(const char *old, const char *new, struct porcelain_comparison *file)
{
	struct difference difference = { .largest = 0 };
	const bool is_png = ends_with(file->name, ".png");
	if (file->is_picture && (is_png ? add_png : add_exr)(old, new, &difference) && difference.n > 0) {
		file->max_difference = difference.largest;
		file->far_share = (double)difference.n_far / (double)difference.n;
	}
}

/* A record's text as datasets have it, parsed. */
static int parse_packed(const struct rv_str *text, struct rv_json *json)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str packed = RV_STR_INIT;
	int result = rv_record_parse(&record, text->ptr, strcspn(text->ptr, "\n"), NULL);
	if (result == 0) {
		rv_record_packed(&record, &packed);
		result = rv_json_parse(packed.ptr, packed.len, json, NULL);
	}
	rv_str_release(&packed);
	rv_record_release(&record);
	return result;
}

/* Whether a dataset would have the new record as it has the old one. */
static bool is_same_record(const struct rv_str *old, const struct rv_str *new)
{
	struct rv_json a = RV_JSON_INIT, b = RV_JSON_INIT;
	bool is = parse_packed(old, &a) == 0 && parse_packed(new, &b) == 0;
	for (int i = is ? rv_json_iter(a) : 0; is && rv_json_iter_ok(a, i); i = rv_json_next(a, i)) {
		const char *const key = rv_json_iter_key(a, i);
		is = strcmp(key, "split") == 0 || rv_json_equal(rv_json_iter_value(a, i), rv_json_get(b, key));
	}
	rv_json_release(&a);
	rv_json_release(&b);
	return is;
}

static int compare_file(const char *old_dir, const char *new_dir, bool is_part, struct porcelain_comparison *file,
                        struct rv_err *err)
{
	char *const old = join(old_dir, file->name);
	char *const new = join(new_dir, file->name);
	struct rv_str a = RV_STR_INIT, b = RV_STR_INIT;
	int result = -1;
	if (rv_file_read(old, FILE_MAX, &a, err) == 0 && rv_file_read(new, FILE_MAX, &b, err) == 0) {
		const bool is_record = is_part && strcmp(file->name, RV_META_NAME) == 0;
		const bool same =
		        is_record ? is_same_record(&a, &b) : a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
		file->result = same ? PORCELAIN_SAME : PORCELAIN_DIFFERENT;
		if (!same) {
			measure(old, new, file);
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

int porcelain_compare_trees(const char *old, const char *new, bool is_part, struct porcelain_comparison **list,
                            size_t *len, struct rv_err *err)
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
		if (!is_hidden(name) && (order <= 0 || !is_part)) {
			RV_GROW(*list, *len, cap);
			struct porcelain_comparison *const file = &(*list)[(*len)++];
			*file = (struct porcelain_comparison) {
				.name = rv_strdup(name),
				.result = order < 0 ? PORCELAIN_ONLY_OLD : PORCELAIN_ONLY_NEW,
				.max_difference = NAN,
				.far_share = NAN,
				.is_picture = ends_with(name, ".png") || ends_with(name, ".exr")
			};
			result = order == 0 ? compare_file(old, new, is_part, file, err) : 0;
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

/* SPDX-License-Identifier: MIT */
/* Masks: of semantic channels, and of single objects, which are the index map's. */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "verify/picture.h"

static void check_semantic(struct verify_picture *picture, const struct verify_file *file)
{
	const uint16_t *const values = file->decoded.image.u16;
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		if (values[i] != 0 && values[i] != 65535) {
			verify_picture_blame(picture, VERIFY_MASK_SEMANTIC, file->name.ptr, i, values[i],
			                     "but a mask is 0 or 65535");
			return;
		}
	}
}

/* instances/00002.png: 255 exactly where the index map is 2. */
static void check_instance(struct verify_picture *picture, const struct verify_file *file)
{
	const char *const base = rv_path_base(file->file->paths[file->k]);
	const uint8_t *const values = file->decoded.image.u8;
	const size_t n = picture->index ? verify_picture_pixels(picture) : 0;
	unsigned int index;
	int used = 0;
	if (sscanf(base, "%5u.png%n", &index, &used) != 1 || base[used] != '\0' || used == 0 || index == 0 ||
	    index > RV_INDEX_MAX) {
		verify_problems_add(picture->problems, VERIFY_MASK_NAME, file->name.ptr,
		                    "'%s' is not the name of an index in 1..%d", base, RV_INDEX_MAX);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (values[i] != (picture->index->u16[i] == index ? 255 : 0)) {
			verify_picture_blame(picture, VERIFY_MASK_INSTANCE, file->name.ptr, i, values[i],
			                     "which disagrees with the index map");
			return;
		}
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	if (rv_role_is(file->file->role, RV_ROLE_INSTANCES)) {
		check_instance(picture, file);
	} else {
		check_semantic(picture, file);
	}
}

/* The masks that annotations name are the files of instances, in order. */
static void check_list(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	const struct rv_file *const files = rv_picture_files(what, rv_roles[RV_ROLE_INSTANCES].name);
	const char *const path = picture->files->record ? picture->files->record : "annotations";
	const size_t n_files = files ? files->n_paths : 0;
	size_t n = 0;
	for (size_t i = 0; i < what->n_annotations; i++) {
		const char *const mask = what->annotations[i].mask;
		if (rv_json_type(rv_json_get(what->annotations[i].json, "mask")) == RV_JSON_NONE) {
			continue;
		}
		if (n >= n_files || !mask || strcmp(mask, files->paths[n]) != 0) {
			verify_problems_add(
			        picture->problems, VERIFY_MASK_LIST, path,
			        "the mask of annotations[%zu], '%s', is not the picture's instance %zu, '%s'", i,
			        mask ? mask : "", n, n < n_files ? files->paths[n] : "");
			return;
		}
		n++;
	}
	if (n != n_files) {
		verify_problems_add(picture->problems, VERIFY_MASK_LIST, path,
		                    "%zu annotations name a mask, but the picture has %zu instances", n, n_files);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_INSTANCES, RV_ROLE_SEMANTIC_MASK, RV_ROLES };

const struct verify_label verify_picture_masks = { .roles = roles, .file = check_file, .whole = check_list };

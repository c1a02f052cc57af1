/* SPDX-License-Identifier: MIT */
/* Scenes of BOP as folders. */
#include "sink/bop_scene.h"

#include <inttypes.h>
#include <stdio.h>

#include "format/bop.h"
#include "format/layout.h"
#include "vocabulary.h"

void sink_bop_scene_path(const struct sink_bop_scene *scene, const char *layout, size_t picture, size_t object,
                         const char *extension, struct rv_str *path)
{
	struct format_place place = { .id = "" };
	snprintf(place.split, sizeof(place.split), "%s", rv_split_names[scene->split]);
	snprintf(place.number, sizeof(place.number), "%06" PRIu64, scene->number % FORMAT_BOP_SCENES_MAX);
	snprintf(place.frame, sizeof(place.frame), "%06zu", picture % FORMAT_BOP_PICTURES_MAX);
	snprintf(place.object, sizeof(place.object), "%06zu", object % 1000000);
	snprintf(place.ext, sizeof(place.ext), "%s", extension);
	rv_str_clear(path);
	format_expand(format_layout(&format_bop, layout), &place, path);
}

void sink_bop_scene_key(const struct sink_bop_scene *scene, struct rv_str *text)
{
	rv_str_puts(text, scene->n_pictures == 0 ? "{\n  " : ",\n  ");
	rv_str_printf(text, "\"%zu\": ", scene->n_pictures);
}

int sink_bop_scene_write(const struct sink_bop_scene *scene, const char *layout, struct rv_str *text,
                         struct sink_dataset *dataset, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_puts(text, "\n}\n");
	sink_bop_scene_path(scene, layout, 0, 0, "", &path);
	const int status = sink_dataset_write(dataset, path.ptr, text->ptr, text->len, err);
	rv_str_clear(text);
	rv_str_release(&path);
	return status;
}

int sink_bop_targets_write(struct sink_part *targets, struct sink_dataset *dataset, struct rv_err *err)
{
	struct sink_output *const output = sink_dataset_create(dataset, format_layout(&format_bop, "targets"), err);
	if (!output || sink_part_copy(targets, output, err) < 0 || sink_output_write(output, "\n", 1, err) < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(dataset, output, err);
}

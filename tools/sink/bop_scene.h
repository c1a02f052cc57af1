/* SPDX-License-Identifier: MIT */
/*
 * Scenes of BOP as folders: where the files of a picture lie, and the documents with an entry for each picture, by its
 * number in the scene.
 *
 *	struct sink_bop_scene scene = { .split = RV_SPLIT_TRAIN };
 *	sink_bop_scene_path(&scene, "depth", scene.n_pictures, 0, "", &path);      a file of the next picture
 *	sink_bop_scene_key(&scene, &text); ...                                     begins its entry, which is appended
 *	scene.n_pictures++;
 *	sink_bop_scene_write(&scene, "camera", &text, dataset, err);               when it has FORMAT_BOP_PICTURES_MAX
 */
#ifndef RV_SINK_BOP_SCENE_H
#define RV_SINK_BOP_SCENE_H

#include "sink/part.h"
#include "sink/sink.h"

struct sink_bop_scene {
	enum rv_split split;
	uint64_t number;
	size_t n_pictures;
};

/* *path is replaced by that of the layout of that name, of a picture of the scene. */
void sink_bop_scene_path(const struct sink_bop_scene *scene, const char *layout, size_t picture, size_t object,
                         const char *extension, struct rv_str *path);
/* Appends what stands before the entry of the next picture. */
void sink_bop_scene_key(const struct sink_bop_scene *scene, struct rv_str *text);
/* Ends and writes a document, the layout of that name, and empties the text. */
int sink_bop_scene_write(const struct sink_bop_scene *scene, const char *layout, struct rv_str *text,
                         struct sink_dataset *dataset, struct rv_err *err) RV_MUST_USE;
/* Writes the list of what is to be found in the split test. */
int sink_bop_targets_write(struct sink_part *targets, struct sink_dataset *dataset, struct rv_err *err) RV_MUST_USE;

/* A sink_class.merge: scenes and pictures are counted on, files of pictures linked. */
int sink_bop_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err);

#endif

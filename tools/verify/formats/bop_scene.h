/* SPDX-License-Identifier: MIT */
/*
 * A scene of BOP: every picture has its entries, every object of an entry a pose before the camera, a model whose box
 * is around its own in the picture, and two masks with the numbers of pixels and boxes that its entry says; the list of
 * targets counts the objects that are there.
 */
#ifndef RV_VERIFY_FORMATS_BOP_SCENE_H
#define RV_VERIFY_FORMATS_BOP_SCENE_H

#include "json.h"
#include "verify/format.h"
#include "verify/groups.h"

struct verify_bop {
	const struct verify_context *context;
	struct verify_groups *groups; /* of each scene, its "SPLIT/NUMBER" */
	struct rv_json models;        /* of models_info.json; RV_JSON_NONE: there is none */
	struct verify_problems *problems;
};

/* Kinds of parts. Pictures and depth: "IM W H SHA256"; masks: "IM GT W H AREA X Y WIDTH HEIGHT", a target: "IM OBJ
 * COUNT"; a key: "IM"; of the others their text. */
enum {
	VERIFY_BOP_CAMERA = 'c',
	VERIFY_BOP_DEPTH = 'd',
	VERIFY_BOP_GT = 'g',
	VERIFY_BOP_IMAGE = 'i',
	VERIFY_BOP_KEYS = 'k',
	VERIFY_BOP_MASKS = 'm',
	VERIFY_BOP_INFOS = 'n',
	VERIFY_BOP_TARGETS = 't',
	VERIFY_BOP_VISIBLE = 'v',
};

/* A verify_group_fn for a struct verify_bop. */
int verify_bop_scene(void *bop, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err);

#endif

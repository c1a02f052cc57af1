/* SPDX-License-Identifier: MIT */
/*
 * Shards of BOP: each picture's members lie side by side under its key, and become the parts that a scene's files are
 * (bop_scene.h), so that one check is for both.
 */
#ifndef RV_VERIFY_FORMATS_BOP_SHARD_H
#define RV_VERIFY_FORMATS_BOP_SHARD_H

#include "verify/formats/bop_scene.h"

/* An archive that is damaged, or has other members, is a problem. */
int verify_bop_shard(struct verify_bop *bop, struct verify_item *item, struct rv_err *err) RV_MUST_USE;
/* key_to_shard.json, `text`: each key goes to its scene. */
int verify_bop_keys(struct verify_bop *bop, struct verify_item *item, const struct rv_str *text,
                    struct rv_err *err) RV_MUST_USE;

#endif

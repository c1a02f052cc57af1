/* SPDX-License-Identifier: MIT */
/*
 * The environment of a worker: what is on a list of the caller's, and what is set for it. A picture depends on nothing
 * else: no colour configuration, no switch of Cycles, no locale or time zone, no Python of a virtual environment. What
 * is left out lives on as RV_ENV_NAME=value, and RV_ENV lists what was set, so that programs that a scene runs
 * (generators) get the caller's environment back: see blender/rv/scenes/generators.py.
 */
#ifndef RV_BLEND_ENVIRONMENT_H
#define RV_BLEND_ENVIRONMENT_H

#include <stddef.h>

#include "str.h"

/* For env_set and env_unset of spawn.h. */
struct blend_environment {
	char **set, **unset; /* NULL-ended */
	size_t n_set, n_unset, set_cap, unset_cap;
};

/* `dir` comes first in PATH, where it is not NULL: that of Blender; `gpu` the only graphics card that it sees; NULL:
 * all there are. */
void blend_environment_init(struct blend_environment *env, const char *dir, const char *tmp_dir, const char *gpu);
void blend_environment_release(struct blend_environment *env);

/* Appends what of the caller's environment decides the samples, in lines; nothing of the usual one. */
void blend_environment_put_key(struct rv_str *key);

#endif

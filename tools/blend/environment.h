/* SPDX-License-Identifier: MIT */
/*
 * The environment of a worker: the caller's, but nothing in it reaches Blender's Python, and that Python orders its
 * sets alike in every process. What is changed or taken away lives on as RV_ENV_NAME=value, and RV_ENV lists what was
 * set, so that programs that a scene runs (generators) get the caller's environment back: see
 * blender/rv/scenes/generators.py.
 */
#ifndef RV_BLEND_ENVIRONMENT_H
#define RV_BLEND_ENVIRONMENT_H

#include <stddef.h>

/* For env_set and env_unset of spawn.h. */
struct blend_environment {
	char **set, **unset; /* NULL-ended */
	size_t n_set, n_unset, set_cap, unset_cap;
};

/* `gpu` is the only graphics card that it sees; NULL: all there are. */
void blend_environment_init(struct blend_environment *env, const char *tmp_dir, const char *gpu);
void blend_environment_release(struct blend_environment *env);

#endif

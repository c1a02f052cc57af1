/* SPDX-License-Identifier: MIT */
/* What workers get of our environment. */
#include "environment.h"

#include <stdbool.h>
#include <string.h>

#include "alloc.h"
#include "str.h"

#define SAVED "RV_ENV_"

extern char **environ;

static bool is_pythons(const char *name)
{
	return !strncmp(name, "PYTHON", 6) || !strncmp(name, "VIRTUAL_ENV=", 12) ||
	       !strncmp(name, "__PYVENV_LAUNCHER__=", 20);
}

static void add_set(struct blend_environment *env, const char *name, const char *value)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%s%s", name, value);
	RV_GROW(env->set, env->n_set, env->set_cap);
	env->set[env->n_set++] = rv_str_detach(&text);
}

void blend_environment_init(struct blend_environment *env, const char *tmp_dir, const char *gpu)
{
	*env = (struct blend_environment) { .set = NULL };
	for (char **at = environ; at && *at; at++) {
		if (is_pythons(*at)) {
			add_set(env, SAVED, *at);
			RV_GROW(env->unset, env->n_unset, env->unset_cap);
			env->unset[env->n_unset++] = rv_strndup(*at, strcspn(*at, "="));
		} else if (!strncmp(*at, "TMPDIR=", 7)) {
			add_set(env, SAVED, *at);
		}
	}
	add_set(env, "TMPDIR=", tmp_dir);
	add_set(env, "PYTHONHASHSEED=", "0");
	add_set(env, "PYTHONNOUSERSITE=", "1");
	if (gpu) {
		add_set(env, "CUDA_DEVICE_ORDER=", "PCI_BUS_ID"); /* numbers count as NVML's do */
		add_set(env, "CUDA_VISIBLE_DEVICES=", gpu);
		add_set(env, "HIP_VISIBLE_DEVICES=", gpu);
	}
	add_set(env, "RV_ENV=", "TMPDIR,PYTHONHASHSEED,PYTHONNOUSERSITE");
	RV_GROW(env->set, env->n_set, env->set_cap);
	env->set[env->n_set] = NULL;
	RV_GROW(env->unset, env->n_unset, env->unset_cap);
	env->unset[env->n_unset] = NULL;
}

void blend_environment_release(struct blend_environment *env)
{
	for (size_t i = 0; i < env->n_set; i++) {
		free(env->set[i]);
	}
	for (size_t i = 0; i < env->n_unset; i++) {
		free(env->unset[i]);
	}
	free(env->set);
	free(env->unset);
}

/* SPDX-License-Identifier: MIT */
/* What workers get of our environment. */
#include "environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "str.h"

#define SAVED "RV_ENV_"
#define SYSTEM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

/* Where the user's files are, how the loader finds libraries, how to reach a display and a graphics card. */
/* clang-format off */
static const char *const passed[] = {
	"HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
	"LD_LIBRARY_PATH", "LD_PRELOAD",
	"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE", "DBUS_SESSION_BUS_ADDRESS", NULL
};
static const char *const passed_families[] = {
	"CUDA_", "NVIDIA_", "OPTIX_", "HIP_", "HSA_", "ROCR_", "GPU_", "ONEAPI_", "SYCL_", "ZE_", "VK_", "MESA_",
	"LIBGL_", "GALLIUM_", "EGL_", "__GL", "__EGL", "__NV", "DRI_", NULL
};
/* Where Blender looks for its own files, and the user's add-ons: passed, and part of every sample's key. */
static const char *const keyed_families[] = { "BLENDER_USER_", "BLENDER_SYSTEM_", NULL };
/* clang-format on */

static bool is_named(const char *variable, const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		const size_t len = strlen(names[i]);
		if (!strncmp(variable, names[i], len) && variable[len] == '=') {
			return true;
		}
	}
	return false;
}

static bool is_of(const char *variable, const char *const *families)
{
	for (size_t i = 0; families[i]; i++) {
		if (!strncmp(variable, families[i], strlen(families[i]))) {
			return true;
		}
	}
	return false;
}

static void add_set(struct blend_environment *env, const char *name, const char *value)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%s%s", name, value);
	RV_GROW(env->set, env->n_set, env->set_cap);
	env->set[env->n_set++] = rv_str_detach(&text);
}

/* Blender's Python takes the first python3 in PATH for its own: that of a virtual environment is none. */
static void add_path(struct blend_environment *env, const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	if (dir) {
		rv_str_printf(&path, "%s:", dir);
	}
	rv_str_puts(&path, SYSTEM_PATH);
	add_set(env, "PATH=", path.ptr);
	rv_str_release(&path);
}

void blend_environment_init(struct blend_environment *env, const char *dir, const char *tmp_dir, const char *gpu)
{
	*env = (struct blend_environment) { .set = NULL };
	for (char **at = environ; at && *at; at++) {
		if (!is_named(*at, passed) && !is_of(*at, passed_families) && !is_of(*at, keyed_families)) {
			add_set(env, SAVED, *at);
			RV_GROW(env->unset, env->n_unset, env->unset_cap);
			env->unset[env->n_unset++] = rv_strndup(*at, strcspn(*at, "="));
		}
	}
	add_path(env, dir);
	add_set(env, "TMPDIR=", tmp_dir);
	add_set(env, "LC_ALL=", "C.UTF-8");
	add_set(env, "TZ=", "UTC");
	add_set(env, "PYTHONHASHSEED=", "0");
	add_set(env, "PYTHONNOUSERSITE=", "1");
	if (gpu) {
		add_set(env, "CUDA_DEVICE_ORDER=", "PCI_BUS_ID"); /* numbers count as NVML's do */
		add_set(env, "CUDA_VISIBLE_DEVICES=", gpu);
		add_set(env, "HIP_VISIBLE_DEVICES=", gpu);
	}
	add_set(env, "RV_ENV=", "PATH,TMPDIR,LC_ALL,TZ,PYTHONHASHSEED,PYTHONNOUSERSITE");
	RV_GROW(env->set, env->n_set, env->set_cap);
	env->set[env->n_set] = NULL;
	RV_GROW(env->unset, env->n_unset, env->unset_cap);
	env->unset[env->n_unset] = NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void blend_environment_put_key(struct rv_str *key)
{
	const char **found = NULL;
	size_t n = 0, cap = 0;
	for (char **at = environ; at && *at; at++) {
		if (is_of(*at, keyed_families)) {
			RV_GROW(found, n, cap);
			found[n++] = *at;
		}
	}
	if (n > 0) {
		qsort(found, n, sizeof(*found), compare);
	}
	for (size_t i = 0; i < n; i++) {
		rv_str_printf(key, "%s\n", found[i]);
	}
	free(found);
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

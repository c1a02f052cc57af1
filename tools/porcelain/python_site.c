/* SPDX-License-Identifier: MIT */
/* Packages for scene scripts. */
#include "porcelain/python_site.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blend/command.h"
#include "blend/environment.h"
#include "blend/locate.h"
#include "diag.h"
#include "dir.h"
#include "spawn.h"

#define MARK "rv-python:"
#define ANSWER_MAX (1 << 20)
#define BLENDER_TIMEOUT_S 120

/* What Python would take from an environment that is active: Blender's does not see it. */
static const char *const unset[] = { "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "PIP_TARGET",
	                             "PIP_USER",   NULL };

/* The path of Blender's own Python: on Debian that of the system, else the one that came with Blender. */
static int find_python(struct rv_str *python, struct rv_err *err)
{
	/* clang-format off */
	static const char *const question[] = {
		"--background", "--factory-startup", "-noaudio", "--python-exit-code", "70", "--python-expr",
		"import sys; print('" MARK "' + sys.executable, flush=True)", NULL
	};
	/* clang-format on */
	struct blend_command command = BLEND_COMMAND_INIT;
	struct blend_environment env;
	struct rv_str output = RV_STR_INIT, errors = RV_STR_INIT;
	char *const blender = blend_locate_blender(NULL, err);
	int status = 0;
	int result = blender ? blend_command_parse(&command, blender, err) : -1;
	char *const dir = result == 0 ? blend_command_dir(&command) : NULL;
	blend_environment_init(&env, dir, "/tmp", NULL); /* in PATH an active one would be taken for Blender's Python */
	if (result == 0) {
		for (const char *const *word = question; *word; word++) {
			blend_command_add(&command, *word);
		}
		const struct rv_spawn how = { .argv = command.argv,
			                      .env_set = (const char *const *)env.set,
			                      .env_unset = (const char *const *)env.unset };
		result = rv_run(&how, NULL, ANSWER_MAX, BLENDER_TIMEOUT_S, &output, &errors, &status, err);
	}
	const char *const at = result == 0 ? strstr(output.ptr, MARK) : NULL;
	if (at) {
		rv_str_append(python, at + strlen(MARK), strcspn(at + strlen(MARK), "\n"));
	} else if (result == 0) {
		result = rv_fail(err, RV_E_NO_BLENDER, "'%s' does not tell where its Python is", blender);
	}
	blend_command_release(&command);
	rv_str_release(&output);
	rv_str_release(&errors);
	blend_environment_release(&env);
	free(dir);
	free(blender);
	return result;
}

/* pip says what it does on our stderr: nothing but records ever reaches stdout. */
static int run_pip(const char *python, const char *dir, char *const *arguments, struct rv_err *err)
{
	const char *const first[] = { python,     "-m", "pip",       "install", "--disable-pip-version-check",
		                      "--target", dir,  "--upgrade", NULL };
	const struct rv_fd_map fds[] = { { .from = STDERR_FILENO, .to = 1 }, { .from = STDERR_FILENO, .to = 2 } };
	struct blend_command command = BLEND_COMMAND_INIT;
	struct rv_child child = RV_CHILD_INIT;
	int status = 0;
	for (const char *const *word = first; *word; word++) {
		blend_command_add(&command, *word);
	}
	for (char *const *word = arguments; *word; word++) {
		blend_command_add(&command, *word);
	}
	const struct rv_spawn how = { .argv = command.argv, .fds = fds, .n_fds = RV_COUNTOF(fds), .env_unset = unset };
	int result = rv_spawn(&child, &how, err);
	if (result == 0) {
		rv_child_wait(&child, -1, &status);
	}
	if (result == 0 && status != 0) {
		struct rv_str how_it_ended = RV_STR_INIT;
		rv_child_describe(status, &how_it_ended);
		result = rv_fail(err, RV_E_CHILD, "'%s -m pip' ended with %s", python, how_it_ended.ptr);
		rv_str_release(&how_it_ended);
	}
	blend_command_release(&command);
	return result;
}

int porcelain_python_site(const char *dir, char *const *arguments, struct rv_err *err)
{
	struct rv_str python = RV_STR_INIT;
	int result = rv_mkdirs(dir, err);
	if (result == 0 && *arguments) {
		result = find_python(&python, err);
	}
	if (result == 0 && *arguments) {
		rv_detail("Blender's Python is %s", python.ptr);
		result = run_pip(python.ptr, dir, arguments, err);
	}
	rv_str_release(&python);
	return result;
}

/* SPDX-License-Identifier: MIT */
/* rv python: typed stubs of the Python package for editors, made from its source; packages for scenes. */
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "blend/locate.h"
#include "diag.h"
#include "file.h"
#include "place.h"
#include "porcelain/command.h"
#include "porcelain/python_site.h"
#include "sig.h"
#include "source.h"
#include "spawn.h"
#include "tool.h"

#define PACKAGE "rv"
#define LISTING ".rv-python-install" /* in the package: the names of what we put there, one a line */
#define CACHE "__pycache__"          /* what Python puts there */
#define LISTING_MAX (1 << 20)
#define ANSWER_MAX 65536
#define PYTHON_TIMEOUT_S 60

static const char *dir_option;
static bool uninstall;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "dir",
	  .value = &dir_option,
	  .argument = "DIR",
	  .help = "not into the virtual environment: into DIR, as DIR/" PACKAGE },
	{ .kind = RV_OPT_FLAG,
	  .name = "uninstall",
	  .value = &uninstall,
	  .help = "remove what was installed, and nothing else" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv python",
	.usage = "install [OPTION]... | site DIR [PACKAGE]...",
	.purpose =
	        "Teach editors and type checkers what a scene script can use, or install packages for scene scripts.",
	.options = options,
	.examples = "python3 -m venv .venv && . .venv/bin/activate && rv python install\n"
	            "rv python install --dir typings\n"
	            "rv python site packages shapely && rv render scene.py --site packages\n",
	.common = RV_COMMON_MINIMUM,
};

/* ---- where to ---- */

/* Runs Python to its end; a failure is reported with what it said last. */
static int run_python(const char *const *argv, struct rv_str *output, struct rv_err *err)
{
	static const char *const unset[] = { "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", NULL };
	const struct rv_spawn how = { .argv = argv, .env_unset = unset };
	struct rv_str errors = RV_STR_INIT;
	int status;
	int result = rv_run(&how, NULL, ANSWER_MAX, PYTHON_TIMEOUT_S, output, &errors, &status, err);
	if (result == 0 && status != 0) {
		while (errors.len > 0 && errors.ptr[errors.len - 1] == '\n') {
			rv_str_truncate(&errors, errors.len - 1);
		}
		const char *const line = strrchr(errors.ptr, '\n');
		result = rv_fail(err, RV_E_CHILD, "%s failed: %s", argv[0], line ? line + 1 : errors.ptr);
	}
	rv_str_release(&errors);
	return result;
}

/* The environment's directory for packages. Its own Python says which; one that names a place outside of the
 * environment is no environment's. */
static int find_site(const char *environment, const char *python, struct rv_str *site, struct rv_err *err)
{
	static const char question[] =
	        "import os, sys, sysconfig\n"
	        "environment = os.path.realpath(sys.argv[1])\n"
	        "site = os.path.realpath(sysconfig.get_path('purelib'))\n"
	        "print(site if os.path.commonpath((site, environment)) == environment else '', end='')\n";
	const char *const argv[] = { python, "-I", "-c", question, environment, NULL };
	if (run_python(argv, site, err) < 0) {
		return -1;
	}
	if (site->len == 0) {
		return rv_fail(err, RV_E_USAGE,
		               "VIRTUAL_ENV: '%s' is no virtual environment, its Python installs elsewhere",
		               environment);
	}
	return 0;
}

/* Sets *python and *site to what --dir and VIRTUAL_ENV come to. */
static int find_target(struct rv_str *python, struct rv_str *site, struct rv_err *err)
{
	const char *const environment = getenv("VIRTUAL_ENV");
	if (environment && *environment) {
		rv_str_printf(python, "%s/bin/python", environment);
	} else {
		rv_str_puts(python, "python3");
	}
	if (dir_option) {
		rv_str_puts(site, dir_option);
		return uninstall ? 0 : rv_mkdirs(dir_option, err);
	}
	if (!environment || !*environment) {
		return rv_fail(err, RV_E_USAGE, "no virtual environment is active (VIRTUAL_ENV is not set)");
	}
	if (!rv_file_exists(python->ptr)) {
		return rv_fail(err, RV_E_USAGE, "VIRTUAL_ENV: there is no '%s'", python->ptr);
	}
	return find_site(environment, python->ptr, site, err);
}

/* ---- what is there ---- */

/* Python writes these when it imports the package. */
static bool is_cache(const char *path)
{
	return strncmp(path, CACHE "/", sizeof(CACHE)) == 0 || strstr(path, "/" CACHE "/");
}

/* LISTING names itself first, then every file of ours. */
static int list_files(int dir_fd, struct rv_place_list *list, struct rv_err *err)
{
	struct rv_source source;
	struct rv_str text = RV_STR_INIT;
	if (rv_source_open_beneath(&source, dir_fd, LISTING, NULL) < 0) {
		return 0;
	}
	int ours = rv_source_load(&source, LISTING_MAX, &text, err) < 0
	                   ? -1
	                   : strncmp(text.ptr, LISTING "\n", sizeof(LISTING)) == 0;
	char *rest = text.ptr;
	for (char *line; ours > 0 && (line = strsep(&rest, "\n"));) {
		ours = *line && rv_place_list_add(list, line, err) < 0 ? -1 : 1;
	}
	rv_place_list_also(list, is_cache);
	rv_source_close(&source);
	rv_str_release(&text);
	return ours;
}

static const struct rv_place_owner owner = { .what = "package of this command", .proof = LISTING, .list = list_files };

/* ---- in and out ---- */

static int write_listing(const char *package, struct rv_err *err)
{
	char **names;
	size_t len;
	if (rv_tree_files(package, &names, &len, err) < 0) {
		return -1;
	}
	struct rv_str text = RV_STR_INIT, path = RV_STR_INIT;
	rv_str_puts(&text, LISTING "\n");
	for (size_t i = 0; i < len; i++) {
		rv_str_printf(&text, "%s\n", names[i]);
	}
	rv_str_printf(&path, "%s/" LISTING, package);
	const int result = rv_file_write(path.ptr, text.ptr, text.len, err);
	rv_names_free(names, len);
	rv_str_release(&text);
	rv_str_release(&path);
	return result;
}

/* Makes the package in a hidden directory beside its place, then puts it there. */
static int install(const char *python, const char *site, struct rv_place *place, struct rv_err *err)
{
	struct rv_workdir work = RV_WORKDIR_INIT;
	struct rv_str made = RV_STR_INIT, script = RV_STR_INIT, output = RV_STR_INIT;
	char *const home = blend_locate_home(err);
	int result = -1;
	if (!home || rv_workdir_open(&work, site, PACKAGE, err) < 0) {
		goto out;
	}
	rv_str_printf(&script, "%s/stubs.py", home);
	rv_str_printf(&made, "%s/" PACKAGE, work.path);
	if (rv_mkdirs(made.ptr, err) < 0) {
		goto out;
	}
	const char *const argv[] = { python, "-E", "-s", "-B", script.ptr, made.ptr, NULL };
	if (run_python(argv, &output, err) < 0 || write_listing(made.ptr, err) < 0) {
		goto out;
	}
	result = rv_place_put(place, made.ptr, err);
out:
	rv_workdir_close(&work);
	rv_str_release(&made);
	rv_str_release(&script);
	rv_str_release(&output);
	free(home);
	return result;
}

static int take_away(struct rv_place *place, struct rv_err *err)
{
	const int removed = rv_place_remove(place, err);
	if (removed == 0) {
		rv_warn("%s stays: there is something in it that this command did not put there", place->shown);
	}
	return removed < 0 ? -1 : 0;
}

/* Does what was asked for; sets `package` to the place. */
static int run(struct rv_str *package, struct rv_err *err)
{
	struct rv_str python = RV_STR_INIT, site = RV_STR_INIT, shown = RV_STR_INIT;
	struct rv_place place = { .path = NULL };
	int result = find_target(&python, &site, err);
	if (result == 0) {
		rv_str_printf(package, "%s/" PACKAGE, site.ptr);
		rv_str_printf(&shown, "'%s'", package->ptr);
		rv_place_sweep(site.ptr, PACKAGE, &owner);
		result = rv_place_open(&place, package->ptr, shown.ptr, &owner, uninstall, err);
		err->code = result < 0 && err->code == RV_E_TAKEN ? RV_E_USAGE : err->code;
	}
	if (result == 0) {
		result = uninstall ? take_away(&place, err) : install(python.ptr, site.ptr, &place, err);
	}
	rv_place_close(&place);
	rv_str_release(&python);
	rv_str_release(&site);
	rv_str_release(&shown);
	return result;
}

int porcelain_command_python(int argc, char **argv)
{
	struct rv_tool tool;
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	struct rv_err err = RV_ERR_INIT;
	if (argc >= 2 && strcmp(argv[0], "site") == 0) {
		rv_sig_catch();
		if (porcelain_python_site(argv[1], argv + 2, &err) < 0) {
			rv_tool_fail(&tool, &err);
		} else {
			rv_note("scenes find what is in '%s' with 'rv-blend --site %s'", argv[1], argv[1]);
		}
		return rv_tool_end(&tool);
	}
	if (argc != 1 || strcmp(argv[0], "install") != 0) {
		return rv_tool_usage(&tool, "say what to do: 'install', or 'site DIR' with packages or none");
	}
	struct rv_str package = RV_STR_INIT;
	if (run(&package, &err) < 0) {
		rv_tool_fail(&tool, &err);
		if (!getenv("VIRTUAL_ENV") && !dir_option) {
			rv_hint("make one with 'python3 -m venv .venv', enter it with '. .venv/bin/activate', or give "
			        "--dir DIR");
		}
	} else if (uninstall) {
		rv_note("'%s' has nothing of ours any more", package.ptr);
	} else {
		rv_note("types and documentation of rv are in '%s'", package.ptr);
	}
	rv_str_release(&package);
	return rv_tool_end(&tool);
}

/* SPDX-License-Identifier: MIT */
/* rv python install: typed stubs of the Python package for editors, made from its source. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "blend/locate.h"
#include "diag.h"
#include "file.h"
#include "porcelain/command.h"
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
	.usage = "install [OPTION]...",
	.purpose = "Teach editors and type checkers what a scene script can use.",
	.options = options,
	.examples = "python3 -m venv .venv && . .venv/bin/activate && rv python install\n"
	            "rv python install --dir typings\n",
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

static bool is_listed(const struct rv_str *listing, const char *name)
{
	const size_t len = strlen(name);
	for (const char *line = listing->ptr; *line;) {
		const char *const end = strchrnul(line, '\n');
		if ((size_t)(end - line) == len && memcmp(line, name, len) == 0) {
			return true;
		}
		line = *end ? end + 1 : end;
	}
	return false;
}

/* 1 with what we put into `package`, 0 when it is not there; fails when it is not ours. */
static int read_listing(const char *package, struct rv_str *listing, struct rv_err *err)
{
	if (access(package, F_OK) < 0 && errno == ENOENT) {
		return 0;
	}
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/" LISTING, package);
	const bool ours = rv_file_exists(path.ptr);
	int result;
	if (ours) {
		result = rv_file_read(path.ptr, LISTING_MAX, listing, err);
	} else {
		result = rv_fail(err, RV_E_USAGE, "'%s' is there and was not put there by this command", package);
	}
	rv_str_release(&path);
	return result < 0 ? -1 : 1;
}

/* Fails when something in our package is not ours: it would be lost. */
static int check_no_others(const char *package, const struct rv_str *listing, struct rv_err *err)
{
	char **names;
	size_t len;
	if (rv_dir_names(package, &names, &len, err) < 0) {
		return -1;
	}
	int result = 0;
	for (size_t i = 0; i < len && result == 0; i++) {
		if (!is_listed(listing, names[i]) && strcmp(names[i], CACHE) != 0) {
			result = rv_fail(err, RV_E_USAGE, "'%s/%s' was not put there by this command: move it away",
			                 package, names[i]);
		}
	}
	rv_names_free(names, len);
	return result;
}

/* ---- in and out ---- */

static int write_listing(const char *package, struct rv_err *err)
{
	char **names;
	size_t len;
	if (rv_dir_names(package, &names, &len, err) < 0) {
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
static int install(const char *python, const char *site, const char *package, struct rv_err *err)
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
	result = rv_dir_replace(made.ptr, package, err);
out:
	rv_workdir_close(&work);
	rv_str_release(&made);
	rv_str_release(&script);
	rv_str_release(&output);
	free(home);
	return result;
}

/* Removes what is listed, then the directory when nothing else is in it. */
static int take_away(const char *package, const struct rv_str *listing, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	int result = 0;
	for (const char *line = listing->ptr; *line && result == 0;) {
		const char *const end = strchrnul(line, '\n');
		char *const name = rv_strndup(line, (size_t)(end - line));
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", package, name);
		if (!rv_path_is_inside(name) || strchr(name, '/')) {
			result = rv_fail(err, RV_E_BAD_FILE, "'%s/" LISTING "' is damaged", package);
		} else {
			result = rv_remove_tree(path.ptr, err);
		}
		free(name);
		line = *end ? end + 1 : end;
	}
	rv_str_clear(&path);
	rv_str_printf(&path, "%s/" CACHE, package);
	if (result == 0) {
		result = rv_remove_tree(path.ptr, err);
	}
	if (result == 0 && rmdir(package) < 0) {
		rv_warn("'%s' stays: there is something in it that this command did not put there", package);
	}
	rv_str_release(&path);
	return result;
}

/* Does what was asked for; sets `package` to the place. */
static int run(struct rv_str *package, struct rv_err *err)
{
	struct rv_str python = RV_STR_INIT, site = RV_STR_INIT, listing = RV_STR_INIT;
	int result = find_target(&python, &site, err);
	if (result == 0) {
		rv_str_printf(package, "%s/" PACKAGE, site.ptr);
		const int there = read_listing(package->ptr, &listing, err);
		if (there < 0) {
			result = -1;
		} else if (uninstall) {
			result = there ? take_away(package->ptr, &listing, err) : 0;
		} else if (there && check_no_others(package->ptr, &listing, err) < 0) {
			result = -1;
		} else {
			result = install(python.ptr, site.ptr, package->ptr, err);
		}
	}
	rv_str_release(&python);
	rv_str_release(&site);
	rv_str_release(&listing);
	return result;
}

int porcelain_command_python(int argc, char **argv)
{
	struct rv_tool tool;
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (argc != 1 || strcmp(argv[0], "install") != 0) {
		return rv_tool_usage(&tool, "'install' is the one thing to ask for");
	}
	struct rv_err err = RV_ERR_INIT;
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

/* SPDX-License-Identifier: MIT */
/* rv new: a small project to start from, a copy of one of the templates in examples/templates. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "blend/locate.h"
#include "diag.h"
#include "file.h"
#include "parse.h"
#include "porcelain/command.h"
#include "porcelain/words.h"
#include "tool.h"

#define TEMPLATES "../examples/templates" /* from the directory of what runs in Blender on */

static const char *template = "detection";
static bool lists;

static const char *const usual[] = { "assets", "detection", "nerf", "physics", "segmentation", "video", NULL };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .letter = 't',
	  .name = "template",
	  .value = &template,
	  .argument = "NAME",
	  .choices = usual,
	  .help = "what it is to do: detection, segmentation, nerf, video, physics or assets" },
	{ .kind = RV_OPT_FLAG, .name = "list", .value = &lists, .help = "list the templates and exit" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv new",
	.usage = "[OPTION]... NAME",
	.purpose = "Make a small project that runs at once: a scene, a Makefile and a README in the directory NAME.",
	.options = options,
	.examples = "rv new table --template detection && make -C table\n",
	.common = RV_COMMON_MINIMUM,
};

struct templates {
	struct rv_str dir;
	char **names;
	size_t len;
};

static int find_templates(struct templates *templates, struct rv_err *err)
{
	char *const home = blend_locate_home(err);
	if (!home) {
		return -1;
	}
	rv_str_printf(&templates->dir, "%s/" TEMPLATES, home);
	free(home);
	if (rv_dir_names(templates->dir.ptr, &templates->names, &templates->len, err) < 0) {
		return rv_fail(err, RV_E_MISSING_FILE, "the templates are not installed: there is no directory '%s'",
		               templates->dir.ptr);
	}
	return 0;
}

/* The template that was asked for is one. */
static int check_template(const struct templates *templates, struct rv_err *err)
{
	struct porcelain_words names = PORCELAIN_WORDS_INIT;
	struct rv_str known = RV_STR_INIT;
	int result = -1;
	for (size_t i = 0; i < templates->len && result < 0; i++) {
		rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", templates->names[i]);
		porcelain_words_add(&names, "%s", templates->names[i]);
		result = strcmp(templates->names[i], template) == 0 ? 0 : -1;
	}
	if (result < 0) {
		const char *const near = rv_nearest_name(template, (const char *const *)names.items);
		rv_fail(err, RV_E_USAGE, "--template: there is no '%s'%s%s%s: the templates are %s", template,
		        near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", known.ptr);
	}
	porcelain_words_release(&names);
	rv_str_release(&known);
	return result;
}

static int copy_tree(const char *from, const char *to, struct rv_err *err)
{
	char **names = NULL;
	size_t len = 0;
	int result = rv_tree_files(from, &names, &len, err);
	for (size_t i = 0; i < len && result == 0; i++) {
		struct rv_str source = RV_STR_INIT, target = RV_STR_INIT;
		rv_str_printf(&source, "%s/%s", from, names[i]);
		rv_str_printf(&target, "%s/%s", to, names[i]);
		target.ptr[rv_path_base(target.ptr) - target.ptr - 1] = '\0'; /* its directory */
		result = rv_mkdirs(target.ptr, err);
		target.ptr[strlen(target.ptr)] = '/';
		if (result == 0) {
			result = rv_copy_file(source.ptr, target.ptr, err);
		}
		rv_str_release(&source);
		rv_str_release(&target);
	}
	rv_names_free(names, len);
	return result;
}

/* The project appears whole: it is made beside its place, and renamed. */
static int make_project(const struct templates *templates, const char *name, struct rv_err *err)
{
	struct rv_str from = RV_STR_INIT;
	char *const absolute = rv_path_absolute(name);
	char *const made = rv_path_hidden(absolute, ".tmp-");
	int result = access(absolute, F_OK) == 0 ? rv_fail(err, RV_E_USAGE, "'%s' is there already", name) : 0;
	rv_str_printf(&from, "%s/%s", templates->dir.ptr, template);
	if (result == 0) {
		result = copy_tree(from.ptr, made, err);
		if (result == 0 && rename(made, absolute) < 0) {
			result = rv_fail_errno(err, "cannot make '%s'", name);
		}
		if (result < 0 && rv_remove_tree(made, NULL) < 0) {
			rv_warn("'%s' is left behind", made);
		}
	}
	rv_str_release(&from);
	free(made);
	free(absolute);
	return result;
}

static int run(const char *name, struct rv_err *err)
{
	struct templates templates = { .dir = RV_STR_INIT };
	int result = find_templates(&templates, err);
	if (result == 0 && lists) {
		for (size_t i = 0; i < templates.len; i++) {
			puts(templates.names[i]);
		}
	} else if (result == 0) {
		result = check_template(&templates, err);
		result = result == 0 ? make_project(&templates, name, err) : result;
	}
	rv_names_free(templates.names, templates.len);
	rv_str_release(&templates.dir);
	return result;
}

int porcelain_command_new(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str shown = RV_STR_INIT;
	const int started = rv_tool_start(&tool, &program, &argc, argv);
	if (started >= 0) {
		return started;
	}
	if (argc != (lists ? 0 : 1) || (argc == 1 && !*argv[0])) {
		return argc == 0 ? rv_tool_usage(&tool, "no name given")
		                 : rv_tool_usage(&tool, "one name, of the directory to be made");
	}
	if (run(argv[0], &err) < 0) {
		rv_tool_fail(&tool, &err);
	} else if (!lists) {
		porcelain_words_quote(argv[0], &shown);
		rv_note("made %s; now: make -C %s", shown.ptr, shown.ptr);
	}
	rv_str_release(&shown);
	return rv_tool_end(&tool);
}

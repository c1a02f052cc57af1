/* SPDX-License-Identifier: MIT */
/* rv export: builds a scene and writes it to a .blend file, with one Blender and one request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blend/script.h"
#include "diag.h"
#include "file.h"
#include "gen/workplace.h"
#include "porcelain/command.h"
#include "porcelain/dotenv.h"
#include "porcelain/seed.h"
#include "porcelain/session.h"
#include "sig.h"
#include "tool.h"

#define SAMPLE_ID "export" /* names the directory of its generators */

static const char *output, *cwd_option, *site, *seed_text = "rand", *gen_dir = "generated";
static int gen_retain = GEN_RETAIN_ALL;
static bool freeze_physics, pack_resources;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .letter = 'o',
	  .name = "output",
	  .value = &output,
	  .argument = "FILE.blend",
	  .help = "the file to write; must be given" },
	{ .kind = RV_OPT_STRING,
	  .name = "cwd",
	  .value = &cwd_option,
	  .argument = "DIR",
	  .help = "root of script and assets",
	  .unset = "the script's folder" },
	{ .kind = RV_OPT_STRING,
	  .name = "seed",
	  .value = &seed_text,
	  .argument = "rand|seq|INT",
	  .help = "drawn by chance, 0, or this one" },
	{ .kind = RV_OPT_FLAG,
	  .name = "freeze-physics",
	  .value = &freeze_physics,
	  .help = "make the poses that physics gave permanent and remove the rigid bodies" },
	{ .kind = RV_OPT_FLAG,
	  .name = "pack-resources",
	  .value = &pack_resources,
	  .help = "put textures and other files into the file" },
	{ .kind = RV_OPT_STRING,
	  .name = "site",
	  .value = &site,
	  .argument = "DIR",
	  .help = "a directory of packages that scenes find, see 'rv python site'" },
	{ .kind = RV_OPT_STRING,
	  .name = "gen-dir",
	  .value = &gen_dir,
	  .argument = "DIR",
	  .help = "where the scene's generators work, from the root" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "gen-retain",
	  .value = &gen_retain,
	  .argument = "all|last|none",
	  .help = "what stays of their files: all, this run's, or nothing",
	  .choices = gen_retain_names },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv export",
	.usage = "[OPTION]... SCRIPT.py -o FILE.blend",
	.purpose = "Build a scene and write it to a .blend file.",
	.options = options,
	.operands = "*.py",
	.examples = "rv export scene.py -o scene.blend --seed 7\n"
	            "rv export pile.py -o assets/pile.blend --freeze-physics --pack-resources\n",
	.common = RV_COMMON_MINIMUM,
};

struct job {
	struct blend_script script;
	struct porcelain_seed seed;
	uint64_t drawn;        /* the sample's */
	char *target, *parent; /* of the file, absolute */
	struct rv_workdir work;
	char *work_path; /* absolute */
	struct gen_workplace place;
};

static int check(struct job *job, const char *script, struct rv_err *err)
{
	const size_t len = output ? strlen(output) : 0;
	if (!output) {
		return rv_fail(err, RV_E_USAGE, "no output given: -o FILE.blend");
	}
	if (len <= 6 || strcmp(output + len - 6, ".blend") != 0 || output[len - 7] == '/') {
		return rv_fail(err, RV_E_USAGE, "--output: '%s' does not end in .blend", output);
	}
	if (porcelain_seed_parse(seed_text, &job->seed, err) < 0 ||
	    porcelain_seed_of(&job->seed, 0, &job->drawn, err) < 0) {
		return -1;
	}
	return blend_script_find(&job->script, script, cwd_option, err);
}

/* The directories: the file's, a hidden one beside it for scratch, and that of the generators. */
static int prepare(struct job *job, struct rv_err *err)
{
	struct rv_str base = RV_STR_INIT;
	job->target = rv_path_absolute(output);
	rv_str_append(&base, job->target, (size_t)(rv_path_base(job->target) - job->target));
	job->parent = rv_str_detach(&base);
	if (rv_mkdirs(job->parent, err) < 0 || rv_workdir_open(&job->work, job->parent, "rv-export", err) < 0) {
		return -1;
	}
	job->work_path = rv_path_absolute(job->work.path);
	return gen_workplace_open_run(&job->place, job->script.root, gen_dir, (enum gen_retain)gen_retain, err);
}

static void put_request(const struct job *job, const char *path, struct rv_str *request)
{
	struct rv_json_out out;
	struct rv_str work = RV_STR_INIT;
	rv_str_printf(&work, "%s/%s", job->place.path, SAMPLE_ID);
	rv_json_out_init(&out, request);
	rv_json_open(&out, NULL, '{');
	rv_json_open(&out, "record", '{');
	rv_json_put_string(&out, "id", SAMPLE_ID);
	rv_json_put_u64(&out, "index", 0);
	porcelain_seed_put(&out, &job->seed, job->drawn);
	rv_json_close(&out, '}');
	rv_json_put_string(&out, "out", job->work_path);
	rv_json_put_string(&out, "work", work.ptr);
	rv_json_put_string(&out, "scene", job->script.path);
	blend_script_put(&job->script, &out);
	rv_json_open(&out, "export", '{');
	rv_json_put_string(&out, "path", path);
	rv_json_put_bool(&out, "freeze_physics", freeze_physics);
	rv_json_put_bool(&out, "pack_resources", pack_resources);
	rv_json_close(&out, '}');
	rv_json_close(&out, '}');
	rv_str_release(&work);
}

/* Blender writes beside the file, so that the paths in it are right, and what it wrote is renamed. */
static int export(const struct job *job, struct rv_err *err)
{
	struct porcelain_session session = PORCELAIN_SESSION_INIT;
	struct rv_record reply = RV_RECORD_INIT;
	struct rv_str request = RV_STR_INIT;
	char *const path = rv_path_hidden(job->target, ".tmp-");
	put_request(job, path, &request);
	int result = porcelain_session_start(&session, job->work_path, site, err);
	if (result == 0) {
		result = porcelain_session_ask(&session, &request, &reply, err);
	}
	porcelain_session_end(&session);
	if (result == 0 && rename(path, job->target) < 0) {
		result = rv_fail_errno(err, "cannot rename '%s' to '%s'", path, output);
	}
	if (result < 0) {
		unlink(path);
		rv_str_clear(&request);
		rv_str_printf(&request, "%s@", path); /* as Blender names a file that it is writing */
		unlink(request.ptr);
	}
	rv_record_release(&reply);
	rv_str_release(&request);
	free(path);
	return result;
}

int porcelain_command_export(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct job job = { .script = BLEND_SCRIPT_INIT, .work = RV_WORKDIR_INIT, .place = GEN_WORKPLACE_INIT };
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (argc != 1) {
		return argc == 0 ? rv_tool_usage(&tool, "no script given")
		                 : rv_tool_usage(&tool, "one script at a time, not also '%s'", argv[1]);
	}
	rv_sig_catch();
	porcelain_dotenv_load();
	if (check(&job, argv[0], &err) < 0 || prepare(&job, &err) < 0 || export(&job, &err) < 0) {
		tool.signal = rv_sig_stop();
		rv_tool_fail(&tool, &err);
		if (err.code == RV_E_USAGE) {
			rv_hint("see 'rv export --help'");
		}
	} else {
		rv_note("wrote %s", output);
	}
	gen_workplace_close_used(&job.place);
	rv_workdir_close(&job.work);
	blend_script_release(&job.script);
	free(job.target);
	free(job.parent);
	free(job.work_path);
	return rv_tool_end(&tool);
}

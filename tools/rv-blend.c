/* SPDX-License-Identifier: MIT */
/* rv-blend: renders each record of the stream, in a pool of warm Blender workers. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blend/environment.h"
#include "blend/locate.h"
#include "marked.h"
#include "blend/pool.h"
#include "blend/script.h"
#include "blend/settings.h"
#include "blend/site.h"
#include "diag.h"
#include "dir.h"
#include "file.h"
#include "gen/workplace.h"
#include "json.h"
#include "parse.h"
#include "sig.h"
#include "stream.h"

#define LOCK_NAME ".rv-blend.lock"

static const char *const progress_modes[] = { "auto", "none", "line", "plain", "json", NULL };

static const char *out_dir = "out", *cwd_option, *blender_option, *site_option, *log_option, *gen_dir, *gpus_text;
static size_t jobs;
static double timeout_s = 600, start_timeout_s = 120;
static uint64_t retries = 2, recycle = 1000, max_rss_bytes;
static int progress, gen_retain = GEN_RETAIN_NONE;
static bool keeps, is_shared, trusts_sizes, again, is_part;
static double wait_s;

static const struct rv_option places[] = {
	{ .kind = RV_OPT_STRING,
	  .letter = 'o',
	  .name = "output",
	  .value = &out_dir,
	  .argument = "DIR",
	  .help = "put samples in DIR/ID" },
	{ .kind = RV_OPT_FLAG,
	  .name = "replace",
	  .value = &keeps,
	  .help = "replace samples of another scene; files of others in a sample that is rendered anew go into the new "
	          "one",
	  .unset = "an error" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "wait",
	  .value = &wait_s,
	  .argument = "S",
	  .help = "for another rv-blend that is at work in DIR" },
	{ .kind = RV_OPT_FLAG,
	  .name = "share",
	  .value = &is_shared,
	  .help = "let others with --share work in DIR at the same time, on other samples" },
	{ .kind = RV_OPT_FLAG,
	  .name = "trust-sizes",
	  .value = &trusts_sizes,
	  .help = "take a file that has its size for what it was",
	  .unset = "digests are compared" },
	{ .kind = RV_OPT_FLAG,
	  .name = "again",
	  .value = &again,
	  .help = "an id may come again: what is there is passed on, the rest rendered anew",
	  .unset = "an error" },
	{ .kind = RV_OPT_FLAG, .name = "part", .value = &is_part }, /* of a command that says how to go on with it */
	{ .kind = RV_OPT_STRING,
	  .name = "cwd",
	  .value = &cwd_option,
	  .argument = "DIR",
	  .help = "root of scene and assets",
	  .unset = "the scene's folder" },
	{ .kind = RV_OPT_STRING,
	  .name = "blender",
	  .value = &blender_option,
	  .argument = "COMMAND",
	  .help = "the Blender to use: a program, or a command such as 'flatpak run org.blender.Blender'",
	  .unset = "$RV_BLENDER, $BLENDER_PATH, PATH" },
	{ .kind = RV_OPT_STRING,
	  .name = "site",
	  .value = &site_option,
	  .argument = "DIR",
	  .help = "a directory of packages that scenes find, see 'rv python site'" },
	{ .kind = RV_OPT_STRING,
	  .name = "log",
	  .value = &log_option,
	  .argument = "DIR",
	  .help = "keep what the workers say, in DIR/worker-N.log" },
	{ .kind = RV_OPT_STRING,
	  .name = "gen-dir",
	  .value = &gen_dir,
	  .argument = "DIR",
	  .help = "where the scene's generators work, from the root",
	  .unset = "generated" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "gen-retain",
	  .value = &gen_retain,
	  .argument = "all|last|none",
	  .help = "what stays of their files: all, this run's, or nothing",
	  .choices = gen_retain_names },
	{ .kind = RV_OPT_END },
};

static const struct rv_option workers[] = {
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &jobs,
	  .argument = "N|auto",
	  .help = "Blenders at a time; auto: from cores and memory" },
	{ .kind = RV_OPT_STRING,
	  .name = "gpus",
	  .value = &gpus_text,
	  .argument = "LIST",
	  .help = "pin workers to these cards in turn: all, none, or numbers such as 0,1,3",
	  .unset = "all, unless -j1" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "timeout",
	  .value = &timeout_s,
	  .argument = "S",
	  .help = "kill a worker that takes longer for a sample or a frame; 0: never" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "start-timeout",
	  .value = &start_timeout_s,
	  .argument = "S",
	  .help = "the same for its start, and more for the first picture by an engine that takes long" },
	{ .kind = RV_OPT_U64,
	  .name = "retries",
	  .value = &retries,
	  .argument = "N",
	  .help = "attempts after the first when a worker is lost",
	  .min = 0,
	  .max = 1000 },
	{ .kind = RV_OPT_U64,
	  .name = "recycle",
	  .value = &recycle,
	  .argument = "N",
	  .help = "replace a worker after N samples; 0: never",
	  .min = 0,
	  .max = 1 << 30 },
	{ .kind = RV_OPT_SIZE,
	  .name = "max-rss",
	  .value = &max_rss_bytes,
	  .argument = "SIZE",
	  .help = "replace a worker whose memory grows past SIZE",
	  .unset = "never" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "progress",
	  .value = &progress,
	  .argument = "HOW",
	  .help = "on stderr",
	  .choices = progress_modes },
	{ .kind = RV_OPT_END },
};

static const struct rv_option_group groups[] = {
	{ .title = "Where", .options = places },
	{ .title = "Picture", .options = blend_settings_picture },
	{ .title = "Before rendering (a record's member blend says the same, and wins)",
	  .options = blend_settings_before },
	{ .title = "Workers", .options = workers },
	{ .title = "What it cost", .options = blend_tally_options },
	{ .title = NULL },
};

static const struct rv_program program = {
	.name = "rv-blend",
	.usage = "[OPTION]... [SCENE.py|SCENE.blend]",
	.purpose = "Render each record with a scene script or a .blend file, in a pool of warm Blenders.",
	.groups = groups,
	.operands = "*.py *.blend",
	.examples = "rv-seed seq 100 | rv-blend scene.py | rv-mask | rv-mux\n"
	            "rv-seed seq 8 | rv-blend scene.py -j2 --resolution 320,240 --samples 16 -o out\n"
	            "rv-seed seq 1 | rv-blend walk.blend --frames 1..48 --passes Vector | rv-mask",
};

/* What the command line comes to. */
struct plan {
	struct blend_script script;
	struct rv_str settings; /* JSON, also part of every sample's key */
	struct rv_str rest;     /* of a request */
	struct rv_str fingerprint;
	char *blender, *home, *site;
	struct blend_jobs jobs;
};

static void plan_request(struct plan *plan)
{
	struct rv_json_out out;
	rv_json_out_init(&out, &plan->rest);
	blend_script_put(&plan->script, &out);
	rv_json_put_raw(&out, "settings", plan->settings.ptr, plan->settings.len);
}

/* Everything that decides the samples besides their records, the files they read and Blender's version. No path but the
 * scene's own, below its root: a dataset is the same wherever its project lies. */
static int plan_fingerprint(struct plan *plan, struct rv_err *err)
{
	struct rv_str *text = &plan->fingerprint, version = RV_STR_INIT;
	plan->site = site_option ? rv_path_absolute(site_option) : NULL;
	plan->blender = blend_locate_blender(blender_option, err);
	plan->home = plan->blender ? blend_locate_home(err) : NULL;
	if (!plan->home || blend_locate_render_version(plan->home, &version, err) < 0) {
		rv_str_release(&version);
		return -1;
	}
	rv_str_printf(text, "rv-blend %s\n", version.ptr);
	blend_environment_put_key(text);
	if (plan->site && blend_site_put_key(site_option, text, err) < 0) {
		rv_str_release(&version);
		return -1;
	}
	rv_str_printf(text, "%s\n%s", plan->script.path ? blend_script_name(&plan->script, plan->script.path) : "",
	              plan->settings.ptr);
	rv_str_release(&version);
	return 0;
}

static void release(struct plan *plan)
{
	blend_script_release(&plan->script);
	blend_settings_release();
	free(plan->blender);
	free(plan->home);
	free(plan->site);
	blend_jobs_release(&plan->jobs);
	rv_str_release(&plan->settings);
	rv_str_release(&plan->rest);
	rv_str_release(&plan->fingerprint);
}

/* Where generators work: --gen-dir, or inside `scratch` when the scene's folder cannot be written to. */
static int open_gen_place(struct gen_workplace *place, const struct plan *plan, const char *scratch,
                          struct rv_str *path, struct rv_err *err)
{
	int result = gen_workplace_open_run(place, plan->script.root, gen_dir ? gen_dir : "generated",
	                                    (enum gen_retain)gen_retain, err);
	if (result < 0 && !gen_dir && gen_retain == GEN_RETAIN_NONE) {
		rv_detail("%s", err->text);
		rv_str_printf(path, "%s/generated", scratch);
		return 0;
	}
	rv_str_puts(path, result < 0 ? "" : place->path);
	return result;
}

/* The samples' directory is ours from here on; what killed runs have left there is looked after. */
static int take_place(struct rv_lock *lock, const char *shown, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/" LOCK_NAME, out_dir);
	int status = rv_mkdirs(out_dir, err);
	if (status == 0 && !blend_settings_dry_run()) {
		status = (is_shared ? rv_lock_share : rv_lock_take)(lock, path.ptr, shown, wait_s, err);
	}
	if (status == 0 && !blend_settings_dry_run() && !is_shared) {
		rv_place_sweep(out_dir, NULL, &rv_sample_owner);
	}
	rv_str_release(&path);
	return status;
}

/* The stream, with a hidden directory beside the samples for everything that is not ready. */
static void render(struct rv_tool *tool, struct plan *plan)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_lock lock = RV_LOCK_INIT;
	struct rv_workdir work = RV_WORKDIR_INIT;
	struct gen_workplace place = GEN_WORKPLACE_INIT;
	struct rv_stream stream;
	struct blend_tally tally;
	struct rv_str gen_path = RV_STR_INIT, shown = RV_STR_INIT;
	char *work_path = NULL;
	char *log_path = NULL;
	rv_str_printf(&shown, "'%s'", out_dir);
	if (take_place(&lock, shown.ptr, &err) < 0 || rv_workdir_open(&work, out_dir, "rv-blend", &err) < 0 ||
	    (log_option && rv_mkdirs(log_option, &err) < 0)) {
		rv_tool_status(tool, 3);
		rv_tool_fail(tool, &err);
		goto out;
	}
	work_path = rv_path_absolute(work.path);
	if (open_gen_place(&place, plan, work_path, &gen_path, &err) < 0) {
		rv_tool_status(tool, 3);
		rv_tool_fail(tool, &err);
		goto out;
	}
	if (rv_stream_open(&stream, tool, NULL, 0) < 0) {
		goto out;
	}
	stream.ids = again ? NULL : rv_idset_new();
	log_path = log_option ? rv_path_absolute(log_option) : NULL;
	struct blend_pool_setup setup = {
		.worker = { .blender = plan->blender,
		            .home = plan->home,
		            .site = plan->site,
		            .work_dir = work_path,
		            .log_dir = log_path,
		            .threads = plan->jobs.threads,
		            .start_timeout_s = start_timeout_s,
		            .max_rss_bytes = max_rss_bytes,
		            .device = blend_settings_dry_run() ? NULL : blend_settings_device() },
		.run = { .out_dir = out_dir,
		         .settings = plan->settings.ptr,
		         .deps = blend_deps_new(plan->script.root),
		         .script = &plan->script,
		         .lock = blend_settings_dry_run() ? NULL : &lock,
		         .shown = shown.ptr,
		         .keeps = keeps,
		         .trusts_sizes = trusts_sizes,
		         .again = again,
		         .dry_run = blend_settings_dry_run(),
		         .gen_dir = gen_path.ptr,
		         .gen_keeps = gen_retain != GEN_RETAIN_NONE },
		.settings = plan->fingerprint.ptr,
		.request_rest = plan->rest.ptr,
		.jobs = &plan->jobs,
		.retries = (unsigned int)retries,
		.recycle = recycle,
		.timeout_s = timeout_s,
		.progress = (enum rv_progress_mode)progress,
		.is_part = is_part,
		.tally = &tally,
	};
	blend_tally_begin(&tally);
	if (blend_pool_run(&setup, &stream, &err) < 0) {
		rv_tool_fail(tool, &err);
	}
	rv_stream_close(&stream);
	if (blend_tally_end(&tally, &err) < 0) {
		rv_tool_fail(tool, &err);
	}
	blend_deps_free(setup.run.deps);
out:
	gen_workplace_close(&place);
	rv_workdir_close(&work);
	rv_lock_drop(&lock);
	rv_str_release(&shown);
	rv_str_release(&gen_path);
	free(work_path);
	free(log_path);
}

static int list_settings(bool as_json)
{
	struct rv_str text = RV_STR_INIT;
	blend_settings_list(as_json, &text);
	const int status = rv_write_all(STDOUT_FILENO, text.ptr, text.len) < 0 ? 3 : 0;
	rv_str_release(&text);
	return status;
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct plan plan = { .settings = RV_STR_INIT, .rest = RV_STR_INIT, .fingerprint = RV_STR_INIT };
	int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (blend_settings_are_asked_for()) {
		return list_settings(tool.common.json);
	}
	if (argc == 0 && isatty(STDIN_FILENO)) {
		return rv_tool_usage(&tool, "no scene given, and no records that name one");
	}
	if (argc > 1) {
		return rv_tool_usage(&tool, "one scene at a time, not also '%s'", argv[1]);
	}
	if (gen_dir && !*gen_dir) {
		return rv_tool_usage(&tool, "--gen-dir: an empty name");
	}
	rv_sig_catch();
	if (blend_jobs_plan(&plan.jobs, jobs, gpus_text, blend_settings_may_use_gpus(), &err) < 0 ||
	    blend_settings_put(&plan.settings, &err) < 0 ||
	    blend_script_find(&plan.script, argc > 0 ? argv[0] : NULL, cwd_option, &err) < 0 ||
	    rv_path_check_utf8(out_dir, &err) < 0 || (gen_dir && rv_path_check_utf8(gen_dir, &err) < 0) ||
	    blend_settings_check_paths(&plan.script, &err) < 0 || plan_fingerprint(&plan, &err) < 0) {
		tool.signal = err.code == RV_E_CANCELLED ? rv_sig_stop() : 0;
		rv_tool_fail(&tool, &err);
		goto out;
	}
	plan_request(&plan);
	render(&tool, &plan);
out:
	release(&plan);
	return rv_tool_end(&tool);
}

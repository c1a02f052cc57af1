/* SPDX-License-Identifier: MIT */
/* rv-blend: renders each record of the stream, in a pool of warm Blender workers. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blend/locate.h"
#include "blend/operations.h"
#include "blend/passes.h"
#include "blend/pool.h"
#include "blend/script.h"
#include "diag.h"
#include "dir.h"
#include "file.h"
#include "gen/workplace.h"
#include "json.h"
#include "parse.h"
#include "sig.h"
#include "stream.h"

#define NOT_GIVEN UINT64_MAX
#define KEY_VERSION 1 /* goes up when the same things would give other files */

enum { DEVICE_CPU = 6 };
static const char *const devices[] = { "auto", "optix", "cuda", "hip", "oneapi", "metal", "cpu", NULL };
static const char *const codecs[] = { "none", "rle", "zips", "zip", "piz", NULL };
static const char *const progress_modes[] = { "auto", "none", "line", "json", NULL };

static const char *out_dir = "out", *cwd_option, *blender_option, *log_option;
static const char *jobs_text = "auto", *gpus_text, *resolution_text, *passes_text = "";
static uint64_t samples = NOT_GIVEN, min_samples = NOT_GIVEN, seed_cycles = NOT_GIVEN;
static double noise_threshold = NAN, time_limit_s = NAN;
static double timeout_s = 600, start_timeout_s = 120;
static uint64_t retries = 2, recycle = 1000, max_rss_bytes;
static int device, codec, progress, gen_retain = GEN_RETAIN_NONE;
static const char *gen_dir;
static bool denoise, with_cpu, autoexec, dry_run;
static struct blend_operations operations = BLEND_OPERATIONS_INIT;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_GROUP, .name = "Where" },
	{ RV_OPT_STRING, 'o', "output", &out_dir, "DIR", "put samples in DIR/ID (default: out)", 0, 0, NULL },
	{ RV_OPT_STRING, 0, "cwd", &cwd_option, "DIR", "root of scene and assets (default: the scene's folder)", 0, 0,
	  NULL },
	{ RV_OPT_STRING, 0, "blender", &blender_option, "PATH",
	  "the Blender to use (default: $RV_BLENDER, $BLENDER_PATH, PATH)", 0, 0, NULL },
	{ RV_OPT_STRING, 0, "log", &log_option, "DIR", "keep what the workers say, in DIR/worker-N.log", 0, 0, NULL },
	{ RV_OPT_STRING, 0, "gen-dir", &gen_dir, "DIR",
	  "where the scene's generators work, from the root (default: generated)", 0, 0, NULL },
	{ RV_OPT_CHOICE, 0, "gen-retain", &gen_retain, "all|last|none",
	  "what stays of their files: all, this run's, or nothing (default: none)", 0, 0, gen_retain_names },
	{ .kind = RV_OPT_GROUP, .name = "Picture" },
	{ RV_OPT_STRING, 0, "resolution", &resolution_text, "W,H", "pixels (default: 640,640; a .blend file's own)", 0,
	  0, NULL },
	{ RV_OPT_U64, 0, "samples", &samples, "N", "samples per pixel (default: 64; a .blend file's own)", 1, 1 << 24,
	  NULL },
	{ RV_OPT_U64, 0, "min-samples", &min_samples, "N", "lowest number with adaptive sampling", 0, 1 << 24, NULL },
	{ RV_OPT_DOUBLE, 0, "noise-threshold", &noise_threshold, "X", "adaptive sampling to this noise; 0: none", 0, 1,
	  NULL },
	{ RV_OPT_SECONDS, 0, "time-limit", &time_limit_s, "S", "stop a render after this time (not deterministic)", 0,
	  0, NULL },
	{ RV_OPT_U64, 0, "seed-cycles", &seed_cycles, "N", "seed of the noise (default: from the record's seed)", 0,
	  INT32_MAX, NULL },
	{ RV_OPT_CHOICE, 0, "device", &device, "DEVICE", "what renders (default: auto)", 0, 0, devices },
	{ RV_OPT_FLAG, 0, "with-cpu", &with_cpu, NULL, "let the processors help a graphics card (not deterministic)", 0,
	  0, NULL },
	{ RV_OPT_STRING, 0, "passes", &passes_text, "A,B", "passes besides those of the scene", 0, 0, NULL },
	{ RV_OPT_FLAG, 0, "denoise", &denoise, NULL, "denoise, where Blender can", 0, 0, NULL },
	{ RV_OPT_CHOICE, 0, "codec", &codec, "CODEC", "compression of passes.exr (default: none)", 0, 0, codecs },
	{ RV_OPT_STRING, 0, "image-format", &operations.image_format, "F[:D[:C]]",
	  "PNG:8|16 or OPEN_EXR:16|32, with BW, RGB or RGBA (default: PNG:8:RGBA)", 0, 0, NULL },
	{ .kind = RV_OPT_GROUP, .name = "Before rendering (a record's member blend says the same, and wins)" },
	{ RV_OPT_STRING, 0, "frames", &operations.frames, "A..B[:STEP]",
	  "render a sequence (default: as the scene says)", 0, 0, NULL },
	{ RV_OPT_DOUBLE, 0, "fps", &operations.fps, "X", "its frames per second (default: as the scene says, else 24)",
	  1e-3, 1000, NULL },
	{ RV_OPT_DOUBLE, 0, "percentage", &operations.percentage, "P", "of the resolution", 1, 32767, NULL },
	{ RV_OPT_CHOICE, 0, "animations", &operations.animations, "on|off", "off: the file's animation stands still", 0,
	  0, blend_operations_switch },
	{ RV_OPT_LIST, 0, "keyframes", &operations.keyframes, "SCALE[,SHIFT]",
	  "keys at frame f go to SCALE * f + SHIFT; more than once: one after the other", 0, 0, NULL },
	{ RV_OPT_FLAG, 0, "unbind-camera", &operations.unbind_camera, NULL,
	  "free the camera of parent, constraints and animation", 0, 0, NULL },
	{ RV_OPT_STRING, 0, "camera", &operations.camera, "JSON",
	  "put the camera somewhere: name, location, rotation, look_at, rotate, offset, keyframes", 0, 0, NULL },
	{ RV_OPT_STRING, 0, "trajectory", &operations.trajectory, "FILE",
	  "the camera's poses, as JSON Lines {\"frame\":n,\"matrix\":4x4}", 0, 0, NULL },
	{ RV_OPT_CHOICE, 0, "motion-blur", &operations.motion_blur, "on|off", "not with optical flow", 0, 0,
	  blend_operations_switch },
	{ RV_OPT_LIST, 0, "addon", &operations.addons, "NAME", "an add-on of Blender that the scene needs", 0, 0,
	  NULL },
	{ RV_OPT_CHOICE, 0, "index", &operations.index, "HOW",
	  "indices of a .blend file's objects: its own (file), by name (names), or auto", 0, 0,
	  blend_operations_index },
	{ RV_OPT_FLAG, 0, "composite", &operations.composite, NULL,
	  "add the picture that the scene's compositor makes to each sample", 0, 0, NULL },
	{ RV_OPT_FLAG, 0, "save", &operations.save, NULL, "add scene.blend, what was rendered, to each sample", 0, 0,
	  NULL },
	{ RV_OPT_STRING, 0, "blend", &operations.all, "JSON", "all of these in one object, as in a record", 0, 0,
	  NULL },
	{ RV_OPT_FLAG, 0, "autoexec", &autoexec, NULL, "run scripts that are inside .blend files", 0, 0, NULL },
	{ RV_OPT_FLAG, 0, "dry-run", &dry_run, NULL, "say what would be rendered, render nothing", 0, 0, NULL },
	{ .kind = RV_OPT_GROUP, .name = "Workers" },
	{ RV_OPT_STRING, 'j', "jobs", &jobs_text, "N|auto", "Blenders at a time (default: auto, from cores and memory)",
	  0, 0, NULL },
	{ RV_OPT_STRING, 0, "gpus", &gpus_text, "LIST",
	  "pin workers to these cards in turn: all, none, or numbers such as 0,1,3 (default: all, unless -j1)", 0, 0,
	  NULL },
	{ RV_OPT_SECONDS, 0, "timeout", &timeout_s, "S",
	  "kill a worker that takes longer for a sample or a frame (default: 10m; 0: never)", 0, 0, NULL },
	{ RV_OPT_SECONDS, 0, "start-timeout", &start_timeout_s, "S", "the same for its start (default: 2m)", 0, 0,
	  NULL },
	{ RV_OPT_U64, 0, "retries", &retries, "N", "attempts after the first when a worker is lost (default: 2)", 0,
	  1000, NULL },
	{ RV_OPT_U64, 0, "recycle", &recycle, "N", "replace a worker after N samples (default: 1000; 0: never)", 0,
	  1 << 30, NULL },
	{ RV_OPT_SIZE, 0, "max-rss", &max_rss_bytes, "SIZE", "replace a worker whose memory grows past SIZE", 0, 0,
	  NULL },
	{ RV_OPT_CHOICE, 0, "progress", &progress, "HOW", "on stderr (default: auto)", 0, 0, progress_modes },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv-blend",
	.usage = "[OPTION]... [SCENE.py|SCENE.blend]",
	.purpose = "Render each record with a scene script or a .blend file, in a pool of warm Blenders.",
	.options = options,
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
	char *blender, *home;
	struct blend_jobs jobs;
};

static void put_u64_or_null(struct rv_json_out *out, const char *key, uint64_t value)
{
	if (value == NOT_GIVEN) {
		rv_json_put_raw(out, key, "null", 4);
	} else {
		rv_json_put_u64(out, key, value);
	}
}

static void put_double_or_null(struct rv_json_out *out, const char *key, double value)
{
	if (isnan(value)) {
		rv_json_put_raw(out, key, "null", 4);
	} else {
		rv_json_put_double(out, key, value);
	}
}

static int plan_settings(struct plan *plan, struct rv_err *err)
{
	struct rv_json_out out;
	uint32_t width, height;
	char upper[8] = "";
	if (resolution_text && rv_parse_resolution(resolution_text, "--resolution", &width, &height, err) < 0) {
		return -1;
	}
	if (gen_dir && !*gen_dir) {
		return rv_fail(err, RV_E_USAGE, "--gen-dir: an empty name");
	}
	if (!isnan(time_limit_s) && time_limit_s <= 0) {
		return rv_fail(err, RV_E_USAGE, "--time-limit: must be above 0");
	}
	if (min_samples != NOT_GIVEN && samples != NOT_GIVEN && min_samples > samples) {
		return rv_fail(err, RV_E_USAGE, "--min-samples: %" PRIu64 " is more than --samples %" PRIu64,
		               min_samples, samples);
	}
	for (size_t i = 0; codecs[codec][i] && i + 1 < sizeof(upper); i++) {
		upper[i] = (char)(codecs[codec][i] - 'a' + 'A');
	}
	rv_json_out_init(&out, &plan->settings);
	rv_json_open(&out, NULL, '{');
	if (resolution_text) {
		rv_json_open(&out, "resolution", '[');
		rv_json_put_u64(&out, NULL, width);
		rv_json_put_u64(&out, NULL, height);
		rv_json_close(&out, ']');
	} else {
		rv_json_put_raw(&out, "resolution", "null", 4);
	}
	put_u64_or_null(&out, "samples", samples);
	put_u64_or_null(&out, "min_samples", min_samples);
	put_double_or_null(&out, "noise_threshold", noise_threshold);
	put_double_or_null(&out, "time_limit", time_limit_s);
	put_u64_or_null(&out, "seed_cycles", seed_cycles);
	rv_json_put_string(&out, "device", devices[device]);
	if (blend_passes_put(&out, passes_text, err) < 0) {
		return -1;
	}
	rv_json_put_bool(&out, "denoise", denoise);
	rv_json_put_string(&out, "codec", upper);
	if (with_cpu) {
		rv_json_put_bool(&out, "with_cpu", true);
	}
	if (autoexec) {
		rv_json_put_bool(&out, "autoexec", true);
	}
	if (dry_run) {
		rv_json_put_bool(&out, "dry_run", true);
	}
	if (blend_operations_put(&out, &operations, err) < 0) {
		return -1;
	}
	rv_json_close(&out, '}');
	return 0;
}

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
	struct rv_str *text = &plan->fingerprint;
	char home[RV_HASH_HEX_LEN + 1];
	size_t root_len = strlen(plan->script.root);
	const char *scene = plan->script.path ? plan->script.path : "";
	bool inside = !strncmp(scene, plan->script.root, root_len) && scene[root_len] == '/';
	plan->blender = blend_locate_blender(blender_option, err);
	plan->home = plan->blender ? blend_locate_home(err) : NULL;
	if (!plan->home || blend_locate_home_digest(plan->home, home, err) < 0) {
		return -1;
	}
	rv_str_printf(text, "rv-blend %d\n%s\n%s\n", KEY_VERSION, RV_VERSION, home);
	rv_str_printf(text, "%s\n%s", inside ? scene + root_len + 1 : rv_path_base(scene), plan->settings.ptr);
	return 0;
}

static void release(struct plan *plan)
{
	blend_script_release(&plan->script);
	blend_operations_release(&operations);
	free(plan->blender);
	free(plan->home);
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

/* The stream, with a hidden directory beside the samples for everything that is not ready. */
static void render(struct rv_tool *tool, struct plan *plan)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_workdir work = RV_WORKDIR_INIT;
	struct gen_workplace place = GEN_WORKPLACE_INIT;
	struct rv_stream stream;
	struct rv_str gen_path = RV_STR_INIT;
	char *work_path = NULL;
	char *log_path = NULL;
	if (rv_mkdirs(out_dir, &err) < 0 || rv_workdir_open(&work, out_dir, "rv-blend", &err) < 0 ||
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
	stream.ids = rv_idset_new();
	log_path = log_option ? rv_path_absolute(log_option) : NULL;
	struct blend_pool_setup setup = {
		.worker = { .blender = plan->blender,
		            .home = plan->home,
		            .work_dir = work_path,
		            .log_dir = log_path,
		            .threads = plan->jobs.threads,
		            .start_timeout_s = start_timeout_s,
		            .max_rss_bytes = max_rss_bytes,
		            .device = dry_run ? NULL : devices[device] },
		.run = { .out_dir = out_dir,
		         .settings = plan->settings.ptr,
		         .deps = blend_deps_new(plan->script.root),
		         .script = &plan->script,
		         .dry_run = dry_run,
		         .gen_dir = gen_path.ptr,
		         .gen_keeps = gen_retain != GEN_RETAIN_NONE },
		.settings = plan->fingerprint.ptr,
		.request_rest = plan->rest.ptr,
		.jobs = &plan->jobs,
		.retries = (unsigned int)retries,
		.recycle = recycle,
		.timeout_s = timeout_s,
		.progress = (enum rv_progress_mode)progress,
	};
	if (blend_pool_run(&setup, &stream, &err) < 0) {
		rv_tool_fail(tool, &err);
	}
	rv_stream_close(&stream);
	blend_deps_free(setup.run.deps);
out:
	gen_workplace_close(&place);
	rv_workdir_close(&work);
	rv_str_release(&gen_path);
	free(work_path);
	free(log_path);
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
	if (argc == 0 && isatty(STDIN_FILENO)) {
		return rv_tool_usage(&tool, "no scene given, and no records that name one");
	}
	if (argc > 1) {
		return rv_tool_usage(&tool, "one scene at a time, not also '%s'", argv[1]);
	}
	rv_sig_catch();
	if (blend_jobs_plan(&plan.jobs, jobs_text, gpus_text, device != DEVICE_CPU, &err) < 0 ||
	    plan_settings(&plan, &err) < 0 ||
	    blend_script_find(&plan.script, argc > 0 ? argv[0] : NULL, cwd_option, &err) < 0 ||
	    plan_fingerprint(&plan, &err) < 0) {
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

/* SPDX-License-Identifier: MIT */
/* The options of a picture, and the settings that they come to. */
#include "blend/settings.h"

#include <inttypes.h>
#include <math.h>

#include "blend/operations.h"
#include "blend/passes.h"
#include "json.h"
#include "parse.h"

#define NOT_GIVEN UINT64_MAX

enum { DEVICE_CPU = 6 };
static const char *const devices[] = { "auto", "optix", "cuda", "hip", "oneapi", "metal", "cpu", NULL };
static const char *const codecs[] = { "none", "rle", "zips", "zip", "piz", NULL };

static const char *resolution_text, *passes_text = "";
static uint64_t samples = NOT_GIVEN, min_samples = NOT_GIVEN, seed_cycles = NOT_GIVEN;
static double noise_threshold = NAN, time_limit_s = NAN;
static int device, codec;
static bool denoise, with_cpu, autoexec, dry_run;
static struct blend_operations operations = BLEND_OPERATIONS_INIT;

const struct rv_option blend_settings_picture[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "resolution",
	  .value = &resolution_text,
	  .argument = "W,H",
	  .help = "pixels",
	  .unset = "640,640; a .blend file's own" },
	{ .kind = RV_OPT_U64,
	  .name = "samples",
	  .value = &samples,
	  .argument = "N",
	  .help = "samples per pixel",
	  .unset = "64; a .blend file's own",
	  .min = 1,
	  .max = 1 << 24 },
	{ .kind = RV_OPT_U64,
	  .name = "min-samples",
	  .value = &min_samples,
	  .argument = "N",
	  .help = "lowest number with adaptive sampling",
	  .min = 0,
	  .max = 1 << 24 },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "noise-threshold",
	  .value = &noise_threshold,
	  .argument = "X",
	  .help = "adaptive sampling to this noise; 0: none",
	  .min = 0,
	  .max = 1 },
	{ .kind = RV_OPT_SECONDS,
	  .name = "time-limit",
	  .value = &time_limit_s,
	  .argument = "S",
	  .help = "stop a render after this time (not deterministic)" },
	{ .kind = RV_OPT_U64,
	  .name = "seed-cycles",
	  .value = &seed_cycles,
	  .argument = "N",
	  .help = "seed of the noise",
	  .unset = "from the record's seed",
	  .min = 0,
	  .max = INT32_MAX },
	{ .kind = RV_OPT_CHOICE,
	  .name = "device",
	  .value = &device,
	  .argument = "DEVICE",
	  .help = "what renders",
	  .choices = devices },
	{ .kind = RV_OPT_FLAG,
	  .name = "with-cpu",
	  .value = &with_cpu,
	  .help = "let the processors help a graphics card (not deterministic)" },
	{ .kind = RV_OPT_STRING,
	  .name = "passes",
	  .value = &passes_text,
	  .argument = "A,B",
	  .help = "passes besides those of the scene" },
	{ .kind = RV_OPT_FLAG, .name = "denoise", .value = &denoise, .help = "denoise, where Blender can" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "codec",
	  .value = &codec,
	  .argument = "CODEC",
	  .help = "compression of passes.exr",
	  .choices = codecs },
	{ .kind = RV_OPT_STRING,
	  .name = "image-format",
	  .value = &operations.image_format,
	  .argument = "F[:D[:C]]",
	  .help = "PNG:8|16 or OPEN_EXR:16|32, with BW, RGB or RGBA",
	  .unset = "PNG:8:RGBA" },
	{ .kind = RV_OPT_END },
};

const struct rv_option blend_settings_before[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "frames",
	  .value = &operations.frames,
	  .argument = "A..B[:STEP]",
	  .help = "render a sequence",
	  .unset = "as the scene says" },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "fps",
	  .value = &operations.fps,
	  .argument = "X",
	  .help = "its frames per second",
	  .unset = "as the scene says, else 24",
	  .min = 1e-3,
	  .max = 1000 },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "percentage",
	  .value = &operations.percentage,
	  .argument = "P",
	  .help = "of the resolution",
	  .min = 1,
	  .max = 32767 },
	{ .kind = RV_OPT_CHOICE,
	  .name = "animations",
	  .value = &operations.animations,
	  .argument = "on|off",
	  .help = "off: the file's animation stands still",
	  .choices = blend_operations_switch },
	{ .kind = RV_OPT_LIST,
	  .name = "keyframes",
	  .value = &operations.keyframes,
	  .argument = "SCALE[,SHIFT]",
	  .help = "keys at frame f go to SCALE * f + SHIFT; more than once: one after the other" },
	{ .kind = RV_OPT_FLAG,
	  .name = "unbind-camera",
	  .value = &operations.unbind_camera,
	  .help = "free the camera of parent, constraints and animation" },
	{ .kind = RV_OPT_STRING,
	  .name = "camera",
	  .value = &operations.camera,
	  .argument = "JSON",
	  .help = "put the camera somewhere: name, location, rotation, look_at, rotate, offset, keyframes" },
	{ .kind = RV_OPT_STRING,
	  .name = "trajectory",
	  .value = &operations.trajectory,
	  .argument = "FILE",
	  .help = "the camera's poses, as JSON Lines {\"frame\":n,\"matrix\":4x4}" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "motion-blur",
	  .value = &operations.motion_blur,
	  .argument = "on|off",
	  .help = "not with optical flow",
	  .choices = blend_operations_switch },
	{ .kind = RV_OPT_LIST,
	  .name = "addon",
	  .value = &operations.addons,
	  .argument = "NAME",
	  .help = "an add-on of Blender that the scene needs" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "index",
	  .value = &operations.index,
	  .argument = "HOW",
	  .help = "indices of a .blend file's objects: its own (file), by name (names), or auto",
	  .choices = blend_operations_index },
	{ .kind = RV_OPT_FLAG,
	  .name = "composite",
	  .value = &operations.composite,
	  .help = "add the picture that the scene's compositor makes to each sample" },
	{ .kind = RV_OPT_FLAG,
	  .name = "save",
	  .value = &operations.save,
	  .help = "add scene.blend, what was rendered, to each sample" },
	{ .kind = RV_OPT_STRING,
	  .name = "blend",
	  .value = &operations.all,
	  .argument = "JSON",
	  .help = "all of these in one object, as in a record" },
	{ .kind = RV_OPT_FLAG,
	  .name = "autoexec",
	  .value = &autoexec,
	  .help = "run scripts that are inside .blend files" },
	{ .kind = RV_OPT_FLAG,
	  .name = "dry-run",
	  .value = &dry_run,
	  .help = "say what would be rendered, render nothing" },
	{ .kind = RV_OPT_END },
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

static int check(struct rv_err *err)
{
	if (!isnan(time_limit_s) && time_limit_s <= 0) {
		return rv_fail(err, RV_E_USAGE, "--time-limit: must be above 0");
	}
	if (min_samples != NOT_GIVEN && samples != NOT_GIVEN && min_samples > samples) {
		return rv_fail(err, RV_E_USAGE, "--min-samples: %" PRIu64 " is more than --samples %" PRIu64,
		               min_samples, samples);
	}
	return 0;
}

static int put_resolution(struct rv_json_out *out, struct rv_err *err)
{
	uint32_t width, height;
	if (!resolution_text) {
		rv_json_put_raw(out, "resolution", "null", 4);
		return 0;
	}
	if (rv_parse_resolution(resolution_text, "--resolution", &width, &height, err) < 0) {
		return -1;
	}
	rv_json_open(out, "resolution", '[');
	rv_json_put_u64(out, NULL, width);
	rv_json_put_u64(out, NULL, height);
	rv_json_close(out, ']');
	return 0;
}

int blend_settings_put(struct rv_str *text, struct rv_err *err)
{
	struct rv_json_out out;
	char upper[8] = "";
	for (size_t i = 0; codecs[codec][i] && i + 1 < sizeof(upper); i++) {
		upper[i] = (char)(codecs[codec][i] - 'a' + 'A');
	}
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	if (check(err) < 0 || put_resolution(&out, err) < 0) {
		return -1;
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

const char *blend_settings_device(void)
{
	return devices[device];
}

bool blend_settings_may_use_gpus(void)
{
	return device != DEVICE_CPU;
}

bool blend_settings_dry_run(void)
{
	return dry_run;
}

void blend_settings_release(void)
{
	blend_operations_release(&operations);
}

/* SPDX-License-Identifier: MIT */
/* The options of `rv preview`. */
#include "porcelain/preview_options.h"

#include <math.h>

#include "gen/workplace.h"
#include "vocabulary.h"

struct porcelain_preview_options porcelain_preview_asked = {
	.seed_text = "rand",
	.preview_out = "preview_out",
	.gen_dir = "generated",
	.time_limit_s = NAN,
	.gen_retain = GEN_RETAIN_LAST,
};

const struct rv_option porcelain_preview_rows[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "preview-files",
	  .value = &porcelain_preview_asked.preview_files,
	  .help = "render a sample each time, too" },
	{ .kind = RV_OPT_STRING,
	  .name = "preview-out",
	  .value = &porcelain_preview_asked.preview_out,
	  .argument = "DIR",
	  .help = "where its files appear" },
	{ .kind = RV_OPT_FLAG,
	  .name = "no-window",
	  .value = &porcelain_preview_asked.no_window,
	  .help = "only that: no window (needs --preview-files)" },
	{ .kind = RV_OPT_STRING,
	  .name = "resolution",
	  .value = &porcelain_preview_asked.resolution_text,
	  .argument = "W,H",
	  .help = "of these files, pixels",
	  .unset = "640,640" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "time-limit",
	  .value = &porcelain_preview_asked.time_limit_s,
	  .argument = "S",
	  .help = "stop a render after this time" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "gpu-backend",
	  .value = &porcelain_preview_asked.backend,
	  .argument = "NAME",
	  .help = "what renders",
	  .choices = rv_setting_devices },
	{ .kind = RV_OPT_STRING,
	  .name = "seed",
	  .value = &porcelain_preview_asked.seed_text,
	  .argument = "rand|seq|INT",
	  .help = "drawn anew each time, one more after each success, or this one" },
	{ .kind = RV_OPT_STRING,
	  .name = "cwd",
	  .value = &porcelain_preview_asked.cwd_option,
	  .argument = "DIR",
	  .help = "root of script and assets",
	  .unset = "the script's folder" },
	{ .kind = RV_OPT_STRING,
	  .name = "gen-dir",
	  .value = &porcelain_preview_asked.gen_dir,
	  .argument = "DIR",
	  .help = "where the scene's generators work, from the root" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "gen-retain",
	  .value = &porcelain_preview_asked.gen_retain,
	  .argument = "all|last|none",
	  .help = "what stays of their files: all, those of the last time, or nothing",
	  .choices = gen_retain_names },
	{ .kind = RV_OPT_END },
};

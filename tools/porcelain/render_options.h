/* SPDX-License-Identifier: MIT */
/* What `rv render` was asked for, and the table of its options. */
#ifndef PORCELAIN_RENDER_OPTIONS_H
#define PORCELAIN_RENDER_OPTIONS_H

#include "options.h"

#define PORCELAIN_NOT_GIVEN UINT64_MAX

struct porcelain_render_options {
	const char *out_dir, *cwd_option, *seed_text, *resolution_text;
	const char *passes, *frames, *gen_dir, *site; /* NULL: not given */
	uint64_t number, run_number;                  /* of samples; of a run to go on with, 0: none */
	uint64_t max_samples, min_samples, seed_key;  /* PORCELAIN_NOT_GIVEN */
	double wait_s;
	double time_limit_s, noise_threshold, fps; /* NAN: not given */
	int backend, gen_retain;                   /* in rv_setting_devices; in the list below */
	int noise_enabled;                         /* -1: not given */
	size_t procs;                              /* 0: auto */
	bool instances, resume;
};

extern struct porcelain_render_options porcelain_render_asked; /* the options' variables */
extern const struct rv_option porcelain_render_rows[];
extern const char *const porcelain_render_retentions[];

#endif

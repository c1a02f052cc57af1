/* SPDX-License-Identifier: MIT */
/* What `rv preview` was asked for, and the table of its options. */
#ifndef PORCELAIN_PREVIEW_OPTIONS_H
#define PORCELAIN_PREVIEW_OPTIONS_H

#include "options.h"

struct porcelain_preview_options {
	const char *seed_text, *preview_out, *gen_dir;
	const char *cwd_option, *resolution_text, *site; /* NULL: not given */
	double time_limit_s;                             /* NAN: not given */
	int backend;                                     /* in rv_setting_devices */
	int gen_retain;                                  /* enum gen_retain */
	bool preview_files, no_window;
};

extern struct porcelain_preview_options porcelain_preview_asked; /* the options' variables */
extern const struct rv_option porcelain_preview_rows[];

#endif

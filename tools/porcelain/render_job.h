/* SPDX-License-Identifier: MIT */
/* What `rv render` is to do, and the pipe that does it. */
#ifndef PORCELAIN_RENDER_JOB_H
#define PORCELAIN_RENDER_JOB_H

#include "porcelain/pass_on.h"
#include "porcelain/pipeline.h"
#include "porcelain/rundir.h"
#include "porcelain/seed.h"

#define PORCELAIN_RENDER_DATASET "dataset" /* in the run */

/* What the command line comes to. */
struct porcelain_render_job {
	const char *script;
	struct porcelain_seed seed;
	const char *resolution; /* NULL: that of the .blend file */
	uint32_t width, height;
	uint64_t procs;                 /* 0: rv-blend decides */
	struct porcelain_words words;   /* of the command, and of the one that it goes on with */
	struct porcelain_words own;     /* without options of the tools, */
	struct porcelain_passed passed; /* which are these */
	struct rv_str passes;           /* those that were asked for, and that labels need */
	struct porcelain_rundir run;
};

/* An option of rv-mux was given. */
bool porcelain_render_makes_dataset(const struct porcelain_render_job *job);
/* Asks rv-mux, before anything is rendered, whether it takes what it is told of formats, splits and the dataset.
 * RV_E_USAGE when it does not, which it has told. */
int porcelain_render_check_formats(const struct porcelain_render_job *job, struct rv_err *err) RV_MUST_USE;
/* Finds job->passes: asks rv-mask which ones its options need. RV_E_USAGE when it does not take them, which it has
 * told. */
int porcelain_render_find_passes(struct porcelain_render_job *job, struct rv_err *err) RV_MUST_USE;
/* rv-seed | rv-blend | rv-mask, and rv-mux where a dataset is made. */
void porcelain_render_add_stages(struct porcelain_pipeline *pipe, const struct porcelain_render_job *job,
                                 const struct rv_common *common);

#endif

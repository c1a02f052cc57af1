/* SPDX-License-Identifier: MIT */
/*
 * Which kind of device a run renders on when it is left to rv (--device auto). A card that Blender lists is not one
 * that renders: a build may lack the kernels for it, a driver may be broken. So a worker renders a picture for nobody
 * on the first kind that it finds (see --device in blender/PROTOCOL.md); when that fails, or takes the worker along,
 * the kind is given up for the whole run with one warning, and workers start anew without it. Where workers are pinned
 * to cards, a card is given up before its kind is: when others render on it. A kind on which samples of the run were
 * rendered stays: no dataset is made on two kinds because a card broke on the way.
 */
#ifndef RV_BLEND_DEVICE_H
#define RV_BLEND_DEVICE_H

#include "jobs.h"

struct blend_device {
	struct blend_jobs *jobs; /* borrowed */
	char without[64];        /* kinds that do not render, as "OPTIX,CUDA" */
	char kind[16];           /* on which a worker is up; "": none yet */
	struct rv_err card_err;  /* why the last card was given up */
};

void blend_device_open(struct blend_device *device, struct blend_jobs *jobs);

/* A worker on card `gpu` (its place in the list, BLEND_GPUS_MAX: on none) did not get through its trial on `kind`. True
 * when that is dealt with and the worker may start anew; false when it is a failure like others. */
bool blend_device_failed(struct blend_device *device, const char *kind, size_t gpu, const struct rv_err *err);
/* A worker is up on `kind`. False: it is not to work in this run, as others work on another. */
bool blend_device_works(struct blend_device *device, const char *kind);

#endif

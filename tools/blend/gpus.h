/* SPDX-License-Identifier: MIT */
/*
 * The graphics cards of this machine, as programs that use them see them: when CUDA_VISIBLE_DEVICES is set (a scheduler
 * does that) only those it lists count, in its order and by its names.
 *
 * What they have of memory is told by NVIDIA's management library (NVML), which is loaded when it is there and never
 * needed: https://docs.nvidia.com/deploy/nvml-api/.
 */
#ifndef RV_BLEND_GPUS_H
#define RV_BLEND_GPUS_H

#include "err.h"

#define BLEND_GPUS_MAX 64

struct blend_gpu {
	char name[96];       /* for CUDA_VISIBLE_DEVICES: a number or a UUID */
	unsigned int number; /* NVML's, in the order of PCI addresses */
	bool is_known;       /* to NVML: the rest holds */
	uint64_t total_bytes, free_bytes;
	bool is_out; /* it does not render on the kind of device that is tried (device.h) */
};

struct blend_gpus {
	struct blend_gpu items[BLEND_GPUS_MAX];
	size_t len;
	void *nvml; /* NULL: not there */
};

/* All that can be seen. None is no error. */
void blend_gpus_open(struct blend_gpus *gpus);
void blend_gpus_close(struct blend_gpus *gpus);

/* Keeps those that `text` names: "all", "none", or numbers such as "0,1,3" that count what can be seen, from 0. Without
 * NVML and CUDA_VISIBLE_DEVICES numbers are taken on trust. RV_E_USAGE for a text that is none, or names one twice or
 * one that is not there. */
int blend_gpus_choose(struct blend_gpus *gpus, const char *text, struct rv_err *err) RV_MUST_USE;

/* Asks anew how much memory is free; the old figure stays when that cannot be told. */
void blend_gpus_refresh(struct blend_gpus *gpus);

#endif

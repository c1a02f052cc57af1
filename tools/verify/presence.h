/* SPDX-License-Identifier: MIT */
/*
 * How pictures show the objects of a set: counts over all pictures that have annotations, an object once in each. One
 * that has neither pixels nor a box in a picture, such as a camera, is not counted there. picture/boxes3d.c counts,
 * --summary tells.
 */
#ifndef RV_VERIFY_PRESENCE_H
#define RV_VERIFY_PRESENCE_H

#include <stdint.h>

#define VERIFY_TINY_PX 64 /* as many as 8x8: objects that have fewer are tiny */

/* Written by several threads. */
struct verify_presence {
	uint64_t seen;    /* pixels of it are in the picture; */
	uint64_t tiny;    /* those of them with few, annotated or not */
	uint64_t hidden;  /* none are, though its box reaches into the picture */
	uint64_t outside; /* none are, and its box is beside the picture or behind the camera */
};

static inline void verify_presence_add(struct verify_presence *sum, const struct verify_presence *more)
{
	sum->seen += more->seen;
	sum->tiny += more->tiny;
	sum->hidden += more->hidden;
	sum->outside += more->outside;
}

#endif

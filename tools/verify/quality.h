/* SPDX-License-Identifier: MIT */
/*
 * The quality of a set's pictures (--quality): what of each alone, of the frames of a clip (clip.h), of pictures with
 * each other (likeness.h) and of how samples are spread (spread.h) somebody would want to know before training on them.
 *
 * A picture is measured on its brightness (luma.h):
 *
 * - how many of its pixels are dark and how many bright; what is black is not told as underexposed, too;
 * - the entropy of its histogram, in bits: 0 for one grey, 8 for noise;
 * - how sharp it is: the variance of 4 c - n - s - w - e over the inner pixels, on the scale of 0..255, after the
 *   picture was made smaller by the mean of squares, whole pixels wide, until its longer side is 512 or less: as a
 *   trainer sees it, and the same for a picture at twice its size.
 *
 *	struct verify_quality *quality = verify_quality_new(group_by);
 *	verify_quality_picture(quality, &image, &shown, &clip, problems); ...      from any thread
 *	verify_quality_end(quality, problems, err);
 *	verify_quality_free(quality);
 *
 * A failure of the environment on the way is kept for the end.
 */
#ifndef RV_VERIFY_QUALITY_H
#define RV_VERIFY_QUALITY_H

#include "sample.h"
#include "verify/clip.h"
#include "verify/problems.h"

struct rv_expression; /* filter.h */
struct verify_quality;

struct verify_measures {
	double black, white, dark, bright; /* shares of the pixels */
	double entropy;                    /* bits */
	double sharp;                      /* INFINITY of a picture too small to tell */
};
void verify_quality_measure(const struct verify_luma *luma, struct verify_measures *measures);
/* Tells what they say of a picture. */
void verify_quality_judge(const struct verify_measures *measures, const char *path, struct verify_problems *problems);

/* `group_by`: see spread.h. */
struct verify_quality *verify_quality_new(const struct rv_expression *group_by);
void verify_quality_free(struct verify_quality *quality); /* NULL is allowed */

/* A picture among others. */
struct verify_shown {
	const char *path;    /* what problems call it */
	const char *group;   /* pictures of one are not compared with each other: the sample */
	const char *context; /* before the path, where all are compared; "": nothing */
	enum rv_split split; /* RV_SPLITS: not known */
};
/* Measures an image of U8 or U16, and keeps what it is compared by. clip->now becomes its brightness. */
void verify_quality_picture(struct verify_quality *quality, const struct rv_image *image,
                            const struct verify_shown *shown, struct verify_clip *clip,
                            struct verify_problems *problems);
void verify_quality_sample(struct verify_quality *quality, const struct rv_sample *sample);
/* Tells what all of them together are like; fails where the environment did. To be called once. */
int verify_quality_end(struct verify_quality *quality, struct verify_problems *problems,
                       struct rv_err *err) RV_MUST_USE;

#endif

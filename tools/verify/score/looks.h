/* SPDX-License-Identifier: MIT */
/*
 * How an object that a rule names is known in a picture: by hue, saturation and value of its pixels, as HSV has them of
 * the picture's own sRGB values. A task gives each such object looks that nothing else in its pictures has.
 *
 *	"rule_objects": {"ball": {"hue": 0, "width": 40, "saturation": 0.5, "value": 0.12}}
 *
 * A pixel is of the object when its hue is within half of `width` of `hue`, both in degrees on the circle, its
 * saturation in `saturation`..`saturation_max` and its value in `value`..`value_max`, all four in 0..1. What is not
 * there is not asked for.
 */
#ifndef RV_VERIFY_SCORE_LOOKS_H
#define RV_VERIFY_SCORE_LOOKS_H

#include "json.h"

struct verify_score_looks {
	char *name;
	double hue, half_width; /* degrees; half_width 180: any hue */
	int saturation[2];      /* least and greatest, in 1/255 */
	int value[2];
};

/* Fails with RV_E_BAD_RECORD. `name` is copied. */
int verify_score_looks_read(struct verify_score_looks *looks, const char *name, struct rv_json json,
                            struct rv_err *err) RV_MUST_USE;
void verify_score_looks_release(struct verify_score_looks *looks);
/* Whether a pixel of RGB, 8 bits, has the hue. */
bool verify_score_looks_hue(const struct verify_score_looks *looks, const uint8_t rgb[3]);

/* Whether it has all of the looks. Here, since every pixel of every frame is asked. */
static inline bool verify_score_looks_are(const struct verify_score_looks *looks, const uint8_t rgb[3])
{
	const int most = RV_MAX(rgb[0], RV_MAX(rgb[1], rgb[2])), least = RV_MIN(rgb[0], RV_MIN(rgb[1], rgb[2]));
	const int chroma = 255 * (most - least);
	return chroma >= looks->saturation[0] * most && chroma <= looks->saturation[1] * most &&
	       most >= looks->value[0] && most <= looks->value[1] && verify_score_looks_hue(looks, rgb);
}

#endif

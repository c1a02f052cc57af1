/* SPDX-License-Identifier: MIT */
/* The quality of pictures: see quality.h. */
#include "verify/quality.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "alloc.h"
#include "hash.h"
#include "verify/likeness.h"
#include "verify/limits.h"
#include "verify/spread.h"

#define SIDE_MAX 512 /* of a picture whose sharpness is measured */
#define LEVELS 256
#define WHITE_MIN 230
#define DARK_MAX 5
#define BRIGHT_MIN 250

struct verify_quality {
	struct verify_likeness *likeness;
	struct verify_spread *spread;
	pthread_mutex_t lock; /* over what follows */
	bool has_failed;
	struct rv_err err;
};

struct verify_quality *verify_quality_new(const struct rv_expression *group_by)
{
	struct verify_quality *const quality = rv_alloc_zero(1, sizeof(*quality));
	pthread_mutex_init(&quality->lock, NULL);
	quality->likeness = verify_likeness_new();
	quality->spread = verify_spread_new(group_by);
	return quality;
}

void verify_quality_free(struct verify_quality *quality)
{
	if (quality) {
		verify_likeness_free(quality->likeness);
		verify_spread_free(quality->spread);
		pthread_mutex_destroy(&quality->lock);
		free(quality);
	}
}

/* ---- one picture ------------------------------------------------------------------------------------------------- */

static void measure_levels(const struct verify_luma *luma, struct verify_measures *measures)
{
	const size_t n = (size_t)luma->width * luma->height;
	uint64_t counts[LEVELS] = { 0 };
	for (size_t i = 0; i < n; i++) {
		counts[luma->pixels[i]]++;
	}
	for (int level = 0; level < LEVELS; level++) {
		const double share = (double)counts[level] / (double)n;
		measures->black += level <= VERIFY_LUMA_BLACK ? share : 0;
		measures->white += level >= WHITE_MIN ? share : 0;
		measures->dark += level <= DARK_MAX ? share : 0;
		measures->bright += level >= BRIGHT_MIN ? share : 0;
		measures->entropy -= share > 0 ? share * log2(share) : 0;
	}
}

/* A row of the smaller picture: means of squares, `side` pixels wide. */
static void shrink_row(const struct verify_luma *luma, size_t side, size_t y, size_t width, int *row)
{
	for (size_t x = 0; x < width; x++) {
		unsigned int sum = 0;
		for (size_t k = 0; k < side; k++) {
			const uint8_t *const from = luma->pixels + (y * side + k) * luma->width + x * side;
			for (size_t i = 0; i < side; i++) {
				sum += from[i];
			}
		}
		row[x] = (int)((sum + side * side / 2) / (side * side));
	}
}

static double measure_sharpness(const struct verify_luma *luma)
{
	const uint32_t longer = luma->width > luma->height ? luma->width : luma->height;
	const size_t side = (longer + SIDE_MAX - 1) / SIDE_MAX, width = luma->width / side,
	             height = luma->height / side;
	int rows[3][SIDE_MAX];
	int64_t sum = 0, squares = 0;
	if (width < 3 || height < 3) {
		return INFINITY;
	}
	for (size_t y = 0; y < height; y++) {
		shrink_row(luma, side, y, width, rows[y % 3]);
		const int *const below = rows[y % 3], *const row = rows[(y + 2) % 3], *const above = rows[(y + 1) % 3];
		for (size_t x = 1; y >= 2 && x + 1 < width; x++) {
			const int value = 4 * row[x] - above[x] - below[x] - row[x - 1] - row[x + 1];
			sum += value;
			squares += value * value;
		}
	}
	const double n = (double)((width - 2) * (height - 2)), mean = (double)sum / n;
	return (double)squares / n - mean * mean;
}

void verify_quality_measure(const struct verify_luma *luma, struct verify_measures *measures)
{
	*measures = (struct verify_measures) { .sharp = measure_sharpness(luma) };
	measure_levels(luma, measures);
}

static void blame_share(struct verify_problems *problems, enum verify_check check, const char *path, double share,
                        const char *what)
{
	verify_problems_add(problems, check, path, "%.1f%% of its pixels are %s", 100 * share, what);
}

void verify_quality_judge(const struct verify_measures *m, const char *path, struct verify_problems *problems)
{
	const bool is_black = m->black > verify_limit(VERIFY_LIMIT_BLACK),
	           is_white = m->white > verify_limit(VERIFY_LIMIT_WHITE),
	           is_flat = m->entropy < verify_limit(VERIFY_LIMIT_ENTROPY);
	if (is_black) {
		blame_share(problems, VERIFY_QUALITY_BLACK, path, m->black, "black");
	} else if (m->dark > verify_limit(VERIFY_LIMIT_DARK)) {
		blame_share(problems, VERIFY_QUALITY_DARK, path, m->dark, "without light");
	}
	if (is_white) {
		blame_share(problems, VERIFY_QUALITY_WHITE, path, m->white, "white");
	} else if (m->bright > verify_limit(VERIFY_LIMIT_BRIGHT)) {
		blame_share(problems, VERIFY_QUALITY_BRIGHT, path, m->bright, "as bright as can be");
	}
	if (is_black || is_white) {
		return; /* all else follows from it */
	}
	if (is_flat) {
		verify_problems_add(problems, VERIFY_QUALITY_FLAT, path, "its brightness has %.2f bits of entropy",
		                    m->entropy);
	} else if (m->sharp < verify_limit(VERIFY_LIMIT_SHARP)) {
		verify_problems_add(problems, VERIFY_QUALITY_BLURRED, path, "the variance of its Laplacian is %.2f",
		                    m->sharp);
	}
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* The first 64 bits of the SHA-256 of its values, rows from the top, and its form. */
static uint64_t digest_of(const struct rv_image *image)
{
	char hex[RV_HASH_HEX_LEN + 1];
	rv_hash_bytes(image->bytes, rv_image_row_bytes(image) * image->height, hex);
	hex[16] = '\0';
	return strtoull(hex, NULL, 16) ^ ((uint64_t)image->width << 32 | image->channels);
}

/* The first failure counts. */
static void keep_failure(struct verify_quality *quality, const struct rv_err *err)
{
	pthread_mutex_lock(&quality->lock);
	if (!quality->has_failed) {
		quality->has_failed = true;
		quality->err = *err;
	}
	pthread_mutex_unlock(&quality->lock);
}

void verify_quality_picture(struct verify_quality *quality, const struct rv_image *image,
                            const struct verify_shown *shown, struct verify_clip *clip,
                            struct verify_problems *problems)
{
	struct verify_measures measures;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str path = RV_STR_INIT;
	verify_luma_take(&clip->now, image);
	verify_quality_measure(&clip->now, &measures);
	verify_quality_judge(&measures, shown->path, problems);
	const struct verify_mark mark = { .digest = digest_of(image),
		                          .hash = verify_luma_hash(&clip->now),
		                          .group = shown->group,
		                          .split = shown->split };
	rv_str_printf(&path, "%s%s%s", shown->context, shown->context[0] ? "/" : "", shown->path);
	if (verify_likeness_add(quality->likeness, path.ptr, &mark, &err) < 0) {
		keep_failure(quality, &err);
	}
	rv_str_release(&path);
}

void verify_quality_sample(struct verify_quality *quality, const struct rv_sample *sample)
{
	struct rv_err err = RV_ERR_INIT;
	if (verify_spread_add(quality->spread, sample, &err) < 0) {
		keep_failure(quality, &err);
	}
}

int verify_quality_end(struct verify_quality *quality, struct verify_problems *problems, struct rv_err *err)
{
	if (quality->has_failed) {
		*err = quality->err;
		return -1;
	}
	return verify_likeness_end(quality->likeness, problems, err) < 0 ||
	                       verify_spread_end(quality->spread, problems, err) < 0
	               ? -1
	               : 0;
}

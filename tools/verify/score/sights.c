/* SPDX-License-Identifier: MIT */
/* What is seen of a rule's objects: see sights.h and rule.h. */
#include "verify/score/sights.h"

#include <math.h>

#include "alloc.h"

#define PIXELS_LEAST 2
#define SHARE_LEAST 0.00005

struct verify_score_sights *verify_score_sights_new(const struct verify_score_rule *rule, size_t n_frames)
{
	struct verify_score_sights *const sights = rv_alloc_zero(1, sizeof(*sights));
	sights->rule = rule;
	sights->n_frames = n_frames;
	sights->sights = rv_alloc_zero(n_frames * rule->n_looks + 1, sizeof(*sights->sights));
	sights->inside = rv_alloc_zero(n_frames * rule->n_clauses + 1, sizeof(*sights->inside));
	return sights;
}

void verify_score_sights_free(struct verify_score_sights *sights)
{
	if (sights) {
		free(sights->sights);
		free(sights->inside);
		free(sights);
	}
}

/* Of one object in one frame, in pixels. */
struct tally {
	uint64_t n, x, y;
	uint64_t inside[VERIFY_SCORE_CLAUSES_MAX]; /* of the polygon of each clause */
};

/* By the even-odd rule. */
static bool is_inside(const struct verify_score_clause *clause, double x, double y)
{
	bool inside = false;
	const double *last = &clause->points[2 * (clause->n_points - 1)];
	for (size_t i = 0; i < clause->n_points; i++) {
		const double *const now = &clause->points[2 * i];
		if ((now[1] > y) != (last[1] > y) &&
		    x < now[0] + (last[0] - now[0]) * (y - now[1]) / (last[1] - now[1])) {
			inside = !inside;
		}
		last = now;
	}
	return inside;
}

static void count(const struct verify_score_rule *rule, size_t object, const struct rv_image *rgb, uint32_t x,
                  uint32_t y, struct tally *tally)
{
	tally->n++;
	tally->x += x;
	tally->y += y;
	for (size_t i = 0; i < rule->n_clauses; i++) {
		const struct verify_score_clause *const clause = &rule->clauses[i];
		if (clause->kind == VERIFY_SCORE_IN && clause->object == object &&
		    is_inside(clause, (x + 0.5) / rgb->width, (y + 0.5) / rgb->height)) {
			tally->inside[i]++;
		}
	}
}

static void count_all(const struct verify_score_rule *rule, const struct rv_image *rgb, struct tally *tallies)
{
	const uint8_t *pixel = rgb->u8;
	for (uint32_t y = 0; y < rgb->height; y++) {
		for (uint32_t x = 0; x < rgb->width; x++, pixel += 3) {
			for (size_t k = 0; k < rule->n_looks; k++) {
				if (verify_score_looks_are(&rule->looks[k], pixel)) {
					count(rule, k, rgb, x, y, &tallies[k]);
				}
			}
		}
	}
}

void verify_score_sights_add(struct verify_score_sights *sights, size_t number, const struct rv_image *rgb)
{
	const struct verify_score_rule *const rule = sights->rule;
	const double n_pixels = (double)rgb->width * rgb->height, diagonal = hypot(rgb->width, rgb->height);
	struct tally *const tallies = rv_alloc_zero(rule->n_looks + 1, sizeof(*tallies));
	sights->unit[0] = rgb->width / diagonal;
	sights->unit[1] = rgb->height / diagonal;
	count_all(rule, rgb, tallies);
	for (size_t k = 0; k < rule->n_looks; k++) {
		const double n = (double)tallies[k].n;
		if (tallies[k].n >= PIXELS_LEAST && n >= SHARE_LEAST * n_pixels) {
			sights->sights[number * rule->n_looks + k] = (struct verify_score_sight) {
				.share = n / n_pixels,
				.x = ((double)tallies[k].x / n + 0.5) / diagonal,
				.y = ((double)tallies[k].y / n + 0.5) / diagonal,
			};
		}
	}
	for (size_t i = 0; i < rule->n_clauses; i++) {
		const struct tally *const tally = &tallies[rule->clauses[i].object];
		const bool is_seen = verify_score_sight_of(sights, number, rule->clauses[i].object)->share > 0;
		sights->inside[number * rule->n_clauses + i] =
		        is_seen ? (double)tally->inside[i] / (double)tally->n : 0;
	}
	free(tallies);
}

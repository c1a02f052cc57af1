/* SPDX-License-Identifier: MIT */
/* What a rule says of a clip: see rule.h. */
#include "verify/score/rule.h"

#include <math.h>

#include "verify/score/sights.h"

#define CLIP_FRAMES 60 /* that steps are of */
#define WAY_STEPS 20   /* a way is summed over that many steps of the whole clip */
#define COVERS_MAX 0.0005

/* 1 where value <= limit, falling to 0 at twice that. */
static double below(double value, double limit)
{
	return value <= limit ? 1 : fmax(0, 2 - value / limit);
}

/* 1 in [least, most], falling to 0 at half and at twice that. */
static double between(double value, double least, double most)
{
	return value < least ? fmax(0, 2 * value / least - 1) : below(value, most);
}

/* Frames from..to of a clause; one at least. */
static void frames_of(const struct verify_score_clause *clause, size_t n_frames, size_t *from, size_t *to)
{
	const double last = (double)(n_frames - 1);
	*from = (size_t)ceil(clause->from * last - 1e-9);
	*to = (size_t)floor(clause->to * last + 1e-9);
	if (*from > *to) {
		*from = *to = (size_t)lround(clause->from * last);
	}
}

/* The clause's place at a time, in shares of the diagonal. */
static void path_at(const struct verify_score_clause *clause, double t, const double unit[2], double at[2])
{
	size_t i = 0;
	while (i + 1 < clause->n_points && clause->points[3 * (i + 1)] < t) {
		i++;
	}
	const double *const a = &clause->points[3 * i], *const b = i + 1 < clause->n_points ? a + 3 : a;
	const double w = b > a ? fmin(fmax((t - a[0]) / (b[0] - a[0]), 0), 1) : 0;
	for (size_t k = 0; k < 2; k++) {
		at[k] = (a[k + 1] + w * (b[k + 1] - a[k + 1])) * unit[k];
	}
}

/* What `at`, `in` and `covers` ask of a frame. */
static double frame_score(const struct verify_score_rule *rule, size_t number, const struct verify_score_sights *sights,
                          size_t frame)
{
	const struct verify_score_clause *const clause = &rule->clauses[number];
	const struct verify_score_sight *const sight = verify_score_sight_of(sights, frame, clause->object);
	double at[2];
	if (clause->kind == VERIFY_SCORE_COVERS) {
		return between(sight->share, clause->limits[0], fmax(clause->limits[1], COVERS_MAX));
	}
	if (clause->kind == VERIFY_SCORE_IN) {
		return fmin(1, sights->inside[frame * rule->n_clauses + number] / clause->limits[0]);
	}
	if (sight->share == 0) {
		return 0;
	}
	path_at(clause, sights->n_frames > 1 ? (double)frame / (double)(sights->n_frames - 1) : 0, sights->unit, at);
	return below(hypot(sight->x - at[0], sight->y - at[1]), clause->limits[0]);
}

static double mean_score(const struct verify_score_rule *rule, size_t number, const struct verify_score_sights *sights)
{
	size_t from, to;
	double sum = 0;
	frames_of(&rule->clauses[number], sights->n_frames, &from, &to);
	for (size_t i = from; i <= to; i++) {
		sum += frame_score(rule, number, sights, i);
	}
	return sum / (double)(to - from + 1);
}

/* Where an object is at a time, in shares of the diagonal: straight between the frames about it, or in that one of them
 * in which it is seen. False when it is seen in neither. */
static bool place_at(const struct verify_score_sights *sights, size_t object, double t, double at[2])
{
	const double frame = t * (double)(sights->n_frames - 1), before = floor(frame + 1e-9);
	const struct verify_score_sight *a = verify_score_sight_of(sights, (size_t)before, object);
	const struct verify_score_sight *b =
	        verify_score_sight_of(sights, RV_MIN((size_t)before + 1, sights->n_frames - 1), object);
	const double w = fmax(frame - before, 0);
	a = a->share > 0 ? a : b;
	b = b->share > 0 ? b : a;
	at[0] = a->x + w * (b->x - a->x);
	at[1] = a->y + w * (b->y - a->y);
	return a->share > 0;
}

/* The way of the centroid through the clause's time, over places a twentieth of the clip apart or less; negative when
 * it is never seen. */
static double way_of(const struct verify_score_clause *clause, const struct verify_score_sights *sights)
{
	const double span = clause->to - clause->from;
	const size_t n_steps = (size_t)fmax(1, ceil(span * WAY_STEPS - 1e-9));
	double way = -1, last[2] = { 0 }, now[2];
	for (size_t i = 0; i <= n_steps; i++) {
		if (place_at(sights, clause->object, clause->from + span * (double)i / (double)n_steps, now)) {
			way = way < 0 ? 0 : way + hypot(now[0] - last[0], now[1] - last[1]);
			last[0] = now[0];
			last[1] = now[1];
		}
	}
	return way;
}

/* The longest step of the centroid between frames, one over frames without it shared out among them; negative when it
 * is never seen. */
static double longest_step(const struct verify_score_clause *clause, const struct verify_score_sights *sights)
{
	size_t from, to, last_at = 0;
	const struct verify_score_sight *last = NULL;
	double longest = -1;
	frames_of(clause, sights->n_frames, &from, &to);
	for (size_t i = from; i <= to; i++) {
		const struct verify_score_sight *const now = verify_score_sight_of(sights, i, clause->object);
		if (now->share > 0) {
			const double step = last ? hypot(now->x - last->x, now->y - last->y) : 0;
			longest = fmax(longest, step / (double)(i > last_at ? i - last_at : 1));
			last = now;
			last_at = i;
		}
	}
	return longest;
}

static double clause_score(const struct verify_score_rule *rule, size_t number,
                           const struct verify_score_sights *sights)
{
	const struct verify_score_clause *const clause = &rule->clauses[number];
	const double last = (double)(sights->n_frames - 1);
	if (clause->kind == VERIFY_SCORE_MOVES) {
		const double way = way_of(clause, sights);
		return way < 0 ? 0 : between(way, clause->limits[0], fmax(clause->limits[1], 1e-6));
	}
	if (clause->kind == VERIFY_SCORE_STEADY) {
		const double step = longest_step(clause, sights);
		return step < 0 ? 0 : below(step, clause->limits[0] * (CLIP_FRAMES - 1) / fmax(last, 1));
	}
	return mean_score(rule, number, sights);
}

double verify_score_rule_score(const struct verify_score_rule *rule, const struct verify_score_sights *sights,
                               double *clauses)
{
	double sum = 0, weights = 0, product = 1;
	for (size_t i = 0; i < rule->n_clauses; i++) {
		const struct verify_score_clause *const clause = &rule->clauses[i];
		clauses[i] = clause_score(rule, i, sights);
		sum += clause->weight * clauses[i];
		weights += clause->weight;
		product *= clause->is_required ? clauses[i] : 1;
	}
	return rule->n_clauses > 0 ? product * sum / weights : 1;
}

/* SPDX-License-Identifier: MIT */
/*
 * The rule of a task: what must be seen in a clip for it to be right, whatever else it shows. A list of clauses, which
 * the scene wrote into its metadata as `rule`, about objects that are known by their looks (looks.h, `rule_objects`).
 * Times are shares of the clip, 0 its first frame and 1 its last; places are shares of width and height, [0, 0] the
 * upper left corner; lengths are shares of the diagonal: clips of any size, rate and length can be judged.
 *
 *	{"kind": "at", "object": NAME, "points": [[t, x, y], ...], "tolerance": T}
 *	    the centroid is on this path, straight between the points, from the time of the first to that of the
 *	    last: 1 within T of it, falling to 0 at 2 T; 0 where the object is not seen
 *	{"kind": "in", "object": NAME, "polygon": [[x, y], ...], "from": t0, "to": t1, "share": S}
 *	    the share of the object's pixels that lies in the polygon, divided by S, at most 1
 *	{"kind": "covers", "object": NAME, "from": t0, "to": t1, "min": A, "max": B}
 *	    the object covers from A to B of the picture: 1 there, falling to 0 at A / 2 and at 2 B; a B below
 *	    0.0005 counts as 0.0005
 *	{"kind": "moves", "object": NAME, "from": t0, "to": t1, "min": A, "max": B}
 *	    the way of the centroid, summed over places a twentieth of the clip apart or less, which are straight
 *	    between those in the frames, is from A to B long: 1 there, falling to 0 at A / 2 and at 2 B
 *	{"kind": "steady", "object": NAME, "from": t0, "to": t1, "step": S}
 *	    no step of the centroid between consecutive frames of a clip of 60 is longer than S: 1, falling to 0
 *	    at 2 S; S is scaled for clips with another number of frames; a step over frames in which the object
 *	    is not seen is shared out among them
 *
 * `at`, `in` and `covers` are averaged over the frames of the clause's time, at least one. A clause has a "weight" (1),
 * may be "required", and has words for people, "says". The score of a rule is the mean of all clauses by their weights,
 * times the product of those that are required.
 *
 * An object is seen in a frame when two pixels or more and 0.00005 of the picture have its looks.
 *
 *	struct verify_score_rule rule;
 *	verify_score_rule_read(&rule, metadata, err)          a rule without a clause where there is none
 *	struct verify_score_sights *sights = verify_score_sights_new(&rule, n_frames);
 *	verify_score_sights_add(sights, number, &picture);    each frame, in any order
 *	verify_score_rule_score(&rule, sights, per_clause)
 */
#ifndef RV_VERIFY_SCORE_RULE_H
#define RV_VERIFY_SCORE_RULE_H

#include "image.h"
#include "verify/score/looks.h"

enum verify_score_clause_kind {
	VERIFY_SCORE_AT,
	VERIFY_SCORE_IN,
	VERIFY_SCORE_COVERS,
	VERIFY_SCORE_MOVES,
	VERIFY_SCORE_STEADY,
	VERIFY_SCORE_CLAUSES
};

#define VERIFY_SCORE_CLAUSES_MAX 64
#define VERIFY_SCORE_OBJECTS_MAX 32

struct verify_score_clause {
	enum verify_score_clause_kind kind;
	size_t object;   /* among the looks */
	double from, to; /* of `at` the times of its first and last point */
	double *points;  /* of `at`: t, x, y of each; of `in`: x, y of each corner */
	size_t n_points;
	double limits[2]; /* tolerance, share or step; min and max */
	double weight;
	bool is_required;
	char *says;
};

struct verify_score_rule {
	struct verify_score_looks looks[VERIFY_SCORE_OBJECTS_MAX];
	size_t n_looks;
	struct verify_score_clause clauses[VERIFY_SCORE_CLAUSES_MAX];
	size_t n_clauses;
	bool has_several_answers; /* "rule_answers": "several": other clips than the truth are right, too */
};

/* Of a task's metadata; *rule is replaced. Fails with RV_E_BAD_RECORD, in a message that names the clause. */
int verify_score_rule_read(struct verify_score_rule *rule, struct rv_json metadata, struct rv_err *err) RV_MUST_USE;
void verify_score_rule_release(struct verify_score_rule *rule);

struct verify_score_sights; /* what is seen of a rule's objects, frame by frame */
struct verify_score_sights *verify_score_sights_new(const struct verify_score_rule *rule, size_t n_frames);
void verify_score_sights_free(struct verify_score_sights *sights); /* NULL is allowed */
/* Of frame `number`, from 0, a picture of RGB of 8 bits. */
void verify_score_sights_add(struct verify_score_sights *sights, size_t number, const struct rv_image *rgb);

/* 0..1, and the score of each clause into `clauses`, which has room for them; 1 of a rule without a clause. */
double verify_score_rule_score(const struct verify_score_rule *rule, const struct verify_score_sights *sights,
                               double *clauses);

#endif

/* SPDX-License-Identifier: MIT */
/* Rules as metadata have them: see rule.h. */
#include <math.h>
#include <string.h>

#include "alloc.h"
#include "verify/score/rule.h"

#define POINTS_MAX 100000

static const char *const kinds[VERIFY_SCORE_CLAUSES] = { "at", "in", "covers", "moves", "steady" };

void verify_score_rule_release(struct verify_score_rule *rule)
{
	for (size_t i = 0; i < rule->n_looks; i++) {
		verify_score_looks_release(&rule->looks[i]);
	}
	for (size_t i = 0; i < rule->n_clauses; i++) {
		free(rule->clauses[i].points);
		free(rule->clauses[i].says);
	}
	*rule = (struct verify_score_rule) { .n_looks = 0 };
}

static int read_number(struct rv_json json, const char *key, double least, double most, double *value,
                       struct rv_err *err)
{
	*value = rv_json_number(rv_json_get(json, key), NAN);
	return *value >= least && *value <= most
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD, "member '%s' must be a number in %g..%g", key, least, most);
}

static int find_object(const struct verify_score_rule *rule, struct rv_json json, size_t *object, struct rv_err *err)
{
	const char *const name = rv_json_string(rv_json_get(json, "object"), NULL);
	for (*object = 0; name && *object < rule->n_looks; ++*object) {
		if (strcmp(rule->looks[*object].name, name) == 0) {
			return 0;
		}
	}
	return rv_fail(err, RV_E_BAD_RECORD, "member 'object' ('%s') is none of rule_objects", name ? name : "?");
}

/* A list of lists of `n` numbers. */
static int read_points(struct rv_json list, const char *key, size_t n, size_t least, struct verify_score_clause *clause,
                       struct rv_err *err)
{
	const size_t len = rv_json_len(list);
	if (rv_json_type(list) != RV_JSON_ARRAY || len < least || len > POINTS_MAX) {
		return rv_fail(err, RV_E_BAD_RECORD, "member '%s' must be a list of %zu..%d points", key, least,
		               POINTS_MAX);
	}
	clause->points = rv_alloc_zero(len, n * sizeof(*clause->points));
	clause->n_points = len;
	for (size_t i = 0; i < len * n; i++) {
		const struct rv_json point = rv_json_at(list, i / n);
		clause->points[i] = rv_json_number(rv_json_at(point, i % n), NAN);
		if (rv_json_len(point) != n || !isfinite(clause->points[i])) {
			return rv_fail(err, RV_E_BAD_RECORD, "member '%s': point %zu must be %zu numbers", key, i / n,
			               n);
		}
	}
	return 0;
}

static int read_path(struct rv_json json, struct verify_score_clause *clause, struct rv_err *err)
{
	if (read_points(rv_json_get(json, "points"), "points", 3, 1, clause, err) < 0 ||
	    read_number(json, "tolerance", 1e-6, 1, &clause->limits[0], err) < 0) {
		return -1;
	}
	for (size_t i = 1; i < clause->n_points; i++) {
		if (!(clause->points[3 * i] > clause->points[3 * (i - 1)])) {
			return rv_fail(err, RV_E_BAD_RECORD, "member 'points': times must grow");
		}
	}
	clause->from = clause->points[0];
	clause->to = clause->points[3 * (clause->n_points - 1)];
	return clause->from >= 0 && clause->to <= 1
	               ? 0
	               : rv_fail(err, RV_E_BAD_RECORD, "member 'points': times must be in 0..1");
}

static int read_times(struct rv_json json, struct verify_score_clause *clause, struct rv_err *err)
{
	return read_number(json, "from", 0, 1, &clause->from, err) < 0
	               ? -1
	               : read_number(json, "to", clause->from, 1, &clause->to, err);
}

static int read_range(struct rv_json json, struct verify_score_clause *clause, struct rv_err *err)
{
	return read_number(json, "min", 0, 1000, &clause->limits[0], err) < 0
	               ? -1
	               : read_number(json, "max", clause->limits[0], 1000, &clause->limits[1], err);
}

static int read_kind(struct rv_json json, struct verify_score_clause *clause, struct rv_err *err)
{
	switch (clause->kind) {
	case VERIFY_SCORE_AT:
		return read_path(json, clause, err);
	case VERIFY_SCORE_IN:
		return read_times(json, clause, err) < 0 ||
		                       read_points(rv_json_get(json, "polygon"), "polygon", 2, 3, clause, err) < 0
		               ? -1
		               : read_number(json, "share", 1e-6, 1, &clause->limits[0], err);
	case VERIFY_SCORE_COVERS:
	case VERIFY_SCORE_MOVES:
		return read_times(json, clause, err) < 0 ? -1 : read_range(json, clause, err);
	case VERIFY_SCORE_STEADY:
	case VERIFY_SCORE_CLAUSES:
		break;
	}
	return read_times(json, clause, err) < 0 ? -1 : read_number(json, "step", 1e-6, 1, &clause->limits[0], err);
}

/* What it holds is the rule's, whether it is whole or not. */
static int read_clause(const struct verify_score_rule *rule, struct rv_json json, struct verify_score_clause *clause,
                       struct rv_err *err)
{
	const char *const kind = rv_json_string(rv_json_get(json, "kind"), NULL);
	const char *const says = rv_json_string(rv_json_get(json, "says"), NULL);
	const bool has_weight = rv_json_type(rv_json_get(json, "weight")) != RV_JSON_NONE;
	size_t i = 0;
	while (kind && i < VERIFY_SCORE_CLAUSES && strcmp(kind, kinds[i]) != 0) {
		i++;
	}
	if (!kind || i == VERIFY_SCORE_CLAUSES) {
		return rv_fail(err, RV_E_BAD_RECORD, "member 'kind' must be at, in, covers, moves or steady, not '%s'",
		               kind ? kind : "?");
	}
	clause->kind = (enum verify_score_clause_kind)i;
	clause->says = rv_strdup(says ? says : kind);
	clause->is_required = rv_json_true(rv_json_get(json, "required"));
	clause->weight = 1;
	return (has_weight && read_number(json, "weight", 1e-6, 1e6, &clause->weight, err) < 0) ||
	                       find_object(rule, json, &clause->object, err) < 0
	               ? -1
	               : read_kind(json, clause, err);
}

static int read_looks(struct verify_score_rule *rule, struct rv_json objects, struct rv_err *err)
{
	for (int i = rv_json_iter(objects); rv_json_iter_ok(objects, i); i = rv_json_next(objects, i)) {
		if (rule->n_looks == VERIFY_SCORE_OBJECTS_MAX) {
			return rv_fail(err, RV_E_LIMIT, "rule_objects: more than %d objects", VERIFY_SCORE_OBJECTS_MAX);
		}
		if (verify_score_looks_read(&rule->looks[rule->n_looks], rv_json_iter_key(objects, i),
		                            rv_json_iter_value(objects, i), err) < 0) {
			return -1;
		}
		rule->n_looks++;
	}
	return 0;
}

int verify_score_rule_read(struct verify_score_rule *rule, struct rv_json metadata, struct rv_err *err)
{
	const struct rv_json clauses = rv_json_get(metadata, "rule");
	const char *const answers = rv_json_string(rv_json_get(metadata, "rule_answers"), NULL);
	*rule = (struct verify_score_rule) { .has_several_answers = answers && strcmp(answers, "several") == 0 };
	if (rv_json_type(clauses) == RV_JSON_NONE) {
		return 0;
	}
	if (rv_json_type(clauses) != RV_JSON_ARRAY || rv_json_len(clauses) > VERIFY_SCORE_CLAUSES_MAX) {
		return rv_fail(err, RV_E_BAD_RECORD, "rule: must be a list of at most %d clauses",
		               VERIFY_SCORE_CLAUSES_MAX);
	}
	int status = read_looks(rule, rv_json_get(metadata, "rule_objects"), err);
	for (size_t i = 0; i < rv_json_len(clauses) && status == 0; i++) {
		status = read_clause(rule, rv_json_at(clauses, i), &rule->clauses[rule->n_clauses++], err);
		if (status < 0) {
			rv_fail_prefix(err, "rule: clause %zu", i);
		}
	}
	if (status < 0) {
		verify_score_rule_release(rule);
	}
	return status;
}

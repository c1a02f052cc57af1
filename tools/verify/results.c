/* SPDX-License-Identifier: MIT */
/* What a whole run found: see results.h. */
#include "verify/results.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "markup.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over all suites */

/* ---- gathering --------------------------------------------------------------------------------------------------- */

void verify_results_release(struct verify_results *results)
{
	for (size_t i = 0; i < results->len; i++) {
		struct verify_suite *const suite = results->suites[i];
		for (size_t check = 0; check < VERIFY_CHECKS; check++) {
			for (size_t k = 0; k < suite->examples[check].len; k++) {
				free(suite->examples[check].texts[k]);
			}
		}
		free(suite->name);
		free(suite);
	}
	free(results->suites);
	*results = (struct verify_results)VERIFY_RESULTS_INIT;
}

struct verify_suite *verify_results_add(struct verify_results *results, const char *name, const char *unit)
{
	struct verify_suite *const suite = rv_alloc_zero(1, sizeof(*suite));
	suite->name = rv_strdup(name);
	suite->unit = unit;
	RV_GROW(results->suites, results->len, results->cap);
	results->suites[results->len++] = suite;
	return suite;
}

/* Keeps the first few in order, each once; takes the text over. */
static void keep_example(struct verify_examples *examples, char *text)
{
	size_t at = 0;
	while (at < examples->len && strcmp(examples->texts[at], text) < 0) {
		at++;
	}
	if (at == VERIFY_PROBLEMS_FEW || (at < examples->len && strcmp(examples->texts[at], text) == 0)) {
		free(text);
		return;
	}
	if (examples->len == VERIFY_PROBLEMS_FEW) {
		free(examples->texts[--examples->len]);
	}
	memmove(&examples->texts[at + 1], &examples->texts[at], (examples->len - at) * sizeof(*examples->texts));
	examples->texts[at] = text;
	examples->len++;
}

void verify_suite_example(struct verify_suite *suite, const char *place, const struct verify_problem *problem)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%s%s%s: %s", place, place[0] ? "/" : "", problem->path, problem->message);
	pthread_mutex_lock(&lock);
	keep_example(&suite->examples[problem->check], rv_str_detach(&text));
	pthread_mutex_unlock(&lock);
}

void verify_suite_take(struct verify_suite *suite, const char *place, const struct verify_problems *problems)
{
	if (problems->n_found == 0) {
		return;
	}
	for (size_t i = 0; i < problems->len; i++) {
		verify_suite_example(suite, place, &problems->items[i]);
	}
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		suite->n_of[i] += problems->n_of[i];
	}
	pthread_mutex_unlock(&lock);
}

/* ---- what follows from it ---------------------------------------------------------------------------------------- */

static bool is_at_least(const struct verify_suite *suite, enum verify_severity severity)
{
	bool is = false;
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		is |= suite->n_of[i] > 0 && verify_check_severity((enum verify_check)i) >= severity;
	}
	return is;
}

double verify_suite_score(const struct verify_suite *suite)
{
	if (is_at_least(suite, VERIFY_FATAL)) {
		return 0;
	}
	return suite->n_units == 0 ? 1 : fmax(0, 1 - (double)suite->n_bad / (double)suite->n_units);
}

double verify_results_score(const struct verify_results *results)
{
	double score = 1;
	for (size_t i = 0; i < results->len; i++) {
		score = fmin(score, verify_suite_score(results->suites[i]));
	}
	return score;
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void put_check(const struct verify_suite *suite, enum verify_check check, struct rv_json_out *out)
{
	const struct verify_examples *const examples = &suite->examples[check];
	rv_json_open(out, verify_checks[check].id, '{');
	rv_json_put_string(out, "severity", verify_severity_name(verify_check_severity(check)));
	rv_json_put_u64(out, "found", suite->n_of[check]);
	rv_json_open(out, "examples", '[');
	for (size_t i = 0; i < examples->len; i++) {
		rv_json_put_string(out, NULL, examples->texts[i]);
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
}

static void put_objects(const struct verify_presence *objects, struct rv_json_out *out)
{
	if (objects->seen + objects->hidden + objects->outside == 0) {
		return;
	}
	rv_json_open(out, "objects", '{');
	rv_json_put_u64(out, "seen", objects->seen);
	rv_json_put_u64(out, "tiny", objects->tiny);
	rv_json_put_u64(out, "hidden", objects->hidden);
	rv_json_put_u64(out, "outside", objects->outside);
	rv_json_close(out, '}');
}

static void put_suite(const struct verify_suite *suite, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "name", suite->name);
	rv_json_put_bool(out, "ok", suite->n_bad == 0 && !is_at_least(suite, VERIFY_ERROR));
	rv_json_put_double(out, "score", verify_suite_score(suite));
	rv_json_put_u64(out, suite->unit, suite->n_units);
	rv_json_put_u64(out, "bad", suite->n_bad);
	put_objects(&suite->objects, out);
	rv_json_open(out, "checks", '{');
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		if (suite->n_of[i] > 0) {
			put_check(suite, (enum verify_check)i, out);
		}
	}
	rv_json_close(out, '}');
	rv_json_close(out, '}');
}

void verify_results_put_json(const struct verify_results *results, struct rv_str *text)
{
	struct rv_json_out out;
	bool is_ok = true;
	for (size_t i = 0; i < results->len; i++) {
		is_ok = is_ok && results->suites[i]->n_bad == 0 && !is_at_least(results->suites[i], VERIFY_ERROR);
	}
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_bool(&out, "ok", is_ok);
	rv_json_put_double(&out, "score", verify_results_score(results));
	rv_json_open(&out, "suites", '[');
	for (size_t i = 0; i < results->len; i++) {
		put_suite(results->suites[i], &out);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

/* ---- JUnit ------------------------------------------------------------------------------------------------------- */

/* The area is the class of the case, as in "label" of "label.area". */
static void put_case(const struct verify_suite *suite, enum verify_check check, struct rv_str *xml)
{
	const char *const id = verify_checks[check].id;
	const struct verify_examples *const examples = &suite->examples[check];
	const bool is_failure = verify_check_severity(check) >= VERIFY_ERROR;
	rv_str_printf(xml, "    <testcase classname=\"%.*s\" name=\"%s\"", (int)strcspn(id, "."), id, id);
	if (suite->n_of[check] == 0) {
		rv_str_puts(xml, "/>\n");
		return;
	}
	rv_str_puts(xml, is_failure ? ">\n      <failure message=\"" : ">\n      <system-out>");
	rv_str_printf(xml, "%" PRIu64 " found: ", suite->n_of[check]);
	rv_markup_put(verify_checks[check].text, xml);
	rv_str_puts(xml, is_failure ? "\">" : "\n");
	for (size_t i = 0; i < examples->len; i++) {
		rv_markup_put(examples->texts[i], xml);
		rv_str_putc(xml, '\n');
	}
	rv_str_puts(xml, is_failure ? "</failure>\n    </testcase>\n" : "</system-out>\n    </testcase>\n");
}

static void put_junit_suite(const struct verify_suite *suite, struct rv_str *xml)
{
	uint64_t n_cases = 1, n_failures = suite->n_bad > 0;
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		const enum verify_severity severity = verify_check_severity((enum verify_check)i);
		n_cases += severity != VERIFY_OFF;
		n_failures += severity >= VERIFY_ERROR && suite->n_of[i] > 0;
	}
	rv_str_puts(xml, "  <testsuite name=\"");
	rv_markup_put(suite->name, xml);
	rv_str_printf(xml, "\" tests=\"%" PRIu64 "\" failures=\"%" PRIu64 "\" errors=\"0\">\n", n_cases, n_failures);
	rv_str_puts(xml, "    <testcase classname=\"rv-verify\" name=\"ok\"");
	if (suite->n_bad > 0) {
		rv_str_printf(xml,
		              "><failure message=\"%" PRIu64 " of %" PRIu64 " %s are not ok\"></failure></testcase>\n",
		              suite->n_bad, suite->n_units, suite->unit);
	} else {
		rv_str_puts(xml, "/>\n");
	}
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		if (verify_check_severity((enum verify_check)i) != VERIFY_OFF) {
			put_case(suite, (enum verify_check)i, xml);
		}
	}
	rv_str_puts(xml, "  </testsuite>\n");
}

void verify_results_put_junit(const struct verify_results *results, struct rv_str *text)
{
	rv_str_puts(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rv-verify\">\n");
	for (size_t i = 0; i < results->len; i++) {
		put_junit_suite(results->suites[i], text);
	}
	rv_str_puts(text, "</testsuites>\n");
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

int verify_results_write(const struct verify_results *results, const char *path, verify_results_put_fn *put,
                         struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	put(results, &text);
	const int status = rv_file_write(path, text.ptr, text.len, err);
	rv_str_release(&text);
	return status;
}

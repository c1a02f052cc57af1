/* SPDX-License-Identifier: MIT */
#include "verify/score/rule.h"

#include <string.h>

#include "alloc.h"
#include "check.h"
#include "image.h"

#define WIDTH 40
#define HEIGHT 30 /* the diagonal is 50 pixels */
#define LOOKS "\"rule_objects\": {\"ball\": {\"hue\": 0, \"width\": 40, \"saturation\": 0.5, \"value\": 0.2}}"

struct box {
	int x, y, side; /* side 0: nothing */
};

/* A red square on grey. */
static void draw(const struct box *box, uint8_t *pixels)
{
	memset(pixels, 128, (size_t)WIDTH * HEIGHT * 3);
	for (int y = box->y; y < box->y + box->side; y++) {
		for (int x = box->x; x < box->x + box->side; x++) {
			memcpy(pixels + 3 * (y * WIDTH + x), (const uint8_t[3]) { 220, 10, 20 }, 3);
		}
	}
}

/* What a rule of these clauses says of a clip; that of each clause in `clauses`. */
static double judge(const char *rule_text, const struct box *boxes, size_t n, double *clauses)
{
	static uint8_t pixels[WIDTH * HEIGHT * 3];
	const struct rv_image image = {
		.width = WIDTH, .height = HEIGHT, .channels = 3, .pixel = RV_PIXEL_U8, .u8 = pixels
	};
	struct verify_score_rule rule;
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	double score = -1;
	rv_str_printf(&text, "{" LOOKS ", \"rule\": [%s]}", rule_text);
	if (CHECK_OK(rv_json_parse(text.ptr, text.len, &json, &err), &err) &&
	    CHECK_OK(verify_score_rule_read(&rule, json, &err), &err)) {
		struct verify_score_sights *const sights = verify_score_sights_new(&rule, n);
		for (size_t i = 0; i < n; i++) {
			draw(&boxes[i], pixels);
			verify_score_sights_add(sights, i, &image);
		}
		score = verify_score_rule_score(&rule, sights, clauses);
		verify_score_sights_free(sights);
		verify_score_rule_release(&rule);
	}
	rv_json_release(&json);
	rv_str_release(&text);
	return score;
}

static const struct box way[] = { { 0, 10, 4 }, { 4, 10, 4 }, { 8, 10, 4 }, { 12, 10, 4 }, { 16, 10, 4 } };

static void paths(void)
{
	static const char right[] = "{\"kind\": \"at\", \"object\": \"ball\", \"tolerance\": 0.1, "
	                            "\"points\": [[0, 0.05, 0.4], [0.5, 0.25, 0.4], [1, 0.45, 0.4]]}";
	static const char beside[] = "{\"kind\": \"at\", \"object\": \"ball\", \"tolerance\": 0.1, "
	                             "\"points\": [[0, 0.05, 0.65], [1, 0.45, 0.65]]}";
	static const char late[] = "{\"kind\": \"at\", \"object\": \"ball\", \"tolerance\": 0.1, "
	                           "\"points\": [[0.8, 0.45, 0.4], [0.9, 0.45, 0.4]]}";
	static const struct box gone[5] = { { 0, 10, 4 }, { 4, 10, 0 }, { 8, 10, 0 }, { 12, 10, 4 }, { 16, 10, 4 } };
	double clauses[1];
	CHECK_NEAR(judge(right, way, 5, clauses), 1, 1e-12);
	CHECK_NEAR(judge(right, way + 1, 1, clauses), 1, 1e-12); /* 4 of 50 away from the first point */
	CHECK_NEAR(judge(beside, way, 5, clauses), 0.5, 1e-9);   /* 7.5 of 50, half way from T to 2 T */
	CHECK_NEAR(judge(right, gone, 5, clauses), 0.6, 1e-12);
	CHECK_NEAR(judge(late, way, 5, clauses), 1, 1e-12); /* between two frames: the nearest counts, 4 of 50 away */
}

static void places(void)
{
	static const char whole[] = "{\"kind\": \"in\", \"object\": \"ball\", \"from\": 0, \"to\": 0.25, \"share\": 1, "
	                            "\"polygon\": [[0, 0], [0.15, 0], [0.15, 1], [0, 1]]}";
	static const char half[] =
	        "{\"kind\": \"in\", \"object\": \"ball\", \"from\": 0, \"to\": 0.25, \"share\": 0.5, "
	        "\"polygon\": [[0, 0], [0.15, 0], [0.15, 1], [0, 1]]}";
	double clauses[1];
	CHECK_NEAR(judge(whole, way, 5, clauses), 0.75, 1e-12); /* all of it, then half */
	CHECK_NEAR(judge(half, way, 5, clauses), 1, 1e-12);
}

static void sizes(void)
{
	static const struct {
		const char *limits;
		double score;
	} cases[] = { { "0.01, \"max\": 0.02", 1 },       /* 16 of 1200 pixels */
		      { "0.02, \"max\": 0.03", 1 / 3.0 }, /* two thirds of the least */
		      { "0.005, \"max\": 0.01", 2 / 3.0 },
		      { "0, \"max\": 0", 0 } };
	static const struct box nothing[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	double clauses[1];
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_str clause = RV_STR_INIT;
		rv_str_printf(&clause,
		              "{\"kind\": \"covers\", \"object\": \"ball\", \"from\": 0, \"to\": 1, \"min\": %s}",
		              cases[i].limits);
		CHECK_NEAR(judge(clause.ptr, way, 5, clauses), cases[i].score, 1e-9);
		rv_str_release(&clause);
	}
	CHECK_NEAR(judge("{\"kind\": \"covers\", \"object\": \"ball\", \"from\": 0, \"to\": 1, \"min\": 0, \"max\": 0}",
	                 nothing, 2, clauses),
	           1, 1e-12);
}

static void motion(void)
{
	static const char there[] = "{\"kind\": \"moves\", \"object\": \"ball\", \"from\": 0, \"to\": 1, "
	                            "\"min\": 0.3, \"max\": 0.35}";
	static const char still[] = "{\"kind\": \"moves\", \"object\": \"ball\", \"from\": 0, \"to\": 1, "
	                            "\"min\": 0, \"max\": 0.2}";
	/* between the last two frames: half of a step of 4 of 50 */
	static const char end[] = "{\"kind\": \"moves\", \"object\": \"ball\", \"from\": 0.875, \"to\": 1, "
	                          "\"min\": 0, \"max\": 0.025}";
	/* of 60 frames; of 5 steps are 59 / 4 as long */
	static const char steady[] = "{\"kind\": \"steady\", \"object\": \"ball\", \"from\": 0, \"to\": 1, "
	                             "\"step\": 0.006}";
	static const struct box jump[5] = { { 0, 10, 4 }, { 1, 10, 4 }, { 2, 10, 4 }, { 14, 10, 4 }, { 16, 10, 4 } };
	static const struct box hidden[5] = { { 0, 10, 4 }, { 1, 10, 0 }, { 2, 10, 0 }, { 12, 10, 4 }, { 16, 10, 4 } };
	double clauses[1];
	CHECK_NEAR(judge(there, way, 5, clauses), 1, 1e-9); /* 16 of 50 */
	CHECK_NEAR(judge(still, way, 5, clauses), 0.4, 1e-9);
	CHECK_NEAR(judge(end, way, 5, clauses), 0.4, 1e-9);
	CHECK_NEAR(judge(end, hidden, 4, clauses), 1, 1e-9); /* seen in the last frame alone */
	CHECK_NEAR(judge(steady, way, 5, clauses), 1, 1e-9); /* 0.08 within 0.0885 */
	CHECK_NEAR(judge(steady, jump, 5, clauses), 0, 1e-9);
	CHECK_NEAR(judge(steady, hidden, 5, clauses), 1, 1e-9); /* 12 pixels in three steps */
}

static void totals(void)
{
	static const char form[] = "{\"kind\": \"covers\", \"object\": \"ball\", \"from\": 0, \"to\": 1, \"min\": 0, "
	                           "\"max\": 1, \"weight\": 3}, "
	                           "{\"kind\": \"moves\", \"object\": \"ball\", \"from\": 0, \"to\": 1, \"min\": 0, "
	                           "\"max\": 0.2%s}";
	double clauses[2];
	for (int is_required = 0; is_required < 2; is_required++) {
		struct rv_str text = RV_STR_INIT;
		rv_str_printf(&text, form, is_required ? ", \"required\": true" : "");
		CHECK_NEAR(judge(text.ptr, way, 5, clauses), (is_required ? 0.4 : 1) * (3 + 0.4) / 4, 1e-9);
		CHECK_NEAR(clauses[0], 1, 1e-12);
		CHECK_NEAR(clauses[1], 0.4, 1e-9);
		rv_str_release(&text);
	}
}

static void refused(void)
{
	static const struct {
		const char *clause, *message;
	} cases[] = {
		{ "{\"kind\": \"near\"}",
		  "rule: clause 0: member 'kind' must be at, in, covers, moves or steady, not 'near'" },
		{ "{\"kind\": \"at\", \"object\": \"cube\"}",
		  "rule: clause 0: member 'object' ('cube') is none of rule_objects" },
		{ "{\"kind\": \"at\", \"object\": \"ball\", \"tolerance\": 0.1, \"points\": [[0, 0, 0], [0, 1, 1]]}",
		  "rule: clause 0: member 'points': times must grow" },
		{ "{\"kind\": \"at\", \"object\": \"ball\", \"tolerance\": 0.1, \"points\": [[0, 0]]}",
		  "rule: clause 0: member 'points': point 0 must be 3 numbers" },
		{ "{\"kind\": \"covers\", \"object\": \"ball\", \"from\": 0.5, \"to\": 0.4, \"min\": 0, \"max\": 1}",
		  "rule: clause 0: member 'to' must be a number in 0.5..1" },
		{ "{\"kind\": \"steady\", \"object\": \"ball\", \"from\": 0, \"to\": 1, \"step\": 0}",
		  "rule: clause 0: member 'step' must be a number in 1e-06..1" },
		{ "{\"kind\": \"moves\", \"object\": \"ball\", \"from\": 0, \"to\": 1, \"min\": 0, \"max\": 1, "
		  "\"weight\": -1}",
		  "rule: clause 0: member 'weight' must be a number in 1e-06..1e+06" },
	};
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct verify_score_rule rule;
		struct rv_str text = RV_STR_INIT;
		struct rv_json json = RV_JSON_INIT;
		struct rv_err err = RV_ERR_INIT;
		rv_str_printf(&text, "{" LOOKS ", \"rule\": [%s]}", cases[i].clause);
		if (CHECK_OK(rv_json_parse(text.ptr, text.len, &json, &err), &err)) {
			CHECK(verify_score_rule_read(&rule, json, &err) < 0);
			CHECK_STR(err.text, cases[i].message);
		}
		rv_json_release(&json);
		rv_str_release(&text);
	}
}

CHECK_MODULE(verify_rule)
{
	check_case("an object is where its path is, or falls off", paths);
	check_case("the share of it that lies in a polygon", places);
	check_case("how much of the picture it covers", sizes);
	check_case("how far it goes, and by how long steps", motion);
	check_case("clauses count by their weights, required ones multiply", totals);
	check_case("a rule that cannot be used says which clause is wrong", refused);
}

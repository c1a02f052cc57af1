/* SPDX-License-Identifier: MIT */
/* Settings in a sample's markers, back into options. */
#include "porcelain/settings.h"

#include <string.h>

#include "json.h"

/* Items of an array of strings, with commas. */
static void join_strings(struct rv_json array, struct rv_str *out)
{
	for (size_t i = 0; i < rv_json_len(array); i++) {
		const char *const item = rv_json_string(rv_json_at(array, i), NULL);
		rv_str_printf(out, "%s%s", i > 0 ? "," : "", item ? item : "");
	}
}

/* One member of `settings` as an option of the tool; null and false are what it does without. */
static int add_setting(struct porcelain_words *argv, const char *key, struct rv_json value, struct rv_err *err)
{
	static const struct {
		const char *key, *option;
		enum { FLAG, VALUE, LIST, PAIR, JSON } kind;
	} known[] = {
		{ "resolution", "--resolution", PAIR },
		{ "samples", "--samples", VALUE },
		{ "min_samples", "--min-samples", VALUE },
		{ "noise_threshold", "--noise-threshold", VALUE },
		{ "time_limit", "--time-limit", VALUE },
		{ "seed_cycles", "--seed-cycles", VALUE },
		{ "device", "--device", VALUE },
		{ "passes", "--passes", LIST },
		{ "denoise", "--denoise", FLAG },
		{ "codec", "--codec", VALUE },
		{ "blend", "--blend", JSON },
		{ "autoexec", "--autoexec", FLAG },
		{ "with_cpu", "--with-cpu", FLAG },
	};
	struct rv_str text = RV_STR_INIT;
	size_t k = 0;
	while (k < RV_COUNTOF(known) && strcmp(known[k].key, key) != 0) {
		k++;
	}
	if (k == RV_COUNTOF(known)) {
		return rv_fail(err, RV_E_USAGE, "this rv does not know the setting '%s' that it was rendered with",
		               key);
	}
	const char *const string = rv_json_string(value, NULL);
	switch (known[k].kind) {
	case FLAG:
		if (rv_json_true(value)) {
			porcelain_words_add(argv, "%s", known[k].option);
		}
		break;
	case PAIR:
		rv_str_printf(&text, "%.0f,%.0f", rv_json_number(rv_json_at(value, 0), 0),
		              rv_json_number(rv_json_at(value, 1), 0));
		break;
	case LIST:
		join_strings(value, &text);
		break;
	case JSON:
		rv_str_json_value(&text, value);
		break;
	case VALUE:
		if (string) {
			rv_str_puts(&text, string);
		} else if (rv_json_type(value) == RV_JSON_NUMBER) {
			rv_str_json_value(&text, value);
		}
		break;
	}
	if (text.len > 0) {
		porcelain_words_add(argv, "%s=%s", known[k].option, text.ptr);
	}
	rv_str_release(&text);
	return 0;
}

/* Words as they were given, each of which must be an option. */
static int add_words(struct porcelain_words *argv, struct rv_json list, struct rv_err *err)
{
	const size_t n = rv_json_len(list);
	for (size_t i = 0; i < n; i++) {
		const char *const word = rv_json_string(rv_json_at(list, i), NULL);
		if (!word || strncmp(word, "--", 2) != 0) {
			return rv_fail(err, RV_E_BAD_FILE, "its marker has an option that is none");
		}
		porcelain_words_add(argv, "%s", word);
	}
	return 0;
}

int porcelain_settings_add(struct porcelain_words *argv, const struct rv_record *marker, struct rv_err *err)
{
	struct rv_span span;
	struct rv_json json = RV_JSON_INIT;
	int result = 0;
	if (rv_record_get(marker, "options", &span) && rv_json_parse(span.ptr, span.len, &json, err) == 0) {
		result = add_words(argv, json, err);
		rv_json_release(&json);
		return result;
	}
	if (!rv_record_get(marker, "settings", &span) || rv_json_parse(span.ptr, span.len, &json, err) < 0) {
		return rv_fail(err, RV_E_BAD_FILE, "its marker does not tell the settings");
	}
	for (int i = rv_json_iter(json); result == 0 && rv_json_iter_ok(json, i); i = rv_json_next(json, i)) {
		result = add_setting(argv, rv_json_iter_key(json, i), rv_json_iter_value(json, i), err);
	}
	rv_json_release(&json);
	return result;
}

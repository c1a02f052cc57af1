/* SPDX-License-Identifier: MIT */
/* Settings in a sample's markers, back into options. */
#include "porcelain/settings.h"

#include <string.h>

#include "json.h"
#include "vocabulary.h"

/* "" for what is no text. */
static const char *text_of(struct rv_json value)
{
	const char *const text = rv_json_string(value, NULL);
	return text ? text : "";
}

/* Items of an array of strings, with commas. */
static void join_strings(struct rv_json array, struct rv_str *out)
{
	for (size_t i = 0; i < rv_json_len(array); i++) {
		rv_str_printf(out, "%s%s", i > 0 ? "," : "", text_of(rv_json_at(array, i)));
	}
}

/* What blend/forms.h makes of --image-format, as its text. */
static void put_image(struct rv_json image, struct rv_str *text)
{
	static const char *const members[] = { "depth", "color", "quality" };
	rv_str_puts(text, text_of(rv_json_get(image, "format")));
	for (size_t i = 0; i < RV_COUNTOF(members); i++) {
		const struct rv_json value = rv_json_get(image, members[i]);
		if (rv_json_type(value) == RV_JSON_NUMBER) {
			rv_str_printf(text, ":%.0f", rv_json_number(value, 0));
		} else if (*text_of(value)) {
			rv_str_printf(text, ":%s", text_of(value));
		}
	}
}

/* The next number of a list, where the object has it. */
static void put_further(struct rv_json object, const char *key, struct rv_str *text)
{
	const struct rv_json value = rv_json_get(object, key);
	if (rv_json_type(value) == RV_JSON_NUMBER) {
		rv_str_putc(text, ',');
		rv_str_json_value(text, value);
	}
}

/* An option that may be given several times: once for each item. */
static void add_each(struct porcelain_words *argv, const struct rv_setting *row, struct rv_json list)
{
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const struct rv_json item = rv_json_at(list, i);
		rv_str_clear(&text);
		if (row->kind == RV_SETTING_OF_RETIMES) {
			rv_str_json_value(&text, rv_json_get(item, "scale"));
			rv_str_putc(&text, ',');
			rv_str_json_value(&text, rv_json_get(item, "shift"));
		} else {
			rv_str_puts(&text, text_of(item));
		}
		porcelain_words_add(argv, "--%s=%s", row->option, text.ptr);
	}
	rv_str_release(&text);
}

/* A setting as an option of rv-blend. */
static void add_option(struct porcelain_words *argv, const struct rv_setting *row, struct rv_json value)
{
	struct rv_str text = RV_STR_INIT;
	switch (row->kind) {
	case RV_SETTING_OF_FLAG:
		if (rv_json_true(value)) {
			porcelain_words_add(argv, "--%s", row->option);
		}
		break;
	case RV_SETTING_OF_SWITCH:
		rv_str_puts(&text, row->words[rv_json_true(value)]);
		break;
	case RV_SETTING_OF_RESOLUTION:
		rv_str_printf(&text, "%.0f,%.0f", rv_json_number(rv_json_at(value, 0), 0),
		              rv_json_number(rv_json_at(value, 1), 0));
		break;
	case RV_SETTING_OF_PASSES:
		join_strings(value, &text);
		break;
	case RV_SETTING_OF_IMAGE:
		put_image(value, &text);
		break;
	case RV_SETTING_OF_ORBIT:
		rv_str_json_value(&text, rv_json_get(value, "n"));
		put_further(value, "radius", &text);
		put_further(value, "elevation", &text);
		break;
	case RV_SETTING_OF_NAMES:
	case RV_SETTING_OF_RETIMES:
		add_each(argv, row, value);
		break;
	case RV_SETTING_OF_CHOICE:
	case RV_SETTING_OF_PATH:
	case RV_SETTING_OF_FRAMES:
		rv_str_puts(&text, text_of(value));
		break;
	default:
		rv_str_json_value(&text, value);
	}
	if (text.len > 0) {
		porcelain_words_add(argv, "--%s=%s", row->option, text.ptr);
	}
	rv_str_release(&text);
}

/* One member of `settings`. */
static int add_setting(struct porcelain_words *argv, const char *key, struct rv_json value, struct rv_err *err)
{
	const struct rv_setting *const row = rv_setting_find(key);
	const bool is_blend = strcmp(key, "blend") == 0; /* --blend, as it was given */
	if (!is_blend && (!row || !row->option)) {
		return rv_fail(err, RV_E_USAGE, "this rv does not know the setting '%s' that it was rendered with",
		               key);
	}
	if (is_blend) {
		struct rv_str text = RV_STR_INIT;
		rv_str_json_value(&text, value);
		porcelain_words_add(argv, "--blend=%s", text.ptr);
		rv_str_release(&text);
	} else {
		add_option(argv, row, value);
	}
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

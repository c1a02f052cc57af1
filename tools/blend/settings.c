/* SPDX-License-Identifier: MIT */
/* The settings of settings.def as options, and what was given of them as JSON. */
#include "blend/settings.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blend/forms.h"
#include "blend/frames.h"
#include "blend/passes.h"
#include "json.h"
#include "vocabulary.h"

#define NOT_GIVEN UINT64_MAX

/* ---- values, each as its kind has it ---- */

union value {
	bool flag;
	int choice; /* in the row's words; below 0: not given */
	uint64_t whole;
	double real; /* NAN: not given */
	const char *text;
	struct rv_option_list list;
};
#define VALUE_FLAG .flag = false
#define VALUE_SWITCH .choice = -1
#define VALUE_WHOLE .whole = NOT_GIVEN
#define VALUE_REAL .real = NAN
#define VALUE_SECONDS .real = NAN
#define VALUE_CHOICE .choice = 0
#define VALUE_PATH .text = NULL
#define VALUE_FRAMES .text = NULL
#define VALUE_RESOLUTION .text = NULL
#define VALUE_PASSES .text = NULL
#define VALUE_IMAGE .text = NULL
#define VALUE_CAMERA .text = NULL
#define VALUE_ORBIT .text = NULL
#define VALUE_RENDERS .text = NULL
#define VALUE_NAMES .list = { .len = 0 }
#define VALUE_RETIMES .list = { .len = 0 }

#define RV_SETTING(constant, group, member, option, kind, ...) [RV_SETTING_##constant] = { VALUE_##kind },
static union value values[RV_SETTINGS] = {
#include "settings.def"
};
#undef RV_SETTING

static const char *blend_text;
static bool are_asked_for;

/* ---- options ---- */

#define OPTION_FLAG RV_OPT_FLAG
#define OPTION_SWITCH RV_OPT_CHOICE
#define OPTION_WHOLE RV_OPT_U64
#define OPTION_REAL RV_OPT_DOUBLE
#define OPTION_SECONDS RV_OPT_SECONDS
#define OPTION_CHOICE RV_OPT_CHOICE
#define OPTION_PATH RV_OPT_STRING
#define OPTION_FRAMES RV_OPT_STRING
#define OPTION_RESOLUTION RV_OPT_STRING
#define OPTION_PASSES RV_OPT_STRING
#define OPTION_IMAGE RV_OPT_STRING
#define OPTION_CAMERA RV_OPT_STRING
#define OPTION_ORBIT RV_OPT_STRING
#define OPTION_NAMES RV_OPT_LIST
#define OPTION_RETIMES RV_OPT_LIST

#define ROW(constant, member, option_, kind_, low, high, words, reach, argument_, help_, unset_) \
	{ .kind = OPTION_##kind_, \
	  .name = (option_), \
	  .value = &values[RV_SETTING_##constant], \
	  .argument = (argument_), \
	  .help = (help_), \
	  .min = (low), \
	  .max = (high), \
	  .choices = (words), \
	  .unset = (unset_) },
#define NO_ROW(...)
#define ROW_NONE NO_ROW
#define RV_SETTING(constant, group, ...) ROW_##group(constant, __VA_ARGS__)

#define ROW_PICTURE ROW
#define ROW_BEFORE NO_ROW
const struct rv_option blend_settings_picture[] = {
#include "settings.def"
	{ .kind = RV_OPT_END },
};
#undef ROW_PICTURE
#undef ROW_BEFORE

#define ROW_PICTURE NO_ROW
#define ROW_BEFORE ROW
const struct rv_option blend_settings_before[] = {
#include "settings.def"
	{ .kind = RV_OPT_STRING,
	  .name = "blend",
	  .value = &blend_text,
	  .argument = "JSON",
	  .help = "all of these in one object, as in a record; its members win" },
	{ .kind = RV_OPT_FLAG,
	  .name = "settings",
	  .value = &are_asked_for,
	  .help = "list what options and a record's blend may say of a render, and exit; --json: as JSON" },
	{ .kind = RV_OPT_END },
};

bool blend_settings_are_asked_for(void)
{
	return are_asked_for;
}

/* ---- what was given ---- */

static int put_list(struct rv_json_out *out, const struct rv_setting *row, const struct rv_option_list *list,
                    const char *what, struct rv_err *err)
{
	int result = 0;
	if (list->len == 0) {
		return 0;
	}
	rv_json_open(out, row->member, '[');
	for (size_t i = 0; result == 0 && i < list->len; i++) {
		if (row->kind == RV_SETTING_OF_RETIMES) {
			result = blend_form_retime(out, what, list->items[i], err);
		} else {
			rv_json_put_string(out, NULL, list->items[i]);
		}
	}
	rv_json_close(out, ']');
	return result;
}

static int put_text(struct rv_json_out *out, const struct rv_setting *row, const char *text, const char *what,
                    struct rv_err *err)
{
	switch (row->kind) {
	case RV_SETTING_OF_FRAMES:
		return blend_frames_put(out, row->member, text, err);
	case RV_SETTING_OF_RESOLUTION:
		return blend_form_resolution(out, row->member, what, text, err);
	case RV_SETTING_OF_PASSES:
		return *text ? blend_passes_put(out, row->member, text, err) : 0;
	case RV_SETTING_OF_IMAGE:
		return blend_form_image(out, row->member, what, text, err);
	case RV_SETTING_OF_CAMERA:
		return blend_form_object(out, row->member, what, text, err);
	case RV_SETTING_OF_ORBIT:
		return blend_form_orbit(out, row->member, what, text, err);
	default:
		rv_json_put_string(out, row->member, text);
		return 0;
	}
}

static int put_real(struct rv_json_out *out, const struct rv_setting *row, double value, const char *what,
                    struct rv_err *err)
{
	if (row->kind == RV_SETTING_OF_SECONDS && (value <= row->low || value > row->high)) {
		return rv_fail(err, RV_E_USAGE, "%s: must be above %g, and at most %g", what, row->low, row->high);
	}
	if (!isnan(value)) {
		rv_json_put_double(out, row->member, value);
	}
	return 0;
}

static int put(struct rv_json_out *out, const struct rv_setting *row, const union value *value, struct rv_err *err)
{
	char what[64];
	snprintf(what, sizeof(what), "--%s", row->option ? row->option : row->member);
	switch (row->kind) {
	case RV_SETTING_OF_FLAG:
		if (value->flag) {
			rv_json_put_bool(out, row->member, true);
		}
		return 0;
	case RV_SETTING_OF_SWITCH:
		if (value->choice >= 0) {
			rv_json_put_bool(out, row->member, value->choice == 1);
		}
		return 0;
	case RV_SETTING_OF_CHOICE:
		rv_json_put_string(out, row->member, row->words[value->choice]);
		return 0;
	case RV_SETTING_OF_WHOLE:
		if (value->whole != NOT_GIVEN) {
			rv_json_put_u64(out, row->member, value->whole);
		}
		return 0;
	case RV_SETTING_OF_REAL:
	case RV_SETTING_OF_SECONDS:
		return put_real(out, row, value->real, what, err);
	case RV_SETTING_OF_NAMES:
	case RV_SETTING_OF_RETIMES:
		return put_list(out, row, &value->list, what, err);
	default:
		return value->text ? put_text(out, row, value->text, what, err) : 0;
	}
}

int blend_settings_put(struct rv_str *text, struct rv_err *err)
{
	const uint64_t samples = values[RV_SETTING_SAMPLES].whole, least = values[RV_SETTING_MIN_SAMPLES].whole;
	struct rv_json_out out;
	int result = 0;
	if (least != NOT_GIVEN && samples != NOT_GIVEN && least > samples) {
		return rv_fail(err, RV_E_USAGE, "--min-samples: %" PRIu64 " is more than --samples %" PRIu64, least,
		               samples);
	}
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	for (size_t i = 0; result == 0 && i < RV_SETTINGS; i++) {
		result = put(&out, &rv_settings[i], &values[i], err);
	}
	if (result == 0 && blend_text) {
		result = blend_form_object(&out, "blend", "--blend", blend_text, err);
	}
	rv_json_close(&out, '}');
	return result;
}

int blend_settings_check_paths(const struct blend_script *script, struct rv_err *err)
{
	for (size_t i = 0; i < RV_SETTINGS; i++) {
		const struct rv_setting *const row = &rv_settings[i];
		const char *const path = row->kind == RV_SETTING_OF_PATH ? values[i].text : NULL;
		if (path && !strpbrk(path, "*?[") && blend_script_check_path(script, path, err) < 0) {
			return rv_fail_prefix(err, "--%s", row->option);
		}
	}
	return 0;
}

/* ---- the list ---- */

static const char *const kind_names[] = {
	[RV_SETTING_OF_FLAG] = "flag",       [RV_SETTING_OF_SWITCH] = "switch",
	[RV_SETTING_OF_WHOLE] = "whole",     [RV_SETTING_OF_REAL] = "real",
	[RV_SETTING_OF_SECONDS] = "seconds", [RV_SETTING_OF_CHOICE] = "choice",
	[RV_SETTING_OF_PATH] = "path",       [RV_SETTING_OF_FRAMES] = "frames",
	[RV_SETTING_OF_PASSES] = "passes",   [RV_SETTING_OF_RESOLUTION] = "resolution",
	[RV_SETTING_OF_NAMES] = "names",     [RV_SETTING_OF_IMAGE] = "image",
	[RV_SETTING_OF_RETIMES] = "retimes", [RV_SETTING_OF_CAMERA] = "camera",
	[RV_SETTING_OF_RENDERS] = "renders", [RV_SETTING_OF_ORBIT] = "orbit",
};

static void list_as_json(const struct rv_setting *row, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "member", row->member);
	rv_json_put_string(out, "kind", kind_names[row->kind]);
	rv_json_put_bool(out, "of_record", row->reach == RV_SETTING_OF_RECORD);
	if (row->option) {
		rv_json_put_string(out, "option", row->option);
	}
	if (row->high > row->low) {
		rv_json_put_double(out, "low", row->low);
		rv_json_put_double(out, "high", row->high);
	}
	if (row->words) {
		rv_json_open(out, "words", '[');
		for (size_t i = 0; row->words[i]; i++) {
			rv_json_put_string(out, NULL, row->words[i]);
		}
		rv_json_close(out, ']');
	}
	rv_json_put_string(out, "text", row->text);
	rv_json_close(out, '}');
}

void blend_settings_list(bool as_json, struct rv_str *text)
{
	rv_str_puts(text, as_json ? "[\n" : "");
	for (size_t i = 0; i < RV_SETTINGS; i++) {
		const struct rv_setting *const row = &rv_settings[i];
		struct rv_json_out out;
		if (as_json) {
			rv_json_out_init(&out, text);
			list_as_json(row, &out);
			rv_str_puts(text, i + 1 < RV_SETTINGS ? ",\n" : "\n]\n");
		} else {
			rv_str_printf(text, "%-16s %-10s %s\n", row->member, kind_names[row->kind], row->text);
		}
	}
}

const char *blend_settings_device(void)
{
	return rv_setting_devices[values[RV_SETTING_DEVICE].choice];
}

bool blend_settings_may_use_gpus(void)
{
	return strcmp(blend_settings_device(), "cpu") != 0;
}

bool blend_settings_dry_run(void)
{
	return values[RV_SETTING_DRY_RUN].flag;
}

void blend_settings_release(void)
{
	for (size_t i = 0; i < RV_SETTINGS; i++) {
		if (rv_settings[i].kind == RV_SETTING_OF_NAMES || rv_settings[i].kind == RV_SETTING_OF_RETIMES) {
			rv_option_list_release(&values[i].list);
		}
	}
}

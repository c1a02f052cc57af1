/* SPDX-License-Identifier: MIT */
/* --info, and LICENSE. */
#include "sink/info.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "file.h"
#include "parse.h"
#include "scan.h"
#include "sink/dataset.h"
#include "vocabulary.h"

#define LICENSE_BYTES_MAX ((size_t)16 << 20)
#define EPOCH_MAX UINT64_C(253402300799) /* the last second of the year 9999 */

static const char *const keys[] = {
#define SINK_INFO_KEY(constant, key, text) key,
	SINK_INFO(SINK_INFO_KEY)
#undef SINK_INFO_KEY
	        NULL,
};

void sink_info_help(struct rv_str *text)
{
	static const char *const texts[] = {
#define SINK_INFO_TEXT(constant, key, text) text,
		SINK_INFO(SINK_INFO_TEXT)
#undef SINK_INFO_TEXT
	};
	for (size_t i = 0; keys[i]; i++) {
		rv_str_printf(text, "%s%s (%s)", i > 0 ? ", " : "", keys[i], texts[i]);
	}
}

static bool is_day(const char *text)
{
	struct tm day = { .tm_mday = 0 };
	const char *const end =
	        strlen(text) == 10 && strspn(text, "0123456789-") == 10 ? strptime(text, "%Y-%m-%d", &day) : NULL;
	const int of_month = day.tm_mday;
	return end && !*end && timegm(&day) != (time_t)-1 && day.tm_mday == of_month; /* no 30 February */
}

static bool is_address(const char *text)
{
	return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

static int check(enum sink_info_key key, const char *value, struct rv_err *err)
{
	if (!value[0] || !rv_scan_is_utf8(value, strlen(value))) {
		return rv_fail(err, RV_E_USAGE, "--info %s: the value is empty, or no UTF-8", keys[key]);
	}
	if (key == SINK_INFO_DATE && !is_day(value)) {
		return rv_fail(err, RV_E_USAGE, "--info date: '%s' is no day as in 2026-01-31", value);
	}
	if (key == SINK_INFO_URL && !is_address(value)) {
		return rv_fail(err, RV_E_USAGE, "--info url: '%s' does not begin with https://", value);
	}
	return 0;
}

static int take(struct sink_info *info, const char *text, struct rv_err *err)
{
	const size_t len = strcspn(text, "=");
	for (size_t i = 0; keys[i]; i++) {
		if (text[len] && strlen(keys[i]) == len && memcmp(keys[i], text, len) == 0) {
			if (info->values[i]) {
				return rv_fail(err, RV_E_USAGE, "--info %s: given twice, as '%s' and '%s'", keys[i],
				               info->values[i], text + len + 1);
			}
			info->values[i] = text + len + 1;
			return check((enum sink_info_key)i, info->values[i], err);
		}
	}
	struct rv_str known = RV_STR_INIT;
	char *const key = rv_strndup(text, len);
	const char *const near = rv_nearest_name(key, keys);
	for (size_t i = 0; keys[i]; i++) {
		rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", keys[i]);
	}
	if (near) {
		rv_str_printf(&known, "; did you mean '%s'?", near);
	}
	rv_fail(err, RV_E_USAGE, "--info '%s': must be KEY=VALUE, KEY one of %s", text, known.ptr);
	rv_str_release(&known);
	free(key);
	return -1;
}

/* The day on which sources say that they were made, for builds that are to give the same bytes again. */
static int take_epoch(struct sink_info *info, struct rv_err *err)
{
	const char *const text = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	struct tm day;
	if (info->values[SINK_INFO_DATE] || !text || !text[0]) {
		return 0;
	}
	if (rv_parse_u64(text, "SOURCE_DATE_EPOCH", 0, EPOCH_MAX, &seconds, err) < 0) {
		return -1;
	}
	const time_t time = (time_t)seconds;
	(void)gmtime_r(&time, &day);
	(void)strftime(info->day, sizeof(info->day), "%Y-%m-%d", &day);
	info->values[SINK_INFO_DATE] = info->day;
	return 0;
}

int sink_info_read(struct sink_info *info, const struct rv_option_list *list, struct rv_err *err)
{
	for (size_t i = 0; i < list->len; i++) {
		if (take(info, list->items[i], err) < 0) {
			return -1;
		}
	}
	info->is_given = list->len > 0;
	const char *const file = info->values[SINK_INFO_LICENSE_FILE];
	if (file && rv_file_read_named(file, LICENSE_BYTES_MAX, &info->license, err) < 0) {
		err->code = RV_E_USAGE;
		return rv_fail_prefix(err, "--info license-file");
	}
	return info->is_given ? take_epoch(info, err) : 0;
}

void sink_info_release(struct sink_info *info)
{
	rv_str_release(&info->license);
}

int sink_info_write(const struct sink_info *info, struct sink_dataset *dataset, struct rv_err *err)
{
	const char *const license = info->values[SINK_INFO_LICENSE];
	struct rv_str text = RV_STR_INIT;
	if (info->values[SINK_INFO_LICENSE_FILE]) {
		return sink_dataset_write(dataset, RV_LICENSE_NAME, info->license.ptr, info->license.len, err);
	}
	if (!license) {
		return 0;
	}
	static const struct {
		const char *before;
		enum sink_info_key key;
	} lines[] = { { "", SINK_INFO_NAME },
		      { "Creator: ", SINK_INFO_CREATOR },
		      { "Date: ", SINK_INFO_DATE },
		      { "From: ", SINK_INFO_URL } };
	for (size_t i = 0; i < RV_COUNTOF(lines); i++) {
		const char *const value = info->values[lines[i].key];
		if (value) {
			rv_str_printf(&text, "%s%s\n", lines[i].before, value);
		}
	}
	rv_str_printf(&text, "%s%s\n", is_address(license) ? "License: " : "SPDX-License-Identifier: ", license);
	const int status = sink_dataset_write(dataset, RV_LICENSE_NAME, text.ptr, text.len, err);
	rv_str_release(&text);
	return status;
}

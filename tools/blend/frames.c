/* SPDX-License-Identifier: MIT */
/* The frames that --frames may name. */
#include "frames.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "parse.h"
#include "str.h"
#include "vocabulary.h"

#define WHAT "--frames"

/* first..last:step, all of it but the first optional. `part` is cut up. */
static int parse_part(char *part, uint64_t *first, uint64_t *last, uint64_t *step, struct rv_err *err)
{
	char *dots = strstr(part, "..");
	char *colon = dots ? strchr(dots, ':') : NULL;
	if (colon) {
		*colon = '\0';
	}
	if (dots) {
		*dots = '\0';
	}
	*step = 1;
	if (rv_parse_u64(part, WHAT, 0, RV_FRAME_MAX, first, err) < 0 ||
	    rv_parse_u64(dots ? dots + 2 : part, WHAT, 0, RV_FRAME_MAX, last, err) < 0 ||
	    (colon && rv_parse_u64(colon + 1, WHAT " (step)", 1, RV_FRAME_MAX, step, err) < 0)) {
		return rv_fail(err, RV_E_USAGE, "%s; frames are given as 1..24, 1..24:2, 1,5,9 or all", err->text);
	}
	if (*last < *first) {
		return rv_fail(err, RV_E_USAGE, WHAT ": there is no frame from %" PRIu64 " to %" PRIu64, *first, *last);
	}
	*last -= (*last - *first) % *step;
	return 0;
}

static void put_part(struct rv_str *text, uint64_t first, uint64_t last, uint64_t step)
{
	rv_str_printf(text, "%s%" PRIu64, text->len > 0 ? "," : "", first);
	if (last > first) {
		rv_str_printf(text, "..%" PRIu64, last);
	}
	if (last > first && step > 1) {
		rv_str_printf(text, ":%" PRIu64, step);
	}
}

int blend_frames_put(struct rv_json_out *out, const char *key, const char *text, struct rv_err *err)
{
	struct rv_str canonical = RV_STR_INIT;
	uint64_t first, last, step, before = 0;
	int result = -1;
	if (strcmp(text, "all") == 0) {
		rv_json_put_string(out, key, text);
		return 0;
	}
	char *list = rv_strdup(text);
	char *rest = list;
	for (char *part; (part = strsep(&rest, ","));) {
		if (parse_part(part, &first, &last, &step, err) < 0) {
			goto out;
		}
		if (canonical.len > 0 && first <= before) {
			rv_fail(err, RV_E_USAGE, WHAT ": %" PRIu64 " comes after %" PRIu64 ", they must ascend", first,
			        before);
			goto out;
		}
		put_part(&canonical, first, last, step);
		before = last;
	}
	rv_json_put_string(out, key, canonical.ptr);
	result = 0;
out:
	free(list);
	rv_str_release(&canonical);
	return result;
}

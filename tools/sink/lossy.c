/* SPDX-License-Identifier: MIT */
/* Objects that a format cannot carry. */
#include "sink/lossy.h"

int sink_lossy(struct sink_sample *sample, enum format_id format, struct rv_err *err, const char *text, ...)
{
	struct rv_str reason = RV_STR_INIT;
	va_list values;
	if (sample->is_lossy) {
		sample->n_lost[format]++;
		return 0;
	}
	va_start(values, text);
	rv_str_vprintf(&reason, text, values);
	va_end(values);
	rv_fail(err, RV_E_BAD_RECORD, "%s, or have such objects left out of the format (--lossy)", reason.ptr);
	rv_str_release(&reason);
	return -1;
}

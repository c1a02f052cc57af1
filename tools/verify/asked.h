/* SPDX-License-Identifier: MIT */
/* The options of rv-verify: what was asked for, and the table that the command line is read by. */
#ifndef RV_VERIFY_ASKED_H
#define RV_VERIFY_ASKED_H

#include "options.h"

extern struct verify_options {
	size_t jobs; /* 0: auto */
	bool deep, list_checks;
	uint64_t min_area_px;
	const char *as; /* NULL: what a directory is, it says itself */
	struct rv_option_list only, skip, severities, limits;
	bool quality, list_limits, drop;
	const char *group_by; /* jq; NULL: there are no groups */
	double min_score;
	const char *summary, *junit; /* NULL: not written */
	const char *resume;          /* NULL: nothing is kept */
	int progress;
	const char *against, *against_as; /* NULL: no set to compare with; it says itself what it is */
	struct rv_option_list drift;
} verify_options;

extern const struct rv_option verify_option_rows[];

void verify_options_release(void);

#endif

/* SPDX-License-Identifier: MIT */
/* The contact sheet. */
#ifndef RV_FORMAT_SHEET_H
#define RV_FORMAT_SHEET_H

struct format_sheet_options {
	uint64_t samples;
};
extern struct format_sheet_options format_sheet_options;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What only a user can say of a dataset: `--info KEY=VALUE`. It goes into LICENSE, the cards of formats that have one,
 * and croissant.json (croissant.h). Nothing of it is ever guessed.
 */
#ifndef RV_SINK_INFO_H
#define RV_SINK_INFO_H

#include "options.h"

struct sink_dataset;

/* X(enum constant, key, what it is) */
#define SINK_INFO(X) \
	X(NAME, "name", "what the dataset is called") \
	X(DESCRIPTION, "description", "a sentence or more") \
	X(LICENSE, "license", "its SPDX identifier, as CC-BY-4.0, or its address") \
	X(LICENSE_FILE, "license-file", "a file with its text, which LICENSE is then") \
	X(CREATOR, "creator", "who made it") \
	X(URL, "url", "where it is to be found") \
	X(DATE, "date", "when it is published: YYYY-MM-DD; else the day of SOURCE_DATE_EPOCH") \
	X(CITATION, "citation", "how to cite it") \
	X(VERSION, "version", "of the dataset")

enum sink_info_key {
#define SINK_INFO_ENUM(constant, key, text) SINK_INFO_##constant,
	SINK_INFO(SINK_INFO_ENUM)
#undef SINK_INFO_ENUM
	        SINK_INFO_KEYS
};

struct sink_info {
	bool is_given;                      /* any of it */
	const char *values[SINK_INFO_KEYS]; /* NULL: not given; borrowed from the options */
	char day[11];                       /* private: of SOURCE_DATE_EPOCH */
	struct rv_str license;              /* the text of `license-file` */
};
#define SINK_INFO_INIT \
	{ \
		.license = RV_STR_INIT \
	}

/* Fails with RV_E_USAGE on a key that there is not, an empty value, or one that is not in its form. */
int sink_info_read(struct sink_info *info, const struct rv_option_list *list, struct rv_err *err) RV_MUST_USE;
void sink_info_release(struct sink_info *info);
/* Appends what KEY may be, for --help. */
void sink_info_help(struct rv_str *text);
/* Writes LICENSE where a licence is given: its text, or who gives it and its SPDX identifier. */
int sink_info_write(const struct sink_info *info, struct sink_dataset *dataset, struct rv_err *err) RV_MUST_USE;

#endif

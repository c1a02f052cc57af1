/* SPDX-License-Identifier: MIT */
/*
 * A record on its way into a dataset: parsed, its id checked, its files listed by role.
 *
 *	struct sink_sample sample = SINK_SAMPLE_INIT;
 *	if (sink_sample_load(&sample, &record, err) < 0) ...   (any number of times; keeps its memory)
 *	sink_sample_release(&sample);
 *
 * Paths are those of the sample's files as they can be opened; nothing of them may reach a dataset but the part after
 * the last dot.
 */
#ifndef RV_SINK_SAMPLE_H
#define RV_SINK_SAMPLE_H

#include "json.h"
#include "record.h"

#define SINK_ROLE_MAX 64              /* bytes of a role's name: [A-Za-z0-9_-] */

struct sink_role {
	const char *name;
	bool is_array;
	size_t n_files;
	char **paths; /* dir/relative, n_files of them */
};

struct sink_sample {
	const struct rv_record *record;
	struct rv_json json;
	struct rv_str id;
	struct sink_role *roles; /* sorted by name, `passes` left out */
	size_t n_roles, cap_roles;
};
#define SINK_SAMPLE_INIT \
	{ \
		.id = RV_STR_INIT \
	}

/* Borrows the record. Fails with RV_E_BAD_RECORD. Looks at no file. */
int sink_sample_load(struct sink_sample *sample, const struct rv_record *record, struct rv_err *err) RV_MUST_USE;
void sink_sample_release(struct sink_sample *sample);

/* NULL when the sample has no file of that role. */
const struct sink_role *sink_sample_role(const struct sink_sample *sample, const char *name);
/* The same, but not being there is an error that names the format that asks for it. */
const struct sink_role *sink_sample_need_role(const struct sink_sample *sample, const char *name, const char *format,
                                              struct rv_err *err);
/* The same of pictures that the format reads: they must be PNG files by their names. */
const struct sink_role *sink_sample_need_png(const struct sink_sample *sample, const char *name, const char *format,
                                             struct rv_err *err);
/* The number that a sequence's record gives to its i-th frame; i where it gives none. */
uint64_t sink_sample_frame(const struct sink_sample *sample, size_t i);
/* Size of a regular file; one that is not there, or is no regular file, is RV_E_MISSING_FILE. */
int sink_sample_file_size(const char *path, uint64_t *size, struct rv_err *err) RV_MUST_USE;
/* Text after the last dot of a path's last part: "png". Empty when there is none. */
const char *sink_sample_extension(const char *path);
/* True when the record has labels: `annotations`, its own or those of a frame. */
bool sink_sample_has_labels(const struct sink_sample *sample);
/* *out is replaced by the category of an annotation's object: its property `category` if that is a string, else its
 * sorted tags joined with "+". Empty: it has neither and is background. */
void sink_sample_category(const struct sink_sample *sample, struct rv_json annotation, struct rv_str *out);

#endif

/* SPDX-License-Identifier: MIT */
/* What `rv doctor` has found: one line each, with what to do about it. */
#ifndef RV_PORCELAIN_FINDINGS_H
#define RV_PORCELAIN_FINDINGS_H

#include "json.h"

enum porcelain_finding_level {
	PORCELAIN_FINDING_OK,
	PORCELAIN_FINDING_NOTE, /* can be lived with */
	PORCELAIN_FINDING_BAD,  /* nothing can be rendered like this */
};

struct porcelain_findings {
	struct porcelain_finding {
		enum porcelain_finding_level level;
		const char *topic; /* a literal */
		char *text;
		char *advice; /* NULL: none */
		char *fix;    /* NULL: no command does it */
	} * items;
	size_t len, cap;
	struct rv_str facts; /* members of the JSON object */
};
#define PORCELAIN_FINDINGS_INIT \
	{ \
		.items = NULL, .facts = RV_STR_INIT \
	}

/* Adds one; `advice` NULL: none. */
void porcelain_findings_add(struct porcelain_findings *findings, enum porcelain_finding_level level, const char *topic,
                            const char *advice, const char *format, ...) RV_PRINTF(5, 6);
/* A command that mends what the last one says; one for root gets sudo before it where we are not root. */
void porcelain_findings_fix(struct porcelain_findings *findings, const char *command);
void porcelain_findings_fix_as_root(struct porcelain_findings *findings, const char *command);
/* A fact for programs: a JSON text. */
void porcelain_findings_fact(struct porcelain_findings *findings, const char *key, const char *json, size_t len);
void porcelain_findings_fact_string(struct porcelain_findings *findings, const char *key, const char *text);
bool porcelain_findings_any_bad(const struct porcelain_findings *findings);
/* All of it, for people or as one JSON object. */
void porcelain_findings_put(const struct porcelain_findings *findings, bool json, struct rv_str *out);
/* The commands that mend things, a line each, each once, in the order of the findings. */
void porcelain_findings_put_fixes(const struct porcelain_findings *findings, struct rv_str *out);
void porcelain_findings_release(struct porcelain_findings *findings);

/* The machine: scratch and disk, memory, limits, locale, our own programs and their libraries. `sysroot` stands before
 * /proc, /sys and /dev (""). */
void porcelain_doctor_system(struct porcelain_findings *findings, const char *sysroot);
/* Blender: which one, whether it starts and renders, and on what. */
void porcelain_doctor_blender(struct porcelain_findings *findings, const char *sysroot);

#endif

/* SPDX-License-Identifier: MIT */
/* What `rv doctor` has found: one line each, with what to do about it. */
#ifndef RV_PORCELAIN_FINDINGS_H
#define RV_PORCELAIN_FINDINGS_H

#include "json.h"

enum rv_finding_level {
	RV_FINDING_OK,
	RV_FINDING_NOTE, /* can be lived with */
	RV_FINDING_BAD,  /* nothing can be rendered like this */
};

struct rv_findings {
	struct rv_finding {
		enum rv_finding_level level;
		const char *topic; /* a literal */
		char *text;
		char *advice; /* NULL: none */
	} * items;
	size_t len, cap;
	struct rv_str facts; /* members of the JSON object */
};
#define RV_FINDINGS_INIT \
	{ \
		.items = NULL, .facts = RV_STR_INIT \
	}

/* Adds one; `advice` NULL: none. */
void rv_findings_add(struct rv_findings *findings, enum rv_finding_level level, const char *topic, const char *advice,
                     const char *format, ...) RV_PRINTF(5, 6);
/* A fact for programs: a JSON text. */
void rv_findings_fact(struct rv_findings *findings, const char *key, const char *json, size_t len);
void rv_findings_fact_string(struct rv_findings *findings, const char *key, const char *text);
bool rv_findings_any_bad(const struct rv_findings *findings);
/* All of it, for people or as one JSON object. */
void rv_findings_put(const struct rv_findings *findings, bool json, struct rv_str *out);
void rv_findings_release(struct rv_findings *findings);

/* The machine: scratch and disk, memory, limits, locale, our own programs and their libraries. `sysroot` stands before
 * /proc, /sys and /dev (""). */
void rv_doctor_system(struct rv_findings *findings, const char *sysroot);
/* Blender: which one, whether it starts and renders, and on what. */
void rv_doctor_blender(struct rv_findings *findings, const char *sysroot);

#endif

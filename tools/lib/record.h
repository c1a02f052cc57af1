/* SPDX-License-Identifier: MIT */
/*
 * Records: one JSON object each (see rv-record(5)); lines.h reads and writes them.
 *
 * A record is its line of text plus the places of its top-level members. Setting a member splices the text: an existing
 * value is replaced where it stands, a new one goes to the end, every other byte stays. Getting a member gives its
 * text.
 */
#ifndef RV_RECORD_H
#define RV_RECORD_H

#include "err.h"
#include "json.h"
#include "scan.h"
#include "str.h"

#define RV_LINE_MAX ((size_t)64 << 20) /* bytes of one line without its newline */
#define RV_ID_MAX 100

struct rv_record {
	struct rv_str text; /* without the newline */
	struct rv_members members;
	uint64_t line; /* 1-based input line, 0 for one that was made */
};
#define RV_RECORD_INIT \
	{ \
		.text = RV_STR_INIT, .members = RV_MEMBERS_INIT \
	}

void rv_record_release(struct rv_record *record);
/* Makes it `{}`. */
void rv_record_clear(struct rv_record *record);
/* Makes it the given text; `{}` when that is no object. */
int rv_record_parse(struct rv_record *record, const char *text, size_t len, struct rv_err *err) RV_MUST_USE;
void rv_record_copy(struct rv_record *to, const struct rv_record *from);

/* The text of a member's value; false when it is not there. Borrowed until the record changes. */
bool rv_record_get(const struct rv_record *record, const char *key, struct rv_span *value);
/* Sets a member to a JSON text. */
void rv_record_set(struct rv_record *record, const char *key, const char *json, size_t len);
void rv_record_set_string(struct rv_record *record, const char *key, const char *text);
/* Sets member `inner` of the object `key`, which is made when it is not there or is no object. */
void rv_record_set_in(struct rv_record *record, const char *key, const char *inner, const char *json, size_t len);
void rv_record_unset(struct rv_record *record, const char *key);
/* Appends the record as files hold it: one line of compact JSON and a newline, without what belongs to the stream only
 * (members.def). The one place that decides what goes to disk. */
void rv_record_stored(const struct rv_record *record, struct rv_str *text);
/* The same as datasets hold it, which never have the passes: without those among the `files` of the record and of its
 * views, and without what is stored only as long as they are there. */
void rv_record_packed(const struct rv_record *record, struct rv_str *text);

bool rv_record_has_error(const struct rv_record *record); /* an `error` that is not null */
/* Sets `error` to {tool, code, message, attempts}; `attempts` 0 leaves that member out. */
void rv_record_set_error(struct rv_record *record, const struct rv_err *err, unsigned int attempts);

/* The checked basics. Each fails with RV_E_BAD_RECORD and a message that names field, value and range. */
bool rv_id_is_valid(const char *id, size_t len); /* [A-Za-z0-9_-]{1,100} */
int rv_record_id(const struct rv_record *record, struct rv_str *id, struct rv_err *err) RV_MUST_USE;
int rv_record_seed(const struct rv_record *record, uint64_t *seed, struct rv_err *err) RV_MUST_USE;
/* A string member with escapes resolved; must be there. */
int rv_record_string(const struct rv_record *record, const char *key, struct rv_str *out,
                     struct rv_err *err) RV_MUST_USE;
/* The member `inner` of the object `key` as a plain file path below the sample (rv_path_is_inside). */
int rv_record_file(const struct rv_record *record, const char *role, struct rv_str *path,
                   struct rv_err *err) RV_MUST_USE;

#endif

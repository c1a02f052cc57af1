/* SPDX-License-Identifier: MIT */
/*
 * The checks by name (checks.def), and how bad each is: as the table says, or as the user wants it.
 *
 *	verify_checks_choose(&only, &skip, &severities, err)      once, before any thread
 *	verify_check_severity(VERIFY_LABEL_AREA)
 */
#ifndef RV_VERIFY_CHECKS_H
#define RV_VERIFY_CHECKS_H

#include "options.h"

enum verify_severity { VERIFY_OFF, VERIFY_INFO, VERIFY_WARN, VERIFY_ERROR, VERIFY_FATAL };

enum verify_check {
#define VERIFY_PICTURE(name)
#define VERIFY_CHECK(constant, id, severity, text) VERIFY_##constant,
#include "verify/checks.def"
#undef VERIFY_CHECK
#undef VERIFY_PICTURE
	VERIFY_CHECKS
};

struct verify_check_row {
	const char *id, *text;
	enum verify_severity severity; /* of the table */
};
extern const struct verify_check_row verify_checks[VERIFY_CHECKS]; /* by enum verify_check */

/*
 * Takes what --only, --skip and --severity were given: globs of ids ("coco.*,label.area"), and ID=LEVEL with a glob for
 * the ID and one of info, warn, error and fatal. A check that --only does not name or --skip does is off. FATAL ones
 * stay as they are: they say that something was not looked at. Fails with RV_E_USAGE, also for a glob that names none.
 */
int verify_checks_choose(const struct rv_option_list *only, const struct rv_option_list *skip,
                         const struct rv_option_list *severities, struct rv_err *err) RV_MUST_USE;
/* Takes the severities of foreign.def where the user wants no others. To be called after that, and before any thread.
 */
void verify_checks_foreign(void);
/* VERIFY_OFF: it is not to be told. */
enum verify_severity verify_check_severity(enum verify_check check);
/* "error" and so on. */
const char *verify_severity_name(enum verify_severity severity);

/* Appends the checks that are on, for people, or as JSON: an array of objects, one a line. */
void verify_checks_list(struct rv_str *text);
void verify_checks_list_json(struct rv_str *text);

#endif

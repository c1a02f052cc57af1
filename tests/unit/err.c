/* SPDX-License-Identifier: MIT */
/* err: messages, their cutting, codes and exit statuses. */
#include "err.h"

#include <errno.h>
#include <string.h>

#include "check.h"

static void messages(void)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_I64(rv_fail(&err, RV_E_BAD_FILE, "'%s' has %d rows", "a.png", 3), -1);
	CHECK_STR(err.text, "'a.png' has 3 rows");
	CHECK_I64(rv_fail_prefix(&err, "sample '%s'", "s1"), -1);
	CHECK_STR(err.text, "sample 's1': 'a.png' has 3 rows");
	CHECK(err.code == RV_E_BAD_FILE);
	/* The old message as an argument of the new one. */
	rv_fail(&err, RV_E_LABEL, "again: %s", err.text);
	CHECK_STR(err.text, "again: sample 's1': 'a.png' has 3 rows");
	CHECK_I64(rv_fail(NULL, RV_E_IO, "nobody asks"), -1);
	CHECK_I64(rv_fail_prefix(NULL, "nobody asks"), -1);
}

static void system_errors(void)
{
	static const struct {
		int number;
		enum rv_err_code code;
	} cases[] = { { ENOSPC, RV_E_NO_SPACE }, { EDQUOT, RV_E_NO_SPACE },  { ENOENT, RV_E_MISSING_FILE },
		      { EIO, RV_E_IO },          { EMFILE, RV_E_RESOURCES }, { ENOMEM, RV_E_MEMORY } };
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_err err = RV_ERR_INIT;
		errno = cases[i].number;
		CHECK_I64(rv_fail_errno(&err, "cannot write '%s'", "x"), -1);
		CHECK(err.code == cases[i].code);
		CHECK(strncmp(err.text, "cannot write 'x': ", 18) == 0);
		CHECK_STR(err.text + 18, strerror(cases[i].number));
	}
}

/* "..." at the end, never half a character, the last byte always a NUL. */
static void cutting(void)
{
	char text[RV_ERR_TEXT_MAX * 2];
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'a', shift);
		size_t at = shift;
		while (at + 3 < sizeof(text)) {
			memcpy(text + at, "\xE2\x82\xAC", 3);
			at += 3;
		}
		text[at] = '\0';
		struct rv_err err = RV_ERR_INIT;
		rv_fail(&err, RV_E_SCENE, "%s", text);
		size_t len = strlen(err.text);
		CHECK(len < RV_ERR_TEXT_MAX && len >= RV_ERR_TEXT_MAX - 4);
		CHECK_STR(err.text + len - 3, "...");
		CHECK_U64((len - 3 - shift) % 3, 0);
	}
	struct rv_err err = RV_ERR_INIT;
	memset(text, 'b', sizeof(text));
	text[RV_ERR_TEXT_MAX - 1] = '\0';
	rv_fail(&err, RV_E_SCENE, "%s", text);
	CHECK_STR(err.text, text); /* the longest that fits */
	rv_fail_prefix(&err, "prefix");
	CHECK_U64(strlen(err.text), RV_ERR_TEXT_MAX - 1);
	CHECK(strncmp(err.text, "prefix: bbb", 11) == 0);
}

static void codes(void)
{
	CHECK_STR(rv_err_code_text(RV_E_NONE), "none");
	CHECK_STR(rv_err_code_text(RV_E_BAD_JSON), "bad_json");
	CHECK_STR(rv_err_code_text(RV_E_MEMORY), "memory");
	CHECK_I64(rv_err_exit_status(RV_E_USAGE), 2);
	CHECK_I64(rv_err_exit_status(RV_E_BAD_RECORD), 2);
	CHECK_I64(rv_err_exit_status(RV_E_NO_SPACE), 3);
	CHECK_I64(rv_err_exit_status(RV_E_NO_BLENDER), 3);
	CHECK_I64(rv_err_exit_status(RV_E_GENERATOR), 1);
	CHECK_I64(rv_err_exit_status(RV_E_LABEL), 1);
}

CHECK_MODULE(err)
{
	check_case("messages and prefixes", messages);
	check_case("codes of system errors", system_errors);
	check_case("long messages are cut on a character", cutting);
	check_case("codes and exit statuses", codes);
}

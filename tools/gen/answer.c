/* SPDX-License-Identifier: MIT */
/* From a generator's output to the value that it stands for. */
#include "gen/answer.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "parse.h"
#include "record.h"

#define GEN_DEPTH 2  /* of a result in a record: gen.NAME */
#define SHOWN_MAX 80 /* bytes of a wrong value in a message */

static int wrong(struct rv_span value, const char *wanted, struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_RESULT, "the result %.*s%s is not %s", (int)RV_MIN(value.len, (size_t)SHOWN_MAX),
	               value.ptr, value.len > SHOWN_MAX ? "..." : "", wanted);
}

/* Takes "." and empty components out; false when there is a ".." whose meaning depends on links. */
static bool tidy(const char *absolute, struct rv_str *out)
{
	rv_str_clear(out);
	for (const char *at = absolute; *at;) {
		at += strspn(at, "/");
		size_t len = strcspn(at, "/");
		if (len == 2 && at[0] == '.' && at[1] == '.') {
			return false;
		}
		if (len && !(len == 1 && at[0] == '.')) {
			rv_str_putc(out, '/');
			rv_str_append(out, at, len);
		}
		at += len;
	}
	return out->len > 0;
}

/* The part of `path` below `dir`, or NULL. */
static const char *below(const char *path, const char *dir)
{
	size_t len = strlen(dir);
	if (len == 1) {
		return path + 1; /* the root directory */
	}
	return strncmp(path, dir, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

static int read_path(struct rv_span value, const char *root_dir, const char *work_dir, struct rv_str *result,
                     struct rv_err *err)
{
	struct rv_str name = RV_STR_INIT, absolute = RV_STR_INIT, tidied = RV_STR_INIT;
	char *real = NULL, *real_root = NULL;
	int status = -1;
	if (!rv_scan_string(value, &name) || !name.len || memchr(name.ptr, '\0', name.len)) {
		wrong(value, "a path", err);
		goto out;
	}
	if (name.ptr[0] != '/') {
		rv_str_printf(&absolute, "%s/", work_dir);
	}
	rv_str_puts(&absolute, name.ptr);
	real = realpath(absolute.ptr, NULL);
	if (!real) {
		rv_fail(err, RV_E_BAD_RESULT, "the result names '%s', which is not %s", name.ptr,
		        name.ptr[0] == '/' ? "there" : "in the work directory, the request's work_dir");
		goto out;
	}
	/* As it was written when that can be told from the text alone, by where it truly lies otherwise. */
	real_root = realpath(root_dir, NULL);
	const char *relative = tidy(absolute.ptr, &tidied) ? below(tidied.ptr, root_dir) : NULL;
	if (!relative && real_root) {
		relative = below(real, real_root);
	}
	const char *shown = relative ? relative : real;
	rv_str_json(result, shown, strlen(shown));
	status = 0;
out:
	free(real);
	free(real_root);
	rv_str_release(&name);
	rv_str_release(&absolute);
	rv_str_release(&tidied);
	return status;
}

static int read_value(struct rv_span value, enum gen_type type, const char *root_dir, const char *work_dir,
                      struct rv_str *result, struct rv_err *err)
{
	switch (type) {
	case GEN_TYPE_PATH:
		return read_path(value, root_dir, work_dir, result, err);
	case GEN_TYPE_STR:
		if (value.ptr[0] != '"') {
			return wrong(value, "a string", err);
		}
		break;
	case GEN_TYPE_NUM: {
		struct rv_str number = RV_STR_INIT;
		double ignored;
		rv_str_append(&number, value.ptr, value.len);
		int parsed = rv_parse_double(number.ptr, "result", -DBL_MAX, DBL_MAX, &ignored, NULL);
		rv_str_release(&number);
		if (parsed < 0) {
			return wrong(value, "a finite number", err);
		}
		break;
	}
	case GEN_TYPE_ANY:
		if (rv_scan_value_in(value.ptr, value.len, GEN_DEPTH, err) < 0) {
			return rv_fail_prefix(err, "the result");
		}
		break;
	}
	rv_scan_compact(value.ptr, value.len, result);
	return 0;
}

int gen_answer_read(const struct rv_str *output, enum gen_type type, const char *root_dir, const char *work_dir,
                    struct rv_str *result, struct rv_err *err)
{
	rv_str_clear(result);
	if (strspn(output->ptr, " \t\r\n") == output->len) {
		return rv_fail(err, RV_E_GENERATOR, "the generator wrote nothing to its standard output");
	}
	struct rv_record answer = RV_RECORD_INIT;
	struct rv_span value;
	int status = rv_record_parse(&answer, output->ptr, output->len, err);
	if (status < 0) {
		rv_fail_prefix(err, "the generator's standard output is not one JSON object");
		if (err) {
			err->code = RV_E_GENERATOR;
		}
	} else if (!rv_record_get(&answer, "result", &value)) {
		status = rv_fail(err, RV_E_GENERATOR, "the generator's answer has no member 'result'");
	} else {
		status = read_value(value, type, root_dir, work_dir, result, err);
	}
	rv_record_release(&answer);
	return status;
}

/* SPDX-License-Identifier: MIT */
/*
 * Errors as values. The library returns, the tool reports.
 *
 * A function that can fail takes a `struct rv_err *err` last, returns -1 (or NULL) and fills it:
 *
 *	if (fd < 0) {
 *		return rv_fail(err, RV_E_IO, "cannot open '%s': %s", path, strerror(errno));
 *	}
 *
 * The message is written at the lowest place that knows the subject: lower case, no full stop, problem first,
 * values quoted, allowed range given. The caller either passes it on (return -1), or turns it into an `error`
 * record (rv_record_set_error), or prints it (rv_report). It holds no memory and needs no release.
 */
#ifndef RV_ERR_H
#define RV_ERR_H

#include <stdarg.h>

/* X(enum constant, text in an `error` record's "code") */
#define RV_ERR_CODES(X) \
	X(RV_E_NONE, "none") \
	X(RV_E_BAD_JSON, "bad_json")          /* a line that is not a JSON object */ \
	X(RV_E_BAD_RECORD, "bad_record")      /* a record that breaks the definition */ \
	X(RV_E_TOO_LONG, "too_long")          /* a line over RV_LINE_MAX */ \
	X(RV_E_DUPLICATE_ID, "duplicate_id")  /* an id that was seen before in the stream */ \
	X(RV_E_USAGE, "usage")                /* wrong options or operands */ \
	X(RV_E_FILTER, "filter")              /* a --where or --set program failed */ \
	X(RV_E_MISSING_FILE, "missing_file")  /* a file that a record names is not there */ \
	X(RV_E_BAD_FILE, "bad_file")          /* a file that cannot be decoded */ \
	X(RV_E_LIMIT, "limit")                /* a size above a named limit */ \
	X(RV_E_NO_SPACE, "no_space")          /* file system full or quota reached */ \
	X(RV_E_IO, "io")                      /* any other failed system call on a file */ \
	X(RV_E_SCENE, "scene_error")          /* the scene raised, or cannot be loaded */ \
	X(RV_E_RENDER, "render_error")        /* Blender refused to render or to write */ \
	X(RV_E_CRASH, "worker_crashed")       /* the child process died */ \
	X(RV_E_TIMEOUT, "timeout")            /* the child process took too long and was killed */ \
	X(RV_E_RSS, "max_rss")                /* the child process grew past --max-rss and was killed */ \
	X(RV_E_GENERATOR, "generator_failed") /* a generator program failed */ \
	X(RV_E_BAD_RESULT, "bad_result")      /* a generator's answer is not what --type asks for */ \
	X(RV_E_JUDGE, "judge_failed")         /* a judge's program failed, or gave no score */ \
	X(RV_E_PASSES_GONE, "passes_gone")    /* labels asked for, but passes.exr is no longer there */ \
	X(RV_E_LABEL, "bad_label")            /* a label that disagrees with what it was made from */ \
	X(RV_E_DIGEST, "bad_digest")          /* a file whose bytes are not those of the manifest */ \
	X(RV_E_NO_BLENDER, "no_blender")      /* no Blender, or one that does not start */ \
	X(RV_E_BUSY, "busy")                  /* another run works in the same place */ \
	X(RV_E_TAKEN, "taken")                /* a place holds what is not ours to replace */ \
	X(RV_E_CANCELLED, "cancelled")        /* stopped by a signal */ \
	X(RV_E_RESOURCES, "resources")        /* no more open files, processes or locks to be had */ \
	X(RV_E_CHILD, "child")                /* a program that cannot be started */ \
	X(RV_E_MEMORY, "memory")

enum rv_err_code {
#define RV_ERR_ENUM(constant, text) constant,
	RV_ERR_CODES(RV_ERR_ENUM)
#undef RV_ERR_ENUM
};

#define RV_ERR_TEXT_MAX 4096 /* longer messages are cut, with "..." at the end */

struct rv_err {
	enum rv_err_code code;
	char text[RV_ERR_TEXT_MAX];
};

#define RV_ERR_INIT \
	{ \
		.code = RV_E_NONE, .text = "" \
	}

/* Fills *err (which may be NULL) and returns -1. */
int rv_fail(struct rv_err *err, enum rv_err_code code, const char *format, ...) RV_PRINTF(3, 4);

/* rv_fail with the code that fits errno (RV_E_NO_SPACE for ENOSPC and EDQUOT, RV_E_MISSING_FILE for ENOENT,
 * RV_E_RESOURCES for EMFILE and its like, RV_E_MEMORY for ENOMEM, else RV_E_IO) and ": strerror(errno)" appended. Reads
 * errno first. */
int rv_fail_errno(struct rv_err *err, const char *format, ...) RV_PRINTF(2, 3);

/* Puts "prefix: " before the message that *err already holds; returns -1. */
int rv_fail_prefix(struct rv_err *err, const char *format, ...) RV_PRINTF(2, 3);

/* "bad_json" and so on. */
const char *rv_err_code_text(enum rv_err_code code);

/* The exit status that a tool ends with when this error ends it: 2 for usage and unusable input, 3 for the
 * environment (files, memory, a missing Blender), 1 for the rest. */
int rv_err_exit_status(enum rv_err_code code);
/* True for an error of a record that tells nothing of the record: the machine had not enough of something, or another
 * run was in the way. The same command may well succeed later, so the tool ends with status 3. */
bool rv_err_is_passing(enum rv_err_code code);

#endif

/* SPDX-License-Identifier: MIT */
/* jq programs on records: the one file that knows libjq (1.6 and later). */
#include "filter.h"

#include <jq.h>
#include <jv.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "sig.h"

struct program {
	const char *option; /* for messages */
	jq_state *jq;       /* NULL: there is none, or it is constant */
	bool is_constant;   /* the program is one JSON value: no need to look at the input */
	jv constant;
};

struct rv_filters {
	struct program set, where;
	struct rv_record made; /* what --set makes */
};

/* What a signal ends; written and read by the main thread alone. */
static jq_state *volatile running;

static void on_nomem(void *data)
{
	(void)data;
	rv_error("out of memory");
	_Exit(3);
}

/* libjq keeps the handler per thread. */
static void set_nomem_handler(void)
{
	static _Thread_local bool done;
	if (!done) {
		jv_nomem_handler(on_nomem, NULL);
		done = true;
	}
}

/* What libjq says of an invalid value, as an error; the value is released. */
static int fail_invalid(jv invalid, struct rv_err *err)
{
	jv message = jv_invalid_get_msg(invalid);
	if (jv_get_kind(message) != JV_KIND_STRING) {
		message = jv_dump_string(message, 0);
	}
	rv_fail(err, RV_E_FILTER, "%s", jv_string_value(message));
	jv_free(message);
	return -1;
}

/* A text that has been scanned; INVALID with *err filled when it is too much for libjq. */
static jv parse(const char *text, size_t len, struct rv_err *err)
{
	struct rv_str whole = RV_STR_INIT;
	set_nomem_handler();
	if (len > INT_MAX) {
		rv_fail(err, RV_E_LIMIT, "a JSON text of %zu bytes, at most %d are allowed", len, INT_MAX);
		return jv_invalid();
	}
	jv value = jv_parse_sized(text, (int)len);
	if (!jv_is_valid(value)) { /* libjq 1.6 refuses half a pair */
		rv_scan_whole_pairs(text, len, &whole);
		jv_free(value);
		value = jv_parse_sized(whole.ptr, (int)whole.len);
		rv_str_release(&whole);
	}
	if (jv_is_valid(value)) {
		return value;
	}
	fail_invalid(value, err);
	return jv_invalid();
}

/* ---- programs ---- */

/* Names that a program may not use. Whoever does uses a variable that is not there, which libjq finds when it compiles:
 * definitions that nobody calls are dropped before. A program that defines one of the names itself has its own. */
#define REFUSED_VARIABLE "$rv_refuses_"
#define REFUSED(name) "def " name ": " REFUSED_VARIABLE name "; "
#define REFUSED_OF(name, of) "def " name "(" of "): " REFUSED_VARIABLE name "; "
static const char definitions[] =
        "def env: {}; def stderr: .; " /* on the program's first line, so that libjq counts its lines right */
        REFUSED("now") REFUSED("localtime") REFUSED_OF("strflocaltime", "f") REFUSED("mktime")
                REFUSED_OF("strftime", "f") REFUSED("fromdate") REFUSED("fromdateiso8601") REFUSED("input")
                        REFUSED("inputs") REFUSED("input_filename") REFUSED("input_line_number") REFUSED("modulemeta")
                                REFUSED("get_search_list") REFUSED("halt") REFUSED("halt_error")
                                        REFUSED_OF("halt_error", "f");

/* libjq reports what is wrong with a program in several lines; one is enough. */
static void on_message(void *data, jv message)
{
	struct rv_err *const err = data;
	jv text = jq_format_error(message);
	if (jv_get_kind(text) == JV_KIND_STRING && err && err->code == RV_E_NONE) {
		const char *line = jv_string_value(text);
		static const char prefix[] = "jq: error: ";
		if (strncmp(line, prefix, strlen(prefix)) == 0) {
			line += strlen(prefix);
		}
		rv_fail(err, RV_E_FILTER, "%.*s", (int)strcspn(line, "\n"), line);
	}
	jv_free(text);
}

/* Compiles without an environment: libjq would load $HOME/.jq, and $ENV is read here. */
static bool compile_alone(jq_state *jq, const char *text)
{
	static char *nothing[] = { NULL };
	char **const saved = environ;
	environ = nothing;
	const bool compiled = jq_compile(jq, text) != 0;
	environ = saved;
	return compiled;
}

static bool begins_with_word(const char *text, const char *word)
{
	const size_t len = strlen(word);
	return strncmp(text, word, len) == 0 && strchr(" \t\r\n\"", text[len]);
}

static int fail_compile(const struct program *program, const char *text, const char *problem, struct rv_err *err)
{
	const char *const start = text + strspn(text, " \t\r\n");
	const char *const refused = strstr(problem, REFUSED_VARIABLE);
	if (refused) {
		const char *const name = refused + strlen(REFUSED_VARIABLE);
		return rv_fail(err, RV_E_USAGE,
		               "%s: '%s': no '%.*s' in filters, their results depend on the record alone",
		               program->option, text, (int)strcspn(name, "/ "), name);
	}
	if (begins_with_word(start, "import") || begins_with_word(start, "include") ||
	    begins_with_word(start, "module")) {
		return rv_fail(err, RV_E_USAGE,
		               "%s: '%s': no modules in filters, their results depend on the record alone",
		               program->option, text);
	}
	return rv_fail(err, RV_E_USAGE, "%s: '%s' is not a jq program: %s", program->option, text, problem);
}

static int compile(struct program *program, const char *text, struct rv_err *err)
{
	struct rv_err problem = RV_ERR_INIT;
	struct rv_str whole = RV_STR_INIT;
	set_nomem_handler();
	if (rv_scan_value(text, strlen(text), NULL) == 0) {
		program->constant = parse(text, strlen(text), &problem);
		program->is_constant = jv_is_valid(program->constant);
		if (program->is_constant) {
			return 0;
		}
	}
	program->jq = jq_init();
	if (!program->jq) {
		return rv_fail(err, RV_E_MEMORY, "libjq cannot start");
	}
	jq_set_attr(program->jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	jq_set_input_cb(program->jq, NULL, NULL); /* libjq 1.6 does not begin with NULL */
	jq_set_debug_cb(program->jq, NULL, NULL);
	jq_set_error_cb(program->jq, on_message, &problem);
	rv_str_printf(&whole, "%s%s", definitions, text);
	const bool compiled = compile_alone(program->jq, whole.ptr);
	rv_str_release(&whole);
	/* Without a callback libjq would write to stderr. */
	jq_set_error_cb(program->jq, on_message, NULL);
	return compiled ? 0
	                : fail_compile(program, text, problem.code == RV_E_NONE ? "it does not compile" : problem.text,
	                               err);
}

static bool is_there(const struct program *program)
{
	return program->jq || program->is_constant;
}

static void release_program(struct program *program)
{
	if (program->jq) {
		jq_teardown(&program->jq);
	}
	jv_free(program->constant);
}

/* In the signal's handler, on the main thread: libjq looks at this before each of its steps. */
static void halt_running(void)
{
	jq_state *const jq = running;
	if (jq && !jq_halted(jq)) {
		jq_halt(jq, jv_invalid(), jv_invalid());
	}
}

/* 1 with the first output for `input` (released). 0: there is none. -1: it failed. */
static int run(const struct program *program, jv input, jv *output, struct rv_err *err)
{
	if (program->is_constant) {
		jv_free(input);
		*output = jv_copy(program->constant);
		return 1;
	}
	jq_start(program->jq, input, 0);
	running = program->jq;
	*output = rv_sig_stop() ? jv_invalid() : jq_next(program->jq);
	running = NULL;
	if (jv_is_valid(*output)) {
		return 1;
	}
	if (rv_sig_stop()) {
		jv_free(*output);
		return rv_fail(err, RV_E_CANCELLED, "stopped by a signal");
	}
	if (jv_invalid_has_msg(jv_copy(*output))) {
		return fail_invalid(*output, err);
	}
	jv_free(*output);
	return 0;
}

/* ---- records ---- */

/* 1 or 0, or -1 with *err. */
static int is_true(const struct program *program, const struct rv_record *record, struct rv_err *err)
{
	jv output, input = jv_null();
	if (!program->is_constant) {
		input = parse(record->text.ptr, record->text.len, err);
		if (!jv_is_valid(input)) {
			return -1;
		}
	}
	const int got = run(program, input, &output, err);
	if (got <= 0) {
		return got;
	}
	const jv_kind kind = jv_get_kind(output);
	jv_free(output);
	return kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
}

static int merge(struct rv_record *record, jv before, jv after, struct rv_err *err);

static void set_value(struct rv_record *record, const char *key, jv value)
{
	const jv text = jv_dump_string(jv_copy(value), 0);
	rv_record_set(record, key, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
}

/* Makes one member what it became. `old` is INVALID for one that is new. */
static int merge_member(struct rv_record *record, const char *key, jv old, jv value, struct rv_err *err)
{
	struct rv_record inner = RV_RECORD_INIT;
	struct rv_span text;
	int result = 0;
	if (jv_get_kind(old) == JV_KIND_OBJECT && jv_get_kind(value) == JV_KIND_OBJECT &&
	    rv_record_get(record, key, &text) && rv_record_parse(&inner, text.ptr, text.len, NULL) == 0) {
		result = merge(&inner, old, value, err);
		rv_record_set(record, key, inner.text.ptr, inner.text.len);
	} else if (record->members.len == RV_RECORD_MEMBERS_MAX && !rv_record_get(record, key, &text)) {
		result = rv_fail(err, RV_E_LIMIT, "more than %d members", RV_RECORD_MEMBERS_MAX);
	} else {
		set_value(record, key, value);
	}
	rv_record_release(&inner);
	return result;
}

/* A record's members are found by keys that end with a NUL. */
static int check_key(jv key, struct rv_err *err)
{
	if (strlen(jv_string_value(key)) == (size_t)jv_string_length_bytes(jv_copy(key))) {
		return 0;
	}
	return rv_fail(err, RV_E_LIMIT, "a key with a NUL character changes: '%s...'", jv_string_value(key));
}

/* Makes an object's text that of `after`, changing only what differs from `before`, at every level of objects. */
static int merge(struct rv_record *record, jv before, jv after, struct rv_err *err)
{
	int result = 0;
	for (int i = jv_object_iter(after); jv_object_iter_valid(after, i) && result == 0;
	     i = jv_object_iter_next(after, i)) {
		const jv key = jv_object_iter_key(after, i);
		const jv value = jv_object_iter_value(after, i);
		const jv old = jv_object_get(jv_copy(before), jv_copy(key));
		if (!jv_is_valid(old) || !jv_equal(jv_copy(old), jv_copy(value))) {
			result = check_key(key, err);
			if (result == 0) {
				result = merge_member(record, jv_string_value(key), old, value, err);
			}
		}
		jv_free(old);
		jv_free(value);
		jv_free(key);
	}
	for (int i = jv_object_iter(before); jv_object_iter_valid(before, i) && result == 0;
	     i = jv_object_iter_next(before, i)) {
		const jv key = jv_object_iter_key(before, i);
		if (!jv_object_has(jv_copy(after), jv_copy(key))) {
			result = check_key(key, err);
			if (result == 0) {
				rv_record_unset(record, jv_string_value(key));
			}
		}
		jv_free(key);
	}
	return result;
}

/* The result is a record again: libjq builds deeper than a line may be, and prints other things for it. */
static int check_made(struct rv_record *made, struct rv_err *err)
{
	struct rv_err problem = RV_ERR_INIT;
	if (made->text.len > RV_LINE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "the record becomes longer than %zu bytes", RV_LINE_MAX);
	}
	if (rv_scan_object(made->text.ptr, made->text.len, &made->members, &problem) < 0) {
		return rv_fail(err, RV_E_LIMIT, "the record becomes one that no line may hold: %s", problem.text);
	}
	return 0;
}

/* Makes the record what the program gives for it; when that fails, it may be half changed. */
static int edit(const struct program *program, struct rv_record *record, struct rv_err *err)
{
	jv after;
	const jv before = parse(record->text.ptr, record->text.len, err);
	if (!jv_is_valid(before)) {
		return -1;
	}
	int result = run(program, jv_copy(before), &after, err);
	if (result == 0) {
		result = rv_fail(err, RV_E_FILTER, "the program gives no result");
	} else if (result > 0) {
		if (jv_get_kind(after) == JV_KIND_OBJECT) {
			result = merge(record, before, after, err);
		} else {
			const jv text = jv_dump_string(jv_copy(after), 0);
			result = rv_fail(err, RV_E_FILTER, "the result is not an object: %.80s", jv_string_value(text));
			jv_free(text);
		}
		jv_free(after);
	}
	jv_free(before);
	return result < 0 ? -1 : check_made(record, err);
}

/* ---- both ---- */

struct rv_filters *rv_filters_new(const char *set, const char *where, struct rv_err *err)
{
	struct rv_filters *const filters = rv_alloc(sizeof(*filters));
	*filters = (struct rv_filters) {
		.set = { .option = "--set", .constant = jv_invalid() },
		.where = { .option = "--where", .constant = jv_invalid() },
		.made = RV_RECORD_INIT,
	};
	if ((set && compile(&filters->set, set, err) < 0) || (where && compile(&filters->where, where, err) < 0)) {
		rv_filters_free(filters);
		return NULL;
	}
	rv_sig_on_stop(halt_running);
	return filters;
}

void rv_filters_free(struct rv_filters *filters)
{
	if (filters) {
		release_program(&filters->set);
		release_program(&filters->where);
		rv_record_release(&filters->made);
		free(filters);
	}
}

int rv_filters_apply(struct rv_filters *filters, struct rv_record *record, struct rv_err *err)
{
	struct rv_record *const made = is_there(&filters->set) ? &filters->made : record;
	int taken = 1;
	if (made != record) {
		rv_record_copy(made, record);
		if (edit(&filters->set, made, err) < 0) {
			return rv_fail_prefix(err, "%s", filters->set.option);
		}
	}
	if (is_there(&filters->where)) {
		taken = is_true(&filters->where, made, err);
		if (taken < 0) {
			return rv_fail_prefix(err, "%s", filters->where.option);
		}
	}
	if ((taken || filters->where.is_constant) && made != record) {
		const struct rv_record left = *record;
		*record = *made;
		*made = left;
	}
	return taken;
}

/* ---- expressions ---- */

struct rv_expression {
	struct program program;
};

struct rv_expression *rv_expression_new(const char *option, const char *text, struct rv_err *err)
{
	struct rv_expression *const expression = rv_alloc(sizeof(*expression));
	*expression = (struct rv_expression) { .program = { .option = option, .constant = jv_invalid() } };
	if (compile(&expression->program, text, err) < 0) {
		rv_expression_free(expression);
		return NULL;
	}
	rv_sig_on_stop(halt_running);
	return expression;
}

void rv_expression_free(struct rv_expression *expression)
{
	if (expression) {
		release_program(&expression->program);
		free(expression);
	}
}

int rv_expression_value(const struct rv_expression *expression, const struct rv_record *record, struct rv_str *json,
                        struct rv_err *err)
{
	jv output;
	const jv input = parse(record->text.ptr, record->text.len, err);
	if (!jv_is_valid(input)) {
		return -1;
	}
	const int got = run(&expression->program, input, &output, err);
	if (got <= 0) {
		return got < 0 ? rv_fail_prefix(err, "%s", expression->program.option)
		               : rv_fail(err, RV_E_FILTER, "%s gives no result", expression->program.option);
	}
	const jv text = jv_dump_string(output, JV_PRINT_SORTED);
	rv_str_clear(json);
	rv_str_append(json, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
	return 0;
}

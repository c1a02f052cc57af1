/* SPDX-License-Identifier: MIT */
/* JSON documents, element by element. */
#include "elements.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"

#define PORTION_BYTES ((size_t)64 << 10)
#define BLANKS " \t\r\n"
#define END (-1)    /* of the source, where a byte is asked for */
#define FAILED (-2) /* with *err */

struct reader {
	const struct rv_source *source;
	char *portion;
	size_t pos, len;   /* in the portion */
	uint64_t at;       /* of the portion's end in the source */
	struct rv_str key; /* the token, with its quotes */
	struct rv_str value;
	struct rv_str *rest;
	struct rv_err *err;
};

/* ---- bytes ---- */

/* Makes sure that the portion has a byte. 0, END or FAILED. */
static int fill(struct reader *r)
{
	if (r->pos < r->len) {
		return 0;
	}
	r->pos = 0;
	r->len = (size_t)RV_MIN(PORTION_BYTES, r->source->len - r->at);
	if (r->len == 0) {
		return END;
	}
	if (rv_source_read(r->source, r->at, r->portion, r->len, r->err) < 0) {
		r->len = 0;
		return FAILED;
	}
	r->at += r->len;
	return 0;
}

/* The next byte that is no blank, which stays; END or FAILED. */
static int peek(struct reader *r)
{
	for (;;) {
		const int status = fill(r);
		if (status < 0) {
			return status;
		}
		if (!memchr(BLANKS, r->portion[r->pos], strlen(BLANKS))) {
			return (unsigned char)r->portion[r->pos];
		}
		r->pos++;
	}
}

static int fail_here(struct reader *r, const char *wanted)
{
	return rv_fail(r->err, RV_E_BAD_JSON, "byte %" PRIu64 ": %s expected", r->at - r->len + r->pos + 1, wanted);
}

static int take(struct reader *r, char wanted)
{
	const int c = peek(r);
	if (c != wanted) {
		return c == FAILED ? -1 : fail_here(r, (const char[]) { '\'', wanted, '\'', '\0' });
	}
	r->pos++;
	return 0;
}

/* ---- values ---- */

/* How far into a value the bytes so far have led. */
struct depth {
	uint64_t brackets;
	bool in_string, is_escaped;
};

/* The place after the value in the portion from r->pos on, or its end: where a comma or a closing bracket stands that
 * is not the value's own. */
static size_t find_end(const struct reader *r, struct depth *depth)
{
	for (size_t i = r->pos; i < r->len; i++) {
		const char c = r->portion[i];
		if (depth->in_string) {
			depth->in_string = c != '"' || depth->is_escaped;
			depth->is_escaped = c == '\\' && !depth->is_escaped;
		} else if (c == '"') {
			depth->in_string = true;
		} else if (c == '{' || c == '[') {
			depth->brackets++;
		} else if (depth->brackets == 0 && (c == ',' || c == ']' || c == '}')) {
			return i;
		} else if (c == '}' || c == ']') {
			depth->brackets--;
		}
	}
	return r->len;
}

/* Gathers a value in *text, which is replaced, and leaves what stands behind it. Whether it is one is not looked at. */
static int gather(struct reader *r, struct rv_str *text)
{
	struct depth depth = { 0 };
	size_t end;
	rv_str_clear(text);
	if (peek(r) == FAILED) {
		return -1;
	}
	do {
		const int status = fill(r);
		if (status < 0) {
			return status == END ? fail_here(r, "the end of a value") : -1;
		}
		end = find_end(r, &depth);
		rv_str_append(text, r->portion + r->pos, end - r->pos);
		r->pos = end;
		if (text->len > RV_ELEMENT_MAX) {
			return rv_fail(r->err, RV_E_LIMIT, "a value of more than %zu bytes", RV_ELEMENT_MAX);
		}
	} while (end == r->len);
	while (text->len > 0 && memchr(BLANKS, text->ptr[text->len - 1], strlen(BLANKS))) {
		rv_str_truncate(text, text->len - 1);
	}
	return 0;
}

/* ---- the document ---- */

/* A key's token: it ends at its second quote. */
static int read_key(struct reader *r)
{
	bool is_escaped = false;
	if (take(r, '"') < 0) {
		return -1;
	}
	rv_str_clear(&r->key);
	rv_str_putc(&r->key, '"');
	for (char c = '\0'; c != '"' || is_escaped;) {
		const int status = fill(r);
		if (status < 0) {
			return status == END ? fail_here(r, "the end of a key") : -1;
		}
		is_escaped = c == '\\' && !is_escaped;
		c = r->portion[r->pos++];
		rv_str_putc(&r->key, c);
		if (r->key.len > RV_ELEMENT_MAX) {
			return rv_fail(r->err, RV_E_LIMIT, "a key of more than %zu bytes", RV_ELEMENT_MAX);
		}
	}
	return rv_scan_value(r->key.ptr, r->key.len, r->err);
}

/* Which list the key names; SIZE_MAX for none. */
static size_t find_list(const struct reader *r, const char *const *lists)
{
	struct rv_str name = RV_STR_INIT;
	size_t found = SIZE_MAX;
	rv_scan_string((struct rv_span) { r->key.ptr, r->key.len }, &name);
	for (size_t i = 0; lists[i] && found == SIZE_MAX; i++) {
		if (name.len == strlen(lists[i]) && memcmp(name.ptr, lists[i], name.len) == 0) {
			found = i;
		}
	}
	rv_str_release(&name);
	return found;
}

static int read_list(struct reader *r, size_t list, const char *name, rv_element_fn *element, void *context)
{
	int c = '\0';
	if (take(r, '[') < 0) {
		return -1;
	}
	if (peek(r) == ']') {
		return take(r, ']');
	}
	for (uint64_t position = 0; c != ']'; position++) {
		if (gather(r, &r->value) < 0 || rv_scan_value(r->value.ptr, r->value.len, r->err) < 0) {
			return rv_fail_prefix(r->err, "%s[%" PRIu64 "]", name, position);
		}
		if (element(context, list, position, (struct rv_span) { r->value.ptr, r->value.len }, r->err) < 0) {
			return -1;
		}
		c = peek(r);
		if (c != ']' && c != ',') {
			return fail_here(r, "',' or ']'");
		}
		r->pos++;
	}
	return 0;
}

static int read_member(struct reader *r, const char *const *lists, rv_element_fn *element, void *context)
{
	if (read_key(r) < 0 || take(r, ':') < 0) {
		return -1;
	}
	const size_t list = find_list(r, lists);
	rv_str_append(r->rest, r->key.ptr, r->key.len);
	if (list < SIZE_MAX && peek(r) == '[') {
		rv_str_puts(r->rest, ":[]");
		return read_list(r, list, lists[list], element, context);
	}
	if (gather(r, &r->value) < 0) {
		return -1;
	}
	rv_str_putc(r->rest, ':');
	rv_str_append(r->rest, r->value.ptr, r->value.len);
	return r->rest->len <= RV_ELEMENT_MAX
	               ? 0
	               : rv_fail(r->err, RV_E_LIMIT, "more than %zu bytes beside its lists", RV_ELEMENT_MAX);
}

static int read_document(struct reader *r, const char *const *lists, rv_element_fn *element, void *context)
{
	rv_str_clear(r->rest);
	if (take(r, '{') < 0) {
		return -1;
	}
	rv_str_putc(r->rest, '{');
	int c = peek(r);
	while (c != '}') {
		if (read_member(r, lists, element, context) < 0) {
			return -1;
		}
		c = peek(r);
		if (c == ',') {
			r->pos++;
			rv_str_putc(r->rest, ',');
		} else if (c != '}') {
			return c == FAILED ? -1 : fail_here(r, "',' or '}'");
		}
	}
	r->pos++;
	rv_str_putc(r->rest, '}');
	c = peek(r);
	if (c != END) {
		return c == FAILED ? -1 : fail_here(r, "the end of the document");
	}
	struct rv_members members = RV_MEMBERS_INIT;
	const int status = rv_scan_object(r->rest->ptr, r->rest->len, &members, r->err);
	rv_members_release(&members);
	return status;
}

int rv_elements_read(const struct rv_source *source, const char *const *lists, rv_element_fn *take_element,
                     void *context, struct rv_str *rest, struct rv_err *err)
{
	struct reader r = { .source = source,
		            .portion = rv_alloc(PORTION_BYTES),
		            .key = RV_STR_INIT,
		            .value = RV_STR_INIT,
		            .rest = rest,
		            .err = err };
	const int status = read_document(&r, lists, take_element, context);
	free(r.portion);
	rv_str_release(&r.key);
	rv_str_release(&r.value);
	return status;
}

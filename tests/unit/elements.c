/* SPDX-License-Identifier: MIT */
/* elements: long lists one element at a time, whatever the portions, and what is no such document. */
#include "elements.h"

#include <string.h>

#include "check.h"
#include "file.h"

static const char *const lists[] = { "images", "annotations", NULL };

struct seen {
	struct rv_str text; /* "0:0=1 0:1=[2] " */
	uint64_t stop_at;   /* position at which `take` fails; 0: never */
};

static int take(void *context, size_t list, uint64_t position, struct rv_span text, struct rv_err *err)
{
	struct seen *const seen = context;
	rv_str_printf(&seen->text, "%zu:%zu=%.*s ", list, (size_t)position, (int)text.len, text.ptr);
	return seen->stop_at > 0 && position == seen->stop_at ? rv_fail(err, RV_E_NO_SPACE, "no more") : 0;
}

static int read_text(const char *text, size_t len, struct seen *seen, struct rv_str *rest, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	rv_source_open_memory(&source, "text", text, len);
	const int status = rv_elements_read(&source, lists, take, seen, rest, err);
	rv_source_close(&source);
	return status;
}

static void documents(void)
{
	static const struct {
		const char *text, *elements, *rest;
	} cases[] = {
		{ "{}", "", "{}" },
		{ " {\"a\" : 1 , \"b\":[ ]}\n", "", "{\"a\":1,\"b\":[ ]}" },
		{ "{\"images\":[]}", "", "{\"images\":[]}" },
		{ "{\"images\":[ ] ,\"annotations\":[ 1 , {\"a\":[2,\"]\"]}\t]}", "1:0=1 1:1={\"a\":[2,\"]\"]} ",
		  "{\"images\":[],\"annotations\":[]}" },
		{ "{\"x\":{\"images\":[1]},\"images\":[\"a,b\",\"\\\"]\\\\\",null]}",
		  "0:0=\"a,b\" 0:1=\"\\\"]\\\\\" 0:2=null ", "{\"x\":{\"images\":[1]},\"images\":[]}" },
		{ "{\"im\\u0061ges\":[7]}", "0:0=7 ", "{\"im\\u0061ges\":[]}" },
		{ "{\"images\":{\"a\":1},\"annotations\":null}", "", "{\"images\":{\"a\":1},\"annotations\":null}" },
	};
	struct seen seen = { .text = RV_STR_INIT };
	struct rv_str rest = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&seen.text);
		CHECK_OK(read_text(cases[i].text, strlen(cases[i].text), &seen, &rest, &err), &err);
		CHECK_TEXT(seen.text, cases[i].elements);
		CHECK_TEXT(rest, cases[i].rest);
	}
	seen.stop_at = 1;
	CHECK_FAILS(read_text("{\"images\":[1,2,3]}", 18, &seen, &rest, &err), &err, RV_E_NO_SPACE, "no more");
	CHECK(strstr(seen.text.ptr, "0:2") == NULL);
	rv_str_release(&seen.text);
	rv_str_release(&rest);
}

static void refused(void)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "", "byte 1: '{' expected" },
		{ "[]", "byte 1: '{' expected" },
		{ "{\"a\":1", "byte 7: the end of a value expected" },
		{ "{\"a\":1,}", "byte 8: '\"' expected" },
		{ "{\"a\":1}x", "byte 8: the end of the document expected" },
		{ "{\"a\" 1}", "byte 6: ':' expected" },
		{ "{\"a\":}", "expected" },
		{ "{\"a\":1]", "',' or '}' expected" },
		{ "{\"a", "the end of a key expected" },
		{ "{\"a\\\"", "the end of a key expected" },
		{ "{\"a\x01\":1}", "column" },
		{ "{\"a\":1,\"a\":2}", "'a'" },
		{ "{\"images\":[],\"im\\u0061ges\":[]}", "images" },
		{ "{\"images\":[1,]}", "images[1]: column 1" },
		{ "{\"images\":[1 2]}", "images[0]: column 3" },
		{ "{\"images\":[01]}", "images[0]: column 1" },
		{ "{\"images\":[\"\xff\"]}", "images[0]: column 2" },
		{ "{\"images\":[1}}", "',' or ']' expected" },
		{ "{\"images\":[[1}]]}", "images[0]: column 3" },
		{ "{\"images\":[{\"a\":1]}", "images[0]" },
		{ "{\"images\":[", "images[0]: byte 12: the end of a value expected" },
	};
	struct seen seen = { .text = RV_STR_INIT };
	struct rv_str rest = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		CHECK_FAILS(read_text(cases[i].text, strlen(cases[i].text), &seen, &rest, &err), &err, RV_E_BAD_JSON,
		            cases[i].part);
	}
	rv_str_release(&seen.text);
	rv_str_release(&rest);
}

/* Elements of 1 to 1000 bytes with quotes and brackets in them, so that portions end in the middle of everything. */
static void portions(void)
{
	struct seen seen = { .text = RV_STR_INIT };
	struct rv_str text = RV_STR_INIT, wanted = RV_STR_INIT, rest = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	rv_str_puts(&text, "{\"images\":[");
	for (size_t i = 0; i < 1000; i++) {
		const size_t start = text.len + (i > 0);
		rv_str_printf(&text, "%s{\"a\":\"\\\"]\\\\\",\"b\":[%zu]}", i > 0 ? "," : "", i);
		for (size_t k = 0; k < i; k++) {
			rv_str_puts(&text, " ");
		}
		rv_str_printf(&wanted, "0:%zu=", i);
		rv_str_append(&wanted, text.ptr + start, text.len - start - i);
		rv_str_putc(&wanted, ' ');
	}
	rv_str_puts(&text, "]}");
	CHECK_OK(rv_file_write(check_path("a.json"), text.ptr, text.len, &err), &err);
	CHECK_OK(rv_source_open(&source, check_path("a.json"), &err), &err);
	CHECK_OK(rv_elements_read(&source, lists, take, &seen, &rest, &err), &err);
	rv_source_close(&source);
	CHECK_BYTES(seen.text.ptr, seen.text.len, wanted.ptr, wanted.len);
	CHECK_TEXT(rest, "{\"images\":[]}");
	rv_str_release(&seen.text);
	rv_str_release(&text);
	rv_str_release(&wanted);
	rv_str_release(&rest);
}

static void limits(void)
{
	struct seen seen = { .text = RV_STR_INIT };
	struct rv_str text = RV_STR_INIT, rest = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_puts(&text, "{\"images\":[\"");
	rv_str_reserve(&text, RV_ELEMENT_MAX + 3);
	memset(text.ptr + text.len, 'x', RV_ELEMENT_MAX);
	text.len += RV_ELEMENT_MAX;
	rv_str_puts(&text, "\"]}");
	CHECK_FAILS(read_text(text.ptr, text.len, &seen, &rest, &err), &err, RV_E_LIMIT,
	            "images[0]: a value of more than");
	memcpy(text.ptr, "{\"imagex\":[\"", 12);
	CHECK_FAILS(read_text(text.ptr, text.len, &seen, &rest, &err), &err, RV_E_LIMIT, "a value of more than");
	rv_str_release(&text);
	rv_str_release(&rest);
}

CHECK_MODULE(elements)
{
	check_case("elements and the rest", documents);
	check_case("what is no such document", refused);
	check_case("portions leave no trace", portions);
	check_case("an element that is too long", limits);
}

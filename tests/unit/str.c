/* SPDX-License-Identifier: MIT */
/* str: bytes that grow, also when they hold NUL bytes and when nothing was ever put in. */
#include "str.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

static void empty(void)
{
	struct rv_str s = RV_STR_INIT;
	CHECK_STR(s.ptr, "");
	rv_str_clear(&s);
	rv_str_truncate(&s, 5);
	rv_str_append(&s, NULL, 0);
	rv_str_splice(&s, 0, 0, NULL, 0);
	rv_str_puts(&s, "");
	CHECK(s.ptr == rv_str_empty && s.cap == 0 && s.len == 0);
	rv_str_reserve(&s, 0);
	CHECK_STR(s.ptr, "");
	rv_str_release(&s);
	char *text = rv_str_detach(&s);
	CHECK_STR(text, "");
	free(text);
	CHECK(rv_str_empty[0] == '\0');
}

static void appending(void)
{
	struct rv_str s = RV_STR_INIT;
	for (int i = 0; i < 1000; i++) {
		rv_str_putc(&s, (char)('a' + i % 26));
		rv_str_append(&s, "\0x", 2);
	}
	CHECK_U64(s.len, 3000);
	CHECK(s.ptr[3000] == '\0' && s.ptr[2997] == 'a' + 999 % 26 && s.ptr[2998] == '\0' && s.ptr[2999] == 'x');
	rv_str_truncate(&s, 1);
	CHECK_TEXT(s, "a");
	rv_str_truncate(&s, 100); /* no growing */
	CHECK_TEXT(s, "a");
	rv_str_release(&s);
	CHECK_STR(s.ptr, "");
}

static void no_memory(void)
{
	struct rv_str s = RV_STR_INIT;
	CHECK(!rv_str_try_reserve(&s, SIZE_MAX) && s.ptr == rv_str_empty);
	rv_str_puts(&s, "kept");
	const char *const was = s.ptr;
	CHECK(!rv_str_try_reserve(&s, SIZE_MAX) && !rv_str_try_reserve(&s, SIZE_MAX / 4));
	CHECK(s.ptr == was);
	CHECK_TEXT(s, "kept");
	CHECK(rv_str_try_reserve(&s, 5000) && s.cap > 5000);
	CHECK_TEXT(s, "kept");
	rv_str_release(&s);
}

static void printing(void)
{
	/* Every length around the capacity: the text may just fit, or just not. */
	for (size_t first = 0; first < 80; first++) {
		struct rv_str s = RV_STR_INIT;
		char wanted[200] = "";
		for (size_t i = 0; i < first; i++) {
			rv_str_putc(&s, '-');
			wanted[i] = '-';
		}
		rv_str_printf(&s, "%s|%d", "0123456789abcdef", -7);
		memcpy(wanted + first, "0123456789abcdef|-7", sizeof("0123456789abcdef|-7"));
		CHECK_TEXT(s, wanted);
		rv_str_release(&s);
	}
	struct rv_str s = RV_STR_INIT;
	rv_str_printf(&s, "%s", "");
	CHECK_TEXT(s, "");
	rv_str_put_u64(&s, 0);
	rv_str_putc(&s, ' ');
	rv_str_put_u64(&s, UINT64_MAX);
	rv_str_putc(&s, ' ');
	rv_str_put_u64(&s, 10203);
	CHECK_TEXT(s, "0 18446744073709551615 10203");
	rv_str_release(&s);
}

static void splicing(void)
{
	struct rv_str s = RV_STR_INIT;
	rv_str_puts(&s, "{\"a\":1}");
	rv_str_splice(&s, 5, 1, "12345", 5);
	CHECK_TEXT(s, "{\"a\":12345}");
	rv_str_splice(&s, 5, 5, "", 0);
	CHECK_TEXT(s, "{\"a\":}");
	rv_str_splice(&s, s.len, 0, "end", 3);
	CHECK_TEXT(s, "{\"a\":}end");
	rv_str_splice(&s, 0, s.len, "x", 1);
	CHECK_TEXT(s, "x");
	char *text = rv_str_detach(&s);
	CHECK_STR(text, "x");
	CHECK(s.ptr == rv_str_empty);
	free(text);
}

CHECK_MODULE(str)
{
	check_case("the unused one", empty);
	check_case("appending and cutting", appending);
	check_case("room that there is not", no_memory);
	check_case("printing", printing);
	check_case("splicing and detaching", splicing);
}

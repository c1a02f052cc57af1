/* SPDX-License-Identifier: MIT */
/* verify/groups.h: what belongs together comes together, in order, whatever bytes it has. */
#include "verify/groups.h"

#include <string.h>

#include "check.h"

static struct verify_groups *groups;

static void add(const char *key, char kind, const char *path, const char *text)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(verify_groups_add(groups, key, kind, path, text, &err), &err);
}

/* A verify_group_fn. */
static int tell(void *text, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	rv_str_printf(text, "%s:", key);
	for (size_t i = 0; i < n; i++) {
		rv_str_printf(text, " %c=%s(%s)", parts[i].kind, parts[i].path, parts[i].text);
	}
	rv_str_putc(text, ';');
	return 0;
}

static int refuse(void *context RV_UNUSED, const char *key, const struct verify_part *parts RV_UNUSED,
                  size_t n RV_UNUSED, struct rv_err *err)
{
	return rv_fail(err, RV_E_CANCELLED, "at %s", key);
}

static void together(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	groups = verify_groups_new();
	add("b", 'y', "1", "2");
	add("a\tx\n", 'x', "p", "");
	add("b", 'x', "3\t", "\"\\\n");
	add("a\tx\n", 'x', "o", "t");
	add("ab", 'z', "", "");
	CHECK_OK(verify_groups_end(groups, tell, &text, &err), &err);
	CHECK_TEXT(text, "a\tx\n: x=o(t) x=p();ab: z=();b: x=3\t(\"\\\n) y=1(2);");
	verify_groups_free(groups);
	rv_str_release(&text);
	groups = verify_groups_new();
	CHECK_OK(verify_groups_end(groups, refuse, NULL, &err), &err); /* nothing was added */
	verify_groups_free(groups);
	groups = verify_groups_new();
	add("a", 'x', "", "");
	CHECK_FAILS(verify_groups_end(groups, refuse, NULL, &err), &err, RV_E_CANCELLED, "at a");
	verify_groups_free(groups);
}

static void whole(void)
{
	static const struct verify_group_kind kinds[] = { { 'i', "picture" }, { 'l', "label" }, { 0, NULL } };
	static const struct verify_part parts[] = { { 'i', "i1", "" }, { 'l', "l1", "" }, { 'l', "l2", "" } };
	static const struct {
		size_t from, n;
		const char *path, *message;
	} rows[] = {
		{ 0, 2, NULL, NULL },
		{ 0, 1, "i1", "there is no label for it" },
		{ 1, 1, "l1", "there is no picture for it" },
		{ 0, 3, "l2", "there is more than one label for it" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct verify_problems problems = VERIFY_PROBLEMS_INIT;
		const bool is_whole =
		        verify_group_is_whole(parts + rows[i].from, rows[i].n, kinds, VERIFY_FILE_MISSING, &problems);
		CHECK(is_whole == !rows[i].path && problems.len == (rows[i].path ? 1 : 0));
		if (problems.len == 1 && rows[i].path) {
			CHECK_STR(problems.items[0].path, rows[i].path);
			CHECK_STR(problems.items[0].message, rows[i].message);
		}
		verify_problems_release(&problems);
	}
	CHECK(verify_group_find(parts, 3, 'l') == &parts[1] && !verify_group_find(parts, 1, 'l'));
}

CHECK_MODULE(verify_groups)
{
	check_case("parts of one key come together, sorted, whatever they hold", together);
	check_case("a group that lacks a kind, or has it twice, is a problem", whole);
}

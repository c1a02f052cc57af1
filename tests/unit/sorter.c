/* SPDX-License-Identifier: MIT */
#include "sorter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "dir.h"

static int append(void *to, const void *line, size_t len, struct rv_err *err)
{
	(void)err;
	rv_str_append(to, line, len);
	return 0;
}

static int refuse(void *to, const void *line, size_t len, struct rv_err *err)
{
	(void)to;
	(void)line;
	(void)len;
	return rv_fail(err, RV_E_NO_SPACE, "no room");
}

static void few_lines(void)
{
	static const char *const lines[] = { "b", "", "a", "ab", "a-b", "a", "B" };
	struct rv_err err = RV_ERR_INIT;
	struct rv_str out = RV_STR_INIT;
	struct rv_sorter *sorter = rv_sorter_new(check_dir(), 0);
	for (size_t i = 0; i < RV_COUNTOF(lines); i++) {
		CHECK_OK(rv_sorter_add(sorter, lines[i], strlen(lines[i]), &err), &err);
	}
	CHECK_OK(rv_sorter_merge(sorter, append, &out, &err), &err);
	CHECK_TEXT(out, "\nB\na\na\na-b\nab\nb\n");
	rv_sorter_free(sorter);
	rv_str_release(&out);
}

/* 20000 numbers in a scattered order, in runs of `run_bytes`. */
static void many_lines(size_t run_bytes)
{
	const uint64_t n = 20011; /* prime, so that i * 7919 % n meets every number once */
	struct rv_err err = RV_ERR_INIT;
	struct rv_str line = RV_STR_INIT, out = RV_STR_INIT, wanted = RV_STR_INIT;
	struct rv_sorter *sorter = rv_sorter_new(check_dir(), run_bytes);
	for (uint64_t i = 0; i < n; i++) {
		rv_str_clear(&line);
		rv_str_printf(&line, "%08" PRIu64, i * 7919 % n);
		CHECK_OK(rv_sorter_add(sorter, line.ptr, line.len, &err), &err);
		rv_str_printf(&wanted, "%08" PRIu64 "\n", i);
	}
	CHECK_OK(rv_sorter_merge(sorter, append, &out, &err), &err);
	CHECK_BYTES(out.ptr, out.len, wanted.ptr, wanted.len);
	rv_sorter_free(sorter);
	char **names;
	size_t n_names;
	if (CHECK_OK(rv_dir_names(check_dir(), &names, &n_names, &err), &err)) {
		CHECK_U64(n_names, 0);
		rv_names_free(names, n_names);
	}
	rv_str_release(&line);
	rv_str_release(&out);
	rv_str_release(&wanted);
}

/* One line at a time, through memory and through files. */
static void in_turn(void)
{
	static const size_t run_bytes[] = { 0, 1 };
	static const char *const sorted[] = { "", "a", "a b", "b" };
	struct rv_err err = RV_ERR_INIT;
	struct rv_span line;
	for (size_t k = 0; k < RV_COUNTOF(run_bytes); k++) {
		struct rv_sorter *const sorter = rv_sorter_new(NULL, run_bytes[k]);
		CHECK_OK(rv_sorter_add(sorter, "b", 1, &err), &err);
		CHECK_OK(rv_sorter_add(sorter, "a b", 3, &err), &err);
		CHECK_OK(rv_sorter_add(sorter, "", 0, &err), &err);
		CHECK_OK(rv_sorter_add(sorter, "a", 1, &err), &err);
		for (size_t i = 0; i < RV_COUNTOF(sorted) && CHECK_I64(rv_sorter_next(sorter, &line, &err), 1); i++) {
			CHECK_BYTES(line.ptr, line.len, sorted[i], strlen(sorted[i]));
		}
		CHECK_I64(rv_sorter_next(sorter, &line, &err), 0);
		CHECK_I64(rv_sorter_next(sorter, &line, &err), 0);
		rv_sorter_free(sorter);
	}
}

static void in_runs(void)
{
	many_lines(100000); /* two runs */
	many_lines(8000);   /* some */
	many_lines(300);    /* more than are open at once */
}

static void failures(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_sorter *sorter = rv_sorter_new(check_dir(), 0);
	CHECK_OK(rv_sorter_add(sorter, "a", 1, &err), &err);
	CHECK_FAILS(rv_sorter_merge(sorter, refuse, NULL, &err), &err, RV_E_NO_SPACE, "no room");
	rv_sorter_free(sorter);
	sorter = rv_sorter_new(check_path("none"), 1);
	CHECK_OK(rv_sorter_add(sorter, "a", 1, &err), &err);
	CHECK_FAILS(rv_sorter_add(sorter, "a", 1, &err), &err, RV_E_MISSING_FILE, "cannot create");
	rv_sorter_free(sorter);
	rv_sorter_free(NULL);
}

CHECK_MODULE(sorter)
{
	check_case("lines come out sorted by bytes, repeated ones too", few_lines);
	check_case("lines one at a time", in_turn);
	check_case("many lines are sorted through files, which go", in_runs);
	check_case("failures come through", failures);
}

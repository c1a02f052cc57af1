/* SPDX-License-Identifier: MIT */
/* sink/files.h: files and links of many batches are all made, and the first error is told, with and without threads. */
#include "sink/files.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "file.h"

#define N_FILES 1000

static void check_same(const char *name, const char *other)
{
	struct stat a = { 0 }, b = { 0 };
	CHECK(stat(check_path(name), &a) == 0 && stat(check_path(other), &b) == 0 && a.st_ino == b.st_ino);
}

static void make_many(bool has_threads)
{
	struct rv_err err = RV_ERR_INIT;
	char name[32], linked[32], text[32];
	struct sink_files *const files = sink_files_new(check_dir(), has_threads);
	CHECK_OK(rv_file_write(check_path("first"), "first", 5, &err), &err);
	for (int i = 0; i < N_FILES; i++) {
		snprintf(name, sizeof(name), "%d.txt", i);
		snprintf(linked, sizeof(linked), "%d.png", i);
		snprintf(text, sizeof(text), "file %d", i);
		CHECK_OK(sink_files_write(files, name, text, strlen(text), &err), &err);
		CHECK_OK(sink_files_link(files, "first", linked, &err), &err);
	}
	CHECK_OK(sink_files_write(files, "empty", "", 0, &err), &err);
	CHECK_OK(sink_files_finish(files, &err), &err);
	check_holds("0.txt", "file 0");
	check_holds("999.txt", "file 999");
	check_holds("empty", "");
	check_same("0.png", "first");
	check_same("999.png", "first");

	CHECK_OK(sink_files_write(files, "later", "later", 5, &err), &err);
	CHECK_OK(sink_files_finish(files, &err), &err);
	check_holds("later", "later");
	sink_files_free(files);
}

static void without_threads(void)
{
	make_many(false);
}

static void with_threads(void)
{
	make_many(true);
}

/* A file that is there is left as it is. */
static void errors(void)
{
	for (int has_threads = 0; has_threads < 2; has_threads++) {
		struct rv_err err = RV_ERR_INIT;
		struct sink_files *const files = sink_files_new(check_dir(), has_threads);
		CHECK_OK(rv_file_write(check_path("there"), "mine", 4, &err), &err);
		CHECK_OK(sink_files_write(files, "there", "other", 5, &err), &err);
		CHECK_OK(sink_files_link(files, "missing", "link", &err), &err);
		CHECK(sink_files_finish(files, &err) < 0);
		CHECK(strstr(err.text, "cannot create '") && strstr(err.text, "/there'"));
		sink_files_free(files);
		check_holds("there", "mine");
	}
}

static void links(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct sink_files *files = sink_files_new(check_dir(), true);
	CHECK_OK(sink_files_link(files, "missing", "link", &err), &err);
	CHECK(sink_files_finish(files, &err) < 0);
	sink_files_free(files);

	CHECK_OK(rv_file_write(check_path("one"), "one", 3, &err), &err);
	CHECK_OK(rv_file_write(check_path("two"), "two", 3, &err), &err);
	files = sink_files_new(check_dir(), true);
	CHECK_OK(sink_files_link(files, "one", "two", &err), &err);
	CHECK(sink_files_finish(files, &err) < 0);
	sink_files_free(files);
	check_holds("two", "two");
}

CHECK_MODULE(sink_files)
{
	check_case("all are made by the caller", without_threads);
	check_case("all are made by threads", with_threads);
	check_case("the first error is told, and what is there stays", errors);
	check_case("a link replaces nothing, and needs its file", links);
}

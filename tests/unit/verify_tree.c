/* SPDX-License-Identifier: MIT */
/* verify/tree.h: paths in the order of their bytes, whatever bytes these are. */
#include "verify/tree.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "dir.h"
#include "file.h"

static int take(void *text, const char *path, bool is_file, struct rv_err *err RV_UNUSED)
{
	rv_str_printf(text, "%s%s|", is_file ? "" : "!", path);
	return 0;
}

static int refuse(void *text RV_UNUSED, const char *path, bool is_file RV_UNUSED, struct rv_err *err)
{
	return rv_fail(err, RV_E_CANCELLED, "at %s", path);
}

static void walk(const char *wanted)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	const int fd = open(check_dir(), O_DIRECTORY | O_CLOEXEC);
	CHECK_OK(verify_tree_walk(fd, take, &text, &err), &err);
	CHECK_TEXT(text, wanted);
	CHECK_FAILS(verify_tree_walk(fd, refuse, NULL, &err), &err, RV_E_CANCELLED, "at ");
	close(fd);
	rv_str_release(&text);
}

static void make(const char *name)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_file_write(check_path(name), "", 0, &err), &err);
}

static void orders(void)
{
	static const char *const names[] = { "a", "a\x01", "a\t", "a\n", "a\x0b", "a-b", "ab", "b\nc", "\xff", "d/x" };
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_mkdirs(check_path("a.d/empty"), &err), &err);
	CHECK_OK(rv_mkdirs(check_path("d"), &err), &err);
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		make(names[i]);
	}
	make("a.d/z");
	CHECK(symlink("a", check_path("a.link")) == 0 && symlink("d", check_path("d.link")) == 0);
	CHECK(mkfifo(check_path("fifo"), 0600) == 0);
	walk("a|a\x01|a\t|a\n|a\x0b|a-b|a.d/z|!a.link|ab|b\nc|!d.link|d/x|!fifo|\xff|");
}

static void too_deep(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str path = RV_STR_INIT, wanted = RV_STR_INIT;
	for (int i = 0; i < VERIFY_TREE_DEPTH_MAX; i++) {
		rv_str_printf(&path, "%sd", i > 0 ? "/" : "");
	}
	rv_str_printf(&wanted, "!%s|", path.ptr);
	rv_str_puts(&path, "/more/f");
	CHECK_OK(rv_mkdirs(check_path(path.ptr), &err), &err);
	walk(wanted.ptr);
	rv_str_release(&path);
	rv_str_release(&wanted);
}

CHECK_MODULE(verify_tree)
{
	check_case("the order of bytes", orders);
	check_case("directories that are nested too deep are not entered", too_deep);
}

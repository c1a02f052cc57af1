/* SPDX-License-Identifier: MIT */
/* tree.h: paths in the order of their bytes, whatever bytes these are. */
#include "tree.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "dir.h"
#include "file.h"

static void walk(const char *wanted)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_tree_entry entry;
	int got;
	const int fd = open(check_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct rv_tree *const tree = rv_tree_open(fd, NULL, &err);
	if (CHECK_OK(tree ? 0 : -1, &err)) {
		while ((got = rv_tree_next(tree, &entry, &err)) > 0) {
			rv_str_printf(&text, "%s%s|", entry.is_file ? "" : "!", entry.path);
		}
		CHECK_OK(got, &err);
		CHECK_TEXT(text, wanted);
	}
	rv_tree_close(tree);
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
	for (int i = 0; i < RV_TREE_DEPTH_MAX; i++) {
		rv_str_printf(&path, "%sd", i > 0 ? "/" : "");
	}
	rv_str_printf(&wanted, "!%s|", path.ptr);
	rv_str_puts(&path, "/more/f");
	CHECK_OK(rv_mkdirs(check_path(path.ptr), &err), &err);
	walk(wanted.ptr);
	rv_str_release(&path);
	rv_str_release(&wanted);
}

static void marks(void)
{
	struct rv_str line = RV_STR_INIT, path = RV_STR_INIT;
	rv_tree_put_line("a\nb\x01", 'm', &line);
	CHECK(!memchr(line.ptr, '\n', line.len));
	const struct rv_span span = { .ptr = line.ptr, .len = line.len };
	CHECK_I64(rv_tree_take_line(&span, &path), 'm');
	CHECK_TEXT(path, "a\nb\x01");
	rv_str_release(&line);
	rv_str_release(&path);
}

CHECK_MODULE(tree)
{
	check_case("the order of bytes", orders);
	check_case("directories that are nested too deep are not entered", too_deep);
	check_case("a path and a mark become a line and come back", marks);
}

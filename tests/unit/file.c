/* SPDX-License-Identifier: MIT */
/* file, dir: whole or not at all, nothing left behind, links not followed, limits kept. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void put(const char *name, const char *text)
{
	struct rv_err err;
	CHECK_OK(rv_file_write(check_path(name), text, strlen(text), &err), &err);
}

static size_t count_names(const char *path)
{
	struct rv_err err;
	char **names;
	size_t len = 0;
	if (CHECK_OK(rv_dir_names(path, &names, &len, &err), &err)) {
		rv_names_free(names, len);
	}
	return len;
}

static void reading(void)
{
	struct rv_err err;
	struct rv_str got = RV_STR_INIT;
	put("a", "12345678");
	CHECK_OK(rv_file_read(check_path("a"), 8, &got, &err), &err);
	CHECK_TEXT(got, "12345678");
	CHECK_FAILS(rv_file_read(check_path("a"), 7, &got, &err), &err, RV_E_LIMIT, "more than 7 bytes");
	CHECK_FAILS(rv_file_read(check_path("none"), 7, &got, &err), &err, RV_E_MISSING_FILE, "none'");
	CHECK_FAILS(rv_file_read(check_dir(), 7, &got, &err), &err, RV_E_BAD_FILE, "is not a regular file");
	CHECK(mkfifo(check_path("fifo"), 0600) == 0);
	CHECK_FAILS(rv_file_read(check_path("fifo"), 7, &got, &err), &err, RV_E_BAD_FILE, "is not a regular file");
	put("empty", "");
	CHECK_OK(rv_file_read(check_path("empty"), 0, &got, &err), &err);
	CHECK_U64(got.len, 0);
	/* Files whose size is not known beforehand. */
	CHECK_OK(rv_file_read("/proc/self/status", 1 << 20, &got, &err), &err);
	CHECK(got.len > 100 && strstr(got.ptr, "VmRSS"));
	CHECK_FAILS(rv_file_read("/dev/zero", 1 << 20, &got, &err), &err, RV_E_BAD_FILE, "/dev/zero");
	CHECK_FAILS(rv_file_read_named("/dev/zero", 1 << 20, &got, &err), &err, RV_E_LIMIT, "/dev/zero");
	CHECK_FAILS(rv_file_read_named(check_dir(), 7, &got, &err), &err, RV_E_IO, "directory");
	CHECK_OK(rv_file_read_named("/dev/null", 0, &got, &err), &err);
	rv_str_release(&got);
}

static void atomic_files(void)
{
	struct rv_err err;
	mode_t old = umask(027);
	put("a", "old");
	umask(old);
	struct stat st;
	CHECK(stat(check_path("a"), &st) == 0 && (st.st_mode & 0777) == 0640);
	struct rv_atomic out = RV_ATOMIC_INIT;
	CHECK_OK(rv_atomic_open(&out, check_path("a"), &err), &err);
	CHECK(rv_write_all(out.fd, "half", 4) == 0);
	check_holds("a", "old");
	CHECK_U64(count_names(check_dir()), 2);
	rv_atomic_abort(&out);
	CHECK_U64(count_names(check_dir()), 1);
	check_holds("a", "old");
	CHECK_OK(rv_atomic_open(&out, check_path("a"), &err), &err);
	CHECK(fcntl(out.fd, F_GETFD) & FD_CLOEXEC);
	CHECK(rv_write_all(out.fd, "whole", 5) == 0);
	CHECK_OK(rv_atomic_commit(&out, &err), &err);
	CHECK(out.fd == -1 && !out.path && !out.temporary);
	check_holds("a", "whole");
	CHECK_U64(count_names(check_dir()), 1);
	CHECK_FAILS(rv_file_write(check_path("no/such"), "", 0, &err), &err, RV_E_MISSING_FILE, "no/such");
	/* The rename fails: nothing is left. */
	CHECK(mkdir(check_path("dir"), 0777) == 0);
	CHECK_FAILS(rv_file_write(check_path("dir"), "x", 1, &err), &err, RV_E_IO, "dir'");
	CHECK_U64(count_names(check_dir()), 2);
	CHECK_FAILS(rv_file_write("/dev/full/x", "x", 1, &err), &err, RV_E_IO, "/dev/full");
}

static void in_place(void)
{
	struct rv_err err = RV_ERR_INIT;
	static const char *const texts[] = { "some text", "short", "", "a longer text than all" };
	struct stat first, st;
	for (size_t i = 0; i < RV_COUNTOF(texts); i++) {
		CHECK_OK(rv_file_write_unseen(check_path("unseen"), texts[i], strlen(texts[i]), &err), &err);
		check_holds("unseen", texts[i]);
		CHECK(stat(check_path("unseen"), i ? &st : &first) == 0 && (!i || st.st_ino == first.st_ino));
	}
	CHECK_FAILS(rv_file_write_unseen(check_path("no/such"), "", 0, &err), &err, RV_E_MISSING_FILE, "no/such");
	CHECK_FAILS(rv_file_write_unseen("/dev/full", "x", 1, &err), &err, RV_E_NO_SPACE, "/dev/full");
}

static void unnamed(void)
{
	struct rv_err err = RV_ERR_INIT;
	char got[4] = "";
	char **names = NULL;
	size_t n = 1;
	const int fd = rv_file_unnamed(check_dir(), &err);
	CHECK(fd >= 0 && write(fd, "abc", 3) == 3 && pread(fd, got, 3, 0) == 3);
	CHECK_STR(got, "abc");
	CHECK_OK(rv_dir_names(check_dir(), &names, &n, &err), &err);
	CHECK_U64(n, 0);
	rv_names_free(names, n);
	close(fd);
	CHECK_FAILS(rv_file_unnamed(check_path("none"), &err), &err, RV_E_MISSING_FILE, "in '");
	const int other = rv_file_unnamed(NULL, &err);
	CHECK(other >= 0);
	close(other);
}

static void sweeping(void)
{
	put(".a.png.tmp-abcdef", "");
	put(".tmp-abcdef", "");
	put(".a.png.tmp-abcdefg", "");
	put("a.png.tmp-abcdef", "");
	rv_atomic_sweep(check_dir());
	CHECK_U64(count_names(check_dir()), 3);
	CHECK(!rv_file_exists(check_path(".a.png.tmp-abcdef")));
	struct rv_err err;
	struct rv_atomic left = RV_ATOMIC_INIT;
	CHECK_OK(rv_atomic_open(&left, check_path("b"), &err), &err);
	CHECK_U64(count_names(check_dir()), 4);
	rv_atomic_sweep(check_dir());
	CHECK_U64(count_names(check_dir()), 3);
	rv_atomic_abort(&left);
	rv_atomic_sweep(check_path("none"));
}

static void copying(void)
{
	struct rv_err err;
	static char big[300000];
	for (size_t i = 0; i < sizeof(big); i++) {
		big[i] = (char)(i * 7);
	}
	CHECK_OK(rv_file_write(check_path("big"), big, sizeof(big), &err), &err);
	CHECK_OK(rv_copy_file(check_path("big"), check_path("copy"), &err), &err);
	struct rv_str got = RV_STR_INIT;
	CHECK_OK(rv_file_read(check_path("copy"), sizeof(big), &got, &err), &err);
	CHECK_BYTES(got.ptr, got.len, big, sizeof(big));
	/* What copy_file_range refuses. */
	CHECK_OK(rv_copy_file("/proc/self/status", check_path("status"), &err), &err);
	CHECK_OK(rv_file_read(check_path("status"), 1 << 20, &got, &err), &err);
	CHECK(strstr(got.ptr, "VmRSS"));
	CHECK_FAILS(rv_copy_file(check_path("none"), check_path("x"), &err), &err, RV_E_MISSING_FILE, "none");
	CHECK_FAILS(rv_copy_file(check_path("big"), check_path("no/x"), &err), &err, RV_E_MISSING_FILE, "no/x");
	CHECK_U64(count_names(check_dir()), 3);
	rv_str_release(&got);
}

static void directories(void)
{
	struct rv_err err;
	CHECK_OK(rv_mkdirs(check_path("a/b//c/"), &err), &err);
	CHECK_OK(rv_mkdirs(check_path("a/b/c"), &err), &err);
	CHECK_OK(rv_mkdirs("/", &err), &err);
	CHECK_OK(rv_mkdirs(".", &err), &err);
	put("a/file", "");
	CHECK_FAILS(rv_mkdirs(check_path("a/file/x"), &err), &err, RV_E_IO, "a/file'");
	CHECK_FAILS(rv_mkdirs(check_path("a/file"), &err), &err, RV_E_IO, "Not a directory");
	put("a/b/2", "");
	put("a/b/10", "");
	put("a/B", "");
	char **names;
	size_t len;
	if (CHECK_OK(rv_tree_files(check_path("a"), &names, &len, &err), &err) && CHECK_U64(len, 4)) {
		CHECK_STR(names[0], "B");
		CHECK_STR(names[1], "b/10");
		CHECK_STR(names[2], "b/2");
		CHECK_STR(names[3], "file");
		rv_names_free(names, len);
	}
	CHECK(symlink("file", check_path("a/link")) == 0);
	CHECK_FAILS(rv_tree_files(check_path("a"), &names, &len, &err), &err, RV_E_BAD_FILE, "a/link");
	CHECK_FAILS(rv_tree_files(check_path("none"), &names, &len, &err), &err, RV_E_MISSING_FILE, "none");
}

static void removing(void)
{
	struct rv_err err;
	CHECK_OK(rv_mkdirs(check_path("tree/a/b"), &err), &err);
	CHECK_OK(rv_mkdirs(check_path("other"), &err), &err);
	put("other/file", "stays");
	put("tree/a/b/file", "");
	CHECK(symlink("../../other", check_path("tree/a/link")) == 0);
	CHECK(symlink("nowhere", check_path("tree/dangling")) == 0);
	CHECK(mkfifo(check_path("tree/fifo"), 0600) == 0);
	CHECK_OK(rv_remove_tree(check_path("tree"), &err), &err);
	CHECK(!rv_file_exists(check_path("tree")));
	check_holds("other/file", "stays");
	CHECK_OK(rv_remove_tree(check_path("tree"), &err), &err);
	CHECK_OK(rv_remove_tree(check_path("other/file"), &err), &err);
	CHECK_U64(count_names(check_path("other")), 0);
}

static void deep_trees(void)
{
	struct rv_err err;
	struct rv_str path = RV_STR_INIT;
	rv_str_puts(&path, check_dir());
	size_t base = path.len;
	for (int i = 0; i < 300; i++) {
		rv_str_puts(&path, "/d");
	}
	CHECK_OK(rv_mkdirs(path.ptr, &err), &err);
	char **names;
	size_t len;
	CHECK_FAILS(rv_tree_files(check_dir(), &names, &len, &err), &err, RV_E_LIMIT, "deep");
	CHECK_FAILS(rv_remove_tree(check_path("d"), &err), &err, RV_E_LIMIT, "deep");
	while (path.len > base) {
		CHECK(rmdir(path.ptr) == 0);
		rv_str_truncate(&path, path.len - 2);
	}
	rv_str_release(&path);
}

/* Another process has a directory and is killed with it; a third one lives. */
static void work_directories(void)
{
	struct rv_err err;
	struct rv_workdir mine = RV_WORKDIR_INIT, second = RV_WORKDIR_INIT;
	CHECK_OK(rv_workdir_open(&mine, check_path("p/q"), "ds", &err), &err);
	CHECK_OK(rv_workdir_open(&second, check_path("p/q"), "ds", &err), &err);
	CHECK_U64(count_names(check_path("p/q")), 2);
	CHECK(strncmp(rv_path_base(mine.path), ".ds.", 4) == 0);
	CHECK(strcmp(mine.path, second.path) != 0);

	int ready[2];
	CHECK(pipe(ready) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct rv_workdir dead = RV_WORKDIR_INIT;
		if (rv_workdir_open(&dead, check_path("p/q"), "ds", &err) == 0) {
			ssize_t ignored RV_UNUSED = write(ready[1], "", 1);
		}
		pause();
		_exit(1);
	}
	char byte;
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK_U64(count_names(check_path("p/q")), 3);
	CHECK_OK(rv_mkdirs(check_path("p/q/.other.abcdef"), &err), &err);
	CHECK_OK(rv_mkdirs(check_path("p/q/.ds.abc"), &err), &err);
	CHECK_OK(rv_mkdirs(check_path("p/q/.ds.backup/of-somebody"), &err), &err);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CHECK_U64(count_names(check_path("p/q")), 6);
	struct rv_workdir third = RV_WORKDIR_INIT;
	CHECK_OK(rv_workdir_open(&third, check_path("p/q"), "ds", &err), &err);
	CHECK_U64(count_names(check_path("p/q")), 6); /* the dead one gone, the new one there */
	CHECK(rv_file_exists(mine.path) && rv_file_exists(second.path) && rv_file_exists(third.path));
	rv_workdir_close(&mine);
	rv_workdir_close(&second);
	rv_workdir_close(&third);
	rv_workdir_close(&third);
	CHECK_U64(count_names(check_path("p/q")), 3);
	CHECK(rv_file_exists(check_path("p/q/.ds.backup/of-somebody")));
	close(ready[0]);
	close(ready[1]);
	CHECK_FAILS(rv_workdir_open(&mine, "/proc/nowhere", "ds", &err), &err, RV_E_MISSING_FILE, "/proc/nowhere");
}

static void paths(void)
{
	static const char *const inside[] = { "a", "a/b", "Image.png", "..a", "a..", ".a", "a/..b", "...", "./a" };
	static const char *const outside[] = { "", ".", "..", "/", "/a", "../a", "a/..", "a/../b", "a/../../b" };
	for (size_t i = 0; i < RV_COUNTOF(inside); i++) {
		CHECK(rv_path_is_inside(inside[i]));
	}
	for (size_t i = 0; i < RV_COUNTOF(outside); i++) {
		CHECK(!rv_path_is_inside(outside[i]));
	}
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_path_check_utf8("a b/gr\xc3\xb6\xc3\x9f"
	                            "e",
	                            &err),
	         &err);
	CHECK_OK(rv_path_check_utf8("", &err), &err);
	CHECK_FAILS(rv_path_check_utf8("caf\xe9/out", &err), &err, RV_E_USAGE, "rename it");
	CHECK_FAILS(rv_path_check_utf8("out/a\xc3", &err), &err, RV_E_USAGE, "not UTF-8");
	CHECK_STR(rv_path_base("a/b/c.png"), "c.png");
	CHECK_STR(rv_path_base("c.png"), "c.png");
	char *path = rv_path_absolute("/a");
	CHECK_STR(path, "/a");
	free(path);
	char *cwd = getcwd(NULL, 0);
	path = rv_path_absolute("a");
	CHECK(strncmp(path, cwd, strlen(cwd)) == 0);
	CHECK_STR(path + strlen(cwd), "/a");
	free(path);
	free(cwd);
	path = rv_path_hidden("x/out/", ".new-");
	CHECK(strncmp(path, "x/.out.new-", 11) == 0);
	CHECK_U64(strlen(path), 11 + RV_HIDDEN_SUFFIX_LEN);
	free(path);
}

CHECK_MODULE(file)
{
	check_case("reading with a limit", reading);
	check_case("a file appears whole or not at all", atomic_files);
	check_case("a file nobody sees is written in place", in_place);
	check_case("a file without a name is never seen", unnamed);
	check_case("temporaries of killed programs are swept", sweeping);
	check_case("copying", copying);
	check_case("making and listing directories", directories);
	check_case("removing trees does not follow links", removing);
	check_case("trees deeper than the limit are refused", deep_trees);
	check_case("working directories of the dead are removed", work_directories);
	check_case("paths", paths);
}

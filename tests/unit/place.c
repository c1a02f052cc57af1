/* SPDX-License-Identifier: MIT */
/* place.h: what is ours is replaced as a whole, what is not is never lost. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "dir.h"
#include "file.h"
#include "source.h"
#include "tree.h"

/* ---- a kind of directory ---- */

/* "list" names a file a line; the first line is "ours". */
static int list_names(int dir_fd, struct rv_place_list *list, struct rv_err *err)
{
	struct rv_source source;
	struct rv_str text = RV_STR_INIT;
	if (rv_source_open_beneath(&source, dir_fd, "list", NULL) < 0) {
		return 0;
	}
	int ours = rv_source_load(&source, 4096, &text, err) < 0 ? -1 : strncmp(text.ptr, "ours\n", 5) == 0;
	char *rest = text.ptr, *line;
	while (ours > 0 && (line = strsep(&rest, "\n"))) {
		ours = *line && rv_place_list_add(list, line, err) < 0 ? -1 : ours;
	}
	if (ours > 0) {
		ours = rv_place_list_add(list, "list", err) < 0 ? -1 : 1;
	}
	rv_source_close(&source);
	rv_str_release(&text);
	return ours;
}

static const struct rv_place_owner owner = { .what = "thing of ours", .proof = "list", .list = list_names };

static void put(const char *name, const char *text)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_file_write(check_path(name), text, strlen(text), &err), &err);
}

/* A directory of ours with the files a and d/b, which hold `text`. */
static void make(const char *name, const char *text)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/d", name);
	CHECK_OK(rv_mkdirs(check_path(path.ptr), &err), &err);
	static const char *const files[] = { "a", "d/b", "list" };
	for (size_t i = 0; i < RV_COUNTOF(files); i++) {
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", name, files[i]);
		put(path.ptr, i < 2 ? text : "ours\nd/b\na\n");
	}
	rv_str_release(&path);
}

/* All files below the case's directory, sorted, as "path=content|"; of what is hidden the name has no random end. */
static void check_all(const char *wanted)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT, content = RV_STR_INIT;
	struct rv_tree_entry entry;
	const int fd = open(check_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct rv_tree *const tree = rv_tree_open(fd, NULL, &err);
	while (tree && rv_tree_next(tree, &entry, &err) > 0) {
		rv_str_printf(&text, "%s", entry.path);
		if (entry.is_file && strcmp(rv_path_base(entry.path), "list") != 0) {
			CHECK_OK(rv_file_read(check_path(entry.path), 100, &content, &err), &err);
			rv_str_printf(&text, "=%s", content.ptr);
		}
		rv_str_putc(&text, '|');
	}
	CHECK_TEXT(text, wanted);
	rv_tree_close(tree);
	close(fd);
	rv_str_release(&text);
	rv_str_release(&content);
}

static int open_ds(struct rv_place *place, bool keeps, struct rv_err *err)
{
	return rv_place_open(place, check_path("ds"), "'ds'", &owner, keeps, err);
}

/* ---- what is there ---- */

static void check_refused(const char *part)
{
	struct rv_place place;
	struct rv_err err = RV_ERR_INIT;
	CHECK_FAILS(open_ds(&place, false, &err), &err, RV_E_TAKEN, part);
	rv_place_close(&place);
}

static void refusals(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	put("ds", "file");
	check_refused("'ds' is there and is no directory");
	CHECK(unlink(check_path("ds")) == 0 && symlink(".", check_path("ds")) == 0);
	check_refused("'ds' is there and is no directory");
	CHECK(unlink(check_path("ds")) == 0);
	CHECK_OK(rv_mkdirs(check_path("ds/d"), &err), &err);
	put("ds/d/file", "theirs");
	check_refused("'ds' is there and is no thing of ours (no list of ours), and has 'd/file': nothing was changed");
	put("ds/list", "theirs\n");
	check_refused("has 'd/file'");
	put("ds/list", "ours\n");
	check_refused("'ds' has a file that is not of the thing of ours: 'd/file'");
	CHECK_OK(open_ds(&place, true, &err), &err);
	rv_place_close(&place);
	put("ds/list", "ours\nd/file\n");
	CHECK(symlink("d", check_path("ds/link")) == 0 && mkfifo(check_path("ds/pipe"), 0600) == 0);
	check_refused("'link'");
	put("ds/list", "ours\nd/file\nlink\npipe\n"); /* a list may name them, ours they are not */
	check_refused("'link'");
	CHECK(unlink(check_path("ds/link")) == 0 && unlink(check_path("ds/pipe")) == 0);
	char *const here = getcwd(NULL, 0);
	CHECK(chdir(check_path("ds/d")) == 0);
	check_refused("'ds' is the working directory, or holds it");
	CHECK(chdir(here) == 0);
	free(here);
	check_all("ds/d/file=theirs|ds/list|");
}

static void first_one(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	make("new", "1");
	CHECK_OK(open_ds(&place, false, &err), &err);
	CHECK_OK(rv_place_put(&place, check_path("new"), &err), &err);
	rv_place_close(&place);
	check_all("ds/a=1|ds/d/b=1|ds/list|");
	CHECK_OK(rv_mkdirs(check_path("empty"), &err), &err);
	CHECK_OK(rv_place_open(&place, check_path("empty"), "'empty'", &owner, false, &err), &err);
	make("new", "2");
	CHECK_OK(rv_place_put(&place, check_path("new"), &err), &err);
	rv_place_close(&place);
	check_all("ds/a=1|ds/d/b=1|ds/list|empty/a=2|empty/d/b=2|empty/list|");
}

static void replaced(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	make("ds", "1");
	CHECK_OK(rv_mkdirs(check_path("ds/x/y"), &err), &err);
	make("new", "2");
	CHECK_OK(open_ds(&place, false, &err), &err);
	CHECK_OK(rv_place_put(&place, check_path("new"), &err), &err);
	rv_place_close(&place);
	check_all("ds/a=2|ds/d/b=2|ds/list|");
	CHECK(!rv_file_exists(check_path("ds/x")));
}

/* ---- what came meanwhile ---- */

static void appeared(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	CHECK_OK(open_ds(&place, true, &err), &err);
	make("ds", "theirs");
	make("new", "1");
	CHECK_FAILS(rv_place_put(&place, check_path("new"), &err), &err, RV_E_TAKEN, "something has appeared there");
	CHECK(strstr(err.text, "ds.new'") != NULL);
	make("new", "2");
	CHECK_FAILS(rv_place_put(&place, check_path("new"), &err), &err, RV_E_TAKEN, "ds.new-2'");
	rv_place_close(&place);
	check_all(
	        "ds.new-2/a=2|ds.new-2/d/b=2|ds.new-2/list|ds.new/a=1|ds.new/d/b=1|ds.new/list|ds/a=theirs|ds/d/b=theirs|ds/list|");
}

/* Somebody's file comes into ours, or somebody's directory takes its place. `wanted` is what is there then. */
static void check_changed(const char *part)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	make("ds", "1");
	CHECK_OK(open_ds(&place, false, &err), &err);
	make("new", "2");
	put("ds/d/thesis", "theirs");
	CHECK_FAILS(rv_place_put(&place, check_path("new"), &err), &err, RV_E_TAKEN, part);
	rv_place_close(&place);
	check_all("ds.new/a=2|ds.new/d/b=2|ds.new/list|ds/a=1|ds/d/b=1|ds/d/thesis=theirs|ds/list|");
}

static void changed(void)
{
	check_changed("it has 'd/thesis'");
}

static void another_one(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	make("ds", "1");
	CHECK_OK(open_ds(&place, false, &err), &err);
	CHECK(rename(check_path("ds"), check_path("mine")) == 0);
	make("ds", "theirs");
	make("new", "2");
	CHECK_FAILS(rv_place_put(&place, check_path("new"), &err), &err, RV_E_TAKEN, "it is another one");
	check_all(
	        "ds.new/a=2|ds.new/d/b=2|ds.new/list|ds/a=theirs|ds/d/b=theirs|ds/list|mine/a=1|mine/d/b=1|mine/list|");
	CHECK(rename(check_path("ds"), check_path("theirs")) == 0);
	CHECK_OK(rv_place_put(&place, check_path("ds.new"), &err), &err); /* gone is fine */
	rv_place_close(&place);
	CHECK(rv_file_exists(check_path("ds/list")));
}

/* ---- keeping ---- */

static void kept(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_place place;
	make("ds", "1");
	CHECK_OK(rv_mkdirs(check_path("ds/d/deep/er"), &err), &err);
	put("ds/d/deep/er/thesis", "theirs");
	put("ds/README", "theirs, too");
	CHECK(symlink("nowhere", check_path("ds/link")) == 0);
	CHECK_OK(open_ds(&place, true, &err), &err);
	make("new", "2");
	CHECK_OK(rv_place_put(&place, check_path("new"), &err), &err);
	rv_place_close(&place);
	check_all("ds/README=theirs, too|ds/a=2|ds/d/b=2|ds/d/deep/er/thesis=theirs|ds/link|ds/list|");
	CHECK_OK(open_ds(&place, true, &err), &err);
	make("new", "3");
	put("new/README", "ours");
	CHECK_FAILS(rv_place_put(&place, check_path("new"), &err), &err, RV_E_TAKEN,
	            "'README' is not ours and cannot be kept");
	rv_place_close(&place);
	check_all("ds.new/README=ours|ds.new/a=3|ds.new/d/b=3|ds.new/list|ds/README=theirs, too|ds/a=2|ds/d/b=2|"
	          "ds/d/deep/er/thesis=theirs|ds/link|ds/list|");
}

/* ---- without exchange ---- */

/* From here on this process cannot exchange two names, as on old kernels and some network file systems. */
static bool forbid_exchange(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[4])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = RV_COUNTOF(rules), .filter = rules };
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Runs a case there, in a process of its own. */
static void without_exchange(void (*run)(void))
{
	(void)check_dir(); /* the child's is ours */
	fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0) {
		if (!forbid_exchange()) {
			_exit(99);
		}
		run();
		fflush(stdout);
		_exit(check_has_failed());
	}
	int status;
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 99) {
		check_skip("seccomp is not allowed here");
		return;
	}
	CHECK_I64(status, 0);
}

static void first_without(void)
{
	without_exchange(first_one);
}
static void replaced_without(void)
{
	without_exchange(replaced);
}
static void appeared_without(void)
{
	without_exchange(appeared);
}
static void changed_without(void)
{
	without_exchange(changed);
}
static void another_without(void)
{
	without_exchange(another_one);
}
static void kept_without(void)
{
	without_exchange(kept);
}

/* ---- after killed runs ---- */

static void swept(void)
{
	make(".ds.old-abcdef", "1");
	rv_place_sweep(check_dir(), "ds", &owner); /* the old one had stepped aside */
	check_all("ds/a=1|ds/d/b=1|ds/list|");
	make(".ds.old-abcdef", "0");
	make(".other.old-abcdef", "2");
	make(".ds.old-abcdefg", "3");
	put(".ds.old-ghijkl", "no directory");
	rv_place_sweep(check_dir(), "ds", &owner);
	check_all(".ds.old-abcdefg/a=3|.ds.old-abcdefg/d/b=3|.ds.old-abcdefg/list|.ds.old-ghijkl=no directory|"
	          ".other.old-abcdef/a=2|.other.old-abcdef/d/b=2|.other.old-abcdef/list|ds/a=1|ds/d/b=1|ds/list|");
	rv_place_sweep(check_dir(), NULL, &owner);
	CHECK(rv_file_exists(check_path("other/list")) && !rv_file_exists(check_path(".other.old-abcdef")));
}

static void swept_with_foreign(void)
{
	struct rv_err err = RV_ERR_INIT;
	make("ds", "2");
	make(".ds.old-abcdef", "1");
	put(".ds.old-abcdef/thesis", "theirs");
	CHECK_OK(rv_mkdirs(check_path(".ds.old-backup"), &err), &err);
	put(".ds.old-backup/thesis", "not ours at all");
	rv_place_sweep(check_dir(), "ds", &owner);
	check_all(".ds.old-backup/thesis=not ours at all|ds.old/thesis=theirs|ds/a=2|ds/d/b=2|ds/list|");
}

CHECK_MODULE(place)
{
	check_case("what is there and not ours is refused by the name of its first file", refusals);
	check_case("nothing there, or an empty directory", first_one);
	check_case("nothing there, without exchange", first_without);
	check_case("ours is replaced as a whole", replaced);
	check_case("ours is replaced, without exchange", replaced_without);
	check_case("what has appeared stays", appeared);
	check_case("what has appeared stays, without exchange", appeared_without);
	check_case("a file that came into ours stays", changed);
	check_case("a file that came into ours stays, without exchange", changed_without);
	check_case("another directory in the place of ours stays", another_one);
	check_case("another directory in the place of ours stays, without exchange", another_without);
	check_case("files of others are kept when asked for", kept);
	check_case("files of others are kept, without exchange", kept_without);
	check_case("killed runs: what was set aside goes, or comes back", swept);
	check_case("killed runs: files of others become visible", swept_with_foreign);
}

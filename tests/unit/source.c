/* SPDX-License-Identifier: MIT */
/* source.h: files and memory read alike, what is no regular file, and paths that stay below their directory. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "check.h"
#include "file.h"

#define BIG ((size_t)1 << 20) /* more than one portion of a copy */

static int append(void *to, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	rv_str_append(to, bytes, len);
	return 0;
}

static int refuse(void *to, const void *bytes RV_UNUSED, size_t len RV_UNUSED, struct rv_err *err)
{
	++*(size_t *)to;
	return rv_fail(err, RV_E_NO_SPACE, "no more");
}

static void check_reads(const struct rv_source *source, const unsigned char *bytes, size_t len)
{
	static const size_t ranges[][2] = { { 0, 0 }, { 0, 1 }, { 1, 70000 }, { BIG - 5, 5 }, { BIG, 0 }, { 0, BIG } };
	struct rv_err err = RV_ERR_INIT;
	struct rv_str held = RV_STR_INIT, copy = RV_STR_INIT;
	unsigned char *const got = rv_alloc(len);
	size_t n_calls = 0;
	CHECK_U64(source->len, len);
	for (size_t i = 0; i < RV_COUNTOF(ranges); i++) {
		CHECK_OK(rv_source_read(source, ranges[i][0], got, ranges[i][1], &err), &err);
		CHECK(memcmp(got, bytes + ranges[i][0], ranges[i][1]) == 0);
	}
	CHECK_FAILS(rv_source_read(source, len - 5, got, 6, &err), &err, RV_E_BAD_FILE, "ends after 1048576 bytes");
	CHECK_FAILS(rv_source_read(source, len + 1, got, 0, &err), &err, RV_E_BAD_FILE, "ends after");
	CHECK_FAILS(rv_source_read(source, UINT64_MAX, got, 2, &err), &err, RV_E_BAD_FILE, "ends after");
	rv_str_puts(&held, "what was there before");
	CHECK_OK(rv_source_load(source, len, &held, &err), &err);
	CHECK_BYTES(held.ptr, held.len, bytes, len);
	CHECK(held.ptr[len] == '\0');
	CHECK_FAILS(rv_source_load(source, len - 1, &held, &err), &err, RV_E_LIMIT, "1048576 bytes: at most 1048575");
	const unsigned char *const all = rv_source_bytes(source, len, &held, &err);
	CHECK(all != NULL && memcmp(all, bytes, len) == 0);
	CHECK(rv_source_bytes(source, len - 1, &held, &err) == NULL && err.code == RV_E_LIMIT);
	CHECK_OK(rv_source_copy(source, append, &copy, &err), &err);
	CHECK_BYTES(copy.ptr, copy.len, bytes, len);
	CHECK_FAILS(rv_source_copy(source, refuse, &n_calls, &err), &err, RV_E_NO_SPACE, "no more");
	CHECK_U64(n_calls, 1);
	rv_str_release(&held);
	rv_str_release(&copy);
	free(got);
}

static void files_and_memory(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str held = RV_STR_INIT;
	unsigned char *const bytes = rv_alloc(BIG);
	for (size_t i = 0; i < BIG; i++) {
		bytes[i] = (unsigned char)(i * 7 + i / 251);
	}
	CHECK_OK(rv_file_write(check_path("a"), bytes, BIG, &err), &err);
	CHECK_OK(rv_file_write(check_path("empty"), "", 0, &err), &err);

	CHECK_OK(rv_source_open(&source, check_path("a"), &err), &err);
	CHECK_STR(source.name, check_path("a"));
	CHECK(source.bytes == NULL);
	check_reads(&source, bytes, BIG);
	rv_source_close(&source);

	rv_source_open_memory(&source, "member", bytes, BIG);
	CHECK_STR(source.name, "member");
	check_reads(&source, bytes, BIG);
	CHECK(rv_source_bytes(&source, BIG, &held, &err) == bytes); /* not copied */
	rv_source_close(&source);
	CHECK(source.name == NULL && source.fd == -1);
	rv_source_close(&source);

	for (int is_memory = 0; is_memory < 2; is_memory++) {
		if (is_memory) {
			rv_source_open_memory(&source, "nothing", NULL, 0);
		} else {
			CHECK_OK(rv_source_open(&source, check_path("empty"), &err), &err);
		}
		CHECK(rv_source_bytes(&source, 0, &held, &err) != NULL);
		CHECK_OK(rv_source_load(&source, 0, &held, &err), &err);
		CHECK_U64(held.len, 0);
		size_t n_calls = 0;
		CHECK_OK(rv_source_copy(&source, refuse, &n_calls, &err), &err);
		CHECK_U64(n_calls, 0);
		rv_source_close(&source);
	}
	rv_str_release(&held);
	free(bytes);
}

/* The part of `whole` after its first three bytes and before its last two, and a part of that. */
static void check_windows(const struct rv_source *whole, const unsigned char *bytes)
{
	struct rv_source outer = RV_SOURCE_INIT, inner = RV_SOURCE_INIT;
	struct rv_err err = RV_ERR_INIT;
	char got[4];
	rv_source_open_window(&outer, "outer", whole, 3, BIG);
	CHECK_STR(outer.name, "outer");
	check_reads(&outer, bytes + 3, BIG);
	rv_source_open_window(&inner, "inner", &outer, 5, 4);
	CHECK_OK(rv_source_read(&inner, 0, got, 4, &err), &err);
	CHECK(memcmp(got, bytes + 8, 4) == 0);
	CHECK_FAILS(rv_source_read(&inner, 1, got, 4, &err), &err, RV_E_BAD_FILE, "ends after 4 bytes");
	rv_source_close(&inner);
	rv_source_close(&outer);
	rv_source_open_window(&inner, "none", whole, BIG + 5, 0);
	CHECK_U64(inner.len, 0);
	rv_source_close(&inner);
	CHECK_OK(rv_source_read(whole, BIG + 3, got, 2, &err), &err); /* still open */
}

/* Of a file that is gone meanwhile, whose first source is closed; of memory, and of a part. */
static void shared(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_source file = RV_SOURCE_INIT, part = RV_SOURCE_INIT, memory = RV_SOURCE_INIT, more[3];
	char got[4] = "";
	CHECK_OK(rv_file_write(check_path("shared"), "abcdef", 6, &err), &err);
	CHECK_OK(rv_source_open(&file, check_path("shared"), &err), &err);
	rv_source_open_window(&part, "part", &file, 2, 3);
	rv_source_open_memory(&memory, "memory", "abcdef", 6);
	CHECK_OK(rv_source_share(&more[1], &part, &err), &err);
	CHECK_OK(rv_source_read(&more[1], 0, got, 3, &err), &err);
	CHECK_STR(got, "cde");
	rv_source_close(&more[1]);
	CHECK_OK(rv_source_share(&more[0], &file, &err), &err);
	CHECK_OK(rv_source_share(&more[2], &memory, &err), &err);
	rv_source_close(&part);
	rv_source_close(&file);
	rv_source_close(&memory);
	CHECK(unlink(check_path("shared")) == 0);
	CHECK_STR(more[0].name, check_path("shared"));
	for (size_t i = 0; i < 3; i += 2) {
		CHECK_U64(more[i].len, 6);
		CHECK_OK(rv_source_read(&more[i], 3, got, 3, &err), &err);
		CHECK_STR(got, "def");
		rv_source_close(&more[i]);
	}
}

static void windows(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	unsigned char *const bytes = rv_alloc(BIG + 5);
	for (size_t i = 0; i < BIG + 5; i++) {
		bytes[i] = (unsigned char)(i * 11 + i / 257);
	}
	CHECK_OK(rv_file_write(check_path("whole"), bytes, BIG + 5, &err), &err);
	CHECK_OK(rv_source_open(&source, check_path("whole"), &err), &err);
	check_windows(&source, bytes);
	rv_source_close(&source);
	rv_source_open_memory(&source, "memory", bytes, BIG + 5);
	check_windows(&source, bytes);
	rv_source_close(&source);
	free(bytes);
}

static void changed_meanwhile(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str held = RV_STR_INIT;
	char got[8];
	CHECK_OK(rv_file_write(check_path("a"), "12345678", 8, &err), &err);
	CHECK_OK(rv_source_open(&source, check_path("a"), &err), &err);
	CHECK(truncate(check_path("a"), 5) == 0);
	CHECK_OK(rv_source_read(&source, 0, got, 5, &err), &err);
	CHECK_FAILS(rv_source_read(&source, 0, got, 6, &err), &err, RV_E_BAD_FILE, "shrank while it was read");
	CHECK_FAILS(rv_source_load(&source, 99, &held, &err), &err, RV_E_BAD_FILE, "shrank");
	CHECK_FAILS(rv_source_copy(&source, append, &held, &err), &err, RV_E_BAD_FILE, "a': shrank");
	CHECK_OK(rv_file_write(check_path("b"), "123456789", 9, &err), &err);
	CHECK(rename(check_path("b"), check_path("a")) == 0); /* another file: ours is read on */
	CHECK_OK(rv_source_read(&source, 0, got, 5, &err), &err);
	close(source.fd);
	source.fd = open(check_dir(), O_RDONLY | O_DIRECTORY); /* which cannot be read */
	CHECK_FAILS(rv_source_read(&source, 0, got, 5, &err), &err, RV_E_IO, "cannot read: ");
	rv_source_close(&source);

	CHECK_OK(rv_source_open(&source, check_path("a"), &err), &err);
	source.len = UINT64_C(1) << 62; /* as if it were that long */
	CHECK_FAILS(rv_source_load(&source, SIZE_MAX, &held, &err), &err, RV_E_MEMORY, "no memory for its");
	rv_source_close(&source);
	rv_str_release(&held);
}

/* What never ends, or would be waited for. */
static void not_regular(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	const int dir_fd = open(check_dir(), O_RDONLY | O_DIRECTORY), home_fd = open(".", O_RDONLY | O_DIRECTORY);
	const int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(fchdir(dir_fd) == 0); /* a socket's path is short */
	CHECK(bind(socket_fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(fchdir(home_fd) == 0);
	CHECK(mkfifo(check_path("fifo"), 0666) == 0 && mkdir(check_path("dir"), 0777) == 0);
	static const char *const names[] = { "fifo", "socket", "dir" };
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		CHECK_FAILS(rv_source_open(&source, check_path(names[i]), &err), &err, RV_E_BAD_FILE,
		            "is not a regular file");
		CHECK_FAILS(rv_source_open_beneath(&source, dir_fd, names[i], &err), &err, RV_E_BAD_FILE,
		            "is not a regular file");
	}
	CHECK_FAILS(rv_source_open(&source, "/dev/zero", &err), &err, RV_E_BAD_FILE, "'/dev/zero' is not a regular");
	CHECK_FAILS(rv_source_open(&source, check_path("none"), &err), &err, RV_E_MISSING_FILE, "none");
	CHECK(source.fd == -1 && source.name == NULL);
	close(socket_fd);
	close(home_fd);
	close(dir_fd);
}

/* ---- paths below a directory ------------------------------------------------------------------------------------- */

/* True when all paths are opened or refused as they must be. */
static bool check_paths(int dir_fd)
{
	static const struct {
		const char *path;
		enum rv_err_code code; /* RV_E_NONE: it is read */
		const char *part;
	} cases[] = {
		{ "file", RV_E_NONE, NULL },
		{ "a/b/file", RV_E_NONE, NULL },
		{ "./a//b/./file", RV_E_NONE, NULL },
		{ "", RV_E_BAD_RECORD, "not a path below" },
		{ ".", RV_E_BAD_RECORD, "not a path below" },
		{ "..", RV_E_BAD_RECORD, "not a path below" },
		{ "../outside", RV_E_BAD_RECORD, "not a path below" },
		{ "a/../file", RV_E_BAD_RECORD, "not a path below" },
		{ "/etc/passwd", RV_E_BAD_RECORD, "not a path below" },
		{ "none", RV_E_MISSING_FILE, "none" },
		{ "a/none/file", RV_E_MISSING_FILE, "a/none/file" },
		{ "file/", RV_E_IO, "Not a directory" },
		{ "file/x", RV_E_IO, "Not a directory" },
		{ "a/b", RV_E_BAD_FILE, "not a regular file" },
		{ "a/b/", RV_E_BAD_FILE, "not a regular file" },
		{ "to-file", RV_E_BAD_FILE, "symbolic link" },
		{ "to-dir/b/file", RV_E_BAD_FILE, "symbolic link" },
		{ "a/to-outside", RV_E_BAD_FILE, "symbolic link" },
		{ "a/to-parent/file", RV_E_BAD_FILE, "symbolic link" },
		{ "to-root/etc/passwd", RV_E_BAD_FILE, "symbolic link" },
		{ "to-nowhere", RV_E_BAD_FILE, "symbolic link" },
		{ "to-itself", RV_E_BAD_FILE, "symbolic link" },
	};
	struct rv_err err = RV_ERR_INIT;
	bool ok = true;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		struct rv_source source = RV_SOURCE_INIT;
		char got[4] = "";
		const int result = rv_source_open_beneath(&source, dir_fd, cases[i].path, &err);
		if (cases[i].code == RV_E_NONE) {
			ok &= CHECK_OK(result, &err) && CHECK_STR(source.name, cases[i].path) &&
			      CHECK_OK(rv_source_read(&source, 0, got, 3, &err), &err) && CHECK_STR(got, "in\n");
		} else {
			ok &= CHECK_FAILS(result, &err, cases[i].code, cases[i].part);
		}
		if (!ok) {
			printf("# path '%s': %s\n", cases[i].path, err.text);
		}
		rv_source_close(&source);
	}
	/* A name that is too long is an error, not something to write beyond. */
	char *const name = rv_alloc_zero(1, 5001);
	memset(name, 'x', 5000);
	ok &= CHECK(rv_source_open_beneath(&(struct rv_source)RV_SOURCE_INIT, dir_fd, name, &err) < 0);
	free(name);
	return ok;
}

static int make_tree(void)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_mkdirs(check_path("top/a/b"), &err), &err);
	CHECK_OK(rv_file_write(check_path("top/file"), "in\n", 3, &err), &err);
	CHECK_OK(rv_file_write(check_path("top/a/b/file"), "in\n", 3, &err), &err);
	CHECK_OK(rv_file_write(check_path("outside"), "out", 3, &err), &err);
	static const char *const links[][2] = {
		{ "file", "top/to-file" },        { "a", "top/to-dir" },  { "../../outside", "top/a/to-outside" },
		{ "..", "top/a/to-parent" },      { "/", "top/to-root" }, { "nowhere", "top/to-nowhere" },
		{ "to-itself", "top/to-itself" },
	};
	for (size_t i = 0; i < RV_COUNTOF(links); i++) {
		CHECK(symlink(links[i][0], check_path(links[i][1])) == 0);
	}
	return open(check_path("top"), O_PATH | O_DIRECTORY);
}

static void beneath(void)
{
	const int dir_fd = make_tree();
	check_paths(dir_fd);
	close(dir_fd);
}

/* From now on this process has no openat2. */
static bool forbid_openat2(int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { .len = RV_COUNTOF(filter), .filter = filter };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
		return false;
	}
	return syscall(SYS_openat2, AT_FDCWD, ".", NULL, 0) < 0 && errno == error;
}

static void beneath_without_openat2(void)
{
	enum { DONE = 0, FAILED = 1, UNABLE = 2 };
	static const int errors[] = { ENOSYS, EPERM };
	const int dir_fd = make_tree();
	for (size_t i = 0; i < RV_COUNTOF(errors); i++) {
		fflush(stdout);
		const pid_t pid = fork();
		if (pid == 0) {
			const int status = !forbid_openat2(errors[i]) ? UNABLE : check_paths(dir_fd) ? DONE : FAILED;
			fflush(stdout);
			_exit(status);
		}
		int status = 0;
		CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		if (WEXITSTATUS(status) == UNABLE) {
			check_skip("this system filters no system calls");
			break;
		}
		CHECK_I64(WEXITSTATUS(status), DONE);
	}
	close(dir_fd);
}

CHECK_MODULE(source)
{
	check_case("files and memory are read alike", files_and_memory);
	check_case("a part is read as a whole is", windows);
	check_case("another source of the same bytes", shared);
	check_case("a file that shrinks, cannot be read, or is too large", changed_meanwhile);
	check_case("what is no regular file is refused at once", not_regular);
	check_case("nothing outside of a directory is reached", beneath);
	check_case("nor where there is no openat2", beneath_without_openat2);
}

/* SPDX-License-Identifier: MIT */
/* diag: levels, one write per message, nothing that steers a terminal. */
#include "diag.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* What `body` writes to stderr; *status as of waitpid. */
static void capture(void (*body)(void), struct rv_str *out, int *status)
{
	int ends[2];
	CHECK(pipe(ends) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		rv_diag_init("tool");
		body();
		_exit(0);
	}
	close(ends[1]);
	ssize_t n;
	do {
		rv_str_reserve(out, 4096);
		n = read(ends[0], out->ptr + out->len, 4096);
		out->len += n > 0 ? (size_t)n : 0;
		out->ptr[out->len] = '\0';
	} while (n > 0);
	close(ends[0]);
	waitpid(pid, status, 0);
}

static void check_said(void (*body)(void), const char *wanted)
{
	struct rv_str said = RV_STR_INIT;
	int status;
	capture(body, &said, &status);
	CHECK_TEXT(said, wanted);
	CHECK_I64(status, 0);
	rv_str_release(&said);
}

static void say_all(void)
{
	rv_error("%d", 1);
	rv_warn("2");
	rv_info("3");
	rv_detail("4");
	rv_hint("5");
	rv_report(&(struct rv_err) { .code = RV_E_IO, .text = "100% full" });
}

static void say_quietly(void)
{
	rv_diag_set_level(0);
	say_all();
}

static void say_much(void)
{
	rv_diag_set_level(3);
	say_all();
}

static void levels(void)
{
	check_said(say_all, "tool: error: 1\ntool: warning: 2\ntool: hint: 5\ntool: error: 100% full\n");
	check_said(say_quietly, "tool: error: 1\ntool: hint: 5\ntool: error: 100% full\n");
	check_said(say_much, "tool: error: 1\ntool: warning: 2\ntool: 3\ntool: 4\ntool: hint: 5\n"
	                     "tool: error: 100% full\n");
}

static void say_dangerous(void)
{
	rv_error("%s", "a\nb\tc\33[2Jd\x7F\xC2\x9B"
	               "e\xC3\xA9");
}

static void say_long(void)
{
	char text[20000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	rv_error("%s", text);
}

static void text(void)
{
	check_said(say_dangerous, "tool: error: a b c?[2Jd???e\xC3\xA9\n");
	struct rv_str said = RV_STR_INIT;
	int status;
	capture(say_long, &said, &status);
	CHECK(said.len > RV_ERR_TEXT_MAX && said.len < 6000 && said.ptr[said.len - 1] == '\n');
	rv_str_release(&said);
}

static void hide(void)
{
	ssize_t ignored RV_UNUSED = write(STDERR_FILENO, "<", 1);
}

static void show(void)
{
	ssize_t ignored RV_UNUSED = write(STDERR_FILENO, ">", 1);
}

static void say_with_progress(void)
{
	rv_diag_set_progress_hooks(hide, show);
	rv_error("1");
	rv_info("2"); /* not said: nothing is hidden for it */
	rv_diag_set_progress_hooks(NULL, NULL);
	rv_error("3");
}

static void progress(void)
{
	check_said(say_with_progress, "<tool: error: 1\n>tool: error: 3\n");
}

static void make_bug(void)
{
	rv_bug("%s", "impossible");
}

static void bugs(void)
{
	struct rv_str said = RV_STR_INIT;
	int status;
	capture(make_bug, &said, &status);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CHECK(strncmp(said.ptr, "tool: bug: tests/unit/diag.c:", 29) == 0 && strstr(said.ptr, ": impossible\n"));
	rv_str_release(&said);
}

CHECK_MODULE(diag)
{
	check_case("levels", levels);
	check_case("control characters and length", text);
	check_case("the progress line steps aside", progress);
	check_case("a bug aborts", bugs);
}

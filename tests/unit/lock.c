/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "file.h"

static void one_at_a_time(void)
{
	struct rv_lock first = RV_LOCK_INIT, second = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	char wanted[64];
	CHECK_OK(rv_lock_take(&first, check_path("lock"), "'out'", 0, &err), &err);
	CHECK_FAILS(rv_lock_take(&second, check_path("lock"), "'out'", 0, &err), &err, RV_E_BUSY,
	            "'out' is in use by ");
	snprintf(wanted, sizeof(wanted), ", process %ld on ", (long)getpid());
	CHECK(strstr(err.text, wanted));
	CHECK_I64(rv_err_exit_status(err.code), 3);
	rv_lock_drop(&first);
	CHECK(!rv_file_exists(check_path("lock")));
	CHECK_OK(rv_lock_take(&second, check_path("lock"), "'out'", 0, &err), &err);
	rv_lock_drop(&second);
	rv_lock_drop(&second);
}

/* A child that holds the lock until it is killed. */
static pid_t start_holder(const char *path)
{
	int ready[2];
	if (!CHECK(pipe(ready) == 0)) {
		return -1;
	}
	const pid_t pid = fork();
	if (pid == 0) {
		struct rv_lock lock = RV_LOCK_INIT;
		struct rv_err err;
		const char said = rv_lock_take(&lock, path, "'out'", 0, &err) == 0 ? 'y' : 'n';
		(void)!write(ready[1], &said, 1);
		for (;;) {
			pause();
		}
	}
	char said = 0;
	close(ready[1]);
	CHECK(read(ready[0], &said, 1) == 1 && said == 'y');
	close(ready[0]);
	return pid;
}

static void holder_dies(void)
{
	struct rv_lock lock = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	const pid_t pid = start_holder(check_path("lock"));
	CHECK_FAILS(rv_lock_take(&lock, check_path("lock"), "'out'", 0.1, &err), &err, RV_E_BUSY, "in use");
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, NULL, 0) == pid);
	CHECK(rv_file_exists(check_path("lock"))); /* what is left means nothing */
	CHECK_OK(rv_lock_take(&lock, check_path("lock"), "'out'", 0, &err), &err);
	rv_lock_drop(&lock);
}

/* What a dead holder has left still has the lock for a moment: it is waited for, whatever the patience. */
static void heir(void)
{
	struct rv_lock lock = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	int ready[2];
	char byte;
	CHECK(pipe(ready) == 0);
	const pid_t pid = fork();
	if (pid == 0) {
		const bool taken = rv_lock_take(&lock, check_path("lock"), "'out'", 0, &err) == 0;
		if (fork() == 0) {
			usleep(300000);
			_exit(0);
		}
		_exit(!taken || write(ready[1], "x", 1) != 1);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK_OK(rv_lock_take(&lock, check_path("lock"), "'out'", 0, &err), &err); /* it is not even reaped yet */
	rv_lock_drop(&lock);
	CHECK(waitpid(pid, NULL, 0) == pid);
	close(ready[0]);
	close(ready[1]);
}

/* Waits for a holder that goes meanwhile. */
static void waiting(void)
{
	struct rv_lock lock = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	const pid_t pid = start_holder(check_path("lock"));
	const pid_t killer = fork();
	if (killer == 0) {
		usleep(100000);
		kill(pid, SIGKILL);
		_exit(0);
	}
	CHECK_OK(rv_lock_take(&lock, check_path("lock"), "'out'", 600, &err), &err);
	CHECK(waitpid(pid, NULL, 0) == pid && waitpid(killer, NULL, 0) == killer);
	rv_lock_drop(&lock);
}

static void no_links(void)
{
	struct rv_lock lock = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_file_write(check_path("precious"), "x", 1, &err), &err);
	CHECK(symlink("precious", check_path("link")) == 0);
	CHECK(rv_lock_take(&lock, check_path("link"), "'out'", 0, &err) < 0);
	CHECK(rv_lock_take(&lock, check_path("no/such/dir"), "'out'", 0, &err) < 0 && err.code == RV_E_MISSING_FILE);
}

/* Somebody removes the file, and another run makes one. */
static void lost(void)
{
	struct rv_lock first = RV_LOCK_INIT, second = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_lock_take(&first, check_path("lock"), "'out'", 0, &err), &err);
	CHECK_OK(rv_lock_check(&first, "'out'", &err), &err);
	CHECK(unlink(check_path("lock")) == 0);
	CHECK_FAILS(rv_lock_check(&first, "'out'", &err), &err, RV_E_BUSY, "'out' is not ours any more");
	CHECK_OK(rv_lock_take(&second, check_path("lock"), "'out'", 0, &err), &err);
	CHECK_FAILS(rv_lock_check(&first, "'out'", &err), &err, RV_E_BUSY, "'out' is not ours any more");
	rv_lock_drop(&first);
	CHECK_OK(rv_lock_check(&second, "'out'", &err), &err);
	rv_lock_drop(&second);
	CHECK(!rv_file_exists(check_path("lock")));
}

/* Several share it; the last one removes the file. */
static void shared(void)
{
	struct rv_lock first = RV_LOCK_INIT, second = RV_LOCK_INIT, alone = RV_LOCK_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_lock_share(&first, check_path("lock"), "'out'", 0, &err), &err);
	CHECK_OK(rv_lock_share(&second, check_path("lock"), "'out'", 0, &err), &err);
	CHECK_FAILS(rv_lock_take(&alone, check_path("lock"), "'out'", 0, &err), &err, RV_E_BUSY,
	            ": --wait S waits for its end");
	rv_lock_drop(&first);
	CHECK(rv_file_exists(check_path("lock")));
	CHECK_OK(rv_lock_check(&second, "'out'", &err), &err);
	CHECK_FAILS(rv_lock_take(&alone, check_path("lock"), "'out'", 0, &err), &err, RV_E_BUSY, "'out' is in use by");
	rv_lock_drop(&second);
	CHECK(!rv_file_exists(check_path("lock")));
	CHECK_OK(rv_lock_take(&alone, check_path("lock"), "'out'", 0, &err), &err);
	CHECK_FAILS(rv_lock_share(&first, check_path("lock"), "'out'", 0, &err), &err, RV_E_BUSY, "'out' is in use by");
	rv_lock_drop(&alone);
}

CHECK_MODULE(lock)
{
	check_case("one holder at a time, who is named", one_at_a_time);
	check_case("a lock ends with its holder", holder_dies);
	check_case("what a dead holder has left is waited for", heir);
	check_case("a holder that goes is waited for", waiting);
	check_case("a link is not followed", no_links);
	check_case("a lock whose file is gone is lost", lost);
	check_case("several share a lock, nobody has it for himself then", shared);
}

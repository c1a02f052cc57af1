/* SPDX-License-Identifier: MIT */
/* Generator programs, one run each or persistent. */
#include "program.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "process.h"
#include "spawn.h"

#define OUTPUT_MAX ((size_t)16 << 20) /* bytes of one answer */
#define LIMITED_WORDS 4               /* that set the limit of memory */

struct gen_program {
	struct gen_program_setup setup;
	const char **argv; /* with the limit of memory in front */
	char limit[32];
	pthread_mutex_t lock;
	struct gen_process **idle;
	size_t n_idle, cap_idle;
};

struct gen_program *gen_program_new(const struct gen_program_setup *setup)
{
	struct gen_program *const program = rv_alloc_zero(1, sizeof(*program));
	size_t n = 0;
	while (setup->argv[n]) {
		n++;
	}
	program->setup = *setup;
	program->setup.what = setup->what ? setup->what : "generator";
	program->argv = rv_alloc_zero(n + LIMITED_WORDS + 1, sizeof(*program->argv));
	size_t at = 0;
	if (setup->memory_bytes > 0) {
		snprintf(program->limit, sizeof(program->limit), "%" PRIu64, setup->memory_bytes >> 10);
		program->argv[at++] = "/bin/sh";
		program->argv[at++] = "-c";
		program->argv[at++] = "ulimit -d \"$0\" && exec \"$@\"";
		program->argv[at++] = program->limit;
	}
	memcpy(program->argv + at, setup->argv, n * sizeof(*setup->argv));
	pthread_mutex_init(&program->lock, NULL);
	return program;
}

void gen_program_free(struct gen_program *program)
{
	if (!program) {
		return;
	}
	for (size_t i = 0; i < program->n_idle; i++) {
		gen_process_end(program->idle[i]);
	}
	pthread_mutex_destroy(&program->lock);
	free(program->idle);
	free(program->argv);
	free(program);
}

/* ---- what it said ---- */

const char *gen_program_advice(const char *name)
{
	static const struct {
		const char *name, *advice;
	} known[] = {
		{ "uv", "install uv: pipx install uv" },
		{ "pipx", "apt install pipx" },
		{ "pip", "apt install python3-pip" },
		{ "python", "it is called python3; or apt install python-is-python3" },
		{ "python3", "apt install python3" },
		{ "conda", "install Miniforge (github.com/conda-forge/miniforge)" },
		{ "mamba", "install Miniforge (github.com/conda-forge/miniforge)" },
		{ "node", "apt install nodejs" },
		{ "npx", "apt install npm" },
	};
	for (size_t i = 0; i < RV_COUNTOF(known); i++) {
		if (strcmp(known[i].name, name) == 0) {
			return known[i].advice;
		}
	}
	return NULL;
}

/* The name, in quotes or not, that stands behind a text: "No module named 'numpy'", "env: 'uv': No such file". */
static bool find_behind(const char *said, const char *before, struct rv_str *name)
{
	const char *at = strstr(said, before);
	if (!at) {
		return false;
	}
	at += strlen(before);
	at += strspn(at, "\"'\xe2\x80\x98"); /* the left quote of UTF-8 locales, too */
	rv_str_clear(name);
	rv_str_append(name, at, strcspn(at, "\"':\n\xe2 "));
	return name->len > 0;
}

/* The name that stands before a text: "/bin/sh: 1: uv: not found". */
static bool find_before(const char *said, const char *behind, struct rv_str *name)
{
	const char *const end = strstr(said, behind);
	const char *at = end;
	while (at && at > said && !strchr(" \n", at[-1])) {
		at--;
	}
	rv_str_clear(name);
	rv_str_append(name, at ? at : said, (size_t)(end ? end - at : 0));
	return name->len > 0;
}

/* When it can be told what is missing: what to install. */
static void add_advice(struct rv_err *err, const char *said)
{
	struct rv_str name = RV_STR_INIT;
	if (find_behind(said, "No module named ", &name)) {
		rv_fail(err, err->code,
		        "%s (install '%s' for the Python that runs it, or let uv run it: uv run --with %s PROGRAM)",
		        err->text, name.ptr, name.ptr);
	} else if (find_behind(said, "env: ", &name) || find_before(said, ": not found", &name)) {
		const char *const advice = gen_program_advice(name.ptr);
		if (advice) {
			rv_fail(err, err->code, "%s (%s)", err->text, advice);
		}
	}
	rv_str_release(&name);
}

void gen_program_add_words(struct rv_err *err, const struct rv_str *said)
{
	struct rv_str tail = RV_STR_INIT;
	const size_t from = said->len > RV_STDERR_TAIL ? said->len - RV_STDERR_TAIL : 0;
	rv_str_append(&tail, said->ptr + from, said->len - from);
	while (tail.len && strchr(" \t\r\n", tail.ptr[tail.len - 1])) {
		rv_str_truncate(&tail, tail.len - 1);
	}
	if (tail.len) {
		rv_fail(err, err->code, "%s: %s", err->text, tail.ptr);
	}
	add_advice(err, tail.ptr);
	rv_str_release(&tail);
}

/* ---- asking ---- */

static int ask_once(const struct gen_program *program, const struct rv_str *request, struct rv_str *output,
                    struct rv_str *errors, struct rv_err *err)
{
	const struct rv_spawn how = { .argv = program->argv };
	int wait_status;
	const int status =
	        rv_run(&how, request, OUTPUT_MAX, program->setup.timeout_s, output, errors, &wait_status, err);
	if (status == 0 && wait_status != 0) {
		struct rv_str ending = RV_STR_INIT;
		rv_child_describe(wait_status, &ending);
		rv_fail(err, RV_E_GENERATOR, "the %s failed with %s", program->setup.what, ending.ptr);
		rv_str_release(&ending);
		return -1;
	}
	return status;
}

static struct gen_process *take_idle(struct gen_program *program)
{
	pthread_mutex_lock(&program->lock);
	struct gen_process *const process = program->n_idle > 0 ? program->idle[--program->n_idle] : NULL;
	pthread_mutex_unlock(&program->lock);
	return process;
}

static void give_back(struct gen_program *program, struct gen_process *process)
{
	pthread_mutex_lock(&program->lock);
	RV_GROW(program->idle, program->n_idle, program->cap_idle);
	program->idle[program->n_idle++] = process;
	pthread_mutex_unlock(&program->lock);
}

static int ask_persistent(struct gen_program *program, const struct rv_str *request, struct rv_str *output,
                          struct rv_str *errors, struct rv_err *err)
{
	struct gen_process *process = take_idle(program);
	if (process && !gen_process_is_quiet(process)) {
		gen_process_end(process);
		process = NULL;
	}
	if (!process) {
		process = gen_process_start(program->argv, err);
	}
	if (!process) {
		return -1;
	}
	const int status = gen_process_ask(process, request, OUTPUT_MAX, program->setup.timeout_s, output, errors, err);
	if (status < 0) {
		gen_process_end(process);
	} else {
		give_back(program, process);
	}
	return status;
}

int gen_program_ask(struct gen_program *program, const struct rv_str *request, struct rv_str *output,
                    struct rv_str *errors, struct rv_err *err)
{
	const int status = program->setup.is_persistent ? ask_persistent(program, request, output, errors, err)
	                                                : ask_once(program, request, output, errors, err);
	if (status < 0 && err->code == RV_E_TIMEOUT) {
		rv_fail(err, RV_E_TIMEOUT, "the %s took longer than %g s and was killed", program->setup.what,
		        program->setup.timeout_s);
	} else if (status < 0 && err->code == RV_E_LIMIT) {
		rv_fail(err, RV_E_LIMIT, "the %s wrote more than %zu bytes to its standard output", program->setup.what,
		        OUTPUT_MAX);
		return -1;
	}
	if (status < 0 && err->code != RV_E_CANCELLED) {
		gen_program_add_words(err, strspn(errors->ptr, " \t\r\n") < errors->len ? errors : output);
	}
	return status;
}

/* SPDX-License-Identifier: MIT */
/* rv-gen: runs a generator program for each record and puts its result into `gen`. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "gen/answer.h"
#include "gen/cache.h"
#include "gen/program.h"
#include "gen/workplace.h"
#include "machine.h"
#include "parse.h"
#include "sig.h"
#include "spawn.h"
#include "taskq.h"
#include "stream.h"

#define RECORDS_PER_JOB 4 /* in memory at a time */

/* ---- options ---------------------------------------------------------------------------------------------------- */

static const char *opt_name = "gen";
static struct rv_option_list opt_params;
static int opt_type = GEN_TYPE_ANY;
static size_t opt_jobs;
static double opt_timeout_s = 60;
static bool opt_persistent;
static uint64_t opt_memory_bytes;
static const char *opt_cache;
static struct rv_option_list opt_files;
static const char *opt_dir = "generated";
static int opt_retain = GEN_RETAIN_ALL;

static const char *const types[] = { "any", "path", "str", "num", NULL };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_GROUP, .name = "What is asked and answered" },
	{ .kind = RV_OPT_STRING,
	  .letter = 'n',
	  .name = "name",
	  .value = &opt_name,
	  .argument = "NAME",
	  .help = "the result goes to gen.NAME" },
	{ .kind = RV_OPT_LIST,
	  .letter = 'p',
	  .name = "param",
	  .value = &opt_params,
	  .argument = "K=V",
	  .help = "over the record's params; V is JSON, else a string" },
	{ .kind = RV_OPT_CHOICE,
	  .letter = 't',
	  .name = "type",
	  .value = &opt_type,
	  .argument = "any|path|str|num",
	  .help = "what the result must be",
	  .choices = types },
	{ .kind = RV_OPT_GROUP, .name = "How it runs" },
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &opt_jobs,
	  .argument = "N|auto",
	  .help = "programs at a time; auto: one per core" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "timeout",
	  .value = &opt_timeout_s,
	  .argument = "SECONDS",
	  .help = "kill a program after that time; 0: never" },
	{ .kind = RV_OPT_SIZE,
	  .name = "memory",
	  .value = &opt_memory_bytes,
	  .argument = "SIZE",
	  .help = "a program may have no more of its own",
	  .unset = "any" },
	{ .kind = RV_OPT_FLAG,
	  .name = "persistent",
	  .value = &opt_persistent,
	  .help = "the program goes on: a request a line, an answer a line" },
	{ .kind = RV_OPT_STRING,
	  .name = "cache",
	  .value = &opt_cache,
	  .argument = "DIR",
	  .help = "keep answers there, and use those of the same program to the same request",
	  .unset = "none" },
	{ .kind = RV_OPT_LIST,
	  .name = "file",
	  .value = &opt_files,
	  .argument = "FILE",
	  .help = "another that answers depend on, for --cache" },
	{ .kind = RV_OPT_STRING,
	  .name = "gen-dir",
	  .value = &opt_dir,
	  .argument = "DIR",
	  .help = "where work directories go" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "gen-retain",
	  .value = &opt_retain,
	  .argument = "all|last|none",
	  .help = "work directories that stay: all, this run's, or none after the end",
	  .choices = gen_retain_names },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv-gen",
	.usage = "[OPTION]... PROGRAM [ARG]...\n[OPTION]... 'SHELL COMMAND'",
	.purpose = "Run a generator program for each record and put its result into gen.NAME.",
	.options = options,
	.examples = "rv-seed seq 100 | rv-gen --name wood --type path ./wood.py | rv-blend scene.py\n"
	            "rv-seed seq 9 | rv-gen -n caption -p style=short -- python3 caption.py --fast\n"
	            "rv-seed seq 9000 | rv-gen -n text --persistent --cache cache ./captions.py\n"
	            "rv-seed seq 9 | rv-gen -t num \"jq '{result: (.seed * 2)}'\"\n",
};

/* ---- what all records share ------------------------------------------------------------------------------------- */

struct param {
	char *key;
	struct rv_str json;
};

struct job {
	struct gen_workplace place;
	struct gen_program *program;
	struct gen_cache cache;
	const char **argv;
	const char *shell_text; /* the command, when it is one for the shell */
	char *root_dir;
	struct param *params;
	size_t n_params;
};

static int read_param(const char *text, struct param *param, struct rv_err *err)
{
	const char *equals = strchr(text, '=');
	if (!equals || equals == text) {
		return rv_fail(err, RV_E_USAGE, "--param: '%s' is not NAME=VALUE", text);
	}
	const char *value = equals + 1;
	param->key = rv_strndup(text, (size_t)(equals - text));
	if (rv_scan_value(value, strlen(value), NULL) == 0) {
		rv_scan_compact(value, strlen(value), &param->json);
	} else {
		rv_str_json(&param->json, value, strlen(value));
	}
	return 0;
}

/* The command: the operands, or, when there is only one and it has blanks, that text for the shell. Nothing in it comes
 * from data. */
static int read_command(struct job *job, int argc, char **argv, struct rv_err *err)
{
	static const char blanks[] = " \t\n";
	if (argc == 0) {
		return rv_fail(err, RV_E_USAGE, "no generator program");
	}
	if (argv[0][strspn(argv[0], blanks)] == '\0') {
		return rv_fail(err, RV_E_USAGE, "the generator program has no name");
	}
	job->argv = rv_alloc_zero((size_t)RV_MAX(argc, 3) + 1, sizeof(*job->argv));
	if (argc == 1 && strpbrk(argv[0], blanks)) {
		job->argv[0] = "/bin/sh";
		job->argv[1] = "-c";
		job->argv[2] = argv[0];
		job->shell_text = argv[0];
		return 0;
	}
	for (int i = 0; i < argc; i++) {
		job->argv[i] = argv[i];
	}
	char *found = rv_find_program(argv[0]);
	if (!found) {
		const char *const advice = gen_program_advice(argv[0]);
		return rv_fail(err, RV_E_CHILD, "there is no program '%s'%s%s%s", argv[0], advice ? " (" : "",
		               advice ? advice : "", advice ? ")" : "");
	}
	free(found);
	return 0;
}

static int job_init(struct job *job, int argc, char **argv, struct rv_err *err)
{
	*job = (struct job) { .place = GEN_WORKPLACE_INIT, .cache = GEN_CACHE_INIT };
	if (!rv_id_is_valid(opt_name, strlen(opt_name))) {
		return rv_fail(err, RV_E_USAGE, "--name: '%s' is not 1 to %d of A-Z a-z 0-9 _ -", opt_name, RV_ID_MAX);
	}
	if (!*opt_dir) {
		return rv_fail(err, RV_E_USAGE, "--gen-dir: an empty name");
	}
	job->params = rv_alloc_zero(opt_params.len, sizeof(*job->params));
	for (size_t i = 0; i < opt_params.len; i++) {
		rv_str_init(&job->params[i].json);
		job->n_params++;
		if (read_param(opt_params.items[i], &job->params[i], err) < 0) {
			return -1;
		}
	}
	if (read_command(job, argc, argv, err) < 0) {
		return -1;
	}
	job->root_dir = rv_path_absolute("");
	job->program = gen_program_new(&(struct gen_program_setup) { .argv = job->argv,
	                                                             .timeout_s = opt_timeout_s,
	                                                             .memory_bytes = opt_memory_bytes,
	                                                             .is_persistent = opt_persistent });
	if (opt_files.len > 0 && !opt_cache) {
		return rv_fail(err, RV_E_USAGE, "--file says what --cache depends on, and there is none");
	}
	if (opt_cache && gen_cache_open(&job->cache, opt_cache, job->argv, job->shell_text, opt_files.items,
	                                opt_files.len, err) < 0) {
		return -1;
	}
	return gen_workplace_open(&job->place, opt_dir, opt_name, (enum gen_retain)opt_retain, err);
}

static void job_release(struct job *job)
{
	gen_program_free(job->program);
	gen_workplace_close(&job->place);
	gen_cache_close(&job->cache);
	for (size_t i = 0; i < job->n_params; i++) {
		free(job->params[i].key);
		rv_str_release(&job->params[i].json);
	}
	free(job->params);
	free(job->argv);
	free(job->root_dir);
	rv_option_list_release(&opt_params);
	rv_option_list_release(&opt_files);
}

/* ---- one record ------------------------------------------------------------------------------------------------- */

/* The record's params, overlaid by --param, as the request's member. */
static int put_params(struct rv_record *request, const struct rv_record *record, const struct job *job,
                      struct rv_err *err)
{
	struct rv_record params = RV_RECORD_INIT;
	struct rv_span value;
	rv_record_clear(&params);
	if (rv_record_get(record, "params", &value) && !(value.len == 4 && memcmp(value.ptr, "null", 4) == 0) &&
	    rv_record_parse(&params, value.ptr, value.len, NULL) < 0) {
		rv_record_release(&params);
		return rv_fail(err, RV_E_BAD_RECORD, "params is not an object");
	}
	for (size_t i = 0; i < job->n_params; i++) {
		rv_record_set(&params, job->params[i].key, job->params[i].json.ptr, job->params[i].json.len);
	}
	rv_record_set(request, "params", params.text.ptr, params.text.len);
	rv_record_release(&params);
	return 0;
}

/* `key`, for the cache, is of what decides the answer. */
static int make_request(struct rv_record *request, const struct rv_record *record, const struct job *job,
                        const char *work_dir, char *key, struct rv_err *err)
{
	uint64_t seed;
	struct rv_span value;
	rv_record_clear(request);
	if (rv_record_seed(record, &seed, err) < 0 || put_params(request, record, job, err) < 0) {
		return -1;
	}
	static const char *const passed[] = { "seed", "seed_mode" };
	for (size_t i = 0; i < RV_COUNTOF(passed); i++) {
		if (rv_record_get(record, passed[i], &value)) {
			rv_record_set(request, passed[i], value.ptr, value.len);
		}
	}
	if (opt_cache) {
		gen_cache_key(&job->cache, &request->text, key);
	}
	rv_record_set_string(request, "root_dir", job->root_dir);
	rv_record_set_string(request, "work_dir", work_dir);
	rv_str_putc(&request->text, '\n');
	return 0;
}

/* Asks the program, or finds what it said before; *result is the text of its checked result. */
static int generate(const struct job *job, const struct rv_str *request, const char *key, const char *work_dir,
                    struct rv_str *result, struct rv_err *err)
{
	struct rv_str output = RV_STR_INIT, errors = RV_STR_INIT;
	int known = opt_cache ? gen_cache_take(&job->cache, key, work_dir, &output, err) : 0;
	int status = known < 0 ? -1 : 0;
	if (known == 0) {
		status = gen_program_ask(job->program, request, &output, &errors, err);
	}
	if (status == 0 &&
	    gen_answer_read(&output, (enum gen_type)opt_type, job->root_dir, work_dir, result, err) < 0) {
		status = -1;
		gen_program_add_words(err, &errors);
	}
	if (status == 0 && opt_cache && known == 0) {
		status = gen_cache_put(&job->cache, key, work_dir, &output, err);
	}
	rv_str_release(&output);
	rv_str_release(&errors);
	return status;
}

/* An rv_stream_fn, called by several threads. */
static int work(struct rv_record *record, void *state, struct rv_err *err)
{
	const struct job *job = state;
	struct rv_str id = RV_STR_INIT, work_dir = RV_STR_INIT, result = RV_STR_INIT;
	struct rv_record request = RV_RECORD_INIT;
	char key[RV_HASH_HEX_LEN + 1] = "";
	int status = -1;
	if (rv_record_id(record, &id, err) < 0 || gen_workplace_sample(&job->place, id.ptr, &work_dir, err) < 0 ||
	    make_request(&request, record, job, work_dir.ptr, key, err) < 0 ||
	    generate(job, &request.text, key, work_dir.ptr, &result, err) < 0) {
		goto out;
	}
	if (record->text.len + result.len + 2 * RV_ID_MAX > RV_LINE_MAX) {
		rv_fail(err, RV_E_LIMIT, "with a result of %zu bytes the record is longer than %zu bytes", result.len,
		        RV_LINE_MAX);
		goto out;
	}
	rv_record_set_in(record, "gen", opt_name, result.ptr, result.len);
	status = 0;
out:
	rv_str_release(&id);
	rv_str_release(&work_dir);
	rv_str_release(&result);
	rv_record_release(&request);
	return status;
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	struct job job;
	struct rv_err err = RV_ERR_INIT;
	struct rv_stream stream;
	const size_t threads = rv_machine_jobs(opt_jobs);
	rv_sig_catch();
	if (job_init(&job, argc, argv, &err) < 0) {
		err.code == RV_E_USAGE ? rv_tool_usage(&tool, "%s", err.text) : rv_tool_fail(&tool, &err);
	} else if (rv_stream_open(&stream, &tool, NULL, 0) == 0) {
		stream.ids = rv_idset_new();
		rv_stream_run(&stream, threads, threads * RECORDS_PER_JOB, work, &job);
		rv_stream_close(&stream);
	}
	job_release(&job);
	return rv_tool_end(&tool);
}

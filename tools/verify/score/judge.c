/* SPDX-License-Identifier: MIT */
/* Judges: see judge.h. */
#include "verify/score/judge.h"

#include <math.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "format/vbvr.h"
#include "gen/program.h"

struct verify_score_judge {
	const char *argv[4];
	struct gen_program *program;
};

struct verify_score_judge *verify_score_judge_new(const char *command, double timeout_s)
{
	struct verify_score_judge *const judge = rv_alloc_zero(1, sizeof(*judge));
	const char **const argv = judge->argv;
	argv[0] = command;
	if (strpbrk(command, " \t\n")) {
		argv[0] = "/bin/sh";
		argv[1] = "-c";
		argv[2] = command;
	}
	judge->program = gen_program_new(
	        &(const struct gen_program_setup) { .argv = argv, .timeout_s = timeout_s, .what = "judge" });
	return judge;
}

void verify_score_judge_free(struct verify_score_judge *judge)
{
	if (judge) {
		gen_program_free(judge->program);
		free(judge);
	}
}

static void put_path(struct rv_json_out *out, const char *key, const char *path)
{
	char *const absolute = rv_path_absolute(path);
	rv_json_put_string(out, key, absolute);
	free(absolute);
}

/* The prompt and the first frame, which lie beside the truth. */
static int put_question(struct rv_json_out *out, const char *folder, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, prompt = RV_STR_INIT;
	const int status = verify_score_meta_prompt(folder, &prompt, err);
	rv_json_put_bytes(out, "prompt", prompt.ptr, prompt.len);
	rv_str_printf(&path, "%s/" FORMAT_VBVR_FIRST ".png", folder);
	put_path(out, "first_frame", path.ptr);
	rv_str_release(&path);
	rv_str_release(&prompt);
	return status;
}

static int put_request(const struct verify_score_case *asked, struct rv_str *request, struct rv_err *err)
{
	const struct verify_score_task *const task = asked->result->task;
	const struct rv_span metadata = rv_json_text(asked->meta->parameters);
	struct rv_json_out out;
	rv_json_out_init(&out, request);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "seed", 0);
	put_path(&out, "root_dir", "");
	rv_json_put_string(&out, "id", task->id);
	rv_json_put_string(&out, "task", task->name);
	rv_json_put_string(&out, "difficulty", asked->result->difficulty);
	const int status = put_question(&out, task->folder, err);
	rv_json_put_raw(&out, "metadata", metadata.len > 0 ? metadata.ptr : "{}", metadata.len > 0 ? metadata.len : 2);
	put_path(&out, "truth", task->video);
	put_path(&out, "candidate", asked->attempt->path);
	rv_json_put_string(&out, "profile", asked->profile->name);
	rv_json_put_double(&out, "score", asked->attempt->total);
	rv_json_open(&out, "dimensions", '{');
	for (size_t i = 0; asked->profile->parts[i]; i++) {
		rv_json_put_double(&out, asked->profile->parts[i], asked->attempt->of[i]);
	}
	rv_json_close(&out, '}');
	rv_json_close(&out, '}');
	rv_str_putc(request, '\n');
	return status;
}

static int read_answer(const struct rv_str *output, double *score, struct rv_str *answer, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	int status = rv_json_parse(output->ptr, output->len, &json, err);
	const struct rv_json result = rv_json_get(json, "result");
	const struct rv_json number = rv_json_type(result) == RV_JSON_OBJECT ? rv_json_get(result, "score") : result;
	*score = rv_json_number(number, NAN);
	rv_str_clear(answer);
	rv_str_json_value(answer, result);
	if (status == 0 && !(*score >= 0 && *score <= 1)) {
		status = rv_fail(err, RV_E_JUDGE, "member 'result', or its 'score', must be a number in 0..1, not %s",
		                 answer->len > 0 ? answer->ptr : "missing");
	}
	rv_json_release(&json);
	return status;
}

static int ask(const struct verify_score_judge *judge, const struct rv_str *request, double *score,
               struct rv_str *answer, struct rv_err *err)
{
	struct rv_str output = RV_STR_INIT, said = RV_STR_INIT;
	int status = gen_program_ask(judge->program, request, &output, &said, err);
	if (status == 0) {
		status = read_answer(&output, score, answer, err);
	}
	if (status < 0 && (err->code == RV_E_GENERATOR || err->code == RV_E_BAD_JSON)) {
		err->code = RV_E_JUDGE;
	}
	rv_str_release(&output);
	rv_str_release(&said);
	return status;
}

int verify_score_judge_ask(struct verify_score_judge *judge, const struct verify_score_case *asked, double *score,
                           struct rv_str *answer, struct rv_err *err)
{
	struct rv_str request = RV_STR_INIT;
	int status = put_request(asked, &request, err);
	if (status == 0) {
		status = ask(judge, &request, score, answer, err);
	}
	rv_str_release(&request);
	return status < 0 ? rv_fail_prefix(err, "--judge: %s", asked->attempt->path) : 0;
}

/* SPDX-License-Identifier: MIT */
/* Optical flow: see flow.h. */
#include "verify/score/flow.h"

#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "gen/program.h"
#include "json.h"
#include "verify/score/frames.h"

#define TIMEOUT_S 600

/* flow.py, as a text. */
__asm__(".section .rodata\n"
        ".global verify_score_flow_program\n"
        "verify_score_flow_program:\n"
        ".incbin \"tools/verify/score/flow.py\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char verify_score_flow_program[];

struct verify_score_flow {
	const char *argv[4];
	struct gen_program *program;
};

void verify_score_flow_free(struct verify_score_flow *flow)
{
	if (flow) {
		gen_program_free(flow->program);
		free(flow);
	}
}

struct question {
	uint32_t width, height;
	const size_t *pairs;
	size_t n_pairs;
};

static void put_request(const char *path, const struct question *question, struct rv_str *request)
{
	struct rv_json_out out;
	rv_json_out_init(&out, request);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "frames", path);
	rv_json_put_u64(&out, "width", question->width);
	rv_json_put_u64(&out, "height", question->height);
	rv_json_open(&out, "pairs", '[');
	for (size_t i = 0; i < question->n_pairs; i++) {
		rv_json_open(&out, NULL, '[');
		rv_json_put_u64(&out, NULL, question->pairs[2 * i]);
		rv_json_put_u64(&out, NULL, question->pairs[2 * i + 1]);
		rv_json_close(&out, ']');
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(request, '\n');
}

static int read_answer(const struct rv_str *output, size_t n_pairs, double *lengths, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	int status = rv_json_parse(output->ptr, output->len, &json, err);
	const struct rv_json result = rv_json_get(json, "result");
	if (status == 0 && rv_json_len(result) != n_pairs) {
		status = rv_fail(err, RV_E_BAD_RESULT, "it answers for %zu pairs of frames, not %zu",
		                 rv_json_len(result), n_pairs);
	}
	for (size_t i = 0; i < n_pairs && status == 0; i++) {
		lengths[i] = rv_json_number(rv_json_at(result, i), 0);
	}
	rv_json_release(&json);
	return status;
}

/* `path` has the frames. */
static int ask(struct verify_score_flow *flow, const char *path, const struct question *question, double *lengths,
               struct rv_err *err)
{
	struct rv_str request = RV_STR_INIT, output = RV_STR_INIT, said = RV_STR_INIT;
	put_request(path, question, &request);
	const int status = gen_program_ask(flow->program, &request, &output, &said, err) < 0 ||
	                                   read_answer(&output, question->n_pairs, lengths, err) < 0
	                           ? rv_fail_prefix(err, "optical flow")
	                           : 0;
	rv_str_release(&request);
	rv_str_release(&output);
	rv_str_release(&said);
	return status;
}

struct verify_score_flow *verify_score_flow_new(struct rv_err *err)
{
	const struct question nothing = { .width = 1, .height = 1 };
	struct verify_score_flow *const flow = rv_alloc_zero(1, sizeof(*flow));
	flow->argv[0] = "python3";
	flow->argv[1] = "-c";
	flow->argv[2] = verify_score_flow_program;
	flow->program = gen_program_new(&(const struct gen_program_setup) {
	        .argv = flow->argv, .timeout_s = TIMEOUT_S, .is_persistent = true });
	if (ask(flow, "/dev/null", &nothing, NULL, err) < 0) {
		verify_score_flow_free(flow);
		return NULL;
	}
	return flow;
}

int verify_score_flow_ask(struct verify_score_flow *flow, const struct verify_score_frames *frames, const size_t *pairs,
                          size_t n_pairs, double *lengths, struct rv_err *err)
{
	const struct question question = {
		.width = frames->width, .height = frames->height, .pairs = pairs, .n_pairs = n_pairs
	};
	struct rv_str path = RV_STR_INIT;
	const int fd = rv_file_unnamed(NULL, err);
	if (fd < 0) {
		return -1;
	}
	rv_str_printf(&path, "/proc/%ld/fd/%d", (long)getpid(), fd);
	const int status = rv_write_all(fd, frames->grey, frames->n * frames->width * frames->height) < 0
	                           ? rv_fail_errno(err, "cannot write frames to a temporary file")
	                           : ask(flow, path.ptr, &question, lengths, err);
	close(fd);
	rv_str_release(&path);
	return status;
}

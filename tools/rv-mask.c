/* SPDX-License-Identifier: MIT */
/* rv-mask: makes labels (index maps, masks, boxes, areas, depth) from the passes that rv-blend rendered. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "machine.h"
#include "mask/commit.h"
#include "mask/recall.h"
#include "mask/write.h"
#include "stream.h"

#define RECORDS_PER_JOB 4 /* in memory at a time, so that a slow one does not hold up the others */

static struct mask_settings settings;
static size_t jobs = 1;
static bool lists_labels, lists_needs;

/* Behind those that decide labels (mask/settings.h). */
static const struct rv_option options[] = {
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &jobs,
	  .argument = "N|auto",
	  .help = "samples, and frames of a sequence, at a time; auto: one per processor" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "wait",
	  .value = &settings.wait_s,
	  .argument = "S",
	  .help = "for another that is at work in a sample" },
	{ .kind = RV_OPT_FLAG,
	  .name = "trust-sizes",
	  .value = &settings.trusts_sizes,
	  .help = "take a file that has its size for what it was",
	  .unset = "digests are compared" },
	{ .kind = RV_OPT_FLAG,
	  .name = "labels",
	  .value = &lists_labels,
	  .help = "list the labels that there are, their files and options, and exit; --json: as JSON" },
	{ .kind = RV_OPT_FLAG,
	  .name = "needs",
	  .value = &lists_needs,
	  .help = "list the passes that rv-blend must render (--passes) for the labels that options name, and exit" },
	{ .kind = RV_OPT_END },
};

static struct rv_program program = {
	.name = "rv-mask",
	.usage = "[OPTION]... <RECORDS >RECORDS\n[OPTION]... DIR...",
	.purpose = "Makes labels from the passes that rv-blend rendered, of a stream or of directories of samples.",
	.operands = "/",
	.examples = "rv-seed seq 100 | rv-blend scene.py | rv-mask | rv-mux\n"
	            "rv-mask --instances --keep passes -j auto <rendered.jsonl >labelled.jsonl\n"
	            "rv-mask --instances out | rv-mux\n",
};

/* What all threads share. */
struct run {
	struct mask_pool pool;
	atomic_size_t n_again;  /* samples that have to be rendered again */
	atomic_bool *is_wanted; /* of each product: it writes something of a sample */
};

/* Makes what is not there of the sample's labels, and puts all of them into the record. */
static int make_labels(const struct mask_plan *plan, struct mask_pool *pool, struct rv_record *record,
                       struct rv_err *err)
{
	struct mask_commit commit;
	int status = mask_commit_begin(&commit, plan, err);
	if (status == 0 && (plan->makes_files || plan->makes_annotations)) {
		status = mask_write(plan, pool, commit.files.root, &commit.files, &commit.made, err);
	}
	if (status == 0) {
		status = mask_commit_end(&commit, record, err);
	}
	mask_commit_release(&commit);
	return status;
}

static int label_sample(const struct mask_request *request, struct run *run, struct rv_record *record,
                        struct rv_err *err)
{
	struct mask_state state;
	struct mask_plan plan;
	mask_state_read(&state, request);
	int status = mask_plan_init(&plan, request, &state, err);
	if (status == 0) {
		status = make_labels(&plan, &run->pool, record, err);
	} else if (err->code == RV_E_PASSES_GONE && mask_commit_ask_again(request)) {
		run->n_again++;
	}
	mask_plan_release(&plan);
	mask_state_release(&state);
	return status;
}

static int work(struct rv_record *record, void *state, struct rv_err *err)
{
	struct run *const run = state;
	struct mask_request request;
	mask_recall(record);
	int status = mask_request_init(&request, &settings, record, err);
	for (size_t i = 0; status == 0 && i < mask_product_count; i++) {
		if (request.is_wanted[i]) {
			run->is_wanted[i] = true;
		}
	}
	if (status == 0) {
		status = mask_request_lock(&request, err);
	}
	if (status == 0) {
		status = label_sample(&request, run, record, err);
	}
	mask_request_release(&request);
	return status;
}

/* "00000001  3 objects" for people. */
static void describe(const struct rv_record *record, struct rv_str *line)
{
	struct rv_str id = RV_STR_INIT;
	struct rv_span value;
	struct rv_json annotations = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	const bool has_id = rv_record_id(record, &id, &err) == 0;
	const bool has_labels = rv_record_get(record, "annotations", &value) &&
	                        rv_json_parse(value.ptr, value.len, &annotations, &err) == 0;
	rv_str_printf(line, "%s  ", has_id ? id.ptr : "?");
	if (has_labels) {
		rv_str_printf(line, "%zu object%s", rv_json_len(annotations), RV_PLURAL(rv_json_len(annotations)));
	} else {
		rv_str_puts(line, "no labels");
	}
	rv_json_release(&annotations);
	rv_str_release(&id);
}

static int print(struct rv_str *text)
{
	const int status = rv_write_all(STDOUT_FILENO, text->ptr, text->len) < 0 ? 3 : 0;
	rv_str_release(text);
	return status;
}

static int list_labels(bool as_json)
{
	struct rv_str text = RV_STR_INIT;
	(as_json ? mask_product_list_json : mask_product_list)(&text);
	return print(&text);
}

static int list_needs(void)
{
	struct rv_str text = RV_STR_INIT;
	mask_settings_needs(&settings, &text);
	rv_str_putc(&text, '\n');
	return print(&text);
}

static void tell_again(size_t n)
{
	if (n > 0) {
		rv_error("run the same command once more: %zu sample%s will be rendered again", n, RV_PLURAL(n));
	}
}

/* What --outputs names, and no sample had the passes for. */
static void tell_missing(const struct run *run)
{
	for (size_t i = 0; i < settings.outputs.len; i++) {
		const char *const word = settings.outputs.items[i];
		const size_t product = mask_product_of_word(word);
		if (product != MASK_NO_PRODUCT && !run->is_wanted[product]) {
			rv_warn("--outputs: no sample has what '%s' is made of: 'rv-mask --labels' names the passes, "
			        "'rv-blend --passes' renders them",
			        word);
		}
	}
}

static int label(struct rv_tool *tool, char **operands, size_t n_operands)
{
	struct rv_stream stream;
	struct run run = { .pool = MASK_POOL_INIT,
		           .is_wanted = rv_alloc_zero(mask_product_count, sizeof(*run.is_wanted)) };
	const size_t threads = rv_machine_jobs(jobs);
	if (rv_stream_open(&stream, tool, operands, n_operands) == 0) {
		stream.output.describe = describe;
		rv_stream_run(&stream, threads, threads * RECORDS_PER_JOB, work, &run);
		const uint64_t n_labelled = stream.n_in - RV_MIN(stream.output.n_errors, stream.n_in);
		rv_stream_close(&stream);
		tell_again(run.n_again);
		if (n_labelled > 0) {
			tell_missing(&run);
		}
		if (stream.output.for_people && n_labelled > 0) {
			rv_note("%" PRIu64 " sample%s labelled", n_labelled, n_labelled == 1 ? " is" : "s are");
		}
	}
	free(run.is_wanted);
	mask_pool_release(&run.pool);
	return rv_tool_end(tool);
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	program.options = mask_settings_init(&settings, options);
	int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status < 0 && lists_labels) {
		status = list_labels(tool.common.json);
	} else if (status < 0 && mask_settings_check(&settings, &err) < 0) {
		status = rv_tool_usage(&tool, "%s", err.text);
	} else if (status < 0 && lists_needs) {
		status = list_needs();
	} else if (status < 0) {
		status = label(&tool, argv, (size_t)argc);
	}
	mask_settings_release(&settings);
	return status;
}

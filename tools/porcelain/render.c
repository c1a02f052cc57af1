/* SPDX-License-Identifier: MIT */
/* rv render: a directory of labelled samples with one command: the pipe rv-seed | rv-blend | rv-mask. */
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "blend/script.h"
#include "diag.h"
#include "file.h"
#include "lines.h"
#include "parse.h"
#include "porcelain/command.h"
#include "porcelain/dotenv.h"
#include "porcelain/render_job.h"
#include "porcelain/render_options.h"
#include "porcelain/summary.h"
#include "sig.h"
#include "tool.h"
#include "vocabulary.h"

#define RESOLUTION_OF_SCRIPTS "640,640"

static struct porcelain_render_options *const asked = &porcelain_render_asked;

static const struct rv_program program = {
	.name = "rv render",
	.usage = "[OPTION]... SCENE.py|SCENE.blend\n--resume [OPTION]...",
	.purpose = "Render labelled samples of a scene. It takes the options of rv-blend, rv-mask, rv-mux and rv-seed, "
	           "too; with one of rv-mux, such as --format, a dataset is made of the samples.",
	.options = porcelain_render_rows,
	.operands = "*.py *.blend",
	.examples = "rv render scene.py -n 100 --seed seq\n"
	            "rv render scene.py -n 8 -j 2 --resolution 320,240 --samples 16 -o out\n"
	            "rv render scene.py -n 100 --param 'hue=uniform(0,1)' --format coco,yolo\n"
	            "rv render mug.blend --orbit 50 --format transforms\n"
	            "rv render --resume\n",
	.common = RV_COMMON_JSON,
};

/* ---- what was asked for ---- */

/* Words of a command line into the options, over what is in them, and those of the tools, anew. */
static int parse_words(struct porcelain_render_job *job, struct rv_err *err)
{
	struct rv_common common;
	bool done;
	porcelain_words_release(&job->own);
	porcelain_passed_release(&job->passed);
	porcelain_words_add_all(&job->own, job->words.items);
	if (porcelain_pass_on(&program, &job->own, &job->passed, err) < 0) {
		return -1;
	}
	int argc = (int)job->own.len;
	char **const argv = rv_alloc_zero(job->own.len + 1, sizeof(*argv)); /* it is rearranged */
	memcpy(argv, job->own.items, job->own.len * sizeof(*argv));
	const int result = rv_options_parse(&program, &argc, argv, &common, &done, err);
	if (result == 0 && argc > 1) {
		rv_fail(err, RV_E_USAGE, "one scene at a time, not also '%s'", argv[1]);
	} else if (result == 0) {
		job->script = argc > 0 ? argv[0] : job->script;
	}
	free(argv);
	return result < 0 || argc > 1 ? -1 : 0;
}

static bool is_blend_file(const char *path)
{
	const size_t len = strlen(path);
	return len > 6 && strcmp(path + len - 6, ".blend") == 0;
}

static int check_sampling(struct rv_err *err)
{
	if (asked->max_samples != PORCELAIN_NOT_GIVEN && asked->min_samples != PORCELAIN_NOT_GIVEN &&
	    asked->min_samples > asked->max_samples) {
		return rv_fail(err, RV_E_USAGE, "--min-samples: %" PRIu64 " is more than --max-samples %" PRIu64,
		               asked->min_samples, asked->max_samples);
	}
	if (asked->noise_enabled == 1 && isnan(asked->noise_threshold)) {
		return rv_fail(err, RV_E_USAGE, "--noise-threshold-enabled needs --noise-threshold");
	}
	if (asked->noise_enabled != 1 && !isnan(asked->noise_threshold)) {
		return rv_fail(err, RV_E_USAGE, "--noise-threshold needs --noise-threshold-enabled");
	}
	if (!isnan(asked->time_limit_s) && asked->time_limit_s <= 0) {
		return rv_fail(err, RV_E_USAGE, "--time-limit: must be above 0");
	}
	return 0;
}

/* A file knows nothing of seeds; records that say something of the render are made by options of rv-seed. */
static void warn_of_copies(const struct porcelain_render_job *job)
{
	if (asked->number < 2 || job->passed.words[PORCELAIN_SEED].len > 0) {
		return;
	}
	if (job->seed.mode == PORCELAIN_SEED_FIXED) {
		rv_warn("--seed %" PRIu64 " is the seed of all %" PRIu64
		        " samples, which are the same: --seed seq gives each its own",
		        job->seed.value, asked->number);
	} else if (is_blend_file(job->script)) {
		rv_warn("a .blend file is the same in every sample: the %" PRIu64
		        " pictures differ in their noise alone; --orbit N and --views FILE look from other places",
		        asked->number);
	}
}

static int check(struct porcelain_render_job *job, struct rv_err *err)
{
	if (!job->script) {
		return rv_fail(err, RV_E_USAGE, "no scene given");
	}
	job->resolution =
	        asked->resolution_text || is_blend_file(job->script) ? asked->resolution_text : RESOLUTION_OF_SCRIPTS;
	struct blend_script script = BLEND_SCRIPT_INIT;
	const int found = blend_script_find(&script, job->script, asked->cwd_option, err);
	blend_script_release(&script);
	if (found < 0) {
		return -1;
	}
	job->procs = RV_MIN(asked->procs, asked->number);
	if (porcelain_seed_parse(asked->seed_text, &job->seed, err) < 0) {
		return -1;
	}
	warn_of_copies(job);
	return check_sampling(err) < 0 || (job->resolution && rv_parse_resolution(job->resolution, "--resolution",
	                                                                          &job->width, &job->height, err) < 0)
	               ? -1
	               : 0;
}

/* The seeds of `rand` come from a key that is drawn here, so that a run that is resumed has the same ones. */
static int draw_key(struct porcelain_render_job *job, struct rv_err *err)
{
	if (job->seed.mode != PORCELAIN_SEED_RAND || asked->seed_key != PORCELAIN_NOT_GIVEN) {
		return 0;
	}
	if (porcelain_seed_draw(&asked->seed_key, err) < 0) {
		return -1;
	}
	porcelain_words_add(&job->words, "--seed-key=%" PRIu64, asked->seed_key);
	return 0;
}

/* Of a run that is complete. */
static int check_growth(struct porcelain_render_job *job, struct rv_err *err)
{
	if (porcelain_seed_parse(asked->seed_text, &job->seed, err) < 0) {
		return -1;
	}
	return job->seed.mode != PORCELAIN_SEED_RAND
	               ? 0
	               : rv_fail(err, RV_E_USAGE,
	                         "run '%s' is complete, and seeds that were drawn by chance are not known any more: "
	                         "a run of --seed seq grows, where that is given again",
	                         job->run.path);
}

/* Finds or makes the run's directory; the options are complete afterwards. `given`: the words of this command. */
static int open_run(struct porcelain_render_job *job, const struct porcelain_words *given, struct rv_err *err)
{
	if (asked->resume || asked->run_number > 0) {
		const char *const out = asked->out_dir;
		const bool may_grow = asked->run_number > 0 && job->script;
		if (porcelain_rundir_reopen(&job->run, out, asked->run_number, asked->wait_s, err) < 0 ||
		    porcelain_rundir_load(&job->run, may_grow, &job->words, err) < 0) {
			return -1;
		}
		if (job->words.len > 0 ? parse_words(job, err) < 0 : check_growth(job, err) < 0) {
			return -1;
		}
	}
	porcelain_words_add_all(&job->words, given->items + (job->words.len > 0));
	if (parse_words(job, err) < 0 || check(job, err) < 0 || draw_key(job, err) < 0 ||
	    (porcelain_render_makes_dataset(job) && porcelain_render_check_formats(job, err) < 0) ||
	    (job->passed.words[PORCELAIN_MASK].len > 0 && porcelain_render_find_passes(job, err) < 0)) {
		return -1;
	}
	if (!job->run.path && porcelain_rundir_create(&job->run, asked->out_dir, err) < 0) {
		return -1;
	}
	return porcelain_rundir_save(&job->run, &job->words, err);
}

/* ---- the pipe ---- */

/* The records on stdout. When some have to be rendered again, those from the first of them on come with the second
 * pass. */
struct printing {
	uint64_t n_printed, n_read; /* in all passes; in this one */
	bool is_held;
};

static int print(struct printing *printing, struct rv_writer *writer, const struct rv_record *record, bool is_again,
                 struct rv_err *err)
{
	printing->is_held |= is_again;
	if (printing->is_held || printing->n_read++ < printing->n_printed) {
		return 0;
	}
	printing->n_printed++;
	return rv_writer_put(writer, record->text.ptr, record->text.len, err) < 0 ? -1 : rv_writer_flush(writer, err);
}

/* Reads what comes out of the pipe. Ends at its end, by a signal, or because nobody reads our own output. */
static int collect(struct rv_tool *tool, int from_fd, struct porcelain_summary *summary, struct printing *printing,
                   bool is_last, struct rv_err *err)
{
	struct rv_reader *const reader = rv_reader_new(from_fd, "the pipe");
	struct rv_writer *const writer = rv_writer_new(STDOUT_FILENO);
	struct rv_record record = RV_RECORD_INIT;
	int got;
	while ((got = rv_reader_next(reader, &record, err)) > 0) {
		if (got == 2) {
			got = -1;
			break;
		}
		const bool is_again = porcelain_summary_add(summary, &record) && !is_last;
		if (tool->common.json && print(printing, writer, &record, is_again, err) < 0) {
			tool->signal = err->code == RV_E_CANCELLED ? SIGPIPE : 0;
			got = -1;
			break;
		}
	}
	rv_record_release(&record);
	rv_reader_free(reader);
	if (rv_writer_close(writer, NULL) < 0 && got == 0) {
		got = -1;
	}
	return got;
}

/* ---- the summary ---- */

/* A path that is the same wherever the project lies: from `base` (NULL: the working directory) on
 * when it is below that, else the name alone. */
static void put_path(struct rv_json_out *out, const char *key, const char *path, const char *base)
{
	char *const absolute = rv_path_absolute(path);
	char *const absolute_base = base ? rv_path_absolute(base) : getcwd(NULL, 0);
	const size_t len = absolute_base ? strlen(absolute_base) : 0;
	const char *told = rv_path_base(path);
	while (strncmp(path, "./", 2) == 0) {
		path += 2;
	}
	if (rv_path_is_inside(path)) {
		told = path;
	} else if (len > 0 && strncmp(absolute, absolute_base, len) == 0 && absolute[len] == '/' &&
	           rv_path_is_inside(absolute + len + 1)) {
		told = absolute + len + 1;
	}
	rv_json_put_string(out, key, told);
	free(absolute);
	free(absolute_base);
}

static void put_params(struct rv_json_out *out, const struct porcelain_render_job *job)
{
	put_path(out, "script_path", job->script, asked->cwd_option);
	if (asked->cwd_option && rv_path_is_inside(asked->cwd_option)) {
		put_path(out, "cwd", asked->cwd_option, NULL);
	} else {
		rv_json_put_string(out, "cwd", "");
	}
	rv_json_put_u64(out, "number", asked->number);
	rv_json_put_string(out, "gpu_backend", rv_setting_devices[asked->backend]);
	if (!isnan(asked->time_limit_s)) {
		rv_json_put_double(out, "time_limit", asked->time_limit_s);
	}
	if (asked->max_samples != PORCELAIN_NOT_GIVEN) {
		rv_json_put_u64(out, "max_samples", asked->max_samples);
	}
	if (asked->min_samples != PORCELAIN_NOT_GIVEN) {
		rv_json_put_u64(out, "min_samples", asked->min_samples);
	}
	if (asked->noise_enabled >= 0) {
		rv_json_put_bool(out, "noise_threshold_enabled", asked->noise_enabled);
	}
	if (!isnan(asked->noise_threshold)) {
		rv_json_put_double(out, "noise_threshold", asked->noise_threshold);
	}
	if (asked->passes) {
		rv_json_put_string(out, "passes", asked->passes);
	}
	if (asked->frames) {
		rv_json_put_string(out, "frames", asked->frames);
	}
	if (!isnan(asked->fps)) {
		rv_json_put_double(out, "fps", asked->fps);
	}
	rv_json_put_string(out, "seed_mode", porcelain_seed_mode_names[job->seed.mode]);
	if (job->seed.wide[0]) {
		rv_json_put_string(out, "seed_value", job->seed.wide);
	} else if (job->seed.mode == PORCELAIN_SEED_FIXED) {
		rv_json_put_u64(out, "seed_value", job->seed.value);
	} else if (job->seed.mode == PORCELAIN_SEED_RAND) {
		rv_json_put_u64(out, "seed_key", asked->seed_key);
	}
}

static int write_summary(const struct porcelain_render_job *job, const struct porcelain_summary *summary,
                         struct rv_err *err)
{
	struct rv_str members = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &members);
	if (job->resolution) {
		rv_json_open(&out, "resolution", '[');
		rv_json_put_u64(&out, NULL, job->width);
		rv_json_put_u64(&out, NULL, job->height);
		rv_json_close(&out, ']');
	}
	rv_json_open(&out, "render_params", '{');
	put_params(&out, job);
	rv_json_close(&out, '}');
	const int result = porcelain_summary_write(summary, job->run.path, &members, err);
	rv_str_release(&members);
	return result;
}

/* ---- all of it ---- */

/* Once through the pipe; the status of its stages, or -1 when it broke: told. */
static int run_pipe(struct rv_tool *tool, const struct porcelain_render_job *job, struct porcelain_summary *summary,
                    struct printing *printing, bool is_last)
{
	struct porcelain_pipeline pipe = PORCELAIN_PIPELINE_INIT;
	struct rv_err err = RV_ERR_INIT;
	porcelain_render_add_stages(&pipe, job, &tool->common);
	const int result = porcelain_pipeline_start(&pipe, -1, &err) < 0
	                           ? -1
	                           : collect(tool, pipe.out_fd, summary, printing, is_last, &err);
	if (result < 0 && !rv_sig_stop()) {
		porcelain_pipeline_kill(&pipe);
		if (!tool->signal) {
			rv_tool_fail(tool, &err);
			rv_tool_status(tool, 3);
		}
		return -1;
	}
	return porcelain_pipeline_end(&pipe);
}

/* The command that goes on with the run. */
static void put_resume(struct rv_str *text)
{
	rv_str_puts(text, "rv render --resume");
	if (strcmp(asked->out_dir, "out") != 0) {
		rv_str_puts(text, " -o ");
		porcelain_words_quote(asked->out_dir, text);
	}
}

static void finish(struct rv_tool *tool, const struct porcelain_render_job *job,
                   const struct porcelain_summary *summary)
{
	struct rv_err err = RV_ERR_INIT;
	const bool makes = porcelain_render_makes_dataset(job);
	if (write_summary(job, summary, &err) < 0 ||
	    (tool->status == 0 && porcelain_rundir_complete(&job->run, &err) < 0)) {
		rv_tool_fail(tool, &err);
	} else if (summary->n_failed > 0) {
		struct rv_str again = RV_STR_INIT;
		put_resume(&again);
		rv_note("%" PRIu64 " sample%s in %s, %" PRIu64 " failed; to try them again: %s", summary->n_samples,
		        RV_PLURAL(summary->n_samples), job->run.path, summary->n_failed, again.ptr);
		rv_str_release(&again);
	} else {
		rv_note("%" PRIu64 " sample%s in %s%s%s%s", summary->n_samples, RV_PLURAL(summary->n_samples),
		        job->run.path, makes ? ", a dataset in " : "", makes ? job->run.path : "",
		        makes ? "/" PORCELAIN_RENDER_DATASET : "");
	}
}

/* Other labels than those of an earlier run may need passes that are gone: rv-mask has asked for them then, and a
 * second pass renders what it needs. */
static void render(struct rv_tool *tool, const struct porcelain_render_job *job)
{
	struct porcelain_summary summary = PORCELAIN_SUMMARY_INIT;
	struct printing printing = { .n_printed = 0 };
	int status = run_pipe(tool, job, &summary, &printing, false);
	if (status == 1 && summary.n_again > 0 && !rv_sig_stop()) {
		rv_note("%" PRIu64 " sample%s rendered again, since labels need passes that are gone", summary.n_again,
		        summary.n_again == 1 ? " is" : "s are");
		porcelain_summary_release(&summary);
		summary = (struct porcelain_summary)PORCELAIN_SUMMARY_INIT;
		printing = (struct printing) { .n_printed = printing.n_printed };
		status = run_pipe(tool, job, &summary, &printing, true);
	}
	if (status >= 0) {
		rv_tool_status(tool, status);
	}
	if (status >= 0 && !rv_sig_stop() && tool->status <= 1) {
		finish(tool, job, &summary);
	} else if (rv_sig_stop() && summary.n_samples > 0) {
		struct rv_str again = RV_STR_INIT;
		put_resume(&again);
		rv_note("stopped: '%s' has %" PRIu64 " of %" PRIu64 " sample%s; to go on: %s", job->run.path,
		        summary.n_samples, asked->number, RV_PLURAL(asked->number), again.ptr);
		rv_str_release(&again);
	}
	porcelain_summary_release(&summary);
}

/* As rv_tool_start, but without the options of the tools, which are looked at later. Options point into *own, and so
 * does *scene, NULL where none is given. */
static int start(struct rv_tool *tool, const struct porcelain_words *given, struct porcelain_words *own,
                 const char **scene)
{
	struct porcelain_passed passed = { 0 };
	struct rv_err err = RV_ERR_INIT;
	int status = 0;
	rv_diag_init(program.name);
	porcelain_words_add_all(own, given->items);
	if (porcelain_pass_on(&program, own, &passed, &err) < 0) {
		rv_report(&err);
		rv_hint("see 'rv render --help'");
		status = rv_err_exit_status(err.code);
	} else {
		int argc = (int)own->len;
		char **const argv = rv_alloc_zero(own->len + 1, sizeof(*argv)); /* it is rearranged */
		memcpy(argv, own->items, own->len * sizeof(*argv));
		status = rv_tool_start(tool, &program, &argc, argv);
		*scene = argc > 0 ? argv[0] : NULL;
		free(argv);
	}
	porcelain_passed_release(&passed);
	return status;
}

int porcelain_command_render(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct porcelain_words given = PORCELAIN_WORDS_INIT, own = PORCELAIN_WORDS_INIT;
	struct porcelain_render_job job = { .words = PORCELAIN_WORDS_INIT,
		                            .run = PORCELAIN_RUNDIR_INIT,
		                            .passes = RV_STR_INIT };
	(void)argc;
	porcelain_words_add_all(&given, argv);
	int status = start(&tool, &given, &own, &job.script);
	if (status < 0) {
		rv_sig_catch();
		porcelain_dotenv_load();
		if (open_run(&job, &given, &err) < 0) {
			rv_tool_fail(&tool, &err);
			if (err.code == RV_E_USAGE) {
				rv_hint("see 'rv render --help'");
			}
		} else {
			render(&tool, &job);
		}
		if (job.run.path) {
			porcelain_rundir_discard(&job.run);
		}
		porcelain_rundir_close(&job.run);
		status = rv_tool_end(&tool);
	}
	porcelain_words_release(&given);
	porcelain_words_release(&own);
	porcelain_words_release(&job.words);
	porcelain_words_release(&job.own);
	porcelain_passed_release(&job.passed);
	rv_str_release(&job.passes);
	return status;
}

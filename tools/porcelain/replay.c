/* SPDX-License-Identifier: MIT */
/* rv replay: renders one sample again, as it was rendered first, and compares all its files. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "lines.h"
#include "parse.h"
#include "porcelain/command.h"
#include "porcelain/dotenv.h"
#include "porcelain/pipeline.h"
#include "porcelain/replay_report.h"
#include "porcelain/rundir.h"
#include "porcelain/settings.h"
#include "sig.h"
#include "tool.h"
#include "vocabulary.h"

#define META_MAX ((size_t)256 << 20)

static const char *script_option, *cwd_option, *site, *copy, *output;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "script",
	  .value = &script_option,
	  .argument = "SCRIPT.py",
	  .help = "the scene",
	  .unset = "as the run's _meta.json says" },
	{ .kind = RV_OPT_STRING,
	  .name = "cwd",
	  .value = &cwd_option,
	  .argument = "DIR",
	  .help = "its root, as for rv render" },
	{ .kind = RV_OPT_STRING,
	  .name = "site",
	  .value = &site,
	  .argument = "DIR",
	  .help = "a directory of packages that scenes find, see 'rv python site'" },
	{ .kind = RV_OPT_STRING,
	  .name = "copy",
	  .value = &copy,
	  .argument = "DIR",
	  .help = "compare the files of DIR/ID, what a dataset has of the sample, and no others",
	  .unset = "all files of the sample" },
	{ .kind = RV_OPT_STRING,
	  .letter = 'o',
	  .name = "output",
	  .value = &output,
	  .argument = "DIR",
	  .help = "keep what is rendered, in DIR/ID" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv replay",
	.usage = "[OPTION]... ID [DIR]",
	.purpose = "Render a sample of DIR (default: the newest run in ./out that has it) again, from its own "
	           "record, and compare all files; of a picture that a graphics driver drew (--engine) the labels "
	           "alone. Where another build or kind of processor made it, pictures may differ a little.",
	.options = options,
	.examples = "rv replay 00000041\nrv replay 00000041 out/3 --script scene.py -o again",
	.common = RV_COMMON_JSON,
};

/* The sample as it was, and how it is made again. */
struct job {
	const char *id;
	char *dir, *sample; /* the samples' directory; DIR/ID */
	struct rv_record meta, blend, mask;
	bool is_labelled;    /* by rv-mask: it has a marker */
	struct rv_str input; /* the record that rv-blend gets */
	struct rv_str script, cwd;
};

static char *join(const char *dir, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	return rv_str_detach(&path);
}

/* ---- finding it ---- */

static bool holds(const char *dir, const char *id)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s/" RV_BLEND_MARKER, dir, id);
	const bool there = rv_file_exists(path.ptr);
	rv_str_release(&path);
	return there;
}

/* *found: DIR itself, or the newest of its runs that has the sample; NULL: none has it. */
static int find_dir(const char *dir, const char *id, char **found, struct rv_err *err)
{
	uint64_t *numbers = NULL;
	size_t len = 0;
	*found = NULL;
	if (holds(dir, id)) {
		*found = rv_strdup(dir);
	} else if (porcelain_rundir_list(dir, &numbers, &len, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < len && !*found; i++) {
		struct rv_str run = RV_STR_INIT;
		rv_str_printf(&run, "%s/", dir);
		rv_str_put_u64(&run, numbers[i]);
		if (holds(run.ptr, id)) {
			*found = rv_strdup(run.ptr);
		}
		rv_str_release(&run);
	}
	free(numbers);
	return 0;
}

/* Fails with what may have been meant: ids are eight digits where nobody has said otherwise. */
static int not_found(const char *dir, const char *id, struct rv_err *err)
{
	char *const manifest = join(dir, RV_MANIFEST_NAME);
	const bool is_dataset = rv_file_exists(manifest);
	char padded[RV_ID_MAX + 1] = "", *found = NULL;
	uint64_t number;
	free(manifest);
	if (is_dataset) {
		return rv_fail(err, RV_E_USAGE,
		               "'%s' is a dataset of rv-mux, which does not say how samples were rendered: name the "
		               "directory that rv-blend wrote them to",
		               dir);
	}
	if (rv_parse_u64(id, "id", 0, RV_SEED_MAX, &number, NULL) == 0) {
		snprintf(padded, sizeof(padded), "%08" PRIu64, number);
		if (find_dir(dir, padded, &found, NULL) < 0) {
			found = NULL;
		}
	}
	rv_fail(err, RV_E_USAGE, "there is no sample '%s' in '%s' or a run in it%s%s%s", id, dir,
	        found ? ", did you mean '" : "", found ? padded : "", found ? "'?" : "");
	free(found);
	return -1;
}

static int find_sample(struct job *job, const char *dir, struct rv_err *err)
{
	if (find_dir(dir, job->id, &job->dir, err) < 0) {
		return -1;
	}
	if (!job->dir) {
		return not_found(dir, job->id, err);
	}
	job->sample = join(job->dir, job->id);
	return 0;
}

/* The script that the summary of the run names, from the working directory on. */
static int find_script(struct job *job, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err why = RV_ERR_INIT;
	char *const path = join(job->dir, RV_META_NAME);
	if (script_option) {
		rv_str_puts(&job->script, script_option);
	} else if (rv_file_read(path, META_MAX, &text, &why) == 0) {
		while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
			rv_str_truncate(&text, text.len - 1);
		}
		if (rv_json_parse(text.ptr, text.len, &json, &why) == 0) {
			const struct rv_json params = rv_json_get(json, "render_params");
			const char *const script = rv_json_string(rv_json_get(params, "script_path"), NULL);
			const char *const cwd = rv_json_string(rv_json_get(params, "cwd"), NULL);
			rv_str_puts(&job->script, script ? script : "");
			rv_str_puts(&job->cwd, cwd ? cwd : "");
		}
	}
	if (cwd_option) {
		rv_str_clear(&job->cwd);
		rv_str_puts(&job->cwd, cwd_option);
	}
	rv_json_release(&json);
	rv_str_release(&text);
	free(path);
	if (job->script.len == 0) {
		return rv_fail(err, RV_E_USAGE, "nothing in '%s' tells the script: name it with --script", job->dir);
	}
	if (!script_option && job->cwd.len == 0 && !rv_file_exists(job->script.ptr)) {
		return rv_fail(err, RV_E_USAGE, "the script, '%s', is not here: name it with --script",
		               job->script.ptr);
	}
	return 0;
}

/* Takes away the members that a tool has added, as its marker lists them. */
static int take_away(struct rv_record *record, const struct rv_record *marker, struct rv_err *err)
{
	struct rv_span add;
	struct rv_json json = RV_JSON_INIT;
	if (!rv_record_get(marker, "add", &add) || rv_json_parse(add.ptr, add.len, &json, err) < 0) {
		return rv_fail(err, RV_E_BAD_FILE, "its marker does not tell what was added");
	}
	for (int i = rv_json_iter(json); rv_json_iter_ok(json, i); i = rv_json_next(json, i)) {
		rv_record_unset(record, rv_json_iter_key(json, i));
	}
	rv_json_release(&json);
	return 0;
}

static int load(struct job *job, const char *dir, struct rv_err *err)
{
	struct rv_record input = RV_RECORD_INIT;
	if (find_sample(job, dir, err) < 0 || porcelain_replay_read(job->sample, RV_META_NAME, &job->meta, err) < 0 ||
	    porcelain_replay_read(job->sample, RV_BLEND_MARKER, &job->blend, err) < 0) {
		return -1;
	}
	struct rv_err why = RV_ERR_INIT;
	job->is_labelled = porcelain_replay_read(job->sample, RV_MASK_MARKER, &job->mask, &why) == 0;
	if (!job->is_labelled && why.code != RV_E_MISSING_FILE) {
		*err = why;
		return -1;
	}
	rv_record_copy(&input, &job->meta);
	int result = take_away(&input, &job->blend, err);
	if (result == 0 && job->is_labelled) {
		result = take_away(&input, &job->mask, err);
	}
	rv_str_append(&job->input, input.text.ptr, input.text.len);
	rv_record_release(&input);
	return result < 0 ? rv_fail_prefix(err, "'%s'", job->sample) : find_script(job, err);
}

/* ---- making it again ---- */

/* The input as a file in memory. */
static int open_input(const struct job *job, struct rv_err *err)
{
	const int fd = memfd_create("record", MFD_CLOEXEC);
	if (fd < 0 || rv_write_all(fd, job->input.ptr, job->input.len) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		rv_fail_errno(err, "cannot hold the record in memory");
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	return fd;
}

/* The record that came out of the pipe; an error in it is *err. */
static int hear(int from_fd, struct rv_err *err)
{
	struct rv_reader *const reader = rv_reader_new(from_fd, "the pipe");
	struct rv_record record = RV_RECORD_INIT;
	int got = rv_reader_next(reader, &record, err);
	if (got == 1 && rv_record_has_error(&record)) {
		got = rv_fail(err, RV_E_RENDER, "it cannot be rendered again");
	} else if (got == 0) {
		got = rv_fail(err, RV_E_CHILD, "nothing came out of the pipe");
	}
	rv_record_release(&record);
	rv_reader_free(reader);
	return got == 1 ? 0 : -1;
}

static int render(const struct job *job, const char *out, struct rv_err *err)
{
	struct porcelain_pipeline pipe = PORCELAIN_PIPELINE_INIT;
	struct porcelain_words *argv = porcelain_pipeline_stage(&pipe, "rv-blend");
	porcelain_words_add(argv, "--jobs=1");
	porcelain_words_add(argv, "--retries=0");
	porcelain_words_add(argv, "--progress=none");
	porcelain_words_add(argv, "--output=%s", out);
	if (job->cwd.len > 0) {
		porcelain_words_add(argv, "--cwd=%s", job->cwd.ptr);
	}
	if (site) {
		porcelain_words_add(argv, "--site=%s", site);
	}
	int result = porcelain_settings_add(argv, &job->blend, err);
	porcelain_words_add(argv, "--");
	porcelain_words_add(argv, "%s", job->script.ptr);
	if (result == 0 && job->is_labelled) {
		result = porcelain_settings_add(porcelain_pipeline_stage(&pipe, "rv-mask"), &job->mask, err);
	}
	const int in_fd = result < 0 ? -1 : open_input(job, err);
	if (in_fd >= 0) {
		result = porcelain_pipeline_start(&pipe, in_fd, err);
		close(in_fd);
	}
	if (in_fd >= 0 && result == 0) {
		result = hear(pipe.out_fd, err);
	}
	const int status = porcelain_pipeline_end(&pipe);
	if (status > 1 && !rv_sig_stop()) { /* it has said why */
		return rv_fail(err, status == 2 ? RV_E_USAGE : RV_E_CHILD, "it cannot be rendered again");
	}
	return in_fd < 0 ? -1 : result;
}

/* ---- the whole ---- */

/* Raises the status when there is a difference. */
static int report(struct rv_tool *tool, const struct job *job, const char *out, struct rv_err *err)
{
	char *const again = join(out, job->id), *const held = copy ? join(copy, job->id) : NULL;
	const struct porcelain_replayed sample = { .id = job->id,
		                                   .dir = job->sample,
		                                   .copy = held,
		                                   .again = again,
		                                   .meta = &job->meta,
		                                   .marker = &job->blend };
	bool is_same = true;
	const int result = porcelain_replay_report(&sample, tool->common.json, &is_same, err);
	if (!is_same) {
		rv_tool_status(tool, 1);
	}
	free(again);
	free(held);
	return result;
}

static int replay(struct rv_tool *tool, const struct job *job, struct rv_err *err)
{
	struct rv_workdir work = RV_WORKDIR_INIT;
	const char *const scratch = getenv("TMPDIR");
	const char *out = output;
	if (!out && rv_workdir_open(&work, scratch && *scratch ? scratch : "/tmp", "rv-replay", err) < 0) {
		return -1;
	}
	out = out ? out : work.path;
	const int result = render(job, out, err) < 0 ? -1 : report(tool, job, out, err);
	rv_workdir_close(&work);
	return result;
}

/* Of a path the last part may be the id, and the rest the directory. */
static int refuse_id(struct rv_tool *tool, const char *word)
{
	const size_t len = strlen(word);
	char *const path = rv_strndup(word, len > 0 && word[len - 1] == '/' ? len - 1 : len);
	const char *const base = rv_path_base(path);
	const int status =
	        base > path && rv_id_is_valid(base, strlen(base))
	                ? rv_tool_usage(tool, "'%s' is no id, did you mean 'rv replay %s %.*s'?", word, base,
	                                (int)RV_MAX(base - path - 1, 1), path)
	                : rv_tool_usage(tool, "'%s' is no id: letters, digits, _ and -, at most %d", word, RV_ID_MAX);
	free(path);
	return status;
}

int porcelain_command_replay(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct job job = { .meta = RV_RECORD_INIT,
		           .blend = RV_RECORD_INIT,
		           .mask = RV_RECORD_INIT,
		           .input = RV_STR_INIT,
		           .script = RV_STR_INIT,
		           .cwd = RV_STR_INIT };
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (argc < 1 || argc > 2) {
		return argc == 0 ? rv_tool_usage(&tool, "no sample given")
		                 : rv_tool_usage(&tool, "one sample at a time, not also '%s'", argv[2]);
	}
	job.id = argv[0];
	if (!rv_id_is_valid(job.id, strlen(job.id))) {
		return refuse_id(&tool, job.id);
	}
	rv_sig_catch();
	porcelain_dotenv_load();
	if (load(&job, argc > 1 ? argv[1] : "out", &err) < 0 || replay(&tool, &job, &err) < 0) {
		tool.signal = rv_sig_stop();
		if (!tool.signal) {
			rv_tool_fail(&tool, &err);
		}
	}
	rv_record_release(&job.meta);
	rv_record_release(&job.blend);
	rv_record_release(&job.mask);
	rv_str_release(&job.input);
	rv_str_release(&job.script);
	rv_str_release(&job.cwd);
	free(job.dir);
	free(job.sample);
	return rv_tool_end(&tool);
}

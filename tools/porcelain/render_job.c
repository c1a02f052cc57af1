/* SPDX-License-Identifier: MIT */
/* The command lines of the tools that `rv render` runs. */
#include "porcelain/render_job.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "porcelain/render_options.h"
#include "vocabulary.h"

static const struct porcelain_render_options *const asked = &porcelain_render_asked;

static void add_common(struct porcelain_words *argv, const struct rv_common *common)
{
	if (common->quiet) {
		porcelain_words_add(argv, "--quiet");
	}
	for (int i = 0; i < common->verbose; i++) {
		porcelain_words_add(argv, "--verbose");
	}
}

static void add_seed(struct porcelain_pipeline *pipe, const struct porcelain_render_job *job,
                     const struct rv_common *common)
{
	struct porcelain_words *const argv = porcelain_pipeline_stage(pipe, "rv-seed");
	add_common(argv, common);
	switch (job->seed.mode) {
	case PORCELAIN_SEED_RAND:
		porcelain_words_add(argv, "--key=%" PRIu64, asked->seed_key);
		porcelain_words_add(argv, "rand");
		break;
	case PORCELAIN_SEED_SEQ:
		porcelain_words_add(argv, "seq");
		break;
	case PORCELAIN_SEED_FIXED:
		porcelain_words_add(argv, "fixed");
		porcelain_words_add(argv, "%" PRIu64, job->seed.value);
		if (job->seed.wide[0]) {
			porcelain_words_add(argv, "--param=seed64=const(\"%s\")", job->seed.wide);
		}
		break;
	}
	porcelain_words_add(argv, "%" PRIu64, asked->number);
	porcelain_words_add_all(argv, job->passed.words[PORCELAIN_SEED].items);
}

static void add_u64(struct porcelain_words *argv, const char *option, uint64_t value)
{
	if (value != PORCELAIN_NOT_GIVEN) {
		porcelain_words_add(argv, "%s=%" PRIu64, option, value);
	}
}

static void add_double(struct porcelain_words *argv, const char *option, double value)
{
	struct rv_str text = RV_STR_INIT;
	if (!isnan(value)) {
		rv_str_double(&text, value);
		porcelain_words_add(argv, "%s=%s", option, text.ptr);
	}
	rv_str_release(&text);
}

static void add_text(struct porcelain_words *argv, const char *option, const char *value)
{
	if (value) {
		porcelain_words_add(argv, "%s=%s", option, value);
	}
}

static void add_blend(struct porcelain_pipeline *pipe, const struct porcelain_render_job *job,
                      const struct rv_common *common)
{
	struct porcelain_words *const argv = porcelain_pipeline_stage(pipe, "rv-blend");
	add_common(argv, common);
	porcelain_words_add(argv, "--part");
	add_text(argv, "--output", job->run.path);
	add_text(argv, "--cwd", asked->cwd_option);
	add_text(argv, "--resolution", job->resolution);
	add_text(argv, "--device", rv_setting_devices[asked->backend]);
	add_text(argv, "--gen-dir", asked->gen_dir);
	add_text(argv, "--site", asked->site);
	add_text(argv, "--gen-retain", porcelain_render_retentions[asked->gen_retain]);
	add_text(argv, "--passes", job->passes.len > 0 ? job->passes.ptr : asked->passes);
	add_text(argv, "--frames", asked->frames);
	add_double(argv, "--fps", asked->fps);
	add_u64(argv, "--samples", asked->max_samples);
	add_u64(argv, "--min-samples", asked->min_samples);
	add_double(argv, "--time-limit", asked->time_limit_s);
	add_double(argv, "--noise-threshold", asked->noise_enabled == 0 ? 0 : asked->noise_threshold);
	if (job->procs > 0) {
		add_u64(argv, "--jobs", job->procs);
	}
	porcelain_words_add_all(argv, job->passed.words[PORCELAIN_BLEND].items);
	porcelain_words_add(argv, "--");
	porcelain_words_add(argv, "%s", job->script);
}

bool porcelain_render_makes_dataset(const struct porcelain_render_job *job)
{
	return job->passed.words[PORCELAIN_MUX].len > 0;
}

/* What a word gives an option, "--format=NAME", or the word behind it does; NULL: it is another word. */
static const char *value_of(char *const *word, const char *option, const char *letter)
{
	const size_t len = strlen(option);
	if (strcmp(word[0], option) == 0 || strcmp(word[0], letter) == 0) {
		return word[1];
	}
	return strncmp(word[0], option, len) == 0 && word[0][len] == '=' ? word[0] + len + 1 : NULL;
}

int porcelain_render_check_formats(const struct porcelain_render_job *job, struct rv_err *err)
{
	const struct porcelain_words *const given = &job->passed.words[PORCELAIN_MUX];
	struct porcelain_pipeline pipe = PORCELAIN_PIPELINE_INIT;
	struct porcelain_words *const argv = porcelain_pipeline_stage(&pipe, "rv-mux");
	char unused[4096];
	bool has_format = false;
	porcelain_words_add(argv, "--quiet");
	for (size_t i = 0; i < given->len; i++) {
		char *const *const word = &given->items[i];
		const char *const format = value_of(word, "--format", "-f");
		const char *const value = format ? format : value_of(word, "--stats", "--stats");
		if (format) {
			porcelain_words_add(argv, "--explain=%s", format);
			has_format = true;
		} else if (!value) {
			porcelain_words_add(argv, "%s", word[0]);
		}
		i += value && value == word[1];
	}
	if (!has_format) {
		porcelain_words_add(argv, "--explain=dir"); /* any: without --explain it would write */
	}
	if (porcelain_pipeline_start(&pipe, -1, err) < 0) {
		porcelain_pipeline_kill(&pipe);
		return -1;
	}
	while (read(pipe.out_fd, unused, sizeof(unused)) > 0) {
		/* of no samples there is nothing to say */
	}
	return porcelain_pipeline_end(&pipe) == 2 ? rv_fail(err, RV_E_USAGE, "nothing was rendered") : 0;
}

int porcelain_render_find_passes(struct porcelain_render_job *job, struct rv_err *err)
{
	struct porcelain_pipeline pipe = PORCELAIN_PIPELINE_INIT;
	struct porcelain_words *const argv = porcelain_pipeline_stage(&pipe, "rv-mask");
	char needed[4096];
	porcelain_words_add(argv, "--needs");
	porcelain_words_add_all(argv, job->passed.words[PORCELAIN_MASK].items);
	if (porcelain_pipeline_start(&pipe, -1, err) < 0) {
		porcelain_pipeline_kill(&pipe);
		return -1;
	}
	const ssize_t len = rv_read_all(pipe.out_fd, needed, sizeof(needed));
	if (porcelain_pipeline_end(&pipe) != 0 || len < 1) {
		return rv_fail(err, RV_E_USAGE, "nothing was rendered");
	}
	if (len > 1) { /* without the end of the line */
		rv_str_printf(&job->passes, "%s%s%.*s", asked->passes ? asked->passes : "", asked->passes ? "," : "",
		              (int)len - 1, needed);
	}
	return 0;
}

static void add_mask(struct porcelain_pipeline *pipe, const struct porcelain_render_job *job,
                     const struct rv_common *common)
{
	struct porcelain_words *const argv = porcelain_pipeline_stage(pipe, "rv-mask");
	add_common(argv, common);
	if (!porcelain_render_makes_dataset(job)) {
		porcelain_words_add(argv, "--expect=all");
	}
	if (asked->instances) {
		porcelain_words_add(argv, "--instances");
	}
	porcelain_words_add_all(argv, job->passed.words[PORCELAIN_MASK].items);
}

/* The dataset lies in the run. */
static void add_mux(struct porcelain_pipeline *pipe, const struct porcelain_render_job *job,
                    const struct rv_common *common)
{
	struct porcelain_words *const argv = porcelain_pipeline_stage(pipe, "rv-mux");
	add_common(argv, common);
	porcelain_words_add(argv, "--expect=all");
	porcelain_words_add(argv, "--output=%s/" PORCELAIN_RENDER_DATASET, job->run.path);
	porcelain_words_add_all(argv, job->passed.words[PORCELAIN_MUX].items);
}

void porcelain_render_add_stages(struct porcelain_pipeline *pipe, const struct porcelain_render_job *job,
                                 const struct rv_common *common)
{
	add_seed(pipe, job, common);
	add_blend(pipe, job, common);
	add_mask(pipe, job, common);
	if (porcelain_render_makes_dataset(job)) {
		add_mux(pipe, job, common);
	}
}

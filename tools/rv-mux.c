/* SPDX-License-Identifier: MIT */
/* rv-mux: writes samples as a dataset in one or more formats, and passes their records on. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "format/format.h"
#include "machine.h"
#include "sig.h"
#include "sink/ahead.h"
#include "sink/command.h"
#include "sink/losses.h"
#include "sink/merge.h"
#include "sink/mux.h"
#include "sink/stats.h"
#include "stream.h"
#include "video.h"
#include "zst.h"

static struct sink_info info = SINK_INFO_INIT;

static const char examples[] =
        "rv-seed seq 100 | rv-blend scene.py | rv-mask | rv-mux\n"
        "rv-mux --format coco,webdataset:shard-count=1000 -o train <records.jsonl >muxed.jsonl\n"
        "rv-mux --format coco out\n"
        "rv-mux --merge part-0 part-1 -o dataset\n"
        "rv-blend scene.py --frames 1..48 --fps 12 <seeds.jsonl | rv-mux --format video -o clips\n";

struct mux {
	struct rv_tool tool;
	struct rv_stream stream;
	struct sink_splitter *splitter; /* NULL: records say it */
	struct sink_dataset *dataset;
	struct sink_mux *formats; /* NULL with --explain */
	struct sink_losses losses;
	struct rv_portrait *portrait; /* NULL: nobody asks */
	bool is_broken;               /* the dataset cannot be finished */
};

/* ---- samples ---- */

/* Decides the split of a sample that has none, in its record, too. */
static int decide_split(struct mux *mux, struct rv_sample *sample, struct rv_record *record, struct rv_err *err)
{
	enum rv_split split;
	if (!mux->splitter || sample->split) {
		return 0;
	}
	if (sink_splitter_choose(mux->splitter, sample, &split, err) < 0) {
		return -1;
	}
	sample->split = rv_split_names[split];
	rv_record_set_string(record, "split", sample->split);
	return 0;
}

/* Puts a sample into every format. 0, SINK_REFUSED or SINK_BROKEN. */
static int mux_sample(struct mux *mux, struct rv_sample *sample, struct rv_record *record, struct rv_err *err)
{
	if (rv_sample_must_be_whole(sample, err) < 0 || decide_split(mux, sample, record, err) < 0) {
		return SINK_REFUSED;
	}
	int status = 0;
	if (mux->formats) {
		status = sink_mux_add(mux->formats, sample, err);
	} else {
		sink_losses_add(&mux->losses, sample);
	}
	if (status == 0 && mux->portrait) {
		rv_portrait_sample(mux->portrait, sample);
	}
	return status;
}

/* A sink_take_fn. */
static bool mux_record(void *mux_, struct rv_record *record, struct rv_sample *sample, const struct rv_err *wrong)
{
	struct mux *const mux = mux_;
	struct rv_err err = RV_ERR_INIT;
	switch (wrong ? SINK_REFUSED : mux_sample(mux, sample, record, &err)) {
	case 0:
		break;
	case SINK_REFUSED:
		rv_output_fail(&mux->stream.output, record, wrong ? wrong : &err);
		break;
	default:
		mux->is_broken = true;
		if (!rv_sig_stop()) {
			rv_fail_prefix(&err, "no dataset: sample '%s'", sample->id);
			rv_tool_fail(&mux->tool, &err);
		}
	}
	return !mux->is_broken;
}

/* ---- the dataset ---- */

/* What failed in this run must not cost what an earlier one has made. False: told. */
static bool may_replace(struct mux *mux, uint64_t n_samples)
{
	struct rv_err err = RV_ERR_INIT;
	struct sink_head earlier;
	if (sink_command.shrinks || mux->stream.output.n_errors == 0) {
		return true;
	}
	const int status = sink_dataset_earlier(mux->dataset, &earlier, &err);
	const uint64_t n_earlier = earlier.n_samples;
	sink_head_release(&earlier);
	if (status < 0) {
		rv_tool_fail(&mux->tool, &err);
		return false;
	}
	if (n_earlier > n_samples) {
		rv_error("'%s' has %" PRIu64 " sample%s and would have %" PRIu64 ", as %" PRIu64
		         " failed: it is left as it is (--shrink replaces it)",
		         sink_command.output, n_earlier, RV_PLURAL(n_earlier), n_samples, mux->stream.output.n_errors);
		rv_tool_status(&mux->tool, 1);
	}
	return n_earlier <= n_samples;
}

/* Called when every record has been read and passed on. */
static void end_dataset(struct mux *mux)
{
	struct rv_err err = RV_ERR_INIT;
	struct sink_head earlier;
	const uint64_t n_samples = sink_mux_count(mux->formats);
	if (mux->stream.is_short) {
		rv_error("no dataset is written, '%s' is left as it is", sink_command.output);
		return;
	}
	if (mux->is_broken || mux->stream.output.broken || mux->tool.signal || mux->tool.status >= 2) {
		return;
	}
	/* An upstream tool that did not start must not cost the user the dataset that is there. */
	if (n_samples == 0) {
		rv_error("%s: no dataset is written, '%s' is left as it is",
		         mux->stream.output.n_errors > 0 ? "every sample has an error" : "no sample came",
		         sink_command.output);
		rv_tool_status(&mux->tool, 1);
		return;
	}
	if (!may_replace(mux, n_samples)) {
		return;
	}
	const int is_known = sink_dataset_earlier(mux->dataset, &earlier, NULL);
	if (sink_mux_finish(mux->formats, mux->stream.output.n_errors, &err) == 0) {
		if (is_known == 0) {
			sink_mux_tell_gone(mux->formats, sink_command.output, &earlier);
		}
		sink_mux_tell(mux->formats, sink_command.output, rv_output_is_last());
	} else {
		mux->tool.signal = rv_sig_stop();
		if (!mux->tool.signal) {
			rv_tool_fail(&mux->tool, &err);
		}
	}
	sink_head_release(&earlier);
}

static int open_splitter(struct mux *mux, struct rv_err *err)
{
	const struct sink_splitter_options *const splits = &sink_command.splits;
	if (!splits->shares && !splits->by && !splits->is_balanced) {
		return 0;
	}
	mux->splitter = sink_splitter_new(splits, err);
	return mux->splitter ? 0 : -1;
}

static int open_formats(struct mux *mux, const bool is_chosen[FORMAT_IDS], struct rv_err *err)
{
	const struct sink_mux_options options = { .is_chosen = is_chosen,
		                                  .categories = sink_command.categories,
		                                  .info = &info,
		                                  .is_lossy = sink_command.is_lossy };
	mux->formats = sink_mux_open(&options, mux->dataset, err);
	return mux->formats ? 0 : -1;
}

/* Nothing but shards may need samples that are gone. */
static int check_consume(const bool is_chosen[FORMAT_IDS], struct rv_err *err)
{
	size_t n = 0, n_of_shards = 0;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		n += is_chosen[i];
		n_of_shards += is_chosen[i] && format_is_of_shards(format_all[i]);
	}
	return sink_command.place.shards.consumes && (n != 1 || n_of_shards != 1)
	               ? rv_fail(err, RV_E_USAGE, "--consume needs --format webdataset and no other")
	               : 0;
}

/* Takes what was said of formats, by --format or --explain, and of the dataset. */
static int read_told(const struct rv_option_list *formats, bool is_chosen[FORMAT_IDS], struct rv_err *err)
{
	return format_choose_all(formats, is_chosen, err) < 0 || check_consume(is_chosen, err) < 0
	               ? -1
	               : sink_info_read(&info, &sink_command.info, err);
}

static int open_dataset(struct mux *mux, struct rv_err *err)
{
	struct sink_dataset_options place = sink_command.place;
	place.syncs = !sink_command.no_sync;
	place.n_threads = rv_machine_jobs(sink_command.jobs);
	mux->dataset = sink_dataset_open(sink_command.output, &place, err);
	return mux->dataset ? 0 : -1;
}

/* --explain. */
static void explain(const struct mux *mux, const bool is_chosen[FORMAT_IDS])
{
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (is_chosen[i]) {
			sink_losses_explain(&mux->losses, format_all[i]);
		}
	}
}

/* --stats, of a stream that was read to its end. */
static void write_stats(struct mux *mux)
{
	struct rv_err err = RV_ERR_INIT;
	if (!mux->is_broken && !mux->stream.is_short && !mux->tool.signal &&
	    sink_stats_write(mux->portrait, &sink_command.stats, &err) < 0) {
		rv_tool_fail(&mux->tool, &err);
	}
}

static void write_records(struct mux *mux, char *const *dirs, size_t n_dirs)
{
	struct rv_err err = RV_ERR_INIT;
	bool is_chosen[FORMAT_IDS] = { false };
	const bool explains = sink_command.explained.len > 0;
	mux->portrait = sink_command.stats.len > 0 ? rv_portrait_new() : NULL;
	if (sink_stats_check(&sink_command.stats, &err) < 0 ||
	    read_told(explains ? &sink_command.explained : &sink_command.formats, is_chosen, &err) < 0 ||
	    open_splitter(mux, &err) < 0 ||
	    (!explains && (open_dataset(mux, &err) < 0 || open_formats(mux, is_chosen, &err) < 0))) {
		rv_tool_fail(&mux->tool, &err);
	} else if (rv_stream_open(&mux->stream, &mux->tool, dirs, n_dirs) == 0) {
		mux->stream.ids = rv_idset_new();
		sink_ahead(&mux->stream, rv_machine_jobs(sink_command.jobs) > 1, mux_record, mux);
		rv_stream_close(&mux->stream);
		mux->tool.signal = rv_sig_stop() ? rv_sig_stop() : mux->tool.signal;
		if (explains) {
			explain(mux, is_chosen);
		} else {
			end_dataset(mux);
		}
		if (mux->portrait) {
			write_stats(mux);
		}
	}
}

/* What decides about samples was said to the parts. */
static int check_merge(size_t n_parts, struct rv_err *err)
{
	const struct sink_command *const told = &sink_command;
	const struct {
		bool is_given;
		const char *name;
	} others[] = { { told->place.shards.post, "--post" }, { told->place.shards.consumes, "--consume" },
		       { told->categories, "--categories" },  { told->splits.shares, "--split" },
		       { told->is_lossy, "--lossy" },         { told->explained.len > 0, "--explain" },
		       { told->stats.len > 0, "--stats" } };
	for (size_t i = 0; i < RV_COUNTOF(others); i++) {
		if (others[i].is_given) {
			return rv_fail(err, RV_E_USAGE, "--merge cannot be used with %s", others[i].name);
		}
	}
	return n_parts > 0 ? 0 : rv_fail(err, RV_E_USAGE, "--merge needs the directories of datasets");
}

/* --merge. */
static void merge_parts(struct mux *mux, char *const *parts, size_t n_parts)
{
	struct rv_err err = RV_ERR_INIT;
	bool is_chosen[FORMAT_IDS] = { false };
	uint64_t n_samples;
	if (check_merge(n_parts, &err) < 0) {
		rv_tool_fail(&mux->tool, &err);
		return;
	}
	const struct sink_merge_options options = {
		.parts = parts, .n_parts = n_parts, .is_chosen = is_chosen, .info = &info
	};
	if (read_told(&sink_command.formats, is_chosen, &err) < 0 || open_dataset(mux, &err) < 0 ||
	    sink_merge(&options, mux->dataset, &n_samples, &err) < 0) {
		rv_tool_fail(&mux->tool, &err);
		return;
	}
	rv_info("%" PRIu64 " sample%s of %zu part%s in '%s'", n_samples, RV_PLURAL(n_samples), n_parts,
	        RV_PLURAL(n_parts), sink_command.output);
}

static void run(struct mux *mux, char *const *dirs, size_t n_dirs)
{
	rv_sig_catch();
	(sink_command.merges ? merge_parts : write_records)(mux, dirs, n_dirs);
	sink_mux_free(mux->formats);
	sink_dataset_free(mux->dataset);
	sink_splitter_free(mux->splitter);
	rv_portrait_free(mux->portrait);
}

static void print_formats(struct rv_tool *tool)
{
	bool is_chosen[FORMAT_IDS] = { false };
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	int result = format_choose_all(&sink_command.formats, is_chosen, &err);
	if (result == 0) {
		(tool->common.json ? format_list_json : format_list)(is_chosen, &text);
		result = rv_write_all(STDOUT_FILENO, text.ptr, text.len) < 0
		                 ? rv_fail_errno(&err, "cannot write the list of formats")
		                 : 0;
	}
	if (result < 0) {
		rv_tool_fail(tool, &err);
	}
	rv_str_release(&text);
}

static void put_libraries(struct rv_str *out)
{
	rv_str_printf(out, "%s, %s", rv_video_library(), rv_zst_library());
}

int main(int argc, char **argv)
{
	static struct mux mux;
	const struct rv_program program = {
		.name = "rv-mux",
		.usage = "[OPTION]... <RECORDS >RECORDS\n[OPTION]... DIR...\n--merge [OPTION]... DATASET...",
		.purpose = "Writes labelled samples as a dataset: COCO, WebDataset shards, videos, cameras, a contact "
		           "sheet.",
		.options = sink_command_table(),
		.operands = "/",
		.examples = examples,
		.libraries = put_libraries,
	};
	int status = rv_tool_start(&mux.tool, &program, &argc, argv);
	if (status < 0) {
		if (sink_command.lists_formats && argc > 0) {
			rv_tool_status(&mux.tool,
			               rv_tool_usage(&mux.tool, "--formats takes no value, did you mean '--format %s'?",
			                             argv[0]));
		} else if (sink_command.lists_formats) {
			print_formats(&mux.tool);
		} else {
			run(&mux, argv, (size_t)argc);
		}
		status = rv_tool_end(&mux.tool);
	}
	sink_command_release();
	sink_info_release(&info);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* rv-mux: writes samples as a dataset in one or more formats, and passes their records on. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "idset.h"
#include "parse.h"
#include "sig.h"
#include "sink/sink.h"
#include "tool.h"
#include "zst.h"

#define FPS_PART_MAX 1000000

static const char *const codecs[] = { "h264", NULL };
static const char *const presets[] = { "ultrafast", "superfast", "veryfast", "faster",   "fast",
	                               "medium",    "slow",      "slower",   "veryslow", NULL };

static const char *output = "dataset";
static const char *formats;
static const char *categories;
static const char *fps;
static const char *video_role = "image";
static int codec;
static int preset = 5;
static uint64_t crf = 18;
static uint64_t shard_bytes = UINT64_C(1) << 30;
static uint64_t shard_samples;
static bool zstd;
static uint64_t zstd_level;
static uint64_t sheet_samples = 12;

static const struct rv_option options[] = {
	{ RV_OPT_STRING, 'o', "output", &output, "DIR", "the dataset, replaced as a whole (default: dataset)", 0, 0,
	  NULL },
	{ RV_OPT_STRING, 'f', "format", &formats, "FMT[,FMT]...",
	  "coco, webdataset, video, sheet, transforms (default: what the first sample is good for)", 0, 0, NULL },
	{ RV_OPT_GROUP, 0, "COCO", NULL, NULL, NULL, 0, 0, NULL },
	{ RV_OPT_STRING, 0, "categories", &categories, "A,B,...",
	  "categories with the ids 1, 2, ... (default: in order of appearance)", 0, 0, NULL },
	{ RV_OPT_GROUP, 0, "WebDataset", NULL, NULL, NULL, 0, 0, NULL },
	{ RV_OPT_SIZE, 0, "shard-size", &shard_bytes, "SIZE",
	  "bytes of a shard before compression; 0: no limit (default: 1G)", 0, 0, NULL },
	{ RV_OPT_U64, 0, "shard-count", &shard_samples, "N", "samples of a shard (default: no limit)", 1, 1e15, NULL },
	{ RV_OPT_FLAG, 0, "zstd", &zstd, NULL, "compress shards: of use for EXR files, hardly for PNG", 0, 0, NULL },
	{ RV_OPT_U64, 0, "zstd-level", &zstd_level, "N", "the same with this level, 1..19 (default: 3)",
	  RV_ZST_LEVEL_MIN, RV_ZST_LEVEL_MAX, NULL },
	{ RV_OPT_GROUP, 0, "Video", NULL, NULL, NULL, 0, 0, NULL },
	{ RV_OPT_STRING, 0, "fps", &fps, "N[/M]", "frames per second, \"30000/1001\" (default: the record's, else 24)",
	  0, 0, NULL },
	{ RV_OPT_CHOICE, 0, "codec", &codec, "CODEC", "how frames are encoded (default: h264)", 0, 0, codecs },
	{ RV_OPT_U64, 0, "crf", &crf, "N", "x264's quality, 0 best .. 51 worst (default: 18)", 0, 51, NULL },
	{ RV_OPT_CHOICE, 0, "preset", &preset, "NAME", "x264's speed against size (default: medium)", 0, 0, presets },
	{ RV_OPT_STRING, 0, "video-role", &video_role, "ROLE", "which files are the frames (default: image)", 0, 0,
	  NULL },
	{ RV_OPT_GROUP, 0, "Contact sheet", NULL, NULL, NULL, 0, 0, NULL },
	{ RV_OPT_U64, 0, "sheet-count", &sheet_samples, "N", "samples on the sheet (default: 12)", 1, 100, NULL },
	{ RV_OPT_END, 0, NULL, NULL, NULL, NULL, 0, 0, NULL },
};

static const struct rv_program program = {
	.name = "rv-mux",
	.usage = "[OPTION]...",
	.purpose = "Writes labelled samples as a dataset: COCO, WebDataset shards, videos, cameras, a contact sheet.",
	.options = options,
	.examples = "rv-seed seq 100 | rv-blend scene.py | rv-mask | rv-mux\n"
	            "rv-mux --format coco,webdataset --shard-count 1000 -o train <records.jsonl >muxed.jsonl\n"
	            "rv-blend scene.py --frames 1..48 --fps 12 <seeds.jsonl | rv-mux --format video -o clips\n",
};

struct mux {
	struct rv_tool tool;
	struct rv_stream stream;
	struct sink_settings settings;
	struct sink_dataset *dataset;
	struct sink_sinks *sinks;
	struct rv_idset *ids;
	uint64_t n_samples;
	bool broken; /* the dataset cannot be finished */
};

/* "24" or "30000/1001". */
static int parse_fps(const char *text, uint32_t *num, uint32_t *den, struct rv_err *err)
{
	const char *slash = strchr(text, '/');
	char *first = slash ? rv_strndup(text, (size_t)(slash - text)) : rv_strdup(text);
	uint64_t values[2] = { 0, 1 };
	int result = rv_parse_u64(first, "--fps", 1, FPS_PART_MAX, &values[0], err);
	if (result == 0 && slash) {
		result = rv_parse_u64(slash + 1, "--fps", 1, FPS_PART_MAX, &values[1], err);
	}
	free(first);
	*num = (uint32_t)values[0];
	*den = (uint32_t)values[1];
	return result;
}

static int read_settings(struct sink_settings *settings, struct rv_err *err)
{
	*settings = (struct sink_settings) {
		.categories = categories,
		.video = { .codec = codecs[codec], .preset = presets[preset], .crf = (int)crf },
		.video_role = video_role,
		.shard_bytes = shard_bytes,
		.shard_samples = shard_samples,
		.zstd_level = zstd && zstd_level == 0 ? RV_ZST_LEVEL_DEFAULT : (int)zstd_level,
		.sheet_samples = sheet_samples,
	};
	return fps ? parse_fps(fps, &settings->video.fps_num, &settings->video.fps_den, err) : 0;
}

/* Puts a sample into every format. 0, SINK_REFUSED or SINK_BROKEN. */
static int mux_sample(struct mux *mux, struct sink_sample *sample, const struct rv_record *record, struct rv_err *err)
{
	if (sink_sample_load(sample, record, err) < 0) {
		return SINK_REFUSED;
	}
	if (!rv_idset_add(mux->ids, sample->id.ptr, sample->id.len)) {
		rv_fail(err, RV_E_DUPLICATE_ID, "field 'id': '%s' came before in this stream", sample->id.ptr);
		return SINK_REFUSED;
	}
	return sink_sinks_add(mux->sinks, sample, err);
}

static void mux_records(struct mux *mux)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_record record = RV_RECORD_INIT;
	struct sink_sample sample = SINK_SAMPLE_INIT;
	while (!mux->broken && !rv_sig_stop() && rv_stream_next(&mux->stream, &record)) {
		switch (mux_sample(mux, &sample, &record, &err)) {
		case 0:
			mux->n_samples++;
			break;
		case SINK_REFUSED:
			rv_stream_fail(&mux->stream, &record, &err);
			break;
		default:
			mux->broken = true;
			if (!rv_sig_stop()) {
				rv_fail_prefix(&err, "no dataset: sample '%s'", sample.id.ptr);
				rv_tool_fail(&mux->tool, &err);
			}
			continue;
		}
		rv_stream_put(&mux->stream, &record);
	}
	sink_sample_release(&sample);
	rv_record_release(&record);
}

/* Called when every record has been read and passed on. */
static int finish_dataset(struct mux *mux, struct rv_err *err)
{
	size_t n_formats;
	if (sink_sinks_finish(mux->sinks, err) < 0) {
		return -1;
	}
	const char *const *names = sink_sinks_names(mux->sinks, &n_formats);
	return sink_dataset_commit(mux->dataset, names, n_formats, mux->n_samples, mux->stream.n_errors, err);
}

static void end_dataset(struct mux *mux)
{
	struct rv_err err = RV_ERR_INIT;
	if (mux->broken || mux->stream.broken || mux->tool.signal || mux->tool.status >= 2) {
		return;
	}
	/* An upstream tool that did not start must not cost the user the dataset that is there. */
	if (mux->n_samples == 0) {
		rv_error("no sample came: no dataset is written, '%s' is left as it is", output);
		rv_tool_status(&mux->tool, 1);
		return;
	}
	if (finish_dataset(mux, &err) < 0) {
		rv_tool_fail(&mux->tool, &err);
		return;
	}
	rv_info("%" PRIu64 " samples in '%s'", mux->n_samples, output);
}

static int run(struct mux *mux)
{
	struct rv_err err = RV_ERR_INIT;
	if (read_settings(&mux->settings, &err) < 0) {
		return rv_tool_fail(&mux->tool, &err);
	}
	rv_sig_catch();
	mux->dataset = sink_dataset_open(output, &err);
	mux->sinks = mux->dataset ? sink_sinks_open(formats, mux->dataset, &mux->settings, &err) : NULL;
	if (!mux->sinks) {
		sink_dataset_free(mux->dataset);
		return rv_tool_fail(&mux->tool, &err);
	}
	if (rv_stream_open(&mux->stream, &mux->tool) == 0) {
		mux->ids = rv_idset_new();
		mux_records(mux);
		rv_stream_close(&mux->stream);
		mux->tool.signal = rv_sig_stop() ? rv_sig_stop() : mux->tool.signal;
		end_dataset(mux);
		rv_idset_free(mux->ids);
	}
	sink_sinks_free(mux->sinks);
	sink_dataset_free(mux->dataset);
	return 0;
}

int main(int argc, char **argv)
{
	static struct mux mux;
	struct rv_program versioned = program;
	struct rv_str libraries = RV_STR_INIT;
	rv_str_printf(&libraries, "%s, %s", rv_video_library(), rv_zst_library());
	versioned.libraries = libraries.ptr;
	int status = rv_tool_start(&mux.tool, &versioned, &argc, argv);
	if (status < 0) {
		status = argc > 0 ? rv_tool_usage(&mux.tool, "unexpected operand '%s': records come on stdin", argv[0])
		                  : (run(&mux), rv_tool_end(&mux.tool));
	}
	rv_str_release(&libraries);
	return status;
}

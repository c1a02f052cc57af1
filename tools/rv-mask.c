/* SPDX-License-Identifier: MIT */
/* rv-mask: makes labels (index maps, masks, boxes, areas, depth) from the passes that rv-blend rendered. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "mask/request.h"
#include "mask/role.h"
#include "mask/sample.h"
#include "mask/scratch.h"
#include "mask/write.h"
#include "machine.h"
#include "parse.h"
#include "tool.h"

#define JOBS_MAX 1024
#define RECORDS_PER_JOB 4 /* in memory at a time, so that a slow one does not hold up the others */

static struct mask_settings settings = { .min_area_px = 1 };
static const char *jobs = "1";
static struct rv_option_list keep, outputs, normals, flow_formats;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "instances",
	  .value = &settings.instances,
	  .help = "also write instances/INDEX.png, a mask of each visible object" },
	{ .kind = RV_OPT_U64,
	  .name = "min-area",
	  .value = &settings.min_area_px,
	  .argument = "N",
	  .help = "no annotation for objects of which fewer than N pixels are visible (1)",
	  .min = 1,
	  .max = 4294967295 },
	{ .kind = RV_OPT_FLAG,
	  .name = "no-preview",
	  .value = &settings.no_preview,
	  .help = "write no pictures for people (PreviewIndexOB.png, DepthPreview.png, ...)" },
	{ .kind = RV_OPT_LIST,
	  .name = "outputs",
	  .value = &outputs,
	  .argument = "ROLE,...",
	  .help = "write these files only, and the index map: depth, normal, mask, flow_forward, ... (all that "
	          "was rendered)" },
	{ .kind = RV_OPT_LIST,
	  .name = "normals",
	  .value = &normals,
	  .argument = "WHAT,...",
	  .help = "camera: also write NormalCamera.exr; unit: make all normals 1 long" },
	{ .kind = RV_OPT_LIST,
	  .name = "flow-format",
	  .value = &flow_formats,
	  .argument = "FORMAT,...",
	  .help = "also write flow as flo (Middlebury) or kitti (PNG)" },
	{ .kind = RV_OPT_LIST,
	  .name = "keep",
	  .value = &keep,
	  .argument = "ROLE",
	  .help = "keep a file that is removed otherwise: passes" },
	{ .kind = RV_OPT_FLAG,
	  .name = "foreign-exr",
	  .value = &settings.foreign_exr,
	  .help = "read passes in every form of OpenEXR, not only those that rv-blend writes" },
	{ .kind = RV_OPT_STRING,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &jobs,
	  .argument = "N|auto",
	  .help = "samples, and frames of a sequence, at a time (1); auto: one per processor" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv-mask",
	.usage = "[OPTION]...",
	.purpose = "Makes labels from the passes that rv-blend rendered.",
	.options = options,
	.examples = "  rv-seed seq 100 | rv-blend scene.py | rv-mask | rv-mux\n"
	            "  rv-mask --instances --keep passes -j auto <rendered.jsonl >labelled.jsonl\n",
};

/* Makes the labels, unless they are there already. */
static int make_labels(const struct mask_request *request, struct mask_pool *pool, struct rv_record *record,
                       struct rv_err *err)
{
	struct mask_added added = MASK_ADDED_INIT;
	const bool is_done = mask_is_done(request, &added);
	int status = 0;
	if (!is_done && mask_missing_passes(request)) {
		status = mask_passes_gone(request, err);
	} else if (!is_done) {
		status = mask_write(request, pool, &added, err);
	}
	if (status == 0) {
		status = mask_apply(request, &added, record, err);
	}
	if (status == 0) {
		status = mask_commit(request, &added, record, !is_done, err);
	}
	mask_added_release(&added);
	return status;
}

static int work(struct rv_record *record, void *state, struct rv_err *err)
{
	struct mask_request request;
	int status = mask_request_init(&request, &settings, record, err);
	if (status == 0) {
		status = make_labels(&request, state, record, err);
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
		rv_str_printf(line, "%zu objects", rv_json_len(annotations));
	} else {
		rv_str_puts(line, "no labels");
	}
	rv_json_release(&annotations);
	rv_str_release(&id);
}

/* Sets the flag of each word of the list's items, which may have several with commas between them. */
struct word {
	const char *text;
	bool *flag;
};
static int parse_words(const char *option, const struct rv_option_list *list, const struct word *words, size_t n,
                       struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < list->len; i++) {
		char *const text = rv_strdup(list->items[i]);
		char *rest = text;
		for (char *one; status == 0 && (one = strsep(&rest, ","));) {
			size_t k = 0;
			while (k < n && strcmp(words[k].text, one) != 0) {
				k++;
			}
			if (k < n) {
				*words[k].flag = true;
			} else {
				status = rv_fail(err, RV_E_USAGE, "--%s: '%s' is none of: %s%s%s", option, one,
				                 words[0].text, n > 1 ? ", " : "", n > 1 ? words[1].text : "");
			}
		}
		free(text);
	}
	return status;
}

/* What --outputs names is written without its own option. */
static void imply(void)
{
	const struct word roles[] = {
		{ MASK_INSTANCES_DIR, &settings.instances },    { "normal_camera", &settings.normals_camera },
		{ "flow_forward_flo", &settings.flow_flo },     { "flow_backward_flo", &settings.flow_flo },
		{ "flow_forward_kitti", &settings.flow_kitti }, { "flow_backward_kitti", &settings.flow_kitti },
	};
	for (size_t i = 0; settings.outputs.len > 0 && i < RV_COUNTOF(roles); i++) {
		*roles[i].flag |= mask_role_is_wanted(&settings.outputs, roles[i].text);
	}
}

static int parse_lists(struct rv_err *err)
{
	const struct word kept[] = { { "passes", &settings.keep_passes } };
	const struct word spaces[] = { { "camera", &settings.normals_camera }, { "unit", &settings.normals_unit } };
	const struct word formats[] = { { "flo", &settings.flow_flo }, { "kitti", &settings.flow_kitti } };
	if (parse_words("keep", &keep, kept, RV_COUNTOF(kept), err) < 0 ||
	    parse_words("normals", &normals, spaces, RV_COUNTOF(spaces), err) < 0 ||
	    parse_words("flow-format", &flow_formats, formats, RV_COUNTOF(formats), err) < 0 ||
	    mask_role_parse(&outputs, &settings.outputs, err) < 0) {
		return -1;
	}
	imply();
	return 0;
}

static int parse_jobs(size_t *threads, struct rv_err *err)
{
	uint64_t value;
	if (strcmp(jobs, "auto") == 0) {
		*threads = RV_MIN(rv_machine_cores(), (size_t)JOBS_MAX);
		return 0;
	}
	if (rv_parse_u64(jobs, "--jobs", 1, JOBS_MAX, &value, err) < 0) {
		return -1;
	}
	*threads = (size_t)value;
	return 0;
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_stream stream;
	struct rv_err err = RV_ERR_INIT;
	struct mask_pool pool = MASK_POOL_INIT;
	size_t threads = 1;
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (argc > 0) {
		return rv_tool_usage(&tool, "unexpected operand '%s': records come on standard input", argv[0]);
	}
	if (parse_lists(&err) < 0) {
		return rv_tool_usage(&tool, "%s", err.text);
	}
	if (parse_jobs(&threads, &err) < 0) {
		return rv_tool_usage(&tool, "%s or 'auto'", err.text);
	}
	if (rv_stream_open(&stream, &tool) == 0) {
		stream.describe = describe;
		rv_stream_run(&stream, threads, threads * RECORDS_PER_JOB, work, &pool);
		rv_stream_close(&stream);
	}
	mask_pool_release(&pool);
	mask_role_release(&settings.outputs);
	rv_option_list_release(&outputs);
	rv_option_list_release(&normals);
	rv_option_list_release(&flow_formats);
	rv_option_list_release(&keep);
	return rv_tool_end(&tool);
}

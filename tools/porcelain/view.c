/* SPDX-License-Identifier: MIT */
/* rv view: the page of a dataset, made if it is not there, in the browser. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "json.h"
#include "path.h"
#include "porcelain/command.h"
#include "porcelain/pipeline.h"
#include "porcelain/rundir.h"
#include "record.h"
#include "sig.h"
#include "spawn.h"
#include "tool.h"
#include "vocabulary.h"

#define PAGE "html/index.html"
#define RUN_DATASET "dataset" /* of a run with --format */
#define PAGE_ENDING ".page"   /* of the directory that a page is put into when there is none */
#define OPENER "xdg-open"
#define OPENER_TIMEOUT_S 10
#define OUTPUT_MAX 65536

static const char *output_option;
static bool prints;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "output",
	  .letter = 'o',
	  .value = &output_option,
	  .argument = "DIR",
	  .help = "where a page goes that has to be made",
	  .unset = "beside what it shows, with '" PAGE_ENDING "' after its name" },
	{ .kind = RV_OPT_FLAG,
	  .name = "print",
	  .value = &prints,
	  .help = "open nothing, only print the page's address" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv view",
	.usage = "[OPTION]... [DIR]",
	.purpose = "Look at a dataset, or at samples: opens the page of DIR (default: ./dataset, else ./out)\n"
	           "in a browser, and makes it first where there is none. Of runs the newest.",
	.options = options,
	.operands = "/",
	.examples = "rv view\n"
	            "rv view out/7 --print\n",
	.common = RV_COMMON_MINIMUM,
};

/* *page is replaced by the path of the page of a dataset; whether it is there. */
static bool find_page(const char *dir, struct rv_str *page)
{
	rv_str_clear(page);
	rv_str_printf(page, "%s/" PAGE, dir);
	return rv_file_exists(page->ptr);
}

/* Makes the page of what lies in `dir` in a dataset of its own. */
static int make_page(const char *dir, const char *to)
{
	struct porcelain_pipeline pipe = PORCELAIN_PIPELINE_INIT;
	struct porcelain_words *const argv = porcelain_pipeline_stage(&pipe, "rv-mux");
	const char *const words[] = { "-q", "--format", "html", "--output", to, "--", dir };
	struct rv_err err = RV_ERR_INIT;
	char unused[4096];
	for (size_t i = 0; i < RV_COUNTOF(words); i++) {
		porcelain_words_add(argv, "%s", words[i]);
	}
	if (porcelain_pipeline_start(&pipe, -1, &err) < 0) {
		porcelain_pipeline_kill(&pipe);
		rv_error("%s", err.text);
		return rv_err_exit_status(err.code);
	}
	while (read(pipe.out_fd, unused, sizeof(unused)) > 0) {
		/* records */
	}
	return porcelain_pipeline_end(&pipe);
}

/* "file:///a%20b" */
static void put_address(const char *path, struct rv_str *address)
{
	char *const absolute = rv_path_absolute(path);
	rv_str_puts(address, "file://");
	for (const char *at = absolute; *at; at++) {
		const bool is_plain =
		        strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.~", *at);
		if (is_plain) {
			rv_str_putc(address, *at);
		} else {
			rv_str_printf(address, "%%%02X", (unsigned char)*at);
		}
	}
	free(absolute);
}

/* Without a display, or what opens things there, the address alone is of use. */
static void open_page(const char *address)
{
	const char *const argv[] = { OPENER, address, NULL };
	const struct rv_spawn how = { .argv = argv };
	struct rv_str output = RV_STR_INIT, errors = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	int status = 0;
	if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) {
		rv_note("there is no display here: open that address in a browser");
	} else if (rv_run(&how, NULL, OUTPUT_MAX, OPENER_TIMEOUT_S, &output, &errors, &status, &err) < 0 ||
	           status != 0) {
		rv_note("no browser was found by " OPENER ": open that address in one");
	}
	rv_str_release(&output);
	rv_str_release(&errors);
}

/* A sample may be called as a run is: its record has an id. */
static bool is_sample(const char *dir)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	rv_str_printf(&path, "%s/" RV_META_NAME, dir);
	const bool is = rv_file_read(path.ptr, RV_LINE_MAX, &text, NULL) == 0 &&
	                rv_json_parse(text.ptr, text.len, &json, NULL) == 0 &&
	                rv_json_type(rv_json_get(json, "id")) != RV_JSON_NONE;
	rv_json_release(&json);
	rv_str_release(&text);
	rv_str_release(&path);
	return is;
}

/* Where runs of `rv render` are, the newest; of a run, its dataset where that has a page. *found is replaced. */
static const char *find_newest(const char *dir, struct rv_str *found)
{
	struct rv_str page = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint64_t *numbers = NULL;
	size_t len = 0;
	rv_str_clear(found);
	rv_str_puts(found, dir);
	if (!find_page(dir, &page) && porcelain_rundir_list(dir, &numbers, &len, &err) == 0 && len > 0) {
		rv_str_printf(found, "/%" PRIu64, numbers[0]);
		if (is_sample(found->ptr)) {
			rv_str_truncate(found, strlen(dir));
		}
	}
	const size_t run_len = found->len;
	rv_str_puts(found, "/" RUN_DATASET);
	if (!find_page(found->ptr, &page)) {
		rv_str_truncate(found, run_len);
	}
	free(numbers);
	rv_str_release(&page);
	return found->ptr;
}

/* Without DIR: the dataset where it has a page, else the samples that it was made of. */
static const char *find_usual(void)
{
	struct rv_str page = RV_STR_INIT;
	const bool has_page = find_page("dataset", &page);
	rv_str_release(&page);
	return has_page || !rv_file_exists("out") ? "dataset" : "out";
}

static int view(const char *dir)
{
	struct rv_str page = RV_STR_INIT, made = RV_STR_INIT, address = RV_STR_INIT;
	int status = 0;
	if (!find_page(dir, &page)) {
		size_t len = strlen(dir);
		while (len > 1 && dir[len - 1] == '/') {
			len--;
		}
		rv_str_printf(&made, "%.*s" PAGE_ENDING, (int)len, dir);
		const char *const to = output_option ? output_option : made.ptr;
		status = make_page(dir, to);
		if (status == 2) {
			rv_hint("give a dataset a page with 'rv-mux --format html,...', or name the samples that it "
			        "was made of");
		}
		if (!find_page(to, &page) && status == 0) {
			status = 3;
		}
	}
	if ((status == 0 || status == 1) && rv_file_exists(page.ptr)) { /* 1: of some samples it could not be made */
		put_address(page.ptr, &address);
		puts(address.ptr);
		fflush(stdout);
		if (!prints) {
			open_page(address.ptr);
		}
	}
	rv_str_release(&page);
	rv_str_release(&made);
	rv_str_release(&address);
	return status;
}

int porcelain_command_view(int argc, char **argv)
{
	struct rv_tool tool;
	const int started = rv_tool_start(&tool, &program, &argc, argv);
	if (started >= 0) {
		return started;
	}
	if (argc > 1) {
		return rv_tool_usage(&tool, "one directory at a time");
	}
	struct rv_str found = RV_STR_INIT;
	const char *const dir = argc == 1 ? argv[0] : find_usual();
	if (!rv_file_exists(dir)) {
		rv_error("there is no '%s': name the directory of a dataset, or of samples", dir);
		return 2;
	}
	rv_sig_catch();
	rv_tool_status(&tool, view(find_newest(dir, &found)));
	rv_str_release(&found);
	return rv_tool_end(&tool);
}

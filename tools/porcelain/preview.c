/* SPDX-License-Identifier: MIT */
/* rv preview: shows a scene while it is written, in a window, as files, or both, anew whenever its sources change. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "blend/reply.h"
#include "blend/script.h"
#include "blend/site.h"
#include "clock.h"
#include "diag.h"
#include "file.h"
#include "gen/workplace.h"
#include "parse.h"
#include "porcelain/command.h"
#include "porcelain/dotenv.h"
#include "porcelain/live.h"
#include "porcelain/preview_options.h"
#include "porcelain/publish.h"
#include "porcelain/seed.h"
#include "porcelain/watch.h"
#include "sig.h"
#include "tool.h"
#include "vocabulary.h"

#define DEBOUNCE_S 0.15
#define MARKER_MAX ((size_t)64 << 20)

static const struct porcelain_preview_options *const asked = &porcelain_preview_asked;

static const struct rv_program program = {
	.name = "rv preview",
	.usage = "[OPTION]... SCRIPT.py",
	.purpose = "Show a scene while it is written: again whenever the script or a file that it uses changes.",
	.options = porcelain_preview_rows,
	.operands = "*.py",
	.examples = "rv preview scene.py\n"
	            "rv preview scene.py --preview-files --no-window --resolution 320,240\n",
	.common = RV_COMMON_MINIMUM,
};

struct preview {
	struct blend_script script;
	struct porcelain_seed seed;
	uint32_t width, height;
	struct rv_workdir work;
	char *work_path; /* absolute */
	char *site;      /* absolute; NULL: none */
	struct gen_workplace place;
	struct porcelain_live live;
	struct porcelain_watch watch;
	uint64_t runs, successes;
	uint64_t run_seed; /* of the present run */
	char id[24];       /* of the present run */
	char shown_id[24]; /* of the last one that went well; "" before it */
	double started_s;  /* of the present run */
	double due_s;      /* when the next one starts; 0: nothing calls for one */
	bool due_is_echo;  /* only files that are no Python changed, while a run was on: it may have written them itself
	                    */
	bool run_is_echo;  /* the present run has that cause */
	bool failed;       /* the present run */
	bool scene_is_told;      /* its error in the scene has been printed, by rv-blend */
	struct rv_err scene_err; /* the same as the window has it, or RV_E_NONE */
	bool stdin_ended;
};

static bool is_busy(const struct preview *preview)
{
	return preview->live.rendering || preview->live.showing;
}

static int check(struct preview *preview, const char *script, struct rv_err *err)
{
	if (asked->no_window && !asked->preview_files) {
		return rv_fail(err, RV_E_USAGE, "--no-window needs --preview-files");
	}
	if (!asked->preview_files && (asked->resolution_text || !isnan(asked->time_limit_s))) {
		return rv_fail(err, RV_E_USAGE, "%s needs --preview-files",
		               asked->resolution_text ? "--resolution" : "--time-limit");
	}
	if (!isnan(asked->time_limit_s) && asked->time_limit_s <= 0) {
		return rv_fail(err, RV_E_USAGE, "--time-limit: must be above 0");
	}
	if (rv_parse_resolution(asked->resolution_text ? asked->resolution_text : "640,640", "--resolution",
	                        &preview->width, &preview->height, err) < 0 ||
	    porcelain_seed_parse(asked->seed_text, &preview->seed, err) < 0) {
		return -1;
	}
	if (asked->site && !(preview->site = blend_site_path(asked->site, err))) {
		return -1;
	}
	if (blend_script_find(&preview->script, script, asked->cwd_option, err) < 0) {
		return -1;
	}
	if (!asked->no_window && !getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) {
		return rv_fail(err, RV_E_CHILD,
		               "no screen for a window (neither DISPLAY nor WAYLAND_DISPLAY is set): "
		               "'--preview-files --no-window' renders into './preview_out' and needs none");
	}
	return 0;
}

/* ---- start ---- */

static void plan_pipe(struct preview *preview)
{
	struct porcelain_words *const blend = porcelain_pipeline_stage(&preview->live.pipe, "rv-blend");
	porcelain_words_add(blend, "--part");
	porcelain_words_add(blend, "--output=%s/samples", preview->work_path);
	porcelain_words_add(blend, "--cwd=%s", preview->script.root);
	porcelain_words_add(blend, "--resolution=%" PRIu32 ",%" PRIu32, preview->width, preview->height);
	porcelain_words_add(blend, "--device=%s", rv_setting_devices[asked->backend]);
	porcelain_words_add(blend, "--gen-dir=%s", preview->place.path);
	if (preview->site) {
		porcelain_words_add(blend, "--site=%s", preview->site);
	}
	porcelain_words_add(blend, "--gen-retain=all"); /* of what is in our own place; forget() looks after that */
	porcelain_words_add(blend, "--jobs=1");
	porcelain_words_add(blend, "--retries=0");
	porcelain_words_add(blend, "--progress=none");
	if (!isnan(asked->time_limit_s)) {
		porcelain_words_add(blend, "--time-limit=%.17g", asked->time_limit_s);
	}
	porcelain_words_add(blend, "--");
	porcelain_words_add(blend, "%s", preview->script.path);
	porcelain_pipeline_stage(&preview->live.pipe, "rv-mask");
}

static int start(struct preview *preview, struct rv_err *err)
{
	const char *const tmp = getenv("TMPDIR");
	const char *const parent = asked->preview_files ? asked->preview_out : tmp && *tmp ? tmp : "/tmp";
	if (rv_mkdirs(parent, err) < 0 || rv_workdir_open(&preview->work, parent, "rv-preview", err) < 0) {
		return -1;
	}
	preview->work_path = rv_path_absolute(preview->work.path);
	int result = gen_workplace_open_run(&preview->place, preview->script.root, asked->gen_dir,
	                                    (enum gen_retain)asked->gen_retain, err);
	if (result == 0 && asked->preview_files) {
		plan_pipe(preview);
		result = porcelain_live_open_pipe(&preview->live, err);
	}
	if (result == 0 && !asked->no_window) {
		result = porcelain_live_open_window(&preview->live, preview->work_path, preview->site, err);
	}
	if (result == 0) {
		result = porcelain_watch_open(&preview->watch, err);
	}
	porcelain_watch_add(&preview->watch, preview->script.path);
	return result;
}

/* ---- a run ---- */

static void put_record(const struct preview *preview, const char *key, struct rv_json_out *out)
{
	rv_json_open(out, key, '{');
	rv_json_put_string(out, "id", preview->id);
	rv_json_put_u64(out, "index", preview->successes);
	porcelain_seed_put(out, &preview->seed, preview->run_seed);
	rv_json_close(out, '}');
}

static int render(struct preview *preview, struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &line);
	put_record(preview, NULL, &out);
	rv_str_putc(&line, '\n');
	const int result = porcelain_live_render(&preview->live, line.ptr, line.len, err);
	rv_str_release(&line);
	return result;
}

static int show(struct preview *preview, struct rv_err *err)
{
	struct rv_str request = RV_STR_INIT;
	struct rv_str work = RV_STR_INIT;
	struct rv_json_out out;
	rv_str_printf(&work, "%s/%s", preview->place.path, preview->id);
	rv_json_out_init(&out, &request);
	rv_json_open(&out, NULL, '{');
	put_record(preview, "record", &out);
	rv_json_put_string(&out, "out", preview->work_path);
	rv_json_put_string(&out, "work", work.ptr);
	rv_json_put_string(&out, "scene", preview->script.path);
	blend_script_put(&preview->script, &out);
	rv_json_open(&out, "settings", '{');
	rv_json_open(&out, "resolution", '[');
	rv_json_put_u64(&out, NULL, preview->width);
	rv_json_put_u64(&out, NULL, preview->height);
	rv_json_close(&out, ']');
	rv_json_put_string(&out, "device", rv_setting_devices[asked->backend]);
	rv_json_close(&out, '}');
	rv_json_close(&out, '}');
	const int result = porcelain_live_show(&preview->live, &request, err);
	rv_str_release(&request);
	rv_str_release(&work);
	return result;
}

static int begin(struct preview *preview, struct rv_err *err)
{
	preview->runs++;
	preview->started_s = rv_clock_s();
	preview->run_is_echo = preview->due_is_echo;
	preview->failed = preview->scene_is_told = preview->due_is_echo = false;
	preview->scene_err.code = RV_E_NONE;
	preview->due_s = 0;
	snprintf(preview->id, sizeof(preview->id), "run-%06" PRIu64, preview->runs);
	if (porcelain_seed_of(&preview->seed, preview->successes, &preview->run_seed, err) < 0) {
		return -1;
	}
	if (asked->preview_files && render(preview, err) < 0) {
		return -1;
	}
	return asked->no_window ? 0 : show(preview, err);
}

/* Removes what generators made in an earlier run, in our place or in rv-blend's inside it. */
static void forget(const struct preview *preview, const char *id)
{
	struct rv_str path = RV_STR_INIT;
	char **names = NULL;
	size_t len = 0;
	struct rv_err err;
	if (rv_dir_names(preview->place.path, &names, &len, &err) == 0) {
		for (size_t i = 0; i < len; i++) {
			rv_str_clear(&path);
			rv_str_printf(&path, "%s/%s", preview->place.path, names[i]);
			if (strncmp(names[i], "_rv_", 4) == 0) {
				rv_str_printf(&path, "/%s", id);
			} else if (strcmp(names[i], id) != 0) {
				continue;
			}
			if (rv_remove_tree(path.ptr, &err) < 0) {
				rv_detail("%s", err.text);
			}
		}
		rv_names_free(names, len);
	}
	rv_str_release(&path);
}

static void finish(struct preview *preview)
{
	char seed[24];
	snprintf(seed, sizeof(seed), "%" PRIu64, preview->run_seed);
	if (preview->seed.wide[0]) {
		memcpy(seed, preview->seed.wide, sizeof(seed));
	}
	preview->watch.any_python = preview->failed;
	if (preview->failed) {
		if (preview->scene_err.code != RV_E_NONE && !preview->scene_is_told) {
			rv_report(&preview->scene_err);
		}
		rv_note("seed %s failed: waiting for a change", seed);
		return;
	}
	preview->successes++;
	if (preview->shown_id[0] && asked->gen_retain != GEN_RETAIN_ALL) {
		forget(preview, preview->shown_id);
	}
	memcpy(preview->shown_id, preview->id, sizeof(preview->id));
	rv_note("seed %s: %.2f s%s%s, %zu file%s watched", seed, rv_clock_s() - preview->started_s,
	        asked->preview_files ? ", files in " : "", asked->preview_files ? asked->preview_out : "",
	        preview->watch.len, RV_PLURAL(preview->watch.len));
}

/* ---- answers ---- */

/* Watches a list of paths, or of pairs that begin with one, relative to the root. */
static void watch_all(struct preview *preview, struct rv_json list)
{
	struct rv_str path = RV_STR_INIT;
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const struct rv_json item = rv_json_at(list, i);
		const char *const name =
		        rv_json_string(rv_json_type(item) == RV_JSON_ARRAY ? rv_json_at(item, 0) : item, NULL);
		if (name) {
			rv_str_clear(&path);
			rv_str_printf(&path, "%s%s%s", name[0] == '/' ? "" : preview->script.root,
			              name[0] == '/' ? "" : "/", name);
			porcelain_watch_add(&preview->watch, path.ptr);
		}
	}
	rv_str_release(&path);
}

/* Watches what member `inner` (or "") of `key` in a record or marker lists. */
static void watch_member(struct preview *preview, const struct rv_record *record, const char *key, const char *inner)
{
	struct rv_span span;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	if (rv_record_get(record, key, &span) && rv_json_parse(span.ptr, span.len, &json, &err) == 0) {
		watch_all(preview, *inner ? rv_json_get(json, inner) : json);
	}
	rv_json_release(&json);
}

static void tell(struct preview *preview, const struct rv_err *err)
{
	preview->failed = true;
	if (err->code == RV_E_SCENE) {
		preview->scene_err = *err; /* rv-blend may be about to tell the same */
	} else {
		rv_report(err);
	}
}

static void take_shown(struct preview *preview, const struct rv_record *reply)
{
	struct rv_err err = RV_ERR_INIT;
	if (blend_reply_check(reply, &err) < 0) {
		tell(preview, &err);
		watch_member(preview, reply, "run", "deps");
	} else {
		watch_member(preview, reply, "deps", "");
	}
}

/* What rv-mask put out. An error has been told by the tool that met it. */
static void take_rendered(struct preview *preview, const struct rv_record *record)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str dir = RV_STR_INIT;
	struct rv_str path = RV_STR_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_record marker = RV_RECORD_INIT;
	rv_str_printf(&dir, "%s/samples/%s", preview->work_path, preview->id);
	rv_str_printf(&path, "%s/.rv-blend.json", dir.ptr);
	if (rv_record_has_error(record)) {
		preview->failed = preview->scene_is_told = true;
		watch_member(preview, record, "run", "deps");
	} else if (rv_file_read(path.ptr, MARKER_MAX, &text, &err) < 0 ||
	           rv_record_parse(&marker, text.ptr, text.len, &err) < 0 ||
	           porcelain_publish(dir.ptr, asked->preview_out, &err) < 0) {
		tell(preview, &err);
	}
	watch_member(preview, &marker, "deps", "");
	if (rv_remove_tree(dir.ptr, &err) < 0) {
		rv_detail("%s", err.text);
	}
	rv_record_release(&marker);
	rv_str_release(&text);
	rv_str_release(&path);
	rv_str_release(&dir);
}

/* ---- the loop ---- */

static void call_for_run(struct preview *preview, bool is_echo)
{
	preview->due_is_echo = is_echo && (preview->due_s == 0 || preview->due_is_echo);
	preview->due_s = rv_clock_s() + DEBOUNCE_S;
}

static void read_watch(struct preview *preview)
{
	switch (porcelain_watch_read(&preview->watch)) {
	case PORCELAIN_WATCH_NOTHING:
		break;
	case PORCELAIN_WATCH_FILE:
		/* A scene that writes what it reads would else run for ever. */
		if (!is_busy(preview) || !preview->run_is_echo) {
			call_for_run(preview, is_busy(preview));
		}
		break;
	case PORCELAIN_WATCH_PYTHON:
		call_for_run(preview, false);
		break;
	}
}

/* Enter on a terminal. */
static void read_stdin(struct preview *preview)
{
	char keys[256];
	const ssize_t len = read(STDIN_FILENO, keys, sizeof(keys));
	if (len <= 0) {
		preview->stdin_ended = true;
	} else if (memchr(keys, '\n', (size_t)len)) {
		call_for_run(preview, false);
	}
}

/* Lets pipe and window say what they have to say. 1: go on; 0: the window was closed; -1: *err. */
static int listen_to_both(struct preview *preview, struct rv_err *err)
{
	struct rv_record record = RV_RECORD_INIT;
	const bool was_busy = is_busy(preview);
	enum porcelain_live_news pipe, window;
	int result = 1;
	do {
		pipe = porcelain_live_read_pipe(&preview->live, &record, err);
		if (pipe == PORCELAIN_LIVE_DONE) {
			take_rendered(preview, &record);
		} else if (pipe != PORCELAIN_LIVE_NOTHING) {
			result = pipe == PORCELAIN_LIVE_CLOSED
			                 ? rv_fail(err, RV_E_CHILD, "the pipe of rv-blend has ended")
			                 : -1;
		}
		window = porcelain_live_read_window(&preview->live, &record, err);
		if (window == PORCELAIN_LIVE_DONE) {
			take_shown(preview, &record);
		} else if (window == PORCELAIN_LIVE_LOST) {
			tell(preview, err);
		} else if (window != PORCELAIN_LIVE_NOTHING) {
			result = window == PORCELAIN_LIVE_CLOSED ? 0 : -1;
		}
	} while (result > 0 && (pipe != PORCELAIN_LIVE_NOTHING || window != PORCELAIN_LIVE_NOTHING));
	if (result > 0 && was_busy && !is_busy(preview)) {
		finish(preview);
	}
	rv_record_release(&record);
	return result;
}

static int loop(struct preview *preview, struct rv_err *err)
{
	int result = begin(preview, err) < 0 ? -1 : 1;
	while (result > 0 && !rv_sig_stop()) {
		struct pollfd fds[PORCELAIN_LIVE_POLL_MAX + 3];
		const bool has_keys = !preview->stdin_ended && isatty(STDIN_FILENO);
		porcelain_live_poll(&preview->live, fds + 3);
		fds[0] = (struct pollfd) { .fd = rv_sig_fd(), .events = POLLIN };
		fds[1] = (struct pollfd) { .fd = preview->watch.fd, .events = POLLIN };
		fds[2] = (struct pollfd) { .fd = has_keys ? STDIN_FILENO : -1, .events = POLLIN };
		double next_s = porcelain_live_next_s(&preview->live);
		if (preview->due_s > 0 && !is_busy(preview)) {
			next_s = next_s > 0 ? RV_MIN(next_s, preview->due_s) : preview->due_s;
		}
		if (poll(fds, RV_COUNTOF(fds), rv_clock_poll_ms(next_s > 0 ? next_s : -1)) > 0 && fds[2].revents) {
			read_stdin(preview);
		}
		read_watch(preview);
		result = listen_to_both(preview, err);
		if (result > 0 && preview->due_s > 0 && !is_busy(preview) && rv_clock_s() >= preview->due_s) {
			result = begin(preview, err) < 0 ? -1 : 1;
		}
	}
	return rv_sig_stop() ? rv_fail(err, RV_E_CANCELLED, "stopped by signal %d", rv_sig_stop()) : result;
}

int porcelain_command_preview(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct preview preview = { .script = BLEND_SCRIPT_INIT,
		                   .work = RV_WORKDIR_INIT,
		                   .place = GEN_WORKPLACE_INIT,
		                   .live = PORCELAIN_LIVE_INIT,
		                   .watch = PORCELAIN_WATCH_INIT };
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (argc != 1) {
		return argc == 0 ? rv_tool_usage(&tool, "no script given")
		                 : rv_tool_usage(&tool, "one script at a time, not also '%s'", argv[1]);
	}
	rv_sig_catch();
	porcelain_dotenv_load();
	if (check(&preview, argv[0], &err) < 0 || start(&preview, &err) < 0 || loop(&preview, &err) < 0) {
		tool.signal = rv_sig_stop();
		if (!tool.signal) {
			rv_tool_fail(&tool, &err);
		}
		if (err.code == RV_E_USAGE) {
			rv_hint("see 'rv preview --help'");
		}
		if (err.code == RV_E_CHILD) {
			rv_tool_status(&tool, 3);
		}
	}
	porcelain_live_close(&preview.live);
	porcelain_watch_close(&preview.watch);
	gen_workplace_close_used(&preview.place);
	rv_workdir_close(&preview.work);
	blend_script_release(&preview.script);
	free(preview.work_path);
	free(preview.site);
	return rv_tool_end(&tool);
}

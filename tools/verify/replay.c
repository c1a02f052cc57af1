/* SPDX-License-Identifier: MIT */
/* Samples rendered again: see replay.h. */
#include "verify/replay.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "hash.h"
#include "sig.h"
#include "spawn.h"

#define ANSWER_MAX ((size_t)1 << 30)

static struct {
	uint64_t n, seed; /* n: 0: nobody asks */
	const char *from, *script, *cwd, *site;
} asked;

const struct rv_option verify_replay_options[] = {
	{ .kind = RV_OPT_U64,
	  .name = "replay",
	  .value = &asked.n,
	  .argument = "N",
	  .help = "render N samples again, and tell what differs; it implies --deep",
	  .min = 1,
	  .max = 1000000,
	  .unset = "none" },
	{ .kind = RV_OPT_U64,
	  .name = "replay-seed",
	  .value = &asked.seed,
	  .argument = "SEED",
	  .help = "which ones",
	  .max = 9007199254740991.0 },
	{ .kind = RV_OPT_STRING,
	  .name = "replay-from",
	  .value = &asked.from,
	  .argument = "DIR",
	  .help = "the samples, or runs of rv render, that a dataset was made from: they tell how each was rendered" },
	{ .kind = RV_OPT_STRING,
	  .name = "script",
	  .value = &asked.script,
	  .argument = "SCRIPT.py",
	  .help = "the scene",
	  .unset = "as the run of rv render says" },
	{ .kind = RV_OPT_STRING,
	  .name = "cwd",
	  .value = &asked.cwd,
	  .argument = "DIR",
	  .help = "its root, as for rv render" },
	{ .kind = RV_OPT_STRING,
	  .name = "site",
	  .value = &asked.site,
	  .argument = "DIR",
	  .help = "a directory of packages that scenes find, see 'rv python site'" },
	{ .kind = RV_OPT_END },
};

bool verify_replay_is_asked(void)
{
	return asked.n > 0;
}

int verify_replay_must_fit(bool has_datasets, struct rv_err *err)
{
	static const struct {
		const char *name, *const *value;
	} parts[] = { { "replay-from", &asked.from },
		      { "script", &asked.script },
		      { "cwd", &asked.cwd },
		      { "site", &asked.site } };
	for (size_t i = 0; i < RV_COUNTOF(parts) && asked.n == 0; i++) {
		if (*parts[i].value) {
			return rv_fail(err, RV_E_USAGE, "--%s is for --replay", parts[i].name);
		}
	}
	if (asked.n > 0 && has_datasets && !asked.from) {
		return rv_fail(err, RV_E_USAGE,
		               "--replay: a dataset does not tell how its samples were rendered: name the directory "
		               "that it was made from with --replay-from");
	}
	if (asked.from && !has_datasets) {
		return rv_fail(err, RV_E_USAGE, "--replay-from is for a dataset, which is not given");
	}
	return 0;
}

/* ---- the chosen ones --------------------------------------------------------------------------------------------- */

struct chosen {
	char rank[RV_HASH_HEX_LEN + 1];
	char *id, *dir; /* dir: NULL of one of a dataset, whose copy is in the working directory */
};

struct verify_replay {
	pthread_mutex_t lock;
	struct chosen *items; /* by rank, the lowest first; at most asked.n */
	size_t len, cap;
	struct rv_workdir work; /* of copies; without a path when there is none */
	bool has_failed;
	struct rv_err err;
};

struct verify_replay *verify_replay_new(void)
{
	if (asked.n == 0) {
		return NULL;
	}
	struct verify_replay *const replay = rv_alloc_zero(1, sizeof(*replay));
	pthread_mutex_init(&replay->lock, NULL);
	replay->work = (struct rv_workdir)RV_WORKDIR_INIT;
	return replay;
}

static void release(struct chosen *chosen)
{
	free(chosen->id);
	free(chosen->dir);
}

void verify_replay_free(struct verify_replay *replay)
{
	if (replay) {
		for (size_t i = 0; i < replay->len; i++) {
			release(&replay->items[i]);
		}
		free(replay->items);
		rv_workdir_close(&replay->work);
		pthread_mutex_destroy(&replay->lock);
		free(replay);
	}
}

static void rank(const char *id, char hex[RV_HASH_HEX_LEN + 1])
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%" PRIu64 " %s", asked.seed, id);
	rv_hash_bytes(text.ptr, text.len, hex);
	rv_str_release(&text);
}

/* An rv_write_fn. */
static int write_to(void *fd, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_write_all(*(const int *)fd, bytes, len) < 0 ? rv_fail_errno(err, "cannot write a temporary file") : 0;
}

/* What cannot be read is left out: that was told when it was looked at. */
static int copy_file(const char *dir, struct verify_files *files, const struct rv_file *file, size_t k,
                     struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err unread = RV_ERR_INIT;
	if (!rv_path_is_inside(file->paths[k]) || files->open(files, file, k, &source, &unread) < 0) {
		return 0;
	}
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, file->paths[k]);
	char *const slash = strrchr(path.ptr, '/');
	*slash = '\0';
	int status = rv_mkdirs(path.ptr, err), fd = -1;
	*slash = '/';
	if (status == 0 && (fd = open(path.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0) {
		status = rv_fail_errno(err, "cannot create '%s'", path.ptr);
	}
	if (status == 0) {
		status = rv_source_copy(&source, write_to, &fd, err);
		close(fd);
	}
	rv_source_close(&source);
	rv_str_release(&path);
	return status;
}

static int copy_files(const char *dir, struct verify_files *files, const struct rv_file *list, size_t n,
                      struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < n && status == 0; i++) {
		for (size_t k = 0; k < list[i].n_paths && status == 0 && files->has(files, &list[i]); k++) {
			status = copy_file(dir, files, &list[i], k, err);
		}
	}
	return status;
}

/* What a dataset has of a sample, as a directory of it. */
static int copy(struct verify_replay *replay, const struct rv_sample *sample, struct verify_files *files,
                struct rv_err *err)
{
	struct rv_str dir = RV_STR_INIT, record = RV_STR_INIT;
	const char *const scratch = getenv("TMPDIR");
	if (!replay->work.path &&
	    rv_workdir_open(&replay->work, scratch && *scratch ? scratch : "/tmp", "rv-verify", err) < 0) {
		return -1;
	}
	rv_str_printf(&dir, "%s/%s", replay->work.path, sample->id);
	int status = copy_files(dir.ptr, files, sample->files, sample->n_files, err);
	for (size_t i = 0; i < sample->n_pictures && status == 0; i++) {
		status = copy_files(dir.ptr, files, sample->pictures[i].files, sample->pictures[i].n_files, err);
	}
	if (status == 0) {
		rv_record_packed(sample->record, &record);
		rv_str_puts(&dir, "/" RV_META_NAME);
		status = rv_file_write_unseen(dir.ptr, record.ptr, record.len, err);
	}
	rv_str_release(&record);
	rv_str_release(&dir);
	return status;
}

/* Puts a sample into its place among the chosen ones; the last of too many goes. */
static void put(struct verify_replay *replay, const struct rv_sample *sample, struct verify_files *files,
                const char *hex)
{
	struct rv_err err = RV_ERR_INIT;
	const bool has_dir = sample->dir[0] != '\0';
	size_t at = replay->len;
	if (!has_dir && copy(replay, sample, files, &err) < 0) {
		replay->has_failed = true;
		replay->err = err;
		return;
	}
	RV_GROW(replay->items, replay->len, replay->cap);
	for (; at > 0 && strcmp(replay->items[at - 1].rank, hex) > 0; at--) {
		replay->items[at] = replay->items[at - 1];
	}
	struct chosen *const chosen = &replay->items[at];
	*chosen = (struct chosen) { .id = rv_strdup(sample->id), .dir = has_dir ? rv_strdup(sample->dir) : NULL };
	memcpy(chosen->rank, hex, sizeof(chosen->rank));
	if (++replay->len > asked.n) {
		struct chosen *const last = &replay->items[--replay->len];
		if (!last->dir) {
			struct rv_str dir = RV_STR_INIT;
			rv_str_printf(&dir, "%s/%s", replay->work.path, last->id);
			if (rv_remove_tree(dir.ptr, &err) < 0) {
				replay->has_failed = true;
				replay->err = err;
			}
			rv_str_release(&dir);
		}
		release(last);
	}
}

void verify_replay_sample(struct verify_replay *replay, const struct rv_sample *sample, struct verify_files *files)
{
	char hex[RV_HASH_HEX_LEN + 1];
	if (!replay) {
		return;
	}
	rank(sample->id, hex);
	pthread_mutex_lock(&replay->lock);
	if (!replay->has_failed && (replay->len < asked.n || strcmp(hex, replay->items[replay->len - 1].rank) < 0)) {
		put(replay, sample, files, hex);
	}
	pthread_mutex_unlock(&replay->lock);
}

/* ---- rendering --------------------------------------------------------------------------------------------------- */

/* "--NAME=VALUE" in *to, which *argv gets; nothing without a value. */
static const char **add(const char **argv, struct rv_str *to, const char *name, const char *value)
{
	if (value) {
		rv_str_printf(to, "--%s=%s", name, value);
		*argv++ = to->ptr;
	}
	return argv;
}

/* Runs 'rv replay --json' to its end; its answer, what it said, and its exit status, -1 for one that was killed. */
static int run(const struct verify_replay *replay, const struct chosen *chosen, struct rv_str *output,
               struct rv_str *errors, int *status, struct rv_err *err)
{
	static const char *const names[] = { "script", "cwd", "site", "copy" };
	const char *const values[] = { asked.script, asked.cwd, asked.site, chosen->dir ? NULL : replay->work.path };
	struct rv_str words[RV_COUNTOF(names)] = { RV_STR_INIT, RV_STR_INIT, RV_STR_INIT, RV_STR_INIT };
	char *const tool = rv_find_tool("rv");
	char *const from = rv_strdup(chosen->dir ? chosen->dir : asked.from);
	const char *argv[5 + RV_COUNTOF(names) + 1] = { tool, "replay", "--json" }, **next = argv + 3;
	if (chosen->dir) {
		char *const slash = strrchr(from, '/');
		*(slash ? slash : from) = '\0';
	}
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		next = add(next, &words[i], names[i], values[i]);
	}
	*next++ = chosen->id;
	*next++ = *from ? from : ".";
	int wait_status = 0;
	const struct rv_spawn how = { .argv = argv };
	const int result = rv_run(&how, NULL, ANSWER_MAX, 0, output, errors, &wait_status, err);
	*status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
	for (size_t i = 0; i < RV_COUNTOF(words); i++) {
		rv_str_release(&words[i]);
	}
	free(from);
	free(tool);
	return result;
}

/* ---- what it says ------------------------------------------------------------------------------------------------ */

/* A file that is not as it was. */
static void tell_file(const char *id, struct rv_json file, struct verify_problems *problems)
{
	static const char *const results[] = { "different", "missing", "new" };
	static const char *const texts[] = { "rendered again it is another file",
		                             "rendering it again gives no such file",
		                             "rendering it again gives this file, which is not there" };
	const char *const result = rv_json_string(rv_json_get(file, "result"), NULL);
	const double difference = rv_json_number(rv_json_get(file, "max_difference"), -1);
	struct rv_str path = RV_STR_INIT, more = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", id, rv_json_string(rv_json_get(file, "path"), NULL));
	if (difference >= 0) {
		rv_str_puts(&more, ", by at most ");
		rv_str_double(&more, difference);
	}
	for (size_t i = 0; i < RV_COUNTOF(results); i++) {
		if (result && strcmp(result, results[i]) == 0) {
			verify_problems_add(problems, VERIFY_REPLAY_FILE, path.ptr, "%s%s", texts[i],
			                    more.len > 0 ? more.ptr : "");
		}
	}
	rv_str_release(&more);
	rv_str_release(&path);
}

static void tell_answer(const char *id, struct rv_json answer, struct verify_problems *problems)
{
	const struct rv_json files = rv_json_get(answer, "files"), causes = rv_json_get(answer, "causes");
	for (size_t i = 0; i < rv_json_len(causes); i++) {
		const char *const cause = rv_json_string(rv_json_at(causes, i), NULL);
		verify_problems_add(problems, VERIFY_REPLAY_CAUSE, id, "%s", cause);
	}
	for (size_t i = 0; i < rv_json_len(files); i++) {
		tell_file(id, rv_json_at(files, i), problems);
	}
}

/* The last line of what a child said, without what stands before its message. */
static const char *last_line(struct rv_str *errors)
{
	while (errors->len > 0 && errors->ptr[errors->len - 1] == '\n') {
		rv_str_truncate(errors, errors->len - 1);
	}
	const char *const newline = errors->len > 0 ? strrchr(errors->ptr, '\n') : NULL;
	const char *const line = newline ? newline + 1 : errors->len > 0 ? errors->ptr : "it says nothing";
	const char *const before = "rv replay: error: ";
	return strncmp(line, before, strlen(before)) == 0 ? line + strlen(before) : line;
}

static int look_at(const struct verify_replay *replay, const struct chosen *chosen, struct verify_problems *problems,
                   struct rv_err *err)
{
	struct rv_str output = RV_STR_INIT, errors = RV_STR_INIT;
	struct rv_json answer = RV_JSON_INIT;
	int status = 0;
	int result = run(replay, chosen, &output, &errors, &status, err);
	if (result == 0 && (status == 0 || status == 1) && rv_json_parse(output.ptr, output.len, &answer, NULL) == 0) {
		tell_answer(chosen->id, answer, problems);
	} else if (result == 0 && (status == 1 || status == 2)) {
		verify_problems_add(problems, VERIFY_REPLAY_RENDER, chosen->id, "%s", last_line(&errors));
	} else if (result == 0) {
		result = rv_fail(err, RV_E_CHILD, "rv replay %s: %s", chosen->id, last_line(&errors));
	}
	rv_json_release(&answer);
	rv_str_release(&output);
	rv_str_release(&errors);
	return result;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct chosen *)a)->id, ((const struct chosen *)b)->id);
}

int verify_replay_end(struct verify_replay *replay, verify_replay_bad_fn *bad, void *context,
                      struct verify_problems *problems, struct rv_err *err)
{
	if (replay->has_failed) {
		*err = replay->err;
		return -1;
	}
	size_t n_bad = 0;
	rv_sig_catch();
	if (replay->len > 1) {
		qsort(replay->items, replay->len, sizeof(*replay->items), by_id);
	}
	for (size_t i = 0; i < replay->len; i++) {
		const struct chosen *const chosen = &replay->items[i];
		const uint64_t n_before = problems->n_bad;
		if (look_at(replay, chosen, problems, err) < 0) {
			return -1;
		}
		const bool is_bad = problems->n_bad > n_before;
		n_bad += is_bad;
		if (is_bad && bad && chosen->dir) {
			bad(context, chosen->dir, chosen->id);
		}
	}
	rv_note("%zu sample%s rendered again, %zu as before", replay->len, RV_PLURAL(replay->len), replay->len - n_bad);
	return 0;
}
